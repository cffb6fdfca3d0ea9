/* Results in the shapes that SGLang, vLLM, TensorRT-LLM and llama.cpp store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/fixture.h"
#include "mmspan/adapters.h"

#include <stdio.h>
#include <string.h>

enum { IMAGE = 0, VIDEO = 1, AUDIO = 2, CAP = 16 };

/* `wanted` as "2-4 6-7". */
static void expect_offsets(enum fixture_shape shape, const char *prompt, int32_t modality,
                           const char *wanted) {
    struct fixture f;
    struct id_list ids;
    mmspan_pair pairs[CAP];
    char text[256] = "";
    size_t n;
    fixture_open(&f, shape);
    fixture_scan_text(&f, &ids, prompt);
    assert_int_equal(mmspan_sglang_offsets(f.result, modality, pairs, CAP, &n, NULL),
                     MMSPAN_OK);
    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%d-%d", i ? " " : "", (int)pairs[i].first,
                 (int)pairs[i].last);
    }
    assert_string_equal(text, wanted);
    fixture_close(&f);
}

/* Inclusive pairs; also where a comparison with rotated neighbours goes wrong, because the
 * prompt begins and ends with pads. */
static void test_sglang(void **state) {
    (void)state;
    expect_offsets(FIXTURE_KIMI, "21 22 1*3 23 1*2", IMAGE, "2-4 6-7");
    expect_offsets(FIXTURE_KIMI, "1*2 21 1*2", IMAGE, "0-1 3-4");
    expect_offsets(FIXTURE_KIMI, "1 21 1", IMAGE, "0-0 2-2");
    expect_offsets(FIXTURE_KIMI, "1", IMAGE, "0-0");
    expect_offsets(FIXTURE_KIMI, "21", IMAGE, "");
    expect_offsets(FIXTURE_GEMMA, "1 3*2 2 1 3*3 2 5 7 6", IMAGE, "1-2 5-7");
    expect_offsets(FIXTURE_GEMMA, "1 3*2 2 1 3*3 2 5 7 6", AUDIO, "10-10");
    expect_offsets(FIXTURE_PIXTRAL, "9 1*2 2 1*2 3", IMAGE, "1-2 4-5");
    /* Audio inside a video is listed as audio. */
    expect_offsets(FIXTURE_OMNI, "1 3 5*2 6 5 4 2", 0, "4-4");
    expect_offsets(FIXTURE_OMNI, "1 3 5*2 6 5 4 2", 1, "2-3 5-5");
    /* The pads of a video's frames are not an image's, though the ID is the same. */
    expect_offsets(FIXTURE_GLM, "3 5*2 4 9 1 3 5 4 20 3 5 4 2", IMAGE, "1-2");
    expect_offsets(FIXTURE_GLM, "3 5*2 4 9 1 3 5 4 20 3 5 4 2", VIDEO, "7-7 11-11");
}

static void test_sglang_split(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    mmspan_pair pairs[CAP];
    size_t n;
    mmspan_error error;
    mmspan_media media[] = {{.rows = 2}, {.rows = 2}};
    fixture_open(&f, FIXTURE_KIMI);
    fixture_scan_text(&f, &ids, "9 1*4 9");
    assert_int_equal(mmspan_assign(f.result, media, 2, NULL, NULL), MMSPAN_OK);
    memset(pairs, 0x55, sizeof pairs);
    assert_int_equal(mmspan_sglang_offsets(f.result, IMAGE, pairs, 1, &n, &error),
                     MMSPAN_E_SPACE);
    assert_int_equal(n, 2);
    assert_string_equal(error.message, "room for 2 pairs is needed");
    assert_int_equal(pairs[0].first, 0x5555555555555555);
    assert_int_equal(mmspan_sglang_offsets(f.result, IMAGE, pairs, 2, &n, NULL), MMSPAN_OK);
    assert_int_equal(pairs[0].last, 2);
    assert_int_equal(pairs[1].first, 3);
    assert_int_equal(mmspan_sglang_offsets(f.result, 1, pairs, 2, &n, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_sglang_offsets(f.result, -1, pairs, 2, &n, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_sglang_offsets(NULL, 0, pairs, 2, &n, NULL), MMSPAN_E_ARGUMENT);
    fixture_close(&f);
}

/* The range of one item: `mask` is its is_embed, "0110". */
static void expect_range(enum fixture_shape shape, const char *prompt, int32_t item,
                         int64_t offset, const char *mask) {
    struct fixture f;
    struct id_list ids;
    mmspan_vllm_range range;
    uint8_t is_embed[CAP];
    char text[CAP + 1] = "";
    fixture_open(&f, shape);
    fixture_scan_text(&f, &ids, prompt);
    assert_int_equal(mmspan_vllm_placeholder(f.result, item, &range, is_embed, CAP, NULL),
                     MMSPAN_OK);
    assert_int_equal(range.offset, offset);
    assert_int_equal(range.length, strlen(mask));
    assert_int_equal(range.modality, f.view->items[item].modality);
    assert_int_equal(range.all_embed, strchr(mask, '0') == NULL);
    for (int64_t i = 0; i < range.length; i++)
        text[i] = (char)('0' + is_embed[i]);
    assert_string_equal(text, mask);
    fixture_close(&f);
}

static void test_vllm(void **state) {
    (void)state;
    /* With a bare form the block stands for it, with its delimiters; also unexpanded. */
    expect_range(FIXTURE_GEMMA, "9 1 3*2 2 1 3 2", 0, 1, "0110");
    expect_range(FIXTURE_GEMMA, "9 1 3*2 2 1 3 2", 1, 5, "010");
    expect_range(FIXTURE_GEMMA, "9 3", 0, 1, "1");
    expect_range(FIXTURE_GEMMA3, "9 1 3*2 2", 0, 1, "0110");
    expect_range(FIXTURE_BARE, "9 1*3", 0, 1, "111");
    /* An item of no rows has no embed token to begin with. */
    expect_range(FIXTURE_GEMMA3, "9 1", 0, 1, "0");
    /* Without one only what stands between the delimiters was a target. */
    expect_range(FIXTURE_QWEN, "9 1 3*4 2", 0, 2, "1111");
    expect_range(FIXTURE_PIXTRAL, "9 1*2 2 1*2 3", 0, 1, "11011");
    expect_range(FIXTURE_KIMI, "9 1*3", 0, 1, "111");
    /* Audio rows are another item's in vLLM. */
    expect_range(FIXTURE_OMNI, "9 1 3 5*2 6 5 4 2 9 3 6*2 4", 0, 3, "1101");
    expect_range(FIXTURE_OMNI, "9 1 3 5*2 6 5 4 2 9 3 6*2 4", 1, 11, "11");
    expect_range(FIXTURE_OMNI, "9 1 3 6 5*2 6*2 4 2", 0, 4, "11");
    expect_range(FIXTURE_OMNI, "9 1 3 6*2 4 2", 0, 1, "000000");
}

static void test_vllm_space(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    mmspan_vllm_range range;
    uint8_t is_embed[CAP];
    mmspan_error error;
    fixture_open(&f, FIXTURE_KIMI);
    fixture_scan_text(&f, &ids, "9 1*3");
    memset(is_embed, 0x55, sizeof is_embed);
    assert_int_equal(mmspan_vllm_placeholder(f.result, 0, &range, is_embed, 2, &error),
                     MMSPAN_E_SPACE);
    assert_string_equal(error.message, "room for 3 mask bytes is needed");
    assert_int_equal(range.length, 3);
    assert_int_equal(is_embed[0], 0x55);
    assert_int_equal(mmspan_vllm_placeholder(f.result, 0, &range, is_embed, 3, NULL),
                     MMSPAN_OK);
    assert_int_equal(is_embed[3], 0x55);
    assert_int_equal(mmspan_vllm_placeholder(f.result, 1, &range, is_embed, 3, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_vllm_placeholder(f.result, -1, &range, is_embed, 3, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_vllm_placeholder(f.result, 0, NULL, is_embed, 3, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_vllm_placeholder(f.result, 0, &range, NULL, 3, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_vllm_placeholder(NULL, 0, &range, is_embed, 3, NULL),
                     MMSPAN_E_ARGUMENT);
    fixture_close(&f);
}

static void test_trtllm(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    int32_t offsets[4];
    int32_t positions[4];
    int32_t lengths[4];
    mmspan_error error;
    fixture_open(&f, FIXTURE_PIXTRAL);
    fixture_scan_text(&f, &ids, "9 1*2 2 1*2 3 9 1 3");
    assert_int_equal(mmspan_trtllm_runs(f.result, offsets, 3, positions, lengths, 3, NULL),
                     MMSPAN_OK);
    assert_memory_equal(offsets, ((const int32_t[]){0, 2, 3}), 12);
    assert_memory_equal(positions, ((const int32_t[]){1, 4, 8}), 12);
    assert_memory_equal(lengths, ((const int32_t[]){2, 2, 1}), 12);
    memset(offsets, 0x55, sizeof offsets);
    memset(positions, 0x55, sizeof positions);
    assert_int_equal(mmspan_trtllm_runs(f.result, offsets, 2, positions, lengths, 3, &error),
                     MMSPAN_E_SPACE);
    assert_string_equal(error.message, "room for 3 item offsets is needed");
    assert_int_equal(mmspan_trtllm_runs(f.result, offsets, 3, positions, lengths, 2, &error),
                     MMSPAN_E_SPACE);
    assert_string_equal(error.message, "room for 3 runs is needed");
    assert_int_equal(offsets[0], 0x55555555);
    assert_int_equal(positions[0], 0x55555555);
    /* A prompt without items has one offset and no runs. */
    fixture_scan_text(&f, &ids, "9 9");
    assert_int_equal(mmspan_trtllm_runs(f.result, offsets, 1, NULL, NULL, 0, NULL), MMSPAN_OK);
    assert_int_equal(offsets[0], 0);
    assert_int_equal(mmspan_trtllm_runs(f.result, NULL, 0, NULL, NULL, 0, NULL),
                     MMSPAN_E_ARGUMENT);
    fixture_close(&f);
}

static void expect_segments(const char *prompt, const mmspan_segment *wanted, size_t n_wanted) {
    struct fixture f;
    struct id_list ids;
    mmspan_segment segments[CAP];
    size_t n;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, prompt);
    assert_int_equal(mmspan_segments(f.result, segments, CAP, &n, NULL), MMSPAN_OK);
    assert_int_equal(n, n_wanted);
    if (n) {
        assert_memory_equal(segments, wanted, n * sizeof *segments);
        mmspan_segment untouched = segments[0];
        assert_int_equal(mmspan_segments(f.result, segments, n - 1, &n, NULL), MMSPAN_E_SPACE);
        assert_int_equal(n, n_wanted);
        assert_memory_equal(segments, &untouched, sizeof untouched);
    }
    fixture_close(&f);
}

static void test_segments(void **state) {
    (void)state;
    expect_segments("", NULL, 0);
    expect_segments("9 9", (const mmspan_segment[]){{0, 2, -1}}, 1);
    expect_segments("1 3 2", (const mmspan_segment[]){{0, 3, 0}}, 1);
    expect_segments("9 1 3 2 9", (const mmspan_segment[]){{0, 1, -1}, {1, 4, 0}, {4, 5, -1}},
                    3);
    expect_segments("1 3 2 3 9 5 7 6",
                    (const mmspan_segment[]){{0, 3, 0}, {3, 4, 1}, {4, 5, -1}, {5, 8, 2}}, 4);
}

/* Segments cover the prompt without gaps, and every item is one. */
static void test_segments_cover(void **state) {
    (void)state;
    struct random_source random = {4};
    static struct id_list ids;
    static mmspan_segment segments[MAX_IDS];
    for (int shape = 0; shape < N_FIXTURES; shape++) {
        struct fixture f;
        fixture_open(&f, (enum fixture_shape)shape);
        for (int round = 0; round < 50; round++) {
            size_t n;
            int64_t at = 0;
            int64_t item = 0;
            fixture_prompt((enum fixture_shape)shape, &random, 4, &ids);
            fixture_scan(&f, ids.ids, ids.n);
            assert_int_equal(mmspan_segments(f.result, segments, MAX_IDS, &n, NULL), MMSPAN_OK);
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(segments[i].start, at);
                assert_true(segments[i].end > at);
                assert_true(segments[i].item == item ||
                            (segments[i].item == -1 && (i == 0 || segments[i - 1].item >= 0)));
                item += segments[i].item >= 0;
                at = segments[i].end;
            }
            assert_int_equal(at, ids.n);
            assert_int_equal(item, f.view->n_items);
        }
        fixture_close(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sglang),         cmocka_unit_test(test_sglang_split),
        cmocka_unit_test(test_vllm),           cmocka_unit_test(test_vllm_space),
        cmocka_unit_test(test_trtllm),         cmocka_unit_test(test_segments),
        cmocka_unit_test(test_segments_cover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
