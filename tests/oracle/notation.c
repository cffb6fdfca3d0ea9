/* Reads specs in the compact notation of the tests. */
#include "notation.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CHARACTERS = sizeof((struct notation *)0)->characters };

/* One statement: its words, the first of which says what it is. */
struct statement {
    struct notation *to;
    char *rest;
    bool ok;
};

/* The next word, NULL when there are no more. */
static char *next_word(struct statement *s) {
    s->rest += strspn(s->rest, " ");
    if (!*s->rest)
        return NULL;
    char *word = s->rest;
    s->rest += strcspn(s->rest, " ");
    if (*s->rest)
        *s->rest++ = '\0';
    return word;
}

/* An empty one, and the statement is not well, when there are no more. */
static char *need_word(struct statement *s) {
    char *word = next_word(s);
    s->ok = s->ok && word;
    return word ? word : s->rest;
}

static bool is_number(const char *word) {
    return word && (*word == '-' || (*word >= '0' && *word <= '9'));
}

static long long need_number(struct statement *s) {
    char *word = need_word(s);
    s->ok = s->ok && is_number(word);
    return strtoll(word, NULL, 10);
}

static void add_string(struct statement *s, const char *string) {
    if (s->to->n_strings == sizeof s->to->strings / sizeof *s->to->strings)
        s->ok = false;
    else
        s->to->strings[s->to->n_strings++] = string;
}

/* Adds the pieces between separators, without blanks at their ends, as strings. */
static const char *const *add_list(struct statement *s, const char *separator, size_t *n) {
    const char *const *list = s->to->strings + s->to->n_strings;
    for (*n = 0; *s->rest; ++*n) {
        s->rest += strspn(s->rest, " ");
        char *piece = s->rest;
        s->rest += strcspn(s->rest, separator);
        char *end = s->rest;
        if (*s->rest)
            s->rest++;
        while (end > piece && end[-1] == ' ')
            end--;
        *end = '\0';
        s->ok = s->ok && *piece;
        add_string(s, piece);
    }
    s->ok = s->ok && *n > 0;
    return list;
}

static void read_ids(struct statement *s, mmspan_token_decl *token) {
    token->ids = s->to->ids + s->to->n_ids;
    for (char *word = next_word(s); word; word = next_word(s)) {
        if (strcmp(word, "ordinary") == 0) {
            token->ordinary = 1;
        } else if (!is_number(word) || s->to->n_ids == sizeof s->to->ids / sizeof *s->to->ids) {
            s->ok = false;
        } else {
            s->to->ids[s->to->n_ids++] = (int32_t)strtol(word, NULL, 10);
            token->n_ids++;
        }
    }
}

static void read_token(struct statement *s) {
    static const char *const kinds[] = {"id ", "ids ", "any ", "range "};
    if (s->to->n_tokens == sizeof s->to->tokens / sizeof *s->to->tokens) {
        s->ok = false;
        return;
    }
    mmspan_token_decl *token = &s->to->tokens[s->to->n_tokens++];
    *token = (mmspan_token_decl){.struct_size = sizeof *token, .name = need_word(s)};
    s->rest += strspn(s->rest, " ");
    for (int32_t kind = 0; kind < 4; kind++) {
        size_t n = strlen(kinds[kind]);
        if (strncmp(s->rest, kinds[kind], n) == 0) {
            token->kind = kind;
            s->rest += n;
            break;
        }
    }
    read_ids(s, token);
}

static void read_embed(struct statement *s, mmspan_modality_decl *m) {
    if (s->to->n_embeds == sizeof s->to->embeds / sizeof *s->to->embeds) {
        s->ok = false;
        return;
    }
    mmspan_embed_decl *embed = &s->to->embeds[s->to->n_embeds++];
    *embed = (mmspan_embed_decl){0};
    char *colon = strchr(s->rest, ':');
    if (colon) {
        *colon = '\0';
        s->rest += strspn(s->rest, " ");
        embed->modality = s->rest;
        s->rest = colon + 1;
    }
    s->rest += strspn(s->rest, " ");
    embed->tokens = add_list(s, " ", &embed->n_tokens);
    if (!m->n_embed++)
        m->embed = embed;
}

static void read_rows(struct statement *s, mmspan_rows_rule *rows) {
    rows->values = s->to->values + s->to->n_values;
    for (char *word = next_word(s); word; word = next_word(s)) {
        if (strcmp(word, "equal") == 0)
            rows->equal_runs = 1;
        else if (strcmp(word, "min") == 0)
            rows->min = need_number(s);
        else if (strcmp(word, "max") == 0)
            rows->max = need_number(s);
        else if (strcmp(word, "multiple") == 0)
            rows->multiple_of = need_number(s);
        else if (strcmp(word, "offset") == 0)
            rows->offset = need_number(s);
        else if (is_number(word) && s->to->n_values < sizeof s->to->values / sizeof(int64_t))
            s->to->values[s->to->n_values++] = strtoll(word, NULL, 10);
        else
            s->ok = false;
    }
    rows->n_values = (size_t)(s->to->values + s->to->n_values - rows->values);
}

static void read_adjacent(struct statement *s, mmspan_modality_decl *m) {
    const char *word = need_word(s);
    if (strcmp(word, "split") == 0)
        m->adjacent = MMSPAN_ADJACENT_SPLIT;
    else if (strcmp(word, "by_id") == 0)
        m->adjacent = MMSPAN_ADJACENT_BY_ID;
    else
        s->ok = false;
}

static void read_member(struct statement *s, const char *key) {
    if (s->to->n_modalities == 0) {
        s->ok = false;
        return;
    }
    mmspan_modality_decl *m = &s->to->modalities[s->to->n_modalities - 1];
    if (strcmp(key, "pattern") == 0)
        m->pattern = s->rest;
    else if (strcmp(key, "placeholder") == 0)
        m->placeholder = s->rest;
    else if (strcmp(key, "begin") == 0)
        m->begin = add_list(s, "|", &m->n_begin);
    else if (strcmp(key, "patch") == 0)
        m->patch = add_list(s, "|", &m->n_patch);
    else if (strcmp(key, "end") == 0)
        m->end = add_list(s, "|", &m->n_end);
    else if (strcmp(key, "bare") == 0)
        m->bare = add_list(s, "|", &m->n_bare);
    else if (strcmp(key, "embed") == 0)
        read_embed(s, m);
    else if (strcmp(key, "rows") == 0)
        read_rows(s, &m->rows);
    else if (strcmp(key, "adjacent") == 0)
        read_adjacent(s, m);
    else if (strcmp(key, "each_run") == 0)
        m->each_run = 1;
    else if (strcmp(key, "multi") == 0)
        m->multi = 1;
    else if (strcmp(key, "max_gap") == 0)
        m->max_gap = need_number(s);
    else if (strcmp(key, "equal_rows") == 0)
        m->equal_rows = 1;
    else if (strcmp(key, "divisible") == 0)
        m->divisible = 1;
    else
        s->ok = false;
}

static void read_statement(struct statement *s) {
    const char *key = next_word(s);
    if (!key) {
        return;
    } else if (strcmp(key, "token") == 0) {
        read_token(s);
    } else if (strcmp(key, "vocab") == 0) {
        s->to->vocab_size = (int32_t)need_number(s);
    } else if (strcmp(key, "modality") != 0) {
        read_member(s, key);
    } else if (s->to->n_modalities == sizeof s->to->modalities / sizeof *s->to->modalities) {
        s->ok = false;
    } else {
        mmspan_modality_decl *m = &s->to->modalities[s->to->n_modalities++];
        *m = (mmspan_modality_decl){.struct_size = sizeof *m, .name = need_word(s)};
    }
}

bool notation_read(struct notation *notation, const char *text) {
    size_t size = strlen(text) + 1;
    memset(notation, 0, sizeof *notation);
    if (size > MAX_CHARACTERS)
        return false;
    memcpy(notation->characters, text, size);
    for (char *at = notation->characters, *end = at + size; at < end;) {
        struct statement s = {.to = notation, .rest = at, .ok = true};
        at += strcspn(at, ";\n") + 1;
        at[-1] = '\0';
        read_statement(&s);
        if (!s.ok)
            return false;
    }
    return true;
}

mmspan_status notation_spec(const struct notation *notation, const mmspan_allocator *allocator,
                            mmspan_spec **spec, mmspan_error *error) {
    mmspan_spec *made;
    mmspan_status status = mmspan_spec_create(allocator, &made);
    if (status != MMSPAN_OK)
        return status;
    status = mmspan_spec_set_vocab_size(made, notation->vocab_size);
    for (size_t i = 0; i < notation->n_tokens && status == MMSPAN_OK; i++)
        status = mmspan_spec_add_token(made, &notation->tokens[i], error);
    for (size_t i = 0; i < notation->n_modalities && status == MMSPAN_OK; i++)
        status = mmspan_spec_add_modality(made, &notation->modalities[i], error);
    if (status == MMSPAN_OK)
        *spec = made;
    else
        mmspan_spec_destroy(made);
    return status;
}

mmspan_status notation_compile(const char *text, const char *kernel, mmspan_matcher **matcher,
                               mmspan_error *error) {
    struct notation *notation = malloc(sizeof *notation);
    mmspan_spec *spec = NULL;
    mmspan_status status = MMSPAN_E_ARGUMENT;
    if (notation && notation_read(notation, text))
        status = notation_spec(notation, NULL, &spec, error);
    if (status == MMSPAN_OK) {
        mmspan_compile_options options = {.struct_size = sizeof options, .kernel = kernel};
        status = mmspan_compile(spec, &options, matcher, error);
    }
    mmspan_spec_destroy(spec);
    free(notation);
    return status;
}
