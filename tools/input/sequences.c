/* Drives a command over the sequences of its inputs. */
#include "sequences.h"

#include "../commands/load.h"
#include "../output/output.h"
#include "prompt_text.h"

#include <string.h>

static int scan_sequence(struct run *run, const struct sequence *sequence) {
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status =
        mmspan_scan(run->matcher, sequence->ids, sequence->n, NULL, run->result, &error);
    if (status != MMSPAN_OK)
        return fail_library(status, &error);
    int done = run->each(run, sequence);
    run->found = run->found || mmspan_result_view(run->result)->n_findings > 0;
    return done;
}

static int run_input(struct run *run, struct input *input) {
    struct sequence sequence;
    bool more;
    run->file = input_name(input);
    int status = input_next(input, &sequence, &more);
    while (status == EXIT_CLEAN && more) {
        status = scan_sequence(run, &sequence);
        run->index++;
        if (status == EXIT_CLEAN)
            status = output_offer(&run->out, input_is_stream(input));
        if (status == EXIT_CLEAN)
            status = input_next(input, &sequence, &more);
    }
    return status;
}

static int run_path(struct run *run, const char *path) {
    struct input *input = NULL;
    int status = input_open(path, run->options->input_format, &input);
    if (status == EXIT_CLEAN)
        status = run_input(run, input);
    input_close(input);
    return status;
}

/* The text of --text is one sequence. */
static int run_text(struct run *run) {
    struct id_list list = {0};
    run->file = strcmp(run->options->text, "-") == 0 ? "<stdin>" : run->options->text;
    int status = read_text_file(run->options, run->tokenizer, &list);
    const struct sequence sequence = {list.ids, list.n, 1};
    if (status == EXIT_CLEAN)
        status = scan_sequence(run, &sequence);
    run->index++;
    id_list_free(&list);
    return status;
}

static int run_paths(struct run *run) {
    const struct options *options = run->options;
    if (options->text)
        return run_text(run);
    if (options->n_files == 0)
        return run_path(run, "-");
    int status = EXIT_CLEAN;
    run->many_files = options->n_files > 1;
    for (size_t i = 0; i < options->n_files && status == EXIT_CLEAN; i++)
        status = run_path(run, options->files[i]);
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
    return status == EXIT_CLEAN && run->found ? EXIT_FINDINGS : status;
}

int run_sequences(struct run *run) {
    const struct options *options = run->options;
    int status = check_text_options(options);
    if (status == EXIT_CLEAN)
        status = open_tokenizer(options->tokenizer, !options->text, &run->tokenizer);
    if (status == EXIT_CLEAN)
        status = load_matcher(options, run->tokenizer, &run->matcher);
    if (status == EXIT_CLEAN)
        status = media_parse(run->options, run->matcher, &run->media);
    if (status == EXIT_CLEAN && mmspan_result_create(NULL, &run->result) != MMSPAN_OK)
        status = fail_memory();
    if (status == EXIT_CLEAN)
        status = finish(run, run_paths(run));
    media_free(&run->media);
    mmspan_result_destroy(run->result);
    mmspan_matcher_destroy(run->matcher);
    mmspan_tokenizer_destroy(run->tokenizer);
    buffer_free(&run->out);
    return status;
}
