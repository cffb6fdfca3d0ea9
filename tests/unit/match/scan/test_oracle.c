/* Random configs and prompts: the library against the oracle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmspan/stream.h"

#include "../../../oracle/agreement.h"
#include "../../../support/streaming.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prompts of a run, prompts of one config, and the seed of the first config; config k has
 * the seed after it. MMSPAN_TEST_PROMPTS and MMSPAN_TEST_SEED change them for long runs. */
enum { N_PROMPTS = 100000, N_PER_CONFIG = 50, MAX_KERNELS = 8 };
static const uint64_t first_seed = 20240229;

/* One config with all that is made of it. */
struct trial {
    uint64_t seed;
    struct random_source random;
    char text[4096];
    struct notation notation;
    struct oracle_declarations declared;
    struct oracle *oracle;
    mmspan_matcher *matchers[MAX_KERNELS];
    size_t n_matchers;
    size_t n_over_limit; /* configs whose counts need too many states */
    struct oracle_result wanted;
    mmspan_result *reused; /* over all scans of all configs */
    /* Prompts that had what is rare; see oracle_result. */
    size_t n_covered;
    size_t n_demoted;
    size_t n_unexpanded;
    size_t n_unsure;
    char difference[4096];
};

static uint64_t number_from_environment(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static void print_prompt(const struct sampler_prompt *prompt) {
    fprintf(stderr, "ids:");
    for (size_t i = 0; i < prompt->n; i++)
        fprintf(stderr, " %d", (int)prompt->ids[i]);
    fprintf(stderr, "\nliteral:");
    for (size_t i = 0; i < prompt->n_literal; i++)
        fprintf(stderr, " [%" PRId64 ", %" PRId64 ")", prompt->literal[i].start,
                prompt->literal[i].end);
    fprintf(stderr, "\n");
}

/* True when matcher number `k` finds what the oracle does. */
static bool scan_agrees(struct trial *t, size_t k, const struct sampler_prompt *prompt) {
    mmspan_scan_options options = {.struct_size = sizeof options,
                                   .literal = prompt->literal,
                                   .n_literal = prompt->n_literal};
    mmspan_error error;
    if (mmspan_scan(t->matchers[k], prompt->ids, prompt->n, &options, t->reused, &error) !=
        MMSPAN_OK) {
        snprintf(t->difference, sizeof t->difference, "%s", error.message);
        return false;
    }
    oracle_scan(t->oracle, prompt->ids, prompt->n, prompt->literal, prompt->n_literal,
                &t->wanted);
    if (t->wanted.unsure)
        return true;
    return agreement_holds(t->matchers[k], mmspan_result_view(t->reused), &t->wanted,
                           t->difference, sizeof t->difference);
}

/* Takes away tokens as long as the disagreement stays. */
static void shrink(struct trial *t, size_t k, struct sampler_prompt *prompt) {
    for (size_t width = prompt->n; width > 0; width /= 2)
        for (size_t at = 0; at + width <= prompt->n;) {
            struct sampler_prompt smaller = *prompt;
            sampler_cut(&smaller, at, at + width);
            if (scan_agrees(t, k, &smaller))
                at++;
            else
                *prompt = smaller;
        }
    scan_agrees(t, k, prompt);
}

static void print_trial(const struct trial *t, size_t k, const struct sampler_prompt *prompt) {
    fprintf(stderr, "seed %" PRIu64 ", kernel %s\n%s", t->seed,
            mmspan_matcher_kernel(t->matchers[k]), t->text);
    print_prompt(prompt);
}

static void check_prompt(struct trial *t, size_t k, struct sampler_prompt *prompt) {
    if (scan_agrees(t, k, prompt)) {
        t->n_covered += t->wanted.n_covered > 0;
        t->n_demoted += t->wanted.n_demoted > 0;
        t->n_unexpanded += t->wanted.n_unexpanded > 0;
        t->n_unsure += t->wanted.unsure;
        return;
    }
    shrink(t, k, prompt);
    print_trial(t, k, prompt);
    fail_msg("%s", t->difference);
}

/* The reused result, of matcher `k`, against a new one, of another matcher. */
static void check_reuse(struct trial *t, size_t k, const struct sampler_prompt *prompt) {
    mmspan_scan_options options = {.struct_size = sizeof options,
                                   .literal = prompt->literal,
                                   .n_literal = prompt->n_literal};
    mmspan_result *fresh;
    assert_int_equal(mmspan_result_create(NULL, &fresh), MMSPAN_OK);
    assert_int_equal(mmspan_scan(t->matchers[(k + 1) % t->n_matchers], prompt->ids, prompt->n,
                                 &options, fresh, NULL),
                     MMSPAN_OK);
    if (!agreement_same_view(mmspan_result_view(t->reused), mmspan_result_view(fresh))) {
        print_trial(t, k, prompt);
        fail_msg("a reused and a new result, or two kernels, differ");
    }
    mmspan_result_destroy(fresh);
}

/* The prompt in a few chunks: after each, what is decided must be final and all that can be;
 * at the end it must be what the scan found. */
static void check_stream(struct trial *t, size_t k, const struct sampler_prompt *prompt) {
    const mmspan_view *whole = mmspan_result_view(t->reused);
    size_t longest = random_between(&t->random, 1, prompt->n / 2 + 1);
    mmspan_stream *stream;
    assert_int_equal(mmspan_stream_create(t->matchers[k], NULL, &stream), MMSPAN_OK);
    for (size_t at = 0, end; at < prompt->n; at = end) {
        end = at + random_between(&t->random, 1, longest);
        end = end < prompt->n ? end : prompt->n;
        assert_int_equal(streaming_push(stream, prompt, at, end), MMSPAN_OK);
        if (!streaming_agrees(stream, t->oracle, prompt, end, whole, t->difference,
                              sizeof t->difference)) {
            print_trial(t, k, prompt);
            fail_msg("%s", t->difference);
        }
    }
    assert_int_equal(mmspan_stream_finish(stream, NULL), MMSPAN_OK);
    if (!agreement_same_view(mmspan_result_view(mmspan_stream_result(stream)), whole)) {
        print_trial(t, k, prompt);
        fail_msg("a stream, in chunks of up to %zu, differs", longest);
    }
    mmspan_stream_destroy(stream);
}

/* Many prompts as one, scanned at once, against a stream of short chunks: a long array is
 * read with marks that a short one never gets. */
static void check_long(struct trial *t) {
    enum { N = 5000, MOST = 60 };
    static int32_t ids[N + sizeof((struct sampler_prompt *)0)->ids / sizeof(int32_t)];
    const mmspan_matcher *matcher = t->matchers[random_below(&t->random, t->n_matchers)];
    mmspan_stream *stream;
    size_t n = 0;
    for (int tries = 0; n < N && tries < N; tries++) {
        struct sampler_prompt prompt;
        sampler_prompt(&t->random, t->oracle, &t->declared, &prompt);
        memcpy(ids + n, prompt.ids, prompt.n * sizeof *ids);
        n += prompt.n;
    }
    assert_int_equal(mmspan_scan(matcher, ids, n, NULL, t->reused, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_stream_create(matcher, NULL, &stream), MMSPAN_OK);
    for (size_t at = 0, chunk; at < n; at += chunk) {
        chunk = random_between(&t->random, 1, MOST);
        chunk = chunk < n - at ? chunk : n - at;
        assert_int_equal(mmspan_stream_push(stream, ids + at, chunk, 0, NULL), MMSPAN_OK);
    }
    assert_int_equal(mmspan_stream_finish(stream, NULL), MMSPAN_OK);
    if (!agreement_same_view(mmspan_result_view(t->reused),
                             mmspan_result_view(mmspan_stream_result(stream))))
        fail_msg("seed %" PRIu64 ", kernel %s: %zu tokens at once and in chunks differ\n%s",
                 t->seed, mmspan_matcher_kernel(matcher), n, t->text);
    mmspan_stream_destroy(stream);
}

/* The words of an ambiguity's message are as many as the oracle's shortest witness has
 * tokens. A sequence token is one word, so that configs with some are left out. */
static void check_witness(const struct trial *t, const char *message, size_t witness) {
    for (size_t i = 0; i < t->notation.n_tokens; i++)
        if (t->notation.tokens[i].kind == MMSPAN_TOKEN_IDS)
            return;
    const char *words = strstr(message, "both match: ");
    assert_non_null(words);
    size_t n = 1;
    for (words += strlen("both match: "); *words; words++)
        n += *words == ' ';
    if (n != witness)
        fail_msg("seed %" PRIu64 ": a witness of %zu tokens is not the shortest (%zu)\n%s%s",
                 t->seed, n, witness, t->text, message);
}

static bool verdicts_agree(enum oracle_verdict verdict, mmspan_status status) {
    switch (verdict) {
    case ORACLE_FINE:
        return status == MMSPAN_OK || status == MMSPAN_E_LIMIT;
    case ORACLE_WRONG:
        /* A config that is wrong in two ways is refused for either. */
        return status == MMSPAN_E_CONFIG || status == MMSPAN_E_AMBIGUOUS ||
               status == MMSPAN_E_LIMIT;
    case ORACLE_AMBIGUOUS:
        return status == MMSPAN_E_AMBIGUOUS || status == MMSPAN_E_LIMIT;
    case ORACLE_UNSURE:
        break;
    }
    return true;
}

/* Compiles with every kernel; the verdicts must agree. False when the config is no good. */
static bool compile_trial(struct trial *t) {
    size_t witness;
    enum oracle_verdict verdict = oracle_judge(t->oracle, &witness);
    for (const char *kernel; (kernel = mmspan_kernel_name((int32_t)t->n_matchers)) != NULL;) {
        mmspan_error error = {0};
        mmspan_status status =
            notation_compile(t->text, kernel, &t->matchers[t->n_matchers], &error);
        if (status == MMSPAN_OK)
            t->n_matchers++;
        t->n_over_limit += status == MMSPAN_E_LIMIT;
        if (!verdicts_agree(verdict, status))
            fail_msg("seed %" PRIu64 ": verdict %d, but status %d: %s\n%s", t->seed,
                     (int)verdict, (int)status, error.message, t->text);
        if (status == MMSPAN_E_AMBIGUOUS && verdict == ORACLE_AMBIGUOUS)
            check_witness(t, error.message, witness);
        if (status != MMSPAN_OK)
            return false;
    }
    return verdict == ORACLE_FINE;
}

static void free_trial(struct trial *t) {
    oracle_destroy(t->oracle);
    while (t->n_matchers > 0)
        mmspan_matcher_destroy(t->matchers[--t->n_matchers]);
}

/* Makes config number `index` and tries it on prompts; returns on how many. */
static size_t run_trial(struct trial *t, uint64_t seed) {
    size_t n = 0;
    t->seed = seed;
    t->random = (struct random_source){seed};
    sampler_config(&t->random, t->text, sizeof t->text);
    assert_true(notation_read(&t->notation, t->text));
    t->declared = agreement_declarations(&t->notation);
    t->oracle = oracle_create(&t->declared);
    if (compile_trial(t))
        for (; n < N_PER_CONFIG; n++) {
            struct sampler_prompt prompt;
            size_t k = n % t->n_matchers;
            sampler_prompt(&t->random, t->oracle, &t->declared, &prompt);
            check_prompt(t, k, &prompt);
            check_reuse(t, k, &prompt);
            if (n % 5 == 0)
                check_stream(t, k, &prompt);
        }
    if (n)
        check_long(t);
    free_trial(t);
    return n;
}

static void test_random_prompts(void **state) {
    (void)state;
    struct trial *t = calloc(1, sizeof *t);
    assert_non_null(t);
    assert_int_equal(mmspan_result_create(NULL, &t->reused), MMSPAN_OK);
    uint64_t wanted = number_from_environment("MMSPAN_TEST_PROMPTS", N_PROMPTS);
    uint64_t seed = number_from_environment("MMSPAN_TEST_SEED", first_seed);
    size_t n_prompts = 0;
    size_t n_configs = 0;
    size_t n_accepted = 0;
    while (n_prompts < wanted) {
        size_t n = run_trial(t, seed + n_configs++);
        n_accepted += n > 0;
        n_prompts += n;
    }
    print_message("%zu prompts, %zu of %zu configs accepted; prompts with matches in broken "
                  "blocks %zu, placeholders that are stray %zu, unexpanded blocks %zu, left "
                  "open by the contract %zu\n",
                  n_prompts, n_accepted, n_configs, t->n_covered, t->n_demoted, t->n_unexpanded,
                  t->n_unsure);
    if (wanted >= N_PROMPTS) {
        assert_true(n_accepted * 100 >= n_configs * 30);
        assert_true(t->n_over_limit * 100 <= n_configs);
        /* A generator that no longer makes what is judged would let anything pass. */
        assert_true(t->n_covered * 100 >= n_prompts);
        assert_true(t->n_demoted * 100 >= n_prompts);
        assert_true(t->n_unexpanded * 100 >= n_prompts);
        assert_true(t->n_unsure * 100 <= n_prompts * 3);
    }
    oracle_result_free(&t->wanted);
    mmspan_result_destroy(t->reused);
    free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_prompts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
