/*
 * The hash of the tables in which a compilation finds what it has made before.
 *
 * It has no secret key: a config decides what it costs to compile it in many ways, so what
 * probing costs is counted or bounded like them. The states, classes and lists of a config are
 * few, and the whole is compared behind the hash. Tables over vocabularies are another matter.
 */
#ifndef MMSPAN_MATCH_TABLE_HASH_H
#define MMSPAN_MATCH_TABLE_HASH_H

#include "../siphash.h"

static inline size_t mm_table_hash(const void *data, size_t size) {
    const struct mm_sip_key none = {0, 0};
    return (size_t)mm_siphash(&none, data, size);
}

#endif
