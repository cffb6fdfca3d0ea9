/* Is a text JSON? Written from the grammar of RFC 8259 and sharing no code with the readers. */
#ifndef MMSPAN_TEST_STRICT_JSON_H
#define MMSPAN_TEST_STRICT_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* True for one value of the grammar, in UTF-8, with nothing but blanks around it. A surrogate
 * that is escaped and alone is legal: Python writes such. */
bool strict_json(const char *text, size_t n);

#endif
