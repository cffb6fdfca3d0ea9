/* Rules about the number of rows: what they allow, and how they read. */
#include "matcher.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool mm_rows_allow(const mmspan_rows_rule *rule, int64_t rows) {
    if (rule->n_values) {
        for (size_t i = 0; i < rule->n_values; i++)
            if (rule->values[i] == rows)
                return true;
        return false;
    }
    return rows >= rule->min && (!rule->max || rows <= rule->max) && rows >= rule->offset &&
           (!rule->multiple_of || (rows - rule->offset) % rule->multiple_of == 0);
}

/* Adds a part, with ", " before it unless it is the first. What does not fit is cut. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static void
add(char *text, size_t size, const char *format, ...) {
    size_t used = strlen(text);
    if (used && used + 2 < size) {
        memcpy(text + used, ", ", 3);
        used += 2;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

static const char *values_text(struct mm_arena *arena, const mmspan_rows_rule *rows) {
    enum { WIDTH = 24 };
    size_t size = (rows->n_values + 1) * WIDTH;
    char *text = mm_arena_alloc(arena, size, 1);
    size_t used = 0;
    for (size_t i = 0; text && i < rows->n_values; i++) {
        const char *before = i == 0 ? "" : i + 1 < rows->n_values ? ", " : " or ";
        int n = snprintf(text + used, size - used, "%s%" PRId64, before, rows->values[i]);
        used += (size_t)n;
    }
    return text;
}

const char *mm_rows_text(struct mm_arena *arena, const mmspan_rows_rule *rows) {
    char text[160] = "";
    if (rows->n_values && !rows->equal_runs)
        return values_text(arena, rows);
    if (rows->n_values) {
        const char *values = values_text(arena, rows);
        if (!values)
            return NULL;
        size_t n = strlen(values);
        const char tail[] = ", in equal runs";
        char *both = mm_arena_alloc(arena, n + sizeof tail, 1);
        if (!both)
            return NULL;
        memcpy(both, values, n);
        memcpy(both + n, tail, sizeof tail);
        return both;
    }
    if (rows->min && rows->max)
        add(text, sizeof text, "%" PRId64 "..%" PRId64, rows->min, rows->max);
    else if (rows->min)
        add(text, sizeof text, "at least %" PRId64, rows->min);
    else if (rows->max)
        add(text, sizeof text, "at most %" PRId64, rows->max);
    if (rows->offset)
        add(text, sizeof text, "%" PRId64 " + a multiple of %" PRId64, rows->offset,
            rows->multiple_of);
    else if (rows->multiple_of > 1)
        add(text, sizeof text, "a multiple of %" PRId64, rows->multiple_of);
    if (rows->equal_runs)
        add(text, sizeof text, "in equal runs");
    return mm_arena_string(arena, *text ? text : "any");
}
