/* The parsers behind input.h: each turns a reader's bytes into sequences. */
#ifndef MMSPAN_INPUT_INPUT_FORMATS_H
#define MMSPAN_INPUT_INPUT_FORMATS_H

#include "../../tools/output/fail.h"
#include "id_list.h"
#include "input.h"
#include "json_lines.h"
#include "npy_header.h"
#include "reader.h"

/* Where the current line is; both text formats count the same way. */
struct line_count {
    uint64_t line;  /* from 1 */
    uint64_t start; /* position of its first byte in the input */
};

/* The place of byte data[at] of the reader. */
static inline struct place place_of(const struct reader *reader, const struct line_count *count,
                                    size_t at) {
    return (struct place){reader->name, count->line,
                          reader_position(reader, at) - count->start + 1};
}

struct ids_input {
    struct reader *reader;
    struct line_count count;
    struct id_list list;
};

void ids_open(struct ids_input *ids, struct reader *reader);
int ids_next(struct ids_input *ids, struct sequence *sequence, bool *more);
void ids_close(struct ids_input *ids);

struct jsonl_input {
    struct reader *reader;
    struct line_count count;
    struct id_list list;
    struct json_lines *parser;
};

int jsonl_open(struct jsonl_input *jsonl, struct reader *reader);
int jsonl_next(struct jsonl_input *jsonl, struct sequence *sequence, bool *more);
void jsonl_close(struct jsonl_input *jsonl);

/*
 * The array's bytes come from `map` when the file could be mapped, from the reader
 * when not. `next_row` counts the rows delivered; `used` the bytes of `map` that
 * were used and `released` those of them that the kernel was told to forget.
 */
struct npy_input {
    struct reader *reader;
    struct npy_header header;
    struct id_list list;
    uint64_t next_row;
    const unsigned char *map;
    size_t map_size;
    size_t used;
    size_t released;
};

int npy_open(struct npy_input *npy, struct reader *reader);
int npy_next(struct npy_input *npy, struct sequence *sequence, bool *more);
void npy_close(struct npy_input *npy);

#endif
