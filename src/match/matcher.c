/* The accessors of a matcher. */
#include "matcher.h"

#include <string.h>

const char *mmspan_matcher_model(const mmspan_matcher *matcher) {
    return matcher->model;
}

const char *mmspan_matcher_kernel(const mmspan_matcher *matcher) {
    return matcher->kernel->name;
}

const char *mmspan_kernel_name(int32_t index) {
    const struct mm_kernel *kernel = index < 0 ? NULL : mm_kernel_at((size_t)index);
    return kernel ? kernel->name : NULL;
}

int32_t mmspan_matcher_vocab_size(const mmspan_matcher *matcher) {
    return matcher->vocab_size;
}

int32_t mmspan_matcher_n_modalities(const mmspan_matcher *matcher) {
    return (int32_t)matcher->n_modalities;
}

/* The shape of a modality, or NULL when the index is out of range. */
static const struct mm_shape *shape_at(const mmspan_matcher *matcher, int32_t modality) {
    bool known = modality >= 0 && (uint32_t)modality < matcher->n_modalities;
    return known ? &matcher->shapes[modality] : NULL;
}

const char *mmspan_matcher_modality_name(const mmspan_matcher *matcher, int32_t modality) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape ? shape->name : NULL;
}

int32_t mmspan_matcher_find_modality(const mmspan_matcher *matcher, const char *name) {
    for (uint32_t i = 0; name && i < matcher->n_modalities; i++)
        if (strcmp(matcher->shapes[i].name, name) == 0)
            return (int32_t)i;
    return -1;
}

const char *mmspan_form_name(int32_t form) {
    return form == MMSPAN_FORM_BLOCK ? "block" : form == MMSPAN_FORM_BARE ? "bare" : NULL;
}

const char *mmspan_matcher_modality_pattern(const mmspan_matcher *matcher, int32_t modality) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape ? shape->pattern : NULL;
}

const char *mmspan_matcher_modality_bare(const mmspan_matcher *matcher, int32_t modality,
                                         int32_t index) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape && index >= 0 && (size_t)index < shape->n_bare ? shape->bare[index] : NULL;
}

const char *mmspan_matcher_modality_rows(const mmspan_matcher *matcher, int32_t modality) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape ? shape->rows_text : NULL;
}

int32_t mmspan_matcher_modality_multi(const mmspan_matcher *matcher, int32_t modality) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape && shape->multi;
}

int32_t mmspan_matcher_modality_atomic(const mmspan_matcher *matcher, int32_t modality) {
    const struct mm_shape *shape = shape_at(matcher, modality);
    return shape && shape->atomic;
}

int32_t mmspan_matcher_n_tokens(const mmspan_matcher *matcher) {
    return (int32_t)matcher->n_tokens;
}

const char *mmspan_matcher_token_name(const mmspan_matcher *matcher, int32_t token) {
    if (token == MMSPAN_TEXT)
        return "text";
    bool known = token >= 0 && (uint32_t)token < matcher->n_tokens;
    return known ? matcher->tokens[token].name : NULL;
}

const char *mmspan_matcher_token_piece(const mmspan_matcher *matcher, int32_t token) {
    bool known = token >= 0 && (uint32_t)token < matcher->n_tokens;
    return known ? matcher->tokens[token].piece : NULL;
}

int32_t mmspan_matcher_token_of(const mmspan_matcher *matcher, int32_t id) {
    return matcher->classes.classes[mm_class_of(matcher, id)].token;
}

int32_t mmspan_matcher_is_reserved(const mmspan_matcher *matcher, int32_t id) {
    return matcher->classes.classes[mm_class_of(matcher, id)].reserved;
}
