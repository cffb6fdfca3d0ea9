/*
 * The model of how the takers of one modality, items and guests, get their media.
 *
 * Where the contract leaves several readings, these are taken:
 *
 *   from the end    is the same from the beginning, with takers, pieces and media in reversed
 *                   order. Of items that are too many, the first of the prompt is named, of
 *                   media that are missing the first of the list. The beginning of a prompt
 *                   with history is where that ends
 *   found           of media-count: the media that got something, and each taker left over
 *   a run           is cut only where it is, from its beginning to its end, several media, or
 *                   several items of media that say how many they have. Each piece must be an
 *                   item if it stood alone, so that nothing with delimiters is cut, even if
 *                   these take rows. `split`, `by_id` and `each_run` tell items apart already
 *   groups          a bare form, an item without rows and a guest is a media of its own and
 *                   ends a group. But where items are runs without delimiters, a bare form is
 *                   one of a single row: pruned frames
 *   a chain         is a stretch of items with nothing between them that parts media. With
 *                   `max_gap`, which is there to tell media apart, a chain has its own media:
 *                   it is shared out if it is exactly the next few media. Otherwise something
 *                   is wrong, and as many media as the chains behind it do not need take items
 *                   by running sum, the last of them all that is left: with as many chains as
 *                   media each chain is one media, whatever its rows. Others may blame another
 *                   media, but blame one they must (`blame_open`)
 *   n_items         of a group whose rows add up although an item has others than its share:
 *                   media-rows for that item alone, with its share expected
 *   layout          is compared where rows fit, from the first token of the item or group, with
 *                   the items among the supplied tokens; only text may stand around these.
 *                   Where one of both has no more tokens, its ID is -1. An item of no rows
 *                   is not compared. A placeholder differs somewhere (`blame_open`)
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

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
};

static int64_t gap(const struct deal *d, const struct model_taker *a,
                   const struct model_taker *b) {
    return d->how->from_end ? a->start - b->end : b->start - a->end;
}

/* May taker i belong to the same media as the one before it? */
static bool is_linked(const struct deal *d, size_t i) {
    const struct model_taker *a = &d->takers[i - 1];
    const struct model_taker *b = &d->takers[i];
    return d->decl->multi && !a->alone && !b->alone &&
           (d->decl->max_gap == 0 || gap(d, a, b) <= d->decl->max_gap) &&
           (!d->decl->equal_rows || a->rows == b->rows);
}

static size_t end_of_chain(const struct deal *d, size_t i) {
    for (i++; i < d->n && is_linked(d, i); i++)
        ;
    return i;
}

static size_t count_chains(const struct deal *d, size_t i) {
    size_t n = 0;
    for (; i < d->n; i = end_of_chain(d, i))
        n++;
    return n;
}

/* How many items a media says it has, 0 when it says nothing. */
static size_t known_items(const struct deal *d, size_t j) {
    return d->decl->multi ? (size_t)d->media[j]->n_items : 0;
}

/* The rows of one item of media j, or of all of it. */
static int64_t share(const struct deal *d, size_t j) {
    size_t n = known_items(d, j);
    return n ? d->media[j]->rows / (int64_t)n : d->media[j]->rows;
}

static int64_t piece_start(const struct deal *d, const struct model_taker *whole,
                           int64_t before, int64_t length) {
    return d->how->from_end ? whole->end - before - length : whole->start + before;
}

static void replace_by_pieces(struct deal *d, size_t i, const int64_t *lengths, size_t n) {
    struct model_taker whole = d->takers[i];
    int64_t before = 0;
    if (d->n + n - 1 > MODEL_MOST)
        abort();
    memmove(d->takers + i + n, d->takers + i + 1, (d->n - i - 1) * sizeof *d->takers);
    d->n += n - 1;
    for (size_t k = 0; k < n; before += lengths[k++]) {
        struct model_taker *piece = &d->takers[i + k];
        *piece = whole;
        piece->start = piece_start(d, &whole, before, lengths[k]);
        piece->end = piece->start + lengths[k];
        piece->rows = lengths[k];
    }
}

/* Cuts taker i where it is exactly several of what comes from item `item` of media j on. */
static void try_split(struct deal *d, size_t i, size_t j, size_t item) {
    const struct model_taker *whole = &d->takers[i];
    static int64_t lengths[MODEL_MOST];
    int64_t sum = 0;
    size_t n = 0;
    if (!whole->whole || whole->rows <= share(d, j))
        return;
    for (; j < d->n_media && sum < whole->rows && n < MODEL_MOST; n++) {
        sum += lengths[n] = share(d, j);
        if (++item >= known_items(d, j)) {
            item = 0;
            j++;
        }
    }
    if (sum != whole->rows)
        return;
    bool fits = true;
    int64_t before = 0;
    for (size_t k = 0; k < n; before += lengths[k++])
        fits =
            fits && model_is_one_item(d->model, d->modality,
                                      d->how->ids + piece_start(d, whole, before, lengths[k]),
                                      (size_t)lengths[k]);
    bool delimited = !d->decl->pattern && (d->decl->n_begin || d->decl->n_end);
    if (fits ? !model_is_plain_run(d->model, d->decl) : !delimited)
        d->model->unsure = true;
    if (fits)
        replace_by_pieces(d, i, lengths, n);
}

/* The first taker behind those that media j takes from i on; *end moves as runs are split. */
static size_t walk(struct deal *d, size_t i, size_t *end, size_t j, bool *exact) {
    size_t known = known_items(d, j);
    size_t n = 0;
    int64_t sum = 0;
    *exact = true;
    for (; i < *end && (known ? n < known : sum < d->media[j]->rows); i++, n++) {
        size_t before = d->n;
        if (known || n == 0)
            try_split(d, i, j, n);
        *end += d->n - before;
        sum += d->takers[i].rows;
        if (known && d->takers[i].rows != share(d, j))
            *exact = false;
    }
    *exact = *exact && sum == d->media[j]->rows && (known == 0 || n == known);
    return i;
}

static mmspan_finding finding_of(const struct deal *d, mmspan_finding_kind kind, size_t j) {
    size_t media = d->how->from_end ? d->n_media - 1 - j : j;
    return (mmspan_finding){.kind = (int32_t)kind,
                            .modality = d->modality,
                            .token = -1,
                            .id = -1,
                            .state = -1,
                            .media = (int32_t)media};
}

static mmspan_span span_of(const struct deal *d, size_t from, size_t to) {
    const struct model_taker *first = &d->takers[d->how->from_end ? to - 1 : from];
    const struct model_taker *last = &d->takers[d->how->from_end ? from : to - 1];
    return (mmspan_span){first->start, last->end};
}

static void report_rows(struct deal *d, mmspan_span span, size_t j, int64_t expected,
                        int64_t found) {
    mmspan_finding finding = finding_of(d, MMSPAN_FINDING_MEDIA_ROWS, j);
    finding.start = span.start;
    finding.end = span.end;
    finding.expected = expected;
    finding.found = found;
    model_add_finding(d->model, finding);
}

static void check_layout(struct deal *d, size_t from, size_t to, size_t j) {
    const mmspan_media *media = d->media[j];
    if (!d->how->layout || !media->ids || d->takers[from].guest || d->takers[from].replaced)
        return;
    mmspan_span core = model_core(d->model, media);
    mmspan_span span = span_of(d, from, to);
    int64_t k = 0;
    while (core.start + k < core.end && span.start + k < span.end &&
           media->ids[core.start + k] == d->how->ids[span.start + k])
        k++;
    if (core.start + k == core.end && span.start + k == span.end)
        return;
    const mmspan_item *first = &d->model->items[d->takers[from].item];
    mmspan_span items;
    /* What is laid over what is only plain for one block with the supplied tokens of one. */
    if (first->form == MMSPAN_FORM_BARE || to - from > 1 ||
        model_count_items(d->model, media, &items) != 1)
        d->model->unsure = true;
    d->model->blame_open = true;
    mmspan_finding finding = finding_of(d, MMSPAN_FINDING_MEDIA_LAYOUT, j);
    finding.start = span.start + k;
    finding.end = span.end;
    finding.expected = core.start + k < core.end ? media->ids[core.start + k] : -1;
    finding.found = span.start + k < span.end ? d->how->ids[span.start + k] : -1;
    model_add_finding(d->model, finding);
}

/* Media j is that of the takers [from, to). */
static void give(struct deal *d, size_t from, size_t to, size_t j) {
    int64_t expected = d->media[j]->rows;
    int64_t sum = 0;
    bool wild = false;
    for (size_t i = from; i < to; i++) {
        d->takers[i].media = finding_of(d, 0, j).media;
        sum += d->takers[i].replaced ? d->takers[i].new_rows : d->takers[i].rows;
        wild = wild || (d->takers[i].wild && !d->takers[i].replaced);
    }
    if (!wild && sum != expected) {
        report_rows(d, span_of(d, from, to), j, expected, sum);
        return;
    }
    bool each_known = !wild && !d->takers[from].alone && known_items(d, j);
    for (size_t k = 0; k < to - from && each_known; k++) {
        size_t i = d->how->from_end ? to - 1 - k : from + k;
        if (d->takers[i].rows != share(d, j)) {
            report_rows(d, span_of(d, i, i + 1), j, share(d, j), d->takers[i].rows);
            return;
        }
    }
    if (!wild)
        check_layout(d, from, to, j);
}

/* Around a placeholder that stands in the very tokens of media j, all items in them are its
 * own. */
static bool take_standing(struct deal *d, size_t *i, size_t j) {
    const mmspan_media *media = d->media[j];
    const struct model_taker *first = &d->takers[*i];
    mmspan_span span;
    if (!first->unexpanded || !media->ids)
        return false;
    size_t n_items = model_count_items(d->model, media, &span);
    int64_t at = d->how->from_end ? first->end - span.end : first->start - span.start;
    int64_t end = at + (int64_t)media->n_ids;
    if (at < 0 || end > (int64_t)d->how->n ||
        memcmp(d->how->ids + at, media->ids, media->n_ids * sizeof *media->ids) != 0)
        return false;
    size_t to = *i;
    while (to < d->n && !d->takers[to].guest && at <= d->takers[to].start &&
           d->takers[to].end <= end)
        to++;
    if (to == *i || to - *i != (n_items ? n_items : 1))
        return false;
    give(d, *i, to, j);
    *i = to;
    return true;
}

/* A placeholder takes a media, or a share of one that says how many items it has. */
static void take_unexpanded(struct deal *d, size_t *i, size_t j) {
    const mmspan_media *media = d->media[j];
    size_t known = media->ids ? 0 : known_items(d, j);
    size_t from = *i;
    mmspan_span items;
    /* Or does one placeholder become all of the media? And where a frame equals a placeholder,
     * is it one? */
    if (known > 1 || (media->ids && model_count_items(d->model, media, &items) > 1))
        d->model->unsure = true;
    do {
        struct model_taker *taker = &d->takers[*i];
        taker->new_rows = known ? share(d, j) : media->rows;
        taker->replaced = true;
        ++*i;
    } while (*i < d->n && d->takers[*i].unexpanded && *i - from < known);
    give(d, from, *i, j);
}

static void copy_deal(struct deal *to, const struct deal *from) {
    memcpy(to->takers, from->takers, from->n * sizeof *from->takers);
    memcpy(to->media, from->media, from->n_media * sizeof *from->media);
    to->model = from->model;
    to->how = from->how;
    to->decl = from->decl;
    to->modality = from->modality;
    to->n = from->n;
    to->n_media = from->n_media;
}

/* One chain of a modality of groups. */
static void take_chain(struct deal *d, size_t *i, size_t *j) {
    bool bounded = d->decl->max_gap > 0;
    size_t end = end_of_chain(d, *i);
    bool exact = bounded;
    if (bounded) {
        static struct deal trial;
        size_t at = *i;
        size_t trial_end = end;
        copy_deal(&trial, d);
        for (size_t k = *j; at < trial_end && exact; k++) {
            exact = k < d->n_media;
            if (exact)
                at = walk(&trial, at, &trial_end, k, &exact);
        }
    }
    if (bounded && !exact)
        d->model->blame_open = true;
    size_t chains = count_chains(d, *i);
    size_t usable = d->n_media - *j > chains ? d->n_media - *j - chains + 1 : 1;
    for (size_t taken = 1; *i < end && *j < d->n_media; taken++, ++*j) {
        bool fits;
        size_t to = bounded && !exact && taken == usable ? end : walk(d, *i, &end, *j, &fits);
        give(d, *i, to, *j);
        *i = to;
    }
}

static void report_count(struct deal *d, size_t i, size_t j) {
    int64_t edge = d->how->from_end ? d->how->start : d->model->n_tokens;
    mmspan_finding finding = finding_of(d, MMSPAN_FINDING_MEDIA_COUNT, j);
    finding.start = finding.end = edge;
    finding.expected = (int64_t)d->n_media;
    finding.found = (int64_t)(j + d->n - i);
    if (i < d->n) {
        const struct model_taker *first = &d->takers[d->how->from_end ? d->n - 1 : i];
        finding.start = first->start;
        finding.end = first->end;
        finding.media = -1;
    } else if (d->how->from_end) {
        finding.media = 0;
    }
    if (i < d->n || j < d->n_media)
        model_add_finding(d->model, finding);
}

/* Where placeholders are replaced, is a run of one row one, or the end of a group? */
static bool has_doubtful_runs(const struct deal *d) {
    bool block = false;
    bool doubtful = false;
    for (size_t i = 0; i < d->n; i++) {
        block = block || !d->takers[i].alone;
        doubtful = doubtful || d->takers[i].doubtful;
    }
    return block && doubtful && d->decl->multi;
}

static void deal_all(struct deal *d) {
    size_t i = 0;
    size_t j = 0;
    if (has_doubtful_runs(d))
        d->model->unsure = true;
    while (i < d->n && j < d->n_media) {
        if (take_standing(d, &i, j)) {
            j++;
        } else if (d->takers[i].unexpanded) {
            take_unexpanded(d, &i, j++);
        } else if (d->decl->multi && !d->takers[i].alone) {
            take_chain(d, &i, &j);
        } else {
            try_split(d, i, j, 0);
            give(d, i, i + 1, j);
            i++;
            j++;
        }
    }
    report_count(d, i, j);
}

/* Takes the modality's takers out of the model and puts them back when `back`. */
static void move_takers(struct deal *d, bool back) {
    struct model *m = d->model;
    size_t kept = 0;
    for (size_t i = 0; i < m->n_takers && !back; i++)
        if (m->takers[i].modality == d->modality)
            d->takers[d->n++] = m->takers[i];
        else
            m->takers[kept++] = m->takers[i];
    for (size_t i = 0; i < d->n / 2 && d->how->from_end; i++) {
        struct model_taker swap = d->takers[i];
        d->takers[i] = d->takers[d->n - 1 - i];
        d->takers[d->n - 1 - i] = swap;
    }
    if (!back)
        m->n_takers = kept;
    for (size_t i = 0; i < d->n && back; i++)
        m->takers[m->n_takers++] = d->takers[i];
}

void model_deal(struct model *m, const struct model_deal *how, int32_t modality) {
    static struct deal one;
    struct deal *d = &one;
    d->n = d->n_media = 0;
    d->model = m;
    d->how = how;
    d->modality = modality;
    d->decl = &m->declared->modalities[modality];
    move_takers(d, false);
    for (size_t i = 0; i < how->n_media; i++) {
        const mmspan_media *media = &how->media[how->from_end ? how->n_media - 1 - i : i];
        if (media->modality == modality)
            d->media[d->n_media++] = media;
    }
    deal_all(d);
    move_takers(d, true);
}
