/* Prompts worked out by hand for each rule of matching. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/gallery.h"
#include "../../../support/expect.h"

/* An ordinary token may begin a match, and dies without a finding. */
static void test_ordinary(void **state) {
    (void)state;
    const char *config = "token nl 1 ordinary; token pad 2; token unk 3 ordinary\n"
                         "modality image; pattern nl pad+ nl (text{0,2} pad)?; bare unk pad\n"
                         "embed pad";
    expect_scan(config, "1 1 1", "");
    expect_scan(config, "1 2 1", "image block 0..3 rows 1 (image 1..2 #0)\n");
    expect_scan(config, "1 2 9", "stray-token 1..2 pad 2\n");
    expect_scan(config, "3 3 2 3", "image bare 1..3 rows 1 (image 2..3 #0)\n");
    expect_scan(config, "1 2 1 3 1 2",
                "image block 0..6 rows 2 (image 1..2 #0, image 5..6 #1)\n");
    expect_scan(config, "1 2 1 9 9 9 2",
                "image block 0..3 rows 1 (image 1..2 #0)\nstray-token 6..7 pad 2\n");
}

/* Leftmost, then longest: an attempt goes on past its first complete form and comes back
 * to its last one. */
static void test_longest(void **state) {
    (void)state;
    const char *config = "token a 1; token b 2; token c 3\n"
                         "modality image; pattern a; modality video; pattern a b b b c";
    expect_scan(config, "1", "image block 0..1 rows 0\n");
    expect_scan(config, "1 2 2 2 3", "video block 0..5 rows 0\n");
    expect_scan(config, "1 2 2 1",
                "image block 0..1 rows 0\nimage block 3..4 rows 0\n"
                "stray-token 1..3 b 2\n");
    expect_scan(config, "1 2 2 2", "image block 0..1 rows 0\nstray-token 1..4 b 2\n");
    expect_scan(config, "1 1 2 2 2 3 3",
                "image block 0..1 rows 0\nvideo block 1..6 rows 0\nstray-token 6..7 c 3\n");
}

/* An attempt inside a reported block is reported only if it dies beyond its end. */
static void test_suppression(void **state) {
    (void)state;
    const char *config = "token a 1; token b 2; token c 3; token d 4\n"
                         "modality image; pattern a b a c; modality video; pattern b a c d d;\n"
                         "modality audio; pattern b b";
    expect_scan(config, "1 2 1 9", "broken-block 0..3 image expects c found 9\n");
    /* The second attempt, from the b, dies at the end of the first: only the third goes
     * further. */
    expect_scan(config, "1 2 1 2 1 9",
                "broken-block 0..3 image expects c found 2\n"
                "broken-block 2..5 image expects c found 9\n");
    expect_scan(config, "1 2 1 3", "image block 0..4 rows 0\n");
    expect_scan(config, "2 1 3 4 9", "broken-block 0..4 video expects d found 9\n");
    expect_scan(config, "1 2 2 1",
                "audio block 1..3 rows 0\nbroken-block 0..2 image expects a found 2\n"
                "truncated-block 3..4 image expects b\n");
    expect_scan(config, "1 2 1", "truncated-block 0..3 image expects c\n");
}

static void test_literal(void **state) {
    (void)state;
    const char *config = gallery_gemma4;
    expect_scan(config, "[3]", "literal-token 0..1 img 3\n");
    expect_scan(
        config, "3 [3 3 9 3] 3",
        "image bare 0..1 rows 1 (image 0..1 #0)\nimage bare 5..6 rows 1 (image 5..6 #1)\n"
        "literal-token 1..3 img 3\nliteral-token 4..5 img 3\n");
    expect_scan(config, "1 3 [2] 2",
                "broken-block 0..2 image expects eoi,img found 2\n"
                "literal-token 2..3 eoi 2\nstray-token 3..4 eoi 2\n");
    expect_scan(config, "1 [] 3 2", "image block 0..3 rows 1 (image 1..2 #0)\n");
    expect_scan(config, "[3 3] [3] [1] 2",
                "literal-token 0..3 img 3\nliteral-token 3..4 boi 1\nstray-token 4..5 eoi 2\n");
    expect_scan(config, "[9 300 8]", "out-of-vocabulary 1..2 300\n");
    /* Inside a block, text is what a literal token is. */
    expect_scan(gallery_glm_video, "1 3 5 4 [5 2] 3 5 4 2",
                "video block 0..10 rows 2 (video 2..3 #0, video 7..8 #1)\n"
                "literal-token 4..5 pad 5\nliteral-token 5..6 eov 2\n");
    /* Ordinary tokens keep their meaning. */
    expect_scan(gallery_sequences, "1 2 3 4 [6] 3 1",
                "image block 0..7 rows 1 (image 3..4 #0)\n");
}

static void test_out_of_vocabulary(void **state) {
    (void)state;
    expect_scan(
        gallery_gemma4, "99 100 100 -1 5000 3",
        "image bare 5..6 rows 1 (image 5..6 #0)\n"
        "out-of-vocabulary 1..3 100\nout-of-vocabulary 3..4 -1\nout-of-vocabulary 4..5 5000\n");
    /* Also inside blocks and inside broken ones; declared IDs never are. */
    const char *config = "token a -7; token b 500; vocab 100\n"
                         "modality image; pattern a (text{0,3} b)+; embed b";
    expect_scan(
        config, "-7 -8 500 100 101 500",
        "image block 0..6 rows 2 (image 2..3 #0, image 5..6 #1)\n"
        "out-of-vocabulary 1..2 -8\nout-of-vocabulary 3..4 100\nout-of-vocabulary 4..5 101\n");
    expect_scan(config, "-7 -9 -9 -9 -9",
                "broken-block 0..4 image expects b found -9\nout-of-vocabulary 1..5 -9\n");
    /* Without a vocabulary's size every ID is legal. */
    expect_scan(gallery_kimi, "-5 2147483647 -2147483648", "");
}

/* Ranges up to the ends of int32, and one that leaves no text at all. */
static void test_extreme_ids(void **state) {
    (void)state;
    const char *config = "token low range -2147483648 -2147483647; token high 2147483647\n"
                         "modality image; pattern low+ high; embed low";
    expect_scan(config, "-2147483648 -2147483647 2147483647",
                "image block 0..3 rows 2 (image 0..2 #0)\n");
    expect_scan(config, "2147483646 2147483647 -2147483646",
                "stray-token 1..2 high 2147483647\n");
    expect_scan("token all range -2147483648 2147483647; modality image; pattern all all",
                "7 0 -1", "image block 0..2 rows 0\ntruncated-block 2..3 image expects all\n");
}

/* A token that two names share, and findings that begin at the same place. */
static void test_overlaps(void **state) {
    (void)state;
    const char *config = "token any_pad range 1 9; token five 5; token end 20; vocab 30\n"
                         "modality image; pattern five end; embed five\n"
                         "modality video; pattern [any_pad]{3} end; embed any_pad";
    expect_scan(config, "5 20", "image block 0..2 rows 1 (image 0..1 #0)\n");
    expect_scan(config, "5 6 5 20", "video block 0..4 rows 3 (video 0..3 #0)\n");
    expect_scan(config, "5 5 20 5",
                "image block 1..3 rows 1 (image 1..2 #0)\nbroken-block 0..2 video expects "
                "any_pad found 20\n"
                "truncated-block 3..4 image,video expects any_pad,end\n");
    expect_scan(config, "[5 5]", "literal-token 0..2 any_pad 5\n");
}

static void test_rows(void **state) {
    (void)state;
    const char *config =
        "token b 1; token p 2; token q 3; token e 4\n"
        "modality image; pattern b (p+ q)+ e; embed p; rows min 2 max 6 multiple 2 equal";
    expect_scan(config, "1 2 3 2 3 4",
                "image block 0..6 rows 2 (image 1..2 #0, image 3..4 #1)\n");
    /* One row is too few, but it is what collapse writes for an image. */
    expect_scan(config, "1 2 3 4", "image bare 0..4 rows 1 (image 1..2 #0)\n");
    expect_scan(config, "1 2*7 3 4",
                "image block 0..10 rows 7 (image 1..8 #0)\nrows 0..10 image 7\n");
    expect_scan(config, "1 2*8 3 4",
                "image block 0..11 rows 8 (image 1..9 #0)\nrows 0..11 image 8\n");
    expect_scan(config, "1 2*3 3 4",
                "image block 0..6 rows 3 (image 1..4 #0)\nrows 0..6 image 3\n");
    expect_scan(config, "1 2 3 2*3 3 4",
                "image block 0..8 rows 4 (image 1..2 #0, image 3..6 #1)\nrows 0..8 image 4\n");
}

/* 3 + 2 n rows: fewer than the offset are too few. */
static void test_rows_offset(void **state) {
    (void)state;
    const char *config =
        "token b 1; token p 2; token e 4\n"
        "modality image; begin b; patch p; end e; rows min 3 multiple 2 offset 3";
    expect_scan(config, "1 2*3 4", "image block 0..5 rows 3 (image 1..4 #0)\n");
    expect_scan(config, "1 2*7 4", "image block 0..9 rows 7 (image 1..8 #0)\n");
    expect_scan(config, "1 2*6 4",
                "image block 0..8 rows 6 (image 1..7 #0)\nrows 0..8 image 6\n");
    expect_scan(config, "1 2*2 4",
                "image block 0..4 rows 2 (image 1..3 #0)\nrows 0..4 image 2\n");
    expect_scan(config, "1 2 4", "image bare 0..3 rows 1 (image 1..2 #0)\n");
}

static void test_arguments(void **state) {
    (void)state;
    mmspan_matcher *matcher = expect_compile(gallery_gemma4, NULL);
    mmspan_result *result;
    const int32_t ids[] = {1, 3, 2, 9};
    const mmspan_span bad[][2] = {{{2, 1}, {3, 3}},
                                  {{-1, 1}, {2, 2}},
                                  {{0, 2}, {1, 3}},
                                  {{2, 3}, {0, 1}},
                                  {{0, 1}, {2, 5}}};
    mmspan_error error;
    assert_int_equal(mmspan_result_create(NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    assert_null(mmspan_result_matcher(result));
    assert_int_equal(mmspan_result_view(result)->n_items, 0);
    assert_int_equal(mmspan_scan(matcher, ids, 4, NULL, result, NULL), MMSPAN_OK);
    assert_ptr_equal(mmspan_result_matcher(result), matcher);
    assert_int_equal(mmspan_result_view(result)->n_items, 1);
    assert_int_equal(mmspan_result_view(result)->n_tokens, 4);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mmspan_scan_options options = {
            .struct_size = sizeof options, .literal = bad[i], .n_literal = 2};
        assert_int_equal(mmspan_scan(matcher, ids, 4, &options, result, &error),
                         MMSPAN_E_ARGUMENT);
        assert_int_equal(error.status, MMSPAN_E_ARGUMENT);
        assert_int_equal(mmspan_result_view(result)->n_items, 0);
    }
    assert_int_equal(mmspan_scan(matcher, NULL, 4, NULL, result, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_scan(NULL, ids, 4, NULL, result, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_scan(matcher, ids, 4, NULL, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_scan(matcher, NULL, 0, NULL, result, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_result_view(result)->n_tokens, 0);
    mmspan_result_destroy(result);
    mmspan_result_destroy(NULL);
    mmspan_matcher_destroy(matcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary),          cmocka_unit_test(test_longest),
        cmocka_unit_test(test_suppression),       cmocka_unit_test(test_literal),
        cmocka_unit_test(test_out_of_vocabulary), cmocka_unit_test(test_extreme_ids),
        cmocka_unit_test(test_overlaps),          cmocka_unit_test(test_rows),
        cmocka_unit_test(test_rows_offset),       cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
