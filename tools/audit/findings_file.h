/* Findings and broken rows as JSON Lines. */
#ifndef MMSPAN_TOOLS_FINDINGS_FILE_H
#define MMSPAN_TOOLS_FINDINGS_FILE_H

#include "../../include/mmspan/audit.h"
#include "saved.h"

/*
 * Both files, or one of them. `kinds` are those of the sequence at hand, whose line is written
 * when the next one comes; `status` is that of the first failed write.
 */
struct findings_file {
    struct saved findings;
    struct saved bad;
    char *file;
    int64_t sequence;
    int64_t line;
    uint64_t kinds;
    int status;
};

/* Appends a finding as a line of JSON. */
void finding_write(struct buffer *out, const mmspan_audit_finding *finding);

/* Either name may be NULL. */
int findings_open(struct findings_file *files, const char *findings, const char *bad);

/* Adds a finding; a member of mmspan_audit_options, with the files as context. */
void findings_add(void *context, const mmspan_audit_finding *finding);

/* Gives the files their names. */
int findings_keep(struct findings_file *files);
void findings_close(struct findings_file *files);

#endif
