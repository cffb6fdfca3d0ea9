/* Audits arrays, and lists of IDs in text. */
#include "reading.h"

#include "../match/error.h"

#include <stdlib.h>
#include <string.h>

/* What is left to do when a sequence could not be read. Those of other shards are theirs to
 * report. */
static mmspan_status end_early(struct ma_reading *reading, struct ma_gathered *gathered,
                               int64_t number, const mmspan_error *why, mmspan_error *error) {
    mmspan_status status = ma_flush(reading, gathered, error);
    if (status != MMSPAN_OK)
        return status;
    if (why->status == MMSPAN_E_MEMORY)
        return mm_fail(error, MMSPAN_E_MEMORY, NULL, "%s", why->message);
    reading->done = reading->share.end;
    return number >= reading->share.first ? ma_give_up(reading, number, why, error) : MMSPAN_OK;
}

/* How many sequences of the share were passed over: those between one and the next. */
static mmspan_status note_skipped(struct ma_reading *reading, int64_t from, int64_t to) {
    const struct ma_range *share = &reading->share;
    from = from > share->first ? from : share->first;
    to = to < share->end ? to : share->end;
    return to > from ? mmspan_audit_skip(reading->audit, reading->file, to - from) : MMSPAN_OK;
}

static mmspan_status read_share(struct ma_reading *reading, struct ma_gathered *gathered,
                                mmspan_error *error) {
    struct mr_sequence s;
    mmspan_error why;
    int64_t next = 0;
    int64_t first_token = 0;
    bool more = true;
    while (next < reading->share.end) {
        if (gathered->n == 0 && ma_stopped(reading))
            return MMSPAN_OK;
        if (mr_next(reading->input, &s, &more, &why) != MMSPAN_OK)
            return end_early(reading, gathered, next, &why, error);
        const int64_t number = more ? (int64_t)s.number : reading->share.end;
        note_skipped(reading, next, number);
        mmspan_status status = MMSPAN_OK;
        if (more && number >= reading->share.first && number < reading->share.end)
            status = ma_gather(reading, gathered, &s, first_token, error);
        if (status != MMSPAN_OK)
            return status;
        next = more ? number + 1 : number;
        first_token += more ? (int64_t)s.ids.n : 0;
        reading->done = next < reading->share.end ? next : reading->share.end;
        if (ma_stopped(reading))
            break;
    }
    return ma_flush(reading, gathered, error);
}

/* What follows the last sequence is looked at by whoever reads that one. */
static mmspan_status check_end(struct ma_reading *reading, mmspan_error *error) {
    struct mr_sequence s;
    mmspan_error why;
    bool more;
    uint64_t n;
    if (reading->done < reading->share.end || !mr_n_sequences(reading->input, &n) ||
        reading->done != (int64_t)n || reading->share.first == reading->share.end)
        return MMSPAN_OK;
    if (mr_next(reading->input, &s, &more, &why) == MMSPAN_OK)
        return MMSPAN_OK;
    return ma_give_up(reading, reading->done, &why, error);
}

mmspan_status ma_read_array(struct ma_reading *reading, mmspan_error *error) {
    struct ma_gathered *gathered = calloc(1, sizeof *gathered);
    if (!gathered)
        return mm_fail_memory(error);
    mmspan_status status = read_share(reading, gathered, error);
    const bool unread = reading->audit->report->files[reading->file].unread != NULL;
    if (status == MMSPAN_OK && !unread)
        status = check_end(reading, error);
    ma_gathered_free(gathered);
    free(gathered);
    return status;
}

mmspan_status ma_read_text(struct ma_reading *reading, mmspan_error *error) {
    struct ma_gathered *gathered = calloc(1, sizeof *gathered);
    struct mr_sequence s = {0};
    mmspan_error why;
    mmspan_status status = MMSPAN_OK;
    int64_t first_token = 0;
    int64_t next = 0;
    bool more = true;
    if (!gathered)
        return mm_fail_memory(error);
    while (status == MMSPAN_OK && more && !ma_stopped(reading)) {
        if (mr_next(reading->input, &s, &more, &why) != MMSPAN_OK) {
            status = end_early(reading, gathered, next, &why, error);
            break;
        }
        if (more)
            status = ma_gather(reading, gathered, &s, first_token, error);
        first_token += more ? (int64_t)s.ids.n : 0;
        next += more;
    }
    if (status == MMSPAN_OK)
        status = ma_flush(reading, gathered, error);
    if (status == MMSPAN_OK && !ma_stopped(reading))
        reading->done = reading->share.end;
    ma_gathered_free(gathered);
    free(gathered);
    return status;
}
