/* Parses .npy headers: a magic, a version and a Python dict literal. */
#include "npy_header.h"

#include "../../tools/output/fail.h"

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

static int corrupt(const struct reader *reader, const char *why) {
    const struct place place = {reader->name, 0, 0};
    return fail(EXIT_CORRUPT, &place, "%s", why);
}

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

/* Reads on until the buffer holds the first n bytes of the input. */
static int need(struct reader *reader, size_t n) {
    while (!reader->done && reader->end - reader->begin < n) {
        int status = reader_fill(reader);
        if (status != EXIT_CLEAN)
            return status;
    }
    if (reader->end - reader->begin < n)
        return corrupt(reader, reader->end == reader->begin
                                   ? "an empty file, not a .npy file"
                                   : "a .npy file that is cut short in its header");
    return EXIT_CLEAN;
}

/* Reads magic, version and length; the dict is data[*from..*to). */
static int read_frame(struct reader *reader, size_t *from, size_t *to) {
    int status = need(reader, NPY_MAGIC_SIZE + 4);
    if (status != EXIT_CLEAN)
        return status;
    const unsigned char *bytes = reader->data + reader->begin;
    if (memcmp(bytes, NPY_MAGIC, NPY_MAGIC_SIZE) != 0)
        return corrupt(reader, "not a .npy file: it does not begin with \\x93NUMPY");
    const unsigned version = bytes[6];
    if (version < 1 || version > 3 || bytes[7] != 0)
        return corrupt(reader, "a .npy version other than 1.0, 2.0 and 3.0");
    size_t n = bytes[8] | (size_t)bytes[9] << 8;
    *from = NPY_MAGIC_SIZE + 4;
    if (version > 1) {
        *from += 2;
        status = need(reader, *from);
        if (status != EXIT_CLEAN)
            return status;
        bytes = reader->data + reader->begin;
        n |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    }
    if (n > MAX_HEADER)
        return corrupt(reader, "a .npy header of more than 65,536 bytes");
    *to = *from + n;
    return need(reader, *to);
}

/* Judges the element type. */
static int set_type(const struct reader *reader, const struct dict *dict,
                    struct npy_header *header) {
    const struct place place = {reader->name, 0, 0};
    const char *descr = dict->descr;
    if (dict->structured)
        return fail(EXIT_CORRUPT, &place, "a structured dtype; save one integer field alone");
    if (strlen(descr) == 3 && strchr("iu", descr[1]) && strchr("1248", descr[2]) &&
        strchr(descr[2] == '1' ? "|<>" : "<>", descr[0])) {
        header->width = (unsigned)(descr[2] - '0');
        header->is_signed = descr[1] == 'i';
        header->big_endian = descr[0] == '>';
        return EXIT_CLEAN;
    }
    if (strchr(descr, 'O'))
        return fail(EXIT_CORRUPT, &place,
                    "dtype '%s': pickled Python objects are never loaded; save each "
                    "sequence as an array of int32",
                    descr);
    return fail(EXIT_CORRUPT, &place,
                "dtype '%s' is no integer type; convert with array.astype('<i4')", descr);
}

/* Judges the shape. */
static int set_shape(const struct reader *reader, const struct dict *dict,
                     struct npy_header *header) {
    const struct place place = {reader->name, 0, 0};
    if (dict->n_dimensions != 1 && dict->n_dimensions != 2)
        return fail(EXIT_CORRUPT, &place,
                    "an array of %" PRIu64 " dimensions; one (a sequence) or two (a sequence "
                    "per row) are read",
                    dict->n_dimensions);
    header->two_dimensions = dict->n_dimensions == 2;
    header->n_rows = header->two_dimensions ? dict->shape[0] : 1;
    header->n_columns = dict->shape[header->two_dimensions];
    if (dict->fortran && header->n_rows > 1 && header->n_columns > 1)
        return fail(EXIT_CORRUPT, &place,
                    "the array is in Fortran order, its sequences are not contiguous; convert "
                    "with numpy.save(file, numpy.ascontiguousarray(array))");
    if (header->n_columns == 0 && header->n_rows > MAX_EMPTY_ROWS)
        return fail(EXIT_CORRUPT, &place, "more than 1,048,576 rows, all of them empty");
    /* A product near 2^63 is no file's size, and would overflow later. */
    if (header->n_columns && header->n_rows > INT64_MAX / 16 / header->n_columns)
        return fail(EXIT_CORRUPT, &place, "the shape is beyond any file");
    return EXIT_CLEAN;
}

int npy_read_header(struct reader *reader, struct npy_header *header) {
    size_t from = 0;
    size_t to = 0;
    int status = read_frame(reader, &from, &to);
    if (status != EXIT_CLEAN)
        return status;
    char text[MAX_HEADER + 1] = {0};
    memcpy(text, reader->data + reader->begin + from, to - from);
    struct dict dict = {.at = text};
    if (strlen(text) != to - from || !parse_dict(&dict))
        return corrupt(reader, "a .npy header that is not the dict of descr, fortran_order and "
                               "shape");
    *header = (struct npy_header){.start = to};
    status = set_type(reader, &dict, header);
    if (status == EXIT_CLEAN)
        status = set_shape(reader, &dict, header);
    reader->begin += to;
    return status;
}
