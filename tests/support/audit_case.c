/* Builds columns and audits from text. */
#include "audit_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Values in front of the first row. */
enum { BEFORE = 3 };

static void store(struct ragged *r, size_t i) {
    switch (r->column.type) {
    case MMSPAN_COLUMN_INT64:
        r->stored[i] = r->values[i];
        break;
    case MMSPAN_COLUMN_UINT16:
    case MMSPAN_COLUMN_INT16:
        ((uint16_t *)r->stored)[i] = (uint16_t)r->values[i];
        break;
    case MMSPAN_COLUMN_INT8:
        ((int8_t *)r->stored)[i] = (int8_t)r->values[i];
        break;
    default:
        ((uint32_t *)r->stored)[i] = (uint32_t)r->values[i];
    }
}

static size_t read_row(struct ragged *r, const char **text, size_t n) {
    for (;;) {
        char *end;
        const long long value = strtoll(*text, &end, 10);
        if (end == *text)
            return n;
        const size_t count = *end == '*' ? strtoul(end + 1, &end, 10) : 1;
        assert_true(count <= RAGGED_VALUES - n);
        for (size_t i = 0; i < count; i++)
            r->values[n++] = value;
        *text = end;
    }
}

const mmspan_column *ragged_read(struct ragged *r, int32_t type, const char *text) {
    memset(r, 0, sizeof *r);
    size_t n = BEFORE;
    for (size_t i = 0; i < n; i++)
        r->values[i] = 77;
    r->offsets[0] = BEFORE;
    for (;;) {
        assert_true(r->n_rows < RAGGED_ROWS);
        text += strspn(text, " ");
        const bool null = *text == '-' && (text[1] < '0' || text[1] > '9');
        if (null)
            text++;
        else
            r->validity[(r->n_rows + 1) / 8] |= (uint8_t)(1u << (r->n_rows + 1) % 8);
        n = read_row(r, &text, n);
        r->offsets[++r->n_rows] = (int64_t)n;
        text += strspn(text, " ");
        if (*text == '\0')
            break;
        assert_int_equal(*text++, '|');
    }
    r->column = (mmspan_column){.data = r->stored,
                                .n = n,
                                .offsets = r->offsets,
                                .validity = r->validity,
                                .validity_offset = 1,
                                .type = type};
    for (size_t i = 0; i < n; i++)
        store(r, i);
    return &r->column;
}

static void note(void *context, const mmspan_audit_finding *f) {
    struct audit_case *c = context;
    assert_string_equal(f->file, "a.jsonl");
    assert_string_equal(f->kind_name, mmspan_audit_kind_name(f->kind));
    assert_memory_equal(f->sentence, f->kind_name, strlen(f->kind_name));
    c->n_found +=
        (size_t)snprintf(c->found + c->n_found, AUDIT_FOUND - c->n_found,
                         "%" PRId64 " %s %" PRId64 "..%" PRId64 " %" PRId64 " %" PRId64 "\n",
                         f->sequence, f->kind_name, f->start, f->end, f->expected, f->found);
    assert_true(c->n_found < AUDIT_FOUND);
}

void audit_case_open(struct audit_case *c, const char *config,
                     const mmspan_audit_options *options) {
    mmspan_audit_options given = {.struct_size = sizeof given};
    mmspan_error error;
    memset(c, 0, sizeof *c);
    if (options)
        given = *options;
    given.found = note;
    given.found_context = c;
    c->matcher = expect_compile(config, NULL);
    if (mmspan_audit_create(c->matcher, &given, &c->audit, &error) != MMSPAN_OK ||
        mmspan_audit_file(c->audit, "a.jsonl", 100, 1000, &c->file, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
}

void audit_case_close(struct audit_case *c) {
    mmspan_audit_destroy(c->audit);
    mmspan_matcher_destroy(c->matcher);
}

static void add(struct audit_case *c, mmspan_audit_batch *batch, int32_t type,
                const char *text) {
    static struct ragged ids;
    mmspan_error error;
    batch->struct_size = sizeof *batch;
    batch->file = c->file;
    batch->ids = ragged_read(&ids, type, text);
    batch->n_sequences = ids.n_rows;
    if (mmspan_audit_add(c->audit, batch, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
}

void audit_case_add(struct audit_case *c, mmspan_audit_batch *batch, const char *ids) {
    add(c, batch, MMSPAN_COLUMN_INT32, ids);
}

void audit_case_ids(struct audit_case *c, int32_t type, const char *text) {
    mmspan_audit_batch batch = {0};
    add(c, &batch, type, text);
}

void audit_case_expect(struct audit_case *c, const char *wanted) {
    assert_string_equal(c->found, wanted);
    c->n_found = 0;
    c->found[0] = '\0';
}

char *audit_case_json(mmspan_report *report) {
    const char *text;
    size_t n;
    assert_int_equal(mmspan_report_json(report, &text, &n), MMSPAN_OK);
    char *copy = malloc(n + 1);
    assert_non_null(copy);
    memcpy(copy, text, n + 1);
    assert_int_equal(strlen(copy), n);
    return copy;
}

void audit_case_expect_json(const struct audit_case *c, const char *part) {
    char *json = audit_case_json(mmspan_audit_report(c->audit));
    if (!strstr(json, part))
        fail_msg("no %s in\n%s", part, json);
    free(json);
}
