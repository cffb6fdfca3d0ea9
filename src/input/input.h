/*
 * A file of token IDs as a series of sequences, whatever its format and compression.
 *
 * What is known here is formats. What a config makes of the IDs is not: the same readers serve
 * the program and whatever else reads data sets.
 *
 *   text       one sequence per line: IDs and ID*COUNT, one pair of brackets around them
 *   jsonl      one JSON object per line, with the IDs under a key
 *   npy        a NumPy array of one or two dimensions
 *   megatron   an .idx and its .bin, named by either
 *   raw        an array without a header, one sequence; its type must be told
 *
 * Each may be compressed with gzip or zstd. A regular file that is not compressed is mapped,
 * and its pages are given back as they are used; everything else is streamed. Memory is then
 * that of the longest sequence, and the index of a compressed Megatron pair.
 *
 * Functions return a status and, when it is not MMSPAN_OK, have filled in *error:
 * MMSPAN_E_SYNTAX, E_LIMIT      the input is corrupt or of no kind that can be read
 * MMSPAN_E_IO                   the system refused
 * MMSPAN_E_MEMORY               memory or descriptors ran out: it may pass
 * MMSPAN_E_UNSUPPORTED          this build lacks the library for it
 * Memory is malloc's.
 */
#ifndef MMSPAN_INPUT_INPUT_H
#define MMSPAN_INPUT_INPUT_H

#include "../../include/mmspan/scan.h"
#include "elements.h"

#include <stdbool.h>

enum mr_format { MR_AUTO, MR_TEXT, MR_JSONL, MR_NPY, MR_MEGATRON, MR_RAW };

/*
 * How to read; zeroed is fine.
 *
 *   format   MR_AUTO tells by the first bytes, and the name where there is no other sign
 *   key      JSON Lines: where the IDs are; NULL for input_ids
 *   type     of a headerless array, which MR_RAW needs; else NULL
 */
struct mr_options {
    enum mr_format format;
    const char *key;
    const struct mr_type *type;
};

/* One media that a line of JSON lists. The name is not terminated. A modality with an empty
 * list stands there once, with 0 rows. */
struct mr_media {
    const char *modality;
    size_t n_modality;
    int64_t rows;
};

/*
 * A sequence, valid until the next one is asked for.
 *
 *   ids        as stored, where a mmspan_id_type has that, else widened
 *   stays      the IDs are part of a mapping, and valid until the input is closed
 *   number     in its file, from 0; those that were skipped count
 *   line       where it stands in the file, from 1; 0 in formats without lines
 *   literal    spans of untrusted text: sorted, apart, inside the sequence
 *   borders    where documents meet: ascending, inside the sequence
 *   media      what goes with it, if has_media
 */
struct mr_sequence {
    mmspan_ids ids;
    bool stays;
    uint64_t number;
    uint64_t line;
    const mmspan_span *literal;
    size_t n_literal;
    const int64_t *borders;
    size_t n_borders;
    const struct mr_media *media;
    size_t n_media;
    bool has_media;
};

struct mr_input;
struct mr_bytes;

/* Opens a file, or standard input for "-", which errors then call <stdin>. */
mmspan_status mr_open(const char *path, const struct mr_options *options,
                      struct mr_input **input, mmspan_error *error);

/* Reads the next sequence; *more is false when there was none left. What precedes a corrupt
 * sequence has been delivered before it fails. */
mmspan_status mr_next(struct mr_input *input, struct mr_sequence *sequence, bool *more,
                      mmspan_error *error);

/* The name for messages. */
const char *mr_name(const struct mr_input *input);

/* The format, never MR_AUTO. */
enum mr_format mr_found_format(const struct mr_input *input);

/* How many sequences there are, those that will be skipped included; false when only reading
 * tells. */
bool mr_n_sequences(const struct mr_input *input, uint64_t *n);

/* The bytes behind the parser of a format in text, unpacked, from the first one on if nothing
 * has been read yet: for whoever has a parser of his own. */
struct mr_bytes *mr_bytes_of(struct mr_input *input);

/* True when the input is no plain file, so that somebody may be feeding it live. */
bool mr_is_stream(const struct mr_input *input);

/* True when it is compressed. */
bool mr_is_packed(const struct mr_input *input);

/* True when the input is read from a mapping: SIGBUS then means that it shrank meanwhile. */
bool mr_is_mapped(const struct mr_input *input);

/* How the elements are stored; NULL for formats in text. */
const struct mr_type *mr_stored_type(const struct mr_input *input);

/* True for a Megatron pair, which has two names. */
bool mr_is_pair(const struct mr_input *input);

/* How much of a path the two names of such a pair have in common, 0 when it is neither's.
 * `which`, unless it is NULL, receives 0 for an .idx and 1 for a .bin. */
size_t mr_pair_stem(const char *path, int *which);

/* How many sequences have been passed over so far because they hold something else than
 * tokens, and what that is: a phrase like "the bytes of an image". */
uint64_t mr_n_skipped(const struct mr_input *input, const char **what);

/* NULL is fine. */
void mr_close(struct mr_input *input);

#endif
