/*
 * Slow models of the operations that are meant to be obviously right: the contract of
 * mmspan/ops.h, written down once more without any of the library's code or ideas. They walk
 * over single tokens where the library counts, try everything where it reasons, and copy
 * where it edits, so time is quadratic and memory is wasted.
 *
 * A model is loaded from the items, runs and findings of a scan. What the contract leaves open
 * is decided here for what a runner or an auditor would want; the sources say where, in the
 * comment that they begin with.
 */
#ifndef MMSPAN_TESTS_MODEL_H
#define MMSPAN_TESTS_MODEL_H

#include "mmspan/ops.h"
#include "oracle.h"

enum { MODEL_MOST = 1024, MODEL_MOST_IDS = 65536 };

/* What takes a media, or a part of one: an item, a piece of one, or the rows of a modality
 * inside another one's block. */
struct model_taker {
    int64_t start; /* of the item, or of the host */
    int64_t end;
    int64_t rows;
    int64_t item; /* its index, or that of the host, before items are split */
    int32_t modality;
    int32_t media;    /* index within the modality, or -1 */
    bool guest;       /* stands inside an item of another modality */
    bool alone;       /* is never grouped with others */
    bool wild;        /* takes a media whatever its rows */
    bool block;       /* has that form, and is not cut into placeholders */
    bool whole;       /* one run that may be several touching items */
    bool unexpanded;  /* a placeholder, where placeholders are replaced */
    bool forced;      /* replaced even though it has the right rows */
    bool replaced;    /* by expand */
    int64_t new_rows; /* of what it is replaced by */
};

struct model_list {
    int32_t ids[MODEL_MOST_IDS];
    size_t n;
};

/* What the contract does not say. */
enum model_open {
    MODEL_SETTLED,
    /* Which of several shortest sequences of a pattern is the placeholder, or whose first token
     * is the patch. */
    MODEL_OPEN_SHORTEST,
    /* What becomes of a literal span when an item of ordinary tokens has a token in it. */
    MODEL_OPEN_LITERAL,
    /* Whether an item is replaced, when that depends on rows in it, and these on that. */
    MODEL_OPEN_GUESTS,
    MODEL_N_OPEN
};
const char *model_open_name(enum model_open open);

/* Zeroed, it is empty. Large: not for the stack. */
struct model {
    const struct oracle *oracle;
    const struct oracle_declarations *declared;
    int64_t n_tokens;
    mmspan_item items[MODEL_MOST];
    mmspan_run runs[MODEL_MOST];
    mmspan_finding findings[MODEL_MOST];
    size_t n_items;
    size_t n_runs;
    size_t n_findings;
    /* After assign and expand. */
    struct model_taker takers[MODEL_MOST];
    size_t n_takers;
    bool assigned;
    /* What of this case the contract leaves open, so that the library may differ. */
    enum model_open open;
    /* In expand: a placeholder stands for one of the items that a media says it has. */
    bool per_item[MMSPAN_MAX_MODALITIES];
    /* Whether runs divide: 0 is not known yet, 1 no, 2 yes. */
    uint8_t divides[MMSPAN_MAX_MODALITIES];
    /* After collapse and expand: where each item stands in the new prompt. */
    mmspan_span placed[MODEL_MOST];
    int64_t n_new;
    bool rewritten;
    /* After collapse: the item had to be copied. */
    bool copied[MODEL_MOST];
};

/* Sets the config, which must outlive the model. */
void model_open(struct model *model, const struct oracle *oracle,
                const struct oracle_declarations *declared);

/* Takes over what a scan has found. */
void model_load(struct model *model, const mmspan_view *view);
void model_load_scan(struct model *model, const int32_t *ids, size_t n,
                     const mmspan_span *literal, size_t n_literal);

/* Copies what is in use: the struct is large. */
void model_copy(struct model *to, const struct model *from);

/* The model as a view, valid until it changes. */
mmspan_view model_view(const struct model *model);

/* model.c */
void model_add_finding(struct model *model, mmspan_finding finding);
/* By start, end and kind, and where these are equal by modality and media. */
void model_sort_findings(mmspan_finding *findings, size_t n);
/* Forgets what assign or expand has found before. */
void model_drop_media_findings(struct model *model);
/* Forgets that the rows of an item break their rule. */
void model_drop_rows_finding(struct model *model, const mmspan_item *item);
/* Do these IDs, scanned alone, make exactly one item that covers them all? */
bool model_is_one_item(const struct model *model, int32_t modality, const int32_t *ids,
                       size_t n);

/* model_media.c: MMSPAN_OK, or what assign and expand say of a bad list of media. */
mmspan_status model_check_media(const struct model *model, const mmspan_media *media,
                                size_t n_media);
/* The part of a media's tokens that is its items, without the text around them. */
mmspan_span model_core(const struct model *model, const mmspan_media *media);
/* Does every token of a block take a row of its modality? */
bool model_takes_only_rows(const struct model *model, int32_t modality);
/* Is every run of the tokens of a block an item, so that it may be cut anywhere? */
bool model_divides(struct model *model, int32_t modality);
/* How many items of its modality a media's tokens are, and from where to where. */
size_t model_count_items(const struct model *model, const mmspan_media *media,
                         mmspan_span *span);
/* How many rows of a modality the tokens take in a block of `host`. */
int64_t model_count_embeds(const struct model *model, int32_t host, int32_t modality,
                           const int32_t *ids, size_t n);

/* model_deal.c: gives the takers of one modality their media. */
struct model_deal {
    const mmspan_media *media;
    size_t n_media;
    const int32_t *ids;
    size_t n;
    int64_t start; /* where history ends */
    bool from_end;
    bool layout;    /* compare supplied tokens */
    bool expanding; /* placeholders are replaced */
};
void model_deal(struct model *model, const struct model_deal *deal, int32_t modality);

/* model_assign.c. `ids` are the prompt, also where the call does not get it; `layout`: the
 * call gets it. */
mmspan_status model_assign(struct model *model, const mmspan_media *media, size_t n_media,
                           bool from_end, bool layout, const int32_t *ids, size_t n);
/* The takers in the order of the prompt; those of items before `start` are left out. */
void model_find_takers(struct model *model, int64_t start);
/* Items and runs as the takers have them now. */
void model_settle_takers(struct model *model);

/* model_collapse.c */
void model_collapse(struct model *model, const int32_t *ids, size_t n,
                    const mmspan_span *literal, size_t n_literal, struct model_list *out);
/* After that: may the item be copied, since it had to be or is read together with one that had
 * to? */
bool model_may_copy(const struct model *model, const int32_t *ids, const mmspan_span *literal,
                    size_t n_literal, size_t item);
/* Does the contract leave open which of several sequences is the placeholder? */
bool model_placeholder_is_open(const struct model *model, int32_t modality);
/* Writes the placeholder of an item of these tokens; false when there is none. */
bool model_write_placeholder(const struct model *model, int32_t modality, const int32_t *ids,
                             size_t n, struct model_list *out);
/* Writes one token of the config for an item: of several IDs, the item's own first one. */
void model_write_token(const struct model *model, int32_t token, const int32_t *ids, size_t n,
                       struct model_list *out);
void model_append(struct model_list *list, const int32_t *ids, size_t n);

/* model_expand.c. `plan` has room for MODEL_MOST. */
mmspan_status model_expand(struct model *model, const int32_t *ids, size_t n,
                           const mmspan_media *media, size_t n_media, bool from_end,
                           int64_t start, struct model_list *out, mmspan_replacement *plan);
/* Can a media be written by its rows alone? Sets the model's `open` where the contract does not
 * say. */
bool model_can_write_block(struct model *model, int32_t modality);
/* Writes begin + rows * patch + end for an item of these tokens; false when it cannot. */
bool model_write_block(struct model *model, int32_t modality, int64_t rows, const int32_t *ids,
                       size_t n, struct model_list *out);

/* model_places.c */
int64_t model_new_position(const struct model *model, int64_t position);
int64_t model_old_position(const struct model *model, int64_t position);
size_t model_window(const struct model *model, int64_t start, int64_t end, mmspan_run *runs);
int64_t model_cut_before(const struct model *model, int64_t position);
int64_t model_cut_after(const struct model *model, int64_t position);
mmspan_span model_truncate(const struct model *model, int64_t max_tokens, int32_t side,
                           mmspan_span *media);
size_t model_segments(const struct model *model, mmspan_segment *segments);

/* model_tokens.c: one array for each, of n_tokens elements. */
struct model_token {
    int32_t modality; /* whose row it takes, or -1 */
    int32_t item;
    int32_t run;
    int64_t row;
    int64_t cumsum;
};
void model_tokens(const struct model *model, struct model_token *tokens);
int64_t model_rows(const struct model *model, int32_t modality);

/* model_text.c: literal text, and IDs of any width. */
void model_neutralise(const struct oracle_declarations *declared, const int32_t *ids, size_t n,
                      mmspan_span *literal, size_t n_literal, const int32_t *replacement,
                      size_t n_replacement, struct model_list *out);
/* Can values of this type be any of the reserved IDs? */
bool model_type_holds(const struct oracle_declarations *declared, int32_t type);
/* An ID that no config declares and that is no finding; false when there is none. */
bool model_harmless_id(const struct oracle_declarations *declared, int32_t *id);
/* Scans values that may lie outside int32; needs a harmless ID. */
void model_scan_wide(struct model *model, const int64_t *values, size_t n,
                     const mmspan_span *literal, size_t n_literal);

#endif
