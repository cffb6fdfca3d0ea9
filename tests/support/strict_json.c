/* A recursive descent that only says yes or no; slow and plain. */
#include "strict_json.h"

#include <string.h>

struct reading {
    const unsigned char *at, *end;
};

static bool take(struct reading *r, const char *word) {
    const size_t n = strlen(word);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0)
        return false;
    r->at += n;
    return true;
}

static bool take_any(struct reading *r, const char *set) {
    if (r->at == r->end || *r->at == 0 || !strchr(set, *r->at))
        return false;
    r->at++;
    return true;
}

static void blanks(struct reading *r) {
    while (take_any(r, " \t\n\r"))
        continue;
}

static bool digits(struct reading *r) {
    size_t n = 0;
    while (take_any(r, "0123456789"))
        n++;
    return n > 0;
}

static bool number(struct reading *r) {
    take(r, "-");
    if (!take(r, "0") && !digits(r))
        return false;
    if (take(r, ".") && !digits(r))
        return false;
    if (!take_any(r, "eE"))
        return true;
    take_any(r, "+-");
    return digits(r);
}

/* One character that is no control, in the shortest form of UTF-8, and no surrogate. */
static bool character(struct reading *r) {
    const unsigned char first = *r->at++;
    unsigned code = first;
    unsigned more = 0;
    static const unsigned least[] = {0x20, 0x80, 0x800, 0x10000};
    if (first >= 0xF0 && first < 0xF8)
        more = 3, code = first & 7;
    else if (first >= 0xE0 && first < 0xF0)
        more = 2, code = first & 15;
    else if (first >= 0xC0 && first < 0xE0)
        more = 1, code = first & 31;
    else if (first >= 0x80)
        return false;
    for (unsigned i = 0; i < more; i++, r->at++) {
        if (r->at == r->end || (*r->at & 0xC0) != 0x80)
            return false;
        code = code << 6 | (*r->at & 63);
    }
    return code >= least[more] && code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
}

static bool string(struct reading *r) {
    if (!take(r, "\""))
        return false;
    while (!take(r, "\"")) {
        if (r->at == r->end)
            return false;
        if (!take(r, "\\")) {
            if (!character(r))
                return false;
        } else if (take(r, "u")) {
            for (int i = 0; i < 4; i++)
                if (!take_any(r, "0123456789abcdefABCDEF"))
                    return false;
        } else if (!take_any(r, "\"\\/bfnrt")) {
            return false;
        }
    }
    return true;
}

static bool value(struct reading *r);

/* What stands between brackets, parted by commas. */
static bool members(struct reading *r, const char *close, bool named) {
    blanks(r);
    if (take(r, close))
        return true;
    do {
        blanks(r);
        if (named && !string(r))
            return false;
        blanks(r);
        if ((named && !take(r, ":")) || !value(r))
            return false;
    } while (take(r, ","));
    return take(r, close);
}

/* A value and the blanks around it. */
static bool value(struct reading *r) {
    bool good;
    blanks(r);
    if (take(r, "{"))
        good = members(r, "}", true);
    else if (take(r, "["))
        good = members(r, "]", false);
    else if (r->at < r->end && *r->at == '"')
        good = string(r);
    else
        good = take(r, "true") || take(r, "false") || take(r, "null") || number(r);
    blanks(r);
    return good;
}

bool strict_json(const char *text, size_t n) {
    const unsigned char *start = (const unsigned char *)text;
    struct reading r = {start, start + n};
    return value(&r) && r.at == r.end;
}
