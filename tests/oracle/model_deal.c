/*
 * The model of how the takers of one modality, items and guests, get their media.
 *
 * Where the contract leaves several readings, these are taken:
 *
 *   from the end    is the same from the beginning, with takers, pieces and media in reversed
 *                   order. Of items that are too many, the first of the prompt is named, of
 *                   media that are missing the first of the list. The beginning of a prompt
 *                   with history is where that ends
 *   found           of media-count: the media that got something, and each taker left over,
 *                   as many as the items of a media that it may be
 *   a run           that begins a media is cut where it is, from its beginning to its end,
 *                   several media, and any part of any run of the modality would be an item.
 *                   Several items of one media stay one. `split`, `by_id` and `each_run` tell
 *                   items apart already
 *   groups          a bare form, an item without rows and a guest is a media of its own and
 *                   ends a group. But where items are runs without delimiters, a bare form of
 *                   rows alone is a short one: pruned frames
 *   placeholders    where these are replaced, one is part of a group only while the media of
 *                   the group lacks something
 *   a rest          with `max_gap`, a group close behind a media that is complete, ended by a
 *                   gap or without a media of its own, and less than half of its media, belongs
 *                   to the one before, which is wrong then
 *   n_items         of a group whose rows add up although an item has others than its share:
 *                   media-rows for that item alone, with its share expected
 *   layout          is compared where rows fit, from the first token of the item or group, with
 *                   the items among the supplied tokens; only text may stand around these.
 *                   Where one of both has no more tokens, its ID is -1. An item of no rows
 *                   is not compared
 */
#include "model_deal.h"

#include <stdlib.h>
#include <string.h>

static int64_t gap(const struct deal *d, const struct model_taker *a,
                   const struct model_taker *b) {
    return d->how->from_end ? a->start - b->end : b->start - a->end;
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

/* Cuts taker i where it is exactly several media from j on. */
static void try_split(struct deal *d, size_t i, size_t j) {
    const struct model_taker *whole = &d->takers[i];
    static int64_t lengths[MODEL_MOST];
    int64_t sum = 0;
    size_t n = 0;
    if (!whole->whole || !model_divides(d->model, d->modality))
        return;
    for (; j < d->n_media && sum < whole->rows && n < MODEL_MOST; n++)
        sum += lengths[n] = d->media[j++]->rows;
    if (sum == whole->rows && n > 1)
        replace_by_pieces(d, i, lengths, n);
}

/* May taker i belong to the media of the one before it, which began with taker `first`? */
static bool is_linked(const struct deal *d, size_t first, size_t i, size_t j) {
    const struct model_taker *a = &d->takers[i - 1];
    const struct model_taker *b = &d->takers[i];
    return !b->alone && (d->decl->max_gap == 0 || gap(d, a, b) <= d->decl->max_gap) &&
           (!d->decl->equal_rows || deal_rows_as(d, first, j) == deal_rows_as(d, i, j));
}

/* How many takers from number i on stand in the media's tokens, if these begin at `at`, and are
 * as many as in these alone and have as many rows; otherwise 0. */
static size_t count_standing(const struct deal *d, size_t i, size_t j, int64_t at,
                             size_t n_items) {
    const mmspan_media *media = d->media[j];
    int64_t end = at + (int64_t)media->n_ids;
    size_t to = i;
    int64_t rows = 0;
    if (at < d->how->start || end > (int64_t)d->how->n ||
        memcmp(d->how->ids + at, media->ids, media->n_ids * sizeof *media->ids) != 0)
        return 0;
    while (to < d->n && !d->takers[to].guest && at <= d->takers[to].start &&
           d->takers[to].end <= end)
        rows += d->takers[to++].rows;
    bool takes_rows = d->decl->n_patch || d->decl->n_embed;
    return to - i == (n_items ? n_items : 1) && (!takes_rows || rows == media->rows) ? to - i
                                                                                     : 0;
}

/* Around a placeholder, or an item of other rows, that stands anywhere in the very tokens of
 * media j, all items in them are its own. */
static bool take_standing(struct deal *d, size_t *i, size_t j) {
    const mmspan_media *media = d->media[j];
    const struct model_taker *first = &d->takers[*i];
    mmspan_span span;
    if (!d->how->expanding || first->guest || !media->ids ||
        (!first->unexpanded && first->rows == media->rows))
        return false;
    size_t n_items = model_count_items(d->model, media, &span);
    size_t n = 0;
    for (int64_t at = first->end - (int64_t)media->n_ids; n == 0 && at <= first->start; at++)
        n = count_standing(d, *i, j, at, n_items);
    for (size_t to = *i + n; *i < to; ++*i)
        d->takers[*i].media = deal_finding(d, 0, j).media;
    return n > 0;
}

/* A placeholder takes a media, or a share of one where each stands for an item of a media. */
static void take_unexpanded(struct deal *d, size_t *i, size_t j) {
    const mmspan_media *media = d->media[j];
    size_t known = media->ids || !d->model->per_item[d->modality] ? 0 : deal_known_items(d, j);
    size_t from = *i;
    do {
        struct model_taker *taker = &d->takers[*i];
        taker->new_rows = known ? deal_share(d, j) : media->rows;
        /* A block that has the right rows is as good as expanded. */
        taker->replaced = !taker->block || media->ids || taker->rows != taker->new_rows;
        ++*i;
    } while (*i < d->n && d->takers[*i].unexpanded && *i - from < known);
    deal_give(d, from, *i, j, false);
}

/* What stands together, from taker i on, in the order of the pass. */
struct group {
    size_t from;
    size_t to;
    int64_t rows;
    int64_t n_items;
    bool parted; /* by a gap, or by an item of other rows */
};

/* Takes what belongs to media j, or where all are taken to no media. */
static struct group gather(const struct deal *d, size_t i, size_t j, bool to_gap) {
    struct group g = {.from = i, .to = i};
    for (;;) {
        g.rows += d->takers[g.to].rows;
        g.n_items += deal_count_as(d, g.to, j);
        g.to++;
        bool complete = j >= d->n_media          ? !to_gap
                        : deal_known_items(d, j) ? g.n_items >= (int64_t)deal_known_items(d, j)
                                                 : g.rows >= d->media[j]->rows;
        if (complete || g.to == d->n || (d->takers[g.to].alone))
            return g;
        if (!is_linked(d, i, g.to, j)) {
            g.parted = true;
            return g;
        }
        if (d->takers[g.to].unexpanded && j >= d->n_media)
            return g;
    }
}

/* The media before, as long as a rest may belong to it. */
struct before {
    bool open;
    struct group group;
    size_t media;
    int64_t each;
};

/* One group, or a run that is several media, of a modality of groups. */
static void take_group(struct deal *d, size_t *i, size_t *j, struct before *before) {
    size_t n = d->n;
    if (*j < d->n_media)
        try_split(d, *i, *j);
    if (d->n > n) {
        for (n = d->n - n + 1; n > 0; n--, ++*i, ++*j) {
            deal_give(d, *i, *i + 1, *j, false);
            *before = (struct before){
                true, {*i, *i + 1, d->takers[*i].rows, 1, false}, *j, d->takers[*i].rows};
        }
        return;
    }
    int64_t each = deal_rows_as(d, *i, *j);
    bool follows = before->open && d->decl->max_gap &&
                   gap(d, &d->takers[*i - 1], &d->takers[*i]) <= d->decl->max_gap &&
                   (!d->decl->equal_rows || before->each == each);
    struct group g = gather(d, *i, *j, follows);
    bool has_media = *j < d->n_media;
    bool rest = follows && (g.parted || !has_media) &&
                2 * g.rows < d->media[has_media ? *j : before->media]->rows;
    bool right = false;
    if (rest) {
        size_t from = before->group.from;
        for (size_t k = g.from; k < g.to; k++)
            d->takers[k].media = deal_finding(d, 0, before->media).media;
        deal_report_rows(d, deal_span(d, from, g.to), before->media,
                         d->media[before->media]->rows, before->group.rows + g.rows);
    } else if (has_media) {
        right = deal_give(d, g.from, g.to, *j, true);
        ++*j;
    } else {
        d->surplus += g.n_items;
        if (!d->surplus_from || d->how->from_end)
            d->surplus_from = &d->takers[d->how->from_end ? g.to - 1 : g.from];
    }
    *before = (struct before){right, g, *j - 1, each};
    *i = g.to;
}

static void report_count(struct deal *d, size_t j) {
    int64_t edge = d->how->from_end ? d->how->start : d->model->n_tokens;
    mmspan_finding finding = deal_finding(d, MMSPAN_FINDING_MEDIA_COUNT, j);
    finding.start = finding.end = edge;
    finding.expected = (int64_t)d->n_media;
    finding.found = (int64_t)j + d->surplus;
    if (d->surplus) {
        finding.start = d->surplus_from->start;
        finding.end = d->surplus_from->end;
        finding.media = -1;
    } else if (d->how->from_end) {
        finding.media = 0;
    }
    if (d->surplus || j < d->n_media)
        model_add_finding(d->model, finding);
}

/* Is a placeholder one of the items of its media already, since it has just its share? */
static bool is_ready(const struct deal *d, size_t i, size_t j) {
    const struct model_taker *t = &d->takers[i];
    return j < d->n_media && t->block && !d->model->per_item[d->modality] &&
           !d->media[j]->ids && deal_known_items(d, j) > 1 && t->rows == deal_share(d, j);
}

static void deal_all(struct deal *d) {
    size_t i = 0;
    size_t j = 0;
    struct before before = {0};
    while (i < d->n) {
        if (d->decl->multi && !d->takers[i].alone &&
            (!d->takers[i].unexpanded || is_ready(d, i, j))) {
            take_group(d, &i, &j, &before);
            continue;
        }
        before.open = false;
        if (j == d->n_media) {
            if (!d->surplus++ || d->how->from_end)
                d->surplus_from = &d->takers[i];
            i++;
        } else if (take_standing(d, &i, j)) {
            j++;
        } else if (d->takers[i].unexpanded) {
            take_unexpanded(d, &i, j++);
        } else {
            try_split(d, i, j);
            deal_give(d, i, i + 1, j, false);
            i++;
            j++;
        }
    }
    report_count(d, j);
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
    d->surplus = 0;
    d->surplus_from = NULL;
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
