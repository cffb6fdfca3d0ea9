/*
 * Random configs, prompts and media: the operations of the library against their models. What
 * the contract leaves open is not compared, but counted and named (enum model_open).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/agreement.h"
#include "../../../support/ops_agreement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Questions of a run, questions of one config, and the seed of the first config; config k has
 * the seed after it. MMSPAN_TEST_CASES and MMSPAN_TEST_SEED change them for long runs. */
enum { N_CASES = 20000, N_PER_CONFIG = 25, N_BATCH = 8 };
static const uint64_t first_seed = 20261126;

/* One config with all that is made of it. */
struct world {
    uint64_t seed;
    struct random_source random;
    char text[4096];
    struct notation notation;
    struct oracle_declarations declared;
    struct oracle *oracle;
    mmspan_matcher *matcher;
    mmspan_batch *batch;
    struct ops_trial trial;
    struct ops_question question;
    struct sampler_prompt prompts[N_BATCH];
};

static const struct {
    const char *name;
    ops_check *check;
} checks[] = {
    {"scanned", ops_agree_scanned},       {"assign", ops_agree_assign},
    {"collapse", ops_agree_collapse},     {"expand", ops_agree_expand},
    {"neutralise", ops_agree_neutralise},
};
enum { N_CHECKS = sizeof checks / sizeof *checks };

static uint64_t number_from_environment(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static void print_question(const struct world *w, const struct ops_question *q) {
    fprintf(stderr, "ids:");
    for (size_t i = 0; i < q->prompt.n; i++)
        fprintf(stderr, " %d", (int)q->prompt.ids[i]);
    fprintf(stderr, "\nliteral:");
    for (size_t i = 0; i < q->prompt.n_literal; i++)
        fprintf(stderr, " [%" PRId64 ", %" PRId64 ")", q->prompt.literal[i].start,
                q->prompt.literal[i].end);
    fprintf(stderr, "\nmedia:");
    for (size_t i = 0; i < q->n_media; i++) {
        const mmspan_media *media = &q->media[i];
        fprintf(stderr, " %s=%" PRId64, w->declared.modalities[media->modality].name,
                media->rows);
        if (media->n_items)
            fprintf(stderr, "/%d", (int)media->n_items);
        for (size_t k = 0; k < media->n_ids; k++)
            fprintf(stderr, "%s%d%s", k ? " " : "[", (int)media->ids[k],
                    k + 1 == media->n_ids ? "]" : "");
    }
    fprintf(stderr, "\nfrom_end %d, layout %d, start %" PRId64 "\n", q->from_end, q->layout,
            q->start);
}

static void drop_media(struct ops_question *q, size_t at) {
    q->n_media--;
    memmove(q->media + at, q->media + at + 1, (q->n_media - at) * sizeof *q->media);
}

/* Takes away media and tokens as long as the disagreement stays. */
static void shrink(struct world *w, ops_check *check, struct ops_question *q) {
    static struct ops_question smaller;
    for (size_t at = 0; at < q->n_media;) {
        smaller = *q;
        drop_media(&smaller, at);
        if (check(&w->trial, &smaller))
            at++;
        else
            *q = smaller;
    }
    for (size_t width = q->prompt.n; width > 0; width /= 2)
        for (size_t at = 0; at + width <= q->prompt.n;) {
            smaller = *q;
            sampler_cut(&smaller.prompt, at, at + width);
            if (smaller.start > (int64_t)smaller.prompt.n)
                smaller.start = (int64_t)smaller.prompt.n;
            if (check(&w->trial, &smaller))
                at++;
            else
                *q = smaller;
        }
    check(&w->trial, q);
}

static void check_question(struct world *w, struct ops_question *q) {
    for (size_t i = 0; i < N_CHECKS; i++) {
        if (checks[i].check(&w->trial, q))
            continue;
        shrink(w, checks[i].check, q);
        fprintf(stderr, "%s, seed %" PRIu64 "\n%s", checks[i].name, w->seed, w->text);
        print_question(w, q);
        fail_msg("%s", w->trial.difference);
    }
}

static void check_batch(struct world *w) {
    struct ops_batch q = {w->prompts, N_BATCH, w->batch, &w->random};
    for (size_t i = 0; i < N_BATCH; i++)
        sampler_prompt(&w->random, w->oracle, &w->declared, &w->prompts[i]);
    if (!ops_agree_batch(&w->trial, &q))
        fail_msg("batch, seed %" PRIu64 "\n%s%s", w->seed, w->text, w->trial.difference);
}

static bool open_config(struct world *w, uint64_t seed) {
    size_t witness;
    w->seed = seed;
    w->random = (struct random_source){seed};
    ops_sampler_config(&w->random, w->text, sizeof w->text);
    assert_true(notation_read(&w->notation, w->text));
    w->declared = agreement_declarations(&w->notation);
    w->oracle = oracle_create(&w->declared);
    w->matcher = NULL;
    if (oracle_judge(w->oracle, &witness) != ORACLE_FINE ||
        notation_compile(w->text, NULL, &w->matcher, NULL) != MMSPAN_OK)
        return false;
    w->trial.oracle = w->oracle;
    w->trial.declared = &w->declared;
    w->trial.matcher = w->matcher;
    model_open(&w->trial.model, w->oracle, &w->declared);
    return true;
}

/* Makes config number `index` and asks questions; returns how many. */
static size_t run_config(struct world *w, uint64_t seed) {
    size_t n = 0;
    if (open_config(w, seed)) {
        for (; n < N_PER_CONFIG; n++) {
            ops_sampler_question(&w->random, &w->trial.model, &w->question);
            check_question(w, &w->question);
        }
        check_batch(w);
    }
    mmspan_matcher_destroy(w->matcher);
    oracle_destroy(w->oracle);
    return n;
}

/* Says how many answers of assign, collapse and expand were compared and how many not, and why;
 * returns the latter. */
static size_t print_answers(const size_t *n_answers) {
    size_t n_skipped = 0;
    print_message("%zu answers compared\n", n_answers[MODEL_SETTLED]);
    for (int open = MODEL_SETTLED + 1; open < MODEL_N_OPEN; open++) {
        print_message("%zu skipped: %s\n", n_answers[open],
                      model_open_name((enum model_open)open));
        n_skipped += n_answers[open];
    }
    return n_skipped;
}

static void test_random_questions(void **state) {
    (void)state;
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_int_equal(mmspan_result_create(NULL, &w->trial.result), MMSPAN_OK);
    assert_int_equal(mmspan_result_create(NULL, &w->trial.other), MMSPAN_OK);
    assert_int_equal(mmspan_batch_create(NULL, &w->batch), MMSPAN_OK);
    uint64_t wanted = number_from_environment("MMSPAN_TEST_CASES", N_CASES);
    uint64_t seed = number_from_environment("MMSPAN_TEST_SEED", first_seed);
    size_t n_cases = 0;
    size_t n_configs = 0;
    while (n_cases < wanted)
        n_cases += run_config(w, seed + n_configs++);
    print_message("%zu cases, %zu configs, %zu media lists that fit\n", n_cases, n_configs,
                  w->trial.n_fits);
    size_t n_skipped = print_answers(w->trial.n_answers);
    print_message("%zu expanded again, %zu not: what was written is read otherwise\n",
                  w->trial.n_again, w->trial.n_not_again);
    size_t n_compared = w->trial.n_answers[MODEL_SETTLED];
    /* Or the questions are not worth much. */
    if (wanted >= N_CASES) {
        assert_true(n_skipped * 20 < n_skipped + n_compared);
        assert_true(w->trial.n_fits * 100 >= n_cases * 15);
    }
    mmspan_batch_destroy(w->batch);
    mmspan_result_destroy(w->trial.result);
    mmspan_result_destroy(w->trial.other);
    free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
