/* Tries a call with structs of every size. */
#include "struct_sizes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

void struct_sizes_try(mmspan_status (*call)(void *given), void *given, size_t first,
                      size_t size, size_t longer) {
    for (size_t n = 0; n <= longer; n += 4) {
        uint32_t struct_size = (uint32_t)n;
        memcpy(given, &struct_size, sizeof struct_size);
        mmspan_status status = call(given);
        if (status != (n >= first ? MMSPAN_OK : MMSPAN_E_ARGUMENT))
            fail_msg("a struct of %zu bytes, of %zu to %zu, gives %d", n, first, size,
                     (int)status);
    }
    /* What is not known here and is not zero asks for something. */
    for (size_t at = size; at < longer; at++) {
        unsigned char *byte = (unsigned char *)given + at;
        *byte = 1;
        assert_int_equal(call(given), MMSPAN_E_ARGUMENT);
        *byte = 0;
    }
    assert_int_equal(call(given), MMSPAN_OK);
}
