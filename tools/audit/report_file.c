/* Reads and writes reports. */
#include "report_file.h"

#include "../../src/io/whole_file.h"
#include "../output/output.h"
#include "saved.h"
#include "verdict.h"

#include <string.h>

/* Of a data set of ten million files. */
#define MAX_REPORT ((size_t)4 << 30)

mmspan_status report_read(const char *path, mmspan_report **report, mmspan_error *error) {
    static const struct mi_file_rules rules = {.kind = "a report", .max_bytes = MAX_REPORT};
    struct mi_file file;
    mmspan_status status = mi_file_read(path, &rules, NULL, &file, error);
    if (status == MMSPAN_OK)
        status = mmspan_report_read(file.text, file.n, path, NULL, report, error);
    mi_file_free(&file);
    return status;
}

int report_write(mmspan_report *report, const char *path) {
    struct saved saved = {.fd = -1};
    const char *text;
    size_t n;
    if (mmspan_report_json(report, &text, &n) != MMSPAN_OK)
        return fail_memory();
    int status = saved_open(&saved, path);
    if (status == EXIT_CLEAN) {
        buffer_bytes(&saved.out, text, n);
        status = saved_keep(&saved);
    }
    saved_close(&saved);
    return status;
}

int report_show(mmspan_report *report, bool json) {
    struct buffer out = {0};
    const char *text;
    size_t n;
    if (json && mmspan_report_json(report, &text, &n) != MMSPAN_OK)
        return fail_memory();
    if (json)
        buffer_bytes(&out, text, n);
    else
        verdict_text(&out, report);
    int status = output_write(&out);
    buffer_free(&out);
    return status;
}
