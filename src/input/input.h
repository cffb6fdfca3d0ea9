/* A file of token IDs as a series of sequences, whatever its format. */
#ifndef MMSPAN_INPUT_INPUT_H
#define MMSPAN_INPUT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of their names in options.c. */
enum input_format { INPUT_AUTO, INPUT_TEXT, INPUT_JSONL, INPUT_NPY };

/* `line` is where the sequence stands in the file, 0 in formats without lines. The
 * IDs are valid until the next sequence is asked for. */
struct sequence {
    const int32_t *ids;
    size_t n;
    uint64_t line;
};

struct input;

/* Opens a file, or standard input for "-", which errors then call <stdin>. */
int input_open(const char *path, enum input_format format, struct input **input);

/* Reads the next sequence; *more is false when there was none left. What precedes
 * a corrupt sequence has been delivered before it fails. */
int input_next(struct input *input, struct sequence *sequence, bool *more);

/* The name for messages. */
const char *input_name(const struct input *input);

/* True when the input is no plain file, so that somebody may be feeding it live. */
bool input_is_stream(const struct input *input);

/* NULL is fine. */
void input_close(struct input *input);

#endif
