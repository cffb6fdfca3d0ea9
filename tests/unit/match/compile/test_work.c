/* The bound on a scan's work: which configs pass it, and what a scan really takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmspan/automaton.h"
#include "mmspan/stream.h"

#include "match/matcher.h"

#include "../../../oracle/notation.h"
#include "../../../support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKENS "token a 1; token b 2; token c 3; token d 4; token nl 5 ordinary\n"

static mmspan_status compile(const char *pattern, mmspan_matcher **matcher,
                             mmspan_error *error) {
    char config[512];
    snprintf(config, sizeof config, TOKENS "modality x; pattern %s", pattern);
    *matcher = NULL;
    return notation_compile(config, NULL, matcher, error);
}

static const struct {
    const char *pattern;
    int32_t attempts;
} legal[] = {
    {"a", 1},
    {"a b+ c", 1},
    {"a (b | a)* c", 1},
    {"(a b)* c", 1},
    {"(a b)+", 1},
    {"(a+ b)* a+ c", 1},
    {"a b+ c | b", 1},
    {"a b+ c | b d", 2},
    /* The counts that matter... */
    {"(a b){1,2} c", 2},
    {"(a b){1,6} c", 6},
    {"(a b){1,7} c", MMSPAN_MAX_WORK},
    {"a{1,7} b", MMSPAN_MAX_WORK},
    {"a{8}", MMSPAN_MAX_WORK},
    {"(a a a)* b", 3},
    {"(a | b)* a (a | b){2} c", 3},
    {"nl text{0,6} b", MMSPAN_MAX_WORK},
    /* ...and those that do not: what the first attempt matches is not tried again, and
     * a begin token that does not recur begins only one attempt. */
    {"(a b){1,500}", 2},
    {"a{2,500}", 1},
    {"d (a b){1,500} c", 1},
    {"d a{500}", 1},
    {"a text{0,500} b", 1},
    {"a (b text{0,24})+ c", 1},
    {"(a b{1,500})* c", 1},
    {"(d (a b{1,500})+ c){1,7}", 2},
};

static void test_legal(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof legal / sizeof *legal; i++) {
        mmspan_matcher *matcher;
        mmspan_error error = {0};
        mmspan_status status = compile(legal[i].pattern, &matcher, &error);
        int32_t attempts = matcher ? mmspan_automaton_attempts(matcher) : 0;
        if (status != MMSPAN_OK || attempts != legal[i].attempts)
            fail_msg("%s: %d, %d attempts, not %d: %s", legal[i].pattern, (int)status,
                     (int)attempts, (int)legal[i].attempts, error.message);
        mmspan_matcher_destroy(matcher);
    }
}

static const struct {
    const char *pattern;
    const char *repetition; /* that the message names */
} refused[] = {
    {"(a b){1,8} c", "\"(a b){1,8}\""},
    {"(a b){1,2000} c", "\"(a b){1,2000}\""},
    {"a{1,8} b", "\"a{1,8}\""},
    {"a{9}", "\"a{9}\""},
    {"d? (a b){8} c", "\"(a b){8}\""},
    {"nl text{0,7} b", "\"text{0,7}\""},
    {"nl text{7,} b", "\"text{7,}\""},
    {"a (b text{0,3})* c | (a b){1,9} d", "\"(a b){1,9}\""},
    {"((a b){1,3} (b a)?){1,3} c", "\"(a b){1,3}\""},
    {"(a (b | c){1,2}){1,90} d", "\"(a (b | c){1,2}){1,90}\""},
    {"(a a a a a a a a)* b", "\"(a a a a a a a a)*\""},
    {"a a a a a a a a a", "\"a a a a a a a a a\""},
    {"(a | b)* a (a | b){10} c", "\"(a | b){10}\""},
    /* One attempt that may be at any of 20 copies is one. */
    {"d [a b]{0,20} [a b]{1,20} d | (a b){1,8} c", "\"(a b){1,8}\""},
};

static void test_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        mmspan_matcher *matcher;
        mmspan_error error = {0};
        mmspan_status status = compile(refused[i].pattern, &matcher, &error);
        if (status != MMSPAN_E_LIMIT || !strstr(error.message, refused[i].repetition))
            fail_msg("%s: %d %s", refused[i].pattern, (int)status, error.message);
        assert_null(matcher);
    }
}

/* Attempts of all forms count together, and the one with the repetition is named, where it
 * stands. */
static void test_forms(void **state) {
    (void)state;
    mmspan_matcher *matcher;
    mmspan_error error;
    static const char four[] = TOKENS "modality x; pattern (a b){1,4} c\n"
                                      "modality y; pattern (b a){1,3} d";
    assert_int_equal(notation_compile(four, NULL, &matcher, &error), MMSPAN_OK);
    assert_int_equal(mmspan_automaton_attempts(matcher), 7);
    mmspan_matcher_destroy(matcher);
    static const char five[] = TOKENS "modality x; pattern (a b){1,5} c\n"
                                      "modality y; pattern (b a){1,3} d";
    assert_int_equal(notation_compile(five, NULL, &matcher, &error), MMSPAN_E_LIMIT);
    assert_non_null(strstr(error.message, "\"(a b){1,5}\""));

    mmspan_spec *spec;
    const int32_t ids[] = {1, 2, 3};
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    for (int i = 0; i < 3; i++) {
        mmspan_token_decl token = {.struct_size = sizeof token,
                                   .name = (const char *[]){"a", "b", "c"}[i],
                                   .ids = &ids[i],
                                   .n_ids = 1};
        assert_int_equal(mmspan_spec_add_token(spec, &token, NULL), MMSPAN_OK);
    }
    mmspan_modality_decl x = {.struct_size = sizeof x, .name = "x", .pattern = "a (b a){9} c"};
    mmspan_spec_set_place(spec, "f.yaml", 7, 3, "modalities.x");
    mmspan_spec_set_pattern_place(spec, 8, 20);
    assert_int_equal(mmspan_spec_add_modality(spec, &x, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_compile(spec, NULL, NULL, &error), MMSPAN_E_LIMIT);
    assert_int_equal(error.line, 8);
    assert_int_equal(error.column, 22);
    assert_string_equal(error.file, "f.yaml");
    assert_string_equal(error.path, "modalities.x.pattern");
    mmspan_spec_destroy(spec);
}

/* Where there are too many lists of attempts to explore, the states that one token leads to
 * are the bound. Five forms that contain each other's begins are in 100 states each. */
static void test_unexplored(void **state) {
    (void)state;
    char config[4096];
    mmspan_matcher *matcher = NULL;
    mmspan_error error = {0};
    size_t used = (size_t)snprintf(config, sizeof config, "token t 9");
    for (int i = 0; i < 5; i++)
        used += (size_t)snprintf(config + used, sizeof config - used,
                                 "; token b%d %d; token e%d %d", i, 10 + i, i, 20 + i);
    for (int i = 0; i < 5; i++) {
        used += (size_t)snprintf(config + used, sizeof config - used,
                                 "\nmodality m%d; pattern b%d [t", i, i);
        for (int k = 0; k < 5; k++)
            if (k != i)
                used += (size_t)snprintf(config + used, sizeof config - used, " b%d", k);
        used += (size_t)snprintf(config + used, sizeof config - used, "]{0,100} e%d", i);
    }
    assert_int_equal(notation_compile(config, NULL, &matcher, &error), MMSPAN_E_LIMIT);
    if (!strstr(error.message, "]{0,100}\""))
        fail_msg("%s", error.message);
    assert_null(matcher);
}

/* A random pattern of a, b, c and d. */
static void add_pattern(struct random_source *random, char *text, size_t size, int depth) {
    static const char *const repeats[] = {"",    "",      "",      "*",    "+",   "?",
                                          "{2}", "{1,3}", "{0,2}", "{2,}", "{3}", "{1,2}"};
    size_t n = random_between(random, 1, 3);
    for (size_t i = 0; i < n && strlen(text) + 64 < size; i++) {
        bool group = depth < 2 && random_chance(random, 40);
        strcat(text, i ? random_chance(random, 20) ? " | " : " " : "");
        if (group) {
            strcat(text, "(");
            add_pattern(random, text, size, depth + 1);
            strcat(text, ")");
        } else {
            strncat(text, &"abcd"[random_below(random, 4)], 1);
        }
        strcat(text, repeats[random_below(random, sizeof repeats / sizeof *repeats)]);
    }
}

enum { N_IDS = 400 };

/* The most states that attempts are in behind one token, if each attempt that is not inside
 * an earlier match is made, and each is noted where it goes on in vain. */
static int count_attempts(const mmspan_matcher *m, const int32_t *ids) {
    static bool in_state[N_IDS][MMSPAN_MAX_STATES + 1];
    memset(in_state, 0, sizeof in_state);
    for (size_t start = 0; start < N_IDS;) {
        uint16_t state = MM_START;
        uint16_t path[N_IDS];
        size_t end = start;
        size_t at = start;
        while (at < N_IDS && (state = mm_next(m, state, mm_class_of(m, ids[at]))) != MM_DEAD) {
            path[at++] = state;
            if (m->accept[state] & MM_FORM)
                end = at;
        }
        for (size_t i = end; i < at; i++)
            if (!(m->accept[path[i]] & MM_FINAL))
                in_state[i][m->future[path[i]]] = true;
        start = end > start ? end : start + 1;
    }
    int most = 0;
    for (size_t i = 0; i < N_IDS; i++) {
        int n = 0;
        for (uint32_t s = 0; s < m->n_states; s++)
            n += in_state[i][s];
        most = n > most ? n : most;
    }
    return most;
}

/* No prompt keeps more attempts alive than the bound says; many keep as many. */
static void test_bound_holds(void **state) {
    (void)state;
    struct random_source random = {17};
    size_t n_configs = 0;
    size_t n_met = 0;
    size_t n_many = 0;
    for (int i = 0; i < 3000; i++) {
        char pattern[400] = "";
        mmspan_matcher *m;
        mmspan_error error;
        add_pattern(&random, pattern, sizeof pattern, 0);
        if (compile(pattern, &m, &error) != MMSPAN_OK)
            continue;
        int bound = mmspan_automaton_attempts(m);
        int most = 1;
        for (int prompt = 0; prompt < 12 && most < bound; prompt++) {
            int32_t ids[N_IDS];
            /* Words that repeat, with a slip now and then. */
            size_t period = random_between(&random, 1, 8);
            for (size_t k = 0; k < N_IDS; k++)
                ids[k] = k >= period && !random_chance(&random, 4)
                             ? ids[k - period]
                             : (int32_t)random_between(&random, 1, 4);
            int found = count_attempts(m, ids);
            if (found > bound)
                fail_msg("%s: %d attempts, more than %d", pattern, found, bound);
            most = found > most ? found : most;
        }
        n_configs++;
        n_met += most == bound;
        n_many += bound > 3;
        mmspan_matcher_destroy(m);
    }
    print_message("%zu patterns, %zu with more than 3 attempts; %zu meet the bound\n",
                  n_configs, n_many, n_met);
    assert_true(n_configs > 1000 && n_many > 30);
    assert_true(n_met * 100 > n_configs * 80);
}

/* Memory that is counted. */
struct counted {
    size_t bytes;
    size_t most;
};

static void *resize_counted(void *context, void *block, size_t old_size, size_t new_size) {
    struct counted *counted = context;
    counted->bytes += new_size - old_size;
    if (counted->bytes > counted->most)
        counted->most = counted->bytes;
    if (new_size)
        return realloc(block, new_size);
    free(block);
    return NULL;
}

/* Bytes for each token of a prompt that repeats a word, of everything that a stream holds. */
static double bytes_per_token(const mmspan_matcher *matcher, const char *word, size_t n) {
    struct counted counted = {0};
    const mmspan_allocator allocator = {resize_counted, &counted};
    mmspan_stream *stream;
    int32_t *ids = malloc(n * sizeof *ids);
    assert_non_null(ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = word[i % strlen(word)] - 'a' + 1;
    assert_int_equal(mmspan_stream_create(matcher, &allocator, &stream), MMSPAN_OK);
    for (size_t i = 0; i < n; i += 1000) {
        assert_int_equal(mmspan_stream_push(stream, ids + i, 1000, 0, NULL), MMSPAN_OK);
        assert_true(mmspan_stream_retained(stream) <= (i + 1000) * 128);
    }
    assert_int_equal(mmspan_stream_finish(stream, NULL), MMSPAN_OK);
    mmspan_stream_destroy(stream);
    free(ids);
    return (double)counted.most / (double)n;
}

static void test_memory(void **state) {
    (void)state;
    static const struct {
        const char *pattern;
        const char *word;
    } worst[] = {
        {"(a b){1,7} c", "ab"},
        {"(a b a b a b a b a b a b a b)* c", "ab"},
        {"((a | b) (a | b) (a | b) (a | b) (a | b) (a | b) (a | b))* c", "ab"},
        {"((a | b) (a | b) (a | b) (a | b) (a | b) (a | b) (a | b))* c", "aababbd"},
        {"(a+ b a+ b a+ b a+ b a+ b a+ b a+ b)* c", "ab"},
        {"a{1,7} b", "aaaaaaac"},
    };
    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++) {
        mmspan_matcher *matcher;
        mmspan_error error = {0};
        if (compile(worst[i].pattern, &matcher, &error) != MMSPAN_OK)
            fail_msg("%s: %s", worst[i].pattern, error.message);
        assert_int_equal(mmspan_automaton_attempts(matcher), MMSPAN_MAX_WORK);
        /* Just behind a size at which arrays double. */
        double most = 0;
        for (size_t n = 20000; n <= 44000; n += 4000) {
            double bytes = bytes_per_token(matcher, worst[i].word, n);
            most = bytes > most ? bytes : most;
        }
        print_message("%-60s %.0f bytes per token\n", worst[i].pattern, most);
        assert_true(most <= 256);
        mmspan_matcher_destroy(matcher);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_legal),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_forms),       cmocka_unit_test(test_unexplored),
        cmocka_unit_test(test_bound_holds), cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
