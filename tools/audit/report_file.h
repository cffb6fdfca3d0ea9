/* Reports in files. */
#ifndef MMSPAN_TOOLS_REPORT_FILE_H
#define MMSPAN_TOOLS_REPORT_FILE_H

#include "../../include/mmspan/audit.h"

#include <stdbool.h>

/* Reads a report; free it with mmspan_report_destroy. */
mmspan_status report_read(const char *path, mmspan_report **report, mmspan_error *error);

/* Writes a report, whole or not at all. */
int report_write(mmspan_report *report, const char *path);

/* Shows a report on standard output: as text, or its JSON. */
int report_show(mmspan_report *report, bool json);

#endif
