/* Every single allocation fails once: the call says so, nothing leaks, and the same call
 * works when it is made again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/gallery.h"
#include "../../../oracle/notation.h"
#include "../../../support/alloc_fault.h"
#include "../../../support/expect.h"
#include "../../../support/transcript.h"
#include "mmspan/mmspan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 1 << 20, MAX_OUT = 8192 };

/* One walk through the library, in which one allocation fails. */
struct walk {
    struct alloc_fault fault;
    mmspan_allocator allocator;
    size_t n_failures; /* calls that reported it */
    mmspan_error error;
    const struct notation *notation;
    struct transcript_prompt prompt;
    mmspan_spec *spec;
    mmspan_matcher *matcher;
    mmspan_result *result;
    mmspan_stream *stream;
};

/* True when a call has to be made again. Failing twice or otherwise ends the test. */
static bool again(struct walk *w, mmspan_status status) {
    if (status == MMSPAN_OK)
        return false;
    if (status != MMSPAN_E_MEMORY || w->n_failures++ > 0)
        fail_msg("call %zu fails: status %d, %s", w->fault.fail_at, (int)status,
                 w->error.message);
    return true;
}

/* The same for a call that has been given the error to explain itself. */
static bool again_explained(struct walk *w, mmspan_status status) {
    if (status == MMSPAN_E_MEMORY)
        expect_no_memory(status, &w->error);
    w->error = (mmspan_error){0};
    return again(w, status);
}

static void build_spec(struct walk *w) {
    while (again(w, mmspan_spec_create(&w->allocator, &w->spec)))
        ;
    while (again(w, mmspan_spec_set_model(w->spec, "model")))
        ;
    while (again(w, mmspan_spec_set_place(w->spec, "file.yaml", 1, 2, "a.b.c")))
        ;
    for (size_t i = 0; i < w->notation->n_tokens; i++)
        while (again_explained(
            w, mmspan_spec_add_token(w->spec, &w->notation->tokens[i], &w->error)))
            ;
    for (size_t i = 0; i < w->notation->n_modalities; i++)
        while (again_explained(
            w, mmspan_spec_add_modality(w->spec, &w->notation->modalities[i], &w->error)))
            ;
}

static void scan(struct walk *w) {
    mmspan_scan_options options = {.struct_size = sizeof options,
                                   .literal = w->prompt.literal,
                                   .n_literal = w->prompt.n_literal};
    while (again_explained(w, mmspan_scan(w->matcher, w->prompt.ids, w->prompt.n, &options,
                                          w->result, &w->error))) {
        assert_int_equal(mmspan_result_view(w->result)->n_items, 0);
        assert_int_equal(mmspan_result_view(w->result)->n_findings, 0);
    }
}

static void collapse(struct walk *w) {
    static int32_t out[MAX_OUT];
    size_t n_out;
    while (again_explained(w, mmspan_collapse(w->result, w->prompt.ids, w->prompt.n, out,
                                              MAX_OUT, &n_out, &w->error)))
        ;
}

/* A stream whose memory ran out is reset and fed again. */
static void feed_stream(struct walk *w) {
    while (again(w, mmspan_stream_create(w->matcher, &w->allocator, &w->stream)))
        ;
    for (size_t at = 0; at < w->prompt.n;) {
        size_t n = w->prompt.n - at < 7 ? w->prompt.n - at : 7;
        mmspan_status status =
            mmspan_stream_push(w->stream, w->prompt.ids + at, n, 0, &w->error);
        at += n;
        if (again_explained(w, status)) {
            mmspan_stream_reset(w->stream);
            at = 0;
        }
    }
    mmspan_stream *copy;
    while (again(w, mmspan_stream_copy(w->stream, &copy)))
        ;
    mmspan_stream_destroy(w->stream);
    w->stream = copy;
}

static void finish_stream(struct walk *w) {
    feed_stream(w);
    if (again_explained(w, mmspan_stream_finish(w->stream, &w->error))) {
        mmspan_stream_destroy(w->stream);
        feed_stream(w);
        assert_int_equal(mmspan_stream_finish(w->stream, &w->error), MMSPAN_OK);
    }
}

static void clean_up(struct walk *w) {
    mmspan_stream_destroy(w->stream);
    mmspan_result_destroy(w->result);
    mmspan_matcher_destroy(w->matcher);
    mmspan_spec_destroy(w->spec);
    assert_int_equal(w->fault.n_blocks, 0);
    assert_int_equal(w->fault.n_bytes, 0);
    assert_int_equal(w->fault.n_misused, 0);
}

/* Walks with allocation number `fail_at` failing; false when there are not so many. The
 * transcripts of the scan and of the stream come out in `text`. */
static bool walk(const struct notation *notation, const char *ids, size_t fail_at, char *text) {
    struct walk w = {.notation = notation};
    w.allocator = alloc_fault_allocator(&w.fault);
    assert_true(transcript_read(&w.prompt, ids));
    alloc_fault_arm(&w.fault, fail_at);
    build_spec(&w);
    while (again_explained(&w, mmspan_compile(w.spec, NULL, &w.matcher, &w.error)))
        assert_null(w.matcher);
    while (again(&w, mmspan_result_create(&w.allocator, &w.result)))
        ;
    scan(&w);
    transcript_write(w.matcher, mmspan_result_view(w.result), text, TEXT / 2);
    collapse(&w);
    finish_stream(&w);
    size_t used = strlen(text);
    transcript_write(w.matcher, mmspan_result_view(mmspan_stream_result(w.stream)), text + used,
                     TEXT - used);
    bool reached = w.fault.n_calls >= fail_at;
    clean_up(&w);
    free(w.prompt.ids);
    return reached;
}

static void check_all(const char *config, const char *ids) {
    struct notation *notation = malloc(sizeof *notation);
    char *wanted = malloc(TEXT);
    char *text = malloc(TEXT);
    assert_true(notation && wanted && text);
    assert_true(notation_read(notation, config));
    walk(notation, ids, 0, wanted);
    size_t n = 1;
    for (; walk(notation, ids, n, text); n++)
        if (strcmp(text, wanted) != 0)
            fail_msg("after failure %zu\n%s-- wanted\n%s", n, text, wanted);
    assert_true(n > 10);
    free(text);
    free(wanted);
    free(notation);
}

/* Prompts that grow the arrays of items, runs, findings and of a live attempt. */
static void test_walks(void **state) {
    (void)state;
    static const char *const prompts[] = {
        "1 3*300 2 3*100 7 1 1 1 4 4 9 2 5 7 7 6 [3 9 1 3] 2 4 1 3 1 4 200 300",
        "1 2 3 1 2 3 1 3 2 3 1 3 2 1 2 3 2 3 2 1 1 1 2 2 2 3 1 4 3 1 5 6 9 1 2 3 4 6 4 5 3 1",
        "-1 -2 -3 -3 -200*9 5 -200 -4 -200 -200*40 1 2 1 3 5*3 4 9 9 3 5 4 2 1 2 1 2 1 4*6 3 4",
        "3 4 3 4 3 4 3 4 3 4 3 4 3 4 3 4 3 4 3 3 4 3 4 3 4 3 4 3 4 9 1*500 9 1 1 1 1 3 4 3 4",
    };
    for (size_t i = 0; gallery_config(i); i++)
        for (size_t k = 0; k < sizeof prompts / sizeof *prompts; k++)
            check_all(gallery_config(i), prompts[k]);
}

/* Specs that are refused: out of memory on the way, and the real reason at last. */
static void test_refused_specs(void **state) {
    (void)state;
    static const struct {
        const char *config;
        mmspan_status status;
    } refused[] = {
        {"token a 1; token b 2; modality x; pattern (a b)+; modality y; pattern a (b a)+ b",
         MMSPAN_E_AMBIGUOUS},
        {"token a 1; token b 2; modality x; pattern (a | b)* a (a | b){60}", MMSPAN_E_LIMIT},
        {"token a 1; modality x; pattern a (a | nope)", MMSPAN_E_CONFIG},
        {"token a 1; modality x; pattern a (a", MMSPAN_E_SYNTAX},
        {"token a 1; token b 2; modality x; begin a; patch b; placeholder a", MMSPAN_E_CONFIG},
        {"token a 1; token b 2; modality x; begin a; patch b; adjacent by_id", MMSPAN_E_CONFIG},
    };
    struct notation *notation = malloc(sizeof *notation);
    assert_non_null(notation);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        mmspan_status status = MMSPAN_E_MEMORY;
        assert_true(notation_read(notation, refused[i].config));
        for (size_t n = 1; status == MMSPAN_E_MEMORY; n++) {
            struct alloc_fault fault = {0};
            mmspan_allocator allocator = alloc_fault_allocator(&fault);
            mmspan_spec *spec;
            mmspan_matcher *matcher = NULL;
            mmspan_error error;
            assert_int_equal(notation_spec(notation, &allocator, &spec, NULL), MMSPAN_OK);
            alloc_fault_arm(&fault, n);
            status = mmspan_compile(spec, NULL, &matcher, &error);
            if (status == MMSPAN_E_MEMORY)
                expect_no_memory(status, &error);
            assert_int_equal(error.status, status);
            assert_null(matcher);
            mmspan_spec_destroy(spec);
            assert_int_equal(fault.n_blocks, 0);
            assert_int_equal(fault.n_misused, 0);
        }
        assert_int_equal(status, refused[i].status);
    }
    free(notation);
}

/* Small arrays share blocks of memory. Of many tokens and states each array has a block of its
 * own, so that each can be what there is no memory for. */
static mmspan_spec *large_spec(const mmspan_allocator *allocator) {
    enum { N_TOKENS = 400 };
    mmspan_spec *spec;
    char name[16];
    assert_int_equal(mmspan_spec_create(allocator, &spec), MMSPAN_OK);
    for (int32_t id = 0; id < N_TOKENS; id++) {
        snprintf(name, sizeof name, "t%d", (int)id);
        const mmspan_token_decl token = {
            .struct_size = sizeof token, .name = name, .ids = &id, .n_ids = 1};
        assert_int_equal(mmspan_spec_add_token(spec, &token, NULL), MMSPAN_OK);
    }
    const mmspan_modality_decl long_block = {
        .struct_size = sizeof long_block, .name = "x", .pattern = "t0 (t1 t2){1,500} t3"};
    assert_int_equal(mmspan_spec_add_modality(spec, &long_block, NULL), MMSPAN_OK);
    return spec;
}

static void test_large_arrays(void **state) {
    (void)state;
    mmspan_status status = MMSPAN_E_MEMORY;
    size_t n = 1;
    for (; status == MMSPAN_E_MEMORY; n++) {
        struct alloc_fault fault = {0};
        mmspan_allocator allocator = alloc_fault_allocator(&fault);
        mmspan_spec *spec = large_spec(&allocator);
        mmspan_matcher *matcher = NULL;
        mmspan_error error = {0};
        alloc_fault_arm(&fault, n);
        status = mmspan_compile(spec, NULL, &matcher, &error);
        if (status != MMSPAN_OK)
            expect_no_memory(status, &error);
        mmspan_matcher_destroy(matcher);
        mmspan_spec_destroy(spec);
        assert_int_equal(fault.n_blocks, 0);
        assert_int_equal(fault.n_misused, 0);
    }
    assert_int_equal(status, MMSPAN_OK);
    assert_true(n > 50);
}

/* After a first round the same prompts allocate nothing, whatever stands in them. */
static void test_warm_scans(void **state) {
    (void)state;
    static const char *const prompts[] = {
        "1 3*300 2 3*100 7 1 1 1 4 4 9 2 5 7 7 6 [3 9 1 3] 2 4 1 3 1 4 200 300",
        "1*1000 2 1 2 1 2 3 4 5*60 3 4 3 4 3 4 3 4 9 3 4 3 4 3",
        "-200*300 -1 -2 -3*3 1 2 3 4 4 4 6 3 1 2",
    };
    for (size_t i = 0; gallery_config(i); i++) {
        struct alloc_fault fault = {0};
        mmspan_allocator allocator = alloc_fault_allocator(&fault);
        mmspan_matcher *matcher = expect_compile(gallery_config(i), NULL);
        mmspan_result *result;
        size_t n_calls = 0;
        assert_int_equal(mmspan_result_create(&allocator, &result), MMSPAN_OK);
        for (size_t k = 0; k < 9; k++) {
            struct transcript_prompt prompt;
            assert_true(transcript_read(&prompt, prompts[k % 3]));
            mmspan_scan_options options = {.struct_size = sizeof options,
                                           .literal = prompt.literal,
                                           .n_literal = prompt.n_literal};
            assert_int_equal(mmspan_scan(matcher, prompt.ids, prompt.n, &options, result, NULL),
                             MMSPAN_OK);
            if (k < 3)
                n_calls = fault.n_calls;
            free(prompt.ids);
        }
        assert_true(n_calls > 1);
        assert_int_equal(fault.n_calls, n_calls);
        mmspan_result_destroy(result);
        mmspan_matcher_destroy(matcher);
        assert_int_equal(fault.n_blocks, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walks),
        cmocka_unit_test(test_refused_specs),
        cmocka_unit_test(test_large_arrays),
        cmocka_unit_test(test_warm_scans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
