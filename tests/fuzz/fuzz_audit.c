/* Files under audit: the first byte says what is asked and how many shards there are, the rest
 * is a file. Whatever it holds, its report is the sum of those of its shards, byte for
 * byte, and it reads back. */
#define _GNU_SOURCE

#include "target.h"

#include "../oracle/gallery.h"
#include "../oracle/notation.h"
#include "mmspan/audit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_BYTES = 1 << 14, MAX_SHARDS = 4 };

static void check(bool holds) {
    if (!holds)
        abort();
}

/* The report of a file, or of its shards one after the other, as JSON. */
static char *audit(const mmspan_matcher *matcher, const char *path, uint32_t n_shards,
                   const char *dtype, int64_t window) {
    const mmspan_audit_options options = {
        .struct_size = sizeof options, .n_examples = 2, .window = window, .max_length = 20};
    mmspan_report *sum;
    mmspan_error error;
    const char *text;
    size_t n;
    check(mmspan_report_create(NULL, &sum) == MMSPAN_OK);
    for (uint32_t shard = 0; shard < n_shards; shard++) {
        const mmspan_audit_source source = {.struct_size = sizeof source,
                                            .shard = shard,
                                            .n_shards = n_shards,
                                            .ordinal = 1,
                                            .dtype = dtype};
        mmspan_audit *part;
        check(mmspan_audit_create(matcher, &options, &part, &error) == MMSPAN_OK);
        check(mmspan_audit_read(part, path, &source, &error) == MMSPAN_OK);
        check(mmspan_report_merge(sum, mmspan_audit_report(part), &error) == MMSPAN_OK);
        mmspan_audit_destroy(part);
    }
    check(mmspan_report_complete(sum, &error) == MMSPAN_OK);
    check(mmspan_report_json(sum, &text, &n) == MMSPAN_OK);
    char *copy = malloc(n + 1);
    check(copy != NULL);
    memcpy(copy, text, n + 1);
    mmspan_report_destroy(sum);
    return copy;
}

static void check_read_back(const char *json) {
    mmspan_report *report;
    mmspan_error error;
    const char *text;
    size_t n;
    check(mmspan_report_read(json, strlen(json), NULL, NULL, &report, &error) == MMSPAN_OK);
    check(mmspan_report_json(report, &text, &n) == MMSPAN_OK);
    check(strcmp(json, text) == 0);
    mmspan_report_destroy(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static mmspan_matcher *matcher;
    static int file = -1;
    char path[64];
    if (size == 0 || size > MAX_BYTES)
        return 0;
    if (!matcher)
        check(notation_compile(gallery_qwen, NULL, &matcher, NULL) == MMSPAN_OK);
    if (file < 0)
        file = memfd_create("audit", 0);
    check(file >= 0 && ftruncate(file, 0) == 0);
    check(pwrite(file, data + 1, size - 1, 0) == (ssize_t)(size - 1));
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    static const char *const dtypes[] = {NULL, "uint16", "int64", "int32"};
    const char *dtype = dtypes[data[0] / MAX_SHARDS % 4];
    /* With windows, lines are not divided. */
    const int64_t window = data[0] & 16 ? 7 : 0;
    char *whole = audit(matcher, path, 1, dtype, window);
    char *sum = audit(matcher, path, 1 + data[0] % MAX_SHARDS, dtype, window);
    check(strcmp(whole, sum) == 0);
    check_read_back(whole);
    free(whole);
    free(sum);
    return 0;
}
