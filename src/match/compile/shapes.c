/* Compile step: embed tokens, placeholders and the rules that depend on them. */
#include "compiler.h"

#include <string.h>

static uint8_t *embed_row(const struct mmspan_matcher *m, uint32_t modality) {
    return m->embed + (size_t)modality * m->n_classes;
}

static int32_t find_modality(const mmspan_spec *spec, const char *name) {
    for (size_t i = 0; i < spec->n_modalities; i++)
        if (strcmp(spec->modalities[i].name, name) == 0)
            return (int32_t)i;
    return -1;
}

/* Every class that the sequence of names touches takes a row of `taker`, unless an
 * earlier entry has it. */
static bool embed_tokens(struct mm_compiler *c, uint32_t modality, int32_t taker,
                         const char *names) {
    struct mmspan_matcher *m = c->matcher;
    const struct mm_classes *classes = &m->classes;
    struct mm_source source = {names, c->spec->modalities[modality].place, false};
    struct mm_node *tree;
    mmspan_status status = mm_parse_sequence(c->spec, &source, &c->scratch, &tree, c->error);
    if (status != MMSPAN_OK)
        return mm_note(c, status);
    for (const struct mm_node *part = tree->child; part; part = part->next) {
        uint32_t end = classes->first_atom[part->token + 1];
        for (uint32_t atom = classes->first_atom[part->token]; atom < end; atom++)
            for (uint32_t i = classes->class_begin[atom]; i < classes->class_begin[atom + 1];
                 i++) {
                uint8_t *cell = &embed_row(m, modality)[classes->class_list[i]];
                *cell = *cell ? *cell : (uint8_t)(taker + 1);
            }
    }
    return true;
}

static bool embed_modality(struct mm_compiler *c, uint32_t index) {
    const struct mm_modality *from = &c->spec->modalities[index];
    for (size_t e = 0; e < from->n_embed; e++) {
        const char *name = from->embed[e].modality;
        int32_t taker = name ? find_modality(c->spec, name) : (int32_t)index;
        if (taker < 0) {
            if (!mm_note(c, mm_fail(c->error, MMSPAN_E_CONFIG, &from->place,
                                    "embed: no such modality: \"%s\"", name)))
                return false;
            continue;
        }
        if (from->each_run && (uint32_t)taker != index &&
            !mm_note(c, mm_fail(c->error, MMSPAN_E_CONFIG, &from->place,
                                "each_run needs embed tokens of the modality itself only")))
            return false;
        for (size_t t = 0; t < from->embed[e].tokens.n; t++)
            if (!embed_tokens(c, index, taker, from->embed[e].tokens.text[t]))
                return false;
    }
    return true;
}

/* The first thing a form may read that takes no row of its own modality: a token,
 * MM_TEXT, or -2 when all do. */
static int32_t find_delimiter(const struct mm_compiler *c, uint32_t form) {
    const struct mmspan_matcher *m = c->matcher;
    const struct mm_classes *classes = &m->classes;
    uint32_t modality = (uint32_t)m->forms[form].modality;
    for (uint32_t s = 0; s < c->nfa.n_states; s++) {
        const struct mm_nfa_state *state = &c->nfa.states[s];
        if (state->kind != MM_NFA_READ || state->form != form)
            continue;
        if (state->token == MM_TEXT)
            return MM_TEXT;
        uint32_t end = classes->class_begin[state->atom + 1];
        for (uint32_t i = classes->class_begin[state->atom]; i < end; i++)
            if (embed_row(m, modality)[classes->class_list[i]] != modality + 1)
                return state->token;
    }
    return -2;
}

/* split and by_id cut a run: the whole block must be one. */
static bool check_undelimited(struct mm_compiler *c, uint32_t form) {
    struct mm_shape *shape = &c->matcher->shapes[c->matcher->forms[form].modality];
    int32_t delimiter = find_delimiter(c, form);
    shape->undelimited = delimiter == -2;
    if (shape->undelimited || (!shape->split && !shape->by_id))
        return true;
    return mm_note(c, mm_fail(c->error, MMSPAN_E_CONFIG, &c->sources[form].source.place,
                              "adjacent: split and by_id are for runs without delimiters; "
                              "\"%s\" takes no row of %s",
                              mmspan_matcher_token_name(c->matcher, delimiter), shape->name));
}

static struct mm_slot make_slot(const struct mmspan_matcher *m, int32_t token, uint32_t atom) {
    const struct mm_token *from = &m->tokens[token];
    size_t k = atom - m->classes.first_atom[token];
    bool varies = from->kind == MMSPAN_TOKEN_RANGE || from->kind == MMSPAN_TOKEN_ANY;
    return (struct mm_slot){atom, from->ids[varies ? 0 : k], varies};
}

/* A sequence of names as slots. The tree has its parts from the last to the first. */
static bool spell(struct mm_compiler *c, const struct mm_node *tree, struct mm_slots *out) {
    const struct mmspan_matcher *m = c->matcher;
    size_t n = 0;
    for (const struct mm_node *part = tree->child; part; part = part->next)
        n += m->classes.first_atom[part->token + 1] - m->classes.first_atom[part->token];
    out->slots = mm_arena_alloc(&c->matcher->arena, n, sizeof *out->slots);
    out->n = n;
    if (!out->slots)
        return mm_no_memory(c);
    for (const struct mm_node *part = tree->child; part; part = part->next) {
        uint32_t first = m->classes.first_atom[part->token];
        for (uint32_t atom = m->classes.first_atom[part->token + 1]; atom > first; atom--)
            out->slots[--n] = make_slot(m, part->token, atom - 1);
    }
    return true;
}

/* The shortest sequence without `text` that a form matches, by breadth-first search.
 * Leaves out->n at 0 when there is none. */
static bool spell_shortest(struct mm_compiler *c, uint32_t form, struct mm_slots *out) {
    struct mm_nfa *nfa = &c->nfa;
    uint32_t *queue = mm_arena_alloc(&c->scratch, nfa->n_states, sizeof *queue);
    uint32_t *parent = mm_arena_alloc(&c->scratch, nfa->n_states, sizeof *parent);
    uint32_t *depth = mm_arena_alloc(&c->scratch, nfa->n_states, sizeof *depth);
    if (!queue || !parent || !depth)
        return mm_no_memory(c);
    mm_nfa_begin_set(nfa);
    size_t end = mm_nfa_reach(nfa, c->sources[form].entry, queue, 0);
    size_t i = 0;
    for (; i < end && nfa->states[queue[i]].kind != MM_NFA_ACCEPT; i++) {
        uint32_t from = queue[i];
        if (nfa->states[from].token == MM_TEXT)
            continue;
        size_t before = end;
        end = mm_nfa_reach(nfa, nfa->states[from].out, queue, end);
        for (; before < end; before++) {
            parent[queue[before]] = from;
            depth[queue[before]] = depth[from] + 1;
        }
    }
    if (i == end)
        return true;
    uint32_t at = queue[i];
    out->n = depth[at];
    out->slots = mm_arena_alloc(&c->matcher->arena, out->n, sizeof *out->slots);
    if (!out->slots)
        return mm_no_memory(c);
    for (size_t k = out->n; k > 0; k--) {
        at = parent[at];
        out->slots[k - 1] = make_slot(c->matcher, nfa->states[at].token, nfa->states[at].atom);
    }
    return true;
}

static bool completes(const struct mmspan_matcher *m, uint16_t state, uint32_t modality) {
    uint16_t form = m->accept[state] & MM_FORM;
    return form && m->forms[form - 1].modality == (int32_t)modality;
}

/* Does the sequence, scanned alone, give one item of the modality? */
static bool matches(const struct mmspan_matcher *m, uint32_t modality,
                    const struct mm_slots *sequence) {
    uint16_t state = MM_START;
    bool all_rows = true;
    for (size_t i = 0; i < sequence->n; i++) {
        uint16_t k = mm_class_of(m, sequence->slots[i].id);
        state = mm_next(m, state, k);
        all_rows &= embed_row(m, modality)[k] == modality + 1;
    }
    /* Between its delimiters a run of each_run stands for itself. */
    if (m->shapes[modality].each_run && all_rows)
        return true;
    uint16_t form = m->accept[state] & MM_FORM;
    return form && m->forms[form - 1].modality == (int32_t)modality;
}

/* A modality's first form of a kind, or -1. */
static int64_t first_form(const struct mmspan_matcher *m, uint32_t modality, int32_t kind) {
    for (uint32_t f = 0; f < m->n_forms; f++)
        if (m->forms[f].modality == (int32_t)modality && m->forms[f].kind == kind)
            return f;
    return -1;
}

/* Of items that are runs, only one token remains: the first, whatever its ID is. */
static void keep_own_id(const struct mmspan_matcher *m, uint32_t modality,
                        struct mm_slots *sequence) {
    for (size_t i = 0; i < sequence->n; i++)
        if (embed_row(m, modality)[mm_class_of(m, sequence->slots[i].id)]) {
            sequence->slots += i;
            sequence->slots[0].atom = MM_OWN;
            sequence->slots[0].varies = true;
            sequence->n = 1;
            return;
        }
}

static bool make_placeholder(struct mm_compiler *c, uint32_t modality) {
    const struct mm_modality *from = &c->spec->modalities[modality];
    struct mmspan_matcher *m = c->matcher;
    struct mm_slots *out = &m->shapes[modality].placeholder;
    int64_t bare = first_form(m, modality, MMSPAN_FORM_BARE);
    int64_t block = first_form(m, modality, MMSPAN_FORM_BLOCK);
    if (!from->placeholder && bare >= 0)
        return spell(c, c->sources[bare].tree, out);
    if (!from->placeholder) {
        if (!spell_shortest(c, (uint32_t)block, out))
            return false;
        if (!m->shapes[modality].whole)
            keep_own_id(m, modality, out);
        return true;
    }
    struct mm_source source = {from->placeholder, from->place, false};
    struct mm_node *tree;
    mmspan_status status = mm_parse_sequence(c->spec, &source, &c->scratch, &tree, c->error);
    if (status != MMSPAN_OK)
        return mm_note(c, status);
    if (!spell(c, tree, out))
        return false;
    return matches(m, modality, out) ||
           mm_note(c, mm_fail(c->error, MMSPAN_E_CONFIG, &from->place,
                              "placeholder \"%.200s\" does not itself match as an item of %s",
                              from->placeholder, from->name));
}

/* The first alternative of begin, patch or end as slots; none for an empty list. */
static bool spell_first(struct mm_compiler *c, const struct mm_modality *from,
                        const struct mm_strings *list, struct mm_slots *out) {
    if (list->n == 0)
        return true;
    struct mm_source source = {list->text[0], from->place, false};
    struct mm_node *tree;
    mmspan_status status = mm_parse_sequence(c->spec, &source, &c->scratch, &tree, c->error);
    if (status != MMSPAN_OK)
        return mm_note(c, status);
    return spell(c, tree, out);
}

/* Is the token, again and again, a block of the modality, from some number of them on? */
static bool repeats(const struct mmspan_matcher *m, uint32_t modality, int32_t id) {
    uint16_t state = MM_START;
    bool always = true;
    for (uint32_t i = 0; i < 2 * m->n_states; i++) {
        state = mm_next(m, state, mm_class_of(m, id));
        always &= i < m->n_states || completes(m, state, modality);
    }
    return always;
}

/* The first token that takes the modality's own rows; none when that is a sequence. */
static bool spell_embed(struct mm_compiler *c, const struct mm_modality *from,
                        struct mm_slots *out) {
    for (size_t e = 0; e < from->n_embed; e++)
        if (!from->embed[e].modality)
            return spell_first(c, from, &from->embed[e].tokens, out);
    return true;
}

/* What expand writes for a number of rows. Of patterns only those that one token can repeat
 * have an answer; with each_run, the run alone is replaced. */
static bool make_expansion(struct mm_compiler *c, uint32_t modality) {
    const struct mm_modality *from = &c->spec->modalities[modality];
    struct mm_shape *to = &c->matcher->shapes[modality];
    struct mm_slots run = {0};
    int64_t block = first_form(c->matcher, modality, MMSPAN_FORM_BLOCK);
    if (block < 0)
        return true;
    if (to->each_run) {
        if (!spell_embed(c, from, &run))
            return false;
    } else if (from->patch.n) {
        if (!spell_first(c, from, &from->begin, &to->begin) ||
            !spell_first(c, from, &from->end, &to->end) ||
            !spell_first(c, from, &from->patch, &run))
            return false;
    } else if (to->undelimited) {
        if (!spell_shortest(c, (uint32_t)block, &run))
            return false;
        run.n = run.n && repeats(c->matcher, modality, run.slots[0].id) ? 1 : 0;
    }
    to->expandable = run.n == 1;
    if (to->expandable && (to->by_id || to->each_run))
        keep_own_id(c->matcher, modality, &run);
    if (to->expandable)
        to->patch = run.slots[0];
    return true;
}

static bool copy_shape(struct mm_compiler *c, uint32_t modality) {
    const struct mm_modality *from = &c->spec->modalities[modality];
    struct mm_arena *arena = &c->matcher->arena;
    struct mm_shape *to = &c->matcher->shapes[modality];
    to->rows = from->rows;
    to->rows.values =
        mm_arena_copy(arena, from->rows.values, from->rows.n_values, sizeof(int64_t));
    to->rows_text = mm_rows_text(arena, &from->rows);
    to->pattern = from->pattern ? mm_arena_string(arena, from->pattern) : NULL;
    to->bare = mm_arena_alloc(arena, from->bare.n, sizeof *to->bare);
    if (!to->rows.values || !to->rows_text || (from->pattern && !to->pattern) || !to->bare)
        return mm_no_memory(c);
    for (; to->n_bare < from->bare.n; to->n_bare++)
        if (!(to->bare[to->n_bare] = mm_arena_string(arena, from->bare.text[to->n_bare])))
            return mm_no_memory(c);
    to->split = from->adjacent == MMSPAN_ADJACENT_SPLIT ? from->rows.values[0] : 0;
    to->by_id = from->adjacent == MMSPAN_ADJACENT_BY_ID;
    to->each_run = from->each_run;
    to->multi = from->multi;
    to->max_gap = from->max_gap;
    to->equal_rows = from->equal_rows;
    to->atomic = from->atomic;
    to->whole = from->adjacent == MMSPAN_ADJACENT_JOIN && !from->each_run;
    return true;
}

/* What the scan wants to know of a form when it has matched. */
static void complete_form(struct mmspan_matcher *m, struct mm_form *form) {
    const struct mm_shape *shape = &m->shapes[form->modality];
    const mmspan_rows_rule *rows = &shape->rows;
    bool block = form->kind == MMSPAN_FORM_BLOCK;
    form->whole = !block || shape->whole;
    form->uniform = form->whole || shape->by_id;
    int64_t least = rows->min > rows->offset ? rows->min : rows->offset;
    form->low = block ? rows->n_values == 1 ? rows->values[0] : least : 0;
    form->high = INT64_MAX;
    if (block && (rows->n_values == 1 || rows->max))
        form->high = rows->n_values == 1 ? rows->values[0] : rows->max;
    form->intricate =
        block && (rows->n_values > 1 || rows->multiple_of > 1 || rows->equal_runs);
    form->embed = embed_row(m, (uint32_t)form->modality);
}

/* By class: may a block of the form have such a token in it? NULL when memory is out. */
static const bool *find_read(struct mm_compiler *c, uint32_t form) {
    const struct mm_classes *classes = &c->matcher->classes;
    bool *read = mm_arena_alloc(&c->scratch, c->matcher->n_classes, sizeof *read);
    for (uint32_t s = 0; read && s < c->nfa.n_states; s++) {
        const struct mm_nfa_state *state = &c->nfa.states[s];
        if (state->kind != MM_NFA_READ || state->form != form || state->token == MM_TEXT)
            continue;
        uint32_t end = classes->class_begin[state->atom + 1];
        for (uint32_t i = classes->class_begin[state->atom]; i < end; i++)
            read[classes->class_list[i]] = true;
    }
    return read;
}

/* Is every run of tokens that a block reads an item, so that it may be cut anywhere? */
static bool check_divides(struct mm_compiler *c, uint32_t modality, const bool *read,
                          bool *divides) {
    const struct mmspan_matcher *m = c->matcher;
    bool *seen = mm_arena_alloc(&c->scratch, m->n_states, sizeof *seen);
    uint16_t *reached = mm_arena_alloc(&c->scratch, m->n_states, sizeof *reached);
    size_t n = 1;
    if (!seen || !reached)
        return mm_no_memory(c);
    reached[0] = MM_START;
    *divides = true;
    for (size_t i = 0; i < n && *divides; i++)
        for (uint32_t k = 0; k < m->n_classes && *divides; k++) {
            uint16_t next = read[k] ? mm_next(m, reached[i], (uint16_t)k) : reached[i];
            if (!read[k] || seen[next])
                continue;
            *divides = completes(m, next, modality);
            seen[next] = true;
            reached[n++] = next;
        }
    return true;
}

/* What may be done with runs of the modality. */
static bool judge_runs(struct mm_compiler *c, uint32_t modality) {
    struct mm_shape *shape = &c->matcher->shapes[modality];
    if (!shape->undelimited || !shape->whole)
        return true;
    int64_t block = first_form(c->matcher, modality, MMSPAN_FORM_BLOCK);
    const bool *read = find_read(c, (uint32_t)block);
    return read ? check_divides(c, modality, read, &shape->divides) : mm_no_memory(c);
}

bool mm_step_shapes(struct mm_compiler *c) {
    struct mmspan_matcher *m = c->matcher;
    m->embed = mm_arena_alloc(&m->arena, (size_t)m->n_modalities * m->n_classes, 1);
    if (!m->embed)
        return mm_no_memory(c);
    for (uint32_t i = 0; i < m->n_modalities; i++)
        if (!embed_modality(c, i) || !copy_shape(c, i) || !make_placeholder(c, i))
            return false;
    for (uint32_t f = 0; f < m->n_forms; f++)
        if (m->forms[f].kind == MMSPAN_FORM_BLOCK && !check_undelimited(c, f))
            return false;
    for (uint32_t i = 0; i < m->n_modalities; i++)
        if (!judge_runs(c, i) || !make_expansion(c, i))
            return false;
    for (uint32_t f = 0; f < m->n_forms; f++)
        complete_form(m, &m->forms[f]);
    return c->first == MMSPAN_OK;
}
