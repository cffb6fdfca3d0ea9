/* Audits lines of JSON. A line belongs to the share in which its first byte lies. */
#include "reading.h"

#include "../input/bytes.h"
#include "../match/error.h"
#include "rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

_Static_assert(MR_PADDING >= MA_ROW_PADDING, "the parser looks at bytes behind a row");

/*
 * Where the reader is.
 *
 *   sequence  of the next line that is not blank
 *   line      of the next line, from 1
 *   first     number of the first row of the batch
 */
struct lines {
    struct ma_reading *reading;
    struct mr_bytes *bytes;
    struct ma_rows rows;
    int64_t sequence;
    int64_t line;
    int64_t first;
    int64_t first_token;
    bool divided; /* positions are those of the file */
};

static mmspan_status flush(struct lines *lines, mmspan_error *error) {
    struct ma_rows *rows = &lines->rows;
    mmspan_audit_batch batch = {.struct_size = sizeof batch,
                                .file = lines->reading->file,
                                .first_sequence = lines->first,
                                .first_token = lines->first_token};
    mmspan_status status = MMSPAN_OK;
    if (rows->n_rows) {
        ma_rows_batch(rows, &batch);
        lines->first_token += batch.ids->offsets[rows->n_rows];
        status = mmspan_audit_add(lines->reading->audit, &batch, error);
    }
    ma_rows_clear(rows);
    lines->first = lines->sequence;
    return status;
}

/* A line that is no row is noted, and those behind it are read. */
static mmspan_status note_line(struct lines *lines, const struct ma_row_error *why,
                               mmspan_error *error) {
    char text[256];
    snprintf(text, sizeof text, "line %" PRId64 ", column %zu: %s", lines->line, why->at + 1,
             why->message);
    mmspan_status status = flush(lines, error);
    if (status == MMSPAN_OK && mmspan_audit_unread(lines->reading->audit, lines->reading->file,
                                                   lines->sequence, text) != MMSPAN_OK)
        return mm_fail_memory(error);
    return status;
}

static mmspan_status add_line(struct lines *lines, size_t end, mmspan_error *error) {
    const struct mr_bytes *bytes = lines->bytes;
    const char *text = (const char *)bytes->data + bytes->begin;
    struct ma_row_error why;
    mmspan_status status = MMSPAN_OK;
    switch (ma_rows_add(&lines->rows, text, end - bytes->begin, lines->line, &why)) {
    case MA_ROW_OK:
        lines->sequence++;
        break;
    case MA_ROW_MEMORY:
        return mm_fail_memory(error);
    default:
        status = note_line(lines, &why, error);
        lines->sequence++;
        lines->first = lines->sequence;
    }
    if (status == MMSPAN_OK && ma_rows_full(&lines->rows))
        status = flush(lines, error);
    return status;
}

/* The position of the next line in what is divided. */
static int64_t position(const struct lines *lines) {
    return lines->divided ? (int64_t)mr_position(lines->bytes, lines->bytes->begin) : 0;
}

static mmspan_status read_lines(struct lines *lines, mmspan_error *error) {
    struct ma_reading *reading = lines->reading;
    struct mr_bytes *bytes = lines->bytes;
    mmspan_error why;
    mmspan_status status = MMSPAN_OK;
    while (status == MMSPAN_OK && position(lines) < reading->share.end) {
        size_t end;
        if (lines->rows.n_rows == 0 && ma_stopped(reading))
            return MMSPAN_OK;
        if (mr_bytes_line(bytes, &end, &why) != MMSPAN_OK) {
            status = flush(lines, error);
            if (status == MMSPAN_OK)
                status = ma_give_up(reading, lines->sequence, &why, error);
            break;
        }
        if (bytes->begin == bytes->end && bytes->done)
            break;
        const bool mine = position(lines) >= reading->share.first;
        if (!mr_bytes_are_blank(bytes, end)) {
            if (mine)
                status = add_line(lines, end, error);
            else
                lines->first = ++lines->sequence;
        }
        bytes->begin = end < bytes->end ? end + 1 : end;
        lines->line++;
        if (mine && lines->divided && lines->rows.n_rows == 0)
            reading->done =
                position(lines) < reading->share.end ? position(lines) : reading->share.end;
    }
    if (status == MMSPAN_OK)
        status = flush(lines, error);
    if (status == MMSPAN_OK)
        reading->done = reading->share.end;
    return status;
}

mmspan_status ma_read_rows(struct ma_reading *reading, mmspan_error *error) {
    struct lines *lines = calloc(1, sizeof *lines);
    if (!lines)
        return mm_fail_memory(error);
    lines->reading = reading;
    lines->bytes = mr_bytes_of(reading->input);
    lines->line = 1;
    lines->divided = reading->audit->report->files[reading->file].total != 1;
    mmspan_status status =
        ma_rows_open(&lines->rows, reading->audit->matcher, reading->source->names,
                     reading->source->n_names, error);
    if (status == MMSPAN_OK)
        status = read_lines(lines, error);
    if (status == MMSPAN_OK && reading->source->seen)
        ma_rows_note_seen(&lines->rows, reading->source->names, reading->source->n_names,
                          reading->source->seen);
    ma_rows_close(&lines->rows);
    free(lines);
    return status;
}
