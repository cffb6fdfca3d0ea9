/* What deals media to takers, and what judges how they fit, share. */
#ifndef MMSPAN_ORACLE_MODEL_DEAL_H
#define MMSPAN_ORACLE_MODEL_DEAL_H

#include "model.h"
#include "oracle_parts.h"

/* Takers and media in the order in which they are dealt. */
struct deal {
    struct model *model;
    const struct model_deal *how;
    const mmspan_modality_decl *decl;
    int32_t modality;
    struct model_taker takers[MODEL_MOST];
    const mmspan_media *media[MODEL_MOST];
    size_t n;
    size_t n_media;
    int64_t surplus; /* takers that found no media, and the first of them in the prompt */
    const struct model_taker *surplus_from;
};

/* How many items a media says it has, 0 when it says nothing. */
size_t deal_known_items(const struct deal *d, size_t j);
/* The rows of one item of media j, or of all of it. */
int64_t deal_share(const struct deal *d, size_t j);
/* How many of the items of media j taker i is. */
int64_t deal_count_as(const struct deal *d, size_t i, size_t j);
/* The rows of each of these. */
int64_t deal_rows_as(const struct deal *d, size_t i, size_t j);

/* A finding about media j, without a place. */
mmspan_finding deal_finding(const struct deal *d, mmspan_finding_kind kind, size_t j);
/* The span of the takers [from, to). */
mmspan_span deal_span(const struct deal *d, size_t from, size_t to);
void deal_report_rows(struct deal *d, mmspan_span span, size_t j, int64_t expected,
                      int64_t found);
/* Media j is that of the takers [from, to), as a group when `grouped`; is that right? */
bool deal_give(struct deal *d, size_t from, size_t to, size_t j, bool grouped);

#endif
