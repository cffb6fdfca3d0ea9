/* Parses .npy headers: a magic, a version and a Python dict literal. */
#include "npy_header.h"

#include "../io/file_kind.h"

#include <inttypes.h>
#include <string.h>

/* NumPy itself refuses headers above 10,000 bytes unless told otherwise. */
#define MAX_HEADER 65536

/* Rows without columns take no bytes, so no file's size limits them; this does. */
#define MAX_EMPTY_ROWS (1024 * 1024)

/* What the dict says, before it is judged. A dict's text is what is left to parse;
 * it ends with a 0. */
struct dict {
    const char *at;
    char descr[16];
    uint64_t shape[2];
    uint64_t n_dimensions;
    bool fortran;
    bool structured;
    unsigned seen; /* one bit per key */
};

static void skip_blanks(struct dict *dict) {
    while (*dict->at == ' ' || *dict->at == '\t' || *dict->at == '\n' || *dict->at == '\r')
        dict->at++;
}

/* Takes `text` if it comes next. */
static bool take(struct dict *dict, const char *text) {
    skip_blanks(dict);
    size_t n = strlen(text);
    if (strncmp(dict->at, text, n) != 0)
        return false;
    dict->at += n;
    return true;
}

/* Takes a string in either kind of quotes; an escape in it is refused. */
static bool take_string(struct dict *dict, char *string, size_t size) {
    skip_blanks(dict);
    char quote = *dict->at;
    if (quote != '\'' && quote != '"')
        return false;
    const char *start = ++dict->at;
    while (*dict->at && *dict->at != quote && *dict->at != '\\')
        dict->at++;
    size_t n = (size_t)(dict->at - start);
    if (*dict->at != quote || n >= size)
        return false;
    memcpy(string, start, n);
    string[n] = '\0';
    dict->at++;
    return true;
}

static bool take_count(struct dict *dict, uint64_t *count) {
    skip_blanks(dict);
    const char *start = dict->at;
    uint64_t value = 0;
    for (; *dict->at >= '0' && *dict->at <= '9'; dict->at++) {
        if (value > (UINT64_MAX - 9) / 10)
            return false;
        value = 10 * value + (uint64_t)(*dict->at - '0');
    }
    *count = value;
    if (dict->at == start)
        return false;
    /* Python 2 wrote long integers so. */
    if (*dict->at == 'L')
        dict->at++;
    return true;
}

/* Takes a tuple; more than two dimensions are counted but not kept. */
static bool take_shape(struct dict *dict) {
    dict->n_dimensions = 0;
    if (!take(dict, "("))
        return false;
    while (!take(dict, ")")) {
        uint64_t count;
        if (!take_count(dict, &count))
            return false;
        if (dict->n_dimensions < 2)
            dict->shape[dict->n_dimensions] = count;
        dict->n_dimensions++;
        bool comma = take(dict, ",");
        /* "(3)" is a number in parentheses to Python, no tuple. */
        if (!comma && (dict->n_dimensions < 2 || !take(dict, ")")))
            return false;
        if (!comma)
            return true;
    }
    return true;
}

/* Steps over the list that describes a structured type: it is refused, but as what
 * it is. */
static bool take_list(struct dict *dict) {
    int depth = 0;
    do {
        depth += *dict->at == '[';
        depth -= *dict->at == ']';
    } while (*dict->at++ && depth);
    dict->structured = true;
    return depth == 0;
}

static bool take_entry(struct dict *dict) {
    char key[16];
    if (!take_string(dict, key, sizeof key) || !take(dict, ":"))
        return false;
    static const char *const keys[] = {"descr", "fortran_order", "shape"};
    unsigned index = 0;
    while (index < 3 && strcmp(key, keys[index]) != 0)
        index++;
    if (index == 3 || (dict->seen & 1u << index))
        return false;
    dict->seen |= 1u << index;
    skip_blanks(dict);
    if (index == 0)
        return *dict->at == '[' ? take_list(dict)
                                : take_string(dict, dict->descr, sizeof dict->descr);
    if (index == 2)
        return take_shape(dict);
    dict->fortran = take(dict, "True");
    return dict->fortran || take(dict, "False");
}

static bool parse_dict(struct dict *dict) {
    if (!take(dict, "{"))
        return false;
    bool comma = true;
    while (!take(dict, "}")) {
        if (!comma || !take_entry(dict))
            return false;
        comma = take(dict, ",");
    }
    skip_blanks(dict);
    return *dict->at == '\0' && dict->seen == 7;
}

/* Reads on until the buffer holds the next n bytes of the input. */
static mmspan_status need(struct mr_bytes *bytes, size_t n, mmspan_error *error) {
    mmspan_status status = mr_bytes_need(bytes, n, error);
    if (status != MMSPAN_OK || bytes->end - bytes->begin >= n)
        return status;
    return mr_corrupt(error, bytes->name,
                      bytes->end == bytes->begin
                          ? "an empty file, not a .npy file"
                          : "a .npy file that is cut short in its header");
}

/* Reads magic, version and length; the dict is bytes [*from, *to) from here. */
static mmspan_status read_frame(struct mr_bytes *bytes, size_t *from, size_t *to,
                                mmspan_error *error) {
    mmspan_status status = need(bytes, MI_NPY_MAGIC_SIZE + 4, error);
    if (status != MMSPAN_OK)
        return status;
    const unsigned char *at = bytes->data + bytes->begin;
    if (memcmp(at, MI_NPY_MAGIC, MI_NPY_MAGIC_SIZE) != 0)
        return mr_corrupt(error, bytes->name,
                          "not a .npy file: it does not begin with \\x93NUMPY");
    const unsigned version = at[6];
    if (version < 1 || version > 3 || at[7] != 0)
        return mr_corrupt(error, bytes->name, "a .npy version other than 1.0, 2.0 and 3.0");
    *from = MI_NPY_MAGIC_SIZE + (version == 1 ? 4 : 6);
    status = need(bytes, *from, error);
    if (status != MMSPAN_OK)
        return status;
    const size_t n = (size_t)mr_load(bytes->data + bytes->begin + 8, version == 1 ? 2 : 4);
    if (n > MAX_HEADER)
        return mr_corrupt(error, bytes->name, "a .npy header of more than 65,536 bytes");
    *to = *from + n;
    return need(bytes, *to, error);
}

/* Judges the element type. */
static mmspan_status set_type(const char *name, const struct dict *dict,
                              struct mr_npy_header *header, mmspan_error *error) {
    const struct mm_place place = {.file = name};
    const char *descr = dict->descr;
    if (dict->structured)
        return mr_corrupt(error, name, "a structured dtype; save one integer field alone");
    if (strlen(descr) == 3 && strchr("<>|", descr[0]) && mr_type_parse(descr, &header->type))
        return MMSPAN_OK;
    if (strchr(descr, 'O'))
        return mi_fail(error, MMSPAN_E_SYNTAX, &place,
                       "dtype '%s': pickled Python objects are never loaded; save each "
                       "sequence as an array of int32",
                       descr);
    return mi_fail(error, MMSPAN_E_SYNTAX, &place,
                   "dtype '%s' is no integer type; convert with array.astype('<i4')", descr);
}

/* Judges the shape. */
static mmspan_status set_shape(const char *name, const struct dict *dict,
                               struct mr_npy_header *header, mmspan_error *error) {
    const struct mm_place place = {.file = name};
    if (dict->n_dimensions != 1 && dict->n_dimensions != 2)
        return mi_fail(error, MMSPAN_E_SYNTAX, &place,
                       "an array of %" PRIu64 " dimensions; one (a sequence) or two (a "
                       "sequence per row) are read",
                       dict->n_dimensions);
    header->two_dimensions = dict->n_dimensions == 2;
    header->n_rows = header->two_dimensions ? dict->shape[0] : 1;
    header->n_columns = dict->shape[header->two_dimensions];
    if (dict->fortran && header->n_rows > 1 && header->n_columns > 1)
        return mr_corrupt(error, name,
                          "the array is in Fortran order, its sequences are not contiguous; "
                          "convert with numpy.save(file, numpy.ascontiguousarray(array))");
    if (header->n_columns == 0 && header->n_rows > MAX_EMPTY_ROWS)
        return mr_corrupt(error, name, "more than 1,048,576 rows, all of them empty");
    /* A product near 2^63 is no file's size, and would overflow later. */
    if (header->n_columns && header->n_rows > INT64_MAX / 16 / header->n_columns)
        return mr_corrupt(error, name, "the shape is beyond any file");
    return MMSPAN_OK;
}

mmspan_status mr_npy_read_header(struct mr_bytes *bytes, struct mr_npy_header *header,
                                 mmspan_error *error) {
    size_t from = 0;
    size_t to = 0;
    mmspan_status status = read_frame(bytes, &from, &to, error);
    if (status != MMSPAN_OK)
        return status;
    char text[MAX_HEADER + 1] = {0};
    memcpy(text, bytes->data + bytes->begin + from, to - from);
    struct dict dict = {.at = text};
    if (strlen(text) != to - from || !parse_dict(&dict))
        return mr_corrupt(error, bytes->name,
                          "a .npy header that is not the dict of descr, fortran_order and "
                          "shape");
    bytes->begin += to;
    *header = (struct mr_npy_header){.start = mr_position(bytes, bytes->begin)};
    status = set_type(bytes->name, &dict, header, error);
    return status == MMSPAN_OK ? set_shape(bytes->name, &dict, header, error) : status;
}
