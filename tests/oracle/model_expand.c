/*
 * The model of expand and expand_plan.
 *
 * Where the contract leaves several readings, these are taken:
 *
 *   standing   where the tokens supplied with a media stand around a placeholder already, from
 *              end to end, with as many items and rows as they have alone, it is kept, wherever
 *              in them it is: so that expanding twice changes nothing, also where a bare form
 *              is part of them
 *   kept       a block that is a placeholder and has the rows of a media without tokens is as
 *              good as expanded; one of a media with tokens is replaced, since these may have
 *              text around them, and a bare form always is
 *   counting   as many tokens as media are placeholders only in runs that are joined: `split`
 *              and `by_id` tell items apart already
 *   n_items    where there are as many placeholders as the media have items, and not as many as
 *              media, each stands for one item and becomes a block of its share: the inverse of
 *              collapse. Otherwise a placeholder takes a media, whatever items it has
 *   guests     of an item that is replaced are those of its new tokens
 *   writing    the first of several begins, patches and ends is written, and of a set the
 *              item's own first ID
 */
#include "model.h"
#include "oracle_parts.h"

#include <stdlib.h>
#include <string.h>

static bool add_names(const struct model *m, const char *names, const int32_t *ids, size_t n,
                      struct model_list *out) {
    while (*names) {
        size_t length = strcspn(names, " ");
        int index = oracle_find_token(m->declared, names, length);
        if (index < 0)
            return false;
        model_write_token(m, index, ids, n, out);
        names += length + strspn(names + length, " ");
    }
    return true;
}

/* A token of one ID at a time, or -1. */
static int single(const struct model *m, const char *names) {
    int token = oracle_find_token(m->declared, names, strlen(names));
    bool sequence = token >= 0 && m->declared->tokens[token].kind == MMSPAN_TOKEN_IDS &&
                    m->declared->tokens[token].n_ids > 1;
    return sequence ? -1 : token;
}

/* The first of the tokens that take rows of the modality itself. */
static int first_embed(const struct model *m, const mmspan_modality_decl *decl) {
    for (size_t e = 0; e < decl->n_embed; e++)
        if (!decl->embed[e].modality)
            return decl->embed[e].n_tokens ? single(m, decl->embed[e].tokens[0]) : -1;
    return decl->n_embed == 0 && decl->n_patch ? single(m, decl->patch[0]) : -1;
}

/* Is the token, as often as there may be rows, a block? */
static bool repeats(const struct model *m, int32_t modality, int token) {
    enum { FEW = 64, MANY = 96 };
    bool *set = oracle_alloc(m->oracle->n_states, sizeof *set);
    bool *next = oracle_alloc(m->oracle->n_states, sizeof *next);
    bool fine = true;
    oracle_start_set(m->oracle, set);
    for (size_t n = 1; n <= MANY && fine; n++) {
        bool several;
        fine = oracle_step(m->oracle, set, m->declared->tokens[token].ids[0], false, next);
        memcpy(set, next, m->oracle->n_states * sizeof *set);
        int form = fine ? oracle_accepts(m->oracle, set, &several) : -1;
        if (fine && n >= FEW)
            fine = form >= 0 && m->oracle->forms[form].modality == modality;
    }
    free(set);
    free(next);
    return fine;
}

/* The token that takes one row in a block, or in a run that is an item; -1 when there is
 * not just one. */
static int patch_of(struct model *m, int32_t modality) {
    const mmspan_modality_decl *decl = &m->declared->modalities[modality];
    struct oracle_placeholder shortest = {0};
    if (decl->each_run)
        return decl->pattern || decl->n_patch ? first_embed(m, decl) : -1;
    if (!decl->pattern)
        return decl->n_patch ? single(m, decl->patch[0]) : -1;
    if (!model_takes_only_rows(m, modality))
        return -1;
    for (size_t f = 0; f < m->oracle->n_forms; f++)
        if (m->oracle->forms[f].modality == modality &&
            m->oracle->forms[f].kind == MMSPAN_FORM_BLOCK)
            oracle_spell_shortest(m->oracle, f, &shortest);
    int token = -1;
    if (shortest.n && shortest.slots[0].n > 1)
        m->open = MODEL_OPEN_SHORTEST;
    else if (shortest.n && repeats(m, modality, shortest.slots[0].symbols[0].token))
        token = shortest.slots[0].symbols[0].token;
    for (size_t i = 0; i < shortest.n; i++)
        free(shortest.slots[i].symbols);
    free(shortest.slots);
    return token;
}

bool model_write_block(struct model *m, int32_t modality, int64_t rows, const int32_t *ids,
                       size_t n, struct model_list *out) {
    const mmspan_modality_decl *decl = &m->declared->modalities[modality];
    int patch = patch_of(m, modality);
    bool delimited = !decl->pattern && !decl->each_run;
    /* What tells items apart, or stands between delimiters of its own, stays. */
    bool own = (decl->each_run || decl->adjacent == MMSPAN_ADJACENT_BY_ID) && n &&
               oracle_embed_of(m->declared, modality, ids[0]) == modality;
    if (patch < 0 || (delimited && decl->n_begin && !add_names(m, decl->begin[0], ids, n, out)))
        return false;
    for (int64_t i = 0; i < rows; i++)
        if (own)
            model_append(out, ids, 1);
        else
            model_write_token(m, patch, ids, n, out);
    return !delimited || !decl->n_end || add_names(m, decl->end[0], ids, n, out);
}

bool model_can_write_block(struct model *m, int32_t modality) {
    return patch_of(m, modality) >= 0;
}

/* Is the placeholder one token, the patch, in a modality whose runs nothing delimits? */
static bool is_flat(struct model *m, int32_t modality) {
    const struct oracle_placeholder *placeholder = &m->oracle->placeholders[modality];
    return placeholder->n == 1 && model_divides(m, modality) &&
           placeholder->slots[0].symbols[0].token == patch_of(m, modality);
}

static bool is_placeholder(const struct model *m, const struct model_taker *t,
                           const int32_t *ids) {
    static struct model_list one;
    size_t n = (size_t)(t->end - t->start);
    one.n = 0;
    return m->items[t->item].form == MMSPAN_FORM_BARE ||
           (model_write_placeholder(m, t->modality, ids + t->start, n, &one) && one.n == n &&
            memcmp(one.ids, ids + t->start, n * sizeof *ids) == 0);
}

/* What stands in the prompt of a modality, and what there is for it. */
struct census {
    int64_t tokens;
    int64_t placeholders;
    int64_t media;
    int64_t items; /* of media that say how many they have; of others, one */
};

static struct census count(const struct model *m, int32_t modality, const mmspan_media *media,
                           size_t n_media) {
    struct census census = {0};
    for (size_t t = 0; t < m->n_takers; t++) {
        const struct model_taker *taker = &m->takers[t];
        if (taker->modality != modality || taker->guest)
            continue;
        census.tokens += taker->end - taker->start;
        census.placeholders += taker->unexpanded;
    }
    for (size_t i = 0; i < n_media; i++) {
        if (media[i].modality != modality)
            continue;
        bool several =
            m->declared->modalities[modality].multi && !media[i].ids && media[i].n_items > 1;
        census.media++;
        census.items += several ? media[i].n_items : 1;
    }
    return census;
}

static void cut_into_placeholders(struct model *m, int32_t modality) {
    static struct model_taker old[MODEL_MOST];
    size_t n_old = m->n_takers;
    memcpy(old, m->takers, n_old * sizeof *old);
    m->n_takers = 0;
    for (size_t i = 0; i < n_old; i++) {
        bool cut = old[i].modality == modality && !old[i].guest;
        for (int64_t at = old[i].start; at < (cut ? old[i].end : old[i].start + 1); at++) {
            struct model_taker *piece = &m->takers[m->n_takers++];
            *piece = old[i];
            if (!cut)
                continue;
            piece->start = at;
            piece->end = at + 1;
            piece->rows = 1;
            piece->whole = piece->block = false;
            piece->alone = piece->unexpanded = true;
        }
    }
}

/* Takers of the tokens as they stand, with placeholders marked. */
static void find_takers(struct model *m, const struct model_deal *how, int64_t start) {
    model_find_takers(m, start);
    for (size_t t = 0; t < m->n_takers; t++) {
        struct model_taker *taker = &m->takers[t];
        if (taker->guest)
            continue;
        if (model_placeholder_is_open(m, taker->modality))
            m->open = MODEL_OPEN_SHORTEST;
        taker->unexpanded = is_placeholder(m, taker, how->ids);
    }
    for (int32_t i = 0; i < (int32_t)m->declared->n_modalities; i++) {
        struct census n = count(m, i, how->media, how->n_media);
        bool several = n.items != n.media;
        bool each = n.media && is_flat(m, i) &&
                    (n.tokens == n.media || (several && n.tokens == n.items));
        m->per_item[i] = several && (each ? n.tokens == n.items : n.placeholders == n.items);
        if (each)
            cut_into_placeholders(m, i);
    }
}

/* The media with this index within its modality. */
static size_t nth_media(const struct model_deal *how, int32_t modality, int32_t index) {
    for (size_t i = 0; i < how->n_media; i++)
        if (how->media[i].modality == modality && index-- == 0)
            return i;
    abort();
}

/* The tokens that stand for a taker in the output. */
static void write_taker(struct model *m, const struct model_deal *how,
                        const struct model_taker *t, struct model_list *out) {
    size_t n = (size_t)(t->end - t->start);
    if (!t->replaced) {
        model_append(out, how->ids + t->start, n);
        return;
    }
    const mmspan_media *media = &how->media[nth_media(how, t->modality, t->media)];
    if (media->ids)
        model_append(out, media->ids, media->n_ids);
    else if (!model_write_block(m, t->modality, t->new_rows, how->ids + t->start, n, out))
        abort();
}

/* Guests of what will be replaced are those of the new tokens. Adds up to n of them. */
static size_t find_new_guests(struct model *m, const struct model_deal *how,
                              struct model_taker *guests) {
    static struct model_list one;
    size_t n = 0;
    for (size_t t = 0; t < m->n_takers; t++) {
        const struct model_taker *host = &m->takers[t];
        one.n = 0;
        if (host->guest || !host->replaced)
            continue;
        write_taker(m, how, host, &one);
        for (int32_t g = 0; g < (int32_t)m->declared->n_modalities; g++) {
            int64_t rows = model_count_embeds(m, host->modality, g, one.ids, one.n);
            if (g == host->modality || rows == 0 || n == MODEL_MOST)
                continue;
            guests[n] = *host;
            guests[n].modality = g;
            guests[n].rows = rows;
            guests[n].media = -1;
            guests[n].guest = guests[n].alone = true;
            guests[n].wild = guests[n].whole = guests[n].unexpanded = guests[n].replaced =
                false;
            n++;
        }
    }
    return n;
}

static bool is_replaced(const struct model_taker *takers, size_t n,
                        const struct model_taker *t) {
    for (size_t i = 0; i < n; i++)
        if (!takers[i].guest && takers[i].replaced && takers[i].start == t->start)
            return true;
    return false;
}

/* Guests of the round before in place of those that items to be replaced have now. */
static void exchange_guests(struct model *m, const struct model *before,
                            const struct model_taker *guests, size_t n_guests) {
    size_t kept = 0;
    for (size_t t = 0; t < m->n_takers; t++)
        if (!m->takers[t].guest ||
            !is_replaced(before->takers, before->n_takers, &m->takers[t]))
            m->takers[kept++] = m->takers[t];
    m->n_takers = kept;
    for (size_t g = 0; g < n_guests; g++) {
        size_t at = m->n_takers++;
        for (; at > 0 && m->takers[at - 1].start > guests[g].start; at--)
            m->takers[at] = m->takers[at - 1];
        m->takers[at] = guests[g];
    }
}

static bool same_takers(const struct model *a, const struct model *b) {
    bool same = a->n_takers == b->n_takers;
    for (size_t t = 0; same && t < a->n_takers; t++) {
        const struct model_taker *x = &a->takers[t];
        const struct model_taker *y = &b->takers[t];
        same = x->start == y->start && x->end == y->end && x->modality == y->modality &&
               x->guest == y->guest && x->replaced == y->replaced && x->media == y->media &&
               x->rows == y->rows;
    }
    return same;
}

/* Deals until what is replaced, and so which guests there are, does not change any more. */
static void deal_until_stable(struct model *m, const struct model_deal *how, int64_t start) {
    enum { MOST_ROUNDS = 8 };
    static struct model next;
    static struct model before;
    static struct model_taker guests[MODEL_MOST];
    bool stable = false;
    model_copy(&before, m);
    before.n_takers = 0;
    for (int round = 0; round < MOST_ROUNDS && !stable; round++) {
        size_t n_guests = find_new_guests(&before, how, guests);
        model_copy(&next, m);
        find_takers(&next, how, start);
        exchange_guests(&next, &before, guests, n_guests);
        for (int32_t i = 0; i < (int32_t)m->declared->n_modalities; i++)
            model_deal(&next, how, i);
        stable = round > 0 && same_takers(&next, &before);
        model_copy(&before, &next);
    }
    model_copy(m, &next);
    m->open = m->open || stable ? m->open : MODEL_OPEN_GUESTS;
}

/* Writes the output and says what becomes of each item. */
static void write_prompt(struct model *m, const struct model_deal *how, struct model_list *out,
                         mmspan_replacement *plan) {
    int64_t at = 0;
    out->n = 0;
    for (size_t i = 0; i < m->n_items; i++) {
        mmspan_item *item = &m->items[i];
        const struct model_taker *taker = NULL;
        for (size_t t = 0; t < m->n_takers; t++)
            if (!m->takers[t].guest && m->takers[t].item == (int64_t)i)
                taker = &m->takers[t];
        model_append(out, how->ids + at, (size_t)(item->start - at));
        m->placed[i].start = item->position = (int64_t)out->n;
        if (taker)
            write_taker(m, how, taker, out);
        else
            model_append(out, how->ids + item->start, (size_t)(item->end - item->start));
        m->placed[i].end = (int64_t)out->n;
        at = item->end;
        int64_t media =
            item->media < 0 ? -1 : (int64_t)nth_media(how, item->modality, item->media);
        plan[i] = (mmspan_replacement){.old_span = {item->start, item->end},
                                       .new_span = m->placed[i],
                                       .media = media,
                                       .kept = !taker || !taker->replaced};
    }
    model_append(out, how->ids + at, (size_t)(m->n_tokens - at));
    m->n_new = (int64_t)out->n;
    m->rewritten = true;
}

mmspan_status model_expand(struct model *m, const int32_t *ids, size_t n,
                           const mmspan_media *media, size_t n_media, bool from_end,
                           int64_t start, struct model_list *out, mmspan_replacement *plan) {
    struct model_deal how = {.media = media,
                             .n_media = n_media,
                             .ids = ids,
                             .n = n,
                             .start = start,
                             .from_end = from_end,
                             .layout = true,
                             .expanding = true};
    mmspan_status status = model_check_media(m, media, n_media);
    for (size_t i = 0; i < n_media && status == MMSPAN_OK; i++)
        if (!media[i].ids && !model_can_write_block(m, media[i].modality))
            status = MMSPAN_E_ARGUMENT;
    if (status != MMSPAN_OK)
        return status;
    model_drop_media_findings(m);
    deal_until_stable(m, &how, start);
    model_settle_takers(m);
    model_sort_findings(m->findings, m->n_findings);
    write_prompt(m, &how, out, plan);
    return MMSPAN_OK;
}
