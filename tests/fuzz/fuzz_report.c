/* Reports of an audit, two of them with a NUL between: what can be read is written so that it
 * reads the same again, and the two are merged with the same bytes in either order, or not at
 * all. */
#include "target.h"

#include "mmspan/audit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void check(bool holds) {
    if (!holds)
        abort();
}

/* A copy of the report's JSON. */
static char *write_report(mmspan_report *report) {
    const char *text;
    size_t n;
    check(mmspan_report_json(report, &text, &n) == MMSPAN_OK);
    check(strlen(text) == n);
    char *copy = malloc(n + 1);
    check(copy != NULL);
    memcpy(copy, text, n + 1);
    return copy;
}

static mmspan_report *read_report(const char *text, size_t n) {
    mmspan_report *report = NULL;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = mmspan_report_read(text, n, "report", NULL, &report, &error);
    check((status == MMSPAN_OK) == (report != NULL));
    check(status == MMSPAN_OK || (error.status == (int32_t)status && error.message[0]));
    return report;
}

static void check_round_trip(mmspan_report *report) {
    char *text = write_report(report);
    mmspan_report *again = read_report(text, strlen(text));
    check(again != NULL);
    char *copy = write_report(again);
    check(strcmp(text, copy) == 0);
    free(copy);
    free(text);
    mmspan_report_destroy(again);
}

/* What is asked of a report fits what it says of itself. */
static void check_answers(const mmspan_report *report) {
    mmspan_report_totals totals = {.struct_size = sizeof totals};
    mmspan_report_get_totals(report, &totals);
    check(totals.sequences >= 0 && totals.findings >= 0 && totals.unread >= 0);
    for (int32_t kind = 0; kind < 48; kind++) {
        mmspan_audit_finding finding;
        int64_t findings, sequences;
        mmspan_report_count(report, kind, &findings, &sequences);
        check(findings <= totals.findings);
        for (size_t i = 0; mmspan_report_example(report, kind, i, &finding); i++)
            check(finding.file && finding.kind == kind && finding.sentence);
    }
}

/* The sum of two, left first; NULL when they do not go together. */
static char *merge(const mmspan_report *left, const mmspan_report *right) {
    mmspan_report *sum;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    check(mmspan_report_create(NULL, &sum) == MMSPAN_OK);
    check(mmspan_report_merge(sum, left, &error) == MMSPAN_OK);
    mmspan_status status = mmspan_report_merge(sum, right, &error);
    check(status == MMSPAN_OK || (status == MMSPAN_E_MISMATCH && error.message[0]));
    char *text = status == MMSPAN_OK ? write_report(sum) : NULL;
    mmspan_report_destroy(sum);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = size ? (const char *)data : "";
    const char *border = size ? memchr(text, '\0', size) : NULL;
    const size_t n = border ? (size_t)(border - text) : size;
    mmspan_report *left = read_report(text, n);
    mmspan_report *right = border ? read_report(border + 1, size - n - 1) : NULL;
    if (left) {
        check_round_trip(left);
        check_answers(left);
    }
    if (left && right) {
        char *one = merge(left, right);
        char *other = merge(right, left);
        check(one ? other && strcmp(one, other) == 0 : !other);
        free(one);
        free(other);
    }
    mmspan_report_destroy(left);
    mmspan_report_destroy(right);
    return 0;
}
