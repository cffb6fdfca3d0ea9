/* Integers as they are stored in arrays, and how they become token IDs. */
#ifndef MMSPAN_INPUT_ELEMENTS_H
#define MMSPAN_INPUT_ELEMENTS_H

#include "../../include/mmspan/scan.h"

#include <stdbool.h>

/* `width` is 1, 2, 4 or 8 bytes. */
struct mr_type {
    unsigned width;
    bool is_signed;
    bool big_endian;
};

/* Understands "uint16" and NumPy's "<u2"; false for anything else. */
bool mr_type_parse(const char *name, struct mr_type *type);

/* "uint16"; static. */
const char *mr_type_name(const struct mr_type *type);

/* The mmspan_id_type of the IDs that elements of this type become: the one that they have, or
 * a wider one. */
int32_t mr_type_ids(const struct mr_type *type);

/* Are elements of this type IDs as they lie, if they are aligned? */
bool mr_type_is_ready(const struct mr_type *type);

/*
 * Can the type hold every reserved ID of the spec? Fails with MMSPAN_E_MISMATCH and a message
 * that names the token if not: such data has wrapped around when it was written.
 */
mmspan_status mr_type_check(const struct mr_type *type, const mmspan_spec *spec,
                            mmspan_error *error);

/* How many bytes an ID takes that an element of this type becomes. */
size_t mr_type_id_size(const struct mr_type *type);

/* Turns n elements into IDs behind `ids`, which has the alignment of its type. Returns how
 * many: fewer than n when the next one is beyond int64. */
size_t mr_convert(const struct mr_type *type, const unsigned char *elements, size_t n,
                  void *ids);

/* An ID of whatever type, as it was given. */
static inline int64_t mr_id_at(const mmspan_ids *ids, size_t i) {
    switch (ids->type) {
    case MMSPAN_IDS_INT64:
        return ((const int64_t *)ids->data)[i];
    case MMSPAN_IDS_UINT32:
        return ((const uint32_t *)ids->data)[i];
    case MMSPAN_IDS_UINT16:
        return ((const uint16_t *)ids->data)[i];
    default:
        return ((const int32_t *)ids->data)[i];
    }
}

/* A little-endian number of `width` bytes, at any address. */
static inline uint64_t mr_load(const unsigned char *bytes, unsigned width) {
    uint64_t value = 0;
    for (unsigned i = 0; i < width; i++)
        value |= (uint64_t)bytes[i] << 8 * i;
    return value;
}

#endif
