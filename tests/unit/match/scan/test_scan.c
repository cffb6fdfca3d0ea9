/* Prompts worked out by hand for the shapes that models use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/gallery.h"
#include "../../../support/expect.h"

/* What SGLang's regexes for Gemma 4 count on text: 1 BOI, 2 EOI, 3 image, 4 video. */
static void test_gemma4(void **state) {
    (void)state;
    const char *config = gallery_gemma4;
    expect_scan(config, "", "");
    expect_scan(config, "9 8 99 0", "");
    expect_scan(config, "3", "image bare 0..1 rows 1 (image 0..1 #0)\n");
    expect_scan(config, "1 3 3 3 2", "image block 0..5 rows 3 (image 1..4 #0)\n");
    expect_scan(config, "1 3 2 1 3 3 2",
                "image block 0..3 rows 1 (image 1..2 #0)\n"
                "image block 3..7 rows 2 (image 4..6 #1)\n");
    expect_scan(config, "3 3",
                "image bare 0..1 rows 1 (image 0..1 #0)\n"
                "image bare 1..2 rows 1 (image 1..2 #1)\n");
    expect_scan(config, "9 1 4 4 2 8 1 4 4 2",
                "video block 1..5 rows 2 (video 2..4 #0)\n"
                "video block 6..10 rows 2 (video 7..9 #2)\n");
    expect_scan(config, "5 7 7 6 7 1 3 2",
                "audio block 0..4 rows 2 (audio 1..3 #0)\n"
                "audio bare 4..5 rows 1 (audio 4..5 #2)\n"
                "image block 5..8 rows 1 (image 6..7 #0)\n");
}

static void test_gemma4_broken(void **state) {
    (void)state;
    const char *config = gallery_gemma4;
    expect_scan(config, "1 3 3 3 9", "broken-block 0..4 image expects eoi,img found 9\n");
    expect_scan(config, "9 1 3 3", "truncated-block 1..4 image expects eoi,img\n");
    expect_scan(config, "3 2", "stray-token 0..1 img 3\nstray-token 1..2 eoi 2\n");
    expect_scan(
        config, "1 2",
        "broken-block 0..1 image,video expects img,vid found 2\nstray-token 1..2 eoi 2\n");
    expect_scan(config, "1", "truncated-block 0..1 image,video expects img,vid\n");
    expect_scan(config, "1 3 4 2",
                "broken-block 0..2 image expects eoi,img found 4\n"
                "stray-token 2..3 vid 4\nstray-token 3..4 eoi 2\n");
    expect_scan(config, "1 1 3 3 2 2",
                "image block 1..5 rows 2 (image 2..4 #0)\n"
                "broken-block 0..1 image,video expects img,vid found 1\n"
                "stray-token 5..6 eoi 2\n");
    expect_scan(config, "1 3 9 3 2",
                "broken-block 0..2 image expects eoi,img found 9\n"
                "stray-token 3..4 img 3\nstray-token 4..5 eoi 2\n");
}

static void test_gemma3(void **state) {
    (void)state;
    const char *config = gallery_gemma3;
    expect_scan(config, "1 3 3 2", "image block 0..4 rows 2 (image 1..3 #0)\n");
    expect_scan(config, "1 3 3", "stray-token 0..1 boi 1\nstray-token 1..3 soft 3\n");
    expect_scan(config, "1 2", "image block 0..2 rows 0\nrows 0..2 image 0\n");
    expect_scan(config, "3 3 9 3", "stray-token 0..2 soft 3\nstray-token 3..4 soft 3\n");
    expect_scan(config, "1 1", "image bare 0..1 rows 0\nimage bare 1..2 rows 0\n");
}

/* Runs at both ends of the prompt, which a circular comparison gets wrong. */
static void test_kimi(void **state) {
    (void)state;
    const char *config = gallery_kimi;
    expect_scan(config, "1", "image block 0..1 rows 1 (image 0..1 #0)\n");
    expect_scan(config, "1 1 1", "image block 0..3 rows 3 (image 0..3 #0)\n");
    expect_scan(
        config, "1 9 1",
        "image block 0..1 rows 1 (image 0..1 #0)\nimage block 2..3 rows 1 (image 2..3 #1)\n");
    expect_scan(
        config, "1 1 9 1 1",
        "image block 0..2 rows 2 (image 0..2 #0)\nimage block 3..5 rows 2 (image 3..5 #2)\n");
    expect_scan(config, "9 1*40 9", "image block 1..41 rows 40 (image 1..41 #0)\n");
}

static void test_qwen(void **state) {
    (void)state;
    const char *config = gallery_qwen;
    expect_scan(config, "3", "stray-token 0..1 pad 3\n");
    expect_scan(config, "1 3 3 2", "image block 0..4 rows 2 (image 1..3 #0)\n");
    expect_scan(config, "1 3 3 3 2",
                "image block 0..5 rows 3 (image 1..4 #0)\nrows 0..5 image 3\n");
    expect_scan(config, "1 4 2 9 2",
                "video block 0..3 rows 1 (video 1..2 #0)\nstray-token 4..5 ve 2\n");
    /* Tokens inside a broken block are not stray, the ones behind it are. */
    expect_scan(config, "1 3 3 9 3",
                "broken-block 0..3 image expects pad,ve found 9\nstray-token 4..5 pad 3\n");
    /* A placeholder: what stands in a prompt before it is expanded. */
    expect_scan(config, "1 3 2", "image bare 0..3 rows 1 (image 1..2 #0)\n");
}

static void test_pixtral(void **state) {
    (void)state;
    const char *config = gallery_pixtral;
    expect_scan(config, "1 1 2 1 1 3",
                "image block 0..6 rows 4 (image 0..2 #0, image 3..5 #2)\n");
    expect_scan(config, "1 1 2 1 3",
                "image block 0..5 rows 3 (image 0..2 #0, image 3..4 #2)\nrows 0..5 image 3\n");
    expect_scan(
        config, "1 3 1 3",
        "image block 0..2 rows 1 (image 0..1 #0)\nimage block 2..4 rows 1 (image 2..3 #1)\n");
    expect_scan(config, "1 2 1 2", "truncated-block 0..4 image expects img\n");
    expect_scan(config, "1 2 2 1 3",
                "image block 3..5 rows 1 (image 3..4 #0)\n"
                "broken-block 0..2 image expects img found 2\nstray-token 2..3 brk 2\n");
    expect_scan(config, "3 1",
                "stray-token 0..1 end 3\ntruncated-block 1..2 image expects brk,end,img\n");
}

static void test_llama4(void **state) {
    (void)state;
    const char *config = gallery_llama4;
    expect_scan(config, "1 3 4 4 2", "image block 0..5 rows 2 (image 2..4 #0)\n");
    expect_scan(config, "1 4 4 5 4 4 6 3 4 4 2 3",
                "image block 0..11 rows 6 (image 1..3 #0, image 4..6 #2, image 8..10 #4)\n"
                "image bare 11..12 rows 0\n");
    expect_scan(config, "1 4 4 5 4 9", "broken-block 0..5 image expects patch,tx,ty found 9\n");
}

static void test_glm_video(void **state) {
    (void)state;
    const char *config = gallery_glm_video;
    expect_scan(config, "1 3 5 5 4 9 8 3 5 5 4 3 5 4 2",
                "video block 0..15 rows 5 (video 2..4 #0, video 8..10 #2, video 12..13 #4)\n");
    /* One text token too many: the frame behind the broken video is an image. */
    expect_scan(config, "1 3 5 4 9 9 9 9 3 5 4 2",
                "image block 8..11 rows 1 (image 9..10 #0)\n"
                "broken-block 0..7 video expects boi found 9\nstray-token 11..12 eov 2\n");
}

static void test_interleaved(void **state) {
    (void)state;
    const char *config = gallery_qwen_omni;
    expect_scan(config, "3 6 6 4 9 1 3 5 5 6 5 6 6 4 2 3 6 4",
                "audio block 0..4 rows 2 (audio 1..3 #0)\n"
                "video block 5..15 rows 3 (video 7..9 #0, audio 9..10 #2, video 10..11 #2,"
                " audio 11..13 #3)\n"
                "audio block 15..18 rows 1 (audio 16..17 #5)\n");
    expect_scan(config, "1 3 6 4 2", "video block 0..5 rows 0 (audio 2..3 #0)\n");
    expect_scan(config, "1 3 6 4 9", "broken-block 0..4 video expects ve found 9\n");
}

static void test_each_run(void **state) {
    (void)state;
    const char *config = gallery_idefics2;
    expect_scan(
        config, "1 2 2 2 1 2 2 2 1",
        "image block 1..4 rows 3 (image 1..4 #0)\nimage block 5..8 rows 3 (image 5..8 #3)\n");
    expect_scan(
        config, "9 1 2 2 1 1 2 2 2 1",
        "image block 2..4 rows 2 (image 2..4 #0)\nimage block 6..9 rows 3 (image 6..9 #2)\n"
        "rows 2..4 image 2\n");
    expect_scan(config, "1 2 2 2 1 2",
                "image block 1..4 rows 3 (image 1..4 #0)\nstray-token 5..6 img 2\n");
}

static void test_split(void **state) {
    (void)state;
    const char *config = gallery_llava;
    expect_scan(
        config, "-200*8 9",
        "image block 0..4 rows 4 (image 0..4 #0)\nimage block 4..8 rows 4 (image 4..8 #4)\n");
    expect_scan(config, "9 -200*6",
                "image block 1..5 rows 4 (image 1..5 #0)\nremainder 5..7 image 2\n");
    expect_scan(config, "-200 9 -200 -200",
                "image bare 0..1 rows 1 (image 0..1 #0)\nremainder 2..4 image 2\n");
}

static void test_by_id(void **state) {
    (void)state;
    const char *config = gallery_phi3;
    expect_scan(
        config, "-1 -1 -2 -2 -2 -1 -1",
        "image block 0..2 rows 2 (image 0..2 #0)\nimage block 2..5 rows 3 (image 2..5 #2)\n"
        "image block 5..7 rows 2 (image 5..7 #5)\n");
    expect_scan(
        config, "-3 -5 -4*4",
        "image bare 0..1 rows 1 (image 0..1 #0)\nimage block 2..6 rows 4 (image 2..6 #1)\n"
        "rows 2..6 image 4\n");
}

static void test_sequences(void **state) {
    (void)state;
    const char *config = gallery_sequences;
    expect_scan(config, "9 1 2 3 4 6 5 3 1",
                "image block 1..9 rows 2 (image 4..5 #0, image 6..7 #1)\n");
    expect_scan(config, "4 3 1", "image bare 0..3 rows 1 (image 0..1 #0)\n");
    /* In the middle of a sequence the sequence's own name is expected. */
    expect_scan(config, "1 2 9", "broken-block 0..2 image expects open found 9\n");
    expect_scan(config, "1 2 3 4 3", "truncated-block 0..5 image expects close\n");
    /* A newline is ordinary: never stray, also where it could not stand. */
    expect_scan(config, "6 6 1 6", "broken-block 2..3 image expects open found 6\n");
    expect_scan(config, "2 3 2",
                "stray-token 0..1 open 2\nstray-token 1..2 open 3\nstray-token 2..3 open 2\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gemma4),      cmocka_unit_test(test_gemma4_broken),
        cmocka_unit_test(test_gemma3),      cmocka_unit_test(test_kimi),
        cmocka_unit_test(test_qwen),        cmocka_unit_test(test_pixtral),
        cmocka_unit_test(test_llama4),      cmocka_unit_test(test_glm_video),
        cmocka_unit_test(test_interleaved), cmocka_unit_test(test_each_run),
        cmocka_unit_test(test_split),       cmocka_unit_test(test_by_id),
        cmocka_unit_test(test_sequences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
