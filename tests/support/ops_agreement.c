/* The operations that change a result or rewrite a prompt, against their models. */
#include "ops_agreement.h"

#include "../oracle/agreement.h"
#include "../oracle/oracle_parts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ops_differ(struct ops_trial *t, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(t->difference, sizeof t->difference, format, arguments);
    va_end(arguments);
    return false;
}

bool ops_scan(struct ops_trial *t, mmspan_result *result, const int32_t *ids, size_t n,
              const mmspan_span *literal, size_t n_literal) {
    mmspan_scan_options options = {
        .struct_size = sizeof options, .literal = literal, .n_literal = n_literal};
    mmspan_error error = {0};
    if (mmspan_scan(t->matcher, ids, n, &options, result, &error) != MMSPAN_OK)
        return ops_differ(t, "scan: %s", error.message);
    model_load(&t->model, mmspan_result_view(result));
    return true;
}

static bool scan_question(struct ops_trial *t, mmspan_result *result,
                          const struct ops_question *q) {
    return ops_scan(t, result, q->prompt.ids, q->prompt.n, q->prompt.literal,
                    q->prompt.n_literal);
}

/* Sorted with no room for chance. */
static size_t copy_findings(const mmspan_view *view, mmspan_finding *to) {
    size_t n = 0;
    for (; n < view->n_findings && n < MODEL_MOST; n++)
        to[n] = view->findings[n];
    model_sort_findings(to, n);
    return n;
}

static bool are_sorted(const mmspan_view *view) {
    for (size_t i = 1; i < view->n_findings; i++) {
        const mmspan_finding *a = &view->findings[i - 1];
        const mmspan_finding *b = &view->findings[i];
        if (a->start > b->start || (a->start == b->start && a->end > b->end) ||
            (a->start == b->start && a->end == b->end && a->kind > b->kind))
            return false;
    }
    return true;
}

bool ops_agree_view(struct ops_trial *t, const mmspan_view *view) {
    static mmspan_finding is[MODEL_MOST];
    static mmspan_finding wanted[MODEL_MOST];
    mmspan_view model = model_view(&t->model);
    mmspan_view library = *view;
    if (!are_sorted(view))
        return ops_differ(t, "findings are not sorted");
    library.n_findings = copy_findings(view, is);
    library.findings = is;
    model.n_findings = copy_findings(&model, wanted);
    model.findings = wanted;
    return agreement_of_views(&library, &model, t->difference, sizeof t->difference);
}

static bool has_media_findings(const mmspan_view *view) {
    for (size_t i = 0; i < view->n_findings; i++)
        if (view->findings[i].kind == MMSPAN_FINDING_MEDIA_COUNT ||
            view->findings[i].kind == MMSPAN_FINDING_MEDIA_LAYOUT ||
            view->findings[i].kind == MMSPAN_FINDING_MEDIA_ROWS)
            return true;
    return false;
}

static bool fits(const struct model *m) {
    mmspan_view view = model_view(m);
    return !has_media_findings(&view);
}

/* What the contract leaves open is counted, and not compared. */
static bool is_open(struct ops_trial *t) {
    t->n_answers[t->model.open]++;
    return t->model.open != MODEL_SETTLED;
}

static bool assign_agrees(struct ops_trial *t, const struct ops_question *q, bool from_end,
                          size_t n_media) {
    const struct sampler_prompt *p = &q->prompt;
    mmspan_assign_options options = {.struct_size = sizeof options,
                                     .from_end = from_end,
                                     .ids = q->layout ? p->ids : NULL,
                                     .n = q->layout ? p->n : 0};
    mmspan_status status = mmspan_assign(t->result, q->media, n_media, &options, NULL);
    mmspan_status wanted =
        model_assign(&t->model, q->media, n_media, from_end, q->layout, p->ids, p->n);
    if (status != wanted)
        return ops_differ(t, "assign: status %d, wanted %d", (int)status, (int)wanted);
    if (t->model.open)
        return true;
    return ops_agree_view(t, mmspan_result_view(t->result));
}

/* Twice with different media: the second time everything begins anew but for runs that have
 * been cut. */
bool ops_agree_assign(struct ops_trial *t, const struct ops_question *q) {
    if (!scan_question(t, t->result, q) || !assign_agrees(t, q, q->from_end, q->n_media))
        return false;
    t->n_fits += q->n_media && fits(&t->model);
    if (is_open(t))
        return true;
    if (t->model.assigned && !ops_agree_places(t, t->result, q->prompt.ids))
        return false;
    return assign_agrees(t, q, !q->from_end, q->n_media / 2);
}

bool ops_agree_scanned(struct ops_trial *t, const struct ops_question *q) {
    return scan_question(t, t->result, q) && ops_agree_places(t, t->result, q->prompt.ids);
}

static bool maps_agree(struct ops_trial *t, const mmspan_result *result) {
    int64_t longest = t->model.n_new > t->model.n_tokens ? t->model.n_new : t->model.n_tokens;
    for (int64_t at = -1; at <= longest + 1; at++) {
        int64_t to_new = mmspan_new_position(result, at);
        int64_t to_old = mmspan_old_position(result, at);
        if (to_new != model_new_position(&t->model, at))
            return ops_differ(t, "new_position(%" PRId64 ") is %" PRId64 ", wanted %" PRId64,
                              at, to_new, model_new_position(&t->model, at));
        if (to_old != model_old_position(&t->model, at))
            return ops_differ(t, "old_position(%" PRId64 ") is %" PRId64 ", wanted %" PRId64,
                              at, to_old, model_old_position(&t->model, at));
    }
    return true;
}

static bool ids_agree(struct ops_trial *t, const char *what, const int32_t *ids, size_t n,
                      const struct model_list *wanted) {
    size_t same = 0;
    while (same < n && same < wanted->n && ids[same] == wanted->ids[same])
        same++;
    if (same == n && same == wanted->n)
        return true;
    size_t used = (size_t)snprintf(t->difference, sizeof t->difference,
                                   "%s: %zu IDs, wanted %zu, the same up to %zu; wanted", what,
                                   n, wanted->n, same);
    for (size_t i = 0; i < wanted->n && used + 16 < sizeof t->difference / 2; i++)
        used += (size_t)snprintf(t->difference + used, sizeof t->difference - used, " %d",
                                 (int)wanted->ids[i]);
    used += (size_t)snprintf(t->difference + used, sizeof t->difference - used, "\nis");
    for (size_t i = 0; i < n && used + 16 < sizeof t->difference; i++)
        used += (size_t)snprintf(t->difference + used, sizeof t->difference - used, " %d",
                                 (int)ids[i]);
    return false;
}

/* Does a collapsed prompt scan to as many items of each modality? */
static bool counts_agree(struct ops_trial *t, const mmspan_view *before,
                         const mmspan_view *after) {
    size_t n[2][MMSPAN_MAX_MODALITIES] = {{0}};
    for (size_t i = 0; i < before->n_items; i++)
        n[0][before->items[i].modality]++;
    for (size_t i = 0; i < after->n_items; i++)
        n[1][after->items[i].modality]++;
    for (size_t i = 0; i < t->declared->n_modalities; i++)
        if (n[0][i] != n[1][i])
            return ops_differ(t, "collapsed, the prompt has %zu instead of %zu items of %s",
                              n[1][i], n[0][i], t->declared->modalities[i].name);
    return true;
}

static bool may_copy(const struct ops_trial *t, const struct ops_question *q, size_t item) {
    return model_may_copy(&t->model, q->prompt.ids, q->prompt.literal, q->prompt.n_literal,
                          item);
}

/* Item by item, where more may be copied than must be; the model then has it as it is. */
static bool pieces_agree(struct ops_trial *t, const struct ops_question *q, const int32_t *out,
                         size_t n_out) {
    static struct model_list piece;
    const mmspan_view *view = mmspan_result_view(t->result);
    int64_t at = 0;
    int64_t to = 0;
    for (size_t i = 0; i <= t->model.n_items; i++) {
        const mmspan_item *item = &t->model.items[i];
        int64_t text = (i < t->model.n_items ? item->start : t->model.n_tokens) - at;
        int64_t new_end = i < t->model.n_items ? view->items[i].position : (int64_t)n_out;
        int64_t length = new_end - text - to;
        if (length < 0 ||
            memcmp(out + new_end - text, q->prompt.ids + at, (size_t)text * sizeof *out) != 0)
            return ops_differ(t, "collapse: text before item %zu", i);
        if (i > 0) {
            const mmspan_item *before = &t->model.items[i - 1];
            size_t n = (size_t)(before->end - before->start);
            piece.n = 0;
            model_write_placeholder(&t->model, before->modality, q->prompt.ids + before->start,
                                    n, &piece);
            bool copied = (size_t)length == n &&
                          memcmp(out + to, q->prompt.ids + before->start, n * sizeof *out) == 0;
            bool written = (size_t)length == piece.n &&
                           memcmp(out + to, piece.ids, piece.n * sizeof *out) == 0;
            if (!written && !(copied && (piece.n == 0 || may_copy(t, q, i - 1))))
                return ops_differ(t, "collapse: item %zu is no placeholder", i - 1);
            t->model.placed[i - 1] = (mmspan_span){to, to + length};
            t->model.items[i - 1].position = to;
        }
        to = new_end;
        at = i < t->model.n_items ? item->end : at;
    }
    t->model.n_new = (int64_t)n_out;
    t->wanted.n = 0;
    model_append(&t->wanted, out, n_out);
    return true;
}

/* Collapses what t->result holds, and the output again. */
static bool collapse_agrees(struct ops_trial *t, const struct ops_question *q, bool assigned) {
    const struct sampler_prompt *p = &q->prompt;
    static int32_t out[MODEL_MOST_IDS];
    mmspan_span moved[8];
    mmspan_view before = *mmspan_result_view(t->result);
    size_t n_out;
    model_collapse(&t->model, p->ids, p->n, p->literal, p->n_literal, &t->wanted);
    if (is_open(t))
        return true;
    size_t n_needed = 0;
    mmspan_status status = mmspan_collapse(t->result, p->ids, p->n, NULL, 0, &n_needed, NULL);
    if (status != (n_needed ? MMSPAN_E_SPACE : MMSPAN_OK))
        return ops_differ(t, "collapse without room: status %d", (int)status);
    if (mmspan_collapse(t->result, p->ids, p->n, out, n_needed, &n_out, NULL) != MMSPAN_OK ||
        n_out != n_needed)
        return ops_differ(t, "collapse fails");
    if (!pieces_agree(t, q, out, n_out) || !ops_agree_view(t, mmspan_result_view(t->result)) ||
        !maps_agree(t, t->result))
        return false;
    for (size_t i = 0; i < p->n_literal; i++)
        moved[i] = (mmspan_span){mmspan_new_position(t->result, p->literal[i].start),
                                 mmspan_new_position(t->result, p->literal[i].end)};
    if (!ops_scan(t, t->other, out, n_out, moved, p->n_literal))
        return false;
    /* Runs that only assign could cut are whole again in a new scan. */
    if (assigned)
        return true;
    if (!counts_agree(t, &before, mmspan_result_view(t->other)))
        return false;
    if (mmspan_collapse(t->other, out, n_out, t->again.ids, MODEL_MOST_IDS, &t->again.n,
                        NULL) != MMSPAN_OK)
        return ops_differ(t, "collapsing again fails");
    return ids_agree(t, "collapsed again", t->again.ids, t->again.n, &t->wanted);
}

bool ops_agree_collapse(struct ops_trial *t, const struct ops_question *q) {
    if (!scan_question(t, t->result, q) || !collapse_agrees(t, q, false) ||
        !scan_question(t, t->result, q) || !assign_agrees(t, q, q->from_end, q->n_media))
        return false;
    return is_open(t) || collapse_agrees(t, q, true);
}

static bool same_span(mmspan_span a, mmspan_span b) {
    return a.start == b.start && a.end == b.end;
}

/* The plan of a new scan, and that the result is then as after expand. */
static bool plan_agrees(struct ops_trial *t, const struct ops_question *q,
                        const mmspan_expand_options *options, const struct model_list *out) {
    static mmspan_replacement plan[MODEL_MOST];
    const struct sampler_prompt *p = &q->prompt;
    mmspan_scan_options literal = {
        .struct_size = sizeof literal, .literal = p->literal, .n_literal = p->n_literal};
    size_t n_plan;
    size_t n_out;
    if (mmspan_scan(t->matcher, p->ids, p->n, &literal, t->other, NULL) != MMSPAN_OK ||
        mmspan_expand_plan(t->other, p->ids, p->n, q->media, q->n_media, options, plan,
                           t->model.n_items, &n_plan, &n_out, NULL) != MMSPAN_OK)
        return ops_differ(t, "expand_plan fails");
    if (n_plan != t->model.n_items || n_out != out->n)
        return ops_differ(t, "a plan of %zu items, wanted %zu", n_plan, t->model.n_items);
    for (size_t i = 0; i < n_plan; i++) {
        const mmspan_replacement *want = &t->plan[i];
        size_t n = (size_t)(want->old_span.end - want->old_span.start);
        bool unchanged = n == (size_t)(want->new_span.end - want->new_span.start) &&
                         memcmp(p->ids + want->old_span.start, out->ids + want->new_span.start,
                                n * sizeof *p->ids) == 0;
        if (!same_span(plan[i].old_span, want->old_span) ||
            !same_span(plan[i].new_span, want->new_span) || plan[i].media != want->media ||
            (plan[i].kept != want->kept && !unchanged))
            return ops_differ(
                t,
                "plan of item %zu: [%" PRId64 ", %" PRId64 ") to [%" PRId64 ", %" PRId64
                ") media %" PRId64 " kept %" PRId64 ", wanted to [%" PRId64 ", %" PRId64
                ") media %" PRId64 " kept %" PRId64,
                i, plan[i].old_span.start, plan[i].old_span.end, plan[i].new_span.start,
                plan[i].new_span.end, plan[i].media, plan[i].kept, want->new_span.start,
                want->new_span.end, want->media, want->kept);
    }
    return agreement_of_views(mmspan_result_view(t->other), mmspan_result_view(t->result),
                              t->difference, sizeof t->difference) &&
           maps_agree(t, t->other);
}

/* The rows of what item i has become. */
static int64_t expanded_rows(const struct ops_trial *t, size_t i, const mmspan_media *media) {
    const mmspan_media *its = &media[t->plan[i].media];
    bool multi = t->declared->modalities[t->model.items[i].modality].multi;
    if (t->plan[i].kept)
        return t->model.items[i].rows;
    return multi && !its->ids && its->n_items ? its->rows / its->n_items : its->rows;
}

/* A lone patch of what was written, whose begin token another item has taken, is not what was
 * put there. */
static bool begins_with_token(const struct ops_trial *t, size_t i) {
    const mmspan_modality_decl *decl = &t->declared->modalities[t->model.items[i].modality];
    return decl->n_begin > 0 && !decl->each_run;
}

/* Are the items of the output those that were put there, and no others? Not so where the text
 * beside them, or what was supplied, makes others. */
static bool stands_expanded(const struct ops_trial *t, const mmspan_view *after,
                            const mmspan_media *media) {
    size_t total = 0;
    for (size_t i = 0; i < t->model.n_items; i++) {
        mmspan_span span = t->model.placed[i];
        size_t n = 0;
        size_t n_bare = 0;
        int64_t rows = 0;
        for (size_t k = 0; k < after->n_items; k++) {
            const mmspan_item *item = &after->items[k];
            bool its =
                item->modality == t->model.items[i].modality && span.start <= item->start &&
                item->end <= span.end &&
                (t->plan[i].kept || !begins_with_token(t, i) || item->start == span.start);
            n += its;
            n_bare += its && item->form == MMSPAN_FORM_BARE;
            rows += its ? item->rows : 0;
        }
        bool supplied = !t->plan[i].kept && media[t->plan[i].media].ids;
        if (n == 0 || (n > 1 && (!supplied || n_bare)) || rows != expanded_rows(t, i, media))
            return false;
        total += n;
    }
    return total == after->n_items;
}

/* Expanding what was expanded changes nothing, if everything fitted. */
static bool expands_once(struct ops_trial *t, const struct ops_question *q) {
    mmspan_expand_options options = {.struct_size = sizeof options, .from_end = q->from_end};
    struct oracle_result found = {0};
    mmspan_view after;
    oracle_scan(t->oracle, t->wanted.ids, t->wanted.n, NULL, 0, &found);
    after = (mmspan_view){.items = found.items, .n_items = found.n_items};
    bool stands = stands_expanded(t, &after, q->media);
    oracle_result_free(&found);
    t->n_again += stands;
    t->n_not_again += !stands;
    if (!stands)
        return true;
    if (mmspan_scan(t->matcher, t->wanted.ids, t->wanted.n, NULL, t->other, NULL) !=
            MMSPAN_OK ||
        mmspan_expand(t->other, t->wanted.ids, t->wanted.n, q->media, q->n_media, &options,
                      t->again.ids, MODEL_MOST_IDS, &t->again.n, NULL) != MMSPAN_OK)
        return ops_differ(t, "expanding again fails");
    return ids_agree(t, "expanded again", t->again.ids, t->again.n, &t->wanted);
}

bool ops_agree_expand(struct ops_trial *t, const struct ops_question *q) {
    const struct sampler_prompt *p = &q->prompt;
    static int32_t out[MODEL_MOST_IDS];
    mmspan_expand_options options = {
        .struct_size = sizeof options, .from_end = q->from_end, .start = q->start};
    size_t n_out;
    if (!scan_question(t, t->result, q))
        return false;
    mmspan_status wanted = model_expand(&t->model, p->ids, p->n, q->media, q->n_media,
                                        q->from_end, q->start, &t->wanted, t->plan);
    if (is_open(t))
        return true;
    mmspan_status status = mmspan_expand(t->result, p->ids, p->n, q->media, q->n_media,
                                         &options, out, MODEL_MOST_IDS, &n_out, NULL);
    if (status != wanted)
        return ops_differ(t, "expand: status %d, wanted %d", (int)status, (int)wanted);
    if (wanted != MMSPAN_OK)
        return ops_agree_view(t, mmspan_result_view(t->result));
    if (!ids_agree(t, "expand", out, n_out, &t->wanted) ||
        !ops_agree_view(t, mmspan_result_view(t->result)) || !maps_agree(t, t->result) ||
        !plan_agrees(t, q, &options, &t->wanted))
        return false;
    if (q->start != 0 || p->n_literal != 0 || !fits(&t->model))
        return true;
    return expands_once(t, q);
}
