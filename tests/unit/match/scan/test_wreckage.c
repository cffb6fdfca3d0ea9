/* What cuts and mistakes leave of blocks, worked out by hand: no cut makes an image more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmspan/stream.h"

#include "../../../oracle/gallery.h"
#include "../../../support/expect.h"

static void test_cut_blocks(void **state) {
    (void)state;
    const char *config = gallery_gemma4;
    expect_scan(config, "1 3 3 3", "truncated-block 0..4 image expects eoi,img\n");
    expect_scan(config, "3 3 3 2", "stray-token 0..3 img 3\nstray-token 3..4 eoi 2\n");
    expect_scan(config, "9 3 3 9",
                "image bare 1..2 rows 1 (image 1..2 #0)\n"
                "image bare 2..3 rows 1 (image 2..3 #1)\n");
    expect_scan(config, "3 1 3 3 2",
                "image bare 0..1 rows 1 (image 0..1 #0)\n"
                "image block 1..5 rows 2 (image 2..4 #1)\n");
    /* Cut at both ends, with whole ones between, of another modality too. */
    expect_scan(config, "3 2 1 3 3 2 1 4 4",
                "image block 2..6 rows 2 (image 3..5 #0)\n"
                "stray-token 0..1 img 3\nstray-token 1..2 eoi 2\n"
                "truncated-block 6..9 video expects eoi,vid\n");
}

/* A cluster is what touches; a token of text ends it. */
static void test_clusters(void **state) {
    (void)state;
    const char *config = gallery_gemma4;
    expect_scan(config, "3 9 3 2 9 3",
                "image bare 0..1 rows 1 (image 0..1 #0)\n"
                "image bare 5..6 rows 1 (image 5..6 #1)\n"
                "stray-token 2..3 img 3\nstray-token 3..4 eoi 2\n");
    /* Blocks stay, and what touches the stray token through them is wreckage. */
    expect_scan(config, "2 3 1 3 3 2 7 9",
                "image block 2..6 rows 2 (image 3..5 #0)\n"
                "stray-token 0..1 eoi 2\nstray-token 1..2 img 3\nstray-token 6..7 aud 7\n");
    /* A literal token is text, in a cluster's middle too. */
    expect_scan(config, "3 [2] 3 2",
                "image bare 0..1 rows 1 (image 0..1 #0)\n"
                "literal-token 1..2 eoi 2\nstray-token 2..3 img 3\nstray-token 3..4 eoi 2\n");
    /* Text in a broken block does not end its cluster, and what is no block does not make
     * wreckage: an attempt that began at an ordinary token. */
    expect_scan("token nl 1 ordinary; token b 2; token p 3; token e 4\n"
                "modality image; pattern nl b p+ e | b text p+ e; embed p; bare p",
                "3 2 9 3 3 9 1 3",
                "image bare 7..8 rows 1 (image 7..8 #0)\n"
                "stray-token 0..1 p 3\nbroken-block 1..5 image expects e,p found 9\n");
}

/* A match that lies in a broken block brings no item and no finding of its own, and takes no
 * rows. What is said of tokens is said wherever they stand. */
static void test_matches_in_broken_blocks(void **state) {
    (void)state;
    expect_scan(gallery_glm_video, "1 3 5 4 3 5 9 3 5 4",
                "image block 7..10 rows 1 (image 8..9 #0)\n"
                "broken-block 0..6 video expects eoi,pad found 9\n");
    const char *split = "token b 1; token p 2; token e 3\n"
                        "modality image; patch p; rows 4; adjacent split\n"
                        "modality video; pattern b p+ e; embed p";
    expect_scan(split, "1 2*6 9 2*6",
                "image block 8..12 rows 4 (image 8..12 #0)\n"
                "broken-block 0..7 video expects e,p found 9\nremainder 12..14 image 2\n");
    const char *config = "token bov 1; token eov 2; token boi 3; token eoi 4; token pad 5\n"
                         "vocab 100; modality image; pattern boi pad text{0,3} eoi; embed pad\n"
                         "rows 2\n"
                         "modality video; pattern bov boi pad text{0,3} eoi eov; embed pad";
    expect_scan(config, "3 5 7 4",
                "image block 0..4 rows 1 (image 1..2 #0)\nrows 0..4 image 1\n");
    expect_scan(config, "1 3 5 [3] 200 4 9",
                "broken-block 0..6 video expects eov found 9\n"
                "literal-token 3..4 boi 3\nout-of-vocabulary 4..5 200\n");
    /* One that begins in it and ends behind it is an item, and makes it no better. */
    expect_scan("token a 1; token b 2; token c 3\n"
                "modality image; pattern b b; bare c; modality video; pattern a b a",
                "3 1 2 2 3",
                "image block 2..4 rows 0\n"
                "stray-token 0..1 c 3\nbroken-block 1..3 video expects a found 2\n"
                "stray-token 4..5 c 3\n");
}

/* Of one token means one ID; what is ordinary is never stray. */
static void test_bare_forms(void **state) {
    (void)state;
    expect_scan(gallery_sequences, "3 4 3 1 4 3",
                "image bare 1..4 rows 1 (image 1..2 #0)\n"
                "stray-token 0..1 open 3\n"
                "truncated-block 4..6 image expects close\n");
    expect_scan("token unk 1 ordinary; token pad 2; token end 3\n"
                "modality image; bare unk; modality video; pattern pad end",
                "1 9 1 3 1", "image bare 0..1 rows 0\nstray-token 3..4 end 3\n");
}

/* Pixtral: rows, and no begin. */
static void test_rows_cut(void **state) {
    (void)state;
    const char *config = "token img 1; token brk 2; token end 3\n"
                         "modality image; pattern (img+ brk)* img+ end; embed img; bare img\n"
                         "rows min 1 equal";
    expect_scan(config, "9 1 1 2 1 1 2 1 1 3 9",
                "image block 1..10 rows 6 (image 1..3 #0, image 4..6 #2, image 7..9 #4)\n");
    /* The end is cut off: in the second row, behind a break, in the first row. */
    expect_scan(config, "9 1 1 2 1 1",
                "stray-token 1..3 img 1\nstray-token 3..4 brk 2\nstray-token 4..6 img 1\n");
    expect_scan(config, "9 1 1 2", "stray-token 1..3 img 1\nstray-token 3..4 brk 2\n");
    expect_scan(config, "9 1 1",
                "image bare 1..2 rows 1 (image 1..2 #0)\n"
                "image bare 2..3 rows 1 (image 2..3 #1)\n");
    /* The beginning is: in a row, before a break, before a row, in the last one. */
    expect_scan(config, "1 2 1 1 2 1 1 3",
                "image block 0..8 rows 5 (image 0..1 #0, image 2..4 #1, image 5..7 #3)\n"
                "rows 0..8 image 5\n");
    expect_scan(config, "2 1 1 2 1 1 3",
                "image block 1..7 rows 4 (image 1..3 #0, image 4..6 #2)\n"
                "stray-token 0..1 brk 2\n");
    expect_scan(config, "1 1 2 1 1 3",
                "image block 0..6 rows 4 (image 0..2 #0, image 3..5 #2)\n");
    expect_scan(config, "1 3", "image block 0..2 rows 1 (image 0..1 #0)\n");
    expect_scan(config, "3", "stray-token 0..1 end 3\n");
    /* Without a bare form, what is cut off at its end is truncated. */
    expect_scan(gallery_pixtral, "9 1 1 2 1 1",
                "truncated-block 1..6 image expects brk,end,img\n");
}

/* InternVL: begin, patch, end before expansion; rows in multiples. */
static void test_unexpanded_blocks(void **state) {
    (void)state;
    const char *config = "token b 1; token e 2; token p 3\n"
                         "modality image; begin b; patch p; end e; rows min 4 multiple 4";
    expect_scan(config, "9 1 3 2 9 1 3 2 1 3*4 2",
                "image bare 1..4 rows 1 (image 2..3 #0)\n"
                "image bare 5..8 rows 1 (image 6..7 #1)\n"
                "image block 8..14 rows 4 (image 9..13 #2)\n");
    expect_scan(config, "1 3 3 2",
                "image block 0..4 rows 2 (image 1..3 #0)\nrows 0..4 image 2\n");
    /* It is more than one token, so it stays among wreckage. */
    expect_scan(config, "1 3 2 2",
                "image bare 0..3 rows 1 (image 1..2 #0)\nstray-token 3..4 e 2\n");
    /* A bare form is the placeholder before the shortest block is; a given one before both. */
    expect_scan("token b 1; token e 2; token p 3\n"
                "modality image; begin b; patch p; end e; bare p; rows min 4 multiple 4",
                "1 3 2 9 3",
                "image block 0..3 rows 1 (image 1..2 #0)\n"
                "image bare 4..5 rows 1 (image 4..5 #1)\nrows 0..3 image 1\n");
    const char *given = "token b 1; token e 2; token p any 3 4\n"
                        "modality image; begin b; patch p; end e; bare p; rows min 4\n"
                        "placeholder b p p e";
    expect_scan(given, "1 3 4 2 1 3 2",
                "image bare 0..4 rows 2 (image 1..3 #0)\n"
                "image block 4..7 rows 1 (image 5..6 #2)\nrows 4..7 image 1\n");
    /* What keeps the rule is a block, placeholder or not. */
    expect_scan("token b 1; token e 2; token p 3; modality image; begin b; patch p; end e\n"
                "rows min 1 max 8",
                "1 3 2", "image block 0..3 rows 1 (image 1..2 #0)\n");
}

static const char llava[] = "token image 32000; token x 8; token y 9\n"
                            "modality image; pattern image{2,}; embed image; bare image\n"
                            "rows 576; adjacent split\n"
                            "modality video; pattern y x";

/* LLaVA-1.5: runs of 576 that nothing parts. */
static void test_split(void **state) {
    (void)state;
    expect_scan(llava, "1 32000*1157 2",
                "image block 1..577 rows 576 (image 1..577 #0)\n"
                "image block 577..1153 rows 576 (image 577..1153 #576)\n"
                "remainder 1153..1158 image 5\n");
    expect_scan(llava, "1 32000*576 2", "image block 1..577 rows 576 (image 1..577 #0)\n");
    expect_scan(llava, "1 32000 2 32000*2",
                "image bare 1..2 rows 1 (image 1..2 #0)\n"
                "image bare 3..4 rows 1 (image 3..4 #1)\n"
                "image bare 4..5 rows 1 (image 4..5 #2)\n");
    /* Placeholders among wreckage are stray, one finding; images and what is over stay. */
    expect_scan(llava, "32000*2 8", "stray-token 0..2 image 32000\nstray-token 2..3 x 8\n");
    expect_scan(llava, "32000 8", "stray-token 0..1 image 32000\nstray-token 1..2 x 8\n");
    expect_scan(llava, "8 32000*577",
                "image block 1..577 rows 576 (image 1..577 #0)\n"
                "stray-token 0..1 x 8\nremainder 577..578 image 1\n");
}

static void test_split_without_bare(void **state) {
    (void)state;
    const char *config = "token image 7; token x 8; token y 9\n"
                         "modality image; patch image; rows 4; adjacent split\n"
                         "modality video; pattern y x";
    expect_scan(config, "1 7*10 1",
                "image block 1..5 rows 4 (image 1..5 #0)\n"
                "image block 5..9 rows 4 (image 5..9 #4)\nremainder 9..11 image 2\n");
    expect_scan(config, "1 7 1", "image bare 1..2 rows 1 (image 1..2 #0)\n");
    expect_scan(config, "7 7", "remainder 0..2 image 2\n");
    expect_scan(config, "7 8", "stray-token 0..1 image 7\nstray-token 1..2 x 8\n");
    expect_scan(config, "7 7 8", "remainder 0..2 image 2\nstray-token 2..3 x 8\n");
}

/* Phi-3.5: what differs is another image, and one token alone stands for one. */
static void test_by_id(void **state) {
    (void)state;
    const char *config = "token pad range -4 -1; token x 8\n"
                         "modality image; patch pad; adjacent by_id; rows min 2 max 3\n"
                         "modality video; pattern x x";
    expect_scan(config, "-1 -2 -2 -3",
                "image bare 0..1 rows 1 (image 0..1 #0)\n"
                "image block 1..3 rows 2 (image 1..3 #1)\n"
                "image bare 3..4 rows 1 (image 3..4 #3)\n");
    expect_scan(config, "-1 -2 -2 -3 8",
                "image block 1..3 rows 2 (image 1..3 #0)\n"
                "stray-token 0..1 pad -1\nstray-token 3..4 pad -3\n"
                "truncated-block 4..5 video expects x\n");
    /* Of a match that begins in a broken block, what lies in that block is not stray. */
    expect_scan("token a 1; token pad range -4 -1; token x 8\n"
                "modality image; patch pad; adjacent by_id; rows min 2 max 3\n"
                "modality video; pattern a pad x",
                "1 -1 -2 9",
                "broken-block 0..2 video expects x found -2\nstray-token 2..3 pad -2\n");
}

/* Idefics2: delimiters that neighbours share, before expansion and after. */
static void test_each_run(void **state) {
    (void)state;
    expect_scan(gallery_idefics2, "9 1 2 1 9", "image bare 2..3 rows 1 (image 2..3 #0)\n");
    expect_scan(gallery_idefics2, "1 2 1 2 2 2 1 2 1",
                "image bare 1..2 rows 1 (image 1..2 #0)\n"
                "image block 3..6 rows 3 (image 3..6 #1)\n"
                "image bare 7..8 rows 1 (image 7..8 #4)\n");
    expect_scan(gallery_idefics2, "1 2 2 1",
                "image block 1..3 rows 2 (image 1..3 #0)\nrows 1..3 image 2\n");
    expect_scan(gallery_idefics2, "1 1 2 1 2 2 2 1",
                "image block 4..7 rows 3 (image 4..7 #0)\n"
                "broken-block 0..1 image expects img found 1\nstray-token 2..3 img 2\n");
    const char *config = "token fake 1; token img 2\n"
                         "modality image; pattern fake (img+ fake)+; embed img; bare img\n"
                         "rows 3; each_run";
    expect_scan(config, "1 2 1 9 2",
                "image bare 1..2 rows 1 (image 1..2 #0)\n"
                "image bare 4..5 rows 1 (image 4..5 #1)\n");
    expect_scan(config, "9 1 2 2", "truncated-block 1..4 image expects fake,img\n");
    /* Placeholders may touch a block, and the delimiter that is lost was shared: nothing says
     * that these are none. */
    expect_scan(config, "2 2 1 2 2 2 1",
                "image bare 0..1 rows 1 (image 0..1 #0)\n"
                "image bare 1..2 rows 1 (image 1..2 #1)\n"
                "image block 3..6 rows 3 (image 3..6 #2)\n");
}

/* Llama 4 without separators, with the whole image first, without an end. */
static void test_wrong_order(void **state) {
    (void)state;
    const char *config = gallery_llama4;
    expect_scan(config, "1 4 4 5 4 4 6 4 4 5 4 4 6 3 4 4 2",
                "image block 0..17 rows 10 (image 1..3 #0, image 4..6 #2, image 7..9 #4,"
                " image 10..12 #6, image 14..16 #8)\n");
    expect_scan(config, "1 4*8 3 4 4 2",
                "broken-block 0..9 image expects patch,tx,ty found 3\n"
                "stray-token 9..10 image 3\nstray-token 10..12 patch 4\n"
                "stray-token 12..13 eoi 2\n");
    expect_scan(config, "1 3 4*4 5 4 4 6 2",
                "broken-block 0..6 image expects eoi,patch found 5\n"
                "stray-token 6..7 tx 5\nstray-token 7..9 patch 4\nstray-token 9..10 ty 6\n"
                "stray-token 10..11 eoi 2\n");
    expect_scan(config, "1 4 4 5 4 4 6 3 4 4 9",
                "broken-block 0..10 image expects eoi,patch found 9\n");
}

/* SmolVLM: an image of many tiles that is longer than the context. */
static void test_tiles(void **state) {
    (void)state;
    const char *config = "token fake 1; token image 2; token global 3; token tile range 10 15\n"
                         "modality image\n"
                         "pattern (fake tile image+ text{0,2})* fake global image+ fake\n"
                         "embed image; bare image; rows min 3 multiple 3 equal; multi";
    expect_scan(config, "9 1 10 2*3 7 1 11 2*3 7 7 1 3 2*3 1 9",
                "image block 1..20 rows 9 (image 3..6 #0, image 9..12 #3, image 16..19 #6)\n");
    expect_scan(config, "9 1 10 2*3 7 1 11 2*3 7 7 1 12 2 2",
                "truncated-block 1..18 image expects fake,image,text\n");
    /* Cut at its beginning, it looks whole from the next tile on. */
    expect_scan(config, "11 2*3 7 1 3 2*3 1",
                "image block 5..11 rows 3 (image 7..10 #0)\n"
                "stray-token 0..1 tile 11\nstray-token 1..4 image 2\n");
    expect_scan(config, "3 2*3 1 1 3 2*3 1",
                "image block 5..11 rows 3 (image 7..10 #0)\n"
                "stray-token 0..1 global 3\nstray-token 1..4 image 2\n"
                "broken-block 4..5 image expects global,tile found 1\n");
    /* But patches that touch it, or that text parts from it, are placeholders: nothing says
     * that they are none. */
    expect_scan(config, "2 1 11 2*3 7 1 3 2*3 1",
                "image bare 0..1 rows 1 (image 0..1 #0)\n"
                "image block 1..13 rows 6 (image 3..6 #1, image 9..12 #4)\n");
    expect_scan(config, "2 2 7 1 3 2*3 1",
                "image bare 0..1 rows 1 (image 0..1 #0)\n"
                "image bare 1..2 rows 1 (image 1..2 #1)\n"
                "image block 3..9 rows 3 (image 5..8 #2)\n");
}

/* MiniCPM: one line break between rows of slices is text within the image, two end it. */
static void test_line_breaks(void **state) {
    (void)state;
    const char *config = "token boi 1; token eoi 2; token open 3; token close 4; token pad 5\n"
                         "modality image; embed pad; bare pad\n"
                         "pattern boi pad+ eoi (open pad+ close (text? open pad+ close)*)?";
    expect_scan(config, "1 5 5 2 3 5 5 4 3 5 5 4 9 3 5 5 4 3 5 5 4",
                "image block 0..21 rows 10 (image 1..3 #0, image 5..7 #2, image 9..11 #4,"
                " image 14..16 #6, image 18..20 #8)\n");
    expect_scan(config, "1 5 5 2 9 1 5 5 2 3 5 5 4 9 1 5 5 2",
                "image block 0..4 rows 2 (image 1..3 #0)\n"
                "image block 5..13 rows 4 (image 6..8 #2, image 10..12 #4)\n"
                "image block 14..18 rows 2 (image 15..17 #6)\n");
    expect_scan(config, "1 5 5 2 3 5 5 4 3 5 5 4 9 9 3 5 5 4 3 5 5 4",
                "image block 0..12 rows 6 (image 1..3 #0, image 5..7 #2, image 9..11 #4)\n"
                "stray-token 14..15 open 3\nstray-token 15..17 pad 5\n"
                "stray-token 17..18 close 4\nstray-token 18..19 open 3\n"
                "stray-token 19..21 pad 5\nstray-token 21..22 close 4\n");
}

static void push(mmspan_stream *stream, int32_t id) {
    assert_int_equal(mmspan_stream_push(stream, &id, 1, 0, NULL), MMSPAN_OK);
}

static void expect_decided(mmspan_stream *stream, size_t n_items, size_t n_findings,
                           int64_t decided) {
    const mmspan_view *view = mmspan_result_view(mmspan_stream_result(stream));
    assert_int_equal(view->n_items, n_items);
    assert_int_equal(view->n_findings, n_findings);
    assert_int_equal(mmspan_stream_decided(stream), decided);
}

/* A stream says nothing of a cluster before it has ended. */
static void test_stream(void **state) {
    (void)state;
    mmspan_matcher *matcher = expect_compile(gallery_gemma4, NULL);
    mmspan_stream *stream;
    assert_int_equal(mmspan_stream_create(matcher, NULL, &stream), MMSPAN_OK);
    push(stream, 9);
    expect_decided(stream, 0, 0, 1);
    push(stream, 3);
    push(stream, 3);
    expect_decided(stream, 0, 0, 1);
    push(stream, 9);
    expect_decided(stream, 2, 0, 4);
    push(stream, 1);
    push(stream, 3);
    push(stream, 2);
    push(stream, 3);
    expect_decided(stream, 2, 0, 4);
    push(stream, 2);
    expect_decided(stream, 2, 0, 4);
    push(stream, 9);
    expect_decided(stream, 3, 2, 10);
    push(stream, 3);
    push(stream, 1);
    expect_decided(stream, 3, 2, 10);
    assert_int_equal(mmspan_stream_finish(stream, NULL), MMSPAN_OK);
    expect_decided(stream, 3, 4, 12);
    mmspan_stream_destroy(stream);
    mmspan_matcher_destroy(matcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_blocks),
        cmocka_unit_test(test_clusters),
        cmocka_unit_test(test_matches_in_broken_blocks),
        cmocka_unit_test(test_bare_forms),
        cmocka_unit_test(test_rows_cut),
        cmocka_unit_test(test_unexpanded_blocks),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_split_without_bare),
        cmocka_unit_test(test_by_id),
        cmocka_unit_test(test_each_run),
        cmocka_unit_test(test_wrong_order),
        cmocka_unit_test(test_tiles),
        cmocka_unit_test(test_line_breaks),
        cmocka_unit_test(test_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
