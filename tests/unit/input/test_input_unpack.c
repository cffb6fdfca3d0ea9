/* Reading from descriptors: what is interrupted, what fails, where packed members meet, and
 * that nothing stays open. */
#define _DEFAULT_SOURCE /* readlink */

#include "input/unpack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/input_files.h"
#include "../../support/scratch_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct made made;

/* A call that was interrupted before does not make the end of a file one that was. */
static void test_interrupted(void **state) {
    unsigned char bytes[1];
    size_t n = 9;
    mmspan_error error;
    (void)state;
    const int fd = open(scratch_text(&scratch, "empty", ""), O_RDONLY);
    assert_true(fd >= 0);
    errno = EINTR;
    assert_int_equal(mr_read(fd, "empty", bytes, 1, &n, &error), MMSPAN_OK);
    assert_int_equal(n, 0);
    close(fd);
    assert_int_equal(mr_read(fd, "closed", bytes, 1, &n, &error), MMSPAN_E_IO);
    assert_string_equal(error.file, "closed");
}

/* Unpacks two members, of which the first `end` bytes have been read already. */
static void expect_both(const struct made *packed, size_t end) {
    unsigned char bytes[16];
    size_t all = 0;
    size_t n;
    int fds[2];
    struct mr_unpacker *unpacker;
    mmspan_error error;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], packed->bytes + end, packed->n - end), packed->n - end);
    close(fds[1]);
    assert_int_equal(
        mr_unpacker_create(mr_gzip, fds[0], "a", packed->bytes, end, false, &unpacker, &error),
        MMSPAN_OK);
    do {
        assert_int_equal(
            mr_unpacker_read(unpacker, bytes + all, sizeof bytes - all, &n, &error), MMSPAN_OK);
        all += n;
    } while (n);
    assert_int_equal(all, 4);
    assert_memory_equal(bytes, "5 6 ", 4);
    mr_unpacker_destroy(unpacker);
    close(fds[0]);
}

/* Wherever what is read at once ends: in a member, or in the zeros that tapes pad with. */
static void test_members(void **state) {
    static struct made part;
    (void)state;
    if (!mr_gzip)
        skip();
    made.n = part.n = 0;
    made_text(&part, "5 ");
    made_gzip(&made, &part);
    made_number(&made, 0, 4);
    part.bytes[0] = '6';
    made_gzip(&made, &part);
    for (size_t end = 1; end <= made.n; end++)
        expect_both(&made, end);
}

/* Does the process have a file of the scratch directory open, or in its memory? */
static bool is_held(void) {
    static char text[1 << 16];
    char link[64];
    char target[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    bool held = false;
    while (maps && fgets(text, sizeof text, maps))
        held |= strstr(text, scratch.folder) != NULL;
    if (maps)
        fclose(maps);
    for (int fd = 0; fd < 64; fd++) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        const ssize_t n = readlink(link, target, sizeof target - 1);
        target[n > 0 ? n : 0] = '\0';
        held |= strstr(target, scratch.folder) != NULL;
    }
    return held;
}

/* Opens a file, reads one sequence and closes it. */
static void expect_closed(const char *name, const struct mr_options *options) {
    struct mr_input *input = NULL;
    struct mr_sequence sequence;
    mmspan_error error;
    bool more;
    if (mr_open(scratch_path(&scratch, name), options, &input, &error) != MMSPAN_OK ||
        mr_next(input, &sequence, &more, &error) != MMSPAN_OK)
        fail_msg("%s: %s", name, error.message);
    assert_true(is_held());
    mr_close(input);
    if (is_held())
        fail_msg("%s stays open", name);
}

static void test_closed(void **state) {
    static const struct mr_options none;
    static const struct mr_type type = {4, true, false};
    static const struct mr_options raw = {.type = &type};
    static const int32_t sizes[] = {1};
    static const struct made_index index = {
        .code = 4, .width = 4, .sizes = sizes, .n = 1, .n_documents = 2};
    (void)state;
    if (access("/proc/self/maps", R_OK) != 0)
        skip();
    made.n = 0;
    made_number(&made, 7, 4);
    made_write(&scratch, "a.bin", &made);
    expect_closed("a.bin", &raw);
    made.n = 0;
    made_index(&made, &index);
    made_write(&scratch, "a.idx", &made);
    expect_closed("a.idx", &none);
    made.n = 0;
    made_npy(&made, "<i4", "(1,)");
    made_number(&made, 7, 4);
    made_write(&scratch, "a.npy", &made);
    expect_closed("a.npy", &none);
    scratch_text(&scratch, "a.txt", "7\n");
    expect_closed("a.txt", &none);
#ifdef MMSPAN_HAVE_SIMDJSON
    scratch_text(&scratch, "a.jsonl", "{\"input_ids\": [7]}\n");
    expect_closed("a.jsonl", &none);
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_closed),
    };
    return cmocka_run_group_tests(tests, set_up_scratch, tear_down_scratch);
}
