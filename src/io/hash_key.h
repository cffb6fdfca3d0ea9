/* The key of hash tables over data from files. */
#ifndef MMSPAN_IO_HASH_KEY_H
#define MMSPAN_IO_HASH_KEY_H

#include "../match/siphash.h"

/*
 * Draws a key from the system's random numbers: from getrandom or arc4random, or where
 * neither is there or both refuse, from /dev/urandom. Never waits. A system that has none of
 * them, or a process that may use none, gets a key made of addresses and clocks: whoever
 * prepares a file can guess at it and not know it.
 */
struct mm_sip_key mi_hash_key(void);

#endif
