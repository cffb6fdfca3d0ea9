/* Reads integers of any width and byte order. */
#include "elements.h"

#include "../io/report.h"

#include <string.h>

static const struct {
    const char *name;
    const char *code; /* NumPy's, without the byte order */
    struct mr_type type;
} known[] = {
    {"int8", "i1", {1, true, false}},  {"uint8", "u1", {1, false, false}},
    {"int16", "i2", {2, true, false}}, {"uint16", "u2", {2, false, false}},
    {"int32", "i4", {4, true, false}}, {"uint32", "u4", {4, false, false}},
    {"int64", "i8", {8, true, false}}, {"uint64", "u8", {8, false, false}},
};

enum { N_KNOWN = sizeof known / sizeof known[0] };

bool mr_type_parse(const char *name, struct mr_type *type) {
    const bool coded = name[0] && strchr("<>|=", name[0]);
    for (size_t i = 0; i < N_KNOWN; i++) {
        if (strcmp(known[i].name, name) != 0 &&
            strcmp(known[i].code, coded ? name + 1 : name) != 0)
            continue;
        /* "|", no byte order, is for single bytes. */
        if (name[0] == '|' && known[i].type.width > 1)
            return false;
        *type = known[i].type;
        type->big_endian = name[0] == '>' && type->width > 1;
        return true;
    }
    return false;
}

const char *mr_type_name(const struct mr_type *type) {
    size_t i = 0;
    while (i + 1 < N_KNOWN &&
           (known[i].type.width != type->width || known[i].type.is_signed != type->is_signed))
        i++;
    return known[i].name;
}

int32_t mr_type_ids(const struct mr_type *type) {
    if (type->width == 8)
        return MMSPAN_IDS_INT64;
    if (type->width == 4 && !type->is_signed)
        return MMSPAN_IDS_UINT32;
    if (type->width == 2 && !type->is_signed)
        return MMSPAN_IDS_UINT16;
    return MMSPAN_IDS_INT32;
}

size_t mr_type_id_size(const struct mr_type *type) {
    switch (mr_type_ids(type)) {
    case MMSPAN_IDS_INT64:
        return 8;
    case MMSPAN_IDS_UINT16:
        return 2;
    default:
        return 4;
    }
}

static bool machine_is_big_endian(void) {
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 0;
}

static bool has_machine_order(const struct mr_type *type) {
    return type->width == 1 || type->big_endian == machine_is_big_endian();
}

bool mr_type_is_ready(const struct mr_type *type) {
    /* Of uint64 it must be seen whether each is an int64. */
    return has_machine_order(type) && mr_type_id_size(type) == type->width &&
           (type->is_signed || type->width < 8);
}

/* The least and the greatest value of the type that is an int32. */
static void range_of(const struct mr_type *type, int64_t *least, int64_t *most) {
    const unsigned bits = 8 * type->width;
    *least = type->is_signed ? INT32_MIN : 0;
    *most = INT32_MAX;
    if (bits < 32) {
        *least = type->is_signed ? -(INT64_C(1) << (bits - 1)) : 0;
        *most = (INT64_C(1) << (bits - type->is_signed)) - 1;
    }
}

mmspan_status mr_type_check(const struct mr_type *type, const mmspan_spec *spec,
                            mmspan_error *error) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    int64_t least, most;
    range_of(type, &least, &most);
    for (int32_t t = 0; mmspan_spec_token(spec, t, &decl, NULL); t++) {
        for (size_t i = 0; i < decl.n_ids && !decl.ordinary; i++) {
            if (decl.ids[i] >= least && decl.ids[i] <= most)
                continue;
            return mi_fail(error, MMSPAN_E_MISMATCH, NULL,
                           "%s cannot hold the token \"%s\" (%d): such data has wrapped around "
                           "when it was written; store it in a wider type",
                           mr_type_name(type), decl.name, (int)decl.ids[i]);
        }
    }
    return MMSPAN_OK;
}

/* An element as 64 bits, its sign extended. */
static uint64_t load_element(const struct mr_type *type, const unsigned char *bytes) {
    const unsigned char *top = bytes + (type->big_endian ? 0 : type->width - 1);
    uint64_t value = type->is_signed && *top & 0x80 ? UINT64_MAX : 0;
    for (unsigned i = 0; i < type->width; i++)
        value = value << 8 | *(type->big_endian ? top + i : top - i);
    return value;
}

size_t mr_convert(const struct mr_type *type, const unsigned char *elements, size_t n,
                  void *ids) {
    const size_t size = mr_type_id_size(type);
    if (mr_type_is_ready(type)) {
        memcpy(ids, elements, n * size);
        return n;
    }
    for (size_t i = 0; i < n; i++) {
        const uint64_t value = load_element(type, elements + i * type->width);
        if (size == 8 && !type->is_signed && value > INT64_MAX)
            return i;
        switch (size) {
        case 2:
            ((uint16_t *)ids)[i] = (uint16_t)value;
            break;
        case 4:
            ((uint32_t *)ids)[i] = (uint32_t)value;
            break;
        default:
            ((uint64_t *)ids)[i] = value;
        }
    }
    return n;
}
