/* Stretches of an array of integers, from a mapping or from a stream. */
#ifndef MMSPAN_INPUT_ARRAY_H
#define MMSPAN_INPUT_ARRAY_H

#include "bytes.h"
#include "elements.h"
#include "map.h"

/*
 *   bytes   the input; not read any more once there is a map
 *   base    where the input begins in the map: standard input may have been read from before
 *   at      the position in the input of the next element
 */
struct mr_array {
    struct mr_bytes *bytes;
    struct mr_type type;
    struct mr_map map;
    uint64_t base;
    uint64_t at;
    void *ids;
    size_t cap; /* of `ids`, in bytes */
};

/* Begins where the bytes are. Maps the input if it can be. */
void mr_array_open(struct mr_array *array, struct mr_bytes *bytes, const struct mr_type *type);
void mr_array_close(struct mr_array *array);

/* The size of the input in bytes; false when only reading tells. */
bool mr_array_size(const struct mr_array *array, uint64_t *size);

/* Goes to a position in the input; in a stream never back, which the caller sees to. What a
 * stream lacks shows when it is read from. */
mmspan_status mr_array_seek(struct mr_array *array, uint64_t position, mmspan_error *error);

/*
 * Reads the next n elements, or all that are left of a stream when that is fewer: ids->n says
 * how many. A map must have them. `first` is their index for a message: one that no
 * mmspan_id_type holds is MMSPAN_E_SYNTAX.
 */
mmspan_status mr_array_take(struct mr_array *array, uint64_t n, uint64_t first, mmspan_ids *ids,
                            mmspan_error *error);

/* Are IDs that were taken part of the mapping? Else the next ones take their place. */
static inline bool mr_array_stays(const struct mr_array *array, const mmspan_ids *ids) {
    return array->map.data && ids->data != array->ids;
}

#endif
