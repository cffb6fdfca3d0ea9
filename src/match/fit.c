/* Lets the items of a result take their media, in order. */
#include "fit.h"

#include <stdlib.h>
#include <string.h>

static const struct mm_shape *shape_of(const struct mm_fit *fit, int32_t modality) {
    return &fit->engine->matcher->shapes[modality];
}

/* Does the item consist of exactly the placeholder's tokens? */
static bool equals_placeholder(const struct mm_fit *fit, const mmspan_item *item) {
    const mmspan_matcher *m = fit->engine->matcher;
    const struct mm_slots *placeholder = &m->shapes[item->modality].placeholder;
    if (placeholder->n == 0 || (int64_t)placeholder->n != item->end - item->start)
        return false;
    for (size_t i = 0; i < placeholder->n; i++) {
        const struct mm_slot *slot = &placeholder->slots[i];
        uint16_t class_index = mm_class_of(m, fit->ids[item->start + (int64_t)i]);
        if (slot->atom != MM_OWN && !mm_class_has_atom(&m->classes, class_index, slot->atom))
            return false;
    }
    return true;
}

/* Does an item stand for media that are still to be expanded? Only with `ids`. */
static bool is_placeholder(const struct mm_fit *fit, const mmspan_item *item) {
    if (!fit->ids || item->start < fit->start)
        return false;
    return item->form == MMSPAN_FORM_BARE || fit->queues[item->modality].unexpanded ||
           equals_placeholder(fit, item);
}

/* Has an earlier expand written the media's own tokens around the item, which looks like
 * a placeholder because the media has no more rows than one? */
static bool stands_already(const struct mm_fit *fit, const mmspan_item *item,
                           const mmspan_media *media) {
    if (!media->ids || media->rows != item->rows)
        return false;
    int64_t before = 0;
    while (before < (int64_t)media->n_ids && media->ids[before] != fit->ids[item->start])
        before++;
    int64_t start = item->start - before;
    return before < (int64_t)media->n_ids && start >= fit->start &&
           media->n_ids <= (uint64_t)(fit->n_tokens - start) &&
           memcmp(fit->ids + start, media->ids, media->n_ids * sizeof *media->ids) == 0;
}

/* Are the item's tokens to give way to those of the media? */
static bool gives_way(const struct mm_fit *fit, const mmspan_item *item,
                      const mmspan_media *media) {
    return media && is_placeholder(fit, item) && !stands_already(fit, item, media);
}

static void report(struct mm_fit *fit, const mmspan_finding *finding) {
    if (fit->dry) {
        fit->n_findings++;
        return;
    }
    struct mm_engine *e = fit->engine;
    e->findings[e->n_findings++] = *finding;
}

static void report_rows(struct mm_fit *fit, const mmspan_media *media, int64_t index,
                        int64_t found, int64_t start, int64_t end) {
    mmspan_finding finding = {.start = start,
                              .end = end,
                              .expected = media->rows,
                              .found = found,
                              .kind = MMSPAN_FINDING_MEDIA_ROWS,
                              .modality = media->modality,
                              .token = -1,
                              .id = -1,
                              .state = -1,
                              .media = (int32_t)index};
    report(fit, &finding);
}

static void report_count(struct mm_fit *fit, int32_t modality, const struct mm_queue *queue) {
    bool missing = queue->taken < queue->count;
    mmspan_finding finding = {
        .start = missing ? fit->n_tokens : queue->first_surplus.start,
        .end = missing ? fit->n_tokens : queue->first_surplus.end,
        .expected = queue->count,
        .found = queue->taken + queue->surplus,
        .kind = MMSPAN_FINDING_MEDIA_COUNT,
        .modality = modality,
        .token = -1,
        .id = -1,
        .state = -1,
        .media = missing ? (int32_t)queue->taken : -1,
    };
    report(fit, &finding);
}

/* The next media of the modality, not yet taken, or NULL. */
static const mmspan_media *peek(const struct mm_fit *fit, int32_t modality) {
    size_t next = fit->queues[modality].next;
    return next < fit->n_media ? &fit->media[next] : NULL;
}

/* Takes it; notes the span as surplus when there is none. */
static const mmspan_media *take(struct mm_fit *fit, int32_t modality, int64_t start,
                                int64_t end) {
    struct mm_queue *queue = &fit->queues[modality];
    const mmspan_media *media = peek(fit, modality);
    if (media) {
        queue->next = fit->engine->links[queue->next];
        queue->taken++;
    } else if (queue->surplus++ == 0) {
        queue->first_surplus = (mmspan_span){start, end};
    }
    return media;
}

/* Items and runs are read from the end of the arrays and written to their front. */
static void move_item(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    struct mm_engine *e = fit->engine;
    mmspan_item *to = &e->items[fit->n_items];
    for (int32_t r = 0; r < item->n_runs; r++) {
        mmspan_run *run = &e->runs[fit->n_runs + (size_t)r];
        *run = runs[r];
        run->item = (int32_t)fit->n_items;
    }
    *to = *item;
    to->first_run = (int64_t)fit->n_runs;
}

/* When no item is split, all of them stay where they are. */
static void write_item(struct mm_fit *fit, const mmspan_item *item, int32_t media,
                       int64_t rewrite, const mmspan_run *runs) {
    if (!fit->dry) {
        if (fit->moves)
            move_item(fit, item, runs);
        fit->engine->items[fit->n_items].media = media;
        fit->engine->items[fit->n_items].reserved = rewrite;
    }
    fit->n_items++;
    fit->n_runs += (size_t)item->n_runs;
}

/* An item that takes one media; its rows must agree unless it is a placeholder. */
static void fit_one(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    struct mm_queue *queue = &fit->queues[item->modality];
    const mmspan_media *media = take(fit, item->modality, item->start, item->end);
    int32_t index = media ? (int32_t)(queue->taken - 1) : -1;
    bool rewrite = gives_way(fit, item, media);
    if (rewrite)
        fit->grown +=
            (int64_t)mm_media_length(fit->engine->matcher, media) - (item->end - item->start);
    else if (media && item->rows != media->rows)
        report_rows(fit, media, index, item->rows, item->start, item->end);
    write_item(fit, item, index, rewrite ? media - fit->media + 1 : 0, runs);
}

static void close_group(struct mm_fit *fit, struct mm_queue *queue) {
    if (queue->group && queue->group_rows != queue->group->rows)
        report_rows(fit, queue->group, queue->taken - 1, queue->group_rows,
                    queue->group_span.start, queue->group_span.end);
    queue->group = NULL;
}

/* A block of a `multi` modality: the first or a further part of a media. */
static void fit_group(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    struct mm_queue *queue = &fit->queues[item->modality];
    if (!queue->group) {
        queue->group = take(fit, item->modality, item->start, item->end);
        queue->group_rows = 0;
        queue->group_span.start = item->start;
    }
    queue->group_rows += item->rows;
    queue->group_span.end = item->end;
    bool complete = queue->group && queue->group_rows >= queue->group->rows;
    write_item(fit, item, queue->group ? (int32_t)(queue->taken - 1) : -1, 0, runs);
    if (complete)
        close_group(fit, queue);
}

/* How many of the next media add up to the item's rows exactly; 0 when none do. */
static size_t count_parts(const struct mm_fit *fit, const mmspan_item *item) {
    int64_t rows = 0;
    size_t parts = 0;
    size_t at = fit->queues[item->modality].next;
    for (; at < fit->n_media && rows < item->rows; at = fit->engine->links[at]) {
        rows += fit->media[at].rows;
        parts++;
    }
    return rows == item->rows ? parts : 0;
}

/* A run without delimiters: several media may stand in it side by side. */
static void fit_run(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    bool unexpanded = fit->queues[item->modality].unexpanded;
    size_t parts = unexpanded ? (size_t)item->rows : count_parts(fit, item);
    if (parts < 2) {
        fit_one(fit, item, runs);
        return;
    }
    mmspan_item part = *item;
    mmspan_run run = runs[0];
    for (size_t i = 0; i < parts; i++) {
        part.rows = unexpanded ? 1 : peek(fit, item->modality)->rows;
        part.end = part.start + part.rows;
        part.position = part.start;
        run.start = part.start;
        run.length = part.rows;
        fit_one(fit, &part, &run);
        part.start = part.end;
        run.row += part.rows;
    }
}

/* The rows that the item takes of each modality, or will take when it is rewritten. */
static void count_rows(const struct mm_fit *fit, const mmspan_item *item,
                       const mmspan_run *runs, int64_t *rows) {
    const mmspan_matcher *m = fit->engine->matcher;
    const uint8_t *embed = m->embed + (size_t)item->modality * m->n_classes;
    const mmspan_media *media = peek(fit, item->modality);
    bool rewrite = gives_way(fit, item, media) && media->ids;
    for (size_t i = 0; rewrite && i < media->n_ids; i++) {
        uint8_t taker = embed[mm_class_of(m, media->ids[i])];
        if (taker)
            rows[taker - 1]++;
    }
    for (int32_t r = 0; !rewrite && r < item->n_runs; r++)
        rows[runs[r].modality] += runs[r].length;
}

/* Rows that the item takes of other modalities are a media of each of these. */
static void fit_guests(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    int64_t rows[MMSPAN_MAX_MODALITIES] = {0};
    count_rows(fit, item, runs, rows);
    for (int32_t m = 0; m < (int32_t)fit->engine->matcher->n_modalities; m++) {
        if (m == item->modality || rows[m] == 0)
            continue;
        const mmspan_media *media = take(fit, m, item->start, item->end);
        if (media && media->rows != rows[m])
            report_rows(fit, media, fit->queues[m].taken - 1, rows[m], item->start, item->end);
    }
}

static void fit_item(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    const struct mm_shape *shape = shape_of(fit, item->modality);
    if (item->start < fit->start) {
        write_item(fit, item, -1, 0, runs);
        return;
    }
    bool block = item->form == MMSPAN_FORM_BLOCK;
    struct mm_queue *queue = &fit->queues[item->modality];
    if (queue->hosts)
        fit_guests(fit, item, runs);
    if (block && shape->undelimited && shape->plain) {
        fit_run(fit, item, runs);
    } else if (block && shape->multi && (queue->group || !is_placeholder(fit, item))) {
        fit_group(fit, item, runs);
    } else {
        if (queue->group)
            close_group(fit, queue);
        fit_one(fit, item, runs);
    }
}

/* One pass over `n` items, of which the first stands at `from`. */
static void run_pass(struct mm_fit *fit, const mmspan_item *from, size_t n,
                     const mmspan_run *runs) {
    uint32_t n_modalities = fit->engine->matcher->n_modalities;
    fit->n_items = fit->n_runs = fit->n_findings = 0;
    fit->grown = 0;
    for (uint32_t m = 0; m < n_modalities; m++) {
        struct mm_queue *queue = &fit->queues[m];
        *queue = (struct mm_queue){.first = queue->first,
                                   .next = queue->first,
                                   .count = queue->count,
                                   .hosts = queue->hosts,
                                   .unexpanded = queue->unexpanded};
    }
    for (size_t i = 0; i < n; i++) {
        /* Asked first, because the item may be written to, at the latest by itself. */
        int32_t n_runs = from[i].n_runs;
        fit_item(fit, &from[i], runs);
        runs += n_runs;
    }
    for (uint32_t m = 0; m < n_modalities; m++) {
        struct mm_queue *queue = &fit->queues[m];
        close_group(fit, queue);
        if (queue->taken < queue->count || queue->surplus)
            report_count(fit, (int32_t)m, queue);
    }
}

/* Links the media of each modality in order, and counts them. */
static bool link_media(struct mm_fit *fit) {
    struct mm_engine *e = fit->engine;
    if (!mm_reserve(&e->allocator, &e->links, &e->cap_links, fit->n_media, sizeof *e->links))
        return false;
    for (uint32_t m = 0; m < e->matcher->n_modalities; m++)
        fit->queues[m].first = fit->n_media;
    for (size_t i = fit->n_media; i-- > 0;) {
        struct mm_queue *queue = &fit->queues[fit->media[i].modality];
        e->links[i] = queue->first;
        queue->first = i;
        queue->count++;
    }
    return true;
}

/* Finds modalities whose blocks have rows of others in them. */
static void find_hosts(struct mm_fit *fit) {
    const mmspan_matcher *m = fit->engine->matcher;
    for (uint32_t i = 0; i < m->n_modalities; i++)
        for (uint32_t k = 0; k < m->n_classes; k++) {
            uint8_t taker = m->embed[i * m->n_classes + k];
            fit->queues[i].hosts |= taker && taker != i + 1;
        }
}

/* Finds modalities whose runs hold just as many tokens as there are media. */
static void find_unexpanded(struct mm_fit *fit) {
    const struct mm_engine *e = fit->engine;
    int64_t tokens[MMSPAN_MAX_MODALITIES] = {0};
    for (size_t i = 0; i < e->n_items; i++)
        if (e->items[i].start >= fit->start)
            tokens[e->items[i].modality] += e->items[i].end - e->items[i].start;
    for (uint32_t m = 0; m < e->matcher->n_modalities; m++) {
        const struct mm_shape *shape = shape_of(fit, (int32_t)m);
        fit->queues[m].unexpanded = shape->undelimited && shape->plain &&
                                    shape->placeholder.n == 1 &&
                                    shape->placeholder.slots[0].atom == shape->patch.atom &&
                                    tokens[m] == fit->queues[m].count;
    }
}

mmspan_status mm_fit_measure(struct mm_fit *fit) {
    fit->dry = true;
    if (!link_media(fit))
        return MMSPAN_E_MEMORY;
    find_hosts(fit);
    if (fit->ids)
        find_unexpanded(fit);
    run_pass(fit, fit->engine->items, fit->engine->n_items, fit->engine->runs);
    return MMSPAN_OK;
}

static int by_place(const void *left, const void *right) {
    const mmspan_finding *a = left;
    const mmspan_finding *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->modality > b->modality) - (a->modality < b->modality);
}

static bool is_about_media(const mmspan_finding *finding) {
    return finding->kind == MMSPAN_FINDING_MEDIA_COUNT ||
           finding->kind == MMSPAN_FINDING_MEDIA_ROWS;
}

mmspan_status mm_fit_apply(struct mm_fit *fit) {
    struct mm_engine *e = fit->engine;
    size_t more = fit->n_items - e->n_items;
    size_t n_findings = fit->n_findings;
    if (fit->n_items > INT32_MAX)
        return MMSPAN_E_LIMIT;
    if (!mm_reserve(&e->allocator, &e->items, &e->cap_items, fit->n_items, sizeof *e->items) ||
        !mm_reserve(&e->allocator, &e->runs, &e->cap_runs, fit->n_runs, sizeof *e->runs) ||
        !mm_reserve(&e->allocator, &e->findings, &e->cap_findings, e->n_findings + n_findings,
                    sizeof *e->findings))
        return MMSPAN_E_MEMORY;
    size_t kept = 0;
    for (size_t i = 0; i < e->n_findings; i++)
        if (!is_about_media(&e->findings[i]))
            e->findings[kept++] = e->findings[i];
    bool same = kept == e->n_findings && n_findings == 0;
    e->n_findings = kept;
    fit->dry = false;
    fit->moves = more > 0;
    if (fit->moves) {
        memmove(e->items + more, e->items, e->n_items * sizeof *e->items);
        memmove(e->runs + more, e->runs, e->n_runs * sizeof *e->runs);
        run_pass(fit, e->items + more, e->n_items, e->runs + more);
    } else {
        run_pass(fit, e->items, e->n_items, e->runs);
    }
    e->n_items = fit->n_items;
    e->n_runs = fit->n_runs;
    if (!same && e->n_findings)
        qsort(e->findings, e->n_findings, sizeof *e->findings, by_place);
    return MMSPAN_OK;
}
