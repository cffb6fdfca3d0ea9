/* A copied result is the same to all operations, and neither changes with the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/gallery.h"
#include "../../../support/alloc_fault.h"
#include "../../../support/expect.h"
#include "../../../support/transcript.h"
#include "mmspan/mmspan.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT = 4096 };

static const int32_t prompt[] = {9, 1, 3, 3, 2, 8, 1, 3, 9, 3};
enum { N_PROMPT = sizeof prompt / sizeof *prompt };

struct pair {
    mmspan_matcher *matcher;
    mmspan_result *result;
    mmspan_result *copy;
};

static void open_pair(struct pair *p) {
    p->matcher = expect_compile(gallery_gemma4, NULL);
    assert_int_equal(mmspan_result_create(NULL, &p->result), MMSPAN_OK);
    assert_int_equal(mmspan_result_create(NULL, &p->copy), MMSPAN_OK);
    assert_int_equal(mmspan_scan(p->matcher, prompt, N_PROMPT, NULL, p->result, NULL),
                     MMSPAN_OK);
}

static void close_pair(struct pair *p) {
    mmspan_result_destroy(p->result);
    mmspan_result_destroy(p->copy);
    mmspan_matcher_destroy(p->matcher);
}

static void expect_text(const struct pair *p, const mmspan_result *result, const char *wanted) {
    char text[TEXT];
    transcript_write(p->matcher, mmspan_result_view(result), text, sizeof text);
    assert_string_equal(text, wanted);
}

static const char found[] = "image block 1..5 rows 2 (image 2..4 #0)\n"
                            "image bare 9..10 rows 1 (image 9..10 #2)\n"
                            "broken-block 6..8 image expects eoi,img found 9\n";

static void test_same(void **state) {
    (void)state;
    struct pair p;
    open_pair(&p);
    assert_int_equal(mmspan_result_copy(p.result, p.copy, NULL), MMSPAN_OK);
    assert_ptr_equal(mmspan_result_matcher(p.copy), p.matcher);
    assert_int_equal(mmspan_result_view(p.copy)->n_tokens, N_PROMPT);
    assert_int_equal(mmspan_rows(p.copy, 0), 3);
    assert_null(mmspan_result_ids(p.copy));
    expect_text(&p, p.copy, found);
    /* The copy lives on by itself. */
    assert_int_equal(mmspan_scan(p.matcher, NULL, 0, NULL, p.result, NULL), MMSPAN_OK);
    expect_text(&p, p.copy, found);
    assert_int_equal(mmspan_result_copy(p.copy, p.copy, NULL), MMSPAN_OK);
    expect_text(&p, p.copy, found);
    close_pair(&p);
}

/* What assign and collapse have noted goes along, and what they do later does not. */
static void test_operations(void **state) {
    (void)state;
    struct pair p;
    int32_t out[N_PROMPT];
    size_t n = 0;
    const mmspan_media media[] = {{.rows = 2, .modality = 0}, {.rows = 5, .modality = 0}};
    open_pair(&p);
    assert_int_equal(mmspan_result_copy(p.result, p.copy, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_assign(p.copy, media, 2, NULL, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_result_view(p.copy)->n_findings, 2);
    assert_int_equal(mmspan_result_view(p.copy)->items[0].media, 0);
    assert_int_equal(mmspan_result_view(p.result)->n_findings, 1);
    assert_int_equal(mmspan_result_view(p.result)->items[0].media, -1);
    /* Truncation says which media are left only when some were handed out. */
    mmspan_span kept;
    mmspan_span left[3];
    assert_int_equal(mmspan_result_copy(p.copy, p.result, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_truncate(p.result, 3, MMSPAN_SIDE_LEFT, &kept, left, 3, NULL),
                     MMSPAN_OK);
    assert_int_equal(left[0].start, 1);
    assert_int_equal(left[0].end, 2);
    assert_int_equal(mmspan_collapse(p.result, prompt, N_PROMPT, out, N_PROMPT, &n, NULL),
                     MMSPAN_OK);
    assert_int_equal(mmspan_result_copy(p.result, p.copy, NULL), MMSPAN_OK);
    for (int64_t at = -1; at <= N_PROMPT + 1; at++) {
        assert_int_equal(mmspan_new_position(p.copy, at), mmspan_new_position(p.result, at));
        assert_int_equal(mmspan_old_position(p.copy, at), mmspan_old_position(p.result, at));
    }
    assert_int_equal(mmspan_new_position(p.copy, N_PROMPT), (int64_t)n);
    close_pair(&p);
}

static void test_narrowed(void **state) {
    (void)state;
    struct pair p;
    int64_t wide[N_PROMPT];
    open_pair(&p);
    for (size_t i = 0; i < N_PROMPT; i++)
        wide[i] = prompt[i];
    const mmspan_ids ids = {.data = wide, .n = N_PROMPT, .type = MMSPAN_IDS_INT64};
    assert_int_equal(mmspan_scan_ids(p.matcher, &ids, NULL, p.result, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_result_copy(p.result, p.copy, NULL), MMSPAN_OK);
    assert_non_null(mmspan_result_ids(p.copy));
    assert_ptr_not_equal(mmspan_result_ids(p.copy), mmspan_result_ids(p.result));
    assert_memory_equal(mmspan_result_ids(p.copy), prompt, sizeof prompt);
    /* And of what has none the copy has none. */
    assert_int_equal(mmspan_scan(p.matcher, prompt, N_PROMPT, NULL, p.result, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_result_copy(p.result, p.copy, NULL), MMSPAN_OK);
    assert_null(mmspan_result_ids(p.copy));
    close_pair(&p);
}

/* Of a stream what is decided, and the copy does not grow. */
static void test_stream(void **state) {
    (void)state;
    struct pair p;
    mmspan_stream *stream;
    const mmspan_media media = {.rows = 2, .modality = 0};
    open_pair(&p);
    assert_int_equal(mmspan_stream_create(p.matcher, NULL, &stream), MMSPAN_OK);
    assert_int_equal(mmspan_stream_push(stream, prompt, 5, 0, NULL), MMSPAN_OK);
    /* The block may still turn out to touch something broken. */
    assert_int_equal(mmspan_result_copy(mmspan_stream_result(stream), p.copy, NULL), MMSPAN_OK);
    expect_text(&p, p.copy, "");
    assert_int_equal(mmspan_rows(p.copy, 0), 0);
    assert_int_equal(mmspan_stream_push(stream, prompt + 5, 3, 0, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_result_copy(mmspan_stream_result(stream), p.copy, NULL), MMSPAN_OK);
    expect_text(&p, p.copy, "image block 1..5 rows 2 (image 2..4 #0)\n");
    assert_int_equal(mmspan_rows(p.copy, 0), 2);
    assert_int_equal(mmspan_assign(p.copy, &media, 1, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_stream_push(stream, prompt + 8, 2, 0, NULL), MMSPAN_OK);
    expect_text(&p, p.copy, "image block 1..5 rows 2 (image 2..4 #0)\n");
    assert_int_equal(mmspan_stream_finish(stream, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_result_copy(mmspan_stream_result(stream), p.copy, NULL), MMSPAN_OK);
    expect_text(&p, p.copy, found);
    assert_int_equal(mmspan_assign(p.copy, &media, 1, NULL, NULL), MMSPAN_OK);
    mmspan_stream_destroy(stream);
    close_pair(&p);
}

static void test_bad(void **state) {
    (void)state;
    struct pair p;
    open_pair(&p);
    assert_int_equal(mmspan_result_copy(NULL, p.copy, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_result_copy(p.result, NULL, NULL), MMSPAN_E_ARGUMENT);
    /* A result that nothing was scanned into. */
    assert_int_equal(mmspan_result_copy(p.copy, p.result, NULL), MMSPAN_OK);
    expect_text(&p, p.result, "");
    assert_null(mmspan_result_matcher(p.result));
    close_pair(&p);
}

static void test_no_memory(void **state) {
    (void)state;
    struct pair p;
    int64_t wide[N_PROMPT];
    mmspan_status status = MMSPAN_E_MEMORY;
    open_pair(&p);
    for (size_t i = 0; i < N_PROMPT; i++)
        wide[i] = prompt[i];
    const mmspan_ids ids = {.data = wide, .n = N_PROMPT, .type = MMSPAN_IDS_INT64};
    assert_int_equal(mmspan_scan_ids(p.matcher, &ids, NULL, p.result, NULL), MMSPAN_OK);
    size_t n = 0;
    while (status == MMSPAN_E_MEMORY) {
        struct alloc_fault fault = {0};
        mmspan_allocator allocator = alloc_fault_allocator(&fault);
        mmspan_result *copy;
        assert_int_equal(mmspan_result_create(&allocator, &copy), MMSPAN_OK);
        alloc_fault_arm(&fault, ++n);
        status = mmspan_result_copy(p.result, copy, NULL);
        expect_text(&p, copy, status == MMSPAN_OK ? found : "");
        assert_int_equal(mmspan_result_ids(copy) != NULL, status == MMSPAN_OK);
        mmspan_result_destroy(copy);
        assert_int_equal(fault.n_blocks, 0);
    }
    assert_int_equal(status, MMSPAN_OK);
    assert_int_equal(n, 5); /* items, runs, findings, IDs */
    close_pair(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),     cmocka_unit_test(test_operations),
        cmocka_unit_test(test_narrowed), cmocka_unit_test(test_stream),
        cmocka_unit_test(test_bad),      cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
