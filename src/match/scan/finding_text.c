/* Says in words what a finding means. */
#include "../../../include/mmspan/scan.h"
#include "../text.h"

#include <stdbool.h>

/* The finding on its way into words. */
struct sentence {
    const mmspan_matcher *matcher;
    const mmspan_finding *finding;
    struct mm_text out;
};

static void add(struct sentence *s, const char *text) {
    mm_add_text(&s->out, text);
}

static void add_integer(struct sentence *s, int64_t value) {
    mm_add_integer(&s->out, value);
}

/* A finding that is not the matcher's has names that the matcher does not have. */
static void add_name(struct sentence *s, const char *name) {
    add(s, name ? name : "?");
}

static void add_modality(struct sentence *s) {
    add_name(s, mmspan_matcher_modality_name(s->matcher, s->finding->modality));
}

/* "a", "a or b", "a, b or c". */
static void add_choice(struct sentence *s, const int32_t *indices, size_t n,
                       const char *(*name_of)(const mmspan_matcher *, int32_t)) {
    for (size_t i = 0; i < n; i++) {
        if (i)
            add(s, i + 1 < n ? ", " : " or ");
        add_name(s, name_of(s->matcher, indices[i]));
    }
}

/* "image or video block", then how it went wrong and what could have come. */
static void add_block(struct sentence *s, const char *how) {
    size_t n;
    const int32_t *modalities = mmspan_finding_modalities(s->matcher, s->finding, &n);
    add_choice(s, modalities, n, mmspan_matcher_modality_name);
    add(s, " block ");
    add(s, how);
    add(s, ": expected ");
    const int32_t *expected = mmspan_finding_expected(s->matcher, s->finding, &n);
    add_choice(s, expected, n, mmspan_matcher_token_name);
}

/* "boi (255999)", or the bare ID of a token without a name. */
static void add_token(struct sentence *s, int32_t token, int64_t id) {
    if (token == MMSPAN_TEXT) {
        add_integer(s, id);
        return;
    }
    add_name(s, mmspan_matcher_token_name(s->matcher, token));
    add(s, " (");
    add_integer(s, id);
    add(s, ")");
}

/* add_token for an ID as a caller gave it, which may be none that a token can have. */
static void add_id(struct sentence *s, int64_t id) {
    bool fits = id >= INT32_MIN && id <= INT32_MAX;
    add_token(s, fits ? mmspan_matcher_token_of(s->matcher, (int32_t)id) : MMSPAN_TEXT, id);
}

/* ", 12 times" behind a stretch of equal IDs. */
static void add_times(struct sentence *s) {
    const int64_t times = s->finding->end - s->finding->start;
    if (times <= 1)
        return;
    add(s, ", ");
    add_integer(s, times);
    add(s, " times");
}

/* "300000 is outside the vocabulary of 262144", or when the config does not say how large
 * that is, of an ID that no vocabulary has. */
static void add_stranger(struct sentence *s) {
    const int32_t vocab_size = mmspan_matcher_vocab_size(s->matcher);
    add_integer(s, s->finding->found);
    add(s, vocab_size ? " is outside the vocabulary of " : " does not fit an int32");
    if (vocab_size)
        add_integer(s, vocab_size);
    add_times(s);
}

/* "image block has 3 rows; the rule is: 1..2". */
static void add_rows(struct sentence *s, const char *what) {
    add_modality(s);
    add(s, what);
    add_integer(s, s->finding->found);
    add(s, s->finding->found == 1 ? " row" : " rows");
    add(s, "; the rule is: ");
    add_name(s, mmspan_matcher_modality_rows(s->matcher, s->finding->modality));
}

/* "image 2", its third media. */
static void add_media(struct sentence *s) {
    add_modality(s);
    add(s, " ");
    add_integer(s, s->finding->media);
}

static void add_expected(struct sentence *s, const char *what) {
    add(s, ": expected ");
    add_integer(s, s->finding->expected);
    add(s, what);
    add(s, ", found ");
    add_integer(s, s->finding->found);
}

/* "image 2 has brk (12) here, the prompt has img (10)". Where the tokens of one have ended, -1
 * stands for an ID; it is one for the few configs that declare it. */
static void add_layout(struct sentence *s) {
    const mmspan_finding *f = s->finding;
    const bool is_id = mmspan_matcher_token_of(s->matcher, -1) >= 0;
    add_media(s);
    if (f->expected == -1 && !is_id) {
        add(s, " has no more tokens");
    } else {
        add(s, " has ");
        add_id(s, f->expected);
        add(s, " here");
    }
    if (f->found == -1 && f->start == f->end) {
        add(s, ", the prompt no more of it");
    } else {
        add(s, ", the prompt has ");
        add_id(s, f->found);
    }
}

static void add_meaning(struct sentence *s) {
    const mmspan_finding *f = s->finding;
    switch ((mmspan_finding_kind)f->kind) {
    case MMSPAN_FINDING_BROKEN_BLOCK:
        add_block(s, "breaks off");
        add(s, ", found ");
        add_id(s, f->found);
        break;
    case MMSPAN_FINDING_TRUNCATED_BLOCK:
        add_block(s, "is cut off by the end of the input");
        break;
    case MMSPAN_FINDING_STRAY_TOKEN:
        add_token(s, f->token, f->id);
        add(s, " belongs to no block");
        add_times(s);
        break;
    case MMSPAN_FINDING_LITERAL_TOKEN:
        add_token(s, f->token, f->id);
        add(s, " in literal text");
        add_times(s);
        break;
    case MMSPAN_FINDING_OUT_OF_VOCABULARY:
        add_stranger(s);
        break;
    case MMSPAN_FINDING_ROWS:
        add_rows(s, " block has ");
        break;
    case MMSPAN_FINDING_REMAINDER:
        add_rows(s, " run leaves over ");
        break;
    case MMSPAN_FINDING_MEDIA_COUNT:
        add_modality(s);
        add_expected(s, " media");
        break;
    case MMSPAN_FINDING_MEDIA_ROWS:
        add_media(s);
        add_expected(s, " rows");
        break;
    case MMSPAN_FINDING_MEDIA_LAYOUT:
        add_layout(s);
        break;
    }
}

size_t mmspan_finding_text(const mmspan_matcher *matcher, const mmspan_finding *finding,
                           char *text, size_t size) {
    struct sentence s = {matcher, finding, {text, text ? size : 0, 0}};
    const char *kind = finding ? mmspan_finding_kind_name(finding->kind) : NULL;
    if (matcher && kind) {
        add(&s, kind);
        add(&s, " [");
        add_integer(&s, finding->start);
        add(&s, ", ");
        add_integer(&s, finding->end);
        add(&s, ") ");
        add_meaning(&s);
    }
    return mm_end_text(&s.out);
}
