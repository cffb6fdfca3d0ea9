/* Knows files by their next bytes. */
#include "kinds.h"

bool mr_is_kind(const struct mr_kind *kind, enum mi_kind_name name) {
    return kind->known && kind->known->name == name;
}

/* Control characters are in no text. */
static bool is_binary(const unsigned char *data, size_t n) {
    for (size_t i = 0; i < n && i < 512; i++)
        if (data[i] < 0x20 && !(data[i] >= '\t' && data[i] <= '\r'))
            return true;
    return false;
}

mmspan_status mr_sniff(struct mr_bytes *bytes, struct mr_kind *kind, mmspan_error *error) {
    mmspan_status status = mr_bytes_need(bytes, 1, error);
    for (;;) {
        const unsigned char *data = bytes->data + bytes->begin;
        const size_t n = bytes->end - bytes->begin;
        bool more = false;
        kind->known = mi_kind_of(data, n, &more);
        kind->is_binary = !kind->known && is_binary(data, n);
        kind->is_cut = !kind->known && more && n > 0;
        if (status != MMSPAN_OK || kind->known || !more || bytes->done)
            return status;
        status = mr_bytes_fill(bytes, error);
    }
}
