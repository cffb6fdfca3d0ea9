/* Prints reports and judges them. */
#include "verdict.h"

#include "../../src/io/names.h"
#include "../output/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* How many examples of a kind are printed, and how many files that could not be read. */
enum { MAX_SHOWN = 3, MAX_UNREAD = 10, MAX_KIND = 64 };

static double percent(int64_t part, int64_t whole) {
    return whole ? 100.0 * (double)part / (double)whole : 0.0;
}

static void add_totals(struct buffer *out, const mmspan_report_totals *t) {
    buffer_count(out, t->sequences, "sequence", "sequences");
    buffer_format(out, " and ");
    buffer_count(out, t->tokens, "token", "tokens");
    buffer_text(out, " in ");
    buffer_count(out, t->files, "file", "files");
    buffer_format(out, "; %.1f %% of the tokens are in blocks\n",
                  percent(t->in_blocks, t->tokens));
    if (t->skipped)
        buffer_format(out, "skipped: %" PRId64 " that hold no tokens\n", t->skipped);
}

static void add_modalities(struct buffer *out, const mmspan_report *report) {
    mmspan_report_modality m = {.struct_size = sizeof m};
    struct table table = {.n_columns = 6, .right = 0x3e};
    static const char *const heads[] = {"modality",     "items of clean sequences",
                                        "rows",         "media",
                                        "placeholders", "items of broken sequences"};
    for (size_t i = 0; i < 6; i++)
        table_text(&table, heads[i]);
    for (size_t i = 0; mmspan_report_get_modality(report, i, &m); i++) {
        table_text(&table, m.name);
        table_integer(&table, m.items);
        table_integer(&table, m.rows);
        table_integer(&table, m.media);
        table_integer(&table, m.placeholders);
        table_integer(&table, m.broken_items);
    }
    buffer_text(out, "\n");
    table_print(&table, "  ", out);
}

static void add_examples(struct buffer *out, const mmspan_report *report, int32_t kind) {
    mmspan_audit_finding f;
    for (size_t i = 0; i < MAX_SHOWN && mmspan_report_example(report, kind, i, &f); i++) {
        buffer_format(out, "    %s", f.file);
        if (f.line)
            buffer_format(out, ":%" PRId64, f.line);
        buffer_format(out, ": sequence %" PRId64 ": %s\n", f.sequence, f.sentence);
    }
}

/* The kinds that there are, worst first: by sequences, then by name, which is by number. */
static size_t rank_kinds(const mmspan_report *report, int32_t kinds[MAX_KIND],
                         int64_t sequences[MAX_KIND]) {
    size_t n = 0;
    for (int32_t kind = 0; kind < MAX_KIND; kind++) {
        int64_t n_findings, n_sequences;
        mmspan_report_count(report, kind, &n_findings, &n_sequences);
        if (!n_findings)
            continue;
        size_t at = n++;
        for (; at > 0 && sequences[at - 1] < n_sequences; at--) {
            kinds[at] = kinds[at - 1];
            sequences[at] = sequences[at - 1];
        }
        kinds[at] = kind;
        sequences[at] = n_sequences;
    }
    return n;
}

static void add_kinds(struct buffer *out, const mmspan_report *report,
                      const mmspan_report_totals *t) {
    int32_t kinds[MAX_KIND];
    int64_t sequences[MAX_KIND];
    const size_t n = rank_kinds(report, kinds, sequences);
    buffer_text(out, "\n");
    buffer_count(out, t->broken, "sequence has findings", "sequences have findings");
    buffer_format(out, " (%.3f %%)\n", percent(t->broken, t->sequences));
    for (size_t i = 0; i < n; i++) {
        int64_t n_findings, n_sequences;
        mmspan_report_count(report, kinds[i], &n_findings, &n_sequences);
        buffer_format(out, "  %s: %" PRId64 " in ", mmspan_audit_kind_name(kinds[i]),
                      n_findings);
        buffer_count(out, n_sequences, "sequence", "sequences");
        buffer_text(out, "\n");
        add_examples(out, report, kinds[i]);
    }
}

static void add_checks(struct buffer *out, const mmspan_report *report) {
    const char *name;
    const char *skipped;
    int64_t sequences;
    bool any = false;
    for (size_t i = 0; mmspan_report_check(report, i, &name, &sequences, &skipped); i++) {
        if (!skipped)
            continue;
        buffer_text(out, any ? "" : "\nnot checked\n");
        buffer_format(out, "  %s: %s\n", name, skipped);
        any = true;
    }
}

void verdict_text(struct buffer *out, const mmspan_report *report) {
    mmspan_report_totals t = {.struct_size = sizeof t};
    mmspan_report_get_totals(report, &t);
    add_totals(out, &t);
    add_modalities(out, report);
    add_kinds(out, report, &t);
    add_checks(out, report);
}

/* A limit as kind and share; a kind of -1 is any. */
static bool parse_limit(const char *text, int32_t *kind, double *share) {
    char name[64];
    const size_t n = strcspn(text, "=");
    if (n >= sizeof name)
        return false;
    memcpy(name, text, n);
    name[n] = '\0';
    *kind = strcmp(name, "any") == 0 ? -1 : mmspan_audit_find_kind(name);
    *share = 0;
    if (*kind < 0 && strcmp(name, "any") != 0)
        return false;
    if (text[n] == '\0')
        return true;
    char *end;
    *share = strtod(text + n + 1, &end);
    if (*end == '%') {
        *share /= 100;
        end++;
    }
    return end != text + n + 1 && *end == '\0' && *share >= 0 && *share <= 1;
}

static int fail_limit(const char *limit) {
    const char *list[MAX_KIND + 1] = {"any"};
    struct mi_names names = {list, 1};
    for (int32_t kind = 0; kind < MAX_KIND; kind++) {
        const char *name = mmspan_audit_kind_name(kind);
        if (name)
            list[names.n++] = name;
    }
    const size_t n = strcspn(limit, "=");
    const char *nearest = mi_nearest_name(&names, limit, n);
    if (nearest && (strlen(nearest) != n || memcmp(nearest, limit, n) != 0))
        return fail(EXIT_USAGE, NULL,
                    "--fail-on '%s': no finding is of the kind '%.*s'; did you mean %s?", limit,
                    (int)n, limit, nearest);
    return fail(
        EXIT_USAGE, NULL,
        "--fail-on '%s' is not like truncated-block or stray-token=0.1%%: the kind of a "
        "finding, or any, and a share of the sequences from 0 to 1",
        limit);
}

int verdict_check(const char *const *limits, size_t n) {
    int32_t kind;
    double share;
    for (size_t i = 0; i < n; i++)
        if (!parse_limit(limits[i], &kind, &share))
            return fail_limit(limits[i]);
    return EXIT_CLEAN;
}

int verdict(const mmspan_report *report, const char *const *limits, size_t n) {
    mmspan_report_totals t = {.struct_size = sizeof t};
    mmspan_report_get_totals(report, &t);
    bool passed = n == 0 && t.findings > 0;
    for (size_t i = 0; i < n; i++) {
        int32_t kind = -1;
        double share = 0;
        int64_t findings;
        int64_t sequences = t.broken;
        if (parse_limit(limits[i], &kind, &share) && kind >= 0)
            mmspan_report_count(report, kind, &findings, &sequences);
        if ((double)sequences <= share * (double)t.sequences)
            continue;
        warn(NULL, "--fail-on %s: %" PRId64 " of %" PRId64 " sequences", limits[i], sequences,
             t.sequences);
        passed = true;
    }
    if (t.unread)
        return EXIT_CORRUPT;
    return passed ? EXIT_FINDINGS : EXIT_CLEAN;
}

void verdict_tell_unread(const mmspan_report *report) {
    const char *path;
    const char *message;
    int64_t n;
    size_t i = 0;
    for (; i < MAX_UNREAD && mmspan_report_unread(report, i, &path, &n, &message); i++) {
        const struct place place = {path, 0, 0};
        if (n > 1)
            fail(EXIT_CORRUPT, &place, "%s; and %" PRId64 " more", message, n - 1);
        else
            fail(EXIT_CORRUPT, &place, "%s", message);
    }
    if (mmspan_report_unread(report, i, &path, &n, &message))
        fail(EXIT_CORRUPT, NULL, "more files could not be read; the report lists them");
}
