/* Opens a file for an audit, and decides what part of it is read. */
#define _POSIX_C_SOURCE 200809L

#include "reading.h"

#include "../io/report.h"
#include "../match/sized.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* total * part / n, rounded down, with a remainder of `extra` added before: products of large
 * files and many shards need more than 64 bits. */
static int64_t fraction(int64_t total, int64_t part, int64_t n, int64_t extra) {
    const int64_t whole = total / n;
    return whole * part + (total % n * part + extra) / n;
}

struct ma_range ma_share(const mmspan_audit_source *source, int64_t total) {
    const int64_t n = source->n_shards ? source->n_shards : 1;
    const int64_t extra = source->ordinal % n;
    return (struct ma_range){fraction(total, source->shard, n, extra),
                             fraction(total, source->shard + INT64_C(1), n, extra)};
}

bool ma_stopped(const struct ma_reading *reading) {
    return reading->source->stop && *reading->source->stop;
}

mmspan_status ma_give_up(struct ma_reading *reading, int64_t sequence, const mmspan_error *why,
                         mmspan_error *error) {
    char text[sizeof why->message + 64];
    if (why->status == MMSPAN_E_MEMORY) {
        if (error)
            *error = *why;
        return MMSPAN_E_MEMORY;
    }
    if (why->line)
        snprintf(text, sizeof text, "line %u, column %u: %s", (unsigned)why->line,
                 (unsigned)why->column, why->message);
    else
        snprintf(text, sizeof text, "%s", why->message);
    mmspan_status status = mmspan_audit_unread(reading->audit, reading->file, sequence, text);
    return status == MMSPAN_OK ? status : mm_fail_memory(error);
}

static int64_t size_of(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode) ? (int64_t)info.st_size : 0;
}

/* How much there is to cover: sequences where they are counted, bytes of lines that can be
 * read from anywhere, or the file as a whole. */
static int64_t total_of(const struct ma_reading *reading, int64_t size) {
    uint64_t n;
    if (mr_n_sequences(reading->input, &n))
        return n > INT64_MAX ? INT64_MAX : (int64_t)n;
    /* Windows are counted from the beginning of the file, and only reading tells how many
     * tokens precede a line. */
    const bool divisible = mr_found_format(reading->input) == MR_JSONL &&
                           !mr_is_stream(reading->input) && !mr_is_packed(reading->input) &&
                           !reading->audit->report->identity.window;
    return divisible && size > 1 ? size : 1;
}

static mmspan_status read_format(struct ma_reading *reading, mmspan_error *error) {
    switch (mr_found_format(reading->input)) {
    case MR_JSONL:
        return ma_read_rows(reading, error);
    case MR_TEXT:
        return ma_read_text(reading, error);
    default:
        return ma_read_array(reading, error);
    }
}

/* Reads a file that counts as a whole or not at all into an audit of its own. */
static mmspan_status read_whole(struct ma_reading *reading, int64_t size, mmspan_error *error) {
    mmspan_audit *audit = reading->audit;
    const int32_t file = reading->file;
    mmspan_audit *own = NULL;
    mmspan_audit_options options = audit->options;
    options.config = NULL;
    options.config_size = 0;
    mmspan_status status = mmspan_audit_create(audit->matcher, &options, &own, error);
    if (status != MMSPAN_OK)
        return status;
    memcpy(own->report->identity.config, audit->report->identity.config,
           sizeof own->report->identity.config);
    own->expanded = audit->expanded;
    reading->audit = own;
    status = ma_add_file(own->report, reading->path, size, 1, &reading->file, error);
    if (status == MMSPAN_OK)
        status = read_format(reading, error);
    if (status == MMSPAN_OK && reading->done == reading->share.end)
        status = mmspan_report_merge(audit->report, own->report, error);
    reading->audit = audit;
    reading->file = file;
    if (status == MMSPAN_OK && !ma_take_pending(audit, own, file))
        status = mm_fail_memory(error);
    mmspan_audit_destroy(own);
    return status;
}

static mmspan_status read_input(struct ma_reading *reading, int64_t size, mmspan_error *error) {
    const int64_t total = total_of(reading, size);
    int32_t file;
    uint64_t n;
    mmspan_status status =
        mmspan_audit_file(reading->audit, reading->path, size, total, &file, error);
    if (status != MMSPAN_OK)
        return status;
    reading->file = file;
    reading->share = ma_share(reading->source, total);
    reading->done = reading->share.first;
    if (reading->share.first == reading->share.end)
        return MMSPAN_OK;
    const bool counted = mr_n_sequences(reading->input, &n);
    status =
        !counted && total == 1 ? read_whole(reading, size, error) : read_format(reading, error);
    /* IDs of a type that cannot hold the config's are wrong from the first one on. */
    if (status == MMSPAN_E_MISMATCH || status == MMSPAN_E_LIMIT) {
        const mmspan_error why = *error;
        reading->done = reading->share.end;
        status = reading->share.first > 0 ? MMSPAN_OK : ma_give_up(reading, 0, &why, error);
    }
    return status == MMSPAN_OK ? mmspan_audit_cover(reading->audit, file, reading->share.first,
                                                    reading->done, error)
                               : status;
}

/* A file that cannot be opened is an error of one shard only. */
static mmspan_status note_unopened(struct ma_reading *reading, const mmspan_error *why,
                                   mmspan_error *error) {
    mmspan_status status = mmspan_audit_file(reading->audit, reading->path,
                                             size_of(reading->path), 1, &reading->file, error);
    reading->share = ma_share(reading->source, 1);
    if (status != MMSPAN_OK || reading->share.first == reading->share.end)
        return status;
    status = ma_give_up(reading, 0, why, error);
    return status == MMSPAN_OK ? mmspan_audit_cover(reading->audit, reading->file, 0, 1, error)
                               : status;
}

static mmspan_status read_path(struct ma_reading *reading, mmspan_error *error) {
    struct mr_options options = {0};
    struct mr_type type;
    mmspan_error why;
    memset(&why, 0, sizeof why);
    if (reading->source->dtype) {
        if (!mr_type_parse(reading->source->dtype, &type))
            return mm_fail_argument(error, "dtype");
        options.type = &type;
    }
    mmspan_status status = mr_open(reading->path, &options, &reading->input, &why);
    if (status == MMSPAN_OK)
        status = read_input(reading, size_of(reading->path), &why);
    mr_close(reading->input);
    reading->input = NULL;
    if (status == MMSPAN_OK)
        return status;
    if (status == MMSPAN_E_MEMORY || status == MMSPAN_E_ARGUMENT) {
        if (error)
            *error = why;
        return status;
    }
    return note_unopened(reading, &why, error);
}

int32_t mmspan_audit_is_done(const mmspan_audit *audit, const mmspan_report *report,
                             const char *path, const mmspan_audit_source *source) {
    int32_t index;
    if (!report->has_identity ||
        ma_check_identity(&audit->report->identity, &report->identity, NULL) != MMSPAN_OK)
        return false;
    ma_find_file(report, path, &index);
    if (index < 0 || report->files[index].size != size_of(path))
        return false;
    const struct ma_file *file = &report->files[index];
    const struct ma_range share = ma_share(source, file->total);
    if (share.first == share.end)
        return file->n_covered == 0;
    return file->n_covered == 1 && file->covered[0].first == share.first &&
           file->covered[0].end == share.end;
}

mmspan_status mmspan_audit_read(mmspan_audit *audit, const char *path,
                                const mmspan_audit_source *source, mmspan_error *error) {
    mmspan_audit_source given;
    if (!audit || !path ||
        !mm_read_struct(&given, sizeof given, source,
                        MM_SIZE_THROUGH(mmspan_audit_source, stop)) ||
        (given.n_shards ? given.shard >= given.n_shards : given.shard > 0) ||
        (given.n_names && !given.names))
        return mm_fail_argument(error, "audit, path or source");
    struct ma_reading reading = {.audit = audit, .path = path, .source = &given};
    return read_path(&reading, error);
}
