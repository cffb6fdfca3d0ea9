/* Classes of IDs against a look at every token, where tokens overlap in all ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmspan/automaton.h"

#include "match/matcher.h"

#include "../../../support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TOKENS = 12, MAX_IDS = 40 };

struct declared {
    mmspan_token_decl decl[MAX_TOKENS];
    char names[MAX_TOKENS][24];
    int32_t ids[MAX_TOKENS][MAX_IDS];
    size_t n;
    int32_t vocab_size;
};

/* Few IDs, so that tokens share them, and those at the ends of what there is. */
static int32_t random_id(struct random_source *random) {
    static const int32_t ends[] = {INT32_MIN, INT32_MIN + 1, -1, 0, INT32_MAX - 1, INT32_MAX};
    if (random_chance(random, 10))
        return ends[random_below(random, 6)];
    return (int32_t)random_below(random, 100) - 20;
}

static void declare(struct random_source *random, struct declared *d) {
    *d = (struct declared){.n = random_between(random, 1, MAX_TOKENS)};
    d->vocab_size = random_chance(random, 50) ? (int32_t)random_between(random, 1, 90) : 0;
    for (size_t t = 0; t < d->n; t++) {
        mmspan_token_decl *decl = &d->decl[t];
        *decl = (mmspan_token_decl){.struct_size = sizeof *decl,
                                    .name = d->names[t],
                                    .kind = (int32_t)random_below(random, 4),
                                    .ordinary = random_chance(random, 30),
                                    .ids = d->ids[t]};
        snprintf(d->names[t], sizeof *d->names, "t%zu", t);
        decl->n_ids = decl->kind == MMSPAN_TOKEN_ID      ? 1
                      : decl->kind == MMSPAN_TOKEN_RANGE ? 2
                                                         : random_between(random, 1, MAX_IDS);
        for (size_t i = 0; i < decl->n_ids; i++)
            d->ids[t][i] = random_id(random);
        if (decl->kind == MMSPAN_TOKEN_RANGE && d->ids[t][0] > d->ids[t][1]) {
            int32_t first = d->ids[t][1];
            d->ids[t][1] = d->ids[t][0];
            d->ids[t][0] = first;
        }
    }
}

static mmspan_matcher *compile(const struct declared *d) {
    mmspan_spec *spec;
    mmspan_matcher *matcher = NULL;
    mmspan_error error;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    assert_int_equal(mmspan_spec_set_vocab_size(spec, d->vocab_size), MMSPAN_OK);
    for (size_t t = 0; t < d->n; t++)
        assert_int_equal(mmspan_spec_add_token(spec, &d->decl[t], NULL), MMSPAN_OK);
    mmspan_modality_decl x = {.struct_size = sizeof x, .name = "x", .pattern = "t0"};
    assert_int_equal(mmspan_spec_add_modality(spec, &x, NULL), MMSPAN_OK);
    if (mmspan_compile(spec, NULL, &matcher, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
    mmspan_spec_destroy(spec);
    return matcher;
}

/* Is the ID one of those of position `k` of a token? */
static bool has_id(const mmspan_token_decl *decl, size_t k, int32_t id) {
    if (decl->kind == MMSPAN_TOKEN_RANGE)
        return id >= decl->ids[0] && id <= decl->ids[1];
    if (decl->kind == MMSPAN_TOKEN_IDS)
        return decl->ids[k] == id;
    for (size_t i = 0; i < decl->n_ids; i++)
        if (decl->ids[i] == id)
            return true;
    return false;
}

static void check_id(const struct declared *d, const mmspan_matcher *m, int32_t id) {
    uint16_t k = mm_class_of(m, id);
    const struct mm_class *class = &m->classes.classes[k];
    assert_int_equal(k, mm_classes_find(&m->classes, id));
    uint32_t atom = 0;
    uint32_t n_atoms = 0;
    int32_t token = MM_TEXT;
    bool reserved = false;
    char name[256] = "";
    for (size_t t = 0; t < d->n; t++) {
        bool any = false;
        size_t n = d->decl[t].kind == MMSPAN_TOKEN_IDS ? d->decl[t].n_ids : 1;
        assert_int_equal(m->classes.first_atom[t], atom);
        for (size_t i = 0; i < n; i++, atom++) {
            bool has = has_id(&d->decl[t], i, id);
            assert_int_equal(mm_class_has_atom(&m->classes, k, atom), has);
            assert_true(!has || class->atoms[n_atoms] == atom);
            n_atoms += has;
            any |= has;
        }
        reserved |= any && !d->decl[t].ordinary;
        if (any) {
            strcat(name, token == MM_TEXT ? "" : " & ");
            strcat(name, d->names[t]);
            token = token == MM_TEXT ? (int32_t)t : token;
        }
    }
    bool outside = token == MM_TEXT && d->vocab_size && (id < 0 || id >= d->vocab_size);
    assert_int_equal(class->n_atoms, n_atoms);
    assert_int_equal(class->token, token);
    assert_int_equal(class->reserved, reserved);
    assert_int_equal(class->text, !reserved);
    assert_int_equal(k == MM_CLASS_OUTSIDE, outside);
    assert_int_equal(k == MM_CLASS_TEXT, token == MM_TEXT && !outside);
    if (token != MM_TEXT)
        assert_string_equal(mmspan_automaton_class_name(m, k), name);
}

/* Two IDs are of one class exactly if all tokens have both or neither. */
static void test_random_tokens(void **state) {
    (void)state;
    struct random_source random = {5};
    for (int i = 0; i < 500; i++) {
        static struct declared d;
        declare(&random, &d);
        mmspan_matcher *m = compile(&d);
        for (int32_t id = -25; id < 100; id++)
            check_id(&d, m, id);
        check_id(&d, m, INT32_MIN);
        check_id(&d, m, INT32_MIN + 1);
        check_id(&d, m, INT32_MIN + 2);
        check_id(&d, m, INT32_MAX);
        check_id(&d, m, INT32_MAX - 1);
        check_id(&d, m, INT32_MAX - 2);
        mmspan_matcher_destroy(m);
    }
}

static int by_number(const void *left, const void *right) {
    int32_t a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

/* A token of many IDs, and one that has all IDs around them. Both used to cost the square of
 * how many there are. */
static void test_scattered_ids(void **state) {
    (void)state;
    enum { N = 90000, RANGES = 500, SIZE = 65536 };
    struct random_source random = {7};
    int32_t *ids = malloc(N * sizeof *ids);
    mmspan_spec *spec;
    mmspan_matcher *m;
    mmspan_error error;
    assert_non_null(ids);
    for (int i = 0; i < N; i++)
        ids[i] = (int32_t)random_below(&random, 250000);
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    for (int t = 0; t <= RANGES; t++) {
        const int32_t ends[] = {-10 - t, INT32_MAX};
        char name[16];
        snprintf(name, sizeof name, "t%d", t);
        mmspan_token_decl token = {.struct_size = sizeof token,
                                   .name = name,
                                   .kind = t ? MMSPAN_TOKEN_RANGE : MMSPAN_TOKEN_ANY,
                                   .ids = t ? ends : ids,
                                   .n_ids = t ? 2 : N};
        assert_int_equal(mmspan_spec_add_token(spec, &token, NULL), MMSPAN_OK);
    }
    mmspan_modality_decl x = {.struct_size = sizeof x, .name = "x", .pattern = "t0"};
    assert_int_equal(mmspan_spec_add_modality(spec, &x, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_compile(spec, NULL, &m, &error), MMSPAN_OK);
    assert_int_equal(mmspan_automaton_n_classes(m), 2 + RANGES + 1);
    qsort(ids, N, sizeof *ids, by_number);
    for (int i = 1; i < N; i++) {
        assert_int_equal(mmspan_matcher_token_of(m, ids[i]), 0);
        assert_int_equal(mm_class_of(m, ids[i]), mm_classes_find(&m->classes, ids[i]));
        if (ids[i] > ids[i - 1] + 1)
            assert_int_equal(mmspan_matcher_token_of(m, ids[i] - 1), 1);
    }
    /* A name of hundreds of tokens is cut. */
    const char *name = mmspan_automaton_class_name(m, mm_class_of(m, ids[0]));
    assert_memory_equal(name, "t0 & t1 & t2 & ", 15);
    assert_true(strlen(name) < 220);
    assert_string_equal(name + strlen(name) - 6, " & ...");
    mmspan_matcher_destroy(m);
    mmspan_spec_destroy(spec);
    free(ids);
}

/* The ID 5 belongs to four tokens, whose names have 48 characters and `last`. */
static void expect_shared_name(int last, const char *end) {
    static const int32_t ids[] = {5, 6};
    char name[4][64] = {{0}};
    mmspan_spec *spec;
    mmspan_matcher *m;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    for (int t = 0; t < 4; t++) {
        memset(name[t], 'a' + t, (size_t)(t < 3 ? 48 : last));
        const mmspan_token_decl token = {.struct_size = sizeof token,
                                         .name = name[t],
                                         .kind = MMSPAN_TOKEN_ANY,
                                         .ids = ids,
                                         .n_ids = 2};
        assert_int_equal(mmspan_spec_add_token(spec, &token, NULL), MMSPAN_OK);
    }
    mmspan_modality_decl x = {.struct_size = sizeof x, .name = "x", .pattern = name[0]};
    assert_int_equal(mmspan_spec_add_modality(spec, &x, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_compile(spec, NULL, &m, NULL), MMSPAN_OK);
    char wanted[288];
    snprintf(wanted, sizeof wanted, "%s & %s & %s & %s", name[0], name[1], name[2],
             end ? end : name[3]);
    assert_string_equal(mmspan_automaton_class_name(m, mm_class_of(m, 5)), wanted);
    mmspan_matcher_destroy(m);
    mmspan_spec_destroy(spec);
}

/* Names that share an ID are listed up to 200 characters. */
static void test_shared_name(void **state) {
    (void)state;
    expect_shared_name(200 - 3 * 51, NULL);
    expect_shared_name(201 - 3 * 51, "...");
}

/* The window lies where most stretches of declared IDs are. */
static void test_window(void **state) {
    (void)state;
    static const struct {
        int32_t ids[8];
        size_t n;
        uint32_t first;
        uint32_t size;
        bool complete;
    } cases[] = {
        {{7}, 1, 7, 1, true},
        {{7, 9}, 2, 7, 3, true},
        {{7, 65542}, 2, 7, 65536, true},
        {{7, 65543}, 2, 7, 1, false},
        {{7, 65543, 65545}, 3, 65543, 3, false},
        {{7, 65541, 65543}, 3, 7, 65535, false},
        {{-3, 5, 100000, 100002, 100004, 200000, 200002, 200004}, 8, 100000, 5, false},
        {{INT32_MIN, INT32_MIN + 2}, 2, 0x80000000, 3, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct declared d = {.n = 1};
        d.decl[0] = (mmspan_token_decl){.struct_size = sizeof d.decl[0],
                                        .name = "t0",
                                        .kind = MMSPAN_TOKEN_ANY,
                                        .ids = cases[i].ids,
                                        .n_ids = cases[i].n};
        mmspan_matcher *m = compile(&d);
        const struct mm_window *window = &m->classes.window;
        if (window->first != cases[i].first || window->size != cases[i].size ||
            window->complete != cases[i].complete)
            fail_msg("case %zu: %u, %u, %d", i, window->first, window->size, window->complete);
        for (size_t k = 0; k < cases[i].n; k++) {
            assert_int_equal(mmspan_matcher_token_of(m, cases[i].ids[k]), 0);
            assert_int_equal(mmspan_matcher_token_of(m, cases[i].ids[k] + 1), MMSPAN_TEXT);
        }
        mmspan_matcher_destroy(m);
    }
}

/* A range that is as long as the window is in it, a longer one is not. */
static void test_long_ranges(void **state) {
    (void)state;
    for (int32_t n = 65535; n <= 65537; n++) {
        struct declared d = {.n = 1, .ids = {{10, 9 + n}}};
        d.decl[0] = (mmspan_token_decl){.struct_size = sizeof d.decl[0],
                                        .name = "t0",
                                        .kind = MMSPAN_TOKEN_RANGE,
                                        .ids = d.ids[0],
                                        .n_ids = 2};
        mmspan_matcher *m = compile(&d);
        assert_int_equal(m->classes.window.size, n <= 65536 ? n : 0);
        assert_int_equal(m->classes.window.complete, n <= 65536);
        assert_int_equal(mmspan_matcher_token_of(m, 9 + n), 0);
        assert_int_equal(mmspan_matcher_token_of(m, 10 + n), MMSPAN_TEXT);
        mmspan_matcher_destroy(m);
        /* Two IDs behind it are more stretches than one. */
        static const int32_t two[] = {100000, 100002};
        d.n = 2;
        d.decl[1] = (mmspan_token_decl){.struct_size = sizeof d.decl[1],
                                        .name = "t1",
                                        .kind = MMSPAN_TOKEN_ANY,
                                        .ids = two,
                                        .n_ids = 2};
        m = compile(&d);
        assert_int_equal(m->classes.window.first, 100000);
        assert_int_equal(m->classes.window.size, 3);
        assert_false(m->classes.window.complete);
        mmspan_matcher_destroy(m);
    }
}

/* 2^12 sets of tokens that an ID can be of, of which two stand for what no token has. */
static void test_overlaps(void **state) {
    (void)state;
    enum { N = 12, N_IDS = 1 << (N - 1) };
    static const char *const names[N] = {"a", "b", "c", "d", "e", "f",
                                         "g", "h", "i", "j", "k", "l"};
    static int32_t ids[N_IDS];
    mmspan_spec *spec;
    mmspan_matcher *matcher = NULL;
    mmspan_error error = {0};
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    for (int t = 0; t < N; t++) {
        size_t n = 0;
        for (int32_t id = 0; id < 1 << N; id++)
            if (id >> t & 1)
                ids[n++] = id;
        assert_int_equal(n, N_IDS);
        assert_int_equal(
            mmspan_spec_add_token(spec,
                                  &(mmspan_token_decl){.struct_size = sizeof(mmspan_token_decl),
                                                       .kind = MMSPAN_TOKEN_ANY,
                                                       .name = names[t],
                                                       .ids = ids,
                                                       .n_ids = n},
                                  NULL),
            MMSPAN_OK);
    }
    assert_int_equal(mmspan_spec_add_modality(
                         spec,
                         &(mmspan_modality_decl){.struct_size = sizeof(mmspan_modality_decl),
                                                 .name = "image",
                                                 .pattern = "a b"},
                         NULL),
                     MMSPAN_OK);
    assert_int_equal(mmspan_compile(spec, NULL, &matcher, &error), MMSPAN_E_LIMIT);
    assert_null(matcher);
    assert_non_null(strstr(error.message, "overlap in more than 4096 different ways"));
    mmspan_spec_destroy(spec);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_tokens), cmocka_unit_test(test_scattered_ids),
        cmocka_unit_test(test_shared_name),   cmocka_unit_test(test_window),
        cmocka_unit_test(test_long_ranges),   cmocka_unit_test(test_overlaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
