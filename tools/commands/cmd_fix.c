/* mmspan fix: copies without what an audit found, which the Python package writes. */
#include "command.h"

static int fix(const struct options *options) {
    (void)options;
    return fail(EXIT_USAGE, NULL,
                "copies are written by the Python package: pip install \"mmspan[arrow]\", and "
                "then the same command");
}

const struct command cmd_fix = {
    .name = "fix",
    .summary = "a copy without what is wrong (with the Python package)",
    .accepts = OPTION_FILES | OPTION_OUTPUT | OPTION_CONFIG | OPTION_FIX,
    .run = fix,
    .help = "Usage: mmspan fix REPORT DATA... -o COPY\n"
            "\n"
            "Writes a copy of the data of a report without the sequences that have findings.\n"
            "This command is part of the Python package: pip install \"mmspan[arrow]\", and\n"
            "then the same command.\n"
            "\n"
            "  -o, --output COPY         a name that is free\n"
            "      --how drop            leaves them out (the default)\n"
            "      --how mask-labels     keeps them, and trains nothing on what is broken\n"
            "  -m, --model NAME          the config of the audit, if the report's name is not\n"
            "  -c, --config FILE         that of a built-in one\n"
            "      --column ROLE=NAME    as it was given to the audit\n",
};
