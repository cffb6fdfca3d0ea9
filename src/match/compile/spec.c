/* The builder of specs: their life, and tokens. */
#include "../sized.h"
#include "pattern.h"

#include <string.h>

mmspan_status mmspan_spec_create(const mmspan_allocator *allocator, mmspan_spec **spec) {
    if (!spec)
        return MMSPAN_E_ARGUMENT;
    mmspan_allocator memory = mm_allocator(allocator);
    mmspan_spec *made = mm_resize(&memory, NULL, 0, sizeof *made);
    if (!made)
        return MMSPAN_E_MEMORY;
    memset(made, 0, sizeof *made);
    mm_arena_init(&made->arena, &memory);
    made->model = "";
    *spec = made;
    return MMSPAN_OK;
}

void mmspan_spec_destroy(mmspan_spec *spec) {
    if (!spec)
        return;
    mmspan_allocator memory = spec->arena.allocator;
    mm_free(&memory, spec->tokens, spec->cap_tokens * sizeof *spec->tokens);
    mm_free(&memory, spec->modalities, spec->cap_modalities * sizeof *spec->modalities);
    mm_arena_free(&spec->arena);
    mm_free(&memory, spec, sizeof *spec);
}

mmspan_status mmspan_spec_set_model(mmspan_spec *spec, const char *model) {
    if (!spec || !model)
        return MMSPAN_E_ARGUMENT;
    const char *copy = mm_arena_string(&spec->arena, model);
    if (!copy)
        return MMSPAN_E_MEMORY;
    spec->model = copy;
    return MMSPAN_OK;
}

mmspan_status mmspan_spec_set_vocab_size(mmspan_spec *spec, int32_t vocab_size) {
    if (!spec || vocab_size < 0)
        return MMSPAN_E_ARGUMENT;
    spec->vocab_size = vocab_size;
    return MMSPAN_OK;
}

mmspan_status mmspan_spec_set_place(mmspan_spec *spec, const char *file, uint32_t line,
                                    uint32_t column, const char *path) {
    if (!spec)
        return MMSPAN_E_ARGUMENT;
    struct mm_place place = {NULL, NULL, line, column};
    /* One file makes hundreds of declarations: keep its name once. */
    if (file && spec->place.file && strcmp(file, spec->place.file) == 0)
        place.file = spec->place.file;
    else if (file && !(place.file = mm_arena_string(&spec->arena, file)))
        return MMSPAN_E_MEMORY;
    if (path && !(place.path = mm_arena_string(&spec->arena, path)))
        return MMSPAN_E_MEMORY;
    spec->place = place;
    return MMSPAN_OK;
}

mmspan_status mmspan_spec_set_pattern_place(mmspan_spec *spec, uint32_t line, uint32_t column) {
    if (!spec)
        return MMSPAN_E_ARGUMENT;
    spec->pattern_place.line = line;
    spec->pattern_place.column = column;
    return MMSPAN_OK;
}

mmspan_status mm_check_name(const mmspan_spec *spec, const char *kind, const char *name,
                            mmspan_error *error) {
    if (!name || !*name || name[mm_name_length(name)])
        return mm_fail(
            error, MMSPAN_E_CONFIG, &spec->place,
            "\"%s\" cannot name a %s: a name begins with a letter or '_' and goes on "
            "with letters, digits, '_', '.' and '-'",
            name ? name : "", kind);
    return MMSPAN_OK;
}

int32_t mm_find_token(const mmspan_spec *spec, const char *name, size_t n, size_t *rank) {
    size_t low = 0;
    size_t high = spec->n_tokens;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *candidate = spec->tokens[spec->by_name[middle]].name;
        int order = strncmp(candidate, name, n);
        if (order == 0 && candidate[n] == '\0') {
            *rank = middle;
            return spec->by_name[middle];
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *rank = low;
    return -1;
}

/* *rank receives where the name belongs in by_name. */
static mmspan_status check_token(const mmspan_spec *spec, const mmspan_token_decl *decl,
                                 size_t *rank, mmspan_error *error) {
    mmspan_status status = mm_check_name(spec, "token", decl->name, error);
    if (status != MMSPAN_OK)
        return status;
    const struct mm_place *place = &spec->place;
    if (strcmp(decl->name, "text") == 0)
        return mm_fail(error, MMSPAN_E_CONFIG, place,
                       "a token cannot be named \"text\": in patterns that word means any "
                       "undeclared ID");
    if (mm_find_token(spec, decl->name, strlen(decl->name), rank) >= 0)
        return mm_fail(error, MMSPAN_E_CONFIG, place, "token \"%s\" is declared twice",
                       decl->name);
    if (decl->kind < MMSPAN_TOKEN_ID || decl->kind > MMSPAN_TOKEN_RANGE)
        return mm_fail(error, MMSPAN_E_ARGUMENT, place, "token \"%s\" is of unknown kind %d",
                       decl->name, (int)decl->kind);
    if (decl->n_ids == 0 || !decl->ids)
        return mm_fail(error, MMSPAN_E_CONFIG, place, "token \"%s\" has no IDs", decl->name);
    size_t exact = decl->kind == MMSPAN_TOKEN_ID ? 1 : decl->kind == MMSPAN_TOKEN_RANGE ? 2 : 0;
    if (exact && decl->n_ids != exact)
        return mm_fail(error, MMSPAN_E_CONFIG, place, "token \"%s\" needs %zu IDs but has %zu",
                       decl->name, exact, decl->n_ids);
    if (decl->kind == MMSPAN_TOKEN_RANGE && decl->ids[0] > decl->ids[1])
        return mm_fail(error, MMSPAN_E_CONFIG, place,
                       "the range of token \"%s\" ends before it begins: [%d, %d]", decl->name,
                       (int)decl->ids[0], (int)decl->ids[1]);
    if (spec->n_tokens == MMSPAN_MAX_TOKENS)
        return mm_fail(error, MMSPAN_E_LIMIT, place, "more than %d tokens", MMSPAN_MAX_TOKENS);
    return MMSPAN_OK;
}

enum { FIRST_TOKEN_DECL = MM_SIZE_THROUGH(mmspan_token_decl, n_ids) };

static mmspan_status add_token(mmspan_spec *spec, const mmspan_token_decl *decl,
                               mmspan_error *error) {
    size_t rank = 0;
    mmspan_status status = check_token(spec, decl, &rank, error);
    if (status != MMSPAN_OK)
        return status;
    struct mm_arena *arena = &spec->arena;
    struct mm_token token = {
        .name = mm_arena_string(arena, decl->name),
        .piece = decl->piece ? mm_arena_string(arena, decl->piece) : NULL,
        .ids = mm_arena_copy(arena, decl->ids, decl->n_ids, sizeof *decl->ids),
        .n_ids = decl->n_ids,
        .kind = decl->kind,
        .ordinary = decl->ordinary != 0,
        .place = spec->place,
    };
    if (!token.name || !token.ids || (decl->piece && !token.piece) ||
        !mm_reserve(&arena->allocator, &spec->tokens, &spec->cap_tokens, spec->n_tokens + 1,
                    sizeof token))
        return mm_fail_memory(error);
    uint16_t *at = spec->by_name + rank;
    memmove(at + 1, at, (spec->n_tokens - rank) * sizeof *at);
    *at = (uint16_t)spec->n_tokens;
    spec->tokens[spec->n_tokens++] = token;
    return MMSPAN_OK;
}

mmspan_status mmspan_spec_add_token(mmspan_spec *spec, const mmspan_token_decl *decl,
                                    mmspan_error *error) {
    mmspan_token_decl known;
    if (!spec || !decl || !mm_read_struct(&known, sizeof known, decl, FIRST_TOKEN_DECL))
        return mm_fail_argument(error, "spec or token declaration");
    return add_token(spec, &known, error);
}

int32_t mmspan_spec_token(const mmspan_spec *spec, int32_t index, mmspan_token_decl *decl,
                          mmspan_error *place) {
    if (!spec || !decl || index < 0 || (size_t)index >= spec->n_tokens)
        return 0;
    const struct mm_token *token = &spec->tokens[index];
    mmspan_token_decl known = {.kind = token->kind,
                               .ordinary = token->ordinary,
                               .name = token->name,
                               .piece = token->piece,
                               .ids = token->ids,
                               .n_ids = token->n_ids};
    if (!mm_write_struct(decl, &known, sizeof known, FIRST_TOKEN_DECL))
        return 0;
    mm_fail(place, MMSPAN_OK, &token->place, "%s", "");
    return 1;
}
