/* The accessors of the compiled automaton. */
#include "../../include/mmspan/automaton.h"
#include "matcher.h"

/* Outside, states begin at 0 with the start; inside, 0 is the dead state. */
int32_t mmspan_automaton_n_states(const mmspan_matcher *matcher) {
    return (int32_t)matcher->n_states - 1;
}

int32_t mmspan_automaton_n_classes(const mmspan_matcher *matcher) {
    return (int32_t)matcher->n_classes;
}

int32_t mmspan_automaton_class_of(const mmspan_matcher *matcher, int32_t id) {
    return mm_class_of(matcher, id);
}

const char *mmspan_automaton_class_name(const mmspan_matcher *matcher, int32_t class_index) {
    if (class_index < 0 || (uint32_t)class_index >= matcher->n_classes)
        return NULL;
    return matcher->class_names[class_index];
}

static bool has_state(const mmspan_matcher *matcher, int32_t state) {
    return state >= 0 && (uint32_t)state + 1 < matcher->n_states;
}

int32_t mmspan_automaton_next(const mmspan_matcher *matcher, int32_t state,
                              int32_t class_index) {
    if (!has_state(matcher, state) || class_index < 0 ||
        (uint32_t)class_index >= matcher->n_classes)
        return -1;
    return mm_next(matcher, (uint16_t)(state + 1), (uint16_t)class_index) - 1;
}

static const int32_t *list_at(const struct mm_lists *lists, int32_t state, size_t *count) {
    *count = lists->begin[state + 2] - lists->begin[state + 1];
    return lists->items + lists->begin[state + 1];
}

const int32_t *mmspan_automaton_expected(const mmspan_matcher *matcher, int32_t state,
                                         size_t *count) {
    *count = 0;
    return has_state(matcher, state) ? list_at(&matcher->expected, state, count) : NULL;
}

const int32_t *mmspan_automaton_modalities(const mmspan_matcher *matcher, int32_t state,
                                           size_t *count) {
    *count = 0;
    return has_state(matcher, state) ? list_at(&matcher->possible, state, count) : NULL;
}

int32_t mmspan_automaton_accepts(const mmspan_matcher *matcher, int32_t state,
                                 int32_t *modality, int32_t *form) {
    int32_t index = has_state(matcher, state) ? matcher->accept[state + 1] & MM_FORM : 0;
    if (!index)
        return 0;
    const struct mm_form *accepted = &matcher->forms[index - 1];
    *modality = accepted->modality;
    *form = accepted->kind;
    return 1;
}

int32_t mmspan_automaton_attempts(const mmspan_matcher *matcher) {
    return (int32_t)matcher->attempts;
}

size_t mmspan_automaton_prefilter(const mmspan_matcher *matcher, uint32_t (*ranges)[2],
                                  size_t cap) {
    for (size_t i = 0; i < matcher->filter.n && i < cap; i++) {
        ranges[i][0] = matcher->filter.range[i].first;
        ranges[i][1] = matcher->filter.range[i].first + matcher->filter.range[i].extent;
    }
    return matcher->filter.n;
}
