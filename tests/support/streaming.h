/* Feeds streams, and holds what they have decided against the oracle. */
#ifndef MMSPAN_TESTS_STREAMING_H
#define MMSPAN_TESTS_STREAMING_H

#include "mmspan/stream.h"
#include "sampler.h"

/* Pushes the tokens [from, to) of a prompt, which a literal span may begin or end within. */
mmspan_status streaming_push(mmspan_stream *stream, const struct sampler_prompt *prompt,
                             size_t from, size_t to);

/* Has the stream, of which the first `pushed` tokens of the prompt are known, decided neither
 * more nor less than it should: everything before the live attempt and the open cluster, as
 * it stands in `whole`, the result for the whole prompt? Otherwise `difference` says in words
 * what is wrong. */
bool streaming_agrees(mmspan_stream *stream, const struct oracle *oracle,
                      const struct sampler_prompt *prompt, size_t pushed,
                      const mmspan_view *whole, char *difference, size_t size);

#endif
