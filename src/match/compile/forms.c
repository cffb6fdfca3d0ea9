/* Compile steps: declarations to trees, trees to one automaton without ambiguity. */
#include "compiler.h"

#include <string.h>

static size_t count_forms(const mmspan_spec *spec) {
    size_t n = 0;
    for (size_t i = 0; i < spec->n_modalities; i++)
        n += spec->modalities[i].bare.n + (spec->modalities[i].pattern != NULL);
    return n;
}

/* Parses one form into slot number matcher->n_forms. */
static bool add_form(struct mm_compiler *c, int32_t modality, int32_t kind,
                     struct mm_source source) {
    struct mm_form_source *form = &c->sources[c->matcher->n_forms];
    c->matcher->forms[c->matcher->n_forms++] =
        (struct mm_form){.modality = modality, .kind = kind};
    form->source = source;
    mmspan_status status =
        kind == MMSPAN_FORM_BLOCK
            ? mm_parse_pattern(c->spec, &form->source, &c->scratch, &form->tree, c->error)
            : mm_parse_sequence(c->spec, &form->source, &c->scratch, &form->tree, c->error);
    return status == MMSPAN_OK || mm_note(c, status);
}

/* Alternatives are names; only a pattern has operators. */
static bool check_alternatives(struct mm_compiler *c, const struct mm_modality *m,
                               const struct mm_strings *list, bool *names) {
    for (size_t i = 0; i < list->n; i++) {
        struct mm_source source = {list->text[i], m->place, false};
        struct mm_node *tree;
        mmspan_status status =
            mm_parse_sequence(c->spec, &source, &c->scratch, &tree, c->error);
        *names &= status == MMSPAN_OK;
        if (status != MMSPAN_OK && !mm_note(c, status))
            return false;
    }
    return true;
}

static bool add_modality(struct mm_compiler *c, int32_t index) {
    const struct mm_modality *m = &c->spec->modalities[index];
    bool names = true;
    if (!check_alternatives(c, m, &m->begin, &names) ||
        !check_alternatives(c, m, &m->patch, &names) ||
        !check_alternatives(c, m, &m->end, &names))
        return false;
    if (m->pattern && names &&
        !add_form(c, index, MMSPAN_FORM_BLOCK,
                  (struct mm_source){m->pattern, m->pattern_place, m->pattern_placed}))
        return false;
    for (size_t i = 0; i < m->bare.n; i++)
        if (!add_form(c, index, MMSPAN_FORM_BARE,
                      (struct mm_source){m->bare.text[i], m->place, false}))
            return false;
    return true;
}

bool mm_step_forms(struct mm_compiler *c) {
    size_t n = count_forms(c->spec);
    if (n > MMSPAN_MAX_FORMS) {
        mm_note(
            c, mm_fail(c->error, MMSPAN_E_LIMIT, NULL, "more than %d forms", MMSPAN_MAX_FORMS));
        return false;
    }
    c->matcher->n_modalities = (uint32_t)c->spec->n_modalities;
    c->matcher->forms = mm_arena_alloc(&c->matcher->arena, n, sizeof *c->matcher->forms);
    c->sources = mm_arena_alloc(&c->scratch, n, sizeof *c->sources);
    if (!c->matcher->forms || !c->sources)
        return mm_no_memory(c);
    for (size_t i = 0; i < c->spec->n_modalities; i++)
        if (!add_modality(c, (int32_t)i))
            return false;
    return c->first == MMSPAN_OK;
}

static bool too_many_states(struct mm_compiler *c) {
    /* The form that contributes most is the one to look at. */
    const struct mm_form_source *worst = &c->sources[0];
    for (uint32_t f = 1; f < c->matcher->n_forms; f++)
        if (c->sources[f].size > worst->size)
            worst = &c->sources[f];
    mm_note(c, mm_fail(c->error, MMSPAN_E_LIMIT, &worst->source.place,
                       "pattern: needs more than %d states. Counts are spelt out one by one: "
                       "use + or * in the pattern and a `rows` rule for the number",
                       MMSPAN_MAX_STATES));
    return false;
}

/* Set number `n` of what can be read first in a form, or after one of its states. */
static size_t reach(struct mm_compiler *c, uint32_t from, uint32_t *set) {
    mm_nfa_begin_set(&c->nfa);
    return mm_nfa_reach(&c->nfa, from, set, 0);
}

static bool holds(const struct mm_compiler *c, const uint32_t *set, size_t n,
                  enum mm_nfa_kind kind) {
    for (size_t i = 0; i < n; i++) {
        const struct mm_nfa_state *state = &c->nfa.states[set[i]];
        if (state->kind == kind && (kind == MM_NFA_ACCEPT || state->token == MM_TEXT))
            return true;
    }
    return false;
}

static bool may_end_with_text(struct mm_compiler *c, uint32_t begin, uint32_t end,
                              uint32_t *set) {
    for (uint32_t s = begin; s < end; s++) {
        const struct mm_nfa_state *state = &c->nfa.states[s];
        if (state->kind == MM_NFA_READ && state->token == MM_TEXT &&
            holds(c, set, reach(c, state->out, set), MM_NFA_ACCEPT))
            return true;
    }
    return false;
}

/* The three things that a form must not do; its states are begin..end. */
static bool check_form(struct mm_compiler *c, const struct mm_form_source *form, uint32_t begin,
                       uint32_t end, uint32_t *set) {
    const struct mm_place *place = &form->source.place;
    size_t n = reach(c, form->entry, set);
    const char *fault = NULL;
    if (holds(c, set, n, MM_NFA_ACCEPT))
        fault = "may match nothing at all; at least one token must be required";
    else if (holds(c, set, n, MM_NFA_READ))
        fault = "may begin with `text`; a match must begin with a declared token";
    else if (may_end_with_text(c, begin, end, set))
        fault = "may end with `text`; a match must end with a declared token";
    return !fault || mm_note(c, mm_fail(c->error, MMSPAN_E_CONFIG, place,
                                        "pattern \"%.200s\" %s", form->source.text, fault));
}

static bool build_nfa(struct mm_compiler *c) {
    uint64_t total = 0;
    for (uint32_t f = 0; f < c->matcher->n_forms; f++) {
        struct mm_form_source *form = &c->sources[f];
        form->size = mm_nfa_size(c->spec, form->tree) + 2;
        total += form->size;
    }
    if (total > MM_MAX_NFA_STATES)
        return too_many_states(c);
    uint32_t *set = mm_arena_alloc(&c->scratch, (size_t)total, sizeof *set);
    if (!set || !mm_nfa_init(&c->nfa, &c->scratch, (uint32_t)total))
        return mm_no_memory(c);
    for (uint32_t f = 0; f < c->matcher->n_forms; f++) {
        struct mm_form_source *form = &c->sources[f];
        uint32_t begin = c->nfa.n_states;
        form->entry = mm_nfa_add(&c->nfa, c->spec, &c->matcher->classes, form->tree, f);
        if (!check_form(c, form, begin, c->nfa.n_states, set))
            return false;
        c->start = f == 0 ? form->entry : mm_nfa_split(&c->nfa, c->start, form->entry);
    }
    return c->first == MMSPAN_OK;
}

/* Appends a name to the words in text, separated by a blank; cuts with "...". */
static void append_word(char *text, size_t size, const char *word) {
    size_t used = strlen(text);
    size_t n = strlen(word);
    if (used + n + 6 > size) {
        if (used + 5 < size && (used < 3 || strcmp(text + used - 3, "...") != 0))
            memcpy(text + used, " ...", 5);
        return;
    }
    if (used)
        text[used++] = ' ';
    memcpy(text + used, word, n + 1);
}

/* A declared sequence shows as its token's name at its first ID. */
static const char *class_word(const struct mm_compiler *c, uint16_t class_index) {
    const struct mm_classes *classes = &c->matcher->classes;
    const struct mm_class *class = &classes->classes[class_index];
    if (class->token == MM_TEXT)
        return "text";
    for (uint32_t i = 0; i < class->n_atoms; i++)
        for (uint32_t t = (uint32_t) class->token; t < c->matcher->n_tokens; t++)
            if (classes->first_atom[t] == class->atoms[i])
                return c->matcher->tokens[t].name;
    return NULL;
}

static bool reject_ambiguity(struct mm_compiler *c, uint32_t state) {
    enum { SHOWN = 64 };
    uint16_t path[SHOWN];
    size_t length = 0;
    for (uint32_t s = state; s != MM_START; s = c->dfa.states[s].parent)
        path[length++ % SHOWN] = c->dfa.states[s].parent_class;
    /* The path runs backwards, so only its first part remains of a long one. */
    size_t shown = length < SHOWN ? length : SHOWN;
    char words[480] = "";
    for (size_t i = 0; i < shown; i++) {
        const char *word = class_word(c, path[(length - 1 - i) % SHOWN]);
        if (word)
            append_word(words, sizeof words, word);
    }
    if (length > SHOWN)
        append_word(words, sizeof words, "...");
    uint32_t a = c->dfa.states[state].accept - 1;
    uint32_t b = c->dfa.states[state].conflict - 1;
    const struct mm_form *forms = c->matcher->forms;
    const struct mm_modality *modalities = c->spec->modalities;
    mm_note(c, mm_fail(c->error, MMSPAN_E_AMBIGUOUS, &c->sources[b].source.place,
                       "ambiguous: %s %s \"%.120s\" and %s %s \"%.120s\" both match: %s",
                       modalities[forms[a].modality].name, mmspan_form_name(forms[a].kind),
                       c->sources[a].source.text, modalities[forms[b].modality].name,
                       mmspan_form_name(forms[b].kind), c->sources[b].source.text, words));
    return false;
}

bool mm_step_automaton(struct mm_compiler *c) {
    if (!build_nfa(c))
        return false;
    switch (mm_dfa_make(&c->nfa, &c->matcher->classes, c->start, &c->dfa)) {
    case MM_DFA_NO_MEMORY:
        return mm_no_memory(c);
    case MM_DFA_TOO_LARGE:
        return too_many_states(c);
    case MM_DFA_DONE:
        break;
    }
    /* States are in breadth-first order: the first conflict has a shortest witness. */
    for (uint32_t s = MM_START; s < c->dfa.n_states; s++)
        if (c->dfa.states[s].conflict)
            return reject_ambiguity(c, s);
    return true;
}
