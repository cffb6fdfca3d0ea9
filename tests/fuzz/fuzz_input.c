/* Input files: the first byte names a format, the rest is a file of it. Whatever the file
 * holds, reading ends, and every ID that was delivered can be read. */
#define _GNU_SOURCE

#include "target.h"

#include "../../src/input/input.h"
#include "../../tools/output/fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_BYTES = 1 << 16 };

/* The program's diagnostics, without a word: a fuzzer makes millions of them. */
int fail(int status, const struct place *place, const char *format, ...) {
    (void)place;
    (void)format;
    return status;
}

int fail_system(const char *file, int error_number) {
    (void)file;
    (void)error_number;
    return EXIT_USAGE;
}

int fail_memory(void) {
    return EXIT_TRY_AGAIN;
}

static void check(bool holds) {
    if (!holds)
        abort();
}

static void read_all(struct input *input) {
    static volatile int32_t sink;
    struct sequence sequence;
    bool more = true;
    while (input_next(input, &sequence, &more) == EXIT_CLEAN && more) {
        int32_t sum = 0;
        for (size_t i = 0; i < sequence.n; i++)
            sum ^= sequence.ids[i];
        sink = sum;
    }
    (void)sink;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int file = -1;
    char path[64];
    if (size == 0 || size > MAX_BYTES)
        return 0;
    if (file < 0)
        file = memfd_create("input", 0);
    check(file >= 0 && ftruncate(file, 0) == 0);
    check(pwrite(file, data + 1, size - 1, 0) == (ssize_t)(size - 1));
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct input *input = NULL;
    if (input_open(path, (enum input_format)(data[0] % 4), &input) == EXIT_CLEAN)
        read_all(input);
    input_close(input);
    return 0;
}
