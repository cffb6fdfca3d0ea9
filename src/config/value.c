/* Knows where a value stands, steps through lists, and reports what is wrong. */
#include "value.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct mc_value mc_member(const struct mc_value *mapping, const struct mc_entry *entry) {
    return (struct mc_value){entry->value, mapping, entry->key->text, 0};
}

struct mc_cursor mc_elements(const struct mc_value *list) {
    bool single = list->node->kind != MC_SEQUENCE;
    return (struct mc_cursor){list, single ? NULL : list->node->entries, 0, single};
}

bool mc_next(struct mc_cursor *cursor, struct mc_value *element) {
    if (cursor->single) {
        *element = *cursor->list;
        cursor->single = false;
        return true;
    }
    if (!cursor->next)
        return false;
    *element = (struct mc_value){cursor->next->value, cursor->list, NULL, cursor->index++};
    cursor->next = cursor->next->next;
    return true;
}

size_t mc_count(const struct mc_value *list) {
    return list->node->kind == MC_SEQUENCE ? list->node->n_entries : 1;
}

/* Adds as much of a text as there is room for; returns how long the path is then. */
static size_t add_to_path(const char *text, char *path, size_t used, size_t size) {
    size_t n = strlen(text);
    size_t room = size - 1 - used;
    size_t kept = n < room ? n : room;
    memcpy(path + used, text, kept);
    path[used + kept] = '\0';
    return used + kept;
}

/* Without printf where it can be: all tokens and modalities have their paths spelt, in case
 * of an error. */
static size_t spell_path(const struct mc_value *value, char *path, size_t size) {
    if (!value->parent)
        return 0;
    size_t used = spell_path(value->parent, path, size);
    char index[32];
    if (value->key) {
        used = add_to_path(used ? "." : "", path, used, size);
        return add_to_path(value->key, path, used, size);
    }
    snprintf(index, sizeof index, "[%zu]", value->index);
    return add_to_path(index, path, used, size);
}

struct mm_place mc_place(const struct mc_value *value, char path[MC_PATH_SIZE]) {
    path[0] = '\0';
    spell_path(value, path, MC_PATH_SIZE);
    return (struct mm_place){
        .line = value->node->line, .column = value->node->column, .path = path};
}

static void complain(struct mc_errors *errors, mmspan_status status,
                     const struct mc_value *value, size_t offset, const char *format,
                     va_list arguments) {
    if (errors->stopped)
        return;
    char path[MC_PATH_SIZE];
    struct mm_place place = mc_place(value, path);
    const struct mc_node *node = value->node;
    if (offset != SIZE_MAX && node->kind == MC_SCALAR && node->exact)
        place.column += (uint32_t)(offset + !node->plain);
    mc_fail_list(errors, status, &place, format, arguments);
}

void mc_complain(struct mc_errors *errors, mmspan_status status, const struct mc_value *value,
                 const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    complain(errors, status, value, SIZE_MAX, format, arguments);
    va_end(arguments);
}

void mc_complain_inside(struct mc_errors *errors, const struct mc_value *value, size_t offset,
                        const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    complain(errors, MMSPAN_E_CONFIG, value, offset, format, arguments);
    va_end(arguments);
}

void mc_complain_unknown(struct mc_errors *errors, const struct mc_value *value, size_t offset,
                         size_t n, const char *what, const struct mi_names *known) {
    if (errors->stopped)
        return;
    const char *name = value->node->text + offset;
    const char *nearest = mi_nearest_name(known, name, n);
    int shown = n < 80 ? (int)n : 80;
    if (nearest)
        mc_complain_inside(errors, value, offset,
                           "no %s is named \"%.*s\"; did you mean \"%s\"?", what, shown, name,
                           nearest);
    else
        mc_complain_inside(errors, value, offset, "no %s is named \"%.*s\"", what, shown, name);
}
