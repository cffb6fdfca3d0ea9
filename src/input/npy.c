/* .npy input: each row of an integer array is a sequence. Also arrays without a header. */
#include "formats.h"

#include <inttypes.h>

/* Where the array ends in the input. */
static uint64_t end_of(const struct mr_npy_header *header) {
    return header->start + header->n_rows * header->n_columns * header->type.width;
}

/* The input has `size` bytes, which are not what its header promises. */
static mmspan_status fail_size(const struct mr_npy *npy, uint64_t size, mmspan_error *error) {
    const uint64_t expected = end_of(&npy->header);
    const struct mm_place place = {.file = npy->array.bytes->name};
    return mi_fail(error, MMSPAN_E_SYNTAX, &place,
                   "%s: the header promises %" PRIu64 " bytes, the file has %" PRIu64,
                   size < expected ? "cut short" : "something follows the array", expected,
                   size);
}

mmspan_status mr_npy_open(struct mr_npy *npy, struct mr_bytes *bytes, mmspan_error *error) {
    uint64_t size;
    *npy = (struct mr_npy){0};
    mmspan_status status = mr_npy_read_header(bytes, &npy->header, error);
    if (status != MMSPAN_OK)
        return status;
    mr_array_open(&npy->array, bytes, &npy->header.type);
    if (mr_array_size(&npy->array, &size) && size != end_of(&npy->header))
        return fail_size(npy, size, error);
    return MMSPAN_OK;
}

void mr_npy_close(struct mr_npy *npy) {
    mr_array_close(&npy->array);
}

/* After the last row nothing may follow in a pipe either. */
static mmspan_status finish(const struct mr_npy *npy, mmspan_error *error) {
    struct mr_bytes *bytes = npy->array.bytes;
    if (npy->array.map.data)
        return MMSPAN_OK;
    mmspan_status status = mr_bytes_need(bytes, 1, error);
    if (status != MMSPAN_OK || bytes->begin == bytes->end)
        return status;
    return mr_corrupt(error, bytes->name, "something follows the array");
}

mmspan_status mr_npy_next(struct mr_npy *npy, struct mr_sequence *sequence, bool *more,
                          mmspan_error *error) {
    const struct mr_npy_header *header = &npy->header;
    *more = npy->next_row < header->n_rows;
    if (!*more)
        return finish(npy, error);
    *sequence = (struct mr_sequence){.number = npy->next_row};
    mmspan_status status =
        mr_array_take(&npy->array, header->n_columns, npy->next_row * header->n_columns,
                      &sequence->ids, error);
    if (status == MMSPAN_OK && sequence->ids.n < header->n_columns) {
        const struct mr_bytes *bytes = npy->array.bytes;
        return fail_size(npy, mr_position(bytes, bytes->end), error);
    }
    sequence->stays = mr_array_stays(&npy->array, &sequence->ids);
    npy->next_row++;
    return status;
}

mmspan_status mr_raw_open(struct mr_raw *raw, struct mr_bytes *bytes,
                          const struct mr_type *type, mmspan_error *error) {
    uint64_t size;
    *raw = (struct mr_raw){0};
    mr_array_open(&raw->array, bytes, type);
    if (mr_array_size(&raw->array, &size) && size % type->width)
        return mr_fail_ragged(&raw->array, size, error);
    return MMSPAN_OK;
}

mmspan_status mr_fail_ragged(const struct mr_array *array, uint64_t size, mmspan_error *error) {
    const struct mm_place place = {.file = array->bytes->name};
    return mi_fail(error, MMSPAN_E_SYNTAX, &place,
                   "%" PRIu64 " bytes are no whole number of %s elements: cut short, or of "
                   "another type",
                   size, mr_type_name(&array->type));
}

void mr_raw_close(struct mr_raw *raw) {
    mr_array_close(&raw->array);
}

/* An empty file has no sequence, as one of text has none. */
mmspan_status mr_raw_next(struct mr_raw *raw, struct mr_sequence *sequence, bool *more,
                          mmspan_error *error) {
    struct mr_array *array = &raw->array;
    uint64_t n = UINT64_MAX;
    *more = false;
    if (raw->done)
        return MMSPAN_OK;
    if (mr_array_size(array, &n))
        n = (n - array->at) / array->type.width;
    *sequence = (struct mr_sequence){.number = 0};
    mmspan_status status = mr_array_take(array, n, 0, &sequence->ids, error);
    const struct mr_bytes *bytes = array->bytes;
    if (status == MMSPAN_OK && !array->map.data && bytes->begin < bytes->end)
        status = mr_fail_ragged(array, mr_position(bytes, bytes->end), error);
    sequence->stays = mr_array_stays(array, &sequence->ids);
    raw->done = true;
    *more = status == MMSPAN_OK && sequence->ids.n > 0;
    return status;
}
