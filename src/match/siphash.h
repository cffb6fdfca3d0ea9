/* SipHash-2-4, for hash tables over data that somebody may have chosen. */
#ifndef MMSPAN_MATCH_SIPHASH_H
#define MMSPAN_MATCH_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * The key of a table. Whoever does not know it cannot prepare values that collide, so it is
 * random where there is something to draw from; this part of the library does no input, and
 * its caller passes the key in. A fixed key hashes just as evenly, but values that collide
 * under it can be searched for: with one, only data that is trusted or small.
 */
struct mm_sip_key {
    uint64_t k0;
    uint64_t k1;
};

/* The hash of `size` bytes; the same on every machine. `data` may be NULL when size is 0. */
uint64_t mm_siphash(const struct mm_sip_key *key, const void *data, size_t size);

#endif
