/* Tells strings, integers and booleans apart and reads them. */
#include "value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

bool mc_parse_integer(const char *text, size_t n, int64_t *number) {
    const char *at = text;
    const char *end = text + n;
    bool negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    int base = 10;
    if (end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        base = 16;
        at += 2;
    }
    if (at == end)
        return false;
    int64_t sum = 0;
    for (; at < end; at++) {
        int digit = digit_value(*at);
        if (digit >= base)
            return false;
        bool fits = sum <= (INT64_MAX - digit) / base;
        sum = fits ? sum * base + digit : INT64_MAX;
    }
    if (!negative)
        *number = sum;
    else
        *number = sum == INT64_MAX ? INT64_MIN : -sum;
    return true;
}

static bool is_one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

enum mc_type mc_type_of(const struct mc_node *node) {
    static const char *const nothing[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const booleans[] = {"true", "false", NULL};
    const char *text = node->text;
    int64_t number;
    if (node->kind == MC_SEQUENCE)
        return MC_LIST;
    if (node->kind == MC_MAPPING)
        return MC_TABLE;
    if (!node->plain)
        return MC_STRING;
    /* Every value comes by here, and its first character says what else than a string
     * it may be. */
    switch (*text) {
    case '\0':
    case '~':
    case 'n':
    case 'N':
        return is_one_of(text, nothing) ? MC_NOTHING : MC_STRING;
    case 't':
    case 'f':
        return is_one_of(text, booleans) ? MC_BOOLEAN : MC_STRING;
    default:
        return mc_parse_integer(text, strlen(text), &number) ? MC_INTEGER : MC_STRING;
    }
}

static const char *describe(enum mc_type type) {
    switch (type) {
    case MC_STRING:
        return "a string";
    case MC_INTEGER:
        return "an integer";
    case MC_BOOLEAN:
        return "true or false";
    case MC_LIST:
        return "a list";
    case MC_TABLE:
        return "a mapping";
    case MC_NOTHING:
        break;
    }
    return "nothing";
}

/* "a string, a list or a mapping". */
static void describe_all(unsigned types, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (unsigned type = MC_STRING; type <= MC_TABLE; type *= 2) {
        if (!(types & type))
            continue;
        types &= ~type;
        const char *before = !used ? "" : types ? ", " : " or ";
        int n =
            snprintf(text + used, size - used, "%s%s", before, describe((enum mc_type)type));
        used += (size_t)n;
    }
}

bool mc_expect(struct mc_errors *errors, const struct mc_value *value, unsigned types) {
    enum mc_type type = mc_type_of(value->node);
    if (types & type)
        return true;
    char wanted[96];
    describe_all(types, wanted, sizeof wanted);
    const char *text = value->node->text;
    bool scalar = value->node->kind == MC_SCALAR;
    if (type == MC_NOTHING)
        mc_complain(errors, MMSPAN_E_CONFIG, value, "a value is missing; it must be %s",
                    wanted);
    else if (scalar && value->node->plain && (types & MC_STRING))
        mc_complain(errors, MMSPAN_E_CONFIG, value,
                    "must be %s, but %.40s is %s; put it in quotes", wanted, text,
                    describe(type));
    else if (scalar)
        mc_complain(errors, MMSPAN_E_CONFIG, value, "must be %s, but %s%.40s%s is %s", wanted,
                    value->node->plain ? "" : "\"", text, value->node->plain ? "" : "\"",
                    describe(type));
    else
        mc_complain(errors, MMSPAN_E_CONFIG, value, "must be %s, but this is %s", wanted,
                    describe(type));
    return false;
}

bool mc_read_string(struct mc_errors *errors, const struct mc_value *value, const char **text) {
    if (!mc_expect(errors, value, MC_STRING))
        return false;
    if (!*value->node->text) {
        mc_complain(errors, MMSPAN_E_CONFIG, value, "must not be empty");
        return false;
    }
    *text = value->node->text;
    return true;
}

bool mc_read_boolean(struct mc_errors *errors, const struct mc_value *value, int32_t *truth) {
    if (!mc_expect(errors, value, MC_BOOLEAN))
        return false;
    *truth = strcmp(value->node->text, "true") == 0;
    return true;
}

/* 010 is eight in YAML 1.1 and ten in YAML 1.2. */
static bool has_leading_zero(const char *text) {
    text += *text == '-' || *text == '+';
    return text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

bool mc_read_integer(struct mc_errors *errors, const struct mc_value *value, int64_t min,
                     int64_t max, int64_t *number) {
    if (!mc_expect(errors, value, MC_INTEGER))
        return false;
    const char *text = value->node->text;
    int64_t read = 0;
    mc_parse_integer(text, strlen(text), &read);
    if (has_leading_zero(text)) {
        mc_complain(errors, MMSPAN_E_CONFIG, value,
                    "%.40s may mean an octal number; write it without the leading zero", text);
        return false;
    }
    if (read < min || read > max) {
        bool beyond = read < INT32_MIN || read > INT32_MAX;
        const char *why = beyond && max <= INT32_MAX ? " does not fit in an int32" : "";
        mc_complain(errors, MMSPAN_E_CONFIG, value,
                    "%.40s%s; it must lie between %" PRId64 " and %" PRId64, text,
                    *why ? why : " is out of range", min, max);
        return false;
    }
    *number = read;
    return true;
}
