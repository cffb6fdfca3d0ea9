/* What every sub-command tells the dispatcher about itself. */
#ifndef MMSPAN_TOOLS_COMMAND_H
#define MMSPAN_TOOLS_COMMAND_H

#include "options.h"

/*
 *   summary  one line for the list of commands
 *   help     what `mmspan COMMAND -h` prints; lines of at most 80 characters
 *   accepts  OPTION bits
 *   run      does it; returns an exit status
 */
struct command {
    const char *name;
    const char *summary;
    const char *help;
    unsigned accepts;
    int (*run)(const struct options *options);
};

extern const struct command cmd_audit;
extern const struct command cmd_check;
extern const struct command cmd_collapse;
extern const struct command cmd_detect;
extern const struct command cmd_expand;
extern const struct command cmd_explain;
extern const struct command cmd_fix;
extern const struct command cmd_merge;
extern const struct command cmd_models;
extern const struct command cmd_onboard;
extern const struct command cmd_report;
extern const struct command cmd_scan;

/* Says which program makes pages; an exit status. */
int fail_without_pages(void);

#endif
