/*
 * Parses a line of JSON into columns.
 *
 * A row is three or four long lists of small numbers, and nearly all time goes into these. A
 * parser for JSON in general first finds all brackets and commas and then looks at each number
 * again; this one reads a number where it stands. It checks everything else, too: what is no
 * JSON is refused, with its place.
 *
 * The byte behind the text is a line feed or a zero, which no value goes on with, so nothing
 * looks for the end.
 */
#include "row_text.h"

#include <stdio.h>
#include <string.h>

static const char *out_of_memory(struct ma_parser *parser) {
    parser->memory = true;
    return NULL;
}

static const char *bad_number(struct ma_parser *parser, const struct ma_key *key,
                              const char *p) {
    const char *end = *p == '[' || *p == '{' || *p == '"' ? p : ma_skip_word(parser, p);
    if (!end)
        return NULL;
    if (*p == '[' || *p == '{')
        return ma_refuse(parser, p, "%s holds a list; give each sequence a line of its own",
                         key->name);
    const char *q = p + (*p == '-');
    while (ma_is_digit(*q))
        q++;
    if (q == end && ma_is_digit(q[-1]))
        return ma_refuse(parser, p, "%s holds a number beyond int32", key->name);
    return ma_refuse(parser, p, "%s holds something that is no integer", key->name);
}

/* The integer of up to ten digits at `p`, digit by digit; NULL when it is none of JSON's. */
static const char *read_digits(const char *p, uint64_t *magnitude) {
    const char *start = p;
    uint64_t value = (unsigned char)(*p - '0');
    if (value > 9)
        return NULL;
    for (unsigned digit; (digit = (unsigned char)(*++p - '0')) <= 9;)
        value = 10 * value + digit;
    *magnitude = value;
    /* Ten digits do not overflow, and more are too many. */
    return p - start > 10 || (*start == '0' && p - start > 1) ? NULL : p;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/*
 * The same for up to seven digits, eight bytes at a time: how long a number is cannot be
 * predicted, and a branch on it would cost more than all of this. A byte that is a digit
 * becomes its value, and stays below 0x80 when 0x76 is added to it; the first that does not
 * ends the number. *end is its place in bits, 64 when there is none.
 */
static inline uint64_t load_digits(const char *p, unsigned *end) {
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    bytes ^= UINT64_C(0x3030303030303030);
    const uint64_t others =
        ((bytes + UINT64_C(0x7676767676767676)) | bytes) & UINT64_C(0x8080808080808080);
    *end = others ? (unsigned)__builtin_ctzll(others) - 7 : 64;
    return bytes;
}

/* The digits before a place, 8 to 56: pairs, fours and eights are added up in parallel. */
static inline uint64_t add_digits(uint64_t bytes, unsigned end) {
    bytes <<= 64 - end;
    bytes = bytes * 10 + (bytes >> 8);
    const uint64_t pairs = UINT64_C(0x000000ff000000ff);
    return ((bytes & pairs) * UINT64_C(0x000f424000000064) +
            ((bytes >> 16) & pairs) * UINT64_C(0x0000271000000001)) >>
           32;
}

static inline const char *read_magnitude(const char *p, uint64_t *magnitude) {
    unsigned end;
    const uint64_t bytes = load_digits(p, &end);
    if (end == 0 || end == 64)
        return read_digits(p, magnitude);
    if (end > 8 && (bytes & 0xff) == 0)
        return NULL;
    *magnitude = add_digits(bytes, end);
    return p + end / 8;
}

/* Behind a number of up to six digits and the comma and blank behind it, as nearly all writers
 * leave them; NULL when there is anything else. */
static inline const char *read_usual(const char *p, int32_t *value) {
    enum { COMMA_BLANK = (' ' ^ '0') << 8 | (',' ^ '0') };
    unsigned end;
    const uint64_t bytes = load_digits(p, &end);
    if (end == 0 || end > 48 || (bytes >> end & 0xffff) != COMMA_BLANK ||
        (end > 8 && (bytes & 0xff) == 0))
        return NULL;
    *value = (int32_t)add_digits(bytes, end);
    return p + end / 8 + 2;
}
#else
static inline const char *read_magnitude(const char *p, uint64_t *magnitude) {
    return read_digits(p, magnitude);
}

static inline const char *read_usual(const char *p, int32_t *value) {
    (void)p;
    (void)value;
    return NULL;
}
#endif

/* Reads the integer at `p`; NULL when it is none that fits an int32. */
static inline const char *read_integer(const char *p, int32_t *value) {
    uint64_t magnitude = 0;
    const bool negative = *p == '-';
    p = read_magnitude(p + negative, &magnitude);
    if (!p || magnitude > (uint64_t)INT32_MAX + negative || *p == '.' || *p == 'e' || *p == 'E')
        return NULL;
    const int64_t sign = negative ? -1 : 1;
    *value = (int32_t)(sign * (int64_t)magnitude);
    return p;
}

/* To the next number behind a comma, or to what is there instead of a comma. */
static inline const char *skip_comma(const char *p, bool *more) {
    if (*p != ',')
        p = ma_skip_blanks(p);
    *more = *p == ',';
    if (!*more)
        return p;
    p += p[1] == ' ' ? 2 : 1;
    return *p == '-' || ma_is_digit(*p) ? p : ma_skip_blanks(p);
}

/* How many bytes are compared at once, all of them readable behind any byte of a row. */
enum { STRIDE = 64 };
_Static_assert(STRIDE <= MA_ROW_PADDING, "bytes behind the row are looked at");

static inline bool repeats(const char *p, size_t period) {
    uint64_t differ = 0;
    for (size_t i = 0; i < STRIDE; i += sizeof differ) {
        uint64_t here, before;
        memcpy(&here, p + i, sizeof here);
        memcpy(&before, p + i - period, sizeof before);
        differ |= here ^ before;
    }
    return differ == 0;
}

/*
 * Masks are one number over and over, labels and images nearly so. Where the text repeats
 * itself with the length of a number and its comma, numbers are counted and not read. NULL when
 * memory is out.
 */
static const char *read_repeats(struct ma_list *list, const char *p, size_t period) {
    const int32_t value = list->values[list->n - 1];
    const size_t n = STRIDE / period;
    while (repeats(p, period)) {
        if (list->cap - list->n < STRIDE / 2 && !ma_list_grow(list))
            return NULL;
        /* Always as many as there can be, which takes no loop. */
        for (size_t i = 0; i < STRIDE / 2; i++)
            list->values[list->n + i] = value;
        list->n += n;
        p += n * period;
    }
    return p;
}

/* Behind a list of integers, which begins at `p` with its bracket. */
static const char *read_list(struct ma_parser *parser, const struct ma_key *key,
                             struct ma_list *list, const char *p) {
    int32_t last = 0;
    size_t last_period = 0;
    bool more = true;
    p = ma_skip_blanks(p + 1);
    if (*p == ']')
        return p + 1;
    while (more) {
        const char *start = p;
        int32_t value = 0;
        p = read_usual(start, &value);
        if (!p) {
            start = ma_skip_blanks(start);
            p = read_integer(start, &value);
            if (!p)
                return bad_number(parser, key, start);
            p = skip_comma(p, &more);
        }
        if (list->n == list->cap && !ma_list_grow(list))
            return out_of_memory(parser);
        list->values[list->n++] = value;
        const size_t period = (size_t)(p - start);
        if (more && value == last && period == last_period && period > 0 && period <= STRIDE) {
            p = read_repeats(list, p, period);
            if (!p)
                return out_of_memory(parser);
        }
        last = value;
        last_period = period;
    }
    return *p == ']' ? p + 1 : ma_no_json(parser, p);
}

/* A list of lists of three, or three, six, ... numbers in one. */
static const char *read_grids(struct ma_parser *parser, const struct ma_key *key,
                              struct ma_list *list, const char *p) {
    const char *first = ma_skip_blanks(p + 1);
    const size_t before = list->n;
    if (*first != '[') {
        const char *end = read_list(parser, key, list, p);
        if (end && (list->n - before) % 3 != 0)
            return ma_refuse(parser, p, "%s is no list of t, h, w", key->name);
        return end;
    }
    for (p = first;;) {
        const size_t n = list->n;
        const char *start = p;
        if (*p != '[')
            return ma_no_json(parser, p);
        p = read_list(parser, key, list, p);
        if (!p)
            return NULL;
        if (list->n - n != 3)
            return ma_refuse(parser, start, "%s holds a list that is not t, h, w", key->name);
        p = ma_skip_blanks(p);
        if (*p != ',')
            break;
        p = ma_skip_blanks(p + 1);
    }
    return *p == ']' ? p + 1 : ma_no_json(parser, p);
}

static struct ma_list *begin_list(struct ma_parser *parser, int role) {
    struct ma_list *list = ma_rows_list(parser->rows, role);
    if (!list)
        parser->memory = true;
    else
        list->seen = true;
    return list;
}

/* Three-dimensional positions count no tokens, so a list of lists there says nothing. */
static bool is_ignored(const struct ma_key *key, const char *p) {
    return key->list == MA_POSITION_IDS && *p == '[' && *ma_skip_blanks(p + 1) == '[';
}

static const char *read_column(struct ma_parser *parser, const struct ma_key *key,
                               const char *p) {
    parser->has_ids |= key->list == MA_IDS;
    if (strncmp(p, "null", 4) == 0)
        return p + 4;
    if (is_ignored(key, p))
        return ma_skip_value(parser, p);
    struct ma_list *list = begin_list(parser, key->list);
    if (!list)
        return NULL;
    if (*p == '[')
        return key->shape == MA_GRIDS ? read_grids(parser, key, list, p)
                                      : read_list(parser, key, list, p);
    if (key->shape != MA_SCALAR)
        return ma_refuse(parser, p, "%s is not a list", key->name);
    if (list->n == list->cap && !ma_list_grow(list))
        return out_of_memory(parser);
    const char *end = read_integer(p, &list->values[list->n]);
    if (!end)
        return bad_number(parser, key, p);
    list->n++;
    return end;
}

static const char *each_member(struct ma_parser *parser, const char *p,
                               const char *(*each)(struct ma_parser *, const char *name,
                                                   size_t n, const char *value));

/* The modality with this name, which does not end here, or -1. */
static int32_t find_modality(const mmspan_matcher *matcher, const char *name, size_t n) {
    for (int32_t m = 0; m < mmspan_matcher_n_modalities(matcher); m++) {
        const char *known = mmspan_matcher_modality_name(matcher, m);
        if (strncmp(known, name, n) == 0 && known[n] == '\0')
            return m;
    }
    return -1;
}

/* A modality of `media` with the rows of its media; of one that the config lacks nothing is
 * known. */
static const char *read_media_of(struct ma_parser *parser, const char *name, size_t n,
                                 const char *value) {
    const int32_t modality = find_modality(parser->rows->matcher, name, n);
    if (modality < 0)
        return ma_skip_value(parser, value);
    const struct ma_key key = {
        .name = mmspan_matcher_modality_name(parser->rows->matcher, modality),
        .list = MA_MEDIA + 3 * modality + MMSPAN_MEDIA_ROWS};
    return read_column(parser, &key, value);
}

/* {"image": [256, 280]}, or an empty list; what is not in it there is none of. */
static const char *read_media(struct ma_parser *parser, const char *p) {
    if (strncmp(p, "null", 4) == 0)
        return p + 4;
    const char *inner = ma_skip_blanks(p + 1);
    if (*p != '{' && (*p != '[' || *inner != ']'))
        return ma_refuse(parser, p, "media is not like {\"image\": [256, 280]}");
    for (int32_t m = 0; m < mmspan_matcher_n_modalities(parser->rows->matcher); m++)
        if (!begin_list(parser, MA_MEDIA + 3 * m + MMSPAN_MEDIA_ROWS))
            return NULL;
    return *p == '[' ? inner + 1 : each_member(parser, p, read_media_of);
}

static const char *read_member(struct ma_parser *parser, const char *name, size_t n,
                               const char *value) {
    const struct ma_rows *rows = parser->rows;
    for (size_t i = 0; i < rows->n_keys; i++) {
        struct ma_key *key = &rows->keys[i];
        if (key->n != n || memcmp(key->name, name, n) != 0)
            continue;
        key->seen = true;
        if (key->list < 0)
            return read_media(parser, value);
        if (rows->lists[key->list] && rows->lists[key->list]->seen)
            return ma_refuse(parser, name - 1, "a second %s", key->name);
        return read_column(parser, key, value);
    }
    return ma_skip_value(parser, value);
}

/* Behind an object, which begins at `p` with its bracket. */
static const char *each_member(struct ma_parser *parser, const char *p,
                               const char *(*each)(struct ma_parser *, const char *name,
                                                   size_t n, const char *value)) {
    p = ma_skip_blanks(p + 1);
    if (*p == '}')
        return p + 1;
    for (;;) {
        if (*p != '"')
            return ma_no_json(parser, p);
        const char *name = p + 1;
        p = ma_skip_string(parser, p);
        if (!p)
            return NULL;
        const size_t n = (size_t)(p - 1 - name);
        p = ma_skip_blanks(p);
        if (*p != ':')
            return ma_no_json(parser, p);
        p = each(parser, name, n, ma_skip_blanks(p + 1));
        if (!p)
            return NULL;
        p = ma_skip_blanks(p);
        if (*p != ',')
            break;
        p = ma_skip_blanks(p + 1);
    }
    return *p == '}' ? p + 1 : ma_no_json(parser, p);
}

static const char *read_row(struct ma_parser *parser, const char *text) {
    const char *p = ma_skip_blanks(text);
    if (*p == '[')
        return ma_refuse(parser, p, "a list where others are objects: {\"%s\": [...]}",
                         parser->rows->keys[MA_IDS].name);
    if (*p != '{')
        return ma_refuse(parser, p, "not an object");
    p = each_member(parser, p, read_member);
    if (!p)
        return NULL;
    p = ma_skip_blanks(p);
    if (*p != '\n' && *p != '\0')
        return ma_refuse(parser, p, "something follows the object");
    if (!parser->has_ids)
        return ma_refuse(parser, text, "the object has no %s", parser->rows->keys[MA_IDS].name);
    return p;
}

/* Ends the row in every list, or takes it back. */
static void end_row(struct ma_rows *rows, bool good) {
    for (size_t i = 0; i < rows->n_lists; i++) {
        struct ma_list *list = rows->lists[i];
        if (!list)
            continue;
        const size_t row = rows->n_rows;
        if (!good)
            list->n = (size_t)list->offsets[row];
        else if (list->seen)
            list->validity[row / 8] |= (uint8_t)(1u << row % 8);
        list->any |= good && list->seen;
        list->offsets[row + !!good] = (int64_t)list->n;
        list->seen = false;
    }
}

enum ma_row_status ma_rows_add(struct ma_rows *rows, const char *text, size_t n, int64_t line,
                               struct ma_row_error *error) {
    struct ma_parser parser = {.rows = rows, .text = text, .error = error};
    const char *end = read_row(&parser, text);
    /* A zero inside of the line is no end. */
    if (end && end < text + n)
        end = ma_refuse(&parser, end, "something follows the object");
    if (end) {
        end_row(rows, true);
        rows->lines[rows->n_rows++] = line;
        return MA_ROW_OK;
    }
    end_row(rows, false);
    return parser.memory ? MA_ROW_MEMORY : MA_ROW_CORRUPT;
}
