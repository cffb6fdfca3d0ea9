/* Media and what assign makes of them as text, so that a hand-written case is a line. */
#ifndef MMSPAN_TESTS_MEDIA_TEXT_H
#define MMSPAN_TESTS_MEDIA_TEXT_H

#include "../oracle/oracle.h"
#include "fixture.h"

enum { MEDIA_TEXT_MOST = 32 };

/* Media with the tokens that some of them point to. Not to be copied. */
struct media_list {
    mmspan_media media[MEDIA_TEXT_MOST];
    size_t n;
    struct id_list ids;
};

/*
 * Reads "image=36,45/5 audio=3[5 7*3 6]": rows for each media, the number of its items behind
 * a slash, and its tokens in brackets.
 */
void media_text_read(const struct oracle_declarations *declared, struct media_list *list,
                     const char *text);

/* "2..5=0 7..9=-1": the spans of the items with their media. */
void media_text_items(const mmspan_view *view, char *text, size_t size);

/* "media-rows 3..5 image 0 3 2", a line for each finding: of those about media the modality,
 * media, expected and found. */
void media_text_findings(const struct oracle_declarations *declared, const mmspan_view *view,
                         char *text, size_t size);

#endif
