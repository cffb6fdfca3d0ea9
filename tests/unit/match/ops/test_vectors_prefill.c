/*
 * What other runners' code and unit tests say about what follows a scan, restated: which
 * rows a chunk takes, whose rows they are, padding for caches, masks and positions. Where
 * they are wrong today, the right answer stands here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/expect.h"
#include "../../../support/fixture.h"
#include "mmspan/adapters.h"

#include <string.h>

static const char run[] = "token pad 1; modality image; patch pad";
static const char pair[] = "token b 8; token p 5; token e 9\n"
                           "modality image; begin b; patch p; end e";
static const char wrapped[] = "token b 10; token p 99; token e 11\n"
                              "modality image; begin b; patch p; end e";
static const char pixtral[] = "token img 1; token brk 2; token end 3\n"
                              "modality image; pattern (img+ brk)* img+ end; embed img";
static const char bound[] = "token i 9; token a 7; token f 20; token g 21\n"
                            "modality image; patch i\n"
                            "modality video; begin f; patch i; end g; multi\n"
                            "modality audio; patch a";

static void open_prompt(struct fixture *f, const char *config, struct id_list *ids,
                        const char *text) {
    f->matcher = expect_compile(config, NULL);
    assert_int_equal(mmspan_result_create(NULL, &f->result), MMSPAN_OK);
    f->view = mmspan_result_view(f->result);
    fixture_scan_text(f, ids, text);
}

static mmspan_status assign(struct fixture *f, const char *rows) {
    mmspan_media media[8];
    return mmspan_assign(f->result, media, media_read(media, 8, 0, rows), NULL, NULL);
}

/* Rows of a chunk of `length` tokens after a prefix. */
static int64_t count_rows(const struct fixture *f, int64_t prefix, int64_t length) {
    mmspan_run runs[8];
    size_t n;
    int64_t rows = 0;
    assert_int_equal(mmspan_window(f->result, prefix, prefix + length, runs, 8, &n, NULL),
                     MMSPAN_OK);
    for (size_t i = 0; i < n; i++)
        rows += runs[i].length;
    return rows;
}

static void test_rows_of_chunks(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    /* Prefix, length, first row and row behind the last. */
    static const int64_t cases[][4] = {{0, 25, 0, 15},  {0, 2, 0, 0},    {0, 3, 0, 1},
                                       {4, 3, 2, 4},    {8, 16, 4, 14},  {6, 3, 4, 4},
                                       {15, 5, 10, 10}, {24, 1, 14, 15}, {30, 0, 15, 15}};
    int64_t cumsum[33];
    open_prompt(&f, run, &ids, "5*2 1*4 5*3 1*6 5*5 1*5 5*8");
    assert_int_equal(mmspan_cumsum(f.result, cumsum, 33, NULL), MMSPAN_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int64_t *c = cases[i];
        int64_t end = c[0] + c[1];
        assert_int_equal(count_rows(&f, c[0], c[1]), c[3] - c[2]);
        assert_int_equal(c[0] ? cumsum[c[0] - 1] : 0, c[2]);
        assert_int_equal(end ? cumsum[end - 1] : 0, c[3]);
    }
    assert_int_equal(count_rows(&f, 8, 16), 10);
    assert_int_equal(count_rows(&f, 30, 0), 0);
    fixture_close(&f);
}

/* A step over three requests, of which one has no image. */
static void test_rows_of_a_step(void **state) {
    (void)state;
    static const struct {
        const char *ids;
        int64_t prefix, length;
    } requests[] = {{"5*2 1*4 5*4", 4, 4}, {"5*12", 0, 10}, {"5*5 1*8 5*5 1*8", 10, 10}};
    int64_t rows = 0;
    for (size_t i = 0; i < 3; i++) {
        struct fixture f;
        struct id_list ids;
        open_prompt(&f, run, &ids, requests[i].ids);
        rows += count_rows(&f, requests[i].prefix, requests[i].length);
        fixture_close(&f);
    }
    assert_int_equal(rows, 7);
}

/* Five rows for three tokens, and two: both are errors, none is cut to fit. */
static void test_wrong_number_of_rows(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    static const char rows[5] = "abcd";
    char matrix[3] = "xyz";
    open_prompt(&f, run, &ids, "1*3");
    mmspan_source source = {rows, 5, 1, 0, 0};
    assert_int_equal(mmspan_splice(f.result, 0, 3, 1, matrix, 1, &source, 1, NULL),
                     MMSPAN_E_MISMATCH);
    source.n_rows = 2;
    assert_int_equal(mmspan_splice(f.result, 0, 3, 1, matrix, 1, &source, 1, NULL),
                     MMSPAN_E_MISMATCH);
    assert_memory_equal(matrix, "xyz", 3);
    fixture_close(&f);
}

/* One bundle of rows for two touching images, grids 2 x 3 and 4 x 1; upstream's flat
 * grids, from which nothing can be told, have no counterpart: rows are always given. */
static void test_rows_of_touching_images(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    open_prompt(&f, run, &ids, "1*10");
    assert_int_equal(assign(&f, "6 4"), MMSPAN_OK);
    findings_expect(&f, "");
    assert_int_equal(f.view->n_runs, 2);
    assert_int_equal(f.view->runs[0].row, 0);
    assert_int_equal(f.view->runs[1].row, 6);
    assert_int_equal(f.view->runs[1].length, 4);
    /* The order of the media decides between two splits that are both possible. */
    fixture_scan_text(&f, &ids, "1*4");
    assert_int_equal(assign(&f, "1 3"), MMSPAN_OK);
    assert_int_equal(f.view->items[0].end, 1);
    fixture_scan_text(&f, &ids, "1*4");
    assert_int_equal(assign(&f, "3 1"), MMSPAN_OK);
    assert_int_equal(f.view->items[0].end, 3);
    fixture_close(&f);
}

/* Pixtral: five rows of one token, which are an image of two and one of three. */
static void test_rows_of_images(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    open_prompt(&f, pixtral, &ids, "1 2 1 3 1 2 1 2 1 3");
    assert_int_equal(assign(&f, "2 3"), MMSPAN_OK);
    findings_expect(&f, "");
    assert_int_equal(f.view->items[0].n_runs, 2);
    assert_int_equal(f.view->items[1].n_runs, 3);
    assert_int_equal(assign(&f, "2 2"), MMSPAN_OK);
    findings_expect(&f, "media-rows 4..10 image 1 2 3\n");
    fixture_close(&f);
}

/* Two touching images, a video of two frames around a timestamp, a clip. */
static void test_binding(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    open_prompt(&f, bound, &ids, "9*5 20 9 9 21 40 20 9 9 21 7*4");
    const mmspan_media media[] = {
        {.rows = 2}, {.rows = 3}, {.rows = 4, .modality = 1}, {.rows = 4, .modality = 2}};
    assert_int_equal(mmspan_assign(f.result, media, 4, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "");
    static const int64_t wanted[][4] = {
        {0, 2, 0, 0}, {2, 5, 0, 1}, {6, 8, 1, 0}, {11, 13, 1, 0}, {14, 18, 2, 0}};
    assert_int_equal(f.view->n_runs, 5);
    for (size_t i = 0; i < 5; i++) {
        const mmspan_run *r = &f.view->runs[i];
        assert_int_equal(r->start, wanted[i][0]);
        assert_int_equal(r->start + r->length, wanted[i][1]);
        assert_int_equal(r->modality, wanted[i][2]);
        assert_int_equal(f.view->items[r->item].media, wanted[i][3]);
    }
    fixture_close(&f);
}

/* Keys of a prefix cache between begin and end. */
static void test_pads(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    static const int32_t pads[] = {100, 200};
    open_prompt(&f, pair, &ids, "1 8 5 5 9 2 8 5 9");
    assert_int_equal(mmspan_fill(f.result, ids.ids, ids.n, pads, 2, NULL), MMSPAN_OK);
    ids_expect(&ids, "1 8 100 100 9 2 8 200 9");
    /* Truncated: nothing to fill, and that is found, not passed over. */
    fixture_scan_text(&f, &ids, "8 5 5 2");
    findings_expect(&f, "broken-block 0..3\n");
    assert_int_equal(mmspan_fill(f.result, ids.ids, ids.n, pads, 1, NULL), MMSPAN_E_MISMATCH);
    /* Two blocks never share one value. */
    fixture_scan_text(&f, &ids, "8 5 9 8 5 9");
    assert_int_equal(mmspan_fill(f.result, ids.ids, ids.n, pads, 1, NULL), MMSPAN_E_MISMATCH);
    ids_expect(&ids, "8 5 9 8 5 9");
    fixture_close(&f);
}

/* Attention masks follow an expansion through the map of positions; type IDs come from the
 * expanded prompt. */
static void test_masks(void **state) {
    (void)state;
    static const struct {
        const char *ids, *mask_in, *rows, *mask_out, *types;
    } cases[] = {
        {"1 10 99 11 2", "1 1 1 1 1", "2", "1*6", "0 0 1 1 0 0"},
        {"1 10 99 11 3", "1 1 1 1 0", "3", "1*6 0", "0 0 1 1 1 0 0"},
        {"1 10 99 11 2", "1 1 1 1 1", "4", "1*8", "0 0 1 1 1 1 0 0"},
    };
    for (size_t i = 0; i < 3; i++) {
        struct fixture f;
        static struct id_list ids, out, in, moved, types;
        mmspan_media media[1];
        open_prompt(&f, wrapped, &ids, cases[i].ids);
        ids_read(&in, cases[i].mask_in);
        media_read(media, 1, 0, cases[i].rows);
        assert_int_equal(mmspan_expand(f.result, ids.ids, ids.n, media, 1, NULL, out.ids,
                                       MAX_IDS, &out.n, NULL),
                         MMSPAN_OK);
        moved.n = 0;
        for (int64_t at = 0; at < (int64_t)out.n; at++)
            ids_add(&moved, in.ids[mmspan_old_position(f.result, at)], 1);
        ids_expect(&moved, cases[i].mask_out);
        fixture_scan(&f, out.ids, out.n);
        types.n = out.n;
        assert_int_equal(mmspan_type_ids(f.result, NULL, 0, types.ids, types.n, NULL),
                         MMSPAN_OK);
        ids_expect(&types, cases[i].types);
        fixture_close(&f);
    }
}

/* Positions on three axes, which are no operation of the library: segments and the grids
 * are all that they need. */
static void test_positions(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids, axes[3] = {{.n = 0}};
    mmspan_segment segments[8];
    size_t n;
    static const int32_t grids[2][2] = {{2, 3}, {3, 2}}; /* rows and columns, merged */
    int32_t base = 0;
    open_prompt(&f, run, &ids, "5*2 1*6 5*3 1*6 5*2");
    assert_int_equal(mmspan_segments(f.result, segments, 8, &n, NULL), MMSPAN_OK);
    for (size_t i = 0; i < n; i++) {
        bool text = segments[i].item < 0;
        int32_t columns = text ? 1 : grids[segments[i].item][1];
        int32_t rows = text ? 0 : grids[segments[i].item][0];
        int32_t length = (int32_t)(segments[i].end - segments[i].start);
        for (int32_t k = 0; k < length; k++) {
            ids_add(&axes[0], base + (text ? k : 0), 1);
            ids_add(&axes[1], base + (text ? k : k / columns), 1);
            ids_add(&axes[2], base + (text ? k : k % columns), 1);
        }
        base += text ? length : rows > columns ? rows : columns;
    }
    ids_expect(&axes[0], "0 1 2 2 2 2 2 2 5 6 7 8 8 8 8 8 8 11 12");
    ids_expect(&axes[1], "0 1 2 2 2 3 3 3 5 6 7 8 8 9 9 10 10 11 12");
    ids_expect(&axes[2], "0 1 2 3 4 2 3 4 5 6 7 8 9 8 9 8 9 11 12");
    assert_int_equal(base - (int32_t)ids.n, -6);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_of_chunks),
        cmocka_unit_test(test_rows_of_a_step),
        cmocka_unit_test(test_wrong_number_of_rows),
        cmocka_unit_test(test_rows_of_touching_images),
        cmocka_unit_test(test_rows_of_images),
        cmocka_unit_test(test_binding),
        cmocka_unit_test(test_pads),
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_positions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
