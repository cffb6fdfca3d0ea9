/* Shows the result of a sequence to people: a table of items, and each finding with
 * the IDs around it. */
#include "render.h"

#include "../../src/input/elements.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOLD_YELLOW "\033[1;33m"
#define GREEN       "\033[32m"
#define RESET       "\033[0m"

/* How many IDs are shown on each side of a finding, and at each end of a long one. */
#define AROUND 3
#define INSIDE 4

/* How many findings of a sequence are shown; the others are counted. */
#define MAX_FINDINGS 20

/* The IDs around a finding and, below, the marks under some of them. */
struct excerpt {
    struct buffer words;
    struct buffer marks;
};

/* Adds one word; `mark` is a blank where nothing points to it. */
static void add_word(struct excerpt *excerpt, const char *word, char mark) {
    size_t before = excerpt->words.n;
    buffer_text(&excerpt->words, word);
    buffer_repeat(&excerpt->marks, mark, excerpt->words.n - before);
}

/* Adds what stands between two words; marks of one kind are drawn through. */
static void add_gap(struct excerpt *excerpt, char mark) {
    buffer_text(&excerpt->words, " ");
    buffer_repeat(&excerpt->marks, mark, 1);
}

/* The token that a finding points to with a caret; others of its span get a tilde. */
static bool is_culprit(const mmspan_finding *finding, int64_t at) {
    if (finding->kind == MMSPAN_FINDING_BROKEN_BLOCK ||
        finding->kind == MMSPAN_FINDING_TRUNCATED_BLOCK)
        return at == finding->end;
    return at >= finding->start && at < finding->end;
}

static char mark_of(const mmspan_finding *finding, int64_t at) {
    if (is_culprit(finding, at))
        return '^';
    return at >= finding->start && at < finding->end ? '~' : ' ';
}

static void fill_excerpt(struct excerpt *excerpt, const mmspan_finding *finding,
                         const mmspan_ids *ids, int64_t n) {
    const int64_t first = finding->start > AROUND ? finding->start - AROUND : 0;
    const int64_t last = finding->end < n - AROUND ? finding->end + AROUND : n - 1;
    char mark = ' ';
    if (first > 0)
        add_word(excerpt, "... ", ' ');
    for (int64_t at = first; at <= last; at++) {
        char next = mark_of(finding, at);
        if (at > first)
            add_gap(excerpt, next == mark ? mark : ' ');
        mark = next;
        if (at == finding->start + INSIDE && finding->end - at > INSIDE + 1) {
            add_word(excerpt, "...", mark);
            at = finding->end - INSIDE - 1;
            continue;
        }
        char word[24];
        snprintf(word, sizeof word, "%" PRId64, mr_id_at(ids, (size_t)at));
        add_word(excerpt, word, mark);
    }
    if (last < n - 1)
        add_word(excerpt, " ...", ' ');
    if (mark_of(finding, n) == '^') {
        add_gap(excerpt, ' ');
        add_word(excerpt, "<end>", '^');
    }
}

static void add_excerpt(struct buffer *out, const mmspan_finding *finding,
                        const mmspan_ids *ids, int64_t n, bool colored) {
    struct excerpt excerpt = {{0}, {0}};
    fill_excerpt(&excerpt, finding, ids, n);
    out->failed = out->failed || excerpt.words.failed || excerpt.marks.failed;
    while (excerpt.marks.n && excerpt.marks.data[excerpt.marks.n - 1] == ' ')
        excerpt.marks.n--;
    buffer_text(out, "      ");
    buffer_bytes(out, excerpt.words.data, excerpt.words.n);
    buffer_text(out, colored ? "\n      " GREEN : "\n      ");
    buffer_bytes(out, excerpt.marks.data, excerpt.marks.n);
    buffer_text(out, colored ? RESET "\n" : "\n");
    buffer_free(&excerpt.words);
    buffer_free(&excerpt.marks);
}

void text_finding(struct buffer *out, const mmspan_matcher *matcher,
                  const mmspan_finding *finding) {
    const size_t n = mmspan_finding_text(matcher, finding, NULL, 0);
    char *room = buffer_room(out, n + 1);
    if (!room)
        return;
    mmspan_finding_text(matcher, finding, room, n + 1);
    out->n += n;
}

static void add_sentence(struct text_sequence *sequence, const mmspan_finding *finding) {
    struct buffer *out = &sequence->findings;
    const bool colored = sequence->colored;
    struct buffer sentence = {0};
    text_finding(&sentence, sequence->matcher, finding);
    /* What it begins with is what stands out. */
    const size_t n = sentence.failed ? 0 : strlen(mmspan_finding_kind_name(finding->kind));
    out->failed = out->failed || sentence.failed;
    buffer_text(out, colored ? "  " BOLD_YELLOW : "  ");
    buffer_bytes(out, sentence.data, n);
    buffer_text(out, colored ? RESET : "");
    buffer_bytes(out, sentence.data + n, sentence.n - n);
    buffer_text(out, "\n");
    buffer_free(&sentence);
}

static void add_finding(struct text_sequence *sequence, const mmspan_finding *finding,
                        const mmspan_view *view, const mmspan_ids *ids,
                        const struct placement *placement) {
    if (!sequence->full && sequence->n_findings >= MAX_FINDINGS) {
        sequence->left_out[finding->kind]++;
        sequence->n_left_out++;
        return;
    }
    const mmspan_finding placed = placed_finding(finding, placement);
    add_sentence(sequence, &placed);
    if (ids && finding->start < view->n_tokens)
        add_excerpt(&sequence->findings, finding, ids, view->n_tokens, sequence->colored);
}

void text_add(struct text_sequence *sequence, const mmspan_result *result,
              const mmspan_ids *ids, const struct placement *placement) {
    const mmspan_view *view = mmspan_result_view(result);
    sequence->n_tokens += view->n_tokens;
    for (size_t i = 0; i < view->n_items; i++)
        text_add_item(sequence, &view->items[i], placement->base);
    for (size_t i = 0; i < view->n_findings; i++) {
        add_finding(sequence, &view->findings[i], view, ids, placement);
        sequence->n_findings++;
    }
}

static void add_left_out(const struct text_sequence *sequence, struct buffer *out) {
    const char *between = ": ";
    if (sequence->n_left_out == 0)
        return;
    buffer_format(out, "  ... and %" PRId64 " more", sequence->n_left_out);
    for (int32_t kind = 0; kind < MAX_KINDS; kind++) {
        if (sequence->left_out[kind] == 0)
            continue;
        buffer_format(out, "%s%" PRId64 " %s", between, sequence->left_out[kind],
                      mmspan_finding_kind_name(kind));
        between = ", ";
    }
    buffer_text(out, "; --full shows all\n");
}

void text_end(struct text_sequence *sequence, struct buffer *out) {
    out->failed = out->failed || sequence->failed || sequence->findings.failed;
    buffer_count(out, sequence->n_tokens, "token", "tokens");
    buffer_text(out, ", ");
    buffer_count(out, sequence->n_items, "item", "items");
    buffer_text(out, ", ");
    buffer_count(out, sequence->n_findings, "finding", "findings");
    buffer_text(out, "\n");
    if (sequence->n_items)
        text_items(sequence, out);
    buffer_bytes(out, sequence->findings.data, sequence->findings.n);
    add_left_out(sequence, out);
    sequence->n_tokens = sequence->n_items = sequence->n_findings = sequence->n_left_out = 0;
    sequence->n_groups = 0;
    sequence->findings.n = 0;
    memset(sequence->left_out, 0, sizeof sequence->left_out);
}

void text_free(struct text_sequence *sequence) {
    free(sequence->groups);
    buffer_free(&sequence->findings);
}
