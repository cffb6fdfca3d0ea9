/* Opens inputs, finds out their format and hands on to its parser. */
#define _POSIX_C_SOURCE 200809L

#include "input.h"

#include "formats.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct mr_input {
    struct mr_bytes bytes;
    enum mr_format format; /* never MR_AUTO once open */
    bool stream;
    union {
        struct mr_text text;
        struct mr_jsonl jsonl;
        struct mr_npy npy;
        struct mr_raw raw;
        struct mr_megatron megatron;
    } as;
};

static mmspan_status fail_lacking(const struct mr_bytes *bytes, const char *format,
                                  const char *library, mmspan_error *error) {
    const struct mm_place place = {.file = bytes->name};
    return mi_fail(
        error, MMSPAN_E_UNSUPPORTED, &place,
        "compressed with %s, which this mmspan cannot read: it was built without %s; "
        "pipe it in: %s -dc FILE |",
        format, library, format);
}

static mmspan_status unpack(struct mr_bytes *bytes, enum mr_kind_name name,
                            mmspan_error *error) {
    const bool zstd = name == MR_KIND_ZSTD;
    const struct mr_codec *codec = zstd ? mr_zstd : mr_gzip;
    if (!codec)
        return fail_lacking(bytes, zstd ? "zstd" : "gzip", zstd ? "libzstd" : "zlib", error);
    return mr_bytes_unpack(bytes, codec, error);
}

mmspan_status mr_unpack_if_packed(struct mr_bytes *bytes, struct mr_kind *kind,
                                  mmspan_error *error) {
    struct mr_kind found;
    mmspan_status status = mr_sniff(bytes, &found, error);
    if (status == MMSPAN_OK && (found.name == MR_KIND_GZIP || found.name == MR_KIND_ZSTD)) {
        status = unpack(bytes, found.name, error);
        if (status == MMSPAN_OK)
            status = mr_sniff(bytes, &found, error);
        if (status == MMSPAN_OK && (found.name == MR_KIND_GZIP || found.name == MR_KIND_ZSTD))
            return mr_corrupt(error, bytes->name, "compressed twice; unpack it once first");
    }
    if (status == MMSPAN_OK && kind)
        *kind = found;
    return status;
}

mmspan_status mr_unpack_if_named_packed(struct mr_bytes *bytes, mmspan_error *error) {
    const char *dot = strrchr(bytes->name, '.');
    const bool named = dot && (strcmp(dot, ".gz") == 0 || strcmp(dot, ".zst") == 0 ||
                               strcmp(dot, ".zstd") == 0);
    return named || bytes->fd == 0 ? mr_unpack_if_packed(bytes, NULL, error) : MMSPAN_OK;
}

/* The offset of the first byte that is not blank, or bytes->end. */
static size_t first_of(const struct mr_bytes *bytes) {
    size_t at = bytes->begin;
    while (at < bytes->end && strchr(" \t\r\n\v\f", bytes->data[at]) && bytes->data[at])
        at++;
    return at;
}

/* Tells JSON Lines from text by the first byte that is not blank, which may be a while
 * in coming. */
static mmspan_status detect_lines(struct mr_bytes *bytes, enum mr_format *format,
                                  mmspan_error *error) {
    const size_t limit = bytes->cap / 2;
    while (!bytes->done && bytes->end < limit && first_of(bytes) == bytes->end) {
        mmspan_status status = mr_bytes_fill(bytes, error);
        if (status != MMSPAN_OK)
            return status;
    }
    *format = bytes->data[first_of(bytes)] == '{' ? MR_JSONL : MR_TEXT;
    return MMSPAN_OK;
}

/* Skips the byte-order mark that some editors write. */
static mmspan_status skip_mark(struct mr_bytes *bytes, mmspan_error *error) {
    static const char mark[] = "\xEF\xBB\xBF";
    mmspan_status status = MMSPAN_OK;
    size_t n = 0;
    while (status == MMSPAN_OK && n < 3) {
        if (bytes->begin + n == bytes->end) {
            if (bytes->done)
                return MMSPAN_OK;
            status = mr_bytes_fill(bytes, error);
            continue;
        }
        if (bytes->data[bytes->begin + n] != (unsigned char)mark[n])
            return MMSPAN_OK;
        n++;
    }
    if (status == MMSPAN_OK)
        bytes->begin += 3;
    return status;
}

static mmspan_status fail_binary(const struct mr_bytes *bytes, mmspan_error *error) {
    return mr_corrupt(
        error, bytes->name,
        "binary data of no kind that is known; an array without a header needs its "
        "type, as in --dtype uint32, and a .bin of Megatron its .idx beside it");
}

/* Refuses what the wanted format cannot be, by the name that it has. */
static mmspan_status judge(const struct mr_bytes *bytes, const struct mr_kind *kind,
                           enum mr_format wanted, mmspan_error *error) {
    if (kind->name == MR_KIND_OTHER)
        return mr_corrupt(error, bytes->name, kind->other);
    if (kind->name == MR_KIND_INDEX)
        return mr_corrupt(
            error, bytes->name,
            "the index of a Megatron data set: name the file, X.idx, so that X.bin "
            "is found beside it");
    if (kind->name == MR_KIND_BINARY && wanted == MR_AUTO)
        return fail_binary(bytes, error);
    return MMSPAN_OK;
}

/* Finds the format unless it is given. */
static mmspan_status detect(struct mr_input *input, enum mr_format wanted,
                            mmspan_error *error) {
    struct mr_bytes *bytes = &input->bytes;
    struct mr_kind kind = {0};
    mmspan_status status = mr_unpack_if_packed(bytes, &kind, error);
    input->format = kind.name == MR_KIND_NPY && wanted == MR_AUTO ? MR_NPY : wanted;
    if (status == MMSPAN_OK && kind.name != MR_KIND_NPY)
        status = judge(bytes, &kind, wanted, error);
    if (status != MMSPAN_OK || input->format == MR_NPY)
        return status;
    status = skip_mark(bytes, error);
    if (status == MMSPAN_OK && wanted == MR_AUTO)
        status = detect_lines(bytes, &input->format, error);
    return status;
}

/* A headerless array. What has a header says its type itself. */
static mmspan_status open_raw(struct mr_input *input, const struct mr_type *type,
                              mmspan_error *error) {
    struct mr_bytes *bytes = &input->bytes;
    input->format = MR_RAW;
    mmspan_status status = mr_unpack_if_named_packed(bytes, error);
    if (status == MMSPAN_OK)
        status = mr_bytes_need(bytes, MR_NPY_MAGIC_SIZE, error);
    if (status == MMSPAN_OK && bytes->end - bytes->begin >= MR_NPY_MAGIC_SIZE &&
        memcmp(bytes->data + bytes->begin, MR_NPY_MAGIC, MR_NPY_MAGIC_SIZE) == 0)
        return mr_corrupt(error, bytes->name,
                          "has the header of a .npy file, which says its type; leave --dtype "
                          "out");
    return status == MMSPAN_OK ? mr_raw_open(&input->as.raw, bytes, type, error) : status;
}

static mmspan_status open_format(struct mr_input *input, const struct mr_options *options,
                                 mmspan_error *error) {
    if (options->type)
        return open_raw(input, options->type, error);
    mmspan_status status = detect(input, options->format, error);
    if (status != MMSPAN_OK)
        return status;
    switch (input->format) {
    case MR_NPY:
        return mr_npy_open(&input->as.npy, &input->bytes, error);
    case MR_JSONL:
        return mr_jsonl_open(&input->as.jsonl, &input->bytes, options->key, error);
    default:
        mr_text_open(&input->as.text, &input->bytes);
        return MMSPAN_OK;
    }
}

static mmspan_status open_single(struct mr_input *input, const char *path,
                                 const struct mr_options *options, mmspan_error *error) {
    struct stat info;
    mmspan_status status = mr_bytes_open(&input->bytes, path, error);
    if (status != MMSPAN_OK)
        return status;
    input->stream = fstat(input->bytes.fd, &info) != 0 || !S_ISREG(info.st_mode);
    return open_format(input, options, error);
}

/* A Megatron pair if that is asked for, or if the name and the file beside it say so. */
static mmspan_status open_pair(struct mr_input *input, const char *path,
                               const struct mr_options *options, bool *pair,
                               mmspan_error *error) {
    const struct mm_place place = {.file = path};
    *pair = false;
    if (options->type || (options->format != MR_AUTO && options->format != MR_MEGATRON))
        return MMSPAN_OK;
    mmspan_status status = mr_megatron_open(&input->as.megatron, path, pair, error);
    if (*pair)
        input->format = MR_MEGATRON;
    else
        memset(&input->as, 0, sizeof input->as);
    if (status == MMSPAN_OK && !*pair && options->format == MR_MEGATRON)
        return mi_fail(error, MMSPAN_E_IO, &place,
                       "no Megatron data set: name its .idx or its .bin, with the other file "
                       "beside it");
    return status;
}

mmspan_status mr_open(const char *path, const struct mr_options *options,
                      struct mr_input **input, mmspan_error *error) {
    bool pair = false;
    struct mr_input *made = calloc(1, sizeof *made);
    if (!made)
        return mm_fail_memory(error);
    made->bytes.fd = -1;
    mmspan_status status = open_pair(made, path, options, &pair, error);
    if (status == MMSPAN_OK && !pair)
        status = open_single(made, path, options, error);
    if (status == MMSPAN_OK)
        *input = made;
    else
        mr_close(made);
    return status;
}

mmspan_status mr_next(struct mr_input *input, struct mr_sequence *sequence, bool *more,
                      mmspan_error *error) {
    switch (input->format) {
    case MR_NPY:
        return mr_npy_next(&input->as.npy, sequence, more, error);
    case MR_JSONL:
        return mr_jsonl_next(&input->as.jsonl, sequence, more, error);
    case MR_MEGATRON:
        return mr_megatron_next(&input->as.megatron, sequence, more, error);
    case MR_RAW:
        return mr_raw_next(&input->as.raw, sequence, more, error);
    default:
        return mr_text_next(&input->as.text, sequence, more, error);
    }
}

const char *mr_name(const struct mr_input *input) {
    return input->format == MR_MEGATRON ? input->as.megatron.bytes.name : input->bytes.name;
}

enum mr_format mr_found_format(const struct mr_input *input) {
    return input->format;
}

bool mr_n_sequences(const struct mr_input *input, uint64_t *n) {
    switch (input->format) {
    case MR_NPY:
        *n = input->as.npy.header.n_rows;
        return true;
    case MR_MEGATRON:
        *n = input->as.megatron.index.n_sequences;
        return true;
    case MR_RAW:
        *n = 1;
        return true;
    default:
        return false;
    }
}

struct mr_bytes *mr_bytes_of(struct mr_input *input) {
    return &input->bytes;
}

bool mr_is_stream(const struct mr_input *input) {
    return input->stream;
}

bool mr_is_packed(const struct mr_input *input) {
    return input->bytes.unpacker != NULL;
}

static const struct mr_array *array_of(const struct mr_input *input) {
    switch (input->format) {
    case MR_NPY:
        return &input->as.npy.array;
    case MR_MEGATRON:
        return &input->as.megatron.array;
    case MR_RAW:
        return &input->as.raw.array;
    default:
        return NULL;
    }
}

bool mr_is_mapped(const struct mr_input *input) {
    const struct mr_array *array = array_of(input);
    return array && array->map.data;
}

const struct mr_type *mr_stored_type(const struct mr_input *input) {
    const struct mr_array *array = array_of(input);
    return array ? &array->type : NULL;
}

bool mr_is_pair(const struct mr_input *input) {
    return input->format == MR_MEGATRON;
}

uint64_t mr_n_skipped(const struct mr_input *input, const char **what) {
    *what = "the bytes of images, no tokens";
    return input->format == MR_MEGATRON ? input->as.megatron.n_skipped : 0;
}

/* Also closes what was never opened beyond its bytes: zeroed members own nothing. */
void mr_close(struct mr_input *input) {
    if (!input)
        return;
    switch (input->format) {
    case MR_NPY:
        mr_npy_close(&input->as.npy);
        break;
    case MR_JSONL:
        mr_jsonl_close(&input->as.jsonl);
        break;
    case MR_MEGATRON:
        mr_megatron_close(&input->as.megatron);
        break;
    case MR_RAW:
        mr_raw_close(&input->as.raw);
        break;
    default:
        mr_text_close(&input->as.text);
    }
    mr_bytes_close(&input->bytes);
    free(input);
}
