/*
 * What tests of the operations share: configs of every shape with a matcher and a result,
 * prompts written as text, well-formed random prompts, and the media that belong to them.
 */
#ifndef MMSPAN_TESTS_FIXTURE_H
#define MMSPAN_TESTS_FIXTURE_H

#include "mmspan/ops.h"
#include "mmspan/stream.h"
#include "random.h"

#include <stdbool.h>

/* The shapes of the gallery, and what it lacks. Each name says which model does so. */
enum fixture_shape {
    FIXTURE_GEMMA,     /* 1 image 2, 1 video 2, 5 audio 6; bare 3, 4, 7; video is multi */
    FIXTURE_GEMMA3,    /* 1 3* 2, bare 1: the placeholder takes no row */
    FIXTURE_QWEN,      /* 1 pad 2: the placeholder is a block of one row */
    FIXTURE_PIXTRAL,   /* (1+ 2)* 1+ 3 */
    FIXTURE_KIMI,      /* 1+, joined */
    FIXTURE_BARE,      /* a run of 1; its placeholder 2 is another token */
    FIXTURE_BARE_ONLY, /* 1 is a placeholder and nothing else is known */
    FIXTURE_LLAVA,     /* -200 in runs of four */
    FIXTURE_IDEFICS,   /* 1 (2+ 1)+, every run an item */
    FIXTURE_PHI,       /* -4..-1, cut where the ID changes */
    FIXTURE_OMNI,      /* 1 3 (5|6)+ 4 2: audio rows inside a video */
    FIXTURE_LLAMA4,    /* tiles */
    FIXTURE_GLM,       /* images, and videos of frames with text between them */
    FIXTURE_SEQUENCES, /* delimiters of several tokens */
    N_FIXTURES
};

/* A shape's config, in the notation of the tests. */
const char *fixture_config(enum fixture_shape shape);

struct fixture {
    mmspan_matcher *matcher;
    mmspan_result *result;
    const mmspan_view *view;
};

/* Compiles a shape. Failures end the test. */
void fixture_open(struct fixture *f, enum fixture_shape shape);
void fixture_close(struct fixture *f);

/* A list of IDs with room for more. */
enum { MAX_IDS = 2048 };
struct id_list {
    int32_t ids[MAX_IDS];
    size_t n;
};

void ids_add(struct id_list *list, int32_t id, size_t count);
void ids_append(struct id_list *list, const int32_t *ids, size_t n);

/* Reads "9 1 3*4 2"; a count repeats an ID. */
void ids_read(struct id_list *list, const char *text);

/* Ends the test with both lists in the message when they differ. */
void ids_expect(const struct id_list *list, const char *wanted);
void ids_expect_same(const int32_t *ids, size_t n, const int32_t *wanted, size_t n_wanted);

/* Scans into the fixture's result. */
void fixture_scan(struct fixture *f, const int32_t *ids, size_t n);
void fixture_scan_text(struct fixture *f, struct id_list *list, const char *text);

/* A prompt of text and whole blocks, of which none is longer than `longest` rows by run.
 * Blocks touch where the shape can tell them apart. */
void fixture_prompt(enum fixture_shape shape, struct random_source *random, size_t longest,
                    struct id_list *prompt);

/* Media of one modality by their rows alone: "3 2 5". Returns how many. */
size_t media_read(mmspan_media *media, size_t cap, int32_t modality, const char *text);

/* The media that a prompt stands for, one for each item and for each modality that it
 * hosts. With `with_ids`, their tokens are those of the prompt. Returns how many. */
size_t media_of(const struct fixture *f, const int32_t *ids, bool with_ids, mmspan_media *media,
                size_t cap);

/* Can the tokens of an item be told from its rows? */
bool fixture_expandable(enum fixture_shape shape, int32_t modality);

/* The items' spans and media, as "2..5=0 7..9=-1". */
void items_expect(const struct fixture *f, const char *wanted);

/* Compares the members of findings that a kind has: "media-rows 3..5 image 0 3 2", a line
 * for each, where the last three are media, expected and found; other kinds only with their
 * name and span; `rows` and `remainder`, which placeholders have too, are left out. */
void findings_expect(const struct fixture *f, const char *wanted);

#endif
