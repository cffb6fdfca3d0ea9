/* Where a prompt may be cut: between model steps, and when it is too long. */
#include "../../../include/mmspan/ops.h"
#include "../error.h"
#include "../scan/result.h"

/* The item that has tokens before and behind a position, or NULL. */
static const mmspan_item *item_across(const mmspan_result *result, int64_t position) {
    const mmspan_item *items = result->view.items;
    size_t low = 0;
    size_t n = result->view.n_items;
    while (n > 0) {
        size_t half = n / 2;
        if (items[low + half].end <= position) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    bool across = low < result->view.n_items && items[low].start < position;
    return across ? &items[low] : NULL;
}

/* The nearest position that is one of the prompt's, and the item that must not be cut there,
 * or NULL. */
static const mmspan_item *find_obstacle(const mmspan_result *result, int64_t *position) {
    int64_t n = result ? result->view.n_tokens : 0;
    *position = *position < 0 ? 0 : *position > n ? n : *position;
    const mmspan_item *item = result ? item_across(result, *position) : NULL;
    return item && result->matcher->shapes[item->modality].atomic ? item : NULL;
}

int64_t mmspan_cut_before(const mmspan_result *result, int64_t position) {
    const mmspan_item *item = find_obstacle(result, &position);
    return item ? item->start : position;
}

int64_t mmspan_cut_after(const mmspan_result *result, int64_t position) {
    const mmspan_item *item = find_obstacle(result, &position);
    return item ? item->end : position;
}

/* The last item of each modality that was looked at: where it begins or ends, on the side of
 * those that were not, and its media. */
struct neighbour {
    int64_t border;
    int32_t media;
};

static void forget_neighbours(struct neighbour *neighbours) {
    for (size_t m = 0; m < MMSPAN_MAX_MODALITIES; m++)
        neighbours[m] = (struct neighbour){0, -1};
}

/* The last place at or before `end` that is inside no item and no media. An item goes when it
 * reaches beyond the end, or when its media goes on with an item that does. */
static int64_t find_end(const mmspan_view *view, int64_t end) {
    struct neighbour neighbours[MMSPAN_MAX_MODALITIES];
    forget_neighbours(neighbours);
    for (size_t i = view->n_items; i-- > 0;) {
        const mmspan_item *item = &view->items[i];
        struct neighbour *next = &neighbours[item->modality];
        bool goes_on = item->media >= 0 && item->media == next->media;
        if (item->end > end || (goes_on && next->border >= end))
            end = item->start < end ? item->start : end;
        *next = (struct neighbour){item->start, item->media};
    }
    return end;
}

/* The first such place at or behind `start`. */
static int64_t find_start(const mmspan_view *view, int64_t start) {
    struct neighbour neighbours[MMSPAN_MAX_MODALITIES];
    forget_neighbours(neighbours);
    for (size_t i = 0; i < view->n_items; i++) {
        const mmspan_item *item = &view->items[i];
        struct neighbour *last = &neighbours[item->modality];
        bool goes_on = item->media >= 0 && item->media == last->media;
        if (item->start < start || (goes_on && last->border <= start))
            start = item->end > start ? item->end : start;
        *last = (struct neighbour){item->end, item->media};
    }
    return start;
}

/* Counts the media of one modality from the beginning of the prompt on. */
struct count {
    int64_t next;  /* index of the next one */
    int64_t limit; /* how many there are */
    mmspan_span *kept;
    bool any; /* some are kept */
};

static void count_media(struct count *count, int64_t index, bool kept, int32_t side) {
    count->next = index + 1;
    if (index < 0 || index >= count->limit)
        return;
    if (kept) {
        count->kept->start = count->any ? count->kept->start : index;
        count->kept->end = index + 1;
        count->any = true;
    } else if (side == MMSPAN_SIDE_LEFT && !count->any) {
        *count->kept = (mmspan_span){index + 1, index + 1};
    }
}

/* Rows of other modalities in an item are a media of each of these. */
static void count_guests(const mmspan_result *result, const mmspan_item *item,
                         struct count *counts, bool kept, int32_t side) {
    uint32_t seen = UINT32_C(1) << item->modality;
    const mmspan_run *runs = result->view.runs + item->first_run;
    for (int32_t r = 0; r < item->n_runs; r++) {
        uint32_t bit = UINT32_C(1) << runs[r].modality;
        struct count *count = &counts[runs[r].modality];
        if (!(seen & bit))
            count_media(count, count->next, kept, side);
        seen |= bit;
    }
}

static void list_media(const mmspan_result *result, const mmspan_span *kept, int32_t side,
                       mmspan_span *media, size_t n_media) {
    struct count counts[MMSPAN_MAX_MODALITIES];
    for (size_t m = 0; m < n_media; m++) {
        const mmspan_span *handed = &result->handed[m];
        int64_t first = result->assigned && handed->start > 0 ? handed->start : 0;
        media[m] = (mmspan_span){first, first};
        counts[m] = (struct count){.next = result->assigned ? handed->start : 0,
                                   .limit = result->assigned ? handed->end : INT64_MAX,
                                   .kept = &media[m]};
    }
    for (size_t i = 0; i < result->view.n_items; i++) {
        const mmspan_item *item = &result->view.items[i];
        bool inside = item->start >= kept->start && item->end <= kept->end;
        struct count *count = &counts[item->modality];
        if (result->assigned)
            count_guests(result, item, counts, inside, side);
        if (!result->assigned || item->media >= 0)
            count_media(count, result->assigned ? item->media : count->next, inside, side);
        else
            count->next++;
    }
}

mmspan_status mmspan_truncate(const mmspan_result *result, int64_t max_tokens, int32_t side,
                              mmspan_span *kept, mmspan_span *media, size_t n_media,
                              mmspan_error *error) {
    if (!result || !kept || (!media && n_media))
        return mm_fail_argument(error, "result, kept or media");
    if (max_tokens < 0 || (side != MMSPAN_SIDE_RIGHT && side != MMSPAN_SIDE_LEFT))
        return mm_fail_argument(error, "max_tokens or side");
    size_t n_modalities = result->matcher ? result->matcher->n_modalities : 0;
    if (n_media && n_media != n_modalities)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                       "room for %zu spans of media; there are %zu modalities", n_media,
                       n_modalities);
    int64_t n = result->view.n_tokens;
    mmspan_span span = {0, n};
    if (max_tokens < n && side == MMSPAN_SIDE_RIGHT)
        span.end = find_end(&result->view, max_tokens);
    else if (max_tokens < n)
        span.start = find_start(&result->view, n - max_tokens);
    *kept = span;
    if (n_media)
        list_media(result, kept, side, media, n_media);
    return MMSPAN_OK;
}
