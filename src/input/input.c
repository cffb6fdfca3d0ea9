/* Opens inputs, finds out their format and hands on to its parser. */
#define _POSIX_C_SOURCE 200809L

#include "input.h"

#include "input_formats.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct input {
    struct reader reader;
    enum input_format format; /* never INPUT_AUTO once open */
    bool stream;
    union {
        struct ids_input ids;
        struct jsonl_input jsonl;
        struct npy_input npy;
    };
};

/* Tells whether the input begins with `prefix`, and reads only as much as that takes:
 * a program that writes a short line and waits for the answer is not kept waiting. */
static int begins_with(struct reader *reader, const char *prefix, size_t n, bool *begins) {
    for (;;) {
        size_t ready = reader->end < n ? reader->end : n;
        *begins = ready == n && memcmp(reader->data, prefix, n) == 0;
        if (ready == n || reader->done || memcmp(reader->data, prefix, ready) != 0)
            return EXIT_CLEAN;
        int status = reader_fill(reader);
        if (status != EXIT_CLEAN)
            return status;
    }
}

/* The offset of the first byte that is not blank, or reader->end. */
static size_t first_of(const struct reader *reader) {
    size_t at = reader->begin;
    while (at < reader->end && strchr(" \t\r\n\v\f", reader->data[at]) && reader->data[at])
        at++;
    return at;
}

/* Tells JSON Lines from text by the first byte that is not blank, which may be a while
 * in coming. */
static int detect_lines(struct reader *reader, enum input_format *format) {
    const size_t limit = reader->cap / 2;
    while (!reader->done && reader->end < limit && first_of(reader) == reader->end) {
        int status = reader_fill(reader);
        if (status != EXIT_CLEAN)
            return status;
    }
    *format = reader->data[first_of(reader)] == '{' ? INPUT_JSONL : INPUT_TEXT;
    return EXIT_CLEAN;
}

/* Finds the format unless it is given, and skips the byte-order mark that some editors
 * write. */
static int detect(struct reader *reader, enum input_format *format) {
    bool is_npy = false;
    bool is_marked = false;
    int status = EXIT_CLEAN;
    if (*format == INPUT_AUTO)
        status = begins_with(reader, NPY_MAGIC, NPY_MAGIC_SIZE, &is_npy);
    if (is_npy)
        *format = INPUT_NPY;
    if (status != EXIT_CLEAN || *format == INPUT_NPY)
        return status;
    status = begins_with(reader, "\xEF\xBB\xBF", 3, &is_marked);
    if (is_marked)
        reader->begin = 3;
    if (status != EXIT_CLEAN || *format != INPUT_AUTO)
        return status;
    return detect_lines(reader, format);
}

/* Opens the descriptor; standard input is used as it is. */
static int open_path(const char *path, struct input *input) {
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? 0 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_system(path, errno);
    struct stat info;
    input->stream = fstat(fd, &info) != 0 || !S_ISREG(info.st_mode);
    return reader_open(&input->reader, fd, standard ? "<stdin>" : path);
}

static int open_format(struct input *input) {
    switch (input->format) {
    case INPUT_NPY:
        return npy_open(&input->npy, &input->reader);
    case INPUT_JSONL:
        return jsonl_open(&input->jsonl, &input->reader);
    default:
        ids_open(&input->ids, &input->reader);
        return EXIT_CLEAN;
    }
}

int input_open(const char *path, enum input_format format, struct input **input) {
    struct input *made = calloc(1, sizeof *made);
    if (!made)
        return fail_memory();
    made->reader.fd = -1;
    int status = open_path(path, made);
    enum input_format found = format;
    if (status == EXIT_CLEAN)
        status = detect(&made->reader, &found);
    made->format = found;
    if (status == EXIT_CLEAN)
        status = open_format(made);
    if (status == EXIT_CLEAN)
        *input = made;
    else
        input_close(made);
    return status;
}

int input_next(struct input *input, struct sequence *sequence, bool *more) {
    switch (input->format) {
    case INPUT_NPY:
        return npy_next(&input->npy, sequence, more);
    case INPUT_JSONL:
        return jsonl_next(&input->jsonl, sequence, more);
    default:
        return ids_next(&input->ids, sequence, more);
    }
}

const char *input_name(const struct input *input) {
    return input->reader.name;
}

bool input_is_stream(const struct input *input) {
    return input->stream;
}

/* Also closes what was never opened beyond its reader: zeroed members own nothing. */
void input_close(struct input *input) {
    if (!input)
        return;
    switch (input->format) {
    case INPUT_NPY:
        npy_close(&input->npy);
        break;
    case INPUT_JSONL:
        jsonl_close(&input->jsonl);
        break;
    default:
        ids_close(&input->ids);
    }
    reader_close(&input->reader);
    free(input);
}
