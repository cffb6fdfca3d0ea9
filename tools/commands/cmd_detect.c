/* mmspan detect: which built-in configs fit a sample of the data. */
#include "../input/sample.h"
#include "../output/output.h"
#include "../output/table.h"
#include "command.h"

#include "../../include/mmspan/mmspan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Tokens that are read of all files together, and configs that are listed without --all. */
enum { MAX_SAMPLE = 1024 * 1024, MAX_LISTED = 10 };

/* What was read; complete: there is no more in the files; narrow: some of it is uint16. */
struct reading {
    struct sample sample;
    bool complete;
    bool narrow;
};

static int read_input(struct reading *reading, struct mr_input *input, size_t end) {
    struct sample *sample = &reading->sample;
    struct mr_sequence sequence;
    mmspan_error error;
    bool more = true;
    int status = EXIT_CLEAN;
    while (status == EXIT_CLEAN && more && sample->n < end) {
        memset(&error, 0, sizeof error);
        mmspan_status read = mr_next(input, &sequence, &more, &error);
        if (read != MMSPAN_OK)
            return fail_input(read, &error);
        if (!more)
            break;
        size_t n = 0;
        reading->narrow |= sequence.ids.type == MMSPAN_IDS_UINT16;
        status = sample_add(sample, &sequence.ids, end - sample->n, &n);
        reading->complete = reading->complete && n == sequence.ids.n;
    }
    reading->complete = reading->complete && !more;
    return status;
}

static int read_file(struct reading *reading, const char *path, const struct mr_options *how,
                     size_t share) {
    struct mr_input *input = NULL;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status opened = mr_open(path, how, &input, &error);
    if (opened != MMSPAN_OK)
        return fail_input(opened, &error);
    int status = read_input(reading, input, reading->sample.n + share);
    mr_close(input);
    return status;
}

static int read_sample(struct reading *reading, const struct options *options) {
    if (options->n_files == 0)
        return read_file(reading, "-", &options->input, MAX_SAMPLE);
    const size_t share = (MAX_SAMPLE + options->n_files - 1) / options->n_files;
    int status = EXIT_CLEAN;
    for (size_t i = 0; i < options->n_files && status == EXIT_CLEAN; i++)
        status = read_file(reading, options->files[i], &options->input, share);
    return status;
}

/* "the first 1048576 tokens of 3 sequences". */
static void add_sample(struct buffer *out, const struct reading *reading) {
    buffer_text(out, reading->complete ? "" : "the first ");
    buffer_count(out, (int64_t)reading->sample.n, "token", "tokens");
    buffer_text(out, " of ");
    buffer_count(out, (int64_t)reading->sample.n_sequences, "sequence", "sequences");
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
                     const struct reading *reading, const mmspan_fit *fits, size_t n) {
    const size_t n_ranked = count_ranked(fits, n);
    const size_t n_listed = count_listed(options, fits, n);
    add_sample(out, reading);
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

static void add_json(struct buffer *out, const struct reading *reading, const mmspan_fit *fits,
                     size_t n) {
    buffer_format(out, "{\"sequences\": %zu, \"tokens\": %zu, \"complete\": %s, \"configs\": [",
                  reading->sample.n_sequences, reading->sample.n,
                  reading->complete ? "true" : "false");
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

static int rank_configs(const struct options *options, const struct reading *reading) {
    mmspan_fit fits[MMSPAN_MAX_FITS];
    size_t n = 0;
    int status = sample_detect(&reading->sample, fits, &n);
    if (status != EXIT_CLEAN)
        return status;
    struct buffer out = {0};
    if (options->format == FORMAT_JSON)
        add_json(&out, reading, fits, n);
    else
        add_text(&out, options, reading, fits, n);
    int written = output_write(&out);
    buffer_free(&out);
    if (written != EXIT_CLEAN)
        return written;
    if (reading->narrow)
        warn(NULL,
             "uint16 holds no ID above 65,535: what had a higher one has wrapped around, and "
             "configs with such IDs are not found");
    return count_ranked(fits, n) ? EXIT_CLEAN : EXIT_FINDINGS;
}

static int detect(const struct options *options) {
    struct reading reading = {.complete = true};
    int status = read_sample(&reading, options);
    if (status == EXIT_CLEAN)
        status = rank_configs(options, &reading);
    sample_free(&reading.sample);
    return status;
}

const struct command cmd_detect = {
    .name = "detect",
    .summary = "which built-in configs fit the data",
    .accepts = OPTION_FORMAT | OPTION_EXIT_ZERO | OPTION_INPUT | OPTION_ALL | OPTION_FILES,
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
            "      --input-format auto|text|jsonl|npy|megatron\n"
            "      --key NAME            where JSON Lines have the IDs, if not input_ids\n"
            "      --dtype TYPE          an array without a header, of uint16, int32, ...\n"
            "      --exit-zero           exit 0 also when no config fits\n",
};
