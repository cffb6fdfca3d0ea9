/* Checks the media that a caller hands in, and lines them up by modality. */
#include "../error.h"
#include "fit.h"

/* An output may not become longer than that. */
static const uint64_t max_length = UINT64_C(1) << 62;

/* How many rows of the modality the tokens take. */
static int64_t rows_of_tokens(const mmspan_matcher *m, int32_t modality, const int32_t *ids,
                              size_t n) {
    const uint8_t *embed = m->embed + (size_t)modality * m->n_classes;
    int64_t rows = 0;
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && ids[end] == ids[i])
            end++;
        if (embed[mm_class_of(m, ids[i])] == modality + 1)
            rows += (int64_t)(end - i);
        i = end;
    }
    return rows;
}

/* What the numbers of a media must be, whatever the operation. `total` is the rows of all
 * before it. */
static mmspan_status check_numbers(const struct mm_fit *fit, size_t i, int64_t total,
                                   mmspan_error *error) {
    const mmspan_matcher *m = fit->matcher;
    const mmspan_media *media = &fit->media[i];
    if ((uint32_t)media->modality >= m->n_modalities)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                       "media %zu is of modality %d; there are %u", i, (int)media->modality,
                       m->n_modalities);
    const char *name = m->shapes[media->modality].name;
    if (media->rows < 1)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                       "media %zu (%s) has %lld rows; a media has 1 or more", i, name,
                       (long long)media->rows);
    if (media->rows > INT64_MAX - total)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                       "media %zu (%s): the rows of all media together do not fit int64", i,
                       name);
    if (media->n_items < 0 || (media->n_items && media->rows % media->n_items))
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                       "media %zu (%s): %d items cannot have %lld rows in equal parts", i, name,
                       (int)media->n_items, (long long)media->rows);
    return MMSPAN_OK;
}

/* What the tokens of a media must be. `length` is that of the output with all before it. */
static mmspan_status check_tokens(const struct mm_fit *fit, size_t i, uint64_t length,
                                  mmspan_error *error) {
    const mmspan_media *media = &fit->media[i];
    const struct mm_shape *shape = &fit->matcher->shapes[media->modality];
    if (!media->ids != !media->n_ids)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                       "media %zu (%s): a list of no tokens, or a number without a list", i,
                       shape->name);
    if (fit->expands && !media->ids && !shape->expandable)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                       "media %zu (%s): rows alone do not say what stands for it, so its "
                       "tokens must be given",
                       i, shape->name);
    if ((fit->expands || media->ids) &&
        mm_media_length(&fit->queues[media->modality], media) > max_length - length)
        return mm_fail(error, MMSPAN_E_LIMIT, NULL,
                       "media %zu (%s): the output would have more than 2^62 tokens", i,
                       shape->name);
    /* Where nothing takes rows, tokens cannot have as many as the media. */
    if (!media->ids || !fit->queues[media->modality].takes)
        return MMSPAN_OK;
    int64_t rows = rows_of_tokens(fit->matcher, media->modality, media->ids, media->n_ids);
    if (rows != media->rows)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                       "media %zu (%s) has %lld rows, but its tokens take %lld", i, shape->name,
                       (long long)media->rows, (long long)rows);
    return MMSPAN_OK;
}

/* What has been checked so far. */
struct sums {
    int64_t rows;
    uint64_t length; /* of the output */
};

/* Most media are rows alone. How many of those from number i on are, of one modality, and need
 * no other check than that they can be added up? */
static size_t count_plain(const struct mm_fit *fit, size_t i, int32_t modality,
                          struct sums *sums) {
    const struct mm_shape *shape = &fit->matcher->shapes[modality];
    const uint64_t delimiters = shape->begin.n + shape->end.n;
    const mmspan_media *media = fit->media;
    struct sums s = *sums;
    size_t first = i;
    if (fit->expands && !shape->expandable)
        return 0;
    for (; i < fit->n_media && media[i].modality == modality; i++) {
        bool plain = !media[i].ids && !media[i].n_ids && !media[i].n_items;
        if (!plain || media[i].rows < 1 || media[i].rows > INT64_MAX - s.rows)
            break;
        uint64_t length = fit->expands ? (uint64_t)media[i].rows + delimiters : 0;
        if (length > max_length - s.length)
            break;
        s.rows += media[i].rows;
        s.length += length;
    }
    *sums = s;
    return i - first;
}

static mmspan_status check_media(struct mm_fit *fit, mmspan_error *error) {
    struct sums sums = {0, (uint64_t)fit->n_tokens};
    if (fit->n_media > INT32_MAX)
        return mm_fail(error, MMSPAN_E_LIMIT, NULL, "more than %d media", INT32_MAX);
    for (size_t i = 0; i < fit->n_media;) {
        const mmspan_media *media = &fit->media[i];
        mmspan_status status = check_numbers(fit, i, sums.rows, error);
        size_t n = status == MMSPAN_OK ? count_plain(fit, i, media->modality, &sums) : 0;
        if (status == MMSPAN_OK && n == 0)
            status = check_tokens(fit, i, sums.length, error);
        if (status != MMSPAN_OK)
            return status;
        struct mm_queue *queue = &fit->queues[media->modality];
        if (n == 0) {
            sums.rows += media->rows;
            sums.length += fit->expands ? mm_media_length(queue, media) : 0;
            fit->given |= media->ids != NULL;
            fit->several |= media->n_items > 0;
            n = 1;
        }
        if (queue->count == 0)
            queue->first = i;
        queue->count += (int64_t)n;
        i += n;
        fit->scattered |= queue->first + (size_t)queue->count != i;
    }
    return MMSPAN_OK;
}

bool mm_fit_reserve(struct mm_fit *fit, size_t n) {
    size_t n_order = fit->scattered ? fit->n_media : 0;
    if (n_order + n == 0)
        return true;
    mmspan_result *result = fit->result;
    if (!mm_reserve(&result->allocator, &result->notes, &result->cap_notes, n_order + n,
                    sizeof *result->notes))
        return false;
    fit->order = fit->scattered ? result->notes : NULL;
    fit->notes = result->notes + n_order;
    return true;
}

/* Orders the media by modality. */
static void sort_media(struct mm_fit *fit) {
    size_t next[MMSPAN_MAX_MODALITIES];
    size_t n = 0;
    for (uint32_t m = 0; m < fit->matcher->n_modalities; m++) {
        next[m] = fit->queues[m].first = n;
        n += (size_t)fit->queues[m].count;
    }
    for (size_t i = 0; i < fit->n_media; i++)
        fit->result->notes[next[fit->media[i].modality]++] = i;
}

/* What tokens of the modality's items take: rows of its own, and of others? */
static void find_takers(const mmspan_matcher *m, uint32_t modality, struct mm_queue *queue) {
    for (uint32_t k = 0; k < m->n_classes; k++) {
        uint8_t taker = m->embed[modality * m->n_classes + k];
        queue->takes |= taker == modality + 1;
        queue->hosts |= taker && taker != modality + 1;
    }
}

/* May one token of a run stand for a whole media, as well as for a row of one? */
static bool is_ambiguous(const struct mm_queue *queue) {
    const struct mm_shape *shape = queue->shape;
    return shape->divides && shape->placeholder.n == 1 &&
           shape->placeholder.slots[0].atom == shape->patch.atom && queue->count > 0;
}

/* What there is of a modality, to tell what its placeholders stand for. */
struct census {
    int64_t tokens;       /* of its items */
    int64_t placeholders; /* items that are some */
    int64_t wanted;       /* if each stands for one item of a media */
};

static void count_wanted(const struct mm_fit *fit, struct census *census) {
    for (size_t i = 0; i < fit->n_media; i++) {
        const mmspan_media *media = &fit->media[i];
        bool several =
            media->n_items && !media->ids && fit->matcher->shapes[media->modality].multi;
        census[media->modality].wanted += several ? media->n_items : 1;
    }
}

/* Finds modalities whose runs hold just as many tokens as there are media, or items of media,
 * and those with as many placeholders as there are items of media. */
static void find_unexpanded(struct mm_fit *fit) {
    const struct mm_output *out = fit->out;
    struct census census[MMSPAN_MAX_MODALITIES] = {{0}};
    bool any = false;
    if (fit->several)
        count_wanted(fit, census);
    for (uint32_t m = 0; m < fit->matcher->n_modalities; m++)
        any |= is_ambiguous(&fit->queues[m]);
    for (size_t i = 0; (any || fit->several) && i < out->n_items; i++) {
        const mmspan_item *item = &out->items[i];
        struct census *its = &census[item->modality];
        if (item->start < fit->start)
            continue;
        its->tokens += item->end - item->start;
        if (fit->several)
            its->placeholders += mm_is_placeholder(fit, &fit->queues[item->modality], item);
    }
    for (uint32_t m = 0; (any || fit->several) && m < fit->matcher->n_modalities; m++) {
        struct mm_queue *queue = &fit->queues[m];
        const struct census *its = &census[m];
        bool flat = is_ambiguous(queue);
        bool others = fit->several && its->wanted != queue->count;
        queue->unexpanded =
            flat && (its->tokens == queue->count || (others && its->tokens == its->wanted));
        queue->per_item = others && (queue->unexpanded ? its->tokens == its->wanted
                                                       : its->placeholders == its->wanted);
    }
}

mmspan_status mm_fit_line_up(struct mm_fit *fit, mmspan_error *error) {
    const mmspan_matcher *m = fit->matcher;
    for (uint32_t i = 0; i < m->n_modalities; i++) {
        struct mm_queue *queue = &fit->queues[i];
        const struct mm_shape *shape = &m->shapes[i];
        queue->shape = shape;
        find_takers(m, i, queue);
        queue->single = !queue->hosts && !shape->multi && !shape->divides;
    }
    mmspan_status status = check_media(fit, error);
    if (status != MMSPAN_OK)
        return status;
    if (!mm_fit_reserve(fit, fit->out->n_items))
        return mm_fail_memory(error);
    if (fit->scattered)
        sort_media(fit);
    if (fit->expands)
        find_unexpanded(fit);
    return MMSPAN_OK;
}
