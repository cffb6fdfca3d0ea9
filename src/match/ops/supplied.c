/* The tokens that a media was supplied with: what they are, and whether they stand in the
 * prompt already. */
#include "fit.h"

#include "../scan/scan.h"

#include <string.h>

/* Scans them alone into result->trial. */
static mmspan_status scan_alone(struct mm_fit *fit, const mmspan_media *media) {
    if (!mm_result_try(fit->result))
        return MMSPAN_E_MEMORY;
    struct mm_engine *engine = &fit->result->trial->engine;
    mm_output_reset(&fit->result->trial->out);
    mm_engine_reset(engine, fit->matcher);
    mmspan_status status = mm_scan_part(engine, media->ids, media->n_ids, 0, false);
    return status == MMSPAN_OK ? mm_engine_finish(engine) : status;
}

static bool takes_row(const struct mm_fit *fit, const mmspan_media *media, int64_t at) {
    const mmspan_matcher *m = fit->matcher;
    size_t class_index = mm_class_of(m, media->ids[at]);
    return m->embed[(size_t)media->modality * m->n_classes + class_index] != 0;
}

struct mm_supplied mm_fit_read(struct mm_fit *fit, const mmspan_media *media) {
    struct mm_supplied read = {0, (int64_t)media->n_ids, 0};
    mmspan_status status = scan_alone(fit, media);
    if (status != MMSPAN_OK) {
        fit->status = status;
        return (struct mm_supplied){0};
    }
    const struct mm_output *out = &fit->result->trial->out;
    for (size_t i = 0; i < out->n_items; i++) {
        if (out->items[i].modality != media->modality)
            continue;
        read.start = read.n_items++ ? read.start : out->items[i].start;
        read.end = out->items[i].end;
    }
    if (read.n_items || !fit->matcher->shapes[media->modality].each_run)
        return read;
    /* The rows of an item of each_run stand between delimiters that are not its own. */
    while (read.start < read.end && !takes_row(fit, media, read.start))
        read.start++;
    while (read.end > read.start && !takes_row(fit, media, read.end - 1))
        read.end--;
    return read;
}

int64_t mm_fit_find_row(const struct mm_fit *fit, const mmspan_media *media, bool last) {
    const mmspan_matcher *m = fit->matcher;
    const uint8_t *embed = m->embed + (size_t)media->modality * m->n_classes;
    for (size_t k = 0; k < media->n_ids; k++) {
        size_t at = last ? media->n_ids - 1 - k : k;
        if (embed[mm_class_of(m, media->ids[at])] == media->modality + 1)
            return (int64_t)at;
    }
    return -1;
}

/* Where the last row that an item takes of its own modality is, or -1. */
static int64_t last_row_of(const struct mm_output *out, const mmspan_item *item) {
    const mmspan_run *runs = out->runs + item->first_run;
    for (int32_t r = item->n_runs; r-- > 0;)
        if (runs[r].modality == item->modality)
            return runs[r].start + runs[r].length - 1;
    return -1;
}

/* Where in the tokens of the media the first of the item and those beside it stand: the first
 * such place, or from the end the last one; -1 when there is none. */
static int64_t find_alike(const struct mm_fit *fit, const mmspan_item *item,
                          const mmspan_media *media) {
    const int32_t *at = fit->ids + item->start;
    bool first = item->start == 0;
    bool last = item->start + 1 == fit->n_tokens;
    for (size_t i = 0; i < media->n_ids; i++) {
        size_t k = fit->from_end ? media->n_ids - 1 - i : i;
        if (media->ids[k] == at[0] && (k == 0 || (!first && media->ids[k - 1] == at[-1])) &&
            (k + 1 == media->n_ids || (!last && media->ids[k + 1] == at[1])))
            return (int64_t)k;
    }
    return -1;
}

/* Does an item of another modality take rows of this one? */
static bool is_host(const struct mm_fit *fit, const mmspan_item *item, int32_t modality) {
    const mmspan_run *runs = fit->out->runs + item->first_run;
    for (int32_t r = 0; r < item->n_runs; r++)
        if (runs[r].modality == modality)
            return item->modality != modality;
    return false;
}

/* How many items of the modality lie in the span, from number i on in the order of the pass,
 * with no media of it between them; *rows receives theirs. */
static int64_t count_inside(const struct mm_fit *fit, size_t i, mmspan_span span,
                            int64_t *rows) {
    const mmspan_item *items = fit->out->items;
    const int32_t modality = items[i].modality;
    int64_t n = 0;
    *rows = 0;
    for (;;) {
        bool inside = items[i].start >= span.start && items[i].end <= span.end;
        bool its = items[i].modality == modality;
        if ((its && !inside) || is_host(fit, &items[i], modality))
            break;
        n += its;
        *rows += its ? items[i].rows : 0;
        if (fit->from_end ? i == 0 || items[i].start < span.start
                          : i + 1 == fit->out->n_items || items[i].end > span.end)
            break;
        i = fit->from_end ? i - 1 : i + 1;
    }
    return n;
}

/* Where the row of the item is that comes first in the pass, or -1. */
static int64_t row_of(const struct mm_fit *fit, const mmspan_item *item, bool part) {
    if (part)
        return fit->from_end ? item->end - 1 : item->start;
    return fit->from_end ? last_row_of(fit->out, item) : mm_first_row_of(fit->out, item);
}

/* Do the tokens of the media stand at `start`, behind the history? */
static bool is_at(const struct mm_fit *fit, int64_t start, const mmspan_media *media) {
    return start >= fit->start && start <= fit->n_tokens - (int64_t)media->n_ids &&
           memcmp(fit->ids + start, media->ids, media->n_ids * sizeof *media->ids) == 0;
}

/* Where the tokens of the media begin if they stand around the item, the first one in them; -1
 * when they do not. It need not be the item that is read in its tokens alone: what stands
 * before may have taken the begin of that. But items that have all rows of the media have its
 * first one. One without rows is where it seems to be, or else what is read alone. */
static int64_t find_around(struct mm_fit *fit, const mmspan_item *item, int64_t row,
                           const mmspan_media *media, struct mm_supplied *read) {
    bool has_row = row >= 0;
    int64_t at =
        has_row ? mm_fit_find_row(fit, media, fit->from_end) : find_alike(fit, item, media);
    int64_t start = (has_row ? row : item->start) - at;
    bool stands = at >= 0 && is_at(fit, start, media);
    if (at < 0 || (has_row && !stands))
        return -1;
    *read = mm_fit_read(fit, media);
    if (!stands)
        start = fit->from_end ? item->end - read->end : item->start - read->start;
    return fit->status == MMSPAN_OK && is_at(fit, start, media) ? start : -1;
}

int64_t mm_fit_count_standing(struct mm_fit *fit, const mmspan_item *item, size_t i,
                              const mmspan_media *media) {
    if (!media->ids)
        return 0;
    const mmspan_item *whole = &fit->out->items[i];
    bool part = whole->start != item->start || whole->end != item->end;
    struct mm_supplied read;
    int64_t start = find_around(fit, item, row_of(fit, item, part), media, &read);
    if (start < 0)
        return 0;
    int64_t wanted = read.n_items ? read.n_items : 1;
    if (part)
        return wanted == 1 && item->rows == media->rows;
    int64_t rows;
    int64_t n =
        count_inside(fit, i, (mmspan_span){start, start + (int64_t)media->n_ids}, &rows);
    bool takes = fit->queues[item->modality].takes;
    return n == wanted && (rows == media->rows || !takes) ? n : 0;
}
