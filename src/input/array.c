/* Reads arrays of integers, in place where that is possible. */
#define _POSIX_C_SOURCE 200809L

#include "array.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

/* How many elements are converted at a time. */
enum { BLOCK = 16 * 1024 };

void mr_array_open(struct mr_array *array, struct mr_bytes *bytes, const struct mr_type *type) {
    *array = (struct mr_array){.bytes = bytes, .type = *type};
    array->at = mr_position(bytes, bytes->begin);
    if (bytes->unpacker)
        return;
    const off_t here = lseek(bytes->fd, 0, SEEK_CUR);
    if (here < 0 || !mr_map_open(&array->map, bytes->fd))
        return;
    const uint64_t read = mr_position(bytes, bytes->end);
    if ((uint64_t)here < read || (uint64_t)here - read + array->at > array->map.size) {
        mr_map_close(&array->map);
        return;
    }
    array->base = (uint64_t)here - read;
}

void mr_array_close(struct mr_array *array) {
    mr_map_close(&array->map);
    free(array->ids);
    array->ids = NULL;
}

bool mr_array_size(const struct mr_array *array, uint64_t *size) {
    if (!array->map.data)
        return false;
    *size = array->map.size - array->base;
    return true;
}

mmspan_status mr_array_seek(struct mr_array *array, uint64_t position, mmspan_error *error) {
    struct mr_bytes *bytes = array->bytes;
    while (!array->map.data && array->at < position) {
        if (bytes->begin == bytes->end) {
            mmspan_status status = mr_bytes_need(bytes, 1, error);
            if (status != MMSPAN_OK || bytes->begin == bytes->end)
                return status;
        }
        const uint64_t ready = bytes->end - bytes->begin;
        const uint64_t wanted = position - array->at;
        const uint64_t n = wanted < ready ? wanted : ready;
        bytes->begin += (size_t)n;
        array->at += n;
    }
    if (array->map.data)
        array->at = position;
    return MMSPAN_OK;
}

/* Makes room for one more block behind n IDs. */
static bool reserve(struct mr_array *array, size_t n) {
    const size_t size = mr_type_id_size(&array->type);
    const size_t need = (n + BLOCK) * size;
    if (need <= array->cap)
        return true;
    const size_t half = array->cap + array->cap / 2;
    const size_t cap = half > need ? half : need;
    void *ids = realloc(array->ids, cap);
    if (!ids)
        return false;
    array->ids = ids;
    array->cap = cap;
    return true;
}

static mmspan_status fail_element(const struct mr_array *array, uint64_t index,
                                  mmspan_error *error) {
    const struct mm_place place = {.file = array->bytes->name};
    return mi_fail(error, MMSPAN_E_SYNTAX, &place, "element [%" PRIu64 "] is beyond int64",
                   index);
}

/* The next elements, at least one of `wanted` unless the input has ended, and no more than
 * BLOCK. */
static mmspan_status next_block(struct mr_array *array, uint64_t wanted,
                                const unsigned char **elements, size_t *n,
                                mmspan_error *error) {
    const unsigned width = array->type.width;
    struct mr_bytes *bytes = array->bytes;
    *n = wanted < BLOCK ? (size_t)wanted : BLOCK;
    if (array->map.data) {
        *elements = array->map.data + array->base + array->at;
        return MMSPAN_OK;
    }
    mmspan_status status = mr_bytes_need(bytes, width, error);
    const size_t ready = (bytes->end - bytes->begin) / width;
    if (*n > ready)
        *n = ready;
    *elements = bytes->data + bytes->begin;
    bytes->begin += *n * width;
    return status;
}

/* True when the next elements can be handed out where they lie. */
static bool is_in_place(const struct mr_array *array) {
    return array->map.data && mr_type_is_ready(&array->type) &&
           (uintptr_t)(array->map.data + array->base + array->at) % array->type.width == 0;
}

mmspan_status mr_array_take(struct mr_array *array, uint64_t n, uint64_t first, mmspan_ids *ids,
                            mmspan_error *error) {
    const unsigned width = array->type.width;
    const size_t size = mr_type_id_size(&array->type);
    *ids = (mmspan_ids){.type = mr_type_ids(&array->type)};
    mr_map_release(&array->map, (size_t)(array->base + array->at));
    if (is_in_place(array)) {
        ids->data = array->map.data + array->base + array->at;
        ids->n = (size_t)n;
        array->at += n * width;
        return MMSPAN_OK;
    }
    while (ids->n < n) {
        const unsigned char *elements = NULL;
        size_t n_block = 0;
        mmspan_status status = next_block(array, n - ids->n, &elements, &n_block, error);
        if (status != MMSPAN_OK)
            return status;
        if (n_block == 0)
            break;
        if (!reserve(array, ids->n))
            return mm_fail_memory(error);
        const size_t done = mr_convert(&array->type, elements, n_block,
                                       (unsigned char *)array->ids + ids->n * size);
        ids->n += done;
        if (done < n_block)
            return fail_element(array, first + ids->n, error);
        array->at += n_block * width;
        mr_map_release(&array->map, (size_t)(array->base + array->at));
    }
    ids->data = ids->n ? array->ids : NULL;
    return MMSPAN_OK;
}
