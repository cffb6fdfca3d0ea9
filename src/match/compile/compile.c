/* Compiles a spec into a matcher, step by step. */
#include "../sized.h"
#include "compiler.h"

#include <string.h>

static bool choose_kernel(struct mm_compiler *c, const char *name) {
    static const char *const known[] = {"scalar", "sse2", "avx2", "avx512", "neon"};
    c->matcher->kernel = name ? mm_kernel_by_name(name) : mm_kernel_best();
    if (c->matcher->kernel)
        return true;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]) == 0) {
            mm_note(c, mm_fail(c->error, MMSPAN_E_UNSUPPORTED, NULL,
                               "this build or CPU has no %s kernel", name));
            return false;
        }
    mm_note(c, mm_fail(c->error, MMSPAN_E_NOT_FOUND, NULL, "there is no kernel named \"%s\"",
                       name));
    return false;
}

/* Tokens are copied with their names and pieces: a matcher outlives its spec. */
static bool copy_tokens(struct mm_compiler *c) {
    struct mmspan_matcher *m = c->matcher;
    m->n_tokens = (uint32_t)c->spec->n_tokens;
    m->vocab_size = c->spec->vocab_size;
    m->model = mm_arena_string(&m->arena, c->spec->model);
    m->tokens = mm_arena_copy(&m->arena, c->spec->tokens, m->n_tokens, sizeof *m->tokens);
    if (!m->model || !m->tokens)
        return mm_no_memory(c);
    for (uint32_t t = 0; t < m->n_tokens; t++) {
        struct mm_token *token = &m->tokens[t];
        const struct mm_token *from = &c->spec->tokens[t];
        token->place = (struct mm_place){0};
        token->name = mm_arena_string(&m->arena, from->name);
        token->piece = from->piece ? mm_arena_string(&m->arena, from->piece) : NULL;
        token->ids = mm_arena_copy(&m->arena, from->ids, from->n_ids, sizeof *from->ids);
        if (!token->name || !token->ids || (from->piece && !token->piece))
            return mm_no_memory(c);
    }
    return true;
}

static bool make_classes(struct mm_compiler *c) {
    mmspan_status status = mm_classes_make(c->spec, &c->matcher->arena, &c->scratch,
                                           &c->matcher->classes, c->error);
    if (status != MMSPAN_OK)
        mm_note(c, status);
    c->matcher->n_classes = c->matcher->classes.n_classes;
    return status == MMSPAN_OK;
}

static bool run_steps(struct mm_compiler *c, const char *kernel) {
    if (c->spec->n_modalities == 0) {
        mm_note(c, mm_fail(c->error, MMSPAN_E_CONFIG, NULL, "no modality is declared"));
        return false;
    }
    return choose_kernel(c, kernel) && copy_tokens(c) && make_classes(c) && mm_step_forms(c) &&
           mm_step_automaton(c) && mm_step_tables(c) && mm_step_work(c) && mm_step_shapes(c) &&
           (mm_make_starts(c->matcher) || mm_no_memory(c));
}

static mmspan_status compile(struct mm_compiler *c, const char *kernel,
                             mmspan_matcher **matcher) {
    mmspan_allocator memory = c->spec->arena.allocator;
    c->matcher = mm_resize(&memory, NULL, 0, sizeof *c->matcher);
    if (!c->matcher)
        return mm_fail_memory(c->error);
    memset(c->matcher, 0, sizeof *c->matcher);
    mm_arena_init(&c->matcher->arena, &memory);
    mm_arena_init(&c->scratch, &memory);
    c->dfa.allocator = memory;
    bool done = run_steps(c, kernel) && c->first == MMSPAN_OK;
    mm_dfa_free(&c->dfa);
    mm_arena_free(&c->scratch);
    if (done && matcher)
        *matcher = c->matcher;
    else
        mmspan_matcher_destroy(c->matcher);
    return c->first;
}

mmspan_status mmspan_compile(const mmspan_spec *spec, const mmspan_compile_options *options,
                             mmspan_matcher **matcher, mmspan_error *error) {
    mmspan_compile_options known;
    if (!spec || !mm_read_struct(&known, sizeof known, options,
                                 MM_SIZE_THROUGH(mmspan_compile_options, kernel)))
        return mm_fail_argument(error, "spec or options");
    mmspan_error ignored;
    struct mm_compiler c = {.spec = spec,
                            .error = error ? error : &ignored,
                            .report = known.report,
                            .context = known.report_context};
    return compile(&c, known.kernel, matcher);
}

void mmspan_matcher_destroy(mmspan_matcher *matcher) {
    if (!matcher)
        return;
    mmspan_allocator memory = matcher->arena.allocator;
    mm_arena_free(&matcher->arena);
    mm_free(&memory, matcher, sizeof *matcher);
}
