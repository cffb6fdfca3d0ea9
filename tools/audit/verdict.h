/* A report for people, and what it means for the exit status. */
#ifndef MMSPAN_TOOLS_VERDICT_H
#define MMSPAN_TOOLS_VERDICT_H

#include "../../include/mmspan/audit.h"
#include "../output/buffer.h"

/* Adds the totals, what is wrong with examples, and what was not checked. */
void verdict_text(struct buffer *out, const mmspan_report *report);

/*
 * EXIT_FINDINGS when a limit is passed, EXIT_CORRUPT when files could not be read. The limits
 * are those of --fail-on: KIND or KIND=SHARE, with a share like 0.01 or 1% of the sequences;
 * without any, no finding is allowed.
 */
int verdict(const mmspan_report *report, const char *const *limits, size_t n);

/* EXIT_USAGE when a limit is none. */
int verdict_check(const char *const *limits, size_t n);

/* Prints which files could not be read. */
void verdict_tell_unread(const mmspan_report *report);

#endif
