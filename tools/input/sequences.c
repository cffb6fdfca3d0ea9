/* Drives a command over the sequences of its inputs. */
#define _POSIX_C_SOURCE 200809L

#include "sequences.h"

#include "../commands/load.h"
#include "../output/output.h"
#include "no_items.h"
#include "parts.h"
#include "prompt_text.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int run_sequence(struct run *run, struct parts *parts,
                        const struct mr_sequence *sequence) {
    run->line = sequence->line;
    run->n_tokens = (int64_t)sequence->ids.n;
    int status = parts_scan(run, parts, sequence);
    if (status == EXIT_CLEAN)
        status = keep_sample(run, &sequence->ids);
    run->n_sequences++;
    run->n_seen_tokens += sequence->ids.n;
    return status;
}

/* A mapped file that another process cuts short ends in this signal. */
static void on_bus_error(int signal_number) {
    static const char message[] = "mmspan: error: an input file shrank while it was read\n";
    (void)signal_number;
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    _exit(EXIT_CORRUPT);
}

static int next(struct mr_input *input, struct mr_sequence *sequence, bool *more) {
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = mr_next(input, sequence, more, &error);
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_input(status, &error);
}

/* Data in a type that cannot hold the config's IDs has lost them. */
static int check_type(const struct run *run, const struct mr_input *input) {
    mmspan_error error;
    const struct mr_type *type = mr_stored_type(input);
    if (!type || mr_type_check(type, mmspan_config_spec(run->config), &error) == MMSPAN_OK)
        return EXIT_CLEAN;
    const struct place place = {mr_name(input), 0, 0};
    return fail(EXIT_CORRUPT, &place, "%s", error.message);
}

/* Says what the sequences of a file do not show. */
static void tell_of_input(struct run *run, const struct mr_input *input, uint64_t n_before) {
    const char *what;
    const struct place place = {mr_name(input), 0, 0};
    const uint64_t n_skipped = mr_n_skipped(input, &what);
    if (n_skipped == 1)
        note(&place, "1 sequence was skipped: it holds %s", what);
    else if (n_skipped)
        note(&place, "%" PRIu64 " sequences were skipped: they hold %s", n_skipped, what);
    else if (run->n_sequences == n_before)
        warn(&place, "there is no sequence in it");
    run->n_skipped += n_skipped;
}

static int run_input(struct run *run, struct parts *parts, struct mr_input *input) {
    struct mr_sequence sequence;
    bool more = false;
    const uint64_t first = run->index;
    const uint64_t n_before = run->n_sequences;
    run->file = mr_name(input);
    if (mr_is_mapped(input)) {
        struct sigaction action = {.sa_handler = on_bus_error};
        sigaction(SIGBUS, &action, NULL);
    }
    int status = check_type(run, input);
    if (status == EXIT_CLEAN)
        status = next(input, &sequence, &more);
    while (status == EXIT_CLEAN && more) {
        run->index = first + sequence.number;
        status = run_sequence(run, parts, &sequence);
        run->index++;
        if (status == EXIT_CLEAN)
            status = output_offer(&run->out, mr_is_stream(input));
        if (status == EXIT_CLEAN)
            status = next(input, &sequence, &more);
    }
    if (status != EXIT_CLEAN)
        return status;
    tell_of_input(run, input, n_before);
    const char *what;
    run->index = first + (run->n_sequences - n_before) + mr_n_skipped(input, &what);
    return EXIT_CLEAN;
}

/* True when the other file of a pair has been read under its own name before. */
static bool is_other_of_pair(const struct options *options, size_t at) {
    const char *path = options->files[at];
    const size_t n = mr_pair_stem(path, NULL);
    for (size_t i = 0; n && i < at; i++) {
        const char *before = options->files[i];
        if (mr_pair_stem(before, NULL) == n && memcmp(path, before, n) == 0)
            return true;
    }
    return false;
}

static int run_path(struct run *run, struct parts *parts, const char *path, bool other) {
    struct mr_input *input = NULL;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO) == 1)
        note(NULL, "reading token IDs from the terminal, a sequence on each line; Ctrl-D ends "
                   "it, and mmspan -h helps");
    mmspan_status opened = mr_open(path, &run->options->input, &input, &error);
    int status = opened == MMSPAN_OK ? EXIT_CLEAN : fail_input(opened, &error);
    if (status == EXIT_CLEAN && !(other && mr_is_pair(input)))
        status = run_input(run, parts, input);
    mr_close(input);
    return status;
}

/* The text of --text is one sequence. */
static int run_text(struct run *run, struct parts *parts) {
    struct mr_ids list = {0};
    run->file = strcmp(run->options->text, "-") == 0 ? "<stdin>" : run->options->text;
    int status = read_text_file(run->options, run->tokenizer, run->config, &list);
    const struct mr_sequence sequence = {
        .ids = {.data = list.ids, .n = list.n, .type = MMSPAN_IDS_INT32}, .line = 1};
    if (status == EXIT_CLEAN)
        status = run_sequence(run, parts, &sequence);
    run->index++;
    mr_ids_free(&list);
    return status;
}

static int run_paths(struct run *run) {
    const struct options *options = run->options;
    struct parts parts = {0};
    int status = EXIT_CLEAN;
    run->many_files = options->n_files > 1;
    if (options->text)
        status = run_text(run, &parts);
    else if (options->n_files == 0)
        status = run_path(run, &parts, "-", false);
    for (size_t i = 0; i < options->n_files && status == EXIT_CLEAN; i++)
        status = run_path(run, &parts, options->files[i], is_other_of_pair(options, i));
    parts_free(&parts);
    return status;
}

/* What was finished before an input turned out to be corrupt is still written. */
static int finish(struct run *run, int status) {
    if (run->last)
        run->last(run);
    /* After a failed write nothing is left to say, and nobody to hear it. */
    if (status != EXIT_TRY_AGAIN) {
        int written = output_write(&run->out);
        if (written != EXIT_CLEAN)
            return written;
    }
    if (status == EXIT_CLEAN)
        warn_of_no_items(run);
    return status == EXIT_CLEAN && run->found ? EXIT_FINDINGS : status;
}

int run_sequences(struct run *run) {
    const struct options *options = run->options;
    int status = check_text_options(options);
    if (status == EXIT_CLEAN)
        status = open_tokenizer(options->tokenizer, !options->text, &run->tokenizer);
    if (status == EXIT_CLEAN)
        status = load_matcher(options, run->tokenizer, &run->config, &run->matcher);
    if (status == EXIT_CLEAN)
        status = media_parse(run->options, run->matcher, &run->given);
    if (status == EXIT_CLEAN && mmspan_result_create(NULL, &run->result) != MMSPAN_OK)
        status = fail_memory();
    if (status == EXIT_CLEAN)
        status = finish(run, run_paths(run));
    media_free(&run->given);
    mmspan_result_destroy(run->result);
    mmspan_matcher_destroy(run->matcher);
    mmspan_config_destroy(run->config);
    mmspan_tokenizer_destroy(run->tokenizer);
    buffer_free(&run->out);
    sample_free(&run->sample);
    return status;
}
