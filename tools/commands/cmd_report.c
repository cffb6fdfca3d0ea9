/* mmspan report: the page of a report, which the Python package makes. */
#include "command.h"

static int report(const struct options *options) {
    (void)options;
    return fail(EXIT_USAGE, NULL,
                "the page of a report is made by the Python package: pip install "
                "mmspan, and then the same command");
}

const struct command cmd_report = {
    .name = "report",
    .summary = "a report as a page (with the Python package)",
    .accepts = OPTION_FILES | OPTION_OUTPUT,
    .run = report,
    .help = "Usage: mmspan report REPORT -o FILE.html\n"
            "\n"
            "Makes a page of a report of mmspan audit. This command is part of the Python\n"
            "package: pip install mmspan, and then the same command.\n"
            "\n"
            "  -o, --output FILE   the page\n",
};
