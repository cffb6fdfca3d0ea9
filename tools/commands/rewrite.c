/* Writes each sequence anew: what collapse and expand share. */
#include "rewrite.h"

#include "../output/render.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* So many findings of a sequence are warned of one by one. */
enum { MAX_WARNINGS = 20 };

/* The sequence at hand as it is rewritten, reused for the next one. */
struct rewritten {
    rewrite_function *function;
    bool positions;
    struct json_sequence json;
    int32_t *ids;
    size_t n;
    size_t cap;
};

/* Makes room for n more IDs. */
static int reserve(struct rewritten *rewritten, size_t n) {
    if (n <= rewritten->cap - rewritten->n)
        return EXIT_CLEAN;
    const size_t cap = rewritten->n + n;
    int32_t *ids = cap >= n ? realloc(rewritten->ids, cap * sizeof *ids) : NULL;
    if (!ids)
        return fail_memory();
    rewritten->ids = ids;
    rewritten->cap = cap;
    return EXIT_CLEAN;
}

/* What stood in place of a value that is no int32 must not be taken for one. */
static int check_values(const struct run *run) {
    const mmspan_view *view = mmspan_result_view(run->result);
    const struct place place = {run->file, run->line, 0};
    for (size_t i = 0; i < view->n_findings; i++) {
        const mmspan_finding *finding = &view->findings[i];
        if (finding->kind == MMSPAN_FINDING_OUT_OF_VOCABULARY &&
            (finding->found < INT32_MIN || finding->found > INT32_MAX))
            return fail(EXIT_CORRUPT, &place,
                        "sequence %" PRIu64 " has %" PRId64 " at %" PRId64
                        ", which no int32 holds: it cannot be written anew",
                        run->index, finding->found, finding->start);
    }
    return EXIT_CLEAN;
}

/* Adds what the part becomes. The first try tells the needed room when what is there is not
 * enough. */
static int rewrite_part(struct run *run, const struct part *part) {
    struct rewritten *rewritten = run->context;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = MMSPAN_E_SPACE;
    size_t n = part->n;
    for (int i = 0; i < 2 && status == MMSPAN_E_SPACE; i++) {
        if (reserve(rewritten, n) != EXIT_CLEAN)
            return EXIT_TRY_AGAIN;
        int32_t *out = rewritten->ids ? rewritten->ids + rewritten->n : NULL;
        status = rewritten->function(run, part, out, rewritten->cap - rewritten->n, &n, &error);
    }
    if (status != MMSPAN_OK)
        return fail_library(status, &error);
    rewritten->n += n;
    return EXIT_CLEAN;
}

/* Findings go to standard error: standard output has IDs only. */
static void warn_findings(const struct run *run, const struct placement *placement) {
    const mmspan_view *view = mmspan_result_view(run->result);
    const struct place place = {run->file, run->line, 0};
    struct buffer text = {0};
    const size_t n = view->n_findings < MAX_WARNINGS ? view->n_findings : MAX_WARNINGS;
    for (size_t i = 0; i < n; i++) {
        const mmspan_finding finding = placed_finding(&view->findings[i], placement);
        text.n = 0;
        text_finding(&text, run->matcher, &finding);
        warn(&place, "sequence %" PRIu64 ": %.*s", run->index, (int)text.n,
             text.data ? text.data : "");
    }
    if (n < view->n_findings)
        warn(&place, "sequence %" PRIu64 ": ... and %zu more findings; mmspan scan shows them",
             run->index, view->n_findings - n);
    buffer_free(&text);
}

static void end_sequence(struct run *run) {
    struct rewritten *rewritten = run->context;
    const struct json_head head = {.index = run->index,
                                   .file = run->file,
                                   .line = run->line,
                                   .n_tokens = run->n_tokens,
                                   .ids = rewritten->ids,
                                   .n_ids = rewritten->n,
                                   .has_ids = true};
    if (run->options->format == FORMAT_JSON) {
        json_end(&rewritten->json, &head, &run->out);
    } else {
        buffer_ids(&run->out, rewritten->ids, rewritten->n, " ");
        /* A blank line would not be read back as a sequence. */
        buffer_text(&run->out, rewritten->n ? "" : "[]");
    }
    buffer_text(&run->out, "\n");
    rewritten->n = 0;
}

static int rewrite(struct run *run, const struct part *part) {
    struct rewritten *rewritten = run->context;
    const struct placement placement = {.base = part->base,
                                        .new_base = (int64_t)rewritten->n,
                                        .rows = part->rows_before,
                                        .media = part->media_before};
    int status = check_values(run);
    if (status == EXIT_CLEAN)
        status = rewrite_part(run, part);
    if (status != EXIT_CLEAN)
        return status;
    if (run->options->format == FORMAT_JSON)
        json_add(&rewritten->json, run->result, &placement, rewritten->positions);
    else
        warn_findings(run, &placement);
    if (part->last)
        end_sequence(run);
    return EXIT_CLEAN;
}

int run_rewrite(const struct options *options, rewrite_function *function, bool positions) {
    struct rewritten rewritten = {.function = function, .positions = positions};
    struct run run = {.options = options, .each = rewrite, .context = &rewritten};
    int status = run_sequences(&run);
    json_free(&rewritten.json);
    free(rewritten.ids);
    return status;
}
