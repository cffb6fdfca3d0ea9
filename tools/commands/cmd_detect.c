/* mmspan detect: which built-in configs fit a sample of the data. */
#include "../input/id_list.h"
#include "../input/input.h"
#include "../output/output.h"
#include "../output/table.h"
#include "command.h"

#include "../../include/mmspan/mmspan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Tokens that are read of all files together, and configs that are listed without --all. */
enum { MAX_SAMPLE = 1024 * 1024, MAX_LISTED = 10 };

/* The beginning of each file. */
struct sample {
    struct id_list ids;
    int64_t *offsets; /* of n_sequences, and one more */
    size_t n_sequences;
    size_t cap_offsets;
    bool complete; /* there is no more in the files */
};

static bool add_offset(struct sample *sample) {
    if (sample->n_sequences + 2 > sample->cap_offsets) {
        const size_t cap = sample->cap_offsets ? 2 * sample->cap_offsets : 64;
        int64_t *offsets = realloc(sample->offsets, cap * sizeof *offsets);
        if (!offsets)
            return false;
        sample->offsets = offsets;
        sample->cap_offsets = cap;
    }
    sample->offsets[0] = 0;
    sample->offsets[++sample->n_sequences] = (int64_t)sample->ids.n;
    return true;
}

/* Adds a sequence, or as much of it as there is room for. */
static int add_sequence(struct sample *sample, const struct sequence *sequence, size_t room) {
    const size_t n = sequence->n < room ? sequence->n : room;
    sample->complete = sample->complete && n == sequence->n;
    if (!id_list_reserve(&sample->ids, n))
        return fail_memory();
    if (n)
        memcpy(sample->ids.ids + sample->ids.n, sequence->ids, n * sizeof *sequence->ids);
    sample->ids.n += n;
    return add_offset(sample) ? EXIT_CLEAN : fail_memory();
}

static int read_file(struct sample *sample, const char *path, enum input_format format,
                     size_t share) {
    struct input *input = NULL;
    struct sequence sequence;
    bool more = true;
    const size_t end = sample->ids.n + share;
    int status = input_open(path, format, &input);
    while (status == EXIT_CLEAN && more && sample->ids.n < end) {
        status = input_next(input, &sequence, &more);
        if (status == EXIT_CLEAN && more)
            status = add_sequence(sample, &sequence, end - sample->ids.n);
    }
    sample->complete = sample->complete && !more;
    input_close(input);
    return status;
}

static int read_sample(struct sample *sample, const struct options *options) {
    if (options->n_files == 0)
        return read_file(sample, "-", options->input_format, MAX_SAMPLE);
    const size_t share = (MAX_SAMPLE + options->n_files - 1) / options->n_files;
    int status = EXIT_CLEAN;
    for (size_t i = 0; i < options->n_files && status == EXIT_CLEAN; i++)
        status = read_file(sample, options->files[i], options->input_format, share);
    return status;
}

/* "the first 1048576 tokens of 3 sequences". */
static void add_sample(struct buffer *out, const struct sample *sample) {
    buffer_text(out, sample->complete ? "" : "the first ");
    buffer_count(out, (int64_t)sample->ids.n, "token", "tokens");
    buffer_text(out, " of ");
    buffer_count(out, (int64_t)sample->n_sequences, "sequence", "sequences");
}

static size_t count_ranked(const mmspan_fit *fits, size_t n) {
    size_t n_ranked = 0;
    while (n_ranked < n && fits[n_ranked].rank)
        n_ranked++;
    return n_ranked;
}

static void add_table(struct buffer *out, const mmspan_fit *fits, size_t n) {
    static const char *const heads[] = {"RANK", "MODEL", "ITEMS", "FINDINGS", "TOKENS"};
    struct table table = {.n_columns = 5, .right = 1 | 4 | 8 | 16};
    for (size_t i = 0; i < table.n_columns; i++)
        table_text(&table, heads[i]);
    for (size_t i = 0; i < n; i++) {
        if (fits[i].rank)
            table_integer(&table, fits[i].rank);
        else
            table_text(&table, "-");
        table_text(&table, fits[i].model);
        table_integer(&table, fits[i].n_items);
        table_integer(&table, fits[i].n_findings);
        table_integer(&table, fits[i].n_tokens);
    }
    table_print(&table, "", out);
}

/* Those that fit best, whatever their number, and of the others the first ones. */
static size_t count_listed(const struct options *options, const mmspan_fit *fits, size_t n) {
    if (options->all)
        return n;
    size_t n_listed = 0;
    while (n_listed < n && fits[n_listed].rank &&
           (n_listed < MAX_LISTED || fits[n_listed].rank == 1))
        n_listed++;
    return n_listed;
}

/* What the table left out. */
static void add_rest(struct buffer *out, size_t n_listed, size_t n_ranked, size_t n) {
    if (n_ranked > n_listed) {
        buffer_count(out, (int64_t)(n_ranked - n_listed), "more config fits",
                     "more configs fit");
        buffer_text(out, n > n_ranked ? "; " : "");
    }
    if (n > n_ranked)
        buffer_count(out, (int64_t)(n - n_ranked), "config has tokens there and does not fit",
                     "configs have tokens there and do not fit");
    buffer_text(out, " (--all lists all)\n");
}

static void add_text(struct buffer *out, const struct options *options,
                     const struct sample *sample, const mmspan_fit *fits, size_t n) {
    const size_t n_ranked = count_ranked(fits, n);
    const size_t n_listed = count_listed(options, fits, n);
    add_sample(out, sample);
    if (n == 0)
        buffer_text(out, ": no token of a built-in config is among them");
    else if (n_ranked == 0)
        buffer_text(out, ": no built-in config fits");
    buffer_text(out, "\n");
    if (n_listed)
        add_table(out, fits, n_listed);
    if (n > n_listed)
        add_rest(out, n_listed, n_ranked, n);
}

static void add_json(struct buffer *out, const struct sample *sample, const mmspan_fit *fits,
                     size_t n) {
    buffer_format(out, "{\"sequences\": %zu, \"tokens\": %zu, \"complete\": %s, \"configs\": [",
                  sample->n_sequences, sample->ids.n, sample->complete ? "true" : "false");
    for (size_t i = 0; i < n; i++) {
        buffer_text(out, i ? ", {\"rank\": " : "{\"rank\": ");
        if (fits[i].rank)
            buffer_integer(out, fits[i].rank);
        else
            buffer_text(out, "null");
        buffer_text(out, ", \"model\": ");
        buffer_json(out, fits[i].model);
        buffer_format(out,
                      ", \"items\": %" PRId64 ", \"findings\": %" PRId64
                      ", \"tokens\": %" PRId64 ", \"sequences\": %" PRId64
                      ", \"score\": %" PRId64 "}",
                      fits[i].n_items, fits[i].n_findings, fits[i].n_tokens,
                      fits[i].n_sequences, fits[i].score);
    }
    buffer_text(out, "]}\n");
}

static int rank_configs(const struct options *options, const struct sample *sample) {
    const mmspan_ids ids = {.data = sample->ids.ids, .n = sample->ids.n};
    static const int64_t none[] = {0};
    mmspan_fit fits[MMSPAN_MAX_FITS];
    size_t n = 0;
    mmspan_detector *detector = NULL;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = mmspan_detector_create(NULL, &detector, &error);
    if (status == MMSPAN_OK)
        status = mmspan_detect(detector, &ids, sample->offsets ? sample->offsets : none,
                               sample->n_sequences, fits, MMSPAN_MAX_FITS, &n, &error);
    mmspan_detector_destroy(detector);
    if (status != MMSPAN_OK)
        return fail_library(status, &error);
    struct buffer out = {0};
    if (options->format == FORMAT_JSON)
        add_json(&out, sample, fits, n);
    else
        add_text(&out, options, sample, fits, n);
    int written = output_write(&out);
    buffer_free(&out);
    if (written != EXIT_CLEAN)
        return written;
    return count_ranked(fits, n) ? EXIT_CLEAN : EXIT_FINDINGS;
}

static int detect(const struct options *options) {
    struct sample sample = {.complete = true};
    int status = read_sample(&sample, options);
    if (status == EXIT_CLEAN)
        status = rank_configs(options, &sample);
    id_list_free(&sample.ids);
    free(sample.offsets);
    return status;
}

const struct command cmd_detect = {
    .name = "detect",
    .summary = "which built-in configs fit the data",
    .accepts =
        OPTION_FORMAT | OPTION_EXIT_ZERO | OPTION_INPUT_FORMAT | OPTION_ALL | OPTION_FILES,
    .run = detect,
    .help = "Usage: mmspan detect [options] [FILE...]\n"
            "\n"
            "Scans a sample, the beginnings of the files, a million tokens together, with\n"
            "each built-in config of which a token occurs there, and ranks the configs by\n"
            "how many of their tokens belong to items. Configs of equal rank cannot be\n"
            "told apart by this sample: models of a family share their tokens. TOKENS\n"
            "counts those that the config reserves. Exits with 1 when no config fits.\n"
            "\n"
            "  -f, --format text|json    json: one object\n"
            "      --all                 list all, also those that do not fit\n"
            "      --input-format auto|text|jsonl|npy\n"
            "      --exit-zero           exit 0 also when no config fits\n",
};
