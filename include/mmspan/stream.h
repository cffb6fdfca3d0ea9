/*
 * mmspan/stream.h: scans a prompt that arrives in chunks.
 *
 * It uses the very engine of mmspan_scan: cutting a prompt anywhere gives the same items,
 * runs and findings.
 */
#ifndef MMSPAN_STREAM_H
#define MMSPAN_STREAM_H

#include "scan.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A sequence that is still growing. It keeps only the tokens of a live attempt, as
 * runs of equal IDs: a block of a million patches costs a few dozen bytes until it
 * is decided. One thread at a time.
 */
typedef struct mmspan_stream mmspan_stream;

/* Makes a stream at position 0. The matcher must outlive it. NULL allocator: malloc.
 * Fails with MMSPAN_E_MEMORY, MMSPAN_E_ARGUMENT. Free it with mmspan_stream_destroy. */
MMSPAN_API mmspan_status mmspan_stream_create(const mmspan_matcher *matcher,
                                              const mmspan_allocator *allocator,
                                              mmspan_stream **stream);

/* Frees a stream; NULL is fine. */
MMSPAN_API void mmspan_stream_destroy(mmspan_stream *stream);

/*
 * Adds the next `n` tokens. `literal` non-zero says that they are untrusted user
 * text, as a literal span of mmspan_scan. Fails with MMSPAN_E_ARGUMENT (also after
 * finish), MMSPAN_E_LIMIT and MMSPAN_E_MEMORY; after the latter two the stream can
 * only be reset or destroyed.
 */
MMSPAN_API mmspan_status mmspan_stream_push(mmspan_stream *stream, const int32_t *ids, size_t n,
                                            int32_t literal, mmspan_error *error);

/* The input ends: what is still live becomes a match or a truncated block. */
MMSPAN_API mmspan_status mmspan_stream_finish(mmspan_stream *stream, mmspan_error *error);

/*
 * What is decided so far, as a result: items, runs and findings are final, in order, with
 * positions from the stream's start; n_tokens counts all tokens pushed. Only a finding about
 * a stretch of equal IDs that ends where the pushed tokens end may still grow with the next
 * push. Items and findings of a cluster (see mmspan/scan.h) are decided when it has ended:
 * when text comes behind it, or at finish.
 *
 * The result belongs to the stream and is valid until the next call that changes it. What
 * only reads a result (window, cut, splice, mask, ...) works at any time; what changes it
 * (assign, expand, collapse) after finish, and fails with MMSPAN_E_ARGUMENT before.
 */
MMSPAN_API mmspan_result *mmspan_stream_result(mmspan_stream *stream);

/*
 * Everything before this position is decided: where the live attempt or the open cluster
 * began. Equal to n_tokens when there is neither. What a chunked prefill may run up to.
 */
MMSPAN_API int64_t mmspan_stream_decided(const mmspan_stream *stream);

/* Bytes that the live attempt takes. For tests and for sizing. */
MMSPAN_API size_t mmspan_stream_retained(const mmspan_stream *stream);

/* Drops the items, runs and findings that were decided, so that an endless stream
 * does not grow. Positions and rows go on counting; indices begin at 0 again. Of a
 * stretch of equal stray or strange tokens that is not over, the rest becomes a finding
 * of its own. */
MMSPAN_API void mmspan_stream_forget(mmspan_stream *stream);

/* Back to an empty sequence at position 0. Keeps its memory. */
MMSPAN_API void mmspan_stream_reset(mmspan_stream *stream);

/* Forks: *copy goes on independently from the same state (speculative decoding,
 * retraction). Fails with MMSPAN_E_MEMORY, MMSPAN_E_ARGUMENT. */
MMSPAN_API mmspan_status mmspan_stream_copy(const mmspan_stream *stream, mmspan_stream **copy);

#ifdef __cplusplus
}
#endif

#endif
