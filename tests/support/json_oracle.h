/* Is a text JSON? The opinion of simdjson's strict parser. C over C++. */
#ifndef MMSPAN_TESTS_JSON_ORACLE_H
#define MMSPAN_TESTS_JSON_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* True for one object and nothing behind it. */
bool json_oracle_is_object(const char *text, size_t n);

#ifdef __cplusplus
}
#endif

#endif
