/* Checks the media that a caller hands in, and lines them up by modality. */
#include "../error.h"
#include "fit.h"

/* An output may not become longer than that. */
static const uint64_t max_length = UINT64_C(1) << 62;

static const char *name_of(const struct mm_fit *fit, size_t i) {
    return fit->matcher->shapes[fit->media[i].modality].name;
}

/* Says what is wrong with a media that mm_fit_check does not accept. */
static mmspan_status refuse(const struct mm_fit *fit, size_t i, mmspan_error *error) {
    const mmspan_matcher *m = fit->matcher;
    const mmspan_media *media = &fit->media[i];
    if ((uint32_t)media->modality >= m->n_modalities)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                       "media %zu is of modality %d; there are %u", i, (int)media->modality,
                       m->n_modalities);
    if (media->rows < 1)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                       "media %zu (%s) has %lld rows; a media has 1 or more", i,
                       name_of(fit, i), (long long)media->rows);
    return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                   "media %zu (%s): the rows of all media together do not fit int64", i,
                   name_of(fit, i));
}

static void count_media(struct mm_queue *queue, size_t first, size_t end) {
    if (queue->count == 0)
        queue->first = first;
    queue->end = end;
    queue->count += (int64_t)(end - first);
}

/* Most often all is well, of one modality and far from any limit: then this takes all in
 * without a branch for each media, and returns true. */
static bool count_at_once(struct mm_fit *fit) {
    const mmspan_media *media = fit->media;
    uint64_t rows = 0;
    uint64_t bits = 0; /* of rows - 1 */
    uint64_t given = 0;
    int32_t differs = 0;
    if (fit->n_media == 0 || (uint32_t)media->modality >= fit->matcher->n_modalities)
        return false;
    for (size_t i = 0; i < fit->n_media; i++) {
        rows += (uint64_t)media[i].rows;
        bits |= (uint64_t)media[i].rows - 1;
        given |= (uintptr_t)media[i].ids | media[i].n_ids;
        differs |= media[i].modality ^ media->modality;
    }
    /* Less than 2^31 numbers of at most 2^32 have a sum that fits. */
    if (differs || bits > UINT32_MAX)
        return false;
    count_media(&fit->queues[media->modality], 0, fit->n_media);
    fit->rows = (int64_t)rows;
    fit->given = given != 0;
    return true;
}

mmspan_status mm_fit_check(struct mm_fit *fit, mmspan_error *error) {
    uint32_t n_modalities = fit->matcher->n_modalities;
    const mmspan_media *media = fit->media;
    int64_t rows = 0;
    bool given = false;
    if (fit->n_media > INT32_MAX)
        return mm_fail(error, MMSPAN_E_LIMIT, NULL, "more than %d media", INT32_MAX);
    if (count_at_once(fit))
        return MMSPAN_OK;
    for (size_t i = 0; i < fit->n_media;) {
        int32_t modality = media[i].modality;
        size_t first = i;
        for (; i < fit->n_media && media[i].modality == modality; i++) {
            if ((uint32_t)modality >= n_modalities || media[i].rows < 1 ||
                media[i].rows > INT64_MAX - rows)
                return refuse(fit, i, error);
            rows += media[i].rows;
            given |= media[i].ids || media[i].n_ids;
        }
        count_media(&fit->queues[modality], first, i);
    }
    fit->rows = rows;
    fit->given = given;
    return MMSPAN_OK;
}

/* Most often all is well, which can be seen without looking at each media again. */
static bool tokens_are_known(const struct mm_fit *fit) {
    const mmspan_matcher *m = fit->matcher;
    uint64_t total = (uint64_t)fit->n_tokens + (uint64_t)fit->rows;
    bool known = !fit->given;
    for (uint32_t i = 0; i < m->n_modalities && total <= max_length; i++) {
        const struct mm_shape *shape = &m->shapes[i];
        uint64_t count = (uint64_t)fit->queues[i].count;
        known &= count == 0 || shape->expandable;
        total += count * (shape->begin.n + shape->end.n);
    }
    return known && total <= max_length;
}

mmspan_status mm_fit_check_tokens(const struct mm_fit *fit, mmspan_error *error) {
    uint64_t total = (uint64_t)fit->n_tokens;
    if (tokens_are_known(fit))
        return MMSPAN_OK;
    for (size_t i = 0; i < fit->n_media; i++) {
        const mmspan_media *media = &fit->media[i];
        const struct mm_shape *shape = &fit->matcher->shapes[media->modality];
        if (!media->ids && !shape->expandable)
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "media %zu (%s): rows alone do not say what stands for it, so its "
                           "tokens must be given",
                           i, shape->name);
        if (!media->ids != !media->n_ids)
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "media %zu (%s): a list of no tokens, or a number without a list", i,
                           shape->name);
        uint64_t length = mm_media_length(shape, media);
        if (length > max_length - total)
            return mm_fail(error, MMSPAN_E_LIMIT, NULL,
                           "media %zu (%s): the output would have more than 2^62 tokens", i,
                           shape->name);
        total += length;
    }
    return MMSPAN_OK;
}

bool mm_fit_reserve(struct mm_fit *fit, size_t n_items) {
    size_t n_links = fit->scattered ? fit->n_media : 0;
    if (n_links + n_items == 0)
        return true;
    mmspan_result *result = fit->result;
    if (!mm_reserve(&result->allocator, &result->notes, &result->cap_notes, n_links + n_items,
                    sizeof *result->notes))
        return false;
    fit->links = fit->scattered ? result->notes : NULL;
    fit->notes = result->notes + n_links;
    return true;
}

/* Links each media to the next of its modality. */
static void link_media(struct mm_fit *fit) {
    for (uint32_t m = 0; m < fit->matcher->n_modalities; m++)
        fit->queues[m].first = fit->queues[m].end = fit->n_media;
    for (size_t i = fit->n_media; i-- > 0;) {
        struct mm_queue *queue = &fit->queues[fit->media[i].modality];
        fit->result->notes[i] = queue->first;
        queue->first = i;
    }
}

/* Has the modality blocks with rows of others in them? */
static bool is_host(const mmspan_matcher *m, uint32_t modality) {
    for (uint32_t k = 0; k < m->n_classes; k++) {
        uint8_t taker = m->embed[modality * m->n_classes + k];
        if (taker && taker != modality + 1)
            return true;
    }
    return false;
}

/* May one token of a run stand for a whole media, as well as for a row of one? */
static bool is_ambiguous(const struct mm_queue *queue) {
    const struct mm_shape *shape = queue->shape;
    return shape->undelimited && shape->plain && shape->placeholder.n == 1 &&
           shape->placeholder.slots[0].atom == shape->patch.atom && queue->count > 0;
}

/* Finds modalities whose runs hold just as many tokens as there are media. */
static void find_unexpanded(struct mm_fit *fit) {
    const struct mm_output *out = fit->out;
    int64_t tokens[MMSPAN_MAX_MODALITIES] = {0};
    bool any = false;
    for (uint32_t m = 0; m < fit->matcher->n_modalities; m++)
        any |= is_ambiguous(&fit->queues[m]);
    for (size_t i = 0; any && i < out->n_items; i++)
        if (out->items[i].start >= fit->start)
            tokens[out->items[i].modality] += out->items[i].end - out->items[i].start;
    for (uint32_t m = 0; any && m < fit->matcher->n_modalities; m++) {
        struct mm_queue *queue = &fit->queues[m];
        queue->unexpanded = is_ambiguous(queue) && tokens[m] == queue->count;
    }
}

bool mm_fit_line_up(struct mm_fit *fit) {
    const mmspan_matcher *m = fit->matcher;
    for (uint32_t i = 0; i < m->n_modalities; i++) {
        struct mm_queue *queue = &fit->queues[i];
        const struct mm_shape *shape = &m->shapes[i];
        fit->scattered |= queue->end - queue->first != (size_t)queue->count;
        queue->shape = shape;
        queue->hosts = is_host(m, i);
        queue->single = !queue->hosts && !shape->multi && !(shape->undelimited && shape->plain);
    }
    if (fit->ids)
        find_unexpanded(fit);
    if (!mm_fit_reserve(fit, fit->out->n_items))
        return false;
    if (fit->scattered)
        link_media(fit);
    return true;
}
