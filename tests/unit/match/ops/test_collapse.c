/* Collapse: every item becomes its placeholder, and where it then stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/agreement.h"
#include "../../../oracle/gallery.h"
#include "../../../support/expect.h"
#include "../../../support/sampler.h"
#include "../../../support/transcript.h"
#include "mmspan/ops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAP = 4096 };

static void print_ids(char *text, size_t size, const int32_t *ids, size_t n) {
    text[0] = '\0';
    for (size_t i = 0, used = 0; i < n && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%d", i ? " " : "", (int)ids[i]);
}

/* Collapses a prompt; `wanted` is the new one, with the positions of its items behind a
 * '@': "9 3 8 @ 1". */
static void check(const char *config, const char *ids, const char *wanted) {
    struct transcript_prompt prompt;
    mmspan_matcher *matcher = expect_compile(config, NULL);
    mmspan_result *result;
    int32_t out[CAP];
    size_t n_out = 0;
    char text[4096];
    assert_true(transcript_read(&prompt, ids));
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    assert_int_equal(mmspan_scan(matcher, prompt.ids, prompt.n, NULL, result, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_collapse(result, prompt.ids, prompt.n, out, CAP, &n_out, NULL),
                     MMSPAN_OK);
    print_ids(text, sizeof text, out, n_out);
    const mmspan_view *view = mmspan_result_view(result);
    for (size_t i = 0; i < view->n_items; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s %" PRId64, i ? "" : " @",
                 view->items[i].position);
    if (strcmp(text, wanted) != 0)
        fail_msg("%s\n%s\nis %s, wanted %s", config, ids, text, wanted);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    free(prompt.ids);
}

static void test_models(void **state) {
    (void)state;
    check(gallery_gemma4, "", "");
    check(gallery_gemma4, "9 8 7", "9 8 7 @ 2");
    check(gallery_gemma4, "9 1 3*5 2 8 3 1 4 2", "9 3 8 3 4 @ 1 3 4");
    check(gallery_gemma4, "1 3*5 9 2", "1 3 3 3 3 3 9 2");
    check(gallery_gemma3, "1 3*4 2 9 1 3*4 2", "1 9 1 @ 0 2");
    check(gallery_kimi, "1*9 5 1*2", "1 5 1 @ 0 2");
    /* Without a bare form: the shortest sequence that the pattern matches. */
    check(gallery_qwen, "9 1 3*8 2 1 4*3 2 9", "9 1 3 2 1 4 2 9 @ 1 4");
    check(gallery_pixtral, "1 1 2 1 1 3 9", "1 3 9 @ 0");
    check(gallery_llama4, "1 4 4 5 4 4 6 3 4 4 2 9", "3 9 @ 0");
    check(gallery_glm_video, "1 3 5 5 4 9 3 5 4 2", "1 3 5 4 3 5 4 2 @ 0");
    check(gallery_qwen_omni, "1 3 5 5 6 5 4 2", "1 3 5 4 2 @ 0");
    /* Of a shared delimiter nothing is lost. */
    check(gallery_idefics2, "1 2 2 2 1 2 2 2 1", "1 2 1 2 1 @ 1 3");
    check(gallery_llava, "-200*4 9", "-200 9 @ 0");
    /* One of a range: each item keeps its own ID. */
    check(gallery_phi3, "-1 -1 -2 -2 -2 9 -4 -4", "-1 -2 9 -4 @ 0 1 3");
    /* Also where the IDs are tokens of their own, or parts of a sequence. */
    check("token p 1; token q 3; modality image; pattern [q p]+; embed q p; adjacent by_id",
          "3 1 1 9 3", "3 1 9 3 @ 0 1 3");
    check("token s ids 4 5 5; modality image; patch s; adjacent by_id", "4 5 5 9",
          "4 5 5 9 @ 0 1");
    check(gallery_sequences, "1 2 3 5 4 3 1 9 1 2 3 4 3 1", "5 3 1 9 4 3 1 @ 0 4");
}

/* Where placeholders would be read as something else, what they stand for stays. */
static void test_copied(void **state) {
    (void)state;
    static const char with_bare[] = "token pad 1\n"
                                    "modality image; pattern pad{2,}; bare pad; embed pad\n"
                                    "rows 3; adjacent split\n";
    /* Two placeholders would be a remainder; three of them one item. */
    check(gallery_llava, "-200*8 9 -200*4 8",
          "-200 -200 -200 -200 -200 -200 -200 -200 9 -200 8"
          " @ 0 4 9");
    check(with_bare, "1*6 9 1*3", "1 1 9 1 @ 0 1 3");
    check(with_bare, "1*9 9 1*3", "1 1 1 1 1 1 1 1 1 9 1 @ 0 3 6 10");
    /* What is left over belongs to a cluster with something broken in it. */
    check(with_bare, "1*4 9 1*3", "1 1 1 1 9 1 @ 0 5");
    /* A begin that came to nothing before a block would begin one with its placeholder. */
    check(gallery_gemma4, "1 1 3*5 2 9 1 3*5 2", "1 1 3 3 3 3 3 2 9 3 @ 1 9");
    /* What stays does not keep others from being replaced, before it or behind it. */
    check(gallery_gemma4, "9 1 3*5 2 9 1 1 3*2 2 9 1 3*5 2 2 9 1 3 2",
          "9 3 9 1 1 3 3 2 9 1 3 3 3 3 3 2 2 9 3 @ 1 4 9 18");
    /* A lone placeholder next to a stray token is no item. */
    check(gallery_gemma4, "1 3*2 2 2 9 1 3*2 2", "1 3 3 2 2 9 3 @ 0 6");
    check(gallery_gemma4, "6 5 7*2 6 9 1 3 2", "6 5 7 7 6 9 3 @ 1 6");
    check(gallery_gemma4, "9 1 3*2", "9 1 3 3");
    check(gallery_idefics2, "1 2*3 1 37 1 2*3 1 1", "1 2 1 37 1 2 2 2 1 1 @ 1 5");
    /* Blocks with delimiters keep apart, whatever they touch. */
    check(gallery_qwen, "1 3*2 2 2 1 3*4 2", "1 3 2 2 1 3 2 @ 0 4");
    /* The longest match takes the placeholder of another modality in. */
    check("token a 1; token b 2; modality image; patch a; bare b; modality video; patch b b b",
          "1*4 2*3 9 1*4 9 2*3", "1 1 1 1 2 2 2 9 2 9 2 2 2 @ 0 4 8 10");
    /* Text may be read into an attempt that began far before. */
    check("token a 1; token b 2; token c 3\n"
          "modality image; begin c; patch c; bare a\nmodality video; pattern a text{1,4} b",
          "3 3 8 8 2 9 9 9 9 9 3 3 8", "3 3 8 8 2 9 9 9 9 9 1 8 @ 0 10");
    /* A placeholder sets the end of the block free, in which another one stands. What is read
     * from there on is not what the old prompt has; the image behind is far from it. */
    check("token a 1 ordinary; token b ids 2 4 5; token c 6; token d 7\n"
          "modality image; pattern (c+ a)* c+ d; embed c\n"
          "modality video; each_run; patch c c; end a b; embed c; bare b",
          "6*2 1 2 4 5 2 4 5 1 6*2 7", "6 6 1 2 4 5 2 4 5 1 6 7 @ 0 6 10");
}

static void test_placeholders(void **state) {
    (void)state;
    const char *config =
        "token b 1; token p 2; token q 3; token e 4; token any_id any 7 8 9\n"
        "modality image; pattern b p+ (text* q)? e; embed p; bare q | any_id q\n";
    char with_placeholder[512];
    check(config, "1 2 2 4 6 3", "3 6 3 @ 0 2");
    snprintf(with_placeholder, sizeof with_placeholder, "%splaceholder any_id q", config);
    check(with_placeholder, "1 2 2 4 5 8 3 3", "7 3 5 8 3 7 3 @ 0 3 5");
    /* Nothing can be written for a pattern that needs text. */
    check("token b 1; token e 2; modality image; pattern b text{2} e", "0 1 5 6 2 0 1 5 6 2",
          "0 1 5 6 2 0 1 5 6 2 @ 1 6");
}

/* Where the buffer is too small, the needed size comes back and nothing else. */
static void test_space(void **state) {
    (void)state;
    const int32_t ids[] = {9, 1, 3, 3, 2, 8};
    enum { N = sizeof ids / sizeof *ids };
    mmspan_matcher *matcher = expect_compile(gallery_gemma4, NULL);
    mmspan_result *result;
    mmspan_error error;
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    assert_int_equal(mmspan_scan(matcher, ids, N, NULL, result, NULL), MMSPAN_OK);
    for (size_t cap = 0; cap < 3; cap++) {
        int32_t out[3] = {-7, -7, -7};
        size_t n_out = 99;
        assert_int_equal(mmspan_collapse(result, ids, N, cap ? out : NULL, cap, &n_out, &error),
                         MMSPAN_E_SPACE);
        assert_int_equal(error.status, MMSPAN_E_SPACE);
        assert_int_equal(n_out, 3);
        assert_true(out[0] == -7 && out[1] == -7 && out[2] == -7);
        assert_int_equal(mmspan_result_view(result)->items[0].position, 1);
    }
    int32_t out[3];
    size_t n_out;
    assert_int_equal(mmspan_collapse(result, ids, N, out, 3, &n_out, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_collapse(result, ids, N - 1, out, 3, &n_out, &error),
                     MMSPAN_E_MISMATCH);
    assert_int_equal(mmspan_collapse(result, NULL, N, out, 3, &n_out, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_collapse(result, ids, N, NULL, 3, &n_out, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_collapse(result, ids, N, out, 3, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_collapse(NULL, ids, N, out, 3, &n_out, NULL), MMSPAN_E_ARGUMENT);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
}

/* A config with its oracle, a matcher, and two results. */
struct trial {
    char text[4096];
    struct notation notation;
    struct oracle_declarations declared;
    struct oracle *oracle;
    mmspan_matcher *matcher;
    mmspan_result *first;
    mmspan_result *second;
    int32_t out[CAP];
    int32_t again[CAP];
    mmspan_span literal[CAP]; /* of `out` */
    size_t n_literal;
};

static bool open_trial(struct trial *t) {
    size_t witness;
    assert_true(notation_read(&t->notation, t->text));
    t->declared = agreement_declarations(&t->notation);
    t->oracle = oracle_create(&t->declared);
    t->matcher = NULL;
    if (oracle_judge(t->oracle, &witness) != ORACLE_FINE ||
        notation_compile(t->text, NULL, &t->matcher, NULL) != MMSPAN_OK)
        return false;
    assert_int_equal(mmspan_result_create(NULL, &t->first), MMSPAN_OK);
    assert_int_equal(mmspan_result_create(NULL, &t->second), MMSPAN_OK);
    return true;
}

static void close_trial(struct trial *t) {
    oracle_destroy(t->oracle);
    if (!t->matcher)
        return;
    mmspan_result_destroy(t->first);
    mmspan_result_destroy(t->second);
    mmspan_matcher_destroy(t->matcher);
}

static void fail_trial(const struct trial *t, const struct sampler_prompt *prompt,
                       const char *what) {
    char ids[4096];
    print_ids(ids, sizeof ids, prompt->ids, prompt->n);
    fail_msg("%s\n%sids: %s", what, t->text, ids);
}

static size_t collapse(const struct trial *t, mmspan_result *result, const int32_t *ids,
                       size_t n, const mmspan_span *literal, size_t n_literal, int32_t *out) {
    size_t n_out;
    const mmspan_scan_options options = {
        .struct_size = sizeof options, .literal = literal, .n_literal = n_literal};
    assert_int_equal(mmspan_scan(t->matcher, ids, n, &options, result, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_collapse(result, ids, n, out, CAP, &n_out, NULL), MMSPAN_OK);
    return n_out;
}

/* What stands between the items is copied, and `position` says where the rest is. */
static bool text_is_kept(const struct trial *t, const struct sampler_prompt *p, size_t n_out) {
    const mmspan_view *view = mmspan_result_view(t->first);
    int64_t from = 0;
    int64_t to = 0;
    for (size_t i = 0; i <= view->n_items; i++) {
        bool last = i == view->n_items;
        int64_t end = last ? (int64_t)p->n : view->items[i].start;
        int64_t new_end = last ? (int64_t)n_out : view->items[i].position;
        if (new_end < to + (end - from))
            return false;
        /* The placeholder before this text is as long as is left. */
        to = i == 0 ? 0 : new_end - (end - from);
        if (memcmp(p->ids + from, t->out + to, (size_t)(end - from) * sizeof(int32_t)) != 0)
            return false;
        to = new_end;
        from = last ? end : view->items[i].end;
    }
    return true;
}

/* The items of the collapsed prompt are exactly the placeholders of the old ones? */
static bool items_survive(const struct trial *t, int64_t n, int64_t n_out) {
    const mmspan_view *a = mmspan_result_view(t->first);
    const mmspan_view *b = mmspan_result_view(t->second);
    if (a->n_items != b->n_items)
        return false;
    for (size_t i = 0; i < a->n_items; i++) {
        bool last = i + 1 == a->n_items;
        int64_t text = (last ? n : a->items[i + 1].start) - a->items[i].end;
        int64_t end = (last ? n_out : a->items[i + 1].position) - text;
        if (a->items[i].position != b->items[i].start || end != b->items[i].end ||
            a->items[i].modality != b->items[i].modality)
            return false;
    }
    return true;
}

/* Does the item stand in the new prompt as it stood in the old one? */
static bool is_copied(const struct trial *t, const struct sampler_prompt *p, size_t n_out,
                      const mmspan_item *item) {
    size_t n = (size_t)(item->end - item->start);
    return (size_t)item->position + n <= n_out &&
           mmspan_new_position(t->first, item->end) == item->position + (int64_t)n &&
           memcmp(p->ids + item->start, t->out + item->position, n * sizeof *p->ids) == 0;
}

/* Literal spans, a token each, of the new prompt. */
static void map_literal(struct trial *t, const struct sampler_prompt *p, size_t n_out) {
    const mmspan_view *view = mmspan_result_view(t->first);
    size_t item = 0;
    t->n_literal = 0;
    for (size_t i = 0; i < p->n_literal; i++)
        for (int64_t at = p->literal[i].start; at < p->literal[i].end; at++) {
            while (item < view->n_items && view->items[item].end <= at)
                item++;
            bool inside = item < view->n_items && view->items[item].start <= at;
            if (inside && !is_copied(t, p, n_out, &view->items[item]))
                continue;
            int64_t to = mmspan_new_position(t->first, at);
            t->literal[t->n_literal++] = (mmspan_span){to, to + 1};
        }
}

/* Collapses random prompts twice. What comes out has the same items in the same places, and
 * the second time changes nothing, whatever the config and the prompt. Returns how many items
 * became placeholders. */
static size_t check_twice(struct trial *t, struct random_source *random, size_t n_prompts) {
    size_t n_replaced = 0;
    for (size_t i = 0; i < n_prompts; i++) {
        struct sampler_prompt p;
        sampler_prompt(random, t->oracle, &t->declared, &p);
        size_t n = collapse(t, t->first, p.ids, p.n, p.literal, p.n_literal, t->out);
        if (!text_is_kept(t, &p, n))
            fail_trial(t, &p, "text is not kept");
        map_literal(t, &p, n);
        size_t n_again = collapse(t, t->second, t->out, n, t->literal, t->n_literal, t->again);
        if (!items_survive(t, (int64_t)p.n, (int64_t)n))
            fail_trial(t, &p, "other items come out");
        if (n != n_again || memcmp(t->out, t->again, n * sizeof *t->out) != 0)
            fail_trial(t, &p, "collapsing twice changes something");
        const mmspan_view *view = mmspan_result_view(t->first);
        for (size_t k = 0; k < view->n_items; k++)
            n_replaced += !is_copied(t, &p, n, &view->items[k]);
    }
    return n_replaced;
}

static void test_twice(void **state) {
    (void)state;
    struct trial *t = calloc(1, sizeof *t);
    struct random_source random = {7};
    assert_non_null(t);
    for (size_t i = 0; gallery_config(i); i++) {
        snprintf(t->text, sizeof t->text, "%s", gallery_config(i));
        assert_true(open_trial(t));
        assert_true(check_twice(t, &random, 2000) > 100);
        close_trial(t);
    }
    free(t);
}

static void test_random_configs(void **state) {
    (void)state;
    struct trial *t = calloc(1, sizeof *t);
    assert_non_null(t);
    for (uint64_t seed = 0; seed < 1500; seed++) {
        struct random_source random = {seed};
        sampler_config(&random, t->text, sizeof t->text);
        if (open_trial(t))
            check_twice(t, &random, 20);
        close_trial(t);
    }
    free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_models),       cmocka_unit_test(test_copied),
        cmocka_unit_test(test_placeholders), cmocka_unit_test(test_space),
        cmocka_unit_test(test_twice),        cmocka_unit_test(test_random_configs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
