/* Takes note of what the steps of a compilation find wrong. */
#include "compiler.h"

bool mm_note(struct mm_compiler *c, mmspan_status status) {
    if (c->first == MMSPAN_OK)
        c->first = status;
    if (!c->report)
        return false;
    c->report(c->context, c->error);
    return status != MMSPAN_E_MEMORY;
}

bool mm_no_memory(struct mm_compiler *c) {
    mm_note(c, mm_fail_memory(c->error));
    return false;
}
