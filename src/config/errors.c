/* Collects the errors of one config: the first for the caller, all for a report. */
#include "errors.h"

#include "../io/report.h"

/* Past this many, a file is no config with mistakes but something else, and looking up
 * the nearest name each time would take long. */
enum { MAX_ERRORS = 1000 };

void mc_add_error(struct mc_errors *errors, const mmspan_error *error) {
    if (errors->n++ == 0) {
        errors->status = (mmspan_status)error->status;
        if (errors->first)
            *errors->first = *error;
    }
    if (errors->report)
        errors->report(errors->context, error);
    if (!errors->report || error->status == MMSPAN_E_MEMORY)
        errors->stopped = true;
}

void mc_fail_list(struct mc_errors *errors, mmspan_status status, const struct mm_place *place,
                  const char *format, va_list arguments) {
    if (errors->stopped)
        return;
    struct mm_place here = place ? *place : (struct mm_place){0};
    mmspan_error error;
    here.file = errors->file;
    mi_fail_list(&error, status, &here, format, arguments);
    mc_add_error(errors, &error);
    if (errors->n == MAX_ERRORS && !errors->stopped) {
        mm_fail(&error, MMSPAN_E_LIMIT, &here, "more than %d errors; the rest is not shown",
                MAX_ERRORS);
        mc_add_error(errors, &error);
        errors->stopped = true;
    }
}

void mc_fail(struct mc_errors *errors, mmspan_status status, const struct mm_place *place,
             const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    mc_fail_list(errors, status, place, format, arguments);
    va_end(arguments);
}

void mc_fail_memory(struct mc_errors *errors) {
    if (errors->stopped)
        return;
    mmspan_error error;
    mm_fail_memory(&error);
    mc_add_error(errors, &error);
}
