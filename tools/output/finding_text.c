/* Says in words what a finding means. */
#include "render.h"

#include <inttypes.h>

/* "a", "a or b", "a, b or c". */
static void add_choice(struct buffer *out, const mmspan_matcher *matcher,
                       const int32_t *indices, size_t n,
                       const char *(*name_of)(const mmspan_matcher *, int32_t)) {
    for (size_t i = 0; i < n; i++) {
        if (i)
            buffer_text(out, i + 1 < n ? ", " : " or ");
        buffer_text(out, name_of(matcher, indices[i]));
    }
}

/* "image or video block", then how it went wrong and what could have come. */
static void add_block(struct buffer *out, const mmspan_matcher *matcher, int32_t state,
                      const char *how) {
    size_t n;
    const int32_t *modalities = mmspan_automaton_modalities(matcher, state, &n);
    add_choice(out, matcher, modalities, n, mmspan_matcher_modality_name);
    buffer_format(out, " block %s: expected ", how);
    const int32_t *expected = mmspan_automaton_expected(matcher, state, &n);
    add_choice(out, matcher, expected, n, mmspan_matcher_token_name);
}

/* "boi (255999)", or the bare ID of a token without a name. */
static void add_token(struct buffer *out, const mmspan_matcher *matcher, int32_t token,
                      int32_t id) {
    if (token == MMSPAN_TEXT)
        buffer_integer(out, id);
    else
        buffer_format(out, "%s (%" PRId32 ")", mmspan_matcher_token_name(matcher, token), id);
}

/* " 12 times" behind a stretch of equal IDs. */
static void add_times(struct buffer *out, const mmspan_finding *finding) {
    if (finding->end - finding->start > 1)
        buffer_format(out, ", %" PRId64 " times", finding->end - finding->start);
}

static void add_rows(struct buffer *out, const mmspan_matcher *matcher,
                     const mmspan_finding *finding, const char *what) {
    const char *name = mmspan_matcher_modality_name(matcher, finding->modality);
    const char *rule = mmspan_matcher_modality_rows(matcher, finding->modality);
    buffer_format(out, "%s %s ", name, what);
    buffer_count(out, finding->found, "row", "rows");
    buffer_format(out, "; the rule is: %s", rule);
}

void text_finding(struct buffer *out, const mmspan_matcher *matcher,
                  const mmspan_finding *finding) {
    const char *modality = mmspan_matcher_modality_name(matcher, finding->modality);
    switch (finding->kind) {
    case MMSPAN_FINDING_BROKEN_BLOCK:
        add_block(out, matcher, finding->state, "breaks off");
        buffer_text(out, ", found ");
        add_token(out, matcher, mmspan_matcher_token_of(matcher, finding->id), finding->id);
        break;
    case MMSPAN_FINDING_TRUNCATED_BLOCK:
        add_block(out, matcher, finding->state, "is cut off by the end of the input");
        break;
    case MMSPAN_FINDING_STRAY_TOKEN:
        add_token(out, matcher, finding->token, finding->id);
        buffer_text(out, " belongs to no block");
        add_times(out, finding);
        break;
    case MMSPAN_FINDING_LITERAL_TOKEN:
        add_token(out, matcher, finding->token, finding->id);
        buffer_text(out, " in literal text");
        add_times(out, finding);
        break;
    case MMSPAN_FINDING_OUT_OF_VOCABULARY:
        buffer_format(out, "%" PRId32 " is outside the vocabulary of %" PRId32, finding->id,
                      mmspan_matcher_vocab_size(matcher));
        add_times(out, finding);
        break;
    case MMSPAN_FINDING_ROWS:
        add_rows(out, matcher, finding, "block has");
        break;
    case MMSPAN_FINDING_REMAINDER:
        add_rows(out, matcher, finding, "run leaves over");
        break;
    case MMSPAN_FINDING_MEDIA_COUNT:
        buffer_format(out, "%s: expected %" PRId64 " media, found %" PRId64, modality,
                      finding->expected, finding->found);
        break;
    default:
        buffer_format(out, "%s %" PRId32 ": expected %" PRId64 " rows, found %" PRId64,
                      modality, finding->media, finding->expected, finding->found);
    }
}
