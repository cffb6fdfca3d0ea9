/* The oracle: attempts, one after the other, and what they leave to report. */
#include "oracle.h"
#include "oracle_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_form(struct oracle *o, size_t modality, int32_t kind,
                     struct oracle_node *tree) {
    if (!tree) {
        o->wrong = true;
        return;
    }
    o->forms = oracle_grow(o->forms, o->n_forms, sizeof *o->forms);
    o->forms[o->n_forms++] = (struct oracle_form){(int32_t)modality, kind, tree, 0};
}

/* begin, patch and end mean "begin patch+ end". */
static struct oracle_node *block_of_parts(const struct oracle_declarations *declared,
                                          const mmspan_modality_decl *m) {
    struct oracle_node *block = oracle_new_node(ORACLE_NODE_SEQUENCE);
    struct oracle_node *repeat = oracle_new_node(ORACLE_NODE_REPEAT);
    struct oracle_node *begin =
        m->n_begin ? oracle_parse_list(declared, m->begin, m->n_begin) : NULL;
    struct oracle_node *end = m->n_end ? oracle_parse_list(declared, m->end, m->n_end) : NULL;
    repeat->min = 1;
    repeat->max = ORACLE_NO_LIMIT;
    repeat->child = oracle_parse_list(declared, m->patch, m->n_patch);
    bool wrong = !repeat->child || (m->n_begin && !begin) || (m->n_end && !end);
    block->child = begin ? begin : repeat;
    if (begin)
        begin->next = repeat;
    repeat->next = end;
    if (!wrong)
        return block;
    oracle_free_tree(block);
    return NULL;
}

struct oracle *oracle_create(const struct oracle_declarations *declarations) {
    struct oracle *o = oracle_alloc(1, sizeof *o);
    o->declared = *declarations;
    for (size_t i = 0; i < declarations->n_modalities; i++) {
        const mmspan_modality_decl *m = &declarations->modalities[i];
        if (m->pattern)
            add_form(o, i, MMSPAN_FORM_BLOCK, oracle_parse(declarations, m->pattern));
        else if (m->n_patch)
            add_form(o, i, MMSPAN_FORM_BLOCK, block_of_parts(declarations, m));
        for (size_t k = 0; k < m->n_bare; k++)
            add_form(o, i, MMSPAN_FORM_BARE, oracle_parse(declarations, m->bare[k]));
    }
    oracle_build(o);
    oracle_find_placeholders(o);
    return o;
}

void oracle_destroy(struct oracle *o) {
    if (!o)
        return;
    for (size_t f = 0; f < o->n_forms; f++)
        oracle_free_tree(o->forms[f].tree);
    oracle_free_placeholders(o);
    free(o->forms);
    free(o->states);
    free(o);
}

/* How an attempt ended. */
struct attempt {
    bool started; /* its first token can begin a form */
    int form;     /* the longest complete one, or -1 */
    int64_t end;  /* of that form; else where the attempt died, or the input's end */
    bool alive;   /* at the input's end */
};

struct scan {
    const struct oracle *oracle;
    struct oracle_scene scene;
    bool *set; /* the states before the token that killed the attempt */
    bool *next;
    int64_t covered;
    struct oracle_result *result;
};

static struct attempt try_at(struct scan *s, int64_t start) {
    struct attempt a = {.form = -1};
    const struct oracle_scene *scene = &s->scene;
    int64_t at = start;
    oracle_start_set(s->oracle, s->set);
    for (; at < scene->n &&
           oracle_step(s->oracle, s->set, scene->ids[at], scene->literal[at], s->next);
         at++) {
        bool *swap = s->set;
        s->set = s->next;
        s->next = swap;
        a.started = true;
        bool several;
        int form = oracle_accepts(s->oracle, s->set, &several);
        if (form >= 0) {
            a.form = form;
            a.end = at + 1;
        }
    }
    a.alive = at == scene->n;
    if (a.form < 0)
        a.end = at;
    return a;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts the names and joins them, each once. */
static void join_names(const char **names, size_t n, char *joined, size_t size) {
    size_t used = 0;
    qsort(names, n, sizeof *names, compare_names);
    joined[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        if (used >= size || (i && strcmp(names[i], names[i - 1]) == 0))
            continue;
        used += (size_t)snprintf(joined + used, size - used, "%s%s", i ? "," : "", names[i]);
    }
}

static void name_possibilities(const struct scan *s, struct oracle_finding *f) {
    const struct oracle *o = s->oracle;
    const char **tokens = oracle_alloc(o->n_states, sizeof *tokens);
    const char **modalities = oracle_alloc(o->n_states, sizeof *modalities);
    size_t n = 0;
    for (size_t i = 0; i < o->n_states; i++) {
        if (!s->set[i] || o->states[i].kind != ORACLE_STATE_READ)
            continue;
        int token = o->states[i].token;
        int32_t modality = o->forms[o->states[i].form].modality;
        tokens[n] = token == ORACLE_TEXT ? "text" : o->declared.tokens[token].name;
        modalities[n++] = o->declared.modalities[modality].name;
    }
    join_names(tokens, n, f->expected, sizeof f->expected);
    join_names(modalities, n, f->modalities, sizeof f->modalities);
    free(tokens);
    free(modalities);
}

/* A started attempt without a form, which may be one inside a reported block. */
static void report_attempt(struct scan *s, int64_t start, const struct attempt *a) {
    struct oracle_scene *scene = &s->scene;
    if (!oracle_is_reserved(&s->oracle->declared, scene->ids[start]) ||
        (start < s->covered && a->end <= s->covered))
        return;
    struct oracle_finding *f = oracle_add_finding(
        s->result, a->alive ? MMSPAN_FINDING_TRUNCATED_BLOCK : MMSPAN_FINDING_BROKEN_BLOCK,
        start, a->end);
    if (!a->alive)
        f->finding.id = scene->ids[a->end];
    f->finding.found = a->alive ? 0 : scene->ids[a->end];
    name_possibilities(s, f);
    for (int64_t at = start; at < a->end; at++)
        scene->broken[at] = true;
    if (a->end > s->covered)
        s->covered = a->end;
}

/* All attempts, until one is alive at the input's end if `stop` says so. Returns where that
 * one began, else the end. */
static int64_t scan_attempts(struct scan *s, bool stop) {
    struct oracle_scene *scene = &s->scene;
    for (int64_t at = 0; at < scene->n;) {
        struct attempt a = try_at(s, at);
        if (stop && a.started && a.alive)
            return at;
        if (a.form >= 0) {
            oracle_scene_add_match(scene, (size_t)a.form, at, a.end);
            at = a.end;
            continue;
        }
        bool reserved =
            oracle_is_reserved(&s->oracle->declared, scene->ids[at]) && !scene->literal[at];
        if (a.started)
            report_attempt(s, at, &a);
        else if (reserved && at >= s->covered)
            scene->stray[at] = true;
        at++;
    }
    return scene->n;
}

static bool is_in_broken_block(const struct oracle_result *result,
                               const struct oracle_match *match) {
    for (size_t i = 0; i < result->n_findings; i++) {
        const mmspan_finding *f = &result->findings[i].finding;
        if ((f->kind == MMSPAN_FINDING_BROKEN_BLOCK ||
             f->kind == MMSPAN_FINDING_TRUNCATED_BLOCK) &&
            f->start <= match->start && match->end <= f->end)
            return true;
    }
    return false;
}

/* Matches become items, but for those that a broken block speaks for. */
static void emit_matches(struct scan *s) {
    for (size_t i = 0; i < s->scene.n_matches; i++) {
        const struct oracle_match *match = &s->scene.matches[i];
        if (is_in_broken_block(s->result, match))
            s->result->n_covered++;
        else
            oracle_emit(&s->scene, match, s->result);
    }
}

/* One more token of a kind: a finding of its own, or more of the one before. */
static void report_token(struct scan *s, mmspan_finding_kind kind, int64_t at) {
    int32_t id = s->scene.ids[at];
    for (size_t i = s->result->n_findings; i > 0; i--) {
        mmspan_finding *before = &s->result->findings[i - 1].finding;
        if (before->kind == (int32_t)kind && before->end == at && before->id == id) {
            before->end++;
            return;
        }
    }
    struct oracle_finding *f = oracle_add_finding(s->result, kind, at, at + 1);
    f->finding.id = id;
    if (kind == MMSPAN_FINDING_OUT_OF_VOCABULARY)
        f->finding.found = id;
    else
        f->finding.token = oracle_token_of(&s->oracle->declared, id);
}

/* Findings about single tokens. Literal ones and those outside the vocabulary are reported
 * wherever they stand. */
static void report_tokens(struct scan *s) {
    const struct oracle_declarations *declared = &s->oracle->declared;
    const struct oracle_scene *scene = &s->scene;
    for (int64_t at = 0; at < scene->n; at++) {
        int32_t id = scene->ids[at];
        if (scene->stray[at])
            report_token(s, MMSPAN_FINDING_STRAY_TOKEN, at);
        if (scene->literal[at] && oracle_is_reserved(declared, id))
            report_token(s, MMSPAN_FINDING_LITERAL_TOKEN, at);
        if (declared->vocab_size && !oracle_is_declared(declared, id) &&
            (id < 0 || id >= declared->vocab_size))
            report_token(s, MMSPAN_FINDING_OUT_OF_VOCABULARY, at);
    }
}

static int compare_findings(const void *first, const void *second) {
    const mmspan_finding *a = &((const struct oracle_finding *)first)->finding;
    const mmspan_finding *b = &((const struct oracle_finding *)second)->finding;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    return a->kind - b->kind;
}

static void scan_open(struct scan *s, const struct oracle *o, const int32_t *ids, size_t n,
                      const mmspan_span *literal, size_t n_literal,
                      struct oracle_result *result) {
    *s = (struct scan){.oracle = o, .result = result};
    oracle_scene_open(&s->scene, o, ids, n, literal, n_literal);
    s->set = oracle_alloc(o->n_states, sizeof *s->set);
    s->next = oracle_alloc(o->n_states, sizeof *s->next);
    result->n_items = result->n_runs = result->n_findings = 0;
    result->n_covered = result->n_demoted = result->n_unexpanded = 0;
    result->unsure = false;
    memset(result->rows, 0, sizeof result->rows);
}

static void scan_close(struct scan *s) {
    oracle_scene_close(&s->scene);
    free(s->set);
    free(s->next);
}

void oracle_scan(const struct oracle *o, const int32_t *ids, size_t n,
                 const mmspan_span *literal, size_t n_literal, struct oracle_result *result) {
    struct scan s;
    scan_open(&s, o, ids, n, literal, n_literal, result);
    scan_attempts(&s, false);
    oracle_find_wreckage(&s.scene);
    emit_matches(&s);
    report_tokens(&s);
    if (result->n_findings)
        qsort(result->findings, result->n_findings, sizeof *result->findings, compare_findings);
    scan_close(&s);
}

int64_t oracle_decided(const struct oracle *o, const int32_t *ids, size_t n,
                       const mmspan_span *literal, size_t n_literal) {
    struct oracle_result result = {0};
    struct scan s;
    scan_open(&s, o, ids, n, literal, n_literal, &result);
    int64_t decided = scan_attempts(&s, true);
    while (decided > 0 && oracle_is_in_cluster(&s.scene, decided - 1))
        decided--;
    scan_close(&s);
    oracle_result_free(&result);
    return decided;
}

void oracle_result_free(struct oracle_result *result) {
    free(result->items);
    free(result->runs);
    free(result->findings);
    memset(result, 0, sizeof *result);
}
