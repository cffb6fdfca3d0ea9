/* Findings of every kind in words, and in buffers of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/expect.h"

#include <stdlib.h>
#include <string.h>

static const char config[] = "token boi 1; token eoi 2; token img 3; token vid 4; token nl 5\n"
                             "token low -2147483648\n"
                             "vocab 100\n"
                             "modality image; begin boi; patch img; end eoi; bare img\n"
                             "rows min 2 max 8\n"
                             "modality video; begin boi; patch vid; end eoi; rows 1\n"
                             "modality audio; pattern nl text nl";

/* No vocabulary, and a run that is cut every four tokens. */
static const char bare_config[] = "token img -200\nmodality image; patch img; rows 4\n"
                                  "adjacent split";

/* The sentence must come whole, cut at every length, and measured. */
static void expect_text(const mmspan_matcher *matcher, const mmspan_finding *finding,
                        const char *wanted) {
    const size_t n = strlen(wanted);
    assert_int_equal(mmspan_finding_text(matcher, finding, NULL, 0), n);
    for (size_t size = 0; size < n + 4; size++) {
        char text[256];
        assert_true(size + 4 <= sizeof text);
        memset(text, '#', sizeof text);
        assert_int_equal(mmspan_finding_text(matcher, finding, text, size), n);
        const size_t kept = size <= n && size > 0 ? size - 1 : n;
        if (size > n && strcmp(text, wanted) != 0)
            fail_msg("is     %s\nwanted %s", text, wanted);
        if (size > 0) {
            assert_memory_equal(text, wanted, kept);
            assert_int_equal(text[kept], 0);
        }
        assert_int_equal(text[size], '#');
    }
}

/* Findings as scans make them; `wanted` is of the first. */
static void expect_scanned(const char *declared, const int32_t *ids, size_t n,
                           const char *wanted) {
    mmspan_matcher *matcher = expect_compile(declared, NULL);
    mmspan_result *result;
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    assert_int_equal(mmspan_scan(matcher, ids, n, NULL, result, NULL), MMSPAN_OK);
    const mmspan_view *view = mmspan_result_view(result);
    assert_int_equal(view->n_findings, 1);
    expect_text(matcher, view->findings, wanted);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
}

static void test_scanned(void **state) {
    (void)state;
    const int32_t broken[] = {9, 1, 9};
    expect_scanned(config, broken, 3,
                   "broken-block [1, 2) image or video block breaks off: expected img or vid, "
                   "found 9");
    const int32_t named[] = {1, 4, 5, 9, 5};
    expect_scanned(config, named, 5,
                   "broken-block [0, 2) video block breaks off: expected eoi or vid, found nl "
                   "(5)");
    const int32_t text[] = {5, 5, 9, 5};
    expect_scanned(config, text, 4,
                   "broken-block [0, 1) audio block breaks off: expected text, found nl (5)");
    const int32_t cut[] = {1, 4};
    expect_scanned(config, cut, 2,
                   "truncated-block [0, 2) video block is cut off by the end of the input: "
                   "expected eoi or vid");
    const int32_t one[] = {9, 2};
    expect_scanned(config, one, 2, "stray-token [1, 2) eoi (2) belongs to no block");
    const int32_t three[] = {9, 2, 2, 2};
    expect_scanned(config, three, 4, "stray-token [1, 4) eoi (2) belongs to no block, 3 times");
    const int32_t few[] = {1, 3, 2};
    expect_scanned(config, few, 3, "rows [0, 3) image block has 1 row; the rule is: 2..8");
}

/* Three names and more are listed with commas. */
static void test_choice(void **state) {
    (void)state;
    const int32_t ids[] = {1, 9};
    expect_scanned("token a 1; token b 2; token c 3; token d 4\n"
                   "modality image; pattern a b; modality video; pattern a c\n"
                   "modality audio; pattern a d",
                   ids, 2,
                   "broken-block [0, 1) audio, image or video block breaks off: expected b, c "
                   "or d, found 9");
}

/* Findings of operations, and those whose numbers are worth a look. */
static void test_made(void **state) {
    (void)state;
    mmspan_matcher *matcher = expect_compile(config, NULL);
    const mmspan_finding literal = {
        .kind = MMSPAN_FINDING_LITERAL_TOKEN, .start = 7, .end = 8, .token = 0, .id = 1};
    expect_text(matcher, &literal, "literal-token [7, 8) boi (1) in literal text");
    const mmspan_finding literals = {
        .kind = MMSPAN_FINDING_LITERAL_TOKEN, .start = 7, .end = 9, .token = 0, .id = 1};
    expect_text(matcher, &literals, "literal-token [7, 9) boi (1) in literal text, 2 times");
    mmspan_finding stranger = {.kind = MMSPAN_FINDING_OUT_OF_VOCABULARY,
                               .start = 0,
                               .end = 1,
                               .id = 300,
                               .found = 300};
    expect_text(matcher, &stranger,
                "out-of-vocabulary [0, 1) 300 is outside the vocabulary of 100");
    stranger.end = INT64_MAX;
    stranger.id = -1;
    stranger.found = INT64_MIN;
    expect_text(matcher, &stranger,
                "out-of-vocabulary [0, 9223372036854775807) -9223372036854775808 is outside "
                "the vocabulary of 100, 9223372036854775807 times");
    const mmspan_finding count = {.kind = MMSPAN_FINDING_MEDIA_COUNT,
                                  .start = 4,
                                  .end = 4,
                                  .modality = 1,
                                  .media = -1,
                                  .expected = 3,
                                  .found = 0};
    expect_text(matcher, &count, "media-count [4, 4) video: expected 3 media, found 0");
    const mmspan_finding rows = {.kind = MMSPAN_FINDING_MEDIA_ROWS,
                                 .start = 4,
                                 .end = 9,
                                 .modality = 0,
                                 .media = 2,
                                 .expected = 256,
                                 .found = 1};
    expect_text(matcher, &rows, "media-rows [4, 9) image 2: expected 256 rows, found 1");
    mmspan_finding layout = {.kind = MMSPAN_FINDING_MEDIA_LAYOUT,
                             .start = 5,
                             .end = 9,
                             .modality = 1,
                             .media = 0,
                             .expected = 4,
                             .found = 77};
    expect_text(matcher, &layout,
                "media-layout [5, 9) video 0 has vid (4) here, the prompt has 77");
    layout.expected = INT64_C(1) << 32;
    layout.found = -(INT64_C(1) << 32);
    expect_text(matcher, &layout,
                "media-layout [5, 9) video 0 has 4294967296 here, the prompt has -4294967296");
    layout.expected = INT64_C(1) << 32 | 4;
    layout.found = INT32_MIN;
    expect_text(matcher, &layout,
                "media-layout [5, 9) video 0 has 4294967300 here, the prompt has low "
                "(-2147483648)");
    layout.expected = -1;
    layout.found = 77;
    expect_text(matcher, &layout,
                "media-layout [5, 9) video 0 has no more tokens, the prompt has 77");
    layout.start = layout.end;
    layout.expected = 4;
    layout.found = -1;
    expect_text(matcher, &layout,
                "media-layout [9, 9) video 0 has vid (4) here, the prompt no more of it");
    mmspan_matcher_destroy(matcher);
    matcher = expect_compile(bare_config, NULL);
    const mmspan_finding rest = {
        .kind = MMSPAN_FINDING_REMAINDER, .start = 4, .end = 6, .modality = 0, .found = 2};
    expect_text(matcher, &rest,
                "remainder [4, 6) image run leaves over 2 rows; the rule is: 4");
    stranger = (mmspan_finding){.kind = MMSPAN_FINDING_OUT_OF_VOCABULARY,
                                .start = 3,
                                .end = 5,
                                .id = -1,
                                .found = INT64_C(4294967097)};
    expect_text(matcher, &stranger,
                "out-of-vocabulary [3, 5) 4294967097 does not fit an int32, 2 times");
    mmspan_matcher_destroy(matcher);
}

/* What is missing gives no sentence; what is another matcher's gives a harmless one. */
static void test_bad(void **state) {
    (void)state;
    mmspan_matcher *matcher = expect_compile(config, NULL);
    mmspan_finding finding = {.kind = MMSPAN_FINDING_STRAY_TOKEN, .end = 1, .token = 99};
    char text[8] = "#######";
    assert_int_equal(mmspan_finding_text(NULL, &finding, text, sizeof text), 0);
    assert_string_equal(text, "");
    text[0] = '#';
    assert_int_equal(mmspan_finding_text(matcher, NULL, text, sizeof text), 0);
    assert_string_equal(text, "");
    assert_int_equal(mmspan_finding_text(matcher, NULL, NULL, 0), 0);
    assert_int_equal(mmspan_finding_text(NULL, NULL, NULL, 8), 0);
    expect_text(matcher, &finding, "stray-token [0, 1) ? (0) belongs to no block");
    /* A size without a buffer is none. */
    assert_int_equal(mmspan_finding_text(matcher, &finding, NULL, 8), 44);
    for (int32_t kind = -3; kind < 20; kind++) {
        finding = (mmspan_finding){
            .kind = kind, .modality = 99, .token = 99, .state = 9999, .id = -5, .media = -1};
        const size_t n = mmspan_finding_text(matcher, &finding, text, sizeof text);
        if (mmspan_finding_kind_name(kind))
            assert_true(n > strlen(mmspan_finding_kind_name(kind)));
        else
            assert_int_equal(n, 0);
        assert_int_equal(strlen(text), n ? sizeof text - 1 : 0);
    }
    mmspan_matcher_destroy(matcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scanned),
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_made),
        cmocka_unit_test(test_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
