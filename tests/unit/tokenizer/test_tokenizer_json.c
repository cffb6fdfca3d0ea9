/* Tests the tokenizer look-up on Hugging Face's JSON files and folders. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/scratch_fixture.h"
#include "mmspan/tokenizer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static mmspan_tokenizer *open_good(const char *path) {
    mmspan_tokenizer *tokenizer = NULL;
    mmspan_error error = {0};
    if (mmspan_tokenizer_open(path, NULL, &tokenizer, &error) != MMSPAN_OK)
        fail_msg("%s:%u:%u: %s", error.file, error.line, error.column, error.message);
    return tokenizer;
}

static mmspan_status open_refused(const char *path, mmspan_error *error) {
    mmspan_tokenizer *tokenizer = NULL;
    memset(error, 0, sizeof *error);
    mmspan_status status = mmspan_tokenizer_open(path, NULL, &tokenizer, error);
    assert_null(tokenizer);
    assert_int_not_equal(status, MMSPAN_OK);
    assert_int_equal(error->status, status);
    return status;
}

/* The piece has the ID, and back; an ID of -1 means that there is no such piece. */
static void expect_id(const mmspan_tokenizer *tokenizer, const char *text, int32_t id,
                      int32_t kind) {
    mmspan_piece piece;
    bool found = mmspan_tokenizer_find(tokenizer, text, strlen(text), &piece);
    assert_int_equal(found, id >= 0);
    if (!found)
        return;
    assert_int_equal(piece.id, id);
    assert_int_equal(piece.kind, kind);
    assert_true(mmspan_tokenizer_at(tokenizer, id, &piece));
    assert_string_equal(piece.text, text);
}

enum { NORMAL = MMSPAN_PIECE_NORMAL, ADDED = MMSPAN_PIECE_ADDED, UNK = MMSPAN_PIECE_UNKNOWN };

static const char bpe[] =
    "{\"version\": \"1.0\", \"padding\": {\"a\": [1, {\"b\": null}], \"c\": -1.5e3},\n"
    " \"added_tokens\": [\n"
    "  {\"id\": 0, \"content\": \"<unk>\", \"special\": true},\n"
    "  {\"id\": 7, \"content\": \"<image>\", \"special\": true, \"lstrip\": false},\n"
    "  {\"id\": 2, \"content\": \"<was b>\"}],\n"
    " \"model\": {\"type\": \"BPE\", \"unk_token\": \"<unk>\", \"merges\": [[\"a\", \"b\"], "
    "\"a c\"],\n"
    "  \"vocab\": {\"<unk>\": 0, \"a\": 1, \"b\": 2, \"\\u0120a\": 3, \"\\u2581\\u2581\": 4,\n"
    "   \"\\\"\\\\\\n\": 5, \"[a-z]*\": 6, \"\xF0\x9F\x98\x80\": 8}}}\n";

static void test_bpe(void **state) {
    (void)state;
    mmspan_tokenizer *tokenizer = open_good(scratch_text(&scratch, "tokenizer.json", bpe));
    assert_int_equal(mmspan_tokenizer_vocab_size(tokenizer), 9);
    assert_false(mmspan_tokenizer_can_encode(tokenizer));
    expect_id(tokenizer, "<unk>", 0, UNK);
    expect_id(tokenizer, "a", 1, NORMAL);
    expect_id(tokenizer, "<image>", 7, ADDED);
    expect_id(tokenizer,
              "\xC4\xA0"
              "a",
              3, NORMAL);
    expect_id(tokenizer, "▁▁", 4, NORMAL);
    expect_id(tokenizer, "\"\\\n", 5, NORMAL);
    expect_id(tokenizer, "[a-z]*", 6, NORMAL);
    expect_id(tokenizer, "😀", 8, NORMAL);
    /* The ID of "b" was taken over. */
    expect_id(tokenizer, "<was b>", 2, ADDED);
    expect_id(tokenizer, "b", -1, 0);
    expect_id(tokenizer, "ab", -1, 0);
    mmspan_error error = {0};
    int32_t id;
    size_t n;
    assert_int_equal(mmspan_tokenizer_encode(tokenizer, "a", 1, NULL, 0, &id, 1, &n, &error),
                     MMSPAN_E_UNSUPPORTED);
    assert_non_null(strstr(error.message, "no SentencePiece model"));
    mmspan_tokenizer_destroy(tokenizer);
}

static void test_unigram(void **state) {
    (void)state;
    static const char text[] =
        "\xEF\xBB\xBF{\"added_tokens\": [{\"id\": 3, \"content\": \"<image>\"}], \"model\": {\n"
        "\"unk_id\": 1, \"vocab\": [[\"<pad>\", 0.0], [\"<unk>\", 0], [\"▁a\", -3.25]]}}";
    mmspan_tokenizer *tokenizer = open_good(scratch_text(&scratch, "other.json", text));
    assert_int_equal(mmspan_tokenizer_vocab_size(tokenizer), 4);
    expect_id(tokenizer, "<pad>", 0, NORMAL);
    expect_id(tokenizer, "<unk>", 1, UNK);
    expect_id(tokenizer, "▁a", 2, NORMAL);
    expect_id(tokenizer, "<image>", 3, ADDED);
    mmspan_tokenizer_destroy(tokenizer);
    scratch_remove(&scratch, "other.json");
}

/* Cut at every length, it is no JSON; with any byte changed, nothing breaks. */
static void test_cut_and_damaged(void **state) {
    (void)state;
    char copy[sizeof bpe];
    mmspan_error error;
    for (size_t n = 0; n < sizeof bpe - 2; n++) {
        scratch_write(&scratch, "tokenizer.json", bpe, n);
        assert_int_equal(open_refused(scratch.path, &error), MMSPAN_E_SYNTAX);
        assert_string_equal(error.file, scratch.path);
        assert_true(error.line > 0);
    }
    for (size_t i = 0; i < sizeof bpe - 1; i++) {
        mmspan_tokenizer *tokenizer = NULL;
        memcpy(copy, bpe, sizeof bpe);
        copy[i] = (char)(copy[i] ^ (char)(1U << i % 8));
        scratch_write(&scratch, "tokenizer.json", copy, sizeof bpe - 1);
        mmspan_tokenizer_open(scratch.path, NULL, &tokenizer, NULL);
        mmspan_tokenizer_destroy(tokenizer);
    }
}

#define MODEL  "\"model\": {\"vocab\": {\"a\": 1, \"b\": 2}}"
#define TOKENS "{" MODEL ", \"added_tokens\": "

/* Wrong files, and what must be said about them. */
static const struct {
    const char *name;
    const char *text;
    mmspan_status status;
    uint32_t line;
    uint32_t column;
    const char *message;
} wrong[] = {
    {"tokenizer.json", "", MMSPAN_E_SYNTAX, 1, 1, "nothing but blanks"},
    {"tokenizer.json", "[]", MMSPAN_E_SYNTAX, 1, 1, "no tokenizer"},
    {"tokenizer.json", "7", MMSPAN_E_SYNTAX, 1, 1, "neither an object nor a list"},
    {"tokenizer.json", "{}", MMSPAN_E_SYNTAX, 1, 1, "no \"model\" with a \"vocab\""},
    {"tokenizer.json", "{\"model\": []}", MMSPAN_E_SYNTAX, 1, 1, "no \"model\""},
    {"tokenizer.json", "{" MODEL "}\n x", MMSPAN_E_SYNTAX, 2, 3, "something follows"},
    {"tokenizer.json", "{" MODEL "}\n {}", MMSPAN_E_SYNTAX, 2, 2, "something follows"},
    {"tokenizer.json", "{" MODEL ",\n \"x\": nul}", MMSPAN_E_SYNTAX, 2, 7, "not JSON"},
    {"tokenizer.json", "{" MODEL ",\n \"x\": 1.}", MMSPAN_E_SYNTAX, 2, 7, "not JSON"},
    {"tokenizer.json", "{" MODEL ",\n \"x\xFF\": 1}", MMSPAN_E_SYNTAX, 0, 0, "not UTF-8"},
    {"tokenizer.json", "{" MODEL ",\n \"x\ny\": 1}", MMSPAN_E_SYNTAX, 0, 0, "control"},
    {"tokenizer.json", "{\"model\": {\"vocab\": {\"\\q\": 1}}}", MMSPAN_E_SYNTAX, 0, 0,
     "escape"},
    /* The same in a part that is passed over. */
    {"tokenizer.json", "{" MODEL ", \"x\": {\"a\": \"\\q\"}}", MMSPAN_E_SYNTAX, 0, 0, "escape"},
    {"tokenizer.json", "{" MODEL ", \"x\": {\"\\q\": 1}}", MMSPAN_E_SYNTAX, 0, 0, "escape"},
    {"tokenizer.json", "{" MODEL ", \"x\": {\"a\": \"b\": \"c\"}}", MMSPAN_E_SYNTAX, 0, 0,
     "not JSON"},
    {"tokenizer.json", "{" MODEL ", \"x\": [\"a\": \"b\"]}", MMSPAN_E_SYNTAX, 0, 0, "not JSON"},
    {"tokenizer.json", "{\"model\": {\"vocab\": {\"a\": \"1\"}}}", MMSPAN_E_SYNTAX, 1, 27,
     "the ID of \"a\" is no number"},
    {"tokenizer.json", "{\"model\": {\"vocab\": {\"a\": -1}}}", MMSPAN_E_LIMIT, 1, 27,
     "the ID of \"a\" is not between 0 and 2147483647"},
    {"tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 2147483648}}}", MMSPAN_E_LIMIT, 1, 27,
     "the ID of \"a\""},
    {"tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 99999999999999999999}}}",
     MMSPAN_E_LIMIT, 1, 27, "the ID of \"a\""},
    {"tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 1.5}}}", MMSPAN_E_LIMIT, 1, 27,
     "\"a\""},
    {"tokenizer.json", "{\"model\": {\"vocab\": [\"a\"]}}", MMSPAN_E_SYNTAX, 1, 22, "list of"},
    {"tokenizer.json", "{\"model\": {\"vocab\": [[1, \"a\"]]}}", MMSPAN_E_SYNTAX, 1, 23, ""},
    {"tokenizer.json", TOKENS "[{\"id\": 5, \"content\": \"x\"}, [7]]}", MMSPAN_E_SYNTAX, 1, 84,
     "an added token is an object"},
    {"tokenizer.json", TOKENS "[7]}", MMSPAN_E_SYNTAX, 0, 0, "an added token is an object"},
    {"tokenizer.json", TOKENS "[{\"id\": 5, \"content\": \"x\"}, {}]}", MMSPAN_E_SYNTAX, 0, 0,
     "without"},
    {"tokenizer.json", TOKENS "[{\"id\": 5, \"content\": {\"id\": 6}}]}", MMSPAN_E_SYNTAX, 0, 0,
     "without"},
    {"tokenizer.json", TOKENS "[{\"id\": 5}]}", MMSPAN_E_SYNTAX, 0, 0, "without \"id\" or"},
    {"tokenizer.json", TOKENS "[{\"content\": \"x\"}]}", MMSPAN_E_SYNTAX, 0, 0, "without"},
    {"tokenizer.json", TOKENS "[{\"id\": -1, \"content\": \"x\"}]}", MMSPAN_E_LIMIT, 0, 0,
     "\"x\""},
    {"tokenizer.json",
     TOKENS "[{\"id\": 5, \"content\": \"x\"}, {\"id\": 6, \"content\": \"x\"}]}",
     MMSPAN_E_MISMATCH, 0, 0, "\"x\" is given twice, with the IDs 5 and 6"},
    {"tokenizer.json",
     TOKENS "[{\"id\": 5, \"content\": \"x\"}, {\"id\": 5, \"content\": \"x\"}]}",
     MMSPAN_E_MISMATCH, 0, 0, "given twice"},
    {"tokenizer.json",
     TOKENS "[{\"id\": 5, \"content\": \"x\"}, {\"id\": 5, \"content\": \"y\"}]}",
     MMSPAN_E_MISMATCH, 0, 0, "the ID 5 of the added token \"y\" belongs to \"x\" already"},
    {"added_tokens.json", "{\"x\": 1, \"x\": 2}", MMSPAN_E_MISMATCH, 1, 15, "twice"},
    {"added_tokens.json", "{\"x\": 1, \"y\": 1}", MMSPAN_E_MISMATCH, 1, 15, "\"y\" belongs"},
    {"added_tokens.json", "{\"x\": {}}", MMSPAN_E_SYNTAX, 1, 7, "the ID of \"x\" is no number"},
    {"added_tokens.json", "{\"x\\u001b[31m\": 4294967296}", MMSPAN_E_LIMIT, 1, 17, "x?[31m"},
    {"tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {}}}", MMSPAN_E_SYNTAX, 1, 32,
     "not a mapping of IDs"},
    {"tokenizer_config.json",
     "{\"added_tokens_decoder\": {\"99999999999\": {\"content\": \"x\"}}}", MMSPAN_E_LIMIT, 0,
     0, "\"x\""},
    {"tokenizer_config.json",
     "{\"added_tokens_decoder\": {\"000000000000000000000005\": {\"content\": \"x\"}}}",
     MMSPAN_E_SYNTAX, 1, 55, "not a mapping of IDs"},
    {"some.json", "{\"hidden_size\": 5, \"x\": {}}", MMSPAN_E_SYNTAX, 0, 0, "no tokenizer"},
};

static void test_wrong(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        mmspan_error error;
        scratch_text(&scratch, wrong[i].name, wrong[i].text);
        mmspan_status status = open_refused(scratch.path, &error);
        bool place =
            !wrong[i].line || (error.line == wrong[i].line && error.column == wrong[i].column);
        if (status != wrong[i].status || !strstr(error.message, wrong[i].message) || !place)
            fail_msg("%s: status %d at %u:%u: %s", wrong[i].text, (int)status, error.line,
                     error.column, error.message);
        scratch_remove(&scratch, wrong[i].name);
    }
}

static void test_deep_and_large(void **state) {
    (void)state;
    enum { DEPTH = 1000000 };
    mmspan_error error;
    char *text = malloc(DEPTH);
    assert_non_null(text);
    memset(text, '[', DEPTH);
    memcpy(text, "{\"x\":", 5);
    scratch_write(&scratch, "tokenizer.json", text, DEPTH);
    open_refused(scratch.path, &error);
    memset(text + DEPTH / 2, ']', DEPTH / 2);
    memcpy(text + DEPTH - 6, "}", 1);
    scratch_write(&scratch, "tokenizer.json", text, DEPTH - 5);
    assert_int_equal(open_refused(scratch.path, &error), MMSPAN_E_LIMIT);
    assert_non_null(strstr(error.message, "nested too deeply"));
    free(text);
    assert_int_equal(truncate(scratch.path, (off_t)100 << 20), 0);
    assert_int_equal(open_refused(scratch.path, &error), MMSPAN_E_LIMIT);
    assert_non_null(strstr(error.message, "64 MiB"));
    scratch_remove(&scratch, "tokenizer.json");
}

/* IDs far apart cost no memory, and the largest is one that fits. */
static void test_far_ids(void **state) {
    (void)state;
    static const char text[] = "{\"<a>\": 0, \"<b>\": 2147483647}";
    mmspan_tokenizer *tokenizer = open_good(scratch_text(&scratch, "added_tokens.json", text));
    assert_true(mmspan_tokenizer_vocab_size(tokenizer) == INT64_C(2147483648));
    expect_id(tokenizer, "<b>", INT32_MAX, ADDED);
    mmspan_tokenizer_destroy(tokenizer);
    scratch_remove(&scratch, "added_tokens.json");
}

/* Files in which something stands that is none of ours. */
static const struct {
    const char *name;
    const char *text;
    const char *piece;
    int32_t id;
    int32_t kind;
} odd[] = {
    {"tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 2147483647}}}", "a", INT32_MAX, NORMAL},
    {"tokenizer.json", TOKENS "[{\"id\": 5, \"x\": {\"id\": 7}, \"content\": \"x\"}]}", "x", 5,
     ADDED},
    {"tokenizer.json", TOKENS "[{\"id\": 5, \"content\": \"x\", \"y\": \"z\"}]}", "x", 5,
     ADDED},
    {"tokenizer.json", TOKENS "[{\"id\": 5, \"content\": \"x\", \"y\": 7}]}", "x", 5, ADDED},
    {"tokenizer_config.json",
     "{\"added_tokens_decoder\": {\"00000000000000000000005\": {\"content\": \"x\"}}}", "x", 5,
     ADDED},
};

static void test_odd(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        mmspan_tokenizer *tokenizer =
            open_good(scratch_text(&scratch, odd[i].name, odd[i].text));
        expect_id(tokenizer, odd[i].piece, odd[i].id, odd[i].kind);
        mmspan_tokenizer_destroy(tokenizer);
        scratch_remove(&scratch, odd[i].name);
    }
}

/* The files of a folder, one on top of the other. */
static void test_folder(void **state) {
    (void)state;
    mmspan_error error;
    assert_int_equal(open_refused(scratch.folder, &error), MMSPAN_E_NOT_FOUND);
    assert_non_null(strstr(error.message, "no tokenizer.json"));
    scratch_text(&scratch, "tokenizer_config.json",
                 "{\"model_max_length\": 1000000000000000019884624838656, "
                 "\"added_tokens_decoder\": {}}");
    assert_int_equal(open_refused(scratch.folder, &error), MMSPAN_E_NOT_FOUND);
    scratch_text(&scratch, "vocab.json", "{\"a\": 0, \"b\": 1, \"c\": 2}");
    scratch_text(&scratch, "added_tokens.json", "{\"<x>\": 1, \"c\": 9}");
    mmspan_tokenizer *tokenizer = open_good(scratch.folder);
    assert_int_equal(mmspan_tokenizer_vocab_size(tokenizer), 10);
    expect_id(tokenizer, "a", 0, NORMAL);
    expect_id(tokenizer, "b", -1, 0);
    expect_id(tokenizer, "<x>", 1, ADDED);
    expect_id(tokenizer, "c", 9, ADDED);
    assert_non_null(mmspan_tokenizer_file(tokenizer, 2));
    assert_null(mmspan_tokenizer_file(tokenizer, 3));
    mmspan_tokenizer_destroy(tokenizer);

    /* tokenizer.json is the vocabulary now; all three agree on <x>. */
    scratch_text(&scratch, "tokenizer.json",
                 "{" MODEL ", \"added_tokens\": [{\"id\": 1, \"content\": \"<x>\"}]}");
    scratch_text(&scratch, "tokenizer_config.json",
                 "{\"added_tokens_decoder\": {\"1\": {\"content\": \"<x>\"}, "
                 "\"4\": {\"content\": \"<y>\", \"special\": true}}}");
    tokenizer = open_good(scratch.folder);
    expect_id(tokenizer, "a", -1, 0);
    expect_id(tokenizer, "<x>", 1, ADDED);
    expect_id(tokenizer, "<y>", 4, ADDED);
    mmspan_tokenizer_destroy(tokenizer);

    scratch_text(&scratch, "added_tokens.json", "{\"<x>\": 3}");
    assert_int_equal(open_refused(scratch.folder, &error), MMSPAN_E_MISMATCH);
    assert_non_null(strstr(error.message, "has the ID 3 here and 1 in "));
    assert_non_null(strstr(error.message, "tokenizer.json"));
    assert_non_null(strstr(error.file, "added_tokens.json"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bpe),
        cmocka_unit_test(test_unigram),
        cmocka_unit_test(test_cut_and_damaged),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_deep_and_large),
        cmocka_unit_test(test_far_ids),
        cmocka_unit_test(test_odd),
        cmocka_unit_test(test_folder),
    };
    return cmocka_run_group_tests(tests, set_up_scratch, tear_down_scratch);
}
