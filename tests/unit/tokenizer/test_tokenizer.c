/* Tests the tokenizer look-up on SentencePiece models, trained here, and the encoder. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/scratch_fixture.h"
#include "../../support/train_model.h"
#include "mmspan/config.h"
#include "mmspan/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALL_MODEL                                                                            \
    "vocab_size=80\nmodel_type=bpe\ncharacter_coverage=1.0\n"                                  \
    "normalization_rule_name=identity\n"                                                       \
    "user_defined_symbols=<image>,<image_patch>,[a-z]*(x),<a b>\n"                             \
    "control_symbols=[IMG],[IMG_BREAK],<｜图▁像｜>"

static int set_up(void **state) {
    (void)state;
    scratch_open(&scratch);
    return train_model(scratch_path(&scratch, "tokenizer.model"), SMALL_MODEL) ? 0 : -1;
}

static mmspan_tokenizer *open_good(const char *path) {
    mmspan_tokenizer *tokenizer = NULL;
    mmspan_error error = {0};
    if (mmspan_tokenizer_open(path, NULL, &tokenizer, &error) != MMSPAN_OK)
        fail_msg("%s: %s", error.file, error.message);
    return tokenizer;
}

static mmspan_tokenizer *open_small(void) {
    return open_good(scratch_path(&scratch, "tokenizer.model"));
}

static void expect_piece(const mmspan_tokenizer *tokenizer, const char *text, int32_t kind) {
    mmspan_piece by_text;
    mmspan_piece by_id;
    int32_t id = -1;
    assert_true(mmspan_tokenizer_find(tokenizer, text, strlen(text), &by_text));
    assert_string_equal(by_text.text, text);
    assert_int_equal(by_text.size, strlen(text));
    assert_int_equal(by_text.kind, kind);
    assert_true(mmspan_tokenizer_at(tokenizer, by_text.id, &by_id));
    assert_memory_equal(&by_text, &by_id, sizeof by_id);
    mmspan_status status =
        mmspan_tokenizer_resolve((void *)(uintptr_t)tokenizer, text, &id, NULL);
    assert_int_equal(status, kind == MMSPAN_PIECE_UNKNOWN ? MMSPAN_E_MISMATCH : MMSPAN_OK);
    assert_int_equal(id, kind == MMSPAN_PIECE_UNKNOWN ? -1 : by_text.id);
}

static void test_pieces(void **state) {
    (void)state;
    mmspan_tokenizer *tokenizer = open_small();
    mmspan_piece piece = {.id = 7};
    assert_int_equal(mmspan_tokenizer_vocab_size(tokenizer), 80);
    assert_string_equal(mmspan_tokenizer_file(tokenizer, 0),
                        scratch_path(&scratch, "tokenizer.model"));
    assert_null(mmspan_tokenizer_file(tokenizer, 1));
    expect_piece(tokenizer, "<unk>", MMSPAN_PIECE_UNKNOWN);
    expect_piece(tokenizer, "<s>", MMSPAN_PIECE_CONTROL);
    expect_piece(tokenizer, "[IMG]", MMSPAN_PIECE_CONTROL);
    expect_piece(tokenizer, "<｜图▁像｜>", MMSPAN_PIECE_CONTROL);
    expect_piece(tokenizer, "<image>", MMSPAN_PIECE_USER);
    expect_piece(tokenizer, "[a-z]*(x)", MMSPAN_PIECE_USER);
    expect_piece(tokenizer, "<a b>", MMSPAN_PIECE_USER);
    expect_piece(tokenizer, "▁", MMSPAN_PIECE_NORMAL);
    /* Nothing is normalised, and what is missing is missing, not unknown text. */
    static const char *const missing[] = {"<IMAGE>", " <image>", "<image> ",   "<image",
                                          "<a▁b>",   "",         "<｜图 像｜>"};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        assert_false(mmspan_tokenizer_find(tokenizer, missing[i], strlen(missing[i]), &piece));
    assert_false(mmspan_tokenizer_at(tokenizer, 80, &piece));
    assert_false(mmspan_tokenizer_at(tokenizer, -1, &piece));
    assert_int_equal(piece.id, 7);
    mmspan_tokenizer_destroy(tokenizer);
}

static void test_walk(void **state) {
    (void)state;
    mmspan_tokenizer *tokenizer = open_small();
    mmspan_piece piece;
    unsigned char seen[80] = {0};
    for (size_t index = 0; mmspan_tokenizer_next(tokenizer, &index, &piece);) {
        assert_in_range(piece.id, 0, 79);
        assert_false(seen[piece.id]++);
    }
    assert_null(memchr(seen, 0, sizeof seen));
    mmspan_tokenizer_destroy(tokenizer);
}

/* A piece that is one token as text, with a blank before it, is missing and no more. */
static void test_resolve_one_token(void **state) {
    (void)state;
    static const char blank[] = "\xE2\x96\x81";
    const size_t n_blank = sizeof blank - 1;
    mmspan_tokenizer *tokenizer = open_small();
    mmspan_piece piece;
    size_t n_missing = 0;
    for (size_t at = 0; mmspan_tokenizer_next(tokenizer, &at, &piece);) {
        mmspan_piece other;
        mmspan_error error = {0};
        int32_t id;
        if (piece.kind != MMSPAN_PIECE_NORMAL || piece.size <= n_blank ||
            memcmp(piece.text, blank, n_blank) != 0 ||
            mmspan_tokenizer_find(tokenizer, piece.text + n_blank, piece.size - n_blank,
                                  &other))
            continue;
        n_missing++;
        assert_int_equal(mmspan_tokenizer_resolve(tokenizer, piece.text + n_blank, &id, &error),
                         MMSPAN_E_NOT_FOUND);
        assert_null(strstr(error.message, "as text"));
    }
    assert_true(n_missing > 0);
    mmspan_tokenizer_destroy(tokenizer);
}

static void test_resolve_message(void **state) {
    (void)state;
    mmspan_tokenizer *tokenizer = open_small();
    mmspan_error error = {0};
    int32_t id = 5;
    assert_int_equal(mmspan_tokenizer_resolve(tokenizer, "kalomi", &id, &error),
                     MMSPAN_E_NOT_FOUND);
    assert_non_null(strstr(error.message, "does not have \"kalomi\""));
    assert_non_null(strstr(error.message, "as text it is"));
    assert_int_equal(mmspan_tokenizer_resolve(tokenizer, "<unk>", &id, &error),
                     MMSPAN_E_MISMATCH);
    assert_non_null(strstr(error.message, "\"<unk>\""));
    assert_int_equal(mmspan_tokenizer_resolve(NULL, "x", &id, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(id, 5);
    mmspan_tokenizer_destroy(tokenizer);
}

/* The text of each ID, with '|' between them. */
static void expect_encoding(const mmspan_tokenizer *tokenizer, const char *text,
                            const mmspan_special *specials, size_t n_specials,
                            const char *wanted) {
    int32_t ids[64];
    size_t n = 0;
    char shown[512] = "";
    mmspan_error error = {0};
    mmspan_status status = mmspan_tokenizer_encode(tokenizer, text, strlen(text), specials,
                                                   n_specials, ids, 64, &n, &error);
    if (status != MMSPAN_OK)
        fail_msg("%s: %s", text, error.message);
    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(shown);
        mmspan_piece piece;
        if (mmspan_tokenizer_at(tokenizer, ids[i], &piece))
            snprintf(shown + used, sizeof shown - used, "%s%s", i ? "|" : "", piece.text);
        else
            snprintf(shown + used, sizeof shown - used, "%s%d", i ? "|" : "", (int)ids[i]);
    }
    assert_string_equal(shown, wanted);
}

static void test_encode(void **state) {
    (void)state;
    mmspan_tokenizer *tokenizer = open_small();
    assert_true(mmspan_tokenizer_can_encode(tokenizer));
    expect_encoding(tokenizer, "", NULL, 0, "");
    expect_encoding(tokenizer, "[IMG][IMG_BREAK][IMG]", NULL, 0, "[IMG]|[IMG_BREAK]|[IMG]");
    expect_encoding(tokenizer, "<｜图▁像｜>", NULL, 0, "<｜图▁像｜>");
    expect_encoding(tokenizer, "ka[IMG]<image><image_patch>", NULL, 0,
                    "▁ka|[IMG]|▁|<image>|<image_patch>");
    /* An end is no special: it is encoded as text. */
    expect_encoding(tokenizer, "[IMG", NULL, 0, "▁|<unk>");
    /* The caller's own: the longest wins, and over the tokenizer's. */
    const mmspan_special specials[] = {
        {"[IMG", 901, 0}, {"[IMG]", 902, 0}, {"ka ka", -200, 0}, {"", 904, 0}, {NULL, 905, 0}};
    expect_encoding(tokenizer, "[IMG][IMG_BREAK][IMGka ka", specials, 5,
                    "902|[IMG_BREAK]|901|-200");
    mmspan_tokenizer_destroy(tokenizer);
}

/* A model with a single control piece splits text at it, also when that is the first one. */
static void test_one_special(void **state) {
    (void)state;
    static const struct {
        const char *settings;
        const char *text;
        const char *wanted;
    } models[] = {{"control_symbols=[IMG]", "[IMG][IMG]", "[IMG]|[IMG]"},
                  {"pad_id=0\nunk_id=1", "<pad><pad>", "<pad>|<pad>"}};
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        char settings[256];
        char path[SCRATCH_PATH];
        snprintf(settings, sizeof settings,
                 "vocab_size=40\nmodel_type=bpe\ncharacter_coverage=1.0\n"
                 "normalization_rule_name=identity\nbos_id=-1\neos_id=-1\n%s",
                 models[i].settings);
        snprintf(path, sizeof path, "%s", scratch_path(&scratch, "one.model"));
        assert_true(train_model(path, settings));
        mmspan_tokenizer *tokenizer = open_good(path);
        expect_encoding(tokenizer, models[i].text, NULL, 0, models[i].wanted);
        mmspan_tokenizer_destroy(tokenizer);
        scratch_remove(&scratch, "one.model");
    }
}

static void test_encode_space(void **state) {
    (void)state;
    mmspan_tokenizer *tokenizer = open_small();
    mmspan_error error = {0};
    const char *text = "[IMG][IMG]ka";
    int32_t ids[4] = {-1, -1, -1, -1};
    size_t n = 0;
    assert_int_equal(
        mmspan_tokenizer_encode(tokenizer, text, strlen(text), NULL, 0, NULL, 0, &n, &error),
        MMSPAN_E_SPACE);
    assert_int_equal(n, 3);
    assert_int_equal(
        mmspan_tokenizer_encode(tokenizer, text, strlen(text), NULL, 0, ids, 2, &n, NULL),
        MMSPAN_E_SPACE);
    assert_int_equal(ids[2], -1);
    assert_int_equal(
        mmspan_tokenizer_encode(tokenizer, text, strlen(text), NULL, 0, ids, 3, &n, NULL),
        MMSPAN_OK);
    assert_int_equal(ids[3], -1);
    assert_int_equal(
        mmspan_tokenizer_encode(tokenizer, "[IMG]\0[IMG]", 11, NULL, 0, ids, 4, &n, NULL),
        MMSPAN_OK);
    assert_int_equal(mmspan_tokenizer_encode(tokenizer, NULL, 1, NULL, 0, ids, 4, &n, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_tokenizer_encode(tokenizer, "a", 1, NULL, 1, ids, 4, &n, NULL),
                     MMSPAN_E_ARGUMENT);
    mmspan_tokenizer_destroy(tokenizer);
}

/* Many specials and a text in which each place might be one take no time. */
static void test_encode_is_linear(void **state) {
    (void)state;
    mmspan_tokenizer *tokenizer = open_small();
    enum { N = 20000, SIZE = 200000 };
    mmspan_special *specials = calloc(N, sizeof *specials);
    char(*names)[24] = calloc(N, sizeof *names);
    char *text = malloc(SIZE);
    size_t n = 0;
    assert_true(specials && names && text);
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "kakakakaka%d>", i);
        specials[i] = (mmspan_special){names[i], 1000 + i, 0};
    }
    for (int i = 0; i < SIZE; i++)
        text[i] = i % 2 ? 'a' : 'k';
    assert_int_equal(
        mmspan_tokenizer_encode(tokenizer, text, SIZE, specials, N, NULL, 0, &n, NULL),
        MMSPAN_E_SPACE);
    assert_true(n > SIZE / 100);
    free(text);
    free(names);
    free(specials);
    mmspan_tokenizer_destroy(tokenizer);
}

static void test_lookup_only(void **state) {
    (void)state;
    mmspan_tokenizer *tokenizer = NULL;
    mmspan_tokenizer_options options = {.struct_size = sizeof options, .lookup_only = 1};
    mmspan_error error = {0};
    int32_t id;
    size_t n;
    const char *path = scratch_path(&scratch, "tokenizer.model");
    assert_int_equal(mmspan_tokenizer_open(path, &options, &tokenizer, NULL), MMSPAN_OK);
    assert_false(mmspan_tokenizer_can_encode(tokenizer));
    assert_int_equal(mmspan_tokenizer_resolve(tokenizer, "[IMG]", &id, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_tokenizer_encode(tokenizer, "a", 1, NULL, 0, &id, 1, &n, &error),
                     MMSPAN_E_UNSUPPORTED);
    assert_non_null(strstr(error.message, "look-up only"));
    mmspan_tokenizer_destroy(tokenizer);
    options.struct_size = 1;
    assert_int_equal(mmspan_tokenizer_open(path, &options, &tokenizer, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_tokenizer_open(NULL, NULL, &tokenizer, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_tokenizer_open(path, NULL, NULL, NULL), MMSPAN_E_ARGUMENT);
    mmspan_tokenizer_destroy(NULL);
}

#define TOP "mmspan: 1\nmodel: m\n"
#define END "modalities: {image: {begin: boi, patch: img}}\n"

static mmspan_status load(const char *yaml, mmspan_tokenizer *tokenizer, mmspan_config **config,
                          mmspan_error *error) {
    const mmspan_resolver resolver = {mmspan_tokenizer_resolve, tokenizer};
    const mmspan_load_options options = {.struct_size = sizeof options, .resolver = &resolver};
    *config = NULL;
    return mmspan_config_load_memory(yaml, strlen(yaml), NULL, &options, config, error);
}

static void test_resolver(void **state) {
    (void)state;
    mmspan_tokenizer *tokenizer = open_small();
    mmspan_config *config;
    mmspan_error error = {0};
    mmspan_piece img;
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    assert_int_equal(
        load(TOP "tokens: {boi: 4, img: {piece: \"[IMG]\"}}\n" END, tokenizer, &config, &error),
        MMSPAN_OK);
    assert_true(mmspan_tokenizer_find(tokenizer, "[IMG]", 5, &img));
    assert_true(mmspan_spec_token(mmspan_config_spec(config), 1, &decl, &error));
    assert_string_equal(decl.name, "img");
    assert_string_equal(decl.piece, "[IMG]");
    assert_int_equal(decl.ids[0], img.id);
    assert_int_equal(error.line, 3);
    assert_string_equal(error.path, "tokens.img");
    assert_false(mmspan_spec_token(mmspan_config_spec(config), 2, &decl, &error));
    mmspan_config_destroy(config);
    assert_int_equal(load(TOP "tokens: {boi: 4, img: {piece: \"kalomi\"}}\n" END, tokenizer,
                          &config, &error),
                     MMSPAN_E_CONFIG);
    assert_non_null(strstr(error.message, "the piece \"kalomi\" of \"img\" gives no ID"));
    assert_int_equal(error.line, 3);
    assert_int_equal(
        load(TOP "tokens: {boi: 4, img: {piece: \"<unk>\"}}\n" END, tokenizer, &config, &error),
        MMSPAN_E_CONFIG);
    assert_non_null(strstr(error.message, "unknown text"));
    mmspan_tokenizer_destroy(tokenizer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_resolve_one_token),
        cmocka_unit_test(test_resolve_message),
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_one_special),
        cmocka_unit_test(test_encode_space),
        cmocka_unit_test(test_encode_is_linear),
        cmocka_unit_test(test_lookup_only),
        cmocka_unit_test(test_resolver),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down_scratch);
}
