/* Tests drafts as a program gets them that is not the command: their text, and what goes wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../include/mmspan/mmspan.h"
#include "../../../tools/onboard/draft.h"
#include "../../support/random.h"
#include "../../support/scratch_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Loads and compiles a draft and runs its examples. */
static void expect_good(const struct onboard_draft *draft, const char *files) {
    mmspan_config *config = NULL;
    mmspan_matcher *matcher = NULL;
    mmspan_result *result = NULL;
    mmspan_error error = {0};
    mmspan_status status =
        mmspan_config_load_memory(draft->text, draft->n, "draft", NULL, &config, &error);
    if (status == MMSPAN_OK)
        status = mmspan_config_compile(config, NULL, &matcher, &error);
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    for (int32_t i = 0; status == MMSPAN_OK && i < mmspan_config_n_examples(config); i++)
        status = mmspan_config_run_example(config, i, matcher, result, &error);
    if (status != MMSPAN_OK)
        fail_msg("%u:%u: %s\n%s\n%s", error.line, error.column, error.message, files,
                 draft->text);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
}

static void test_draft(void **state) {
    (void)state;
    struct onboard_draft draft = {0};
    mmspan_error error;
    scratch_text(&scratch, "config.json",
                 "{\"model_type\": \"gemma3\", \"boi_token_index\": 255999,"
                 " \"eoi_token_index\": 256000, \"image_token_index\": 262144}");
    assert_int_equal(onboard_folder(scratch.folder, &draft, &error), MMSPAN_OK);
    assert_int_equal(draft.n, strlen(draft.text));
    assert_non_null(strstr(draft.text, "\nmodalities:\n  image: {begin: boi, patch: image"));
    assert_non_null(strstr(draft.note, "recognised as gemma-3: 3 of its 3 tokens"));
    expect_good(&draft, "");
    onboard_draft_free(&draft);
    assert_null(draft.text);
    onboard_draft_free(&draft);
    scratch_remove(&scratch, "config.json");
}

/* Names in the files are shown, and cannot say anything else in the draft. */
static void test_hostile_names(void **state) {
    (void)state;
    static const char *const files[] = {
        "{\"model_type\": \"a\\u2028b: 1\\nb: 1\\u001b\", \"image_token_id\": 99000}",
        "{\"a\\nb: 1\\u2028\\u0085\": {\"mm_tokens_per_image\": 9, \"text_config\":"
        " {\"vocab_size\": 99001}}, \"image_token_id\": 99000}",
        "{\"model_type\": \"gemma3\", \"image_token_index\": 262144, \"boi_token_index\": "
        "255999,"
        " \"eoi_token_index\": 256000, \"a\\nb: 1\": {\"image_seq_length\": 9}}",
        "{\"image_token_id\": 99000, \"\\u2028b: 1\": {\"audio_token\": \"\\u2028b: 1\"}}"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct onboard_draft draft = {0};
        mmspan_error error;
        scratch_text(&scratch, "config.json", files[i]);
        if (onboard_folder(scratch.folder, &draft, &error) != MMSPAN_OK)
            fail_msg("%s: %s", files[i], error.message);
        expect_good(&draft, files[i]);
        assert_null(strstr(draft.text, "\nb: 1"));
        assert_null(strstr(draft.text, "\xE2\x80\xA8"));
        assert_null(strchr(draft.note, '\n'));
        assert_null(strchr(draft.note, '\x1b'));
        onboard_draft_free(&draft);
    }
    scratch_remove(&scratch, "config.json");
}

static void expect_failure(mmspan_status status, const char *part) {
    struct onboard_draft draft = {0};
    mmspan_error error;
    assert_int_equal(onboard_folder(scratch.folder, &draft, &error), status);
    assert_int_equal(error.status, status);
    assert_null(draft.text);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" lacks \"%s\"", error.message, part);
    assert_int_equal(onboard_folder(scratch.folder, &draft, NULL), status);
}

static void test_failures(void **state) {
    (void)state;
    struct onboard_draft draft = {0};
    mmspan_error error;
    expect_failure(MMSPAN_E_NOT_FOUND, "no image, video or audio is recognised; read nothing");
    scratch_text(&scratch, "config.json", "{\"vocab_size\": 5");
    expect_failure(MMSPAN_E_SYNTAX, "cut short");
    scratch_text(&scratch, "config.json", "{\"vocab_size\": 5}");
    expect_failure(MMSPAN_E_NOT_FOUND, "read config.json");
    scratch_text(&scratch, "tokenizer.model", "version https://git-lfs.github.com/spec/v1\n");
    expect_failure(MMSPAN_E_SYNTAX, "Git LFS");
    scratch_remove(&scratch, "tokenizer.model");
    assert_int_equal(onboard_folder(scratch_path(&scratch, "config.json"), &draft, &error),
                     MMSPAN_E_IO);
    assert_non_null(strstr(error.message, "a file, not the folder"));
    assert_int_equal(onboard_folder(scratch_path(&scratch, "nowhere"), &draft, &error),
                     MMSPAN_E_IO);
    assert_int_equal(onboard_folder(NULL, &draft, &error), MMSPAN_E_ARGUMENT);
    assert_int_equal(onboard_folder(scratch.folder, NULL, &error), MMSPAN_E_ARGUMENT);
    scratch_remove(&scratch, "config.json");
}

static const char *pick(struct random_source *random, const char *const *list, size_t n) {
    return list[random_below(random, n)];
}

#define PICK(random, list) pick(random, list, sizeof(list) / sizeof *(list))

/* Adds members with keys and values that models have, and some that none should. */
static void write_members(struct random_source *random, char *text, size_t size) {
    static const char *const keys[] = {"image_token_id",       "video_token_id",
                                       "audio_token_id",       "vision_start_token_id",
                                       "boi_token_index",      "vision_end_token_id",
                                       "eoi_token_id",         "audio_bos_token",
                                       "image_break_token_id", "mm_tokens_per_image",
                                       "image_seq_length",     "num_image_tokens",
                                       "audio_seq_length",     "cross_attention_layers",
                                       "vocab_size",           "eos_token_id",
                                       "image_token",          "boa_token",
                                       "eoa_token_id",         "media_token_id"};
    static const char *const values[] = {"151652",
                                         "151653",
                                         "151655",
                                         "151656",
                                         "255999",
                                         "256000",
                                         "262144",
                                         "32000",
                                         "5",
                                         "10",
                                         "12",
                                         "13",
                                         "1",
                                         "256",
                                         "576",
                                         "-1",
                                         "-200",
                                         "0",
                                         "99999999999",
                                         "2147483647",
                                         "2.5",
                                         "null",
                                         "[3, 4]",
                                         "{\"content\": \"<image>\"}",
                                         "\"<image>\"",
                                         "\"<|image_pad|>\"",
                                         "\"# not \\u0000\\n a: [comment\"",
                                         "true"};
    size_t n = strlen(text);
    for (size_t i = 1 + random_below(random, 9); i > 0 && n + 200 < size; i--)
        n += (size_t)snprintf(text + n, size - n, ", \"%s\": %s", PICK(random, keys),
                              PICK(random, values));
}

/* Whatever the files say, a draft passes, or there is a reason why there is none. */
static void test_random(void **state) {
    (void)state;
    static const char *const types[] = {"qwen2_vl", "gemma3",    "llava",           "mllama",
                                        "nova",     "paligemma", "a\\n# b: \\u001b"};
    static const char *const pieces[] = {"<image>",  "<|image_pad|>",
                                         "</image>", "<|vision_start|>",
                                         "[IMG]",    "<start_of_image>"};
    struct random_source random = {20};
    size_t n_drafts = 0;
    for (int i = 0; i < 80; i++) {
        char config[2048];
        char tokens[512];
        struct onboard_draft draft = {0};
        mmspan_error error;
        snprintf(config, sizeof config, "{\"model_type\": \"%s\"", PICK(&random, types));
        write_members(&random, config, sizeof config);
        strcat(config, ", \"text_config\": {\"a\": 1");
        write_members(&random, config, sizeof config);
        strcat(config, "}}");
        snprintf(tokens, sizeof tokens, "{\"%s\": %d, \"x%s\": %d}", PICK(&random, pieces),
                 (int)random_below(&random, 300000), PICK(&random, pieces), 5);
        scratch_text(&scratch, "config.json", config);
        scratch_text(&scratch, "added_tokens.json", tokens);
        const mmspan_status status = onboard_folder(scratch.folder, &draft, &error);
        if (status == MMSPAN_OK)
            expect_good(&draft, config);
        else if (status != MMSPAN_E_NOT_FOUND && status != MMSPAN_E_MISMATCH)
            fail_msg("%s\n%s", error.message, config);
        n_drafts += status == MMSPAN_OK;
        onboard_draft_free(&draft);
    }
    assert_true(n_drafts > 40);
    scratch_remove(&scratch, "config.json");
    scratch_remove(&scratch, "added_tokens.json");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draft), cmocka_unit_test(test_failures),
        cmocka_unit_test(test_hostile_names), cmocka_unit_test(test_random)};
    return cmocka_run_group_tests(tests, set_up_scratch, tear_down_scratch);
}
