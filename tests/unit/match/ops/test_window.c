/* window, cut, splice, fill and the arrays by token, each against a naive reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/fixture.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_RUNS = 256, MAX_ROW = 24, GUARD = 0xA5 };

static void expect_runs(const mmspan_run *runs, size_t n, const int64_t (*wanted)[3],
                        size_t n_wanted) {
    assert_int_equal(n, n_wanted);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(runs[i].start, wanted[i][0]);
        assert_int_equal(runs[i].length, wanted[i][1]);
        assert_int_equal(runs[i].row, wanted[i][2]);
    }
}

static void test_window(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    mmspan_run runs[4];
    size_t n;
    fixture_open(&f, FIXTURE_KIMI);
    fixture_scan_text(&f, &ids, "9 9 1*4 9*3 1*6 9");
    static const struct {
        int64_t start, end;
        size_t n;
        int64_t runs[2][3];
    } cases[] = {
        {0, 16, 2, {{2, 4, 0}, {9, 6, 4}}},
        {0, 2, 0, {{0}}},
        {2, 6, 1, {{2, 4, 0}}},
        {3, 5, 1, {{3, 2, 1}}},
        {5, 10, 2, {{5, 1, 3}, {9, 1, 4}}},
        {6, 9, 0, {{0}}},
        {14, 16, 1, {{14, 1, 9}}},
        {15, 16, 0, {{0}}},
        {4, 4, 0, {{0}}},
        {16, 16, 0, {{0}}},
        {0, 0, 0, {{0}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(
            mmspan_window(f.result, cases[i].start, cases[i].end, runs, 4, &n, NULL),
            MMSPAN_OK);
        expect_runs(runs, n, cases[i].runs, cases[i].n);
    }
    memset(runs, GUARD, sizeof runs);
    mmspan_error error;
    assert_int_equal(mmspan_window(f.result, 0, 16, runs, 1, &n, &error), MMSPAN_E_SPACE);
    assert_int_equal(n, 2);
    assert_string_equal(error.message, "the window has 2 runs");
    for (size_t i = 0; i < sizeof runs; i++)
        assert_int_equal(((unsigned char *)runs)[i], GUARD);
    fixture_close(&f);
}

static void test_cut(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 1 3*2 2 1 3 2 9 3");
    static const int64_t wanted[] = {0, 1, 1, 1, 1, 5, 5, 5, 8, 9, 10};
    static const int64_t behind[] = {0, 1, 5, 5, 5, 5, 8, 8, 8, 9, 10};
    for (int64_t at = 0; at <= 10; at++) {
        assert_int_equal(mmspan_cut_before(f.result, at), wanted[at]);
        assert_int_equal(mmspan_cut_after(f.result, at), behind[at]);
    }
    assert_int_equal(mmspan_cut_after(f.result, INT64_MIN), 0);
    assert_int_equal(mmspan_cut_after(f.result, INT64_MAX), 10);
    assert_int_equal(mmspan_cut_after(NULL, 3), 0);
    assert_int_equal(mmspan_cut_before(f.result, -5), 0);
    assert_int_equal(mmspan_cut_before(f.result, INT64_MIN), 0);
    assert_int_equal(mmspan_cut_before(f.result, INT64_MAX), 10);
    assert_int_equal(mmspan_cut_before(NULL, 3), 0);
    fixture_close(&f);
}

/* Of each token, the modality whose row it takes and which, from the runs one by one. */
struct plan {
    int32_t modality[MAX_IDS]; /* -1: text */
    int64_t row[MAX_IDS];
    int32_t item[MAX_IDS];
    int64_t n_rows[MMSPAN_MAX_MODALITIES];
};

static void make_plan(const struct fixture *f, struct plan *plan) {
    memset(plan, -1, sizeof *plan);
    memset(plan->n_rows, 0, sizeof plan->n_rows);
    for (size_t r = 0; r < f->view->n_runs; r++) {
        const mmspan_run *run = &f->view->runs[r];
        for (int64_t i = 0; i < run->length; i++) {
            int64_t at = run->start + i;
            assert_int_equal(plan->modality[at], -1);
            plan->modality[at] = run->modality;
            plan->row[at] = plan->n_rows[run->modality]++;
            plan->item[at] = run->item;
            assert_int_equal(plan->row[at], run->row + i);
        }
    }
}

/* Windows that tile the prompt give every token's row once, in order. */
static void check_tiles(const struct fixture *f, const struct plan *plan,
                        struct random_source *random) {
    int64_t at = 0;
    for (int64_t start = 0; start < f->view->n_tokens;) {
        int64_t end = start + (int64_t)random_between(random, 0, 9);
        mmspan_run runs[MAX_RUNS];
        size_t n;
        if (end > f->view->n_tokens)
            end = f->view->n_tokens;
        assert_int_equal(mmspan_window(f->result, start, end, runs, MAX_RUNS, &n, NULL),
                         MMSPAN_OK);
        for (size_t r = 0; r < n; r++) {
            assert_true(runs[r].length > 0);
            for (; at < runs[r].start; at++)
                assert_int_equal(plan->modality[at], -1);
            for (int64_t i = 0; i < runs[r].length; i++, at++) {
                assert_int_equal(plan->modality[at], runs[r].modality);
                assert_int_equal(plan->row[at], runs[r].row + i);
                assert_int_equal(plan->item[at], runs[r].item);
            }
        }
        assert_true(at <= end);
        start = end;
    }
    for (; at < f->view->n_tokens; at++)
        assert_int_equal(plan->modality[at], -1);
}

static void check_cuts(const struct fixture *f) {
    for (int64_t at = 0; at <= f->view->n_tokens; at++) {
        int64_t wanted = at;
        for (size_t i = 0; i < f->view->n_items; i++)
            if (f->view->items[i].start < at && at < f->view->items[i].end)
                wanted = f->view->items[i].start;
        assert_int_equal(mmspan_cut_before(f->result, at), wanted);
    }
}

static void check_arrays(const struct fixture *f, const struct plan *plan) {
    static uint8_t mask[MAX_IDS + 1];
    static int32_t type_ids[MAX_IDS + 1];
    static int64_t cumsum[MAX_IDS + 1];
    size_t n = (size_t)f->view->n_tokens;
    int64_t rows = 0;
    memset(mask, GUARD, sizeof mask);
    memset(type_ids, GUARD, sizeof type_ids);
    memset(cumsum, GUARD, sizeof cumsum);
    assert_int_equal(mmspan_mask(f->result, mask, n, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_type_ids(f->result, NULL, 0, type_ids, n, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_cumsum(f->result, cumsum, n, NULL), MMSPAN_OK);
    for (size_t i = 0; i < n; i++) {
        rows += plan->modality[i] >= 0;
        assert_int_equal(mask[i], plan->modality[i] >= 0);
        assert_int_equal(type_ids[i], plan->modality[i] + 1);
        assert_int_equal(cumsum[i], rows);
    }
    assert_int_equal(mask[n], GUARD);
    assert_int_equal(type_ids[n], (int32_t)0xA5A5A5A5);
    assert_int_equal(cumsum[n], (int64_t)0xA5A5A5A5A5A5A5A5);
}

static void check_fill(const struct fixture *f, const struct plan *plan,
                       const struct id_list *ids) {
    static struct id_list filled;
    static int32_t values[MAX_IDS];
    filled = *ids;
    for (size_t i = 0; i < f->view->n_items; i++)
        values[i] = 1000000 + (int32_t)i;
    assert_int_equal(
        mmspan_fill(f->result, filled.ids, filled.n, values, f->view->n_items, NULL),
        MMSPAN_OK);
    for (size_t i = 0; i < ids->n; i++)
        assert_int_equal(filled.ids[i],
                         plan->modality[i] < 0 ? ids->ids[i] : 1000000 + plan->item[i]);
}

/* A row's bytes say whose they are. */
static unsigned char row_byte(int32_t modality, int64_t row, size_t byte) {
    return (unsigned char)(modality * 59 + row * 7 + (int64_t)byte);
}

/* Rows of a modality in memory of exactly the size that they need, so that a sanitizer
 * sees a byte too many. */
static void *make_rows(int32_t modality, int64_t n, size_t row_bytes, size_t stride) {
    size_t size = n ? (size_t)(n - 1) * stride + row_bytes : 0;
    unsigned char *rows = malloc(size + !size);
    assert_non_null(rows);
    memset(rows, GUARD, size);
    for (int64_t row = 0; row < n; row++)
        for (size_t b = 0; b < row_bytes; b++)
            rows[(size_t)row * stride + b] = row_byte(modality, row, b);
    return rows;
}

/* Splices one window and looks at every byte of the matrix. */
static void check_splice(const struct fixture *f, const struct plan *plan, int64_t start,
                         int64_t end, struct random_source *random) {
    size_t row_bytes = random_between(random, 1, MAX_ROW);
    size_t matrix_stride = row_bytes + random_below(random, 3) * 5;
    mmspan_source sources[MMSPAN_MAX_MODALITIES];
    size_t n_sources = (size_t)mmspan_matcher_n_modalities(f->matcher);
    for (size_t m = 0; m < n_sources; m++) {
        size_t stride = row_bytes + random_below(random, 3) * 3;
        int64_t n = plan->n_rows[m];
        sources[m] = (mmspan_source){make_rows((int32_t)m, n, row_bytes, stride), n, stride,
                                     (int32_t)m, 0};
    }
    size_t n = (size_t)(end - start);
    size_t size = n ? (n - 1) * matrix_stride + row_bytes : 0;
    unsigned char *matrix = malloc(size + !size);
    assert_non_null(matrix);
    memset(matrix, GUARD, size);
    mmspan_error error = {0};
    if (mmspan_splice(f->result, start, end, row_bytes, matrix, matrix_stride, sources,
                      n_sources, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < size; i++) {
        size_t at = (size_t)start + i / matrix_stride;
        size_t byte = i % matrix_stride;
        bool row = byte < row_bytes && plan->modality[at] >= 0;
        assert_int_equal(matrix[i],
                         row ? row_byte(plan->modality[at], plan->row[at], byte) : GUARD);
    }
    free(matrix);
    for (size_t m = 0; m < n_sources; m++) {
        void *rows;
        memcpy(&rows, &sources[m].data, sizeof rows);
        free(rows);
    }
}

static void test_references(void **state) {
    (void)state;
    struct random_source random = {3};
    static struct id_list ids;
    static struct plan plan;
    for (int shape = 0; shape < N_FIXTURES; shape++) {
        struct fixture f;
        fixture_open(&f, (enum fixture_shape)shape);
        for (int round = 0; round < 100; round++) {
            fixture_prompt((enum fixture_shape)shape, &random, 6, &ids);
            fixture_scan(&f, ids.ids, ids.n);
            make_plan(&f, &plan);
            check_tiles(&f, &plan, &random);
            check_cuts(&f);
            check_arrays(&f, &plan);
            check_fill(&f, &plan, &ids);
            check_splice(&f, &plan, 0, f.view->n_tokens, &random);
            size_t start = random_below(&random, ids.n + 1);
            size_t end = random_between(&random, start, ids.n);
            check_splice(&f, &plan, (int64_t)start, (int64_t)end, &random);
        }
        fixture_close(&f);
    }
}

/* A prompt in chunks: what one splice of everything writes, cuts included. */
static void test_chunks(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    double image[6][2] = {{0, 1}, {2, 3}, {4, 5}, {6, 7}, {8, 9}, {10, 11}};
    double whole[12][2] = {{0}};
    double parts[12][2] = {{0}};
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 1 3*4 2 1 3*2 2 9");
    mmspan_source source = {image, 6, sizeof image[0], 0, 0};
    assert_int_equal(mmspan_splice(f.result, 0, 12, sizeof whole[0], whole, sizeof whole[0],
                                   &source, 1, NULL),
                     MMSPAN_OK);
    int64_t start = 0;
    size_t chunks = 0;
    while (start < 12) {
        int64_t end = mmspan_cut_before(f.result, start + 7);
        assert_true(end > start);
        assert_int_equal(mmspan_splice(f.result, start, end, sizeof parts[0], parts[start],
                                       sizeof parts[0], &source, 1, NULL),
                         MMSPAN_OK);
        start = end;
        chunks++;
    }
    assert_int_equal(chunks, 2);
    assert_memory_equal(whole, parts, sizeof whole);
    assert_true(whole[2][0] == 0 && whole[2][1] == 1 && whole[9][1] == 11);
    fixture_close(&f);
}

/* One row must not be spread over several tokens, and nothing be written before all is
 * known to fit. */
static void test_splice_checks_first(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    unsigned char matrix[64];
    unsigned char rows[64] = {0};
    mmspan_error error;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "1 3*3 2 5 7 6");
    mmspan_source sources[] = {{rows, 3, 4, 0, 0}, {rows, 1, 4, 2, 0}};
    memset(matrix, GUARD, sizeof matrix);
    for (int64_t n = 0; n < 6; n++) {
        sources[0].n_rows = n;
        mmspan_status status = mmspan_splice(f.result, 0, 8, 4, matrix, 8, sources, 2, &error);
        assert_int_equal(status, n == 3 ? MMSPAN_OK : MMSPAN_E_MISMATCH);
        if (n == 3)
            memset(matrix, GUARD, sizeof matrix);
        else
            assert_non_null(strstr(error.message, "3 rows of image"));
    }
    sources[0].n_rows = 3;
    sources[1].n_rows = 2;
    /* Also when the window needs no row of it. */
    assert_int_equal(mmspan_splice(f.result, 0, 5, 4, matrix, 8, sources, 2, &error),
                     MMSPAN_E_MISMATCH);
    assert_string_equal(error.message,
                        "the prompt takes 1 rows of audio, but the source has 2");
    assert_int_equal(mmspan_splice(f.result, 0, 8, 4, matrix, 8, sources, 1, &error),
                     MMSPAN_E_MISMATCH);
    assert_string_equal(error.message,
                        "the window takes rows of audio, but there is no source for it");
    for (size_t i = 0; i < sizeof matrix; i++)
        assert_int_equal(matrix[i], GUARD);
    /* A window without audio needs no source of it, an empty one needs none at all. */
    assert_int_equal(mmspan_splice(f.result, 0, 5, 4, matrix, 8, sources, 1, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_splice(f.result, 2, 2, 4, NULL, 8, NULL, 0, NULL), MMSPAN_OK);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_splice_checks_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
