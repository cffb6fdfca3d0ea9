/* Writes each sequence anew: what collapse and expand share. */
#include "rewrite.h"

#include "../output/render.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The rewritten IDs, reused from sequence to sequence. */
struct rewritten {
    rewrite_function *function;
    bool positions;
    int32_t *ids;
    size_t n;
    size_t cap;
};

/* Grows to n IDs; what was in it is not needed any more. */
static int reserve(struct rewritten *rewritten, size_t n) {
    if (n <= rewritten->cap)
        return EXIT_CLEAN;
    free(rewritten->ids);
    rewritten->cap = 0;
    rewritten->ids = malloc(n * sizeof *rewritten->ids);
    if (!rewritten->ids)
        return fail_memory();
    rewritten->cap = n;
    return EXIT_CLEAN;
}

/* The first try tells the needed room when what is there is not enough. */
static int rewrite_sequence(struct run *run, const struct sequence *sequence) {
    struct rewritten *rewritten = run->context;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = MMSPAN_E_SPACE;
    rewritten->n = sequence->n;
    for (int i = 0; i < 2 && status == MMSPAN_E_SPACE; i++) {
        if (reserve(rewritten, rewritten->n) != EXIT_CLEAN)
            return EXIT_TRY_AGAIN;
        status = rewritten->function(run, sequence, rewritten->ids, rewritten->cap,
                                     &rewritten->n, &error);
    }
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_library(status, &error);
}

/* Findings go to standard error: standard output has IDs only. */
static void warn_findings(const struct run *run, uint64_t line) {
    const mmspan_view *view = mmspan_result_view(run->result);
    const struct place place = {run->file, line, 0};
    struct buffer text = {0};
    for (size_t i = 0; i < view->n_findings; i++) {
        text.n = 0;
        text_finding(&text, run->matcher, &view->findings[i]);
        warn(&place, "sequence %" PRIu64 ": %.*s", run->index, (int)text.n,
             text.data ? text.data : "");
    }
    buffer_free(&text);
}

static int rewrite_text(struct run *run, const struct sequence *sequence) {
    const struct rewritten *rewritten = run->context;
    int status = rewrite_sequence(run, sequence);
    if (status != EXIT_CLEAN)
        return status;
    warn_findings(run, sequence->line);
    buffer_ids(&run->out, rewritten->ids, rewritten->n, " ");
    /* A blank line would not be read back as a sequence. */
    buffer_text(&run->out, rewritten->n ? "\n" : "[]\n");
    return EXIT_CLEAN;
}

static int rewrite_json(struct run *run, const struct sequence *sequence) {
    const struct rewritten *rewritten = run->context;
    int status = rewrite_sequence(run, sequence);
    if (status != EXIT_CLEAN)
        return status;
    const struct new_ids new_ids = {rewritten->ids, rewritten->n, rewritten->positions};
    json_sequence(&run->out, run->index, run->result, &new_ids);
    buffer_text(&run->out, "\n");
    return EXIT_CLEAN;
}

int run_rewrite(const struct options *options, rewrite_function *function, bool positions) {
    struct rewritten rewritten = {.function = function, .positions = positions};
    struct run run = {.options = options,
                      .each = options->format == FORMAT_JSON ? rewrite_json : rewrite_text,
                      .context = &rewritten};
    int status = run_sequences(&run);
    free(rewritten.ids);
    return status;
}
