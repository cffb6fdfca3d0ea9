/* Checks the escapes of a string that nobody needs. */
#include "json_escapes.h"

#include <string.h>

static bool is_legal(const char *escape, size_t *n) {
    *n = *escape == 'u' ? 5 : 1;
    if (*escape == 'u')
        return strspn(escape + 1, "0123456789abcdefABCDEF") >= 4;
    return *escape != '\0' && strchr("\"\\/bfnrt", *escape) != NULL;
}

bool mi_json_escapes(const char *string) {
    for (;;) {
        size_t n;
        string += strcspn(string, "\"\\");
        if (*string != '\\')
            return true;
        if (!is_legal(++string, &n))
            return false;
        string += n;
    }
}
