/* The parsers behind input.h: each turns bytes into sequences. */
#ifndef MMSPAN_INPUT_FORMATS_H
#define MMSPAN_INPUT_FORMATS_H

#include "array.h"
#include "bytes.h"
#include "ids.h"
#include "input.h"
#include "json_lines.h"
#include "kinds.h"
#include "npy_header.h"

/* Where the current line is; both text formats count the same way. */
struct mr_lines {
    uint64_t line;  /* from 1 */
    uint64_t start; /* position of its first byte in the input */
};

/* MMSPAN_E_SYNTAX at byte data[at]. A place beyond what a report can hold is left out. */
#if defined(__GNUC__)
__attribute__((format(printf, 5, 6)))
#endif
mmspan_status
mr_fail_at(const struct mr_bytes *bytes, const struct mr_lines *lines, size_t at,
           mmspan_error *error, const char *format, ...);

struct mr_text {
    struct mr_bytes *bytes;
    struct mr_lines lines;
    struct mr_ids list;
    uint64_t n_sequences;
    size_t n_repeated; /* IDs of the current line that ID*COUNT made */
};

void mr_text_open(struct mr_text *text, struct mr_bytes *bytes);
mmspan_status mr_text_next(struct mr_text *text, struct mr_sequence *sequence, bool *more,
                           mmspan_error *error);
void mr_text_close(struct mr_text *text);

struct mr_jsonl {
    struct mr_bytes *bytes;
    const char *key;
    struct mr_lines lines;
    struct mr_line line;
    struct json_lines *parser;
    uint64_t n_sequences;
};

mmspan_status mr_jsonl_open(struct mr_jsonl *jsonl, struct mr_bytes *bytes, const char *key,
                            mmspan_error *error);
mmspan_status mr_jsonl_next(struct mr_jsonl *jsonl, struct mr_sequence *sequence, bool *more,
                            mmspan_error *error);
void mr_jsonl_close(struct mr_jsonl *jsonl);

struct mr_npy {
    struct mr_npy_header header;
    struct mr_array array;
    uint64_t next_row;
};

mmspan_status mr_npy_open(struct mr_npy *npy, struct mr_bytes *bytes, mmspan_error *error);
mmspan_status mr_npy_next(struct mr_npy *npy, struct mr_sequence *sequence, bool *more,
                          mmspan_error *error);
void mr_npy_close(struct mr_npy *npy);

struct mr_raw {
    struct mr_array array;
    bool done;
};

mmspan_status mr_raw_open(struct mr_raw *raw, struct mr_bytes *bytes,
                          const struct mr_type *type, mmspan_error *error);
mmspan_status mr_raw_next(struct mr_raw *raw, struct mr_sequence *sequence, bool *more,
                          mmspan_error *error);
void mr_raw_close(struct mr_raw *raw);

/* The array has `size` bytes, which its elements do not divide. */
mmspan_status mr_fail_ragged(const struct mr_array *array, uint64_t size, mmspan_error *error);

/*
 * The index of a Megatron pair, in memory whole: mapped, or when it is compressed read.
 *
 *   sizes, pointers, modes   arrays of n_sequences elements, at any address: int32 tokens,
 *                            int64 bytes into the .bin, int8; modes is NULL in one of text
 *   type                     of the tokens
 */
struct mr_index {
    struct mr_bytes bytes;
    struct mr_map map;
    uint64_t n_sequences;
    const unsigned char *sizes;
    const unsigned char *pointers;
    const unsigned char *modes;
    struct mr_type type;
};

mmspan_status mr_index_open(struct mr_index *index, const char *path, mmspan_error *error);
void mr_index_close(struct mr_index *index);
uint64_t mr_index_size(const struct mr_index *index, uint64_t sequence);
uint64_t mr_index_pointer(const struct mr_index *index, uint64_t sequence);

/* `paths` are of the .idx and the .bin, owned. */
struct mr_megatron {
    struct mr_index index;
    struct mr_bytes bytes;
    struct mr_array array;
    char *paths[2];
    uint64_t end; /* of the last sequence in the .bin */
    uint64_t next;
    uint64_t n_skipped;
};

/* Finds the other file beside the one that is named: *pair is false when there is none, and
 * then nothing is open. */
mmspan_status mr_megatron_open(struct mr_megatron *megatron, const char *path, bool *pair,
                               mmspan_error *error);
mmspan_status mr_megatron_next(struct mr_megatron *megatron, struct mr_sequence *sequence,
                               bool *more, mmspan_error *error);
void mr_megatron_close(struct mr_megatron *megatron);

/* Unpacks what is packed, whatever its name; `kind`, unless it is NULL, receives what it is
 * then. */
mmspan_status mr_unpack_if_packed(struct mr_bytes *bytes, struct mr_kind *kind,
                                  mmspan_error *error);

/* The same for arrays without a header, which may begin with any bytes: only if the name says
 * so, or if there is no name. */
mmspan_status mr_unpack_if_named_packed(struct mr_bytes *bytes, mmspan_error *error);

#endif
