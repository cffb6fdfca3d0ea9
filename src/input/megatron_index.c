/* Reads the .idx of Megatron's indexed data sets, and of fairseq's, which look alike. */
#include "formats.h"

#include <inttypes.h>
#include <string.h>

/*
 * The header: magic, u64 version, u8 type, u64 sequences, and but for fairseq u64 entries of
 * the array of documents. Then i32 sizes, i64 pointers, i64 documents, and i8 modes when the
 * data set is multimodal, which nothing but the size of the file tells.
 */
enum { AT_VERSION = 9, AT_TYPE = 17, AT_SEQUENCES = 18, AT_DOCUMENTS = 26, HEADER = 34 };

/* The codes of types that both formats have. 6 and 7 are floats, in either order. */
static const struct {
    unsigned code;
    struct mr_type type;
    bool fairseq_only;
} types[] = {
    {1, {1, false, false}, false}, {2, {1, true, false}, false},  {3, {2, true, false}, false},
    {4, {4, true, false}, false},  {5, {8, true, false}, false},  {8, {2, false, false}, false},
    {9, {4, false, false}, true},  {10, {8, false, false}, true},
};

static mmspan_status set_type(struct mr_index *index, unsigned code, bool fairseq,
                              mmspan_error *error) {
    const struct mm_place place = {.file = index->bytes.name};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i].code == code && (fairseq || !types[i].fairseq_only)) {
            index->type = types[i].type;
            return MMSPAN_OK;
        }
    }
    return mi_fail(error, MMSPAN_E_SYNTAX, &place,
                   code == 6 || code == 7 ? "the index is of floating-point numbers (type %u), "
                                            "which are no token IDs"
                                          : "the index has elements of an unknown type, %u",
                   code);
}

uint64_t mr_index_size(const struct mr_index *index, uint64_t sequence) {
    return mr_load(index->sizes + 4 * sequence, 4);
}

uint64_t mr_index_pointer(const struct mr_index *index, uint64_t sequence) {
    return mr_load(index->pointers + 8 * sequence, 8);
}

static mmspan_status fail_size(const struct mr_index *index, uint64_t size, uint64_t n,
                               uint64_t n_documents, mmspan_error *error) {
    const struct mm_place place = {.file = index->bytes.name};
    const uint64_t most = UINT64_MAX / 64;
    if (n > most || n_documents > most)
        return mi_fail(error, MMSPAN_E_SYNTAX, &place,
                       "the index has %" PRIu64 " bytes and claims to list %" PRIu64
                       " sequences",
                       size, n);
    const uint64_t text = HEADER + 12 * n + 8 * n_documents;
    return mi_fail(
        error, MMSPAN_E_SYNTAX, &place,
        "the index has %" PRIu64 " bytes; its %" PRIu64 " sequences and %" PRIu64
        " borders of documents take %" PRIu64 ", or %" PRIu64 " in a multimodal data set: %s",
        size, n, n_documents, text, text + n, size < text ? "cut short" : "something follows");
}

/* The borders of documents count sequences, from 0 to all of them. */
static mmspan_status check_documents(const struct mr_index *index, const unsigned char *at,
                                     uint64_t n, mmspan_error *error) {
    uint64_t last = 0;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t border = mr_load(at + 8 * i, 8);
        if (border < last || border > index->n_sequences || (i == 0 && border != 0))
            return mr_corrupt(error, index->bytes.name,
                              "the borders of documents in the index go back, or beyond the "
                              "sequences");
        last = border;
    }
    if (last != index->n_sequences)
        return mr_corrupt(error, index->bytes.name,
                          "the documents of the index do not end with its last sequence");
    return MMSPAN_OK;
}

/* Tells Megatron's from fairseq's by the size that each would have. */
static mmspan_status parse(struct mr_index *index, const unsigned char *data, uint64_t size,
                           mmspan_error *error) {
    const struct mm_place place = {.file = index->bytes.name};
    if (size < AT_DOCUMENTS)
        return mr_corrupt(error, index->bytes.name, "the index is cut short in its header");
    const uint64_t version = mr_load(data + AT_VERSION, 8);
    if (version != 1)
        return mi_fail(error, MMSPAN_E_SYNTAX, &place,
                       "the index is of version %" PRIu64 ", and only 1 is known", version);
    const uint64_t n = mr_load(data + AT_SEQUENCES, 8);
    const unsigned code = data[AT_TYPE];
    index->n_sequences = n;
    /* No sum below overflows. */
    const bool fits = n <= size / 12;
    if (fits && size == AT_DOCUMENTS + 12 * n) {
        index->sizes = data + AT_DOCUMENTS;
        index->pointers = index->sizes + 4 * n;
        return set_type(index, code, true, error);
    }
    if (size < HEADER)
        return mr_corrupt(error, index->bytes.name, "the index is cut short in its header");
    const uint64_t n_documents = mr_load(data + AT_DOCUMENTS, 8);
    const uint64_t text = HEADER + 12 * (fits ? n : 0);
    if (!fits || n_documents > size / 8 || n_documents == 0 ||
        (size != text + 8 * n_documents && size != text + 8 * n_documents + n))
        return fail_size(index, size, n, n_documents, error);
    index->sizes = data + HEADER;
    index->pointers = index->sizes + 4 * n;
    if (size > text + 8 * n_documents)
        index->modes = data + text + 8 * n_documents;
    mmspan_status status = set_type(index, code, false, error);
    return status == MMSPAN_OK ? check_documents(index, data + text, n_documents, error)
                               : status;
}

/* All of the index in memory. */
static mmspan_status load(struct mr_index *index, const unsigned char **data, uint64_t *size,
                          mmspan_error *error) {
    struct mr_bytes *bytes = &index->bytes;
    if (!bytes->unpacker && mr_map_open(&index->map, bytes->fd)) {
        *data = index->map.data;
        *size = index->map.size;
        return MMSPAN_OK;
    }
    mmspan_status status = MMSPAN_OK;
    while (status == MMSPAN_OK && !bytes->done)
        status = mr_bytes_fill(bytes, error);
    *data = bytes->data + bytes->begin;
    *size = bytes->end - bytes->begin;
    return status;
}

mmspan_status mr_index_open(struct mr_index *index, const char *path, mmspan_error *error) {
    const unsigned char *data = NULL;
    uint64_t size = 0;
    *index = (struct mr_index){.bytes = {.fd = -1}};
    mmspan_status status = mr_bytes_open(&index->bytes, path, error);
    if (status == MMSPAN_OK)
        status = mr_unpack_if_packed(&index->bytes, NULL, error);
    if (status == MMSPAN_OK)
        status = load(index, &data, &size, error);
    if (status == MMSPAN_OK &&
        (size < MI_INDEX_MAGIC_SIZE || memcmp(data, MI_INDEX_MAGIC, MI_INDEX_MAGIC_SIZE) != 0))
        status = mr_corrupt(error, path, "not the index of a Megatron data set");
    if (status == MMSPAN_OK)
        status = parse(index, data, size, error);
    if (status != MMSPAN_OK)
        mr_index_close(index);
    return status;
}

void mr_index_close(struct mr_index *index) {
    mr_map_close(&index->map);
    mr_bytes_close(&index->bytes);
}
