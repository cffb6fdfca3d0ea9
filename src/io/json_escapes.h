/* What a lazy parser of JSON leaves unread. */
#ifndef MMSPAN_IO_JSON_ESCAPES_H
#define MMSPAN_IO_JSON_ESCAPES_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Are the escapes of a string legal? `string` follows its opening quote, and a closing one is
 * known to come. A surrogate that stands alone is legal in JSON, and Python writes such; it
 * cannot be read as UTF-8, though. */
bool mi_json_escapes(const char *string);

#ifdef __cplusplus
}
#endif

#endif
