/* Guesses from the names of tokens what they stand for. */
#include "onboard.h"

#include <string.h>

/* The letters of a name in lower case, and what else about it matters. */
struct name {
    char letters[64]; /* empty when there are more */
    bool has_digits;
    bool has_slash;  /* "</image>" */
    bool open_left;  /* "<|image>" */
    bool open_right; /* "<image|>" */
};

static void read_name(const char *text, size_t size, struct name *name) {
    size_t n = 0;
    memset(name, 0, sizeof *name);
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        name->has_digits = name->has_digits || (c >= '0' && c <= '9');
        name->has_slash = name->has_slash || c == '/';
        if (c < 'a' || c > 'z')
            continue;
        if (n + 1 == sizeof name->letters) {
            name->letters[0] = '\0';
            return;
        }
        name->letters[n++] = c;
    }
    bool left = size > 2 && memcmp(text, "<|", 2) == 0;
    bool right = size > 2 && memcmp(text + size - 2, "|>", 2) == 0;
    name->open_left = left && !right && text[size - 1] == '>';
    name->open_right = right && !left && text[0] == '<';
}

static const struct {
    const char *word;
    enum media media;
} media_words[] = {
    {"image", MEDIA_IMAGE},   {"img", MEDIA_IMAGE},    {"picture", MEDIA_IMAGE},
    {"video", MEDIA_VIDEO},   {"frame", MEDIA_VIDEO},  {"audio", MEDIA_AUDIO},
    {"sound", MEDIA_AUDIO},   {"speech", MEDIA_AUDIO}, {"vision", MEDIA_VISION},
    {"visual", MEDIA_VISION}, {"media", MEDIA_IMAGE},
};

static const struct {
    const char *word;
    enum role role;
} role_words[] = {
    {"break", ROLE_BREAK},   {"newline", ROLE_BREAK}, {"start", ROLE_BEGIN},
    {"begin", ROLE_BEGIN},   {"bos", ROLE_BEGIN},     {"end", ROLE_END},
    {"eos", ROLE_END},       {"pad", ROLE_PATCH},     {"patch", ROLE_PATCH},
    {"soft", ROLE_PATCH},    {"context", ROLE_PATCH}, {"placeholder", ROLE_PATCH},
    {"feature", ROLE_PATCH}, {"embed", ROLE_PATCH},
};

/* Abbreviations that are whole names. */
static const struct {
    const char *name;
    struct meaning meaning;
} abbreviations[] = {
    {"boi", {MEDIA_IMAGE, ROLE_BEGIN}}, {"soi", {MEDIA_IMAGE, ROLE_BEGIN}},
    {"eoi", {MEDIA_IMAGE, ROLE_END}},   {"bov", {MEDIA_VIDEO, ROLE_BEGIN}},
    {"eov", {MEDIA_VIDEO, ROLE_END}},   {"boa", {MEDIA_AUDIO, ROLE_BEGIN}},
    {"eoa", {MEDIA_AUDIO, ROLE_END}},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Takes the word out of the letters; false when it is not in them. */
static bool take_word(char *letters, const char *word) {
    char *at = strstr(letters, word);
    if (at)
        memmove(at, at + strlen(word), strlen(at + strlen(word)) + 1);
    return at != NULL;
}

static struct meaning meaning_of_name(struct name *name) {
    static const struct meaning nothing = {MEDIA_NONE, ROLE_NONE};
    char *letters = name->letters;
    struct meaning meaning = nothing;
    for (size_t i = 0; i < COUNT(abbreviations); i++)
        if (strcmp(letters, abbreviations[i].name) == 0)
            return abbreviations[i].meaning;
    for (size_t i = 0; meaning.media == MEDIA_NONE && i < COUNT(media_words); i++)
        if (take_word(letters, media_words[i].word))
            meaning.media = media_words[i].media;
    /* Numbered tokens are references: <image_1>. */
    if (meaning.media == MEDIA_NONE || name->has_digits)
        return nothing;
    for (size_t i = 0; meaning.role == ROLE_NONE && i < COUNT(role_words); i++)
        if (take_word(letters, role_words[i].word))
            meaning.role = role_words[i].role;
    take_word(letters, "token");
    take_word(letters, "of");
    take_word(letters, "id");
    if (*letters)
        return nothing;
    if (meaning.role == ROLE_NONE)
        meaning.role = name->has_slash || name->open_right ? ROLE_END
                       : name->open_left                   ? ROLE_BEGIN
                                                           : ROLE_PLAIN;
    return meaning;
}

struct meaning meaning_of_piece(const char *text, size_t size) {
    struct name name;
    if (size < 3 || !strchr("<[", text[0]) || !strchr(">]", text[size - 1]))
        return (struct meaning){MEDIA_NONE, ROLE_NONE};
    read_name(text, size, &name);
    return meaning_of_name(&name);
}

/* How much of a key names a token's part in the prompt: "image" of "image_token_id"; 0 when it
 * is no key of a token. */
static size_t size_of_part(const char *key) {
    static const char *const endings[] = {"_token_id", "_token_index", "_token_idx", "_token"};
    const size_t n = strlen(key);
    for (size_t i = 0; i < COUNT(endings); i++) {
        const size_t n_ending = strlen(endings[i]);
        if (n > n_ending && strcmp(key + n - n_ending, endings[i]) == 0)
            return n - n_ending;
    }
    return 0;
}

bool names_token(const char *key) {
    return size_of_part(key) > 0;
}

struct meaning meaning_of_key(const char *key) {
    const size_t n = size_of_part(key);
    struct name name;
    if (n == 0)
        return (struct meaning){MEDIA_NONE, ROLE_NONE};
    read_name(key, n, &name);
    struct meaning meaning = meaning_of_name(&name);
    if (meaning.role == ROLE_PLAIN)
        meaning.role = ROLE_PATCH;
    return meaning;
}
