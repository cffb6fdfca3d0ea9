/*
 * The model of collapse. Items are replaced by their placeholders at first; what a scan of
 * that does not find in its place is copied, until nothing changes any more.
 *
 * Where the contract leaves several readings, these are taken: an item is copied alone, its
 * neighbours only if a scan misreads them too; an item that is some placeholder already stays;
 * when all items are in place and others stand beside them, the replaced ones next to such a
 * one are copied. A placeholder with a token of a set that the item has no ID of gets the first
 * of the set.
 */
#include "model.h"
#include "oracle_parts.h"

#include <stdlib.h>
#include <string.h>

void model_append(struct model_list *list, const int32_t *ids, size_t n) {
    if (n > MODEL_MOST_IDS - list->n)
        abort();
    if (n)
        memcpy(list->ids + list->n, ids, n * sizeof *ids);
    list->n += n;
}

void model_write_token(const struct model *m, int32_t index, const int32_t *ids, size_t n,
                       struct model_list *out) {
    const mmspan_token_decl *token = &m->declared->tokens[index];
    int32_t id = token->ids[0];
    if (token->kind == MMSPAN_TOKEN_IDS) {
        model_append(out, token->ids, token->n_ids);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (oracle_token_has(token, ids[i])) {
            id = ids[i];
            break;
        }
    model_append(out, &id, 1);
}

bool model_placeholder_is_open(const struct model *m, int32_t modality) {
    const struct oracle_placeholder *placeholder = &m->oracle->placeholders[modality];
    bool open = placeholder->own_id_unsure;
    for (size_t i = 0; i < placeholder->n && !placeholder->own_id; i++)
        open = open || placeholder->slots[i].n > 1;
    return open;
}

/* Could these tokens be what is written for some item? They stay then. */
static bool is_written(const struct model *m, const struct oracle_placeholder *placeholder,
                       const int32_t *ids, size_t n) {
    for (size_t i = 0; i < n && i < placeholder->n; i++) {
        const struct oracle_symbol *symbol = &placeholder->slots[i].symbols[0];
        const mmspan_token_decl *token = &m->declared->tokens[symbol->token];
        if (token->kind == MMSPAN_TOKEN_IDS ? token->ids[symbol->part] != ids[i]
                                            : !oracle_token_has(token, ids[i]))
            return false;
    }
    return n == placeholder->n;
}

bool model_write_placeholder(const struct model *m, int32_t modality, const int32_t *ids,
                             size_t n, struct model_list *out) {
    const struct oracle_placeholder *placeholder = &m->oracle->placeholders[modality];
    if (placeholder->own_id) {
        model_append(out, ids, 1);
        return true;
    }
    if (is_written(m, placeholder, ids, n)) {
        model_append(out, ids, n);
        return n > 0;
    }
    for (size_t i = 0; i < placeholder->n; i++) {
        const struct oracle_symbol *symbol = &placeholder->slots[i].symbols[0];
        const mmspan_token_decl *token = &m->declared->tokens[symbol->token];
        if (token->kind == MMSPAN_TOKEN_IDS)
            model_append(out, &token->ids[symbol->part], 1);
        else
            model_write_token(m, symbol->token, ids, n, out);
    }
    return placeholder->n > 0;
}

/* The prompt with the items marked in `copied` left as they are; places each item. */
static void rewrite(struct model *m, const int32_t *ids, const bool *copied,
                    struct model_list *out) {
    int64_t at = 0;
    out->n = 0;
    for (size_t i = 0; i <= m->n_items; i++) {
        const mmspan_item *item = &m->items[i];
        int64_t to = i < m->n_items ? item->start : m->n_tokens;
        model_append(out, ids + at, (size_t)(to - at));
        if (i == m->n_items)
            break;
        size_t length = (size_t)(item->end - item->start);
        m->placed[i].start = (int64_t)out->n;
        if (copied[i] ||
            !model_write_placeholder(m, item->modality, ids + item->start, length, out))
            model_append(out, ids + item->start, length);
        m->placed[i].end = (int64_t)out->n;
        at = item->end;
    }
    m->n_new = (int64_t)out->n;
    m->rewritten = true;
}

static bool is_at(const mmspan_item *item, mmspan_span span, int32_t modality) {
    return item->start == span.start && item->end == span.end && item->modality == modality;
}

/* Marks what must be copied, given what a scan finds in the output; false: no more. */
static bool mark_misread(const struct model *m, const struct oracle_result *found,
                         bool *copied) {
    bool more = false;
    for (size_t i = 0; i < m->n_items; i++) {
        bool there = copied[i];
        for (size_t k = 0; k < found->n_items && !there; k++)
            there = is_at(&found->items[k], m->placed[i], m->items[i].modality);
        more = more || !there;
        copied[i] = copied[i] || !there;
    }
    for (size_t k = 0; k < found->n_items && !more; k++) {
        size_t before = m->n_items;
        size_t after = m->n_items;
        bool known = false;
        for (size_t i = 0; i < m->n_items; i++) {
            mmspan_span span = m->placed[i];
            known = known || is_at(&found->items[k], span, m->items[i].modality) ||
                    (copied[i] && span.start < found->items[k].end &&
                     found->items[k].start < span.end);
            if (!copied[i] && m->placed[i].end <= found->items[k].start)
                before = i;
            if (!copied[i] && m->placed[i].start >= found->items[k].end && after == m->n_items)
                after = i;
        }
        if (known)
            continue;
        more = before < m->n_items || after < m->n_items;
        if (before < m->n_items)
            copied[before] = true;
        if (after < m->n_items)
            copied[after] = true;
    }
    return more;
}

/* Is all before a position of the prompt decided there, whatever follows? */
static bool is_quiet(const struct model *m, const int32_t *ids, int64_t at,
                     const mmspan_span *literal, size_t n_literal) {
    return oracle_decided(m->oracle, ids, (size_t)at, literal, n_literal) == at;
}

/* Spans of the prompt where the model has put their text. */
static void move_spans(const struct model *m, const mmspan_span *from, size_t n,
                       mmspan_span *to) {
    for (size_t i = 0; i < n; i++)
        to[i] = (mmspan_span){model_new_position(m, from[i].start),
                              model_new_position(m, from[i].end)};
}

/* Are items i and k read together? Not where all before a place between them is decided there,
 * both in the prompt and in what it would be with all items replaced. */
static bool is_together(const struct model *m, const int32_t *ids, const mmspan_span *literal,
                        size_t n_literal, size_t i, size_t k) {
    static struct model all;
    static struct model_list out;
    mmspan_span moved[16];
    const bool copied[MODEL_MOST] = {false};
    size_t first = i < k ? i : k;
    size_t last = i < k ? k : i;
    model_copy(&all, m);
    rewrite(&all, ids, copied, &out);
    move_spans(&all, literal, n_literal, moved);
    for (; first < last; first++)
        for (int64_t at = m->items[first].end; at <= m->items[first + 1].start; at++)
            if (is_quiet(m, ids, at, literal, n_literal) &&
                is_quiet(m, out.ids, model_new_position(&all, at), moved, n_literal))
                return false;
    return true;
}

bool model_may_copy(const struct model *m, const int32_t *ids, const mmspan_span *literal,
                    size_t n_literal, size_t i) {
    for (size_t k = 0; k < m->n_items; k++)
        if (m->copied[k] && (k == i || is_together(m, ids, literal, n_literal, i, k)))
            return true;
    return false;
}

void model_collapse(struct model *m, const int32_t *ids, size_t n, const mmspan_span *literal,
                    size_t n_literal, struct model_list *out) {
    struct oracle_result found = {0};
    mmspan_span moved[16];
    (void)n;
    memset(m->copied, 0, sizeof m->copied);
    for (size_t i = 0; i < m->n_items; i++) {
        for (size_t k = 0; k < n_literal; k++)
            if (literal[k].start < m->items[i].end && m->items[i].start < literal[k].end)
                m->open = MODEL_OPEN_LITERAL;
        if (model_placeholder_is_open(m, m->items[i].modality))
            m->open = MODEL_OPEN_SHORTEST;
    }
    do {
        rewrite(m, ids, m->copied, out);
        move_spans(m, literal, n_literal, moved);
        oracle_scan(m->oracle, out->ids, out->n, moved, n_literal, &found);
    } while (mark_misread(m, &found, m->copied));
    for (size_t i = 0; i < m->n_items; i++)
        m->items[i].position = m->placed[i].start;
    oracle_result_free(&found);
}
