/* What becomes of prompts and media, worked out by hand from the contract: for the models of
 * the operations and for the library. */
#ifndef MMSPAN_TESTS_MEDIA_CASES_H
#define MMSPAN_TESTS_MEDIA_CASES_H

#include "../../../oracle/gallery.h"

#include <stddef.h>
#include <stdint.h>

/* Frames of their own between vision_start and vision_end; a video never has more than 32
 * tokens between two of them. */
#define QWEN3_VL                                                                               \
    "token vs 151652; token ve 151653; token pad 151655; token vpad 151656\n"                  \
    "modality image; begin vs; patch pad; end ve\n"                                            \
    "modality video; begin vs; patch vpad; end ve; multi; max_gap 32; equal_rows\n"
#define FRAME  "151652 151656*9 151653 "
#define FRAMES FRAME FRAME FRAME FRAME
/* The same without a bound, as it was. */
#define QWEN3_VL_UNBOUNDED                                                                     \
    "token vs 151652; token ve 151653; token vpad 151656\n"                                    \
    "modality video; begin vs; patch vpad; end ve; multi\n"
#define STEP3                                                                                  \
    "token p 128001\n"                                                                         \
    "modality image; pattern p{2,}; embed p; bare p; rows 81 169; multi\n"
#define STEP3_VL                                                                               \
    "token p 151679\n"                                                                         \
    "modality image; pattern p{2,}; embed p; bare p; rows 81 169; multi\n"
#define VIDEOLLAMA3                                                                            \
    "token image 151655; token pad 151656\n"                                                   \
    "modality image; pattern image{2,}; embed image; bare image\n"                             \
    "modality video; pattern pad{2,}; embed pad; bare pad; multi\n"
#define NVLM "token pad 151654; modality image; patch pad; rows 256; multi\n"
#define NEMOTRON                                                                               \
    "token image 18\n"                                                                         \
    "modality image; pattern image{2,}; embed image; bare image; multi\n"
#define LLAMA_CPP "token null -1; modality media; patch null; multi\n"
/* The delimiters of a frame have rows. */
#define MOLMO2                                                                                 \
    "token s 151943; token p 151938; token c 151939; token e 151944\n"                         \
    "modality video; pattern s (p+ c?)+ e; embed s p c e; multi\n"
/* The token stays in the prompt and takes no row. */
#define MLLAMA "token image 128256; modality image; bare image\n"
/* Audio inside a video; the placeholder of a video is one of two shortest sequences. */
#define OMNI                                                                                   \
    "token vs 1; token ve 2; token as 3; token ae 4; token vid 5; token aud 6\n"               \
    "modality audio; begin as; patch aud; end ae\n"                                            \
    "modality video; pattern vs as [vid aud]+ ae ve; embed vid; embed audio: aud\n"            \
    "placeholder vs as vid ae ve\n"
#define PAIR "token b 1; token e 2; token p 3; modality image; begin b; patch p; end e\n"
/* What begins a block is read with others of its kind where these come first. */
#define RIVAL(embed)                                                                           \
    "token b 1; token e 2; token p ids 3 4\n"                                                  \
    "modality image; pattern b p+ e; " embed "bare p\n"                                        \
    "modality video; pattern b+; embed b; adjacent split; rows 4\n"
#define GROUPS PAIR "multi\n"
#define PADS   "token pad 1; modality image; patch pad; "

/* `findings` may be "?": at least one about media, whatever it is. */
struct assign_case {
    const char *config;
    const char *ids;
    const char *media; /* see media_text_read */
    int from_end;
    const char *items;
    const char *findings;
};

static const struct assign_case assign_cases[] = {
    /* Five frames, 200 tokens of text, four frames: the features of both are swapped. */
    {QWEN3_VL, FRAMES FRAME "7*200 " FRAMES, "video=36,45", 0, NULL,
     "media-rows 0..55 video 0 36 45\nmedia-rows 255..299 video 1 45 36\n"},
    {QWEN3_VL, FRAMES FRAME "7*200 " FRAMES, "video=36/4,45/5", 0, NULL,
     "media-rows 0..55 video 0 36 45\nmedia-rows 255..299 video 1 45 36\n"},
    {QWEN3_VL, FRAMES FRAME "7*200 " FRAMES, "video=36,45", 1, NULL,
     "media-rows 0..55 video 0 36 45\nmedia-rows 255..299 video 1 45 36\n"},
    {QWEN3_VL, FRAMES FRAME "7*200 " FRAMES, "video=45,36", 0,
     "0..11=0 11..22=0 22..33=0 33..44=0 44..55=0 255..266=1 266..277=1 277..288=1 288..299=1",
     ""},
    {QWEN3_VL, FRAMES "7*200 " FRAMES FRAME, "video=45,36", 0, NULL,
     "media-rows 0..44 video 0 45 36\nmedia-rows 244..299 video 1 36 45\n"},
    {QWEN3_VL, FRAMES "7*200 " FRAMES, "video=45,27", 0, NULL,
     "media-rows 0..44 video 0 45 36\nmedia-rows 244..288 video 1 27 36\n"},
    /* Six tokens between two videos may be within one; only the sum can tell. */
    {QWEN3_VL, FRAMES "7*6 " FRAMES, "video=36,36", 0, NULL, ""},
    {QWEN3_VL, FRAMES "7*6 " FRAMES, "video=72", 0, NULL, ""},
    {QWEN3_VL, FRAMES "7*6 " FRAMES, "video=36,45", 0, NULL,
     "media-rows 50..94 video 1 45 36\n"},
    {QWEN3_VL, FRAMES "7*6 " FRAMES "7*200 " FRAMES FRAME, "video=36,36,45", 0, NULL, ""},
    {QWEN3_VL, FRAMES "7*32 " FRAMES, "video=72", 0, NULL, ""},
    {QWEN3_VL, FRAMES "7*33 " FRAMES, "video=72", 0, NULL, "?"},
    /* Frames of one video are equally large. */
    {QWEN3_VL, FRAME "7 151652 151656*6 151653", "video=15", 0, NULL, "?"},
    {QWEN3_VL, FRAME "7 151652 151656*6 151653", "video=9,6", 0, "0..11=0 12..20=1", ""},
    {QWEN3_VL_UNBOUNDED, FRAME "7 151652 151656*6 151653", "video=15", 0, "0..11=0 12..20=0",
     ""},
    /* As many frames as a video says it has. */
    {QWEN3_VL, FRAMES FRAMES, "video=45/5,27/3", 0, NULL, ""},
    {QWEN3_VL_UNBOUNDED, FRAMES FRAMES, "video=45/5,27/3", 0, NULL, ""},
    {QWEN3_VL_UNBOUNDED, FRAMES, "video=36/3", 0, NULL, "?"},
    {QWEN3_VL_UNBOUNDED, FRAMES FRAMES, "video=36,45", 0, NULL,
     "media-rows 44..88 video 1 45 36\n"},
    {QWEN3_VL_UNBOUNDED, "7", "video=36", 0, "", "media-count 1..1 video 0 1 0\n"},

    /* Groups without delimiters. */
    {STEP3, "1 128001*81 5 6 128001*81 7 8 128001*169 9", "image=331", 0,
     "1..82=0 84..165=0 167..336=0", ""},
    {STEP3_VL, "1 151679*81 5 6 151679*81 7 8 151679*169 9", "image=331", 0,
     "1..82=0 84..165=0 167..336=0", ""},
    {VIDEOLLAMA3, "82 25 151656*100 11 82 25 151656*100 198", "video=200", 0,
     "2..102=0 105..205=0", ""},
    {NVLM, "1 151654*256 2 151654*256 3 151654*256 4", "image=768", 0,
     "1..257=0 258..514=0 515..771=0", ""},
    {NEMOTRON, "1 18*256 2 3 18*256 4", "image=512", 0, "1..257=0 259..515=0", ""},
    {LLAMA_CPP, "1 -1*64 2 -1*132 4", "media=196", 0, "1..65=0 66..198=0", ""},
    {MOLMO2, "220 151943 151938*81 151944 15 151943 151938*81 151944 87", "video=166", 0,
     "1..84=0 85..168=0", ""},
    /* What has delimiters is not cut, though they take rows. */
    {MOLMO2, "220 151943 151938*81 151944", "video=40,43", 0, "1..84=0", "?"},
    /* Sums are the only hint. */
    {STEP3, "128001*169 5 128001*169 5 128001*81 5 128001*81 5 128001*169", "image=169,169,331",
     0, "0..169=0 170..339=1 340..421=2 422..503=2 504..673=2", ""},
    {STEP3, "128001*169 5 128001*169 5 128001*81 5 128001*81 5 128001*169", "image=331,169,169",
     0, NULL, "?"},
    {STEP3, "128001*169 5 128001*169 5 128001*81 5 128001*81 5 128001*169", "image=169,169,331",
     1, "0..169=0 170..339=1 340..421=2 422..503=2 504..673=2", ""},
    /* Touching, and in groups. */
    {LLAMA_CPP, "-1*5 7 -1*4", "media=2,3,4", 0, "0..2=0 2..5=1 6..10=2", ""},

    /* A prompt that was cut at its beginning, inside the first of images of 4 and 6 rows. */
    {gallery_qwen, "3*2 2 9 1 3*6 2", "image=4,6", 1, "4..12=1",
     "media-count 0..0 image 0 2 1\nstray-token 0..2\nstray-token 2..3\n"},
    {gallery_qwen, "3*2 2 9 1 3*6 2", "image=4,6", 0, "4..12=0",
     "stray-token 0..2\nstray-token 2..3\nmedia-rows 4..12 image 0 4 6\n"
     "media-count 12..12 image 1 2 1\n"},
    {gallery_gemma4, "3*2 2 9 1 3*6 2", "image=4,6", 1, "4..12=1",
     "media-count 0..0 image 0 2 1\nstray-token 0..2\nstray-token 2..3\n"},
    {PAIR, "1 3 2 1 3*2 2", "image=9,1,2", 1, "0..3=1 3..7=2",
     "media-count 0..0 image 0 3 2\n"},
    {PAIR, "1 3 2 9 1 3*2 2", "image=2", 1, "0..3=-1 4..8=0",
     "media-count 0..3 image -1 1 2\n"},
    {gallery_kimi, "1*7", "image=9,3,4", 1, "0..3=1 3..7=2", "media-count 0..0 image 0 3 2\n"},
    {GROUPS, "1 3 2 1 3*2 2 1 3*3 2", "image=9,1,5", 1, "0..3=1 3..7=2 7..12=2",
     "media-count 0..0 image 0 3 2\n"},

    /* Cross attention. */
    {MLLAMA, "1 128256 2", "image=1601", 0, "1..2=0", ""},
    {MLLAMA, "1 128256 2 128256", "image=6404,1601", 0, "1..2=0 3..4=1", ""},
    {MLLAMA, "1 128256 2", "", 0, "1..2=-1", "media-count 1..2 image -1 0 1\n"},

    /* Guests: audio is modality 0. */
    {OMNI, "1 3 5*2 6 5*2 6 4 2 9 3 6*3 4", "audio=2 video=4 audio=3", 0, "0..10=0 11..16=1",
     ""},
    {OMNI, "1 3 5*2 6 5*2 6 4 2 9 3 6*3 4", "audio=3 video=4 audio=3", 0, NULL,
     "media-rows 0..10 audio 0 3 2\n"},
    {OMNI, "1 3 5*2 6 5*2 6 4 2 9 3 6*3 4", "audio=9,2,3 video=4", 1, "0..10=0 11..16=2",
     "media-count 0..0 audio 0 3 2\n"},

    /* The tokens that were supplied. */
    {gallery_pixtral, "9 1*3 2 1*3 3", "image=6[1*3 2 1*3 3]", 0, "1..9=0", ""},
    {gallery_pixtral, "9 1*3 2 1*3 3", "image=6[1*2 2 1*2 2 1*2 3]", 0, "1..9=0",
     "media-layout 3..9 image 0 2 1\n"},
    {OMNI, "9 1 3 6 6 5 5 4 2", "audio=2 video=2[1 3 5 6 5 6 4 2]", 0, "1..9=0",
     "media-layout 3..9 video 0 5 6\n"},
    {gallery_gemma4, "9 1 4*2 2 20 1 4 2", "video=3[1 4*2 2 20 1 4 2]", 0, "1..5=0 6..9=0", ""},
    {gallery_gemma4, "9 1 4*2 2 20 1 4 2", "video=3[1 4*2 2 21 1 4 2]", 0, "1..5=0 6..9=0",
     "media-layout 5..9 video 0 21 20\n"},
    /* The first tokens of both are laid over each other, not their first rows. */
    {OMNI, "1 3 5 4 2", "video=1[1 3 6 6 5 4 2]", 0, "0..5=0",
     "media-layout 2..5 video 0 6 5\n"},
    {OMNI, "1 3 5 4 2", "video=1[9 1 3 6 6 5 4 2 9]", 1, "0..5=0",
     "media-layout 2..5 video 0 6 5\n"},
    /* A placeholder is not what was supplied, though it stands in it. */
    {gallery_gemma4, "9 3 8", "image=1[1 3 2]", 0, "1..2=0", "media-layout 1..2 image 0 1 3\n"},

    /* A run that has been cut keeps no rule that it broke; its parts have their own. */
    {PADS "rows 4\n", "1*8", "image=4,4", 0, "0..4=0 4..8=1", ""},
    {PADS "rows 4\n", "1*8", "image=3,5", 0, "0..3=0 3..8=1", "rows 0..3\nrows 3..8\n"},
    {PADS "rows 4\n", "1*8", "image=8", 0, "0..8=0", "rows 0..8\n"},
    /* Several items of one media in a run are one. */
    {LLAMA_CPP, "-1*4 7 -1*4", "media=8/8", 0, "0..4=0 5..9=0", ""},
    {LLAMA_CPP, "-1*4 7 -1*5", "media=9/3", 0, NULL, "media-rows 0..4 media 0 3 4\n"},
    /* A frame of which a single token is left. */
    {STEP3, "128001*81 5 128001 5 128001*81", "image=82,81", 0, "0..81=0 82..83=0 84..165=1",
     ""},
};

/* `media` NULL: nothing was assigned. `kept` and the media that survive. */
struct truncate_case {
    const char *config;
    const char *ids;
    const char *media;
    int64_t max_tokens;
    int32_t side;
    const char *wanted;
};

static const struct truncate_case truncate_cases[] = {
    {PAIR, "9 1 3 2 8 1 3*2 2 7", NULL, 99, 0, "0..10 image 0..2"},
    {PAIR, "9 1 3 2 8 1 3*2 2 7", NULL, 9, 0, "0..9 image 0..2"},
    {PAIR, "9 1 3 2 8 1 3*2 2 7", NULL, 8, 0, "0..5 image 0..1"},
    {PAIR, "9 1 3 2 8 1 3*2 2 7", NULL, 3, 0, "0..1 image none"},
    {PAIR, "9 1 3 2 8 1 3*2 2 7", NULL, 0, 0, "0..0 image none"},
    {PAIR, "9 1 3 2 8 1 3*2 2 7", NULL, 9, 1, "1..10 image 0..2"},
    {PAIR, "9 1 3 2 8 1 3*2 2 7", NULL, 8, 1, "4..10 image 1..2"},
    {PAIR, "9 1 3 2 8 1 3*2 2 7", NULL, 4, 1, "9..10 image none"},
    {PAIR, "1 3 2 1 3 2", NULL, 4, 0, "0..3 image 0..1"},
    {PAIR, "1 3 2 1 3 2", NULL, 4, 1, "3..6 image 1..2"},
    /* Causal blocks may be cut between steps, but not for good. */
    {PAIR "divisible\n", "1 3 2 1 3 2", NULL, 4, 0, "0..3 image 0..1"},
    /* The frames of a video stay together once they are known to be one. */
    {GROUPS, "9 1 3 2 8 1 3 2 8 1 3 2", NULL, 8, 0, "0..8 image 0..2"},
    {GROUPS, "9 1 3 2 8 1 3 2 8 1 3 2", "image=2,1", 8, 0, "0..8 image 0..1"},
    {GROUPS, "9 1 3 2 8 1 3 2 8 1 3 2", "image=2,1", 7, 0, "0..1 image none"},
    {GROUPS, "9 1 3 2 8 1 3 2 8 1 3 2", "image=1,2", 7, 0, "0..5 image 0..1"},
    {GROUPS, "9 1 3 2 8 1 3 2 8 1 3 2", "image=2,1", 10, 1, "8..12 image 1..2"},
    {GROUPS, "9 1 3 2 8 1 3 2 8 1 3 2", "image=1,2", 8, 1, "4..12 image 1..2"},
    {OMNI, "1 3 5 6 4 2 9 3 6 4", "audio=1,1 video=1", 6, 0, "0..6 audio 0..1 video 0..1"},
    {OMNI, "1 3 5 6 4 2 9 3 6 4", "audio=1,1 video=1", 9, 1, "6..10 audio 1..2 video none"},
};

/* Where to cut at every position, from 0 to the end. */
struct cut_case {
    const char *config;
    const char *ids;
    const char *before;
    const char *after;
};

static const struct cut_case cut_cases[] = {
    {PAIR, "9 1 3 2 1 3 2 9", "0 1 1 1 4 4 4 7 8", "0 1 4 4 4 7 7 7 8"},
    {PAIR "divisible\n", "9 1 3 2 9", "0 1 2 3 4 5", "0 1 2 3 4 5"},
    {PAIR, "1 3", "0 1 2", "0 1 2"},
    {PAIR, "", "0", "0"},
};

/* `findings` as above. The output is expanded again, which must change nothing. */
struct expand_case {
    const char *config;
    const char *ids;
    const char *media;
    int from_end;
    int64_t start;
    const char *out;
    const char *findings;
};

static const struct expand_case expand_cases[] = {
    {gallery_gemma4, "9 3 9 3", "image=2,3", 0, 0, "9 1 3*2 2 9 1 3*3 2", ""},
    {gallery_gemma4, "9 3 9 3", "image=8,2,3", 1, 0, "9 1 3*2 2 9 1 3*3 2",
     "media-count 0..0 image 0 3 2\n"},
    {gallery_gemma4, "3 9 3", "image=3", 0, 1, "3 9 1 3*3 2", ""},
    {gallery_gemma4, "1 3*3 2 9 3", "image=2,2", 0, 0, "1 3*3 2 9 1 3*2 2",
     "media-rows 0..5 image 0 2 3\n"},
    {gallery_qwen, "9 1 3 2 1 3 2", "image=4,2", 0, 0, "9 1 3*4 2 1 3*2 2", ""},
    {gallery_kimi, "1*3", "image=3,1,2", 0, 0, "1*6", ""},
    {gallery_kimi, "9 1*3 9 1", "image=3,2", 0, 0, "9 1*3 9 1*2", ""},
    {gallery_pixtral, "9 1 3 8", "image=4[1*2 2 1*2 3]", 0, 0, "9 1*2 2 1*2 3 8", ""},
    /* Text around what is supplied, whose lone pad is not taken for a placeholder later. */
    {gallery_kimi, "9 1 8", "image=3[10 1*3 11]", 0, 0, "9 10 1*3 11 8", ""},
    {gallery_gemma4, "9 3 8", "image=1[10 1 3 2 11]", 0, 0, "9 10 1 3 2 11 8", ""},
    /* Sound that comes with a video is a media, too. */
    {OMNI, "9 1 3 5 4 2 8", "audio=2 video=2[1 3 5 6 5 6 4 2]", 0, 0, "9 1 3 5 6 5 6 4 2 8",
     ""},
    /* Several items, of which one or all are as the placeholder. */
    {GROUPS, "9 1 3 2 8", "image=2/2[1 3 2 1 3 2]", 0, 0, "9 1 3 2 1 3 2 8", ""},
    {GROUPS, "9 1 3 2 8", "image=3[1 3 2 7 1 3*2 2]", 0, 0, "9 1 3 2 7 1 3*2 2 8", ""},
    {GROUPS, "9 1 3 2 8", "image=3[1 3*2 2 7 1 3 2]", 1, 0, "9 1 3*2 2 7 1 3 2 8", ""},
    {PAIR, "9 1 3 2 8 1 3 2", "image=4[1 3*2 2 1 3*2 2],1[7 1 3 2]", 0, 0,
     "9 1 3*2 2 1 3*2 2 8 7 1 3 2", ""},
    /* The begin of what was supplied is read with the one before it. */
    {RIVAL("embed p; "), "1 3 4 9", "image=2[1 3 4 2] video=1[1]", 0, 0, "1 1 3 4 2 9", ""},
    {RIVAL("embed p; "), "1 3 4 9", "image=2[1 3 4 2] video=1[1]", 1, 0, "1 1 3 4 2 9", ""},
    {RIVAL(""), "1 3 4 9", "image=5[1 3 4 2] video=1[1]", 0, 0, "1 1 3 4 2 9", ""},
    {RIVAL(""), "1 3 4 9", "image=5[1 3 4 2] video=1[1]", 1, 0, "1 1 3 4 2 9", ""},
    {PAIR, "9 1 3 2 8 1 3 2", "image=2[1 3 2 1 3 2],3", 0, 0, "9 1 3 2 1 3 2 8 1 3*3 2", ""},
    {PADS "rows 1; adjacent split; multi\n", "9 1 8", "image=3[1*3]", 0, 0, "9 1*3 8", ""},
    /* As many placeholders as items of media; otherwise each takes a media. */
    {GROUPS, "9 1 3 2 8 1 3 2", "image=4/2", 0, 0, "9 1 3*2 2 8 1 3*2 2", ""},
    {GROUPS, "9 1 3 2 8 1 3 2 1 3 2", "image=6,4/2", 1, 0, "9 1 3*6 2 8 1 3*2 2 1 3*2 2", ""},
    {GROUPS, "9 1 3 2", "image=4/2", 0, 0, "9 1 3*4 2", ""},
    {LLAMA_CPP, "-1 7 -1", "media=8/2", 0, 0, "-1*4 7 -1*4", ""},
    {LLAMA_CPP, "9 -1", "media=8/2", 0, 0, "9 -1*8", ""},
    /* What is written is the patch, also where the placeholder is another token. */
    {"token b 1; token e 2; token soft 3; token p 5\n"
     "modality image; begin b; patch p; end e; each_run; bare soft\n",
     "9 3 8", "image=3", 0, 0, "9 5*3 8", ""},
    {"token q 7; token r 8; token p range -9 -1\n"
     "modality image; pattern p+; embed p; adjacent by_id; bare q r\n",
     "9 7 8 9", "image=3", 0, 0, "9 -9*3 9", ""},
};

struct collapse_case {
    const char *config;
    const char *ids;
    const char *out;
};

static const struct collapse_case collapse_cases[] = {
    {gallery_gemma4, "9 1 3*5 2 8 3 1 4 2", "9 3 8 3 4"},
    {gallery_kimi, "1*9 5 1*2", "1 5 1"},
    {gallery_qwen, "9 1 3*8 2 1 4*3 2 9", "9 1 3 2 1 4 2 9"},
    {gallery_phi3, "-1*2 -2*3 9 -4*2", "-1 -2 9 -4"},
    {gallery_idefics2, "1 2*3 1 2*3 1", "1 2 1 2 1"},
    /* A delimiter that is left over keeps only what it touches. */
    {gallery_idefics2, "1 2*3 1 37 1 2*3 1 1", "1 2 1 37 1 2*3 1 1"},
    {gallery_idefics2, "1 1 2*3 1 37 1 2*3 1", "1 1 2*3 1 37 1 2 1"},
    {gallery_glm_video, "1 3 5*2 4 9 3 5*2 4 2", "1 3 5 4 3 5 4 2"},
    {gallery_gemma4, "9 1 3*2", "9 1 3*2"},
    /* Beside what is broken, a lone placeholder would be no item. */
    {gallery_gemma4, "9 1 3*2 2 2 9", "9 1 3*2 2 2 9"},
    {gallery_gemma4, "9 1 3*2 2 9 2", "9 3 9 2"},
};

#endif
