/* mmspan report: the page of a report, which the Python package makes. */
#include "command.h"

int fail_without_pages(void) {
    return fail(EXIT_USAGE, NULL,
                "the page of a report is made by the Python package: pip install "
                "mmspan, and then the same command");
}

static int report(const struct options *options) {
    (void)options;
    return fail_without_pages();
}

const struct command cmd_report = {
    .name = "report",
    .summary = "a report as a page (with the Python package)",
    .accepts = OPTION_FILES | OPTION_OUTPUT,
    .run = report,
    .help = "Usage: mmspan report REPORT -o FILE.html\n"
            "\n"
            "Makes a page of a report of mmspan audit: one HTML file. That is done by the\n"
            "mmspan of the Python package (pip install mmspan); any other tells you so.\n"
            "\n"
            "  -o, --output FILE   the page\n",
};
