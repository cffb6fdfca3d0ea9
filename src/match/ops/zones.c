/*
 * Which items may become placeholders, so that what is written is read as the same items.
 *
 * What is about to be written is tried: it is scanned, and where other items come out than
 * those that went in, they stay as they are. That is decided zone by zone. A zone ends behind
 * its items and broken pieces at the first place where the scan of the new prompt has no
 * attempt in hand and its last cluster has ended, so what is read on either side does not
 * depend on the other, and the scan of the whole is that of its zones. That place is looked for
 * token by token: before the next item it may be too late, for an attempt may begin at a
 * delimiter that is not the item's own.
 *
 * Why collapsing again changes nothing: a zone of placeholders is written as it stands. A zone
 * that was copied begins where it did before, with the same tokens and the same items in it,
 * and is tried with the same outcome. That its tokens are read alone as they were in the old
 * prompt, from where a zone begins, is verified. Where it is not so (a zone ended within an
 * end sequence that is not the item's own) all is done again, with a scan of the old prompt
 * beside that of the new one: a zone then ends where neither has anything in hand.
 *
 * It takes linear time: a zone that was tried in vain is copied at least as far as was read.
 */
#include "zones.h"

#include "../scan/cluster.h"
#include "../scan/scan.h"
#include "slots.h"

/* How far the old prompt is read. */
struct place {
    int64_t at;
    int64_t new_at; /* in the new prompt */
    size_t item;    /* the next one */
    size_t finding;
    size_t literal; /* the finding that is, or comes before, the next literal token */
};

struct zones {
    mmspan_result *result;
    const int32_t *ids;
    struct mm_engine *engine; /* reads the new prompt, */
    struct mm_engine *old;    /* and this one the old, unless it is NULL */
    struct place begin;       /* of the zone */
    struct place now;
    size_t first_item;    /* in the zone, of those that the trial has found; */
    size_t first_finding; /* the first finding */
    int64_t covered;      /* end of the items and broken pieces in the zone */
    bool copies;          /* the zone was tried in vain, */
    int64_t until;        /* up to here */
    mmspan_status status;
};

static bool is_broken(const mmspan_finding *finding) {
    return finding->kind == MMSPAN_FINDING_BROKEN_BLOCK ||
           finding->kind == MMSPAN_FINDING_REMAINDER ||
           finding->kind == MMSPAN_FINDING_STRAY_TOKEN ||
           finding->kind == MMSPAN_FINDING_TRUNCATED_BLOCK;
}

static void feed(struct zones *z, const int32_t *ids, int64_t n, bool literal) {
    if (z->status == MMSPAN_OK)
        z->status = mm_scan_part(z->engine, ids, (size_t)n, z->now.new_at, literal);
    z->now.new_at += n;
}

static void feed_old(struct zones *z, int64_t n, bool literal) {
    if (z->status == MMSPAN_OK && z->old)
        z->status = mm_scan_part(z->old, z->ids + z->now.at, (size_t)n, z->now.at, literal);
    z->now.at += n;
}

/* How far from here to `end` in the old prompt all tokens are literal, or none is. */
static int64_t find_stop(struct zones *z, int64_t end, bool *literal) {
    const mmspan_view *view = &z->result->view;
    struct place *now = &z->now;
    while (now->literal < view->n_findings &&
           (view->findings[now->literal].kind != MMSPAN_FINDING_LITERAL_TOKEN ||
            view->findings[now->literal].end <= now->at))
        now->literal++;
    *literal = false;
    if (now->literal == view->n_findings)
        return end;
    const mmspan_finding *next = &view->findings[now->literal];
    *literal = next->start <= now->at;
    const int64_t border = *literal ? next->end : next->start;
    return border < end ? border : end;
}

/* Feeds what stands up to `end` in the old prompt, literal tokens as such; to the new one only
 * if it is to be there. */
static void feed_span(struct zones *z, int64_t end, bool stays) {
    while (z->now.at < end) {
        bool literal;
        const int64_t n = find_stop(z, end, &literal) - z->now.at;
        if (stays)
            feed(z, z->ids + z->now.at, n, literal);
        feed_old(z, n, literal);
    }
}

static void feed_up_to(struct zones *z, int64_t end) {
    feed_span(z, end, true);
}

/* Feeds what stands for an item. */
static void feed_item(struct zones *z, size_t i) {
    const mmspan_matcher *m = z->result->matcher;
    const mmspan_item *item = &z->result->out.items[i];
    const struct mm_slots *placeholder = &m->shapes[item->modality].placeholder;
    z->result->notes[i] = MM_COPIED;
    if (z->copies || placeholder->n == 0 || mm_reads_as(m, placeholder, z->ids, item))
        return;
    z->result->notes[i] = MM_REPLACED;
    for (size_t k = 0; k < placeholder->n; k++) {
        int32_t id = mm_pick_id(m, &placeholder->slots[k], z->ids, item);
        feed(z, &id, 1, false);
    }
    feed_span(z, item->end, false);
}

/* Where a zone ends the engine has nothing in hand. It need not begin afresh there, but what
 * it has found is not kept for long. */
enum { MANY = 64 };

static void begin_zone(struct zones *z, bool copies) {
    z->begin = z->now;
    z->covered = z->now.at;
    z->copies = copies;
    struct mm_output *found = &z->result->trial->out;
    if (copies || found->n_items + found->n_findings >= MANY) {
        mm_output_reset(found);
        mm_engine_reset(z->engine, z->result->matcher);
        mm_output_reset(&z->result->trial->old_out);
        mm_engine_reset(&z->result->trial->old_engine, z->result->matcher);
    }
    z->first_item = found->n_items;
    z->first_finding = found->n_findings;
}

/* Where the next item or broken piece begins, or the end of the prompt. */
static int64_t find_next(struct zones *z) {
    const mmspan_view *view = &z->result->view;
    struct place *now = &z->now;
    while (now->finding < view->n_findings && !is_broken(&view->findings[now->finding]))
        now->finding++;
    int64_t next = view->n_tokens;
    if (now->finding < view->n_findings)
        next = view->findings[now->finding].start;
    if (now->item < view->n_items && view->items[now->item].start < next)
        next = view->items[now->item].start;
    return next;
}

/* Takes what begins there. */
static void take_next(struct zones *z, int64_t start) {
    const mmspan_view *view = &z->result->view;
    struct place *now = &z->now;
    int64_t end;
    if (now->item < view->n_items && view->items[now->item].start == start) {
        end = view->items[now->item].end;
        feed_item(z, now->item++);
    } else {
        end = view->findings[now->finding++].end;
    }
    z->covered = end > z->covered ? end : z->covered;
}

/* Has the scan found exactly the items that were fed? Runs that assign has split are one. */
static bool items_agree(const struct zones *z) {
    const struct mm_output *found = &z->result->trial->out;
    const mmspan_matcher *m = z->result->matcher;
    const mmspan_item *items = z->result->out.items;
    int64_t shift = z->begin.new_at - z->begin.at;
    size_t k = z->first_item;
    int64_t from = -1; /* what of found->items[k] is left */
    for (size_t i = z->begin.item; i < z->now.item; i++) {
        const struct mm_shape *shape = &m->shapes[items[i].modality];
        int64_t length = items[i].end - items[i].start;
        if (z->result->notes[i] == MM_REPLACED)
            length = (int64_t)shape->placeholder.n;
        if (k == found->n_items || found->items[k].modality != items[i].modality)
            return false;
        from = from < 0 ? found->items[k].start : from;
        if (from != items[i].start + shift)
            return false;
        from += length;
        shift += length - (items[i].end - items[i].start);
        if (from == found->items[k].end) {
            from = -1;
            k++;
        } else if (!z->copies || !shape->divides) {
            return false;
        }
    }
    return k == found->n_items && from < 0;
}

/* Has the scan of a zone as it was found the same broken pieces? */
static bool findings_agree(const struct zones *z) {
    const struct mm_output *found = &z->result->trial->out;
    const mmspan_finding *findings = z->result->out.findings;
    int64_t shift = z->begin.new_at - z->begin.at;
    size_t k = z->first_finding;
    for (size_t i = z->begin.finding; i < z->now.finding; i++) {
        if (!is_broken(&findings[i]))
            continue;
        while (k < found->n_findings && !is_broken(&found->findings[k]))
            k++;
        if (k == found->n_findings || found->findings[k].start != findings[i].start + shift ||
            found->findings[k].end != findings[i].end + shift)
            return false;
        k++;
    }
    while (k < found->n_findings && !is_broken(&found->findings[k]))
        k++;
    return k == found->n_findings;
}

static void copy_all(const mmspan_result *result) {
    for (size_t i = 0; i < result->out.n_items; i++)
        result->notes[i] = MM_COPIED;
}

/* Ends the zone at a place where nothing is in hand; false when it must be read once more. */
static bool end_zone(struct zones *z, bool *sound) {
    if (!z->copies && items_agree(z)) {
        begin_zone(z, false);
    } else if (!z->copies) {
        z->until = z->now.at;
        z->now = z->begin;
        begin_zone(z, true);
        return false;
    } else if (z->now.at >= z->until) {
        *sound = items_agree(z) && findings_agree(z);
        begin_zone(z, false);
    }
    return true;
}

static bool has_nothing(struct mm_engine *engine, int64_t at) {
    return mm_engine_idle(engine) && !mm_cluster_is_open(&engine->cluster, at);
}

static bool is_quiet(const struct zones *z) {
    return has_nothing(z->engine, z->now.new_at) && (!z->old || has_nothing(z->old, z->now.at));
}

/* Feeds what stands before the next item or broken piece, but no more than up to where a zone
 * with anything in it can end; true when it can. */
static bool feed_to_border(struct zones *z, int64_t next) {
    struct place *now = &z->now;
    int64_t earliest = z->copies && z->until > z->covered ? z->until : z->covered;
    if (z->covered == z->begin.at || next < earliest || next == z->covered) {
        feed_up_to(z, next);
        return false;
    }
    feed_up_to(z, earliest);
    while (z->status == MMSPAN_OK && now->at < next && !is_quiet(z))
        feed_up_to(z, now->at + 1);
    return is_quiet(z);
}

/* Leaves the notes; *sound becomes false when a zone ended too early. */
static mmspan_status choose(mmspan_result *result, const int32_t *ids, bool beside,
                            bool *sound) {
    struct mm_trial *trial = result->trial;
    struct zones z = {.result = result,
                      .ids = ids,
                      .engine = &trial->engine,
                      .old = beside ? &trial->old_engine : NULL};
    const int64_t n = result->view.n_tokens;
    mm_output_reset(&trial->out);
    mm_engine_reset(&trial->engine, result->matcher);
    mm_output_reset(&trial->old_out);
    mm_engine_reset(&trial->old_engine, result->matcher);
    begin_zone(&z, false);
    *sound = true;
    while (*sound && z.status == MMSPAN_OK) {
        int64_t next = find_next(&z);
        bool border = feed_to_border(&z, next);
        bool last = z.now.at == n;
        if (last && z.status == MMSPAN_OK)
            z.status = mm_engine_finish(z.engine);
        if ((last || border) && z.status == MMSPAN_OK && !end_zone(&z, sound))
            continue;
        if (last)
            break;
        if (z.now.at == next)
            take_next(&z, next);
    }
    return z.status;
}

bool mm_choose_replaced(mmspan_result *result, const int32_t *ids) {
    if (!mm_result_try(result) ||
        !mm_reserve(&result->allocator, &result->notes, &result->cap_notes, result->out.n_items,
                    sizeof *result->notes))
        return false;
    bool sound;
    mmspan_status status = choose(result, ids, false, &sound);
    if (status == MMSPAN_OK && !sound)
        status = choose(result, ids, true, &sound);
    if (status == MMSPAN_OK && !sound)
        copy_all(result);
    return status == MMSPAN_OK;
}
