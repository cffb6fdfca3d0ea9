/* Writes findings as they come. */
#define _POSIX_C_SOURCE 200809L

#include "findings_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int findings_open(struct findings_file *files, const char *findings, const char *bad) {
    *files = (struct findings_file){.findings = {.fd = -1}, .bad = {.fd = -1}};
    int status = findings ? saved_open(&files->findings, findings) : EXIT_CLEAN;
    if (status == EXIT_CLEAN && bad)
        status = saved_open(&files->bad, bad);
    return status;
}

static void keep_status(struct findings_file *files, int status) {
    if (files->status == EXIT_CLEAN)
        files->status = status;
}

static void add_number(struct buffer *out, const char *key, int64_t value, bool known) {
    if (known)
        buffer_format(out, ", \"%s\": %" PRId64, key, value);
    else
        buffer_format(out, ", \"%s\": null", key);
}

void finding_write(struct buffer *out, const mmspan_audit_finding *f) {
    buffer_text(out, "{\"file\": ");
    buffer_json(out, f->file);
    add_number(out, "row", f->sequence, true);
    if (f->line)
        add_number(out, "line", f->line, true);
    add_number(out, "token", f->start, true);
    add_number(out, "end", f->end, true);
    buffer_text(out, ", \"kind\": ");
    buffer_json(out, f->kind_name);
    buffer_text(out, ", \"modality\": ");
    buffer_json(out, f->modality);
    add_number(out, "expected", f->expected, f->expected != -1);
    add_number(out, "found", f->found, f->found != -1);
    buffer_text(out, ", \"sentence\": ");
    buffer_json(out, f->sentence);
    buffer_text(out, "}\n");
}

/* Kinds below 64 are bits. */
static void write_bad(struct findings_file *files) {
    struct buffer *out = &files->bad.out;
    const char *before = "";
    if (!files->kinds)
        return;
    buffer_text(out, "{\"file\": ");
    buffer_json(out, files->file);
    add_number(out, "row", files->sequence, true);
    if (files->line)
        add_number(out, "line", files->line, true);
    buffer_text(out, ", \"kinds\": [");
    for (int32_t kind = 0; kind < 64; kind++) {
        if (!(files->kinds >> kind & 1))
            continue;
        buffer_text(out, before);
        buffer_json(out, mmspan_audit_kind_name(kind));
        before = ", ";
    }
    buffer_text(out, "]}\n");
    files->kinds = 0;
    keep_status(files, saved_offer(&files->bad));
}

/* Another sequence than the last one? */
static void turn_to(struct findings_file *files, const mmspan_audit_finding *f) {
    if (files->file && strcmp(files->file, f->file) == 0 && files->sequence == f->sequence)
        return;
    write_bad(files);
    free(files->file);
    files->file = strdup(f->file);
    if (!files->file)
        keep_status(files, fail_memory());
    files->sequence = f->sequence;
    files->line = f->line;
}

void findings_add(void *context, const mmspan_audit_finding *finding) {
    struct findings_file *files = context;
    if (files->status != EXIT_CLEAN)
        return;
    if (files->findings.path) {
        finding_write(&files->findings.out, finding);
        keep_status(files, saved_offer(&files->findings));
    }
    if (files->bad.path) {
        turn_to(files, finding);
        files->kinds |= UINT64_C(1) << (finding->kind & 63);
    }
}

int findings_keep(struct findings_file *files) {
    if (files->bad.path)
        write_bad(files);
    if (files->status == EXIT_CLEAN && files->findings.path)
        files->status = saved_keep(&files->findings);
    if (files->status == EXIT_CLEAN && files->bad.path)
        files->status = saved_keep(&files->bad);
    return files->status;
}

void findings_close(struct findings_file *files) {
    saved_close(&files->findings);
    saved_close(&files->bad);
    free(files->file);
    files->file = NULL;
}
