/* Streams: cut anywhere, they find what a scan of the whole finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/agreement.h"
#include "../../../oracle/gallery.h"
#include "../../../support/expect.h"
#include "../../../support/fixture.h"
#include "../../../support/streaming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A config with a stream of it, and the scan that the stream is held against. */
struct trial {
    mmspan_matcher *matcher;
    mmspan_stream *stream;
    mmspan_result *result;
    struct notation notation;
    struct oracle_declarations declared;
    struct oracle *oracle;
};

static void trial_open(struct trial *t, const char *config) {
    t->matcher = expect_compile(config, NULL);
    assert_true(notation_read(&t->notation, config));
    t->declared = agreement_declarations(&t->notation);
    t->oracle = oracle_create(&t->declared);
    assert_int_equal(mmspan_stream_create(t->matcher, NULL, &t->stream), MMSPAN_OK);
    assert_int_equal(mmspan_result_create(NULL, &t->result), MMSPAN_OK);
}

static void trial_close(struct trial *t) {
    mmspan_result_destroy(t->result);
    mmspan_stream_destroy(t->stream);
    oracle_destroy(t->oracle);
    mmspan_matcher_destroy(t->matcher);
}

static const mmspan_view *scan(struct trial *t, const struct sampler_prompt *prompt) {
    mmspan_scan_options options = {.struct_size = sizeof options,
                                   .literal = prompt->literal,
                                   .n_literal = prompt->n_literal};
    assert_int_equal(mmspan_scan(t->matcher, prompt->ids, prompt->n, &options, t->result, NULL),
                     MMSPAN_OK);
    return mmspan_result_view(t->result);
}

static void expect_same(const mmspan_view *a, const mmspan_view *b) {
    assert_int_equal(a->n_items, b->n_items);
    assert_int_equal(a->n_runs, b->n_runs);
    assert_int_equal(a->n_findings, b->n_findings);
    assert_int_equal(a->n_tokens, b->n_tokens);
    if (a->n_items)
        assert_memory_equal(a->items, b->items, a->n_items * sizeof *a->items);
    if (a->n_runs)
        assert_memory_equal(a->runs, b->runs, a->n_runs * sizeof *a->runs);
    if (a->n_findings)
        assert_memory_equal(a->findings, b->findings, a->n_findings * sizeof *a->findings);
}

static void push(mmspan_stream *stream, const struct sampler_prompt *prompt, size_t from,
                 size_t to) {
    assert_int_equal(streaming_push(stream, prompt, from, to), MMSPAN_OK);
}

/* What is decided must be final, and all that can be. */
static void check_progress(struct trial *t, const struct sampler_prompt *prompt, size_t pushed,
                           const mmspan_view *wanted, int64_t *decided) {
    char difference[512];
    if (!streaming_agrees(t->stream, t->oracle, prompt, pushed, wanted, difference,
                          sizeof difference))
        fail_msg("%s", difference);
    assert_in_range(mmspan_stream_decided(t->stream), *decided, pushed);
    *decided = mmspan_stream_decided(t->stream);
}

static void check_cuts(struct trial *t, const struct sampler_prompt *prompt,
                       struct random_source *random) {
    const mmspan_view *wanted = scan(t, prompt);
    const mmspan_view *view = mmspan_result_view(mmspan_stream_result(t->stream));
    for (size_t cut = 0; cut <= prompt->n; cut++) {
        int64_t decided = 0;
        mmspan_stream_reset(t->stream);
        push(t->stream, prompt, 0, cut);
        check_progress(t, prompt, cut, wanted, &decided);
        push(t->stream, prompt, cut, prompt->n);
        assert_int_equal(mmspan_stream_finish(t->stream, NULL), MMSPAN_OK);
        expect_same(view, wanted);
        assert_int_equal(mmspan_stream_decided(t->stream), prompt->n);
    }
    for (size_t longest = 1; longest < 50; longest = longest * 2 + 1) {
        int64_t decided = 0;
        mmspan_stream_reset(t->stream);
        for (size_t at = 0; at < prompt->n;) {
            size_t end = at + random_between(random, longest == 1, longest);
            end = end < prompt->n ? end : prompt->n;
            push(t->stream, prompt, at, end);
            check_progress(t, prompt, end, wanted, &decided);
            at = end;
        }
        assert_int_equal(mmspan_stream_finish(t->stream, NULL), MMSPAN_OK);
        expect_same(view, wanted);
    }
}

/* Whole blocks, cut ones, noise and user text, for every shape. */
static void test_cuts(void **state) {
    (void)state;
    struct random_source random = {5};
    static struct trial t;
    static struct sampler_prompt prompt;
    for (size_t i = 0; gallery_config(i); i++) {
        trial_open(&t, gallery_config(i));
        for (int round = 0; round < 40; round++) {
            sampler_prompt(&random, t.oracle, &t.declared, &prompt);
            check_cuts(&t, &prompt, &random);
        }
        trial_close(&t);
    }
}

/* Well-formed prompts, so that most cuts lie within a block. */
static void test_cuts_of_blocks(void **state) {
    (void)state;
    struct random_source random = {6};
    static struct trial t;
    static struct sampler_prompt prompt;
    static struct id_list ids;
    for (int shape = 0; shape < N_FIXTURES; shape++) {
        trial_open(&t, fixture_config((enum fixture_shape)shape));
        for (int round = 0; round < 20; round++) {
            fixture_prompt((enum fixture_shape)shape, &random, 5, &ids);
            prompt.n = ids.n < 512 ? ids.n : 512;
            prompt.n_literal = 0;
            memcpy(prompt.ids, ids.ids, prompt.n * sizeof *ids.ids);
            check_cuts(&t, &prompt, &random);
        }
        trial_close(&t);
    }
}

/* A fork goes on from the same state, and neither of the two sees the other. */
static void test_copy(void **state) {
    (void)state;
    struct random_source random = {7};
    static struct trial t;
    static struct sampler_prompt prompt;
    for (size_t i = 0; gallery_config(i); i++) {
        trial_open(&t, gallery_config(i));
        for (int round = 0; round < 60; round++) {
            mmspan_stream *copy;
            sampler_prompt(&random, t.oracle, &t.declared, &prompt);
            size_t cut = random_below(&random, prompt.n + 1);
            mmspan_stream_reset(t.stream);
            push(t.stream, &prompt, 0, cut);
            assert_int_equal(mmspan_stream_copy(t.stream, &copy), MMSPAN_OK);
            expect_same(mmspan_result_view(mmspan_stream_result(copy)),
                        mmspan_result_view(mmspan_stream_result(t.stream)));
            assert_int_equal(mmspan_stream_decided(copy), mmspan_stream_decided(t.stream));
            assert_int_equal(mmspan_stream_retained(copy), mmspan_stream_retained(t.stream));
            /* The original takes other tokens, which the fork must not notice. */
            push(t.stream, &prompt, 0, prompt.n);
            assert_int_equal(mmspan_stream_finish(t.stream, NULL), MMSPAN_OK);
            push(copy, &prompt, cut, prompt.n);
            assert_int_equal(mmspan_stream_finish(copy, NULL), MMSPAN_OK);
            expect_same(mmspan_result_view(mmspan_stream_result(copy)), scan(&t, &prompt));
            mmspan_stream_destroy(copy);
        }
        trial_close(&t);
    }
}

/* After forgetting, positions and rows go on and indices begin again. */
static void test_forget(void **state) {
    (void)state;
    static struct trial t;
    static const int32_t ids[] = {9, 1, 3, 3, 2, 9, 1, 3};
    static const int32_t more[] = {3, 3, 2, 9};
    trial_open(&t, gallery_gemma4);
    const mmspan_view *view = mmspan_result_view(mmspan_stream_result(t.stream));
    assert_int_equal(mmspan_stream_push(t.stream, ids, 8, 0, NULL), MMSPAN_OK);
    assert_int_equal(view->n_items, 1);
    assert_int_equal(mmspan_stream_decided(t.stream), 6);
    mmspan_stream_forget(t.stream);
    assert_int_equal(view->n_items + view->n_runs + view->n_findings, 0);
    assert_int_equal(view->n_tokens, 8);
    assert_int_equal(mmspan_stream_push(t.stream, more, 4, 0, NULL), MMSPAN_OK);
    assert_int_equal(view->n_items, 1);
    assert_int_equal(view->items[0].start, 6);
    assert_int_equal(view->items[0].end, 11);
    assert_int_equal(view->items[0].first_run, 0);
    assert_int_equal(view->runs[0].row, 2);
    assert_int_equal(view->runs[0].item, 0);
    assert_int_equal(view->n_tokens, 12);
    trial_close(&t);
}

/* What a stream has handed out before it forgot it. */
struct handed {
    size_t n_items;
    size_t n_runs;
    int64_t n_found; /* the tokens of its findings */
};

static void expect_part(const mmspan_view *view, const mmspan_view *wanted,
                        const struct handed *before) {
    assert_true(before->n_items + view->n_items <= wanted->n_items);
    assert_true(before->n_runs + view->n_runs <= wanted->n_runs);
    for (size_t i = 0; i < view->n_items; i++) {
        mmspan_item item = view->items[i];
        item.first_run += (int64_t)before->n_runs;
        assert_memory_equal(&item, &wanted->items[before->n_items + i], sizeof item);
    }
    for (size_t i = 0; i < view->n_runs; i++) {
        mmspan_run run = view->runs[i];
        run.item += (int32_t)before->n_items;
        assert_memory_equal(&run, &wanted->runs[before->n_runs + i], sizeof run);
    }
}

/* Of a stretch of equal tokens that was not over, the rest is a finding of its own. */
static void expect_finding(const mmspan_finding *part, const mmspan_view *wanted) {
    size_t i = 0;
    while (i < wanted->n_findings &&
           (wanted->findings[i].kind != part->kind || wanted->findings[i].id != part->id ||
            wanted->findings[i].end < part->end))
        i++;
    assert_true(i < wanted->n_findings);
    assert_true(wanted->findings[i].start <= part->start);
}

static int64_t count_found(const mmspan_view *view) {
    int64_t n = 0;
    for (size_t i = 0; i < view->n_findings; i++)
        n += view->findings[i].end - view->findings[i].start;
    return n;
}

/* Forgets what a stream shows. */
static void hand_out(struct trial *t, const mmspan_view *wanted, struct handed *handed) {
    const mmspan_view *view = mmspan_result_view(mmspan_stream_result(t->stream));
    for (size_t i = 0; i < view->n_findings; i++)
        expect_finding(&view->findings[i], wanted);
    handed->n_items += view->n_items;
    handed->n_runs += view->n_runs;
    handed->n_found += count_found(view);
    mmspan_stream_forget(t->stream);
    assert_int_equal(view->n_items + view->n_runs + view->n_findings, 0);
}

/* Pushes a prompt in pieces of 1 to `most` tokens and forgets now and then. */
static void forget_all_along(struct trial *t, struct random_source *random,
                             const struct sampler_prompt *prompt, size_t most) {
    const mmspan_view *view = mmspan_result_view(mmspan_stream_result(t->stream));
    const mmspan_view *wanted = scan(t, prompt);
    struct handed handed = {0};
    mmspan_stream_reset(t->stream);
    for (size_t at = 0, end; at < prompt->n; at = end) {
        end = at + random_between(random, 1, most);
        end = end < prompt->n ? end : prompt->n;
        push(t->stream, prompt, at, end);
        expect_part(view, wanted, &handed);
        if (random_chance(random, 70))
            hand_out(t, wanted, &handed);
    }
    assert_int_equal(mmspan_stream_finish(t->stream, NULL), MMSPAN_OK);
    expect_part(view, wanted, &handed);
    hand_out(t, wanted, &handed);
    assert_int_equal(handed.n_items, wanted->n_items);
    assert_int_equal(handed.n_runs, wanted->n_runs);
    assert_int_equal(handed.n_found, count_found(wanted));
}

/* A stream that forgets hands out, piece by piece, what one that does not keeps. */
static void test_forget_all_along(void **state) {
    (void)state;
    struct random_source random = {8};
    static struct trial t;
    static struct sampler_prompt prompt;
    for (size_t i = 0; gallery_config(i); i++) {
        trial_open(&t, gallery_config(i));
        for (int round = 0; round < 60; round++) {
            sampler_prompt(&random, t.oracle, &t.declared, &prompt);
            forget_all_along(&t, &random, &prompt, round % 3 ? prompt.n : 1);
        }
        trial_close(&t);
    }
}

/* A block of a million patches takes as many bytes as one of a thousand. */
static void test_retained(void **state) {
    (void)state;
    static struct trial t;
    static int32_t patches[1000];
    trial_open(&t, gallery_gemma4);
    for (size_t i = 0; i < 1000; i++)
        patches[i] = 3;
    assert_int_equal(mmspan_stream_retained(t.stream), 0);
    assert_int_equal(mmspan_stream_push(t.stream, (const int32_t[]){9, 1}, 2, 0, NULL),
                     MMSPAN_OK);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(mmspan_stream_push(t.stream, patches, 1000, 0, NULL), MMSPAN_OK);
    assert_in_range(mmspan_stream_retained(t.stream), 1, 256);
    assert_int_equal(mmspan_stream_decided(t.stream), 1);
    const mmspan_view *view = mmspan_result_view(mmspan_stream_result(t.stream));
    assert_int_equal(mmspan_stream_push(t.stream, (const int32_t[]){2}, 1, 0, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_stream_decided(t.stream), 1);
    assert_int_equal(view->n_items, 0);
    assert_int_equal(mmspan_stream_push(t.stream, (const int32_t[]){9}, 1, 0, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_stream_retained(t.stream), 0);
    assert_int_equal(view->n_items, 1);
    assert_int_equal(view->items[0].rows, 1000000);
    trial_close(&t);
}

static void test_after_finish(void **state) {
    (void)state;
    static struct trial t;
    static const int32_t ids[] = {1, 3, 2, 1, 3};
    mmspan_error error;
    trial_open(&t, gallery_gemma4);
    const mmspan_view *view = mmspan_result_view(mmspan_stream_result(t.stream));
    assert_int_equal(mmspan_stream_push(t.stream, ids, 5, 0, NULL), MMSPAN_OK);
    assert_int_equal(view->n_items + view->n_findings, 0);
    assert_int_equal(mmspan_stream_finish(t.stream, NULL), MMSPAN_OK);
    assert_int_equal(view->n_items, 1);
    assert_int_equal(view->n_findings, 1);
    assert_int_equal(view->findings[0].kind, MMSPAN_FINDING_TRUNCATED_BLOCK);
    assert_int_equal(mmspan_stream_push(t.stream, ids, 5, 0, &error), MMSPAN_E_ARGUMENT);
    assert_non_null(strstr(error.message, "has ended"));
    assert_int_equal(mmspan_stream_finish(t.stream, &error), MMSPAN_E_ARGUMENT);
    assert_int_equal(view->n_items, 1);
    mmspan_stream_reset(t.stream);
    assert_int_equal(view->n_items + view->n_findings, 0);
    assert_int_equal(mmspan_stream_push(t.stream, NULL, 0, 0, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_stream_finish(t.stream, NULL), MMSPAN_OK);
    trial_close(&t);
}

/* Blocks that look like begin, patches, end, and each is something else: long prompts of
 * them are read by marks, single tokens never are. */
static void test_nearly_plain(void **state) {
    (void)state;
    static const char tokens[] = "token a 1; token p 2; token e 3; token s any 4 5; ";
    static const struct {
        const char *rest;
        int32_t word[8];
        size_t n;
    } cases[] = {
        {"modality image; pattern a p+ e; embed a p", {1, 2, 2, 3}, 4},
        {"modality image; pattern a p+ e; embed p e", {1, 2, 2, 3, 9}, 5},
        {"modality image; pattern a p+ e+; embed p", {9, 1, 2, 2, 3, 3}, 6},
        {"modality image; pattern a (p e)+; embed p", {1, 2, 3, 2, 3, 9}, 6},
        {"modality image; pattern a s+ e; embed s", {1, 4, 4, 5, 3}, 5},
        {"modality image; pattern a (p p)+ e; embed p", {1, 2, 2, 2, 3}, 5},
        {"modality image; pattern a p{1,2} e; embed p", {1, 2, 2, 2, 3}, 5},
        {"modality image; pattern p p; embed p; adjacent by_id", {2, 2, 9, 2, 2, 2}, 6},
        {"modality image; pattern p{2,}; embed p; bare p; adjacent by_id", {2, 2, 2, 9, 2}, 5},
        {"modality image; pattern p+; embed p; adjacent split; rows 3", {2, 2, 2, 2, 9, 2}, 6},
        {"modality image; pattern a p+ e; embed p; each_run", {1, 2, 2, 3}, 4},
        {"modality image; pattern a p+ e; embed p; rows 3", {1, 2, 2, 3, 9, 9}, 6},
        {"modality image; patch p; modality video; pattern a p+ e; embed image: p",
         {1, 2, 2, 3},
         4},
        {"modality image; pattern a p+ e; embed p; bare p", {1, 2, 2, 1, 2, 3, 2, 2}, 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char config[256];
        struct trial t;
        struct sampler_prompt prompt = {.n = 0};
        snprintf(config, sizeof config, "%s%s", tokens, cases[i].rest);
        while (prompt.n < sizeof prompt.ids / sizeof *prompt.ids) {
            prompt.ids[prompt.n] = cases[i].word[prompt.n % cases[i].n];
            prompt.n++;
        }
        trial_open(&t, config);
        const mmspan_view *whole = scan(&t, &prompt);
        for (size_t at = 0; at < prompt.n; at++)
            push(t.stream, &prompt, at, at + 1);
        assert_int_equal(mmspan_stream_finish(t.stream, NULL), MMSPAN_OK);
        expect_same(mmspan_result_view(mmspan_stream_result(t.stream)), whole);
        trial_close(&t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearly_plain),   cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_cuts_of_blocks), cmocka_unit_test(test_copy),
        cmocka_unit_test(test_forget),         cmocka_unit_test(test_forget_all_along),
        cmocka_unit_test(test_retained),       cmocka_unit_test(test_after_finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
