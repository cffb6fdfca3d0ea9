/* .npy input: each row of an integer array is a sequence. */
#define _DEFAULT_SOURCE /* madvise */

#include "input_formats.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* How many elements are converted at a time, and after how many bytes the kernel is
 * told that used pages of the mapping will not be needed again. */
#define BLOCK   (16 * 1024)
#define RELEASE ((size_t)4 << 20)

/* A mapped file that another process cuts short ends in this signal. */
static void on_bus_error(int signal_number) {
    static const char message[] = "mmspan: error: an input file shrank while it was read\n";
    (void)signal_number;
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    _exit(EXIT_CORRUPT);
}

/* Where the array ends, counted from the start of the file. */
static uint64_t size_of(const struct npy_header *header) {
    return header->start + header->n_rows * header->n_columns * header->width;
}

/* The input has `size` bytes, which are not what its header promises. */
static int fail_size(const struct npy_input *npy, uint64_t size) {
    const uint64_t expected = size_of(&npy->header);
    const struct place place = {npy->reader->name, 0, 0};
    return fail(EXIT_CORRUPT, &place,
                "%s: the header promises %" PRIu64 " bytes, the file has %" PRIu64,
                size < expected ? "cut short" : "something follows the array", expected, size);
}

/* Maps the array when it is in a regular file; else it is read. */
static int map_file(struct npy_input *npy) {
    struct stat info;
    int fd = npy->reader->fd;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return EXIT_CLEAN;
    /* Standard input may have been read from before it came to this program. */
    off_t here = lseek(fd, 0, SEEK_CUR);
    if (here < 0)
        return EXIT_CLEAN;
    uint64_t first = (uint64_t)here - reader_position(npy->reader, npy->reader->end);
    uint64_t size = (uint64_t)info.st_size;
    if (size < first)
        return EXIT_CLEAN;
    if (size - first != size_of(&npy->header))
        return fail_size(npy, size - first);
    if (size > SIZE_MAX / 2)
        return EXIT_CLEAN;
    void *map = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return EXIT_CLEAN;
    struct sigaction action = {.sa_handler = on_bus_error};
    sigaction(SIGBUS, &action, NULL);
    npy->map = map;
    npy->map_size = (size_t)size;
    npy->used = (size_t)(first + npy->header.start);
    madvise(map, npy->map_size, MADV_SEQUENTIAL);
    return EXIT_CLEAN;
}

int npy_open(struct npy_input *npy, struct reader *reader) {
    *npy = (struct npy_input){.reader = reader};
    int status = npy_read_header(reader, &npy->header);
    return status == EXIT_CLEAN ? map_file(npy) : status;
}

void npy_close(struct npy_input *npy) {
    if (npy->map)
        munmap((void *)(uintptr_t)npy->map, npy->map_size);
    id_list_free(&npy->list);
}

/* Drops the pages behind `used`, so that a large file does not fill the memory. */
static void release(struct npy_input *npy) {
    if (npy->used - npy->released < RELEASE)
        return;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t end = npy->used / page * page;
    madvise((void *)(uintptr_t)(npy->map + npy->released), end - npy->released, MADV_DONTNEED);
    npy->released = end;
}

/* An element's bytes as a number; `width` is a constant at each call, so that this
 * becomes a load. */
static inline uint64_t load(const unsigned char *bytes, unsigned width, bool big_endian) {
    uint64_t value = 0;
    for (unsigned i = 0; i < width; i++)
        value |= (uint64_t)bytes[i] << 8 * (big_endian ? width - 1 - i : i);
    return value;
}

static uint64_t load_element(const struct npy_header *header, const unsigned char *bytes) {
    switch (header->width) {
    case 1:
        return bytes[0];
    case 2:
        return load(bytes, 2, header->big_endian);
    case 4:
        return load(bytes, 4, header->big_endian);
    default:
        return load(bytes, 8, header->big_endian);
    }
}

static int fail_element(const struct npy_input *npy, int64_t value) {
    const struct place place = {npy->reader->name, 0, 0};
    char index[64];
    if (npy->header.two_dimensions)
        snprintf(index, sizeof index, "[%" PRIu64 ", %zu]", npy->next_row, npy->list.n);
    else
        snprintf(index, sizeof index, "[%zu]", npy->list.n);
    /* An unsigned element beyond int64 arrives as a negative one. */
    if (!npy->header.is_signed)
        return fail(EXIT_CORRUPT, &place, "element %s is %" PRIu64 ", beyond int32", index,
                    (uint64_t)value);
    return fail(EXIT_CORRUPT, &place, "element %s is %" PRId64 ", beyond int32", index, value);
}

/* Adds n elements to the row. */
static int convert(struct npy_input *npy, const unsigned char *bytes, size_t n) {
    const struct npy_header *header = &npy->header;
    if (!id_list_reserve(&npy->list, n))
        return fail_memory();
    const uint64_t sign = header->is_signed ? UINT64_C(1) << (8 * header->width - 1) : 0;
    for (size_t i = 0; i < n; i++, bytes += header->width) {
        /* Flipping and subtracting the sign bit extends it. */
        int64_t value = (int64_t)((load_element(header, bytes) ^ sign) - sign);
        if (value < INT32_MIN || value > INT32_MAX || (!header->is_signed && value < 0))
            return fail_element(npy, value);
        npy->list.ids[npy->list.n++] = (int32_t)value;
    }
    return EXIT_CLEAN;
}

/* The next elements, at least one of `wanted` and no more than BLOCK. */
static int take_bytes(struct npy_input *npy, uint64_t wanted, const unsigned char **bytes,
                      size_t *n) {
    const unsigned width = npy->header.width;
    struct reader *reader = npy->reader;
    *n = wanted < BLOCK ? (size_t)wanted : BLOCK;
    if (npy->map) {
        *bytes = npy->map + npy->used;
        npy->used += *n * width;
        return EXIT_CLEAN;
    }
    while (!reader->done && reader->end - reader->begin < width) {
        int status = reader_fill(reader);
        if (status != EXIT_CLEAN)
            return status;
    }
    size_t ready = (reader->end - reader->begin) / width;
    if (ready == 0)
        return fail_size(npy, reader_position(reader, reader->end));
    if (*n > ready)
        *n = ready;
    *bytes = reader->data + reader->begin;
    reader->begin += *n * width;
    return EXIT_CLEAN;
}

/* True when a row can be scanned where it lies. */
static bool is_ready_made(const struct npy_input *npy) {
    const uint16_t one = 1;
    unsigned char little;
    memcpy(&little, &one, 1);
    return npy->map && npy->header.width == sizeof(int32_t) && npy->header.is_signed &&
           npy->header.big_endian == !little &&
           (uintptr_t)(npy->map + npy->used) % _Alignof(int32_t) == 0;
}

static int read_row(struct npy_input *npy, struct sequence *sequence) {
    const uint64_t n_columns = npy->header.n_columns;
    if (is_ready_made(npy)) {
        const void *row = npy->map + npy->used;
        *sequence = (struct sequence){row, (size_t)n_columns, 0};
        npy->used += (size_t)n_columns * sizeof(int32_t);
        return EXIT_CLEAN;
    }
    npy->list.n = 0;
    while (npy->list.n < n_columns) {
        const unsigned char *bytes = NULL;
        size_t n = 0;
        int status = take_bytes(npy, n_columns - npy->list.n, &bytes, &n);
        if (status == EXIT_CLEAN)
            status = convert(npy, bytes, n);
        if (status != EXIT_CLEAN)
            return status;
        if (npy->map)
            release(npy);
    }
    *sequence = (struct sequence){npy->list.ids, npy->list.n, 0};
    return EXIT_CLEAN;
}

/* After the last row nothing may follow in a pipe either. */
static int finish(struct npy_input *npy) {
    struct reader *reader = npy->reader;
    while (!npy->map && !reader->done && reader->begin == reader->end) {
        int status = reader_fill(reader);
        if (status != EXIT_CLEAN)
            return status;
    }
    const struct place place = {reader->name, 0, 0};
    if (npy->map || reader->begin == reader->end)
        return EXIT_CLEAN;
    return fail(EXIT_CORRUPT, &place, "something follows the array");
}

int npy_next(struct npy_input *npy, struct sequence *sequence, bool *more) {
    *more = npy->next_row < npy->header.n_rows;
    if (!*more)
        return finish(npy);
    if (npy->map)
        release(npy);
    int status = read_row(npy, sequence);
    npy->next_row++;
    return status;
}
