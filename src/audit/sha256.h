/* SHA-256 (FIPS 180-4), the identity of a config. */
#ifndef MMSPAN_AUDIT_SHA256_H
#define MMSPAN_AUDIT_SHA256_H

#include <stddef.h>

/* Writes the digest of n bytes as 64 hexadecimal digits and a zero. */
void ma_sha256(const void *bytes, size_t n, char text[65]);

#endif
