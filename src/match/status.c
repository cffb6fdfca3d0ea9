/* The texts of statuses, and the version. */
#include "../../include/mmspan/base.h"

const char *mmspan_status_text(mmspan_status status) {
    switch (status) {
    case MMSPAN_OK:
        return "no error";
    case MMSPAN_E_ARGUMENT:
        return "bad argument";
    case MMSPAN_E_MEMORY:
        return "out of memory";
    case MMSPAN_E_IO:
        return "input or output failed";
    case MMSPAN_E_SYNTAX:
        return "syntax error";
    case MMSPAN_E_CONFIG:
        return "wrong config";
    case MMSPAN_E_AMBIGUOUS:
        return "ambiguous forms";
    case MMSPAN_E_LIMIT:
        return "a limit was passed";
    case MMSPAN_E_NOT_FOUND:
        return "not found";
    case MMSPAN_E_SPACE:
        return "buffer too small";
    case MMSPAN_E_MISMATCH:
        return "things do not fit together";
    case MMSPAN_E_UNSUPPORTED:
        return "not supported here";
    }
    return "unknown status";
}

const char *mmspan_version(void) {
    return MMSPAN_VERSION;
}
