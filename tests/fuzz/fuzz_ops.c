/* The operations: a config of the gallery, IDs, media and windows from bytes. Sizes that are
 * announced are kept, windows agree with the runs, and what is collapsed is read as the same
 * items and collapses to itself. */
#include "target.h"

#include "../oracle/gallery.h"
#include "../oracle/notation.h"
#include "mmspan/adapters.h"
#include "mmspan/ops.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CONFIGS = 32, MAX_BYTES = 4096, MAX_MEDIA = 64 };

static mmspan_matcher *matchers[MAX_CONFIGS];
static size_t n_matchers;
static mmspan_result *result;
static const mmspan_view *view;

static void check(bool holds) {
    if (!holds)
        abort();
}

static void set_up(void) {
    check(mmspan_result_create(NULL, &result) == MMSPAN_OK);
    view = mmspan_result_view(result);
    for (; gallery_config(n_matchers); n_matchers++)
        check(notation_compile(gallery_config(n_matchers), NULL, &matchers[n_matchers], NULL) ==
              MMSPAN_OK);
}

static void scan(const mmspan_matcher *m, const int32_t *ids, size_t n) {
    check(mmspan_scan(m, ids, n, NULL, result, NULL) == MMSPAN_OK);
}

/* A list of exactly n IDs, so that a sanitizer sees what is written behind it. */
static int32_t *allocate(size_t n) {
    int32_t *ids = malloc(n * sizeof *ids + 1);
    check(ids != NULL);
    return ids;
}

/* Every second media has tokens of its own, which are somewhere in the prompt. */
static size_t read_media(const mmspan_matcher *m, const uint8_t *data, size_t n,
                         const int32_t *ids, size_t n_ids, mmspan_media *media) {
    size_t n_media = n < MAX_MEDIA ? n : MAX_MEDIA;
    for (size_t i = 0; i < n_media; i++) {
        media[i] = (mmspan_media){.rows = 1 + data[i] % 16,
                                  .modality = data[i] / 16 % mmspan_matcher_n_modalities(m)};
        size_t start = n_ids ? data[i] % n_ids : 0;
        if (data[i] & 128 && n_ids) {
            media[i].ids = ids + start;
            media[i].n_ids = n_ids - start < 8 ? n_ids - start : 8;
        }
    }
    return n_media;
}

static void check_maps(size_t n, size_t n_out) {
    int64_t last = 0;
    for (int64_t at = 0; at <= (int64_t)n; at++) {
        int64_t to = mmspan_new_position(result, at);
        check(to >= last && to <= (int64_t)n_out);
        last = to;
    }
    check(last == (int64_t)n_out);
    check(mmspan_old_position(result, (int64_t)n_out) == (int64_t)n);
}

/* Windows of `width` tokens give all rows once. */
static void check_windows(int64_t width) {
    int64_t rows = 0;
    int64_t total = 0;
    for (size_t r = 0; r < view->n_runs; r++)
        total += view->runs[r].length;
    for (int64_t at = 0; at < view->n_tokens; at += width) {
        mmspan_run runs[64];
        size_t n;
        int64_t end = at + width < view->n_tokens ? at + width : view->n_tokens;
        check(mmspan_window(result, at, end, runs, 64, &n, NULL) == MMSPAN_OK);
        for (size_t r = 0; r < n; r++) {
            check(runs[r].start >= at && runs[r].length > 0);
            check(runs[r].start + runs[r].length <= end);
            rows += runs[r].length;
        }
        check(mmspan_cut_before(result, end) <= end);
    }
    check(rows == total);
}

/* Collapses into a list of exactly the size that it needs. */
static int32_t *collapse(const int32_t *ids, size_t n, size_t *n_out) {
    mmspan_collapse(result, ids, n, NULL, 0, n_out, NULL);
    int32_t *out = allocate(*n_out);
    check(mmspan_collapse(result, ids, n, out, *n_out, n_out, NULL) == MMSPAN_OK);
    check_maps(n, *n_out);
    return out;
}

static void check_collapse(const mmspan_matcher *m, const int32_t *ids, size_t n) {
    size_t n_out;
    size_t n_again;
    /* After assign, which may have split runs. */
    free(collapse(ids, n, &n_out));
    scan(m, ids, n);
    size_t n_items = view->n_items;
    int32_t *out = collapse(ids, n, &n_out);
    scan(m, out, n_out);
    check(view->n_items == n_items);
    int32_t *again = collapse(out, n_out, &n_again);
    check(n_again == n_out && memcmp(again, out, n_out * sizeof *out) == 0);
    free(again);
    free(out);
}

/* Tokens that do not take the rows that their media is said to have are refused. */
static void check_assign(mmspan_media *media, size_t n_media, int32_t from_end,
                         const int32_t *ids, size_t n) {
    const mmspan_assign_options options = {
        .struct_size = sizeof options, .from_end = from_end, .ids = n ? ids : NULL, .n = n};
    mmspan_status status = mmspan_assign(result, media, n_media, &options, NULL);
    if (status == MMSPAN_OK)
        return;
    check(status == MMSPAN_E_ARGUMENT);
    for (size_t i = 0; i < n_media; i++)
        media[i].ids = NULL, media[i].n_ids = 0;
    check(mmspan_assign(result, media, n_media, &options, NULL) == MMSPAN_OK);
}

/* What is kept is as long as it may be, and its items are whole. */
static void check_truncate(int64_t max_tokens) {
    for (int32_t side = MMSPAN_SIDE_RIGHT; side <= MMSPAN_SIDE_LEFT; side++) {
        mmspan_span kept;
        check(mmspan_truncate(result, max_tokens, side, &kept, NULL, 0, NULL) == MMSPAN_OK);
        check(kept.start >= 0 && kept.start <= kept.end && kept.end <= view->n_tokens);
        check(kept.end - kept.start <= max_tokens);
        for (size_t i = 0; i < view->n_items; i++) {
            const mmspan_item *item = &view->items[i];
            check(item->end <= kept.start || item->start >= kept.end ||
                  (item->start >= kept.start && item->end <= kept.end));
        }
    }
}

static void check_expand(const int32_t *ids, size_t n, int64_t start, const mmspan_media *media,
                         size_t n_media) {
    size_t n_out = 0;
    mmspan_error error;
    mmspan_status status = mmspan_expand(
        result, ids, n, media, n_media,
        &(mmspan_expand_options){.struct_size = sizeof(mmspan_expand_options), .start = start},
        NULL, 0, &n_out, &error);
    if (status != MMSPAN_E_SPACE) {
        check(status == MMSPAN_OK ? n_out == 0 : status == MMSPAN_E_ARGUMENT);
        return;
    }
    int32_t *out = allocate(n_out);
    size_t n_written;
    check(mmspan_expand(result, ids, n, media, n_media,
                        &(mmspan_expand_options){.struct_size = sizeof(mmspan_expand_options),
                                                 .start = start},
                        out, n_out, &n_written, NULL) == MMSPAN_OK);
    check(n_written == n_out);
    check(start == 0 || memcmp(out, ids, (size_t)start * sizeof *ids) == 0);
    check_maps(n, n_out);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const int32_t odd[] = {-200, -4, -3, -2, -1, 99, 100, INT32_MIN, INT32_MAX};
    mmspan_media media[MAX_MEDIA];
    if (!n_matchers)
        set_up();
    if (size < 3 || size > MAX_BYTES)
        return 0;
    /* Config, how much of the rest is media, where expand begins; then media, then IDs. */
    const mmspan_matcher *m = matchers[data[0] % n_matchers];
    size_t n_media = data[1] % (size - 2);
    size_t n = size - 3 - n_media;
    int32_t *ids = allocate(n);
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = data[3 + n_media + i];
        ids[i] = byte < 200 ? byte % 10 : odd[byte % 9];
    }
    int64_t start = (int64_t)(data[2] % 4 ? 0 : data[2] % (n + 1));
    n_media = read_media(m, data + 3, n_media, ids, n, media);
    scan(m, ids, n);
    check_windows(1 + data[2] % 60);
    check_assign(media, n_media, data[2] & 1, ids, n);
    check_truncate(data[2]);
    check_windows(1 + data[2] % 60);
    check_collapse(m, ids, n);
    scan(m, ids, n);
    check_expand(ids, n, start, media, n_media);
    free(ids);
    return 0;
}
