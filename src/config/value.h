/* Values of a config: a node, how it was reached, and what it says. */
#ifndef MMSPAN_CONFIG_VALUE_H
#define MMSPAN_CONFIG_VALUE_H

#include "../io/names.h"
#include "node.h"

/* Lives on the stack of whoever walks the tree, like everything up to the root. */
struct mc_value {
    const struct mc_node *node;
    const struct mc_value *parent; /* NULL for the root */
    const char *key;               /* in the parent; NULL for an element of a list */
    size_t index;                  /* in the parent list */
};

/* What a value can be asked to be. */
enum mc_type {
    MC_STRING = 1,
    MC_INTEGER = 2,
    MC_BOOLEAN = 4,
    MC_LIST = 8,
    MC_TABLE = 16, /* a mapping */
    MC_NOTHING = 32
};

enum mc_type mc_type_of(const struct mc_node *node);

struct mc_value mc_member(const struct mc_value *mapping, const struct mc_entry *entry);

/* Steps through a list; a value that is no list is taken for a list of one. */
struct mc_cursor {
    const struct mc_value *list;
    const struct mc_entry *next;
    size_t index;
    bool single;
};

struct mc_cursor mc_elements(const struct mc_value *list);
bool mc_next(struct mc_cursor *cursor, struct mc_value *element);
size_t mc_count(const struct mc_value *list);

/* Reports something wrong with a value, or `offset` bytes into its text. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void mc_complain(struct mc_errors *errors, mmspan_status status, const struct mc_value *value,
                 const char *format, ...);
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void mc_complain_inside(struct mc_errors *errors, const struct mc_value *value, size_t offset,
                        const char *format, ...);

/* Reports that no `what` has the name of n bytes that stands `offset` bytes into the
 * value's text, with the nearest one that exists. */
void mc_complain_unknown(struct mc_errors *errors, const struct mc_value *value, size_t offset,
                         size_t n, const char *what, const struct mi_names *known);

/* Where a value stands. `path` receives its key path and is what the place's member
 * points to. */
enum { MC_PATH_SIZE = 512 };
struct mm_place mc_place(const struct mc_value *value, char path[MC_PATH_SIZE]);

/* What a value says. false, and an error, when it is something else. */
bool mc_expect(struct mc_errors *errors, const struct mc_value *value, unsigned types);
bool mc_read_string(struct mc_errors *errors, const struct mc_value *value, const char **text);
bool mc_read_boolean(struct mc_errors *errors, const struct mc_value *value, int32_t *truth);
bool mc_read_integer(struct mc_errors *errors, const struct mc_value *value, int64_t min,
                     int64_t max, int64_t *number);

/* The integer that n bytes of text spell, decimal or 0x: false when they spell none.
 * What does not fit becomes INT64_MIN or INT64_MAX. */
bool mc_parse_integer(const char *text, size_t n, int64_t *number);

#endif
