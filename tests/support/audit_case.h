/* What tests of the audit share: columns written as text, and what an audit found in them. */
#ifndef MMSPAN_TESTS_AUDIT_CASE_H
#define MMSPAN_TESTS_AUDIT_CASE_H

#include "mmspan/audit.h"

#include <stdbool.h>

enum { RAGGED_VALUES = 4096, RAGGED_ROWS = 64, AUDIT_FOUND = 16384 };

/* A column in memory of its own. The values begin behind others that belong to nothing, and the
 * offsets do not begin at 0, as in a slice of an Arrow array. */
struct ragged {
    mmspan_column column;
    int64_t values[RAGGED_VALUES];
    int64_t stored[RAGGED_VALUES]; /* as `column.type` */
    int64_t offsets[RAGGED_ROWS + 1];
    uint8_t validity[RAGGED_ROWS / 8 + 1];
    size_t n_rows;
};

/* Reads "1 3*4 2 | 9 | | -": rows between bars, ID*COUNT for repeats, a dash for a null row. */
const mmspan_column *ragged_read(struct ragged *ragged, int32_t type, const char *text);

/* An audit of a config in the tests' notation; "a.jsonl" is its file. */
struct audit_case {
    mmspan_matcher *matcher;
    mmspan_audit *audit;
    int32_t file;
    char found[AUDIT_FOUND];
    size_t n_found;
};

/* `options` may be NULL; its `found` is set here. */
void audit_case_open(struct audit_case *c, const char *config,
                     const mmspan_audit_options *options);
void audit_case_close(struct audit_case *c);

/* Adds sequences without columns, or a batch whose file, size and `ids` are set here. */
void audit_case_ids(struct audit_case *c, int32_t type, const char *text);
void audit_case_add(struct audit_case *c, mmspan_audit_batch *batch, const char *ids);

/* Compares what has been found since the last time, a line for each finding: "0 rows 1..4 -1 2"
 * are sequence, kind, span, expected and found. */
void audit_case_expect(struct audit_case *c, const char *wanted);

/* The report as JSON, to be freed; and whether it has a text. */
char *audit_case_json(mmspan_report *report);
void audit_case_expect_json(const struct audit_case *c, const char *part);

#endif
