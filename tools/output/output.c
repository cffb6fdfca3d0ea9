/* Writes finished lines to standard output. */
#define _POSIX_C_SOURCE 200809L

#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LARGE 65536

static int fail_output(int error_number) {
    const struct place place = {"<stdout>", 0, 0};
    return fail(EXIT_TRY_AGAIN, &place, "%s", strerror(error_number));
}

int output_write(struct buffer *buffer) {
    if (buffer->failed)
        return fail_memory();
    size_t done = 0;
    while (done < buffer->n) {
        ssize_t n = write(STDOUT_FILENO, buffer->data + done, buffer->n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_output(errno);
        done += (size_t)n;
    }
    buffer->n = 0;
    return EXIT_CLEAN;
}

int output_offer(struct buffer *buffer, bool waiting) {
    if (waiting || buffer->failed || buffer->n >= LARGE)
        return output_write(buffer);
    return EXIT_CLEAN;
}

bool output_is_colored(void) {
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if ((no_color && no_color[0]) || (term && strcmp(term, "dumb") == 0))
        return false;
    return isatty(STDOUT_FILENO) == 1;
}

int output_close(void) {
    return close(STDOUT_FILENO) == 0 || errno == EINTR ? EXIT_CLEAN : fail_output(errno);
}
