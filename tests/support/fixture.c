/* Builds configs, prompts and media for the tests of the operations. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../oracle/gallery.h"
#include "expect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *fixture_config(enum fixture_shape shape) {
    static const char bare[] = "token pad 1; token slot 2\n"
                               "modality image; patch pad; bare slot; embed pad\n";
    static const char bare_only[] = "token slot 1\n"
                                    "modality image; bare slot; embed slot\n";
    static const char *const configs[N_FIXTURES] = {
        [FIXTURE_GEMMA] = gallery_gemma4,     [FIXTURE_GEMMA3] = gallery_gemma3,
        [FIXTURE_QWEN] = gallery_qwen,        [FIXTURE_PIXTRAL] = gallery_pixtral,
        [FIXTURE_KIMI] = gallery_kimi,        [FIXTURE_BARE] = bare,
        [FIXTURE_BARE_ONLY] = bare_only,      [FIXTURE_LLAVA] = gallery_llava,
        [FIXTURE_IDEFICS] = gallery_idefics2, [FIXTURE_PHI] = gallery_phi3,
        [FIXTURE_OMNI] = gallery_qwen_omni,   [FIXTURE_LLAMA4] = gallery_llama4,
        [FIXTURE_GLM] = gallery_glm_video,    [FIXTURE_SEQUENCES] = gallery_sequences,
    };
    return configs[shape];
}

void fixture_open(struct fixture *f, enum fixture_shape shape) {
    f->matcher = expect_compile(fixture_config(shape), NULL);
    assert_int_equal(mmspan_result_create(NULL, &f->result), MMSPAN_OK);
    f->view = mmspan_result_view(f->result);
}

void fixture_close(struct fixture *f) {
    mmspan_result_destroy(f->result);
    mmspan_matcher_destroy(f->matcher);
}

void ids_add(struct id_list *list, int32_t id, size_t count) {
    assert_true(count <= MAX_IDS - list->n);
    for (size_t i = 0; i < count; i++)
        list->ids[list->n++] = id;
}

void ids_append(struct id_list *list, const int32_t *ids, size_t n) {
    assert_true(n <= MAX_IDS - list->n);
    if (n)
        memcpy(list->ids + list->n, ids, n * sizeof *ids);
    list->n += n;
}

void ids_read(struct id_list *list, const char *text) {
    list->n = 0;
    for (;;) {
        char *end;
        long id = strtol(text, &end, 10);
        if (end == text)
            break;
        size_t count = *end == '*' ? strtoul(end + 1, &end, 10) : 1;
        ids_add(list, (int32_t)id, count);
        text = end;
    }
    assert_int_equal(text[strspn(text, " ")], '\0');
}

static void write_ids(char *text, size_t size, const int32_t *ids, size_t n) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n && used + 16 < size; i++)
        used += (size_t)snprintf(text + used, size - used, " %" PRId32, ids[i]);
}

void ids_expect_same(const int32_t *ids, size_t n, const int32_t *wanted, size_t n_wanted) {
    char left[1024];
    char right[1024];
    if (n == n_wanted && (n == 0 || memcmp(ids, wanted, n * sizeof *ids) == 0))
        return;
    write_ids(left, sizeof left, ids, n);
    write_ids(right, sizeof right, wanted, n_wanted);
    fail_msg("%zu IDs%s\ninstead of %zu IDs%s", n, left, n_wanted, right);
}

void ids_expect(const struct id_list *list, const char *wanted) {
    struct id_list other;
    ids_read(&other, wanted);
    ids_expect_same(list->ids, list->n, other.ids, other.n);
}

void fixture_scan(struct fixture *f, const int32_t *ids, size_t n) {
    mmspan_error error = {0};
    if (mmspan_scan(f->matcher, ids, n, NULL, f->result, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
}

void fixture_scan_text(struct fixture *f, struct id_list *list, const char *text) {
    ids_read(list, text);
    fixture_scan(f, list->ids, list->n);
}

/* Ordinary text: IDs that no shape declares. */
static void add_text(struct random_source *random, struct id_list *prompt, size_t least) {
    size_t n = random_between(random, least, 4);
    for (size_t i = 0; i < n; i++)
        ids_add(prompt, (int32_t)random_between(random, 20, 40), 1);
}

/* `n` runs of `id`, of equal length when asked, each but the last followed by `between`. */
static void add_rows(struct random_source *random, struct id_list *prompt, int32_t id,
                     int32_t between, size_t n, size_t longest) {
    size_t length = random_between(random, 1, longest);
    for (size_t i = 0; i < n; i++) {
        if (i)
            ids_add(prompt, between, 1);
        ids_add(prompt, id, length);
    }
}

static void add_llama4(struct random_source *random, struct id_list *prompt, size_t longest) {
    ids_add(prompt, 1, 1);
    for (size_t rows = random_below(random, 3); rows > 0; rows--) {
        add_rows(random, prompt, 4, 5, random_between(random, 1, 3), longest);
        ids_add(prompt, 6, 1);
    }
    ids_add(prompt, 3, 1);
    ids_add(prompt, 4, random_between(random, 1, longest));
    ids_add(prompt, 2, 1);
}

static void add_glm(struct random_source *random, struct id_list *prompt, size_t longest) {
    bool video = random_chance(random, 50);
    size_t frames = video ? random_between(random, 2, 4) : 1;
    if (video)
        ids_add(prompt, 1, 1);
    for (size_t i = 0; i < frames; i++) {
        ids_add(prompt, 3, 1);
        ids_add(prompt, 5, random_between(random, 1, longest));
        ids_add(prompt, 4, 1);
        if (i + 1 < frames)
            ids_add(prompt, (int32_t)random_between(random, 20, 40), random_below(random, 3));
    }
    if (video)
        ids_add(prompt, 2, 1);
}

static void add_omni(struct random_source *random, struct id_list *prompt, size_t longest) {
    bool video = random_chance(random, 70);
    if (video)
        ids_add(prompt, 1, 1);
    ids_add(prompt, 3, 1);
    for (size_t i = video ? random_between(random, 1, 4) : 1; i > 0; i--) {
        if (video)
            ids_add(prompt, 5, random_between(random, 1, longest));
        ids_add(prompt, 6, random_between(random, 1, longest));
    }
    ids_add(prompt, 4, 1);
    if (video)
        ids_add(prompt, 2, 1);
}

static void add_sequences(struct random_source *random, struct id_list *prompt,
                          size_t longest) {
    static const int32_t open[] = {1, 2, 3};
    static const int32_t close[] = {3, 1};
    ids_append(prompt, open, 3);
    ids_add(prompt, 4, random_between(random, 1, longest));
    ids_append(prompt, close, 2);
}

/* One block between its delimiters. */
static void add_delimited(struct random_source *random, struct id_list *prompt, int32_t begin,
                          int32_t patch, int32_t end, size_t longest) {
    ids_add(prompt, begin, 1);
    ids_add(prompt, patch, random_between(random, 1, longest));
    ids_add(prompt, end, 1);
}

static void add_block(enum fixture_shape shape, struct random_source *random, size_t longest,
                      struct id_list *prompt) {
    size_t kind = random_below(random, 3);
    size_t length = random_between(random, 1, longest);
    switch (shape) {
    case FIXTURE_GEMMA:
        add_delimited(random, prompt, kind == 2 ? 5 : 1, kind == 2 ? 7 : 3 + (int32_t)kind,
                      kind == 2 ? 6 : 2, longest);
        break;
    case FIXTURE_GEMMA3:
        add_delimited(random, prompt, 1, 3, 2, longest);
        break;
    case FIXTURE_QWEN:
        add_delimited(random, prompt, 1, 3 + (int32_t)(kind & 1), 2, longest);
        break;
    case FIXTURE_PIXTRAL:
        add_rows(random, prompt, 1, 2, kind + 1, longest);
        ids_add(prompt, 3, 1);
        break;
    case FIXTURE_KIMI:
    case FIXTURE_BARE:
        ids_add(prompt, 1, length);
        break;
    case FIXTURE_BARE_ONLY:
        ids_add(prompt, 1, 1);
        break;
    case FIXTURE_LLAVA:
        ids_add(prompt, -200, 4 * (kind + 1));
        break;
    case FIXTURE_IDEFICS:
        ids_add(prompt, 1, 1);
        add_rows(random, prompt, 2, 1, kind + 1, longest);
        ids_add(prompt, 1, 1);
        break;
    case FIXTURE_PHI:
        ids_add(prompt, -1 - (int32_t)kind, length);
        break;
    case FIXTURE_OMNI:
        add_omni(random, prompt, longest);
        break;
    case FIXTURE_LLAMA4:
        add_llama4(random, prompt, longest);
        break;
    case FIXTURE_GLM:
        add_glm(random, prompt, longest);
        break;
    case FIXTURE_SEQUENCES:
        add_sequences(random, prompt, longest);
        break;
    case N_FIXTURES:
        break;
    }
}

/* Without delimiters, touching blocks would be one. */
static bool needs_text(enum fixture_shape shape) {
    return shape == FIXTURE_KIMI || shape == FIXTURE_BARE || shape == FIXTURE_LLAVA ||
           shape == FIXTURE_PHI || shape == FIXTURE_IDEFICS;
}

void fixture_prompt(enum fixture_shape shape, struct random_source *random, size_t longest,
                    struct id_list *prompt) {
    prompt->n = 0;
    add_text(random, prompt, 0);
    for (size_t n = random_below(random, 6); n > 0; n--) {
        add_block(shape, random, longest, prompt);
        add_text(random, prompt, needs_text(shape));
    }
}

size_t media_read(mmspan_media *media, size_t cap, int32_t modality, const char *text) {
    size_t n = 0;
    for (char *end; *text; text = end) {
        long long rows = strtoll(text, &end, 10);
        assert_true(end != text && n < cap);
        media[n++] = (mmspan_media){.rows = rows, .modality = modality};
    }
    return n;
}

/* The rows that an item takes of each modality. */
static void count_rows(const struct fixture *f, const mmspan_item *item, int64_t *rows) {
    memset(rows, 0, MMSPAN_MAX_MODALITIES * sizeof *rows);
    for (int64_t r = item->first_run; r < item->first_run + item->n_runs; r++)
        rows[f->view->runs[r].modality] += f->view->runs[r].length;
}

size_t media_of(const struct fixture *f, const int32_t *ids, bool with_ids, mmspan_media *media,
                size_t cap) {
    size_t n = 0;
    for (size_t i = 0; i < f->view->n_items; i++) {
        const mmspan_item *item = &f->view->items[i];
        int64_t rows[MMSPAN_MAX_MODALITIES];
        count_rows(f, item, rows);
        for (int32_t m = 0; m < mmspan_matcher_n_modalities(f->matcher); m++) {
            if (rows[m] == 0)
                continue;
            bool own = with_ids && m == item->modality;
            assert_true(n < cap);
            media[n++] = (mmspan_media){.rows = rows[m],
                                        .ids = own ? ids + item->start : NULL,
                                        .n_ids = own ? (size_t)(item->end - item->start) : 0,
                                        .modality = m};
        }
    }
    return n;
}

bool fixture_expandable(enum fixture_shape shape, int32_t modality) {
    switch (shape) {
    case FIXTURE_GEMMA3: /* declared by a pattern, because its block may be empty */
    case FIXTURE_PIXTRAL:
    case FIXTURE_BARE_ONLY:
    case FIXTURE_LLAMA4:
        return false;
    case FIXTURE_OMNI:
    case FIXTURE_GLM:
        return modality == 0;
    default:
        return true;
    }
}

void items_expect(const struct fixture *f, const char *wanted) {
    char text[4096] = "";
    for (size_t i = 0; i < f->view->n_items; i++) {
        const mmspan_item *item = &f->view->items[i];
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%" PRId64 "..%" PRId64 "=%" PRId32,
                 i ? " " : "", item->start, item->end, item->media);
    }
    assert_string_equal(text, wanted);
}

void findings_expect(const struct fixture *f, const char *wanted) {
    char text[4096] = "";
    for (size_t i = 0; i < f->view->n_findings; i++) {
        const mmspan_finding *finding = &f->view->findings[i];
        size_t used = strlen(text);
        if (finding->kind == MMSPAN_FINDING_ROWS || finding->kind == MMSPAN_FINDING_REMAINDER)
            continue;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s %" PRId64 "..%" PRId64,
                                 mmspan_finding_kind_name(finding->kind), finding->start,
                                 finding->end);
        if (finding->kind == MMSPAN_FINDING_MEDIA_COUNT ||
            finding->kind == MMSPAN_FINDING_MEDIA_ROWS)
            used += (size_t)snprintf(
                text + used, sizeof text - used, " %s %" PRId32 " %" PRId64 " %" PRId64,
                mmspan_matcher_modality_name(f->matcher, finding->modality), finding->media,
                finding->expected, finding->found);
        snprintf(text + used, sizeof text - used, "\n");
    }
    assert_string_equal(text, wanted);
}
