/* mmspan scan: the items and findings of each sequence. */
#include "../input/sequences.h"
#include "../output/output.h"
#include "../output/render.h"
#include "command.h"

#include <inttypes.h>

/* The first sequence is held back until it is known whether there is a second: only
 * then does it get its number. */
struct text_scan {
    struct buffer file; /* "name: " when there are several */
    struct buffer rest;
    bool colored;
};

/* "name: " in front of everything when there are several files. */
static void add_file(struct buffer *out, const struct run *run) {
    if (!run->many_files)
        return;
    buffer_text(out, run->file);
    buffer_text(out, ": ");
}

static void add_sequence(struct buffer *out, const struct run *run, const int32_t *ids) {
    const struct text_scan *scan = run->context;
    text_summary(out, run->result);
    buffer_text(out, "\n");
    text_sequence(out, run->result, ids, scan->colored);
}

static void add_held(struct run *run, const char *number) {
    struct text_scan *scan = run->context;
    run->out.failed = run->out.failed || scan->file.failed || scan->rest.failed;
    buffer_bytes(&run->out, scan->file.data, scan->file.n);
    buffer_text(&run->out, number);
    buffer_bytes(&run->out, scan->rest.data, scan->rest.n);
    buffer_free(&scan->file);
    buffer_free(&scan->rest);
}

/* With --rows: do the media fit? */
static int assign(struct run *run) {
    if (run->options->n_rows == 0)
        return EXIT_CLEAN;
    mmspan_error error;
    mmspan_status status =
        mmspan_assign(run->result, run->media.media, run->media.n, NULL, &error);
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_library(status, &error);
}

static int scan_text(struct run *run, const struct sequence *sequence) {
    struct text_scan *scan = run->context;
    int status = assign(run);
    if (status != EXIT_CLEAN)
        return status;
    if (run->index == 0) {
        add_file(&scan->file, run);
        add_sequence(&scan->rest, run, sequence->ids);
        return EXIT_CLEAN;
    }
    if (run->index == 1)
        add_held(run, "sequence 0: ");
    add_file(&run->out, run);
    buffer_format(&run->out, "sequence %" PRIu64 ": ", run->index);
    add_sequence(&run->out, run, sequence->ids);
    return EXIT_CLEAN;
}

static void last_text(struct run *run) {
    if (run->index == 1)
        add_held(run, "");
}

static int scan_json(struct run *run, const struct sequence *sequence) {
    (void)sequence;
    int status = assign(run);
    if (status != EXIT_CLEAN)
        return status;
    json_sequence(&run->out, run->index, run->result, NULL);
    buffer_text(&run->out, "\n");
    return EXIT_CLEAN;
}

static int scan(const struct options *options) {
    struct text_scan text = {.colored = output_is_colored()};
    struct run run = {.options = options, .each = scan_json};
    if (options->format == FORMAT_TEXT) {
        run.each = scan_text;
        run.last = last_text;
        run.context = &text;
    }
    int status = run_sequences(&run);
    buffer_free(&text.file);
    buffer_free(&text.rest);
    return status;
}

const struct command cmd_scan = {
    .name = "scan",
    .summary = "items and findings of each sequence",
    .accepts = OPTION_CONFIG | OPTION_FORMAT | OPTION_EXIT_ZERO | OPTION_INPUT_FORMAT |
               OPTION_ROWS | OPTION_FILES | OPTION_TOKENIZER | OPTION_TEXT,
    .run = scan,
    .help = "Usage: mmspan scan -m NAME|-c FILE [options] [FILE...]\n"
            "\n"
            "Finds the multimodal items of each sequence, and what is wrong with it.\n"
            "Without a FILE, or for -, standard input is read. Spans are half-open:\n"
            "[start, end) counts tokens from 0.\n"
            "\n"
            "  -m, --model NAME          use a built-in config; mmspan models lists them\n"
            "  -c, --config FILE         use a config file\n"
            "  -f, --format text|json    json: one object per sequence and line\n"
            "      --rows MODALITY=N,N   rows of the media that go with each sequence, in\n"
            "                            order; what does not fit is a finding\n"
            "      --input-format auto|text|jsonl|npy\n"
            "      --text FILE           read a prompt in text instead; needs a tokenizer\n"
            "      --tokenizer PATH      SentencePiece model or Hugging Face folder; also\n"
            "                            looks up pieces for which the config has no ID\n"
            "      --exit-zero           exit 0 also when there are findings\n",
};
