/*
 * mmspan/stream.h: scans prompts that arrive in chunks, and many prompts at once.
 *
 * Both use the very engine of mmspan_scan: cutting a prompt anywhere, or scanning it
 * on any thread, gives the same items, runs and findings.
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
 * What is decided so far, as in a result: items, runs and findings are final, in
 * order, with positions from the stream's start; n_tokens counts all tokens pushed.
 * Only a finding about a stretch of equal IDs that ends where the pushed tokens end
 * may still grow with the next push.
 * Owned by the stream, valid until the next call that changes it.
 */
MMSPAN_API const mmspan_view *mmspan_stream_view(const mmspan_stream *stream);

/*
 * Where the live attempt began: everything before this position is decided. Equal to
 * n_tokens when no attempt is live. What a chunked prefill may run up to.
 */
MMSPAN_API int64_t mmspan_stream_decided(const mmspan_stream *stream);

/* Bytes that the live attempt takes. For tests and for sizing. */
MMSPAN_API size_t mmspan_stream_retained(const mmspan_stream *stream);

/* Drops the items, runs and findings that were decided, so that an endless stream
 * does not grow. Positions and rows go on counting; indices begin at 0 again. */
MMSPAN_API void mmspan_stream_forget(mmspan_stream *stream);

/* Back to an empty sequence at position 0. Keeps its memory. */
MMSPAN_API void mmspan_stream_reset(mmspan_stream *stream);

/* Forks: *copy goes on independently from the same state (speculative decoding,
 * retraction). Fails with MMSPAN_E_MEMORY, MMSPAN_E_ARGUMENT. */
MMSPAN_API mmspan_status mmspan_stream_copy(const mmspan_stream *stream, mmspan_stream **copy);

/*
 * Scans many sequences, on several threads when asked.
 *
 *   values      the tokens of all sequences, one after the other
 *   offsets     n_sequences + 1 indices into values: sequence i is
 *               values[offsets[i]..offsets[i + 1]); not decreasing, the first >= 0
 *   n_threads   0 or 1: the calling thread alone; else at most this many, the
 *               calling one included. Fewer run when no more can be started
 *   results     n_sequences results, each scanned into as by mmspan_scan. They must
 *               be different objects; reuse them from batch to batch
 *
 * The results are identical for every number of threads. Results made with an
 * allocator of yours call it from the batch's threads.
 *
 * Fails as mmspan_scan does, with the error of the first sequence that failed (the
 * message names it); all others are complete all the same.
 */
MMSPAN_API mmspan_status mmspan_scan_batch(const mmspan_matcher *matcher, const int32_t *values,
                                           const int64_t *offsets, size_t n_sequences,
                                           uint32_t n_threads, mmspan_result *const *results,
                                           mmspan_error *error);

#ifdef __cplusplus
}
#endif

#endif
