/* The builder's modalities: checks declarations and keeps copies of them. */
#include "../sized.h"
#include "spec.h"

#include <string.h>

static bool copy_strings(struct mm_arena *arena, struct mm_strings *to, const char *const *from,
                         size_t n) {
    to->text = mm_arena_alloc(arena, n, sizeof *to->text);
    if (!to->text)
        return false;
    for (to->n = 0; to->n < n; to->n++)
        if (!(to->text[to->n] = mm_arena_string(arena, from[to->n])))
            return false;
    return true;
}

static bool copy_embed(struct mm_arena *arena, struct mm_modality *to,
                       const mmspan_modality_decl *decl) {
    /* Without a list of its own, the patch tokens take the rows. */
    bool implied = decl->n_embed == 0 && decl->n_patch > 0;
    to->n_embed = implied ? 1 : decl->n_embed;
    to->embed = mm_arena_alloc(arena, to->n_embed, sizeof *to->embed);
    if (!to->embed)
        return false;
    if (implied)
        return copy_strings(arena, &to->embed[0].tokens, decl->patch, decl->n_patch);
    for (size_t i = 0; i < to->n_embed; i++) {
        const mmspan_embed_decl *from = &decl->embed[i];
        if (from->modality && !(to->embed[i].modality = mm_arena_string(arena, from->modality)))
            return false;
        if (!copy_strings(arena, &to->embed[i].tokens, from->tokens, from->n_tokens))
            return false;
    }
    return true;
}

/* Appends the alternatives as "(a|b c)", or "a" when there is only one, and the
 * operator behind it. `to` has room: see spell_pattern. */
static char *spell_alternatives(char *to, const struct mm_strings *list, const char *operator) {
    bool group = list->n > 1 || (*operator&& strchr(list->text[0], ' '));
    if (group)
        *to++ = '(';
    for (size_t i = 0; i < list->n; i++) {
        size_t n = strlen(list->text[i]);
        if (i)
            *to++ = '|';
        memcpy(to, list->text[i], n);
        to += n;
    }
    if (group)
        *to++ = ')';
    size_t n = strlen(operator);
    memcpy(to, operator, n);
    return to + n;
}

static size_t spelt_size(const struct mm_strings *list) {
    size_t size = 4;
    for (size_t i = 0; i < list->n; i++)
        size += strlen(list->text[i]) + 1;
    return size;
}

/* begin / patch / end in the pattern language: "begin patch+ end". */
static const char *spell_pattern(struct mm_arena *arena, const struct mm_modality *m) {
    char *text = mm_arena_alloc(
        arena, spelt_size(&m->begin) + spelt_size(&m->patch) + spelt_size(&m->end) + 1, 1);
    if (!text)
        return NULL;
    char *to = text;
    if (m->begin.n) {
        to = spell_alternatives(to, &m->begin, "");
        *to++ = ' ';
    }
    to = spell_alternatives(to, &m->patch, "+");
    if (m->end.n) {
        *to++ = ' ';
        spell_alternatives(to, &m->end, "");
    }
    return text;
}

static bool copy_modality(mmspan_spec *spec, struct mm_modality *to,
                          const mmspan_modality_decl *decl) {
    struct mm_arena *arena = &spec->arena;
    if (!(to->name = mm_arena_string(arena, decl->name)) ||
        !copy_strings(arena, &to->begin, decl->begin, decl->n_begin) ||
        !copy_strings(arena, &to->patch, decl->patch, decl->n_patch) ||
        !copy_strings(arena, &to->end, decl->end, decl->n_end) ||
        !copy_strings(arena, &to->bare, decl->bare, decl->n_bare) ||
        !copy_embed(arena, to, decl))
        return false;
    if (decl->pattern && !(to->pattern = mm_arena_string(arena, decl->pattern)))
        return false;
    if (decl->n_patch && !(to->pattern = spell_pattern(arena, to)))
        return false;
    if (decl->placeholder && !(to->placeholder = mm_arena_string(arena, decl->placeholder)))
        return false;
    to->rows = decl->rows;
    to->rows.values =
        mm_arena_copy(arena, decl->rows.values, decl->rows.n_values, sizeof(int64_t));
    return to->rows.values != NULL;
}

/* Is there a number that obeys the rule? */
static bool has_rows(const mmspan_rows_rule *rows) {
    int64_t least = rows->min ? rows->min : 1;
    if (!rows->max || least < rows->offset)
        return !rows->max || rows->offset <= rows->max;
    int64_t beyond = rows->multiple_of ? (least - rows->offset) % rows->multiple_of : 0;
    int64_t missing = beyond ? rows->multiple_of - beyond : 0;
    return missing <= rows->max - least;
}

static mmspan_status check_multiple(const struct mm_place *place, const mmspan_rows_rule *rows,
                                    mmspan_error *error) {
    if (rows->offset && !rows->multiple_of)
        return mm_fail(error, MMSPAN_E_CONFIG, place,
                       "rows: offset has no meaning without multiple_of");
    if (has_rows(rows))
        return MMSPAN_OK;
    if (rows->offset)
        return mm_fail(error, MMSPAN_E_CONFIG, place,
                       "rows: no number %lld + a multiple of %lld lies between min and max",
                       (long long)rows->offset, (long long)rows->multiple_of);
    return mm_fail(error, MMSPAN_E_CONFIG, place,
                   "rows: no multiple of %lld lies between min and max",
                   (long long)rows->multiple_of);
}

static mmspan_status check_rows(const mmspan_spec *spec, const mmspan_rows_rule *rows,
                                mmspan_error *error) {
    const struct mm_place *place = &spec->place;
    for (size_t i = 0; i < sizeof rows->more / sizeof *rows->more; i++)
        if (rows->more[i])
            return mm_fail_argument(error, "rows: a reserved member is not zero");
    if (rows->n_values && !rows->values)
        return mm_fail_argument(error, "rows: values is NULL");
    if (rows->n_values && (rows->min || rows->max || rows->multiple_of || rows->offset))
        return mm_fail(error, MMSPAN_E_CONFIG, place,
                       "rows: give either values or min, max, multiple_of and offset");
    for (size_t i = 0; i < rows->n_values; i++)
        if (rows->values[i] < 1)
            return mm_fail(error, MMSPAN_E_CONFIG, place, "rows must be 1 or more, not %lld",
                           (long long)rows->values[i]);
    if (rows->min < 0 || rows->max < 0 || rows->multiple_of < 0 || rows->offset < 0)
        return mm_fail(error, MMSPAN_E_CONFIG, place, "rows: a negative number makes no sense");
    if (rows->max && rows->min > rows->max)
        return mm_fail(error, MMSPAN_E_CONFIG, place, "rows: min %lld is above max %lld",
                       (long long)rows->min, (long long)rows->max);
    return check_multiple(place, rows, error);
}

static bool is_list(const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!list || !list[i])
            return false;
    return true;
}

static mmspan_status check_lists(const mmspan_modality_decl *decl, mmspan_error *error) {
    bool whole = is_list(decl->begin, decl->n_begin) && is_list(decl->patch, decl->n_patch) &&
                 is_list(decl->end, decl->n_end) && is_list(decl->bare, decl->n_bare) &&
                 (decl->embed || !decl->n_embed);
    for (size_t i = 0; whole && i < decl->n_embed; i++)
        whole = is_list(decl->embed[i].tokens, decl->embed[i].n_tokens);
    return whole ? MMSPAN_OK : mm_fail_argument(error, "a list of the modality has a NULL");
}

static mmspan_status check_block(const mmspan_spec *spec, const mmspan_modality_decl *decl,
                                 mmspan_error *error) {
    const struct mm_place *place = &spec->place;
    const char *name = decl->name;
    if (decl->pattern && (decl->n_begin || decl->n_patch || decl->n_end))
        return mm_fail(
            error, MMSPAN_E_CONFIG, place,
            "modality \"%s\" has a pattern, which stands instead of begin, patch and "
            "end; keep one of them",
            name);
    if (!decl->n_patch && (decl->n_begin || decl->n_end))
        return mm_fail(error, MMSPAN_E_CONFIG, place,
                       "modality \"%s\" has begin or end but no patch", name);
    if (!decl->pattern && !decl->n_patch && !decl->n_bare)
        return mm_fail(error, MMSPAN_E_CONFIG, place,
                       "modality \"%s\" needs a patch, a pattern or a bare form", name);
    if (decl->adjacent < MMSPAN_ADJACENT_JOIN || decl->adjacent > MMSPAN_ADJACENT_BY_ID)
        return mm_fail_argument(error, "adjacent");
    if (decl->adjacent == MMSPAN_ADJACENT_SPLIT && decl->rows.n_values != 1)
        return mm_fail(
            error, MMSPAN_E_CONFIG, place,
            "modality \"%s\": adjacent: split needs one number of rows, as rows: 576", name);
    if (decl->each_run && decl->adjacent != MMSPAN_ADJACENT_JOIN)
        return mm_fail(error, MMSPAN_E_CONFIG, place,
                       "modality \"%s\": each_run and adjacent exclude each other", name);
    return MMSPAN_OK;
}

/* What holds for media of several items needs such media. */
static mmspan_status check_multi(const mmspan_spec *spec, const mmspan_modality_decl *decl,
                                 mmspan_error *error) {
    if (!decl->multi && (decl->max_gap || decl->equal_rows))
        return mm_fail(error, MMSPAN_E_CONFIG, &spec->place,
                       "modality \"%s\": max_gap and equal_rows have no meaning without multi",
                       decl->name);
    if (decl->max_gap < 0)
        return mm_fail(error, MMSPAN_E_CONFIG, &spec->place,
                       "modality \"%s\": max_gap must not be negative", decl->name);
    return MMSPAN_OK;
}

static mmspan_status check_modality(const mmspan_spec *spec, const mmspan_modality_decl *decl,
                                    mmspan_error *error) {
    mmspan_status status = mm_check_name(spec, "modality", decl->name, error);
    if (status == MMSPAN_OK)
        status = check_lists(decl, error);
    if (status == MMSPAN_OK)
        status = check_block(spec, decl, error);
    if (status == MMSPAN_OK)
        status = check_multi(spec, decl, error);
    if (status == MMSPAN_OK)
        status = check_rows(spec, &decl->rows, error);
    if (status != MMSPAN_OK)
        return status;
    for (size_t i = 0; i < spec->n_modalities; i++)
        if (strcmp(decl->name, spec->modalities[i].name) == 0)
            return mm_fail(error, MMSPAN_E_CONFIG, &spec->place,
                           "modality \"%s\" is declared twice", decl->name);
    if (spec->n_modalities == MMSPAN_MAX_MODALITIES)
        return mm_fail(error, MMSPAN_E_LIMIT, &spec->place, "more than %d modalities",
                       MMSPAN_MAX_MODALITIES);
    return MMSPAN_OK;
}

/* Completes what is known of the pattern's place. false when memory is out. */
static bool place_pattern(mmspan_spec *spec, struct mm_modality *modality) {
    static const char key[] = ".pattern";
    struct mm_place *place = &modality->pattern_place;
    const char *path = spec->place.path;
    modality->pattern_placed = place->line != 0;
    if (!modality->pattern_placed) {
        *place = spec->place;
        return true;
    }
    place->file = spec->place.file;
    if (!path)
        return true;
    const size_t n = strlen(path);
    char *longer = mm_arena_alloc(&spec->arena, n + sizeof key, 1);
    if (!longer)
        return false;
    memcpy(longer, path, n);
    memcpy(longer + n, key, sizeof key);
    place->path = longer;
    return true;
}

static mmspan_status add_modality(mmspan_spec *spec, const mmspan_modality_decl *decl,
                                  mmspan_error *error) {
    struct mm_modality modality = {
        .each_run = decl->each_run != 0,
        .multi = decl->multi != 0,
        .equal_rows = decl->equal_rows != 0,
        .atomic = decl->divisible == 0,
        .max_gap = decl->max_gap,
        .adjacent = decl->adjacent,
        .place = spec->place,
        .pattern_place = spec->pattern_place,
    };
    spec->pattern_place = (struct mm_place){0};
    mmspan_status status = check_modality(spec, decl, error);
    if (status != MMSPAN_OK)
        return status;
    if (!copy_modality(spec, &modality, decl) || !place_pattern(spec, &modality) ||
        !mm_reserve(&spec->arena.allocator, &spec->modalities, &spec->cap_modalities,
                    spec->n_modalities + 1, sizeof modality))
        return mm_fail_memory(error);
    spec->modalities[spec->n_modalities++] = modality;
    return MMSPAN_OK;
}

mmspan_status mmspan_spec_add_modality(mmspan_spec *spec, const mmspan_modality_decl *decl,
                                       mmspan_error *error) {
    /* 0.1.0 knew no more of the rows, and nothing behind them. */
    enum { FIRST_MODALITY_DECL = MM_SIZE_THROUGH(mmspan_modality_decl, rows.reserved) };
    mmspan_modality_decl known;
    if (!spec || !decl || !mm_read_struct(&known, sizeof known, decl, FIRST_MODALITY_DECL))
        return mm_fail_argument(error, "spec or modality declaration");
    return add_modality(spec, &known, error);
}
