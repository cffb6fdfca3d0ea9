/* The accessors of a matcher. */
#include "matcher.h"

#include <string.h>

bool mm_class_has_atom(const struct mm_classes *classes, uint16_t class_index, uint32_t atom) {
    for (uint32_t i = classes->class_begin[atom]; i < classes->class_begin[atom + 1]; i++)
        if (classes->class_list[i] == class_index)
            return true;
    return false;
}

const char *mmspan_matcher_model(const mmspan_matcher *matcher) {
    return matcher->model;
}

const char *mmspan_matcher_kernel(const mmspan_matcher *matcher) {
    return matcher->kernel->name;
}

const char *mmspan_kernel_name(size_t index) {
    const struct mmspan_kernel *kernel = mmspan_kernel_at(index);
    return kernel ? kernel->name : NULL;
}

int32_t mmspan_vocab_size(const mmspan_matcher *matcher) {
    return matcher->vocab_size;
}

int32_t mmspan_n_modalities(const mmspan_matcher *matcher) {
    return (int32_t)matcher->n_modalities;
}

/* The shape of a modality, or NULL when the index is out of range. */
static const struct mm_shape *shape_at(const mmspan_matcher *matcher, int32_t modality) {
    bool known = modality >= 0 && (uint32_t)modality < matcher->n_modalities;
    return known ? &matcher->shapes[modality] : NULL;
}

const char *mmspan_modality_name(const mmspan_matcher *matcher, int32_t modality) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape ? shape->name : NULL;
}

int32_t mmspan_modality_index(const mmspan_matcher *matcher, const char *name) {
    for (uint32_t i = 0; name && i < matcher->n_modalities; i++)
        if (strcmp(matcher->shapes[i].name, name) == 0)
            return (int32_t)i;
    return -1;
}

const char *mmspan_form_name(int32_t form) {
    return form == MMSPAN_FORM_BLOCK ? "block" : form == MMSPAN_FORM_BARE ? "bare" : NULL;
}

const char *mmspan_modality_pattern(const mmspan_matcher *matcher, int32_t modality) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape ? shape->pattern : NULL;
}

const char *mmspan_modality_bare(const mmspan_matcher *matcher, int32_t modality,
                                 size_t index) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape && index < shape->n_bare ? shape->bare[index] : NULL;
}

const char *mmspan_modality_rows(const mmspan_matcher *matcher, int32_t modality) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape ? shape->rows_text : NULL;
}

int32_t mmspan_modality_multi(const mmspan_matcher *matcher, int32_t modality) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape && shape->multi;
}

int32_t mmspan_n_tokens(const mmspan_matcher *matcher) {
    return (int32_t)matcher->n_tokens;
}

const char *mmspan_token_name(const mmspan_matcher *matcher, int32_t token) {
    if (token == MMSPAN_TEXT)
        return "text";
    bool known = token >= 0 && (uint32_t)token < matcher->n_tokens;
    return known ? matcher->tokens[token].name : NULL;
}

const char *mmspan_token_piece(const mmspan_matcher *matcher, int32_t token) {
    bool known = token >= 0 && (uint32_t)token < matcher->n_tokens;
    return known ? matcher->tokens[token].piece : NULL;
}

int32_t mmspan_token_of(const mmspan_matcher *matcher, int32_t id) {
    return matcher->classes.classes[mm_class_of(matcher, id)].token;
}

int32_t mmspan_is_reserved(const mmspan_matcher *matcher, int32_t id) {
    return matcher->classes.classes[mm_class_of(matcher, id)].reserved;
}

/* Outside, states begin at 0 with the start; inside, 0 is the dead state. */
int32_t mmspan_n_states(const mmspan_matcher *matcher) {
    return (int32_t)matcher->n_states - 1;
}

int32_t mmspan_n_classes(const mmspan_matcher *matcher) {
    return (int32_t)matcher->n_classes;
}

int32_t mmspan_class_of(const mmspan_matcher *matcher, int32_t id) {
    return mm_class_of(matcher, id);
}

const char *mmspan_class_name(const mmspan_matcher *matcher, int32_t class_index) {
    if (class_index < 0 || (uint32_t)class_index >= matcher->n_classes)
        return NULL;
    return matcher->class_names[class_index];
}

static bool has_state(const mmspan_matcher *matcher, int32_t state) {
    return state >= 0 && (uint32_t)state + 1 < matcher->n_states;
}

int32_t mmspan_next_state(const mmspan_matcher *matcher, int32_t state, int32_t class_index) {
    if (!has_state(matcher, state) || class_index < 0 ||
        (uint32_t)class_index >= matcher->n_classes)
        return -1;
    return mm_next(matcher, (uint16_t)(state + 1), (uint16_t)class_index) - 1;
}

static const int32_t *list_at(const struct mm_lists *lists, int32_t state, size_t *count) {
    *count = lists->begin[state + 2] - lists->begin[state + 1];
    return lists->items + lists->begin[state + 1];
}

const int32_t *mmspan_state_expected(const mmspan_matcher *matcher, int32_t state,
                                     size_t *count) {
    *count = 0;
    return has_state(matcher, state) ? list_at(&matcher->expected, state, count) : NULL;
}

const int32_t *mmspan_state_modalities(const mmspan_matcher *matcher, int32_t state,
                                       size_t *count) {
    *count = 0;
    return has_state(matcher, state) ? list_at(&matcher->possible, state, count) : NULL;
}

int32_t mmspan_state_accepts(const mmspan_matcher *matcher, int32_t state, int32_t *modality,
                             int32_t *form) {
    int32_t index = has_state(matcher, state) ? matcher->accept[state + 1] & MM_FORM : 0;
    if (!index)
        return 0;
    const struct mm_form *accepted = &matcher->forms[index - 1];
    *modality = accepted->modality;
    *form = accepted->kind;
    return 1;
}

size_t mmspan_prefilter(const mmspan_matcher *matcher, uint32_t (*ranges)[2], size_t cap) {
    for (size_t i = 0; i < matcher->filter.n && i < cap; i++) {
        ranges[i][0] = matcher->filter.range[i].first;
        ranges[i][1] = matcher->filter.range[i].first + matcher->filter.range[i].extent;
    }
    return matcher->filter.n;
}
