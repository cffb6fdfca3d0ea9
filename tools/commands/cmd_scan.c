/* mmspan scan: the items and findings of each sequence, or of all. */
#include "../input/sequences.h"
#include "../output/output.h"
#include "../output/summary.h"
#include "command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/*
 * The first sequence is held back until it is known whether there is a second: only then does
 * it get its number.
 *
 *   held   what is to follow its number, and `held_file` what is before it
 */
struct scan {
    struct text_sequence text;
    struct json_sequence json;
    struct summary summary;
    struct buffer held_file;
    struct buffer held;
    bool is_held;
    bool is_broken; /* the sequence at hand */
};

/* "name: " in front of everything when there are several files. */
static void add_file(struct buffer *out, const struct run *run) {
    if (!run->many_files)
        return;
    buffer_text(out, run->file);
    buffer_text(out, ": ");
}

static void release(struct run *run, const char *number) {
    struct scan *scan = run->context;
    if (!scan->is_held)
        return;
    run->out.failed = run->out.failed || scan->held_file.failed || scan->held.failed;
    buffer_bytes(&run->out, scan->held_file.data, scan->held_file.n);
    buffer_text(&run->out, number);
    buffer_bytes(&run->out, scan->held.data, scan->held.n);
    buffer_free(&scan->held_file);
    buffer_free(&scan->held);
    scan->is_held = false;
}

/* Do the media fit? */
static int assign(struct run *run, const struct part *part) {
    if (!run->has_media)
        return EXIT_CLEAN;
    const mmspan_assign_options options = {
        .struct_size = sizeof options, .ids = part->ids, .n = part->n};
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status =
        mmspan_assign(run->result, run->media, run->n_media, &options, &error);
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_library(status, &error);
}

/* With --findings, sequences without any are passed over. */
static bool is_wanted(const struct run *run) {
    const struct scan *scan = run->context;
    return scan->is_broken || !run->options->findings;
}

static void end_text(struct run *run) {
    struct scan *scan = run->context;
    release(run, "sequence 0: ");
    if (run->index == 0 && !run->options->findings) {
        add_file(&scan->held_file, run);
        text_end(&scan->text, &scan->held);
        scan->is_held = true;
        return;
    }
    struct buffer passed_over = {0};
    struct buffer *out = is_wanted(run) ? &run->out : &passed_over;
    add_file(out, run);
    buffer_format(out, "sequence %" PRIu64 ": ", run->index);
    text_end(&scan->text, out);
    run->out.failed = run->out.failed || passed_over.failed;
    buffer_free(&passed_over);
}

static void end_json(struct run *run) {
    struct scan *scan = run->context;
    const struct json_head head = {
        .index = run->index, .file = run->file, .line = run->line, .n_tokens = run->n_tokens};
    const size_t before = run->out.n;
    json_end(&scan->json, &head, &run->out);
    buffer_text(&run->out, "\n");
    if (!is_wanted(run))
        run->out.n = before;
}

static int scan_part(struct run *run, const struct part *part) {
    struct scan *scan = run->context;
    const struct placement placement = {
        .base = part->base, .rows = part->rows_before, .media = part->media_before};
    int status = assign(run, part);
    if (status != EXIT_CLEAN)
        return status;
    scan->is_broken = scan->is_broken || mmspan_result_view(run->result)->n_findings > 0;
    scan->text.matcher = run->matcher;
    if (run->options->format == FORMAT_JSON)
        json_add(&scan->json, run->result, &placement, false);
    else
        text_add(&scan->text, run->result, &part->stored, &placement);
    if (!part->last)
        return EXIT_CLEAN;
    if (run->options->format == FORMAT_JSON)
        end_json(run);
    else
        end_text(run);
    scan->is_broken = false;
    return EXIT_CLEAN;
}

static int start_summary(struct summary *summary, const mmspan_matcher *matcher) {
    if (summary->modalities)
        return EXIT_CLEAN;
    const int32_t n = mmspan_matcher_n_modalities(matcher);
    summary->matcher = matcher;
    summary->modalities = calloc((size_t)n + 1, sizeof *summary->modalities);
    if (!summary->modalities)
        return fail_memory();
    summary->n_modalities = n;
    return EXIT_CLEAN;
}

static int sum_part(struct run *run, const struct part *part) {
    struct scan *scan = run->context;
    const struct sequence_place place = {run->index, run->file, run->line};
    int status = assign(run, part);
    if (status != EXIT_CLEAN)
        return status;
    status = start_summary(&scan->summary, run->matcher);
    if (status != EXIT_CLEAN)
        return status;
    summary_add(&scan->summary, run->result, &place, part->last);
    return EXIT_CLEAN;
}

static void last(struct run *run) {
    struct scan *scan = run->context;
    release(run, "");
    if (!run->options->summary)
        return;
    if (start_summary(&scan->summary, run->matcher) != EXIT_CLEAN)
        return;
    scan->summary.n_skipped = run->n_skipped;
    if (run->options->format == FORMAT_JSON)
        summary_json(&scan->summary, &run->out);
    else
        summary_text(&scan->summary, &run->out);
}

static int scan(const struct options *options) {
    struct scan scan = {.text = {.colored = output_is_colored(), .full = options->full}};
    struct run run = {.options = options,
                      .each = options->summary ? sum_part : scan_part,
                      .last = last,
                      .context = &scan};
    if (options->summary && (options->findings || options->full))
        return fail(EXIT_USAGE, NULL, "scan: --summary and %s exclude each other",
                    options->findings ? "--findings" : "--full");
    int status = run_sequences(&run);
    text_free(&scan.text);
    json_free(&scan.json);
    summary_free(&scan.summary);
    buffer_free(&scan.held_file);
    buffer_free(&scan.held);
    return status;
}

const struct command cmd_scan = {
    .name = "scan",
    .summary = "items and findings of each sequence",
    .accepts = OPTION_CONFIG | OPTION_FORMAT | OPTION_EXIT_ZERO | OPTION_INPUT | OPTION_ROWS |
               OPTION_IDS | OPTION_SHOW | OPTION_FILES | OPTION_TOKENIZER | OPTION_TEXT,
    .run = scan,
    .help = "Usage: mmspan scan -m NAME|-c FILE [options] [FILE...]\n"
            "\n"
            "Finds the multimodal items of each sequence, and what is wrong with it, in\n"
            "FILEs or standard input (-). Spans are half-open: [start, end) counts from 0.\n"
            "\n"
            "  -m, --model NAME          a built-in config, by its or a Hugging Face name\n"
            "  -c, --config FILE         a config file\n"
            "  -f, --format text|json    json: one object per sequence and line\n"
            "      --summary             totals of all sequences, rows, kinds of findings\n"
            "      --findings            only sequences that have findings\n"
            "      --full                list all items and findings, however many\n"
            "      --rows MODALITY=N,N   rows of the media of each sequence, in order\n"
            "      --ids MODALITY=FILE   tokens of each media, a sequence each, instead\n"
            "      --input-format auto|text|jsonl|npy|megatron\n"
            "      --key NAME            where JSON Lines have the IDs, if not input_ids\n"
            "      --dtype TYPE          an array without a header, of uint16, int32, ...\n"
            "      --text FILE           read a prompt in text instead; needs a tokenizer\n"
            "      --tokenizer PATH      SentencePiece model or Hugging Face folder; also\n"
            "                            looks up pieces for which the config has no ID\n"
            "      --exit-zero           exit 0 also when there are findings\n",
};
