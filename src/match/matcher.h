/* What a matcher holds; read by the scan, the operations and the accessors. */
#ifndef MMSPAN_MATCH_MATCHER_H
#define MMSPAN_MATCH_MATCHER_H

#include "../../include/mmspan/matcher.h"
#include "../kernel/kernel.h"
#include "alloc.h"
#include "alphabet.h"

/* A form of a modality; the automaton accepts forms. */
struct mm_form {
    int32_t modality;
    int32_t kind;   /* mmspan_form */
    bool whole;     /* a match is one item, whose runs need no cutting */
    bool uniform;   /* a match of equal IDs is one item */
    bool intricate; /* the rule on rows says more than that they are low..high */
    int64_t low;
    int64_t high;
    /* By class: the modality whose row it takes + 1, or 0. */
    const uint8_t *embed;
};

/* A plain block: a begin token, one patch or more of the same ID, an end token, of which only
 * the patches take rows, all of the form's modality. */
struct mm_block {
    uint16_t end;  /* the class that completes it, and nothing longer; or MM_NO_BLOCK */
    uint16_t form; /* which is whole */
};
enum { MM_NO_BLOCK = UINT16_MAX };

/* What a stretch of equal IDs begins, when what follows it completes nothing. */
enum mm_start_kind {
    MM_START_NONE,    /* no attempt: text or a stray token */
    MM_START_FINAL,   /* every token is a match, whatever follows */
    MM_START_SINGLES, /* every token is a match */
    MM_START_RUN,     /* all of it is one attempt */
    MM_START_ONCE,    /* one token is an attempt, which the next one ends */
    MM_START_GROWS    /* an attempt, if it is one token; else that depends */
};

/* By the class of the stretch. The states and forms are those after one token, and after
 * two and any more. */
struct mm_start {
    uint16_t state[2];
    uint16_t form[2]; /* + 1, which is complete then; or 0 */
    uint8_t kind;
    bool plain; /* may begin a plain block */
};

/* One position of a sequence that is written out: an ID; or, when it varies, the
 * item's first ID that belongs to the atom, or with MM_OWN its very first ID. `id` is
 * what is written when the item has none such. */
enum { MM_OWN = INT32_MAX };
struct mm_slot {
    uint32_t atom;
    int32_t id;
    bool varies;
};

struct mm_slots {
    struct mm_slot *slots;
    size_t n;
};

struct mm_shape {
    const char *name;
    const char *pattern; /* NULL when there is no block form */
    const char **bare;
    size_t n_bare;
    const char *rows_text;
    mmspan_rows_rule rows;
    int64_t split; /* rows of one item when adjacent is split, else 0 */
    bool by_id;
    bool each_run;
    bool multi;
    int64_t max_gap;  /* with multi: at most so many tokens between items; 0: any number */
    bool equal_rows;  /* with multi: of all items of a media */
    bool atomic;      /* must not be cut in two between model steps */
    bool whole;       /* a block is one item whose runs need no cutting */
    bool undelimited; /* every token of a block takes a row */
    bool divides;     /* and what is cut out of one is an item as well */
    struct mm_slots placeholder; /* n == 0: none can be written */
    /* What expand writes: begin, rows times patch, end; unless not expandable. */
    bool expandable;
    struct mm_slots begin;
    struct mm_slots end;
    struct mm_slot patch;
};

/* States of the automaton: nothing can follow, and nothing was read yet. */
enum { MM_DEAD = 0, MM_START = 1 };

/* Lists of indices, one for each state. */
struct mm_lists {
    uint32_t *begin; /* n_states + 1 */
    int32_t *items;
};

struct mmspan_matcher {
    struct mm_arena arena;
    const char *model;
    int32_t vocab_size;
    const struct mm_kernel *kernel;
    struct mm_filter filter;

    struct mm_token *tokens;
    uint32_t n_tokens;
    struct mm_shape *shapes;
    uint32_t n_modalities;
    struct mm_form *forms;
    uint32_t n_forms;

    struct mm_classes classes;
    const char **class_names;
    /* By class: MM_STARTS and the others. */
    uint8_t *class_flags;

    /* next[state << class_bits | class] */
    uint32_t n_states;
    uint32_t n_classes;
    uint32_t class_bits;
    uint32_t attempts; /* alive at one token at most, of those that a scan tells apart */
    uint16_t *next;
    /* Form + 1 that is complete in a state, or 0; with MM_FINAL when nothing can
     * follow, so that the match is decided. */
    uint16_t *accept;
    /* The first state with the same way on: after the same tokens, both die alike. They
     * differ in what is complete, which the past decides and not the future. */
    uint16_t *future;
    struct mm_start *starts; /* by class */
    /* By the state that the begin token and a patch lead to. */
    struct mm_block *blocks;
    /* embed[modality * n_classes + class]: modality whose row it takes + 1, or 0. */
    uint8_t *embed;
    struct mm_lists expected;
    struct mm_lists possible;
};

enum {
    MM_STARTS = 1,   /* can begin a match */
    MM_RESERVED = 2, /* some token that it belongs to is not ordinary */
    MM_OUTSIDE = 4,  /* is outside the vocabulary */
};

static inline uint16_t mm_class_of(const mmspan_matcher *m, int32_t id) {
    return mm_classes_at(&m->classes, id);
}

enum { MM_FINAL = 0x8000, MM_FORM = 0x7FFF };

static inline uint16_t mm_next(const mmspan_matcher *m, uint16_t state, uint16_t class_index) {
    return m->next[(size_t)state << m->class_bits | class_index];
}

/* May the ID matter outside an attempt? As the kernels' find. */
static inline bool mm_filter_has(const struct mm_filter *filter, int32_t id) {
    for (uint32_t r = 0; r < filter->n; r++)
        if ((uint32_t)id - filter->range[r].first <= filter->range[r].extent)
            return true;
    return false;
}

/* Finds states with the same future; fills matcher->future. */
bool mm_make_futures(mmspan_matcher *matcher);

/* Finds what is decided fast; fills matcher->blocks and ->starts. */
bool mm_make_starts(mmspan_matcher *matcher);

/* Chooses the ranges at which a scan stops; fills matcher->filter. */
bool mm_make_filter(mmspan_matcher *matcher);

/* A rows rule in words, in the arena; NULL when memory is out. */
const char *mm_rows_text(struct mm_arena *arena, const mmspan_rows_rule *rows);

/* Does a count of rows obey the rule, leaving equal_runs aside? */
bool mm_rows_allow(const mmspan_rows_rule *rule, int64_t rows);

#endif
