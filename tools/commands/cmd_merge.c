/* mmspan merge: the report of a data set from those of its parts. */
#include "../audit/overwriting.h"
#include "../audit/report_file.h"
#include "../audit/verdict.h"
#include "command.h"

#include <string.h>

static int merge_file(mmspan_report *into, const char *path) {
    mmspan_report *report = NULL;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = report_read(path, &report, &error);
    if (status == MMSPAN_OK) {
        status = mmspan_report_merge(into, report, &error);
        mmspan_report_destroy(report);
        const struct place place = {path, 0, 0};
        if (status == MMSPAN_E_MISMATCH)
            return fail(EXIT_CORRUPT, &place, "%s%s%s", error.file, error.file[0] ? ": " : "",
                        error.message);
    }
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_input(status, &error);
}

static int check_complete(const mmspan_report *report, bool partial) {
    mmspan_error error;
    memset(&error, 0, sizeof error);
    if (mmspan_report_complete(report, &error) == MMSPAN_OK)
        return EXIT_CLEAN;
    const struct place place = {error.file, 0, 0};
    if (partial) {
        warn(&place, "%s", error.message);
        return EXIT_CLEAN;
    }
    return fail(EXIT_CORRUPT, &place, "%s; --partial merges what there is", error.message);
}

static int merge_files(const struct options *options, mmspan_report *report) {
    const char *const outputs[] = {options->output};
    int status = verdict_check(options->limits, options->n_limits);
    if (status == EXIT_CLEAN)
        status = refuse_overwriting(outputs, 1, options->files, options->n_files,
                                    "one of the reports to merge");
    for (size_t i = 0; i < options->n_files && status == EXIT_CLEAN; i++)
        status = merge_file(report, options->files[i]);
    if (status == EXIT_CLEAN)
        status = check_complete(report, options->partial);
    if (status == EXIT_CLEAN && options->output)
        status = report_write(report, options->output);
    if (status == EXIT_CLEAN)
        status = report_show(report, options->format == FORMAT_JSON);
    if (status != EXIT_CLEAN)
        return status;
    verdict_tell_unread(report);
    return verdict(report, options->limits, options->n_limits);
}

static int merge(const struct options *options) {
    mmspan_report *report = NULL;
    if (options->n_files == 0)
        return fail(EXIT_USAGE, NULL, "no report; name those that mmspan audit -o has written");
    if (mmspan_report_create(NULL, &report) != MMSPAN_OK)
        return fail_memory();
    int status = merge_files(options, report);
    mmspan_report_destroy(report);
    return status;
}

const struct command cmd_merge = {
    .name = "merge",
    .summary = "one report from those of many shards",
    .accepts = OPTION_FILES | OPTION_OUTPUT | OPTION_FORMAT | OPTION_EXIT_ZERO |
               OPTION_FAIL_ON | OPTION_PARTIAL,
    .run = merge,
    .help = "Usage: mmspan merge [options] REPORT...\n"
            "\n"
            "Merges the reports of mmspan audit, in any order and any grouping: the bytes\n"
            "are those of one run over everything. Reports of other configs, a part that\n"
            "is given twice and one that is missing are refused.\n"
            "\n"
            "  -o, --output FILE        the merged report\n"
            "  -f, --format text|json   what is printed\n"
            "      --partial            merge although parts are missing\n"
            "      --fail-on KIND[=SHARE]\n"
            "                           exit 1 only for these: any, stray-token=0.1%\n"
            "      --exit-zero          exit 0 also when there are findings\n",
};
