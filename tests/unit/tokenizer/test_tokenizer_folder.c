/* Tests the tokenizer look-up on folders with a SentencePiece model, and on real files when
 * they are there: in the folder that MMSPAN_SHARED_DATA names, or beside the repository. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/scratch_fixture.h"
#include "../../support/train_model.h"
#include "mmspan/tokenizer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SMALL_MODEL                                                                            \
    "vocab_size=40\nmodel_type=unigram\ncharacter_coverage=1.0\n"                              \
    "normalization_rule_name=identity\nuser_defined_symbols=<image>"

static int set_up(void **state) {
    (void)state;
    scratch_open(&scratch);
    return train_model(scratch_path(&scratch, "tokenizer.model"), SMALL_MODEL) ? 0 : -1;
}

static mmspan_tokenizer *open_good(const char *path) {
    mmspan_tokenizer *tokenizer = NULL;
    mmspan_error error = {0};
    if (mmspan_tokenizer_open(path, NULL, &tokenizer, &error) != MMSPAN_OK)
        fail_msg("%s:%u:%u: %s", error.file, error.line, error.column, error.message);
    return tokenizer;
}

static int32_t id_of(const mmspan_tokenizer *tokenizer, const char *text) {
    mmspan_piece piece;
    return mmspan_tokenizer_find(tokenizer, text, strlen(text), &piece) ? piece.id : -1;
}

/* Added tokens win over the model, in look-up and in encoding. */
static void test_overlay(void **state) {
    (void)state;
    scratch_text(&scratch, "added_tokens.json", "{\"<soft>\": 40, \"</s>\": 41}");
    scratch_text(&scratch, "tokenizer_config.json",
                 "{\"added_tokens_decoder\": {\"0\": {\"content\": \"<unk>\"}}}");
    mmspan_tokenizer *tokenizer = open_good(scratch.folder);
    mmspan_piece piece;
    int32_t ids[8];
    size_t n;
    assert_int_equal(mmspan_tokenizer_vocab_size(tokenizer), 42);
    assert_int_equal(id_of(tokenizer, "<soft>"), 40);
    assert_int_equal(id_of(tokenizer, "</s>"), 41);
    assert_int_equal(id_of(tokenizer, "<s>"), 1);
    assert_true(mmspan_tokenizer_at(tokenizer, 0, &piece));
    assert_int_equal(piece.kind, MMSPAN_PIECE_UNKNOWN);
    assert_true(mmspan_tokenizer_can_encode(tokenizer));
    assert_int_equal(
        mmspan_tokenizer_encode(tokenizer, "<soft></s><s>", 13, NULL, 0, ids, 8, &n, NULL),
        MMSPAN_OK);
    assert_int_equal(n, 3);
    assert_int_equal(ids[0], 40);
    assert_int_equal(ids[1], 41);
    assert_int_equal(ids[2], 1);
    mmspan_tokenizer_destroy(tokenizer);
    scratch_remove(&scratch, "added_tokens.json");
    scratch_remove(&scratch, "tokenizer_config.json");
}

/* Writes a tokenizer.json with the pieces of the model, their IDs moved by `shift`. */
static void write_tokenizer(int32_t shift) {
    mmspan_tokenizer *model = open_good(scratch_path(&scratch, "tokenizer.model"));
    char text[4096] = "{\"model\": {\"vocab\": {";
    mmspan_piece piece;
    for (size_t i = 0; mmspan_tokenizer_next(model, &i, &piece);) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s\"%s\": %d", i > 1 ? ", " : "", piece.text,
                 (int)(piece.id + shift));
    }
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "}}}");
    scratch_text(&scratch, "tokenizer.json", text);
    mmspan_tokenizer_destroy(model);
}

/* A model whose IDs are those of tokenizer.json encodes; another one would lie. */
static void test_model_beside_json(void **state) {
    (void)state;
    mmspan_error error = {0};
    int32_t id;
    size_t n;
    write_tokenizer(0);
    mmspan_tokenizer *tokenizer = open_good(scratch.folder);
    assert_true(mmspan_tokenizer_can_encode(tokenizer));
    mmspan_tokenizer_destroy(tokenizer);
    write_tokenizer(1);
    tokenizer = open_good(scratch.folder);
    assert_int_equal(id_of(tokenizer, "<s>"), 2);
    assert_false(mmspan_tokenizer_can_encode(tokenizer));
    assert_int_equal(mmspan_tokenizer_encode(tokenizer, "a", 1, NULL, 0, &id, 1, &n, &error),
                     MMSPAN_E_UNSUPPORTED);
    assert_non_null(strstr(error.message, "are not those of its tokenizer.json"));
    mmspan_tokenizer_destroy(tokenizer);
    scratch_remove(&scratch, "tokenizer.json");
}

static void test_corrupt_model(void **state) {
    (void)state;
    size_t size;
    char *bytes = scratch_read(scratch_path(&scratch, "tokenizer.model"), &size);
    mmspan_tokenizer *tokenizer = NULL;
    mmspan_error error = {0};
    scratch_write(&scratch, "tokenizer.model", bytes, size / 2);
    assert_int_equal(mmspan_tokenizer_open(scratch.folder, NULL, &tokenizer, &error),
                     MMSPAN_E_SYNTAX);
    assert_non_null(strstr(error.file, "tokenizer.model"));
    scratch_write(&scratch, "tokenizer.model", bytes, size);
    free(bytes);
}

/* What is known of real files: the piece and its ID. */
static const struct {
    const char *path;
    const char *piece;
    int32_t id;
} known[] = {
    {"spm/mistral_v3_img10.tokenizer.model", "[IMG]", 10},
    {"spm/mistral_v3_img10.tokenizer.model", "[IMG_BREAK]", -1},
    {"spm/mistral_v7m1_pixtral_large.tokenizer.model", "[IMG]", 10},
    {"spm/mistral_v7m1_pixtral_large.tokenizer.model", "[IMG_BREAK]", 14},
    {"spm/mistral_v7m1_pixtral_large.tokenizer.model", "[IMG_END]", 15},
    {"spm/mistral_v7m1_pixtral_large.tokenizer.model", "[REFERENCE_DOC_0]", 770},
    {"spm/mistral_v7m1_pixtral_large.tokenizer.model", "<0x00>", 771},
    {"spm/sentencepiece_test_unigram.model", "▁the", 7},
    {"hf/phi3-vision", "<|image|>", 32044},
    {"hf/phi3-vision/tokenizer.json", "<|end|>", 32007},
    {"hf/phi3-vision/tokenizer.json", "<0x0A>", 13},
    {"hf/ming-omni", "<image>", 126347},
    {"hf/ming-omni", "<imagePatch>", 126346},
    {"hf/ming-omni", "</image>", 126348},
    {"hf/ming-omni", "<framePatch>", 126364},
    {"hf/ming-omni", "<audioPatch>", 126357},
    {"hf/unlimited-ocr", "<｜▁pad▁｜>", 2},
    {"hf/unlimited-ocr", "<image>", 128815},
    {"hf/qwen2.5-vl-ort", "<|vision_start|>", 151652},
    {"hf/qwen2.5-vl-ort", "<|image_pad|>", 151655},
    {"hf/whisper", "<|0.02|>", 50365},
};

static bool find_data(char *folder, size_t size) {
    const char *given = getenv("MMSPAN_SHARED_DATA");
    snprintf(folder, size, "%s", given ? given : MMSPAN_TOP "/../shared/data");
    return access(folder, R_OK) == 0;
}

static void test_real_files(void **state) {
    (void)state;
    char folder[512];
    if (!find_data(folder, sizeof folder))
        skip();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char path[1024];
        mmspan_piece piece;
        snprintf(path, sizeof path, "%s/%s", folder, known[i].path);
        if (access(path, R_OK) != 0)
            continue;
        mmspan_tokenizer *tokenizer = open_good(path);
        if (id_of(tokenizer, known[i].piece) != known[i].id)
            fail_msg("%s: %s is %d, not %d", path, known[i].piece,
                     (int)id_of(tokenizer, known[i].piece), (int)known[i].id);
        if (known[i].id >= 0) {
            assert_true(mmspan_tokenizer_at(tokenizer, known[i].id, &piece));
            assert_string_equal(piece.text, known[i].piece);
        }
        mmspan_tokenizer_destroy(tokenizer);
    }
}

/* Control pieces, which SentencePiece itself never makes of text. */
static void test_real_text(void **state) {
    (void)state;
    char folder[512];
    char path[1024];
    if (!find_data(folder, sizeof folder))
        skip();
    snprintf(path, sizeof path, "%s/spm/mistral_v7m1_pixtral_large.tokenizer.model", folder);
    if (access(path, R_OK) != 0)
        skip();
    static const char text[] = "[INST] hi [IMG][IMG_BREAK][IMG_END]</s>";
    static const int32_t wanted[] = {3, 29473, 12782, 29473, 10, 14, 15, 2};
    mmspan_tokenizer *tokenizer = open_good(path);
    int32_t ids[16];
    size_t n = 0;
    assert_int_equal(
        mmspan_tokenizer_encode(tokenizer, text, sizeof text - 1, NULL, 0, ids, 16, &n, NULL),
        MMSPAN_OK);
    assert_int_equal(n, 8);
    assert_memory_equal(ids, wanted, sizeof wanted);
    mmspan_tokenizer_destroy(tokenizer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overlay),       cmocka_unit_test(test_model_beside_json),
        cmocka_unit_test(test_corrupt_model), cmocka_unit_test(test_real_files),
        cmocka_unit_test(test_real_text),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down_scratch);
}
