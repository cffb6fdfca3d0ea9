/* Parses the options of every command from one table. */
#define _GNU_SOURCE

#include "options.h"

#include "../../src/io/names.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* Values of getopt_long for options without a short form. */
enum {
    CODE_EXIT_ZERO = 256,
    CODE_INPUT_FORMAT,
    CODE_KEY,
    CODE_DTYPE,
    CODE_ALL,
    CODE_DOT,
    CODE_ROWS,
    CODE_IDS,
    CODE_SUMMARY,
    CODE_FINDINGS,
    CODE_FULL,
    CODE_TOKENIZER,
    CODE_TEXT,
    CODE_FINDINGS_FILE,
    CODE_BAD,
    CODE_HTML,
    CODE_SHARD,
    CODE_WINDOW,
    CODE_MAX_LENGTH,
    CODE_MERGE_SIZE,
    CODE_EXAMPLES,
    CODE_COLUMN,
    CODE_FAIL_ON,
    CODE_PARTIAL,
    CODE_HOW,
    CODE_HELP
};

/* -h and --help are accepted everywhere: their bit is 0. */
static const struct {
    unsigned bit;
    struct option option;
} known[] = {
    {0, {"help", no_argument, NULL, CODE_HELP}},
    {OPTION_CONFIG, {"model", required_argument, NULL, 'm'}},
    {OPTION_CONFIG, {"config", required_argument, NULL, 'c'}},
    {OPTION_FORMAT, {"format", required_argument, NULL, 'f'}},
    {OPTION_EXIT_ZERO, {"exit-zero", no_argument, NULL, CODE_EXIT_ZERO}},
    {OPTION_INPUT, {"input-format", required_argument, NULL, CODE_INPUT_FORMAT}},
    {OPTION_INPUT, {"key", required_argument, NULL, CODE_KEY}},
    {OPTION_INPUT, {"dtype", required_argument, NULL, CODE_DTYPE}},
    {OPTION_ALL, {"all", no_argument, NULL, CODE_ALL}},
    {OPTION_DOT, {"dot", no_argument, NULL, CODE_DOT}},
    {OPTION_TOKENIZER, {"tokenizer", required_argument, NULL, CODE_TOKENIZER}},
    {OPTION_TEXT, {"text", required_argument, NULL, CODE_TEXT}},
    {OPTION_OUTPUT, {"output", required_argument, NULL, 'o'}},
    {OPTION_ROWS, {"rows", required_argument, NULL, CODE_ROWS}},
    {OPTION_IDS, {"ids", required_argument, NULL, CODE_IDS}},
    {OPTION_SHOW, {"summary", no_argument, NULL, CODE_SUMMARY}},
    {OPTION_SHOW, {"findings", no_argument, NULL, CODE_FINDINGS}},
    {OPTION_SHOW, {"full", no_argument, NULL, CODE_FULL}},
    {OPTION_AUDIT, {"findings", required_argument, NULL, CODE_FINDINGS_FILE}},
    {OPTION_AUDIT, {"bad", required_argument, NULL, CODE_BAD}},
    {OPTION_AUDIT, {"html", required_argument, NULL, CODE_HTML}},
    {OPTION_AUDIT, {"shard", required_argument, NULL, CODE_SHARD}},
    {OPTION_AUDIT, {"window", required_argument, NULL, CODE_WINDOW}},
    {OPTION_AUDIT, {"max-length", required_argument, NULL, CODE_MAX_LENGTH}},
    {OPTION_AUDIT, {"merge-size", required_argument, NULL, CODE_MERGE_SIZE}},
    {OPTION_AUDIT, {"examples", required_argument, NULL, CODE_EXAMPLES}},
    {OPTION_AUDIT, {"column", required_argument, NULL, CODE_COLUMN}},
    {OPTION_AUDIT, {"dtype", required_argument, NULL, CODE_DTYPE}},
    {OPTION_FAIL_ON, {"fail-on", required_argument, NULL, CODE_FAIL_ON}},
    {OPTION_PARTIAL, {"partial", no_argument, NULL, CODE_PARTIAL}},
    {OPTION_FIX, {"column", required_argument, NULL, CODE_COLUMN}},
    {OPTION_FIX, {"how", required_argument, NULL, CODE_HOW}},
};

enum { N_KNOWN = sizeof known / sizeof known[0] };

/* Fills in what getopt_long takes; `table` has room for N_KNOWN + 1 entries and
 * `letters` for a colon and two characters per entry. */
static void accept_options(unsigned accepted, struct option *table, char *letters) {
    size_t n = 0;
    *letters++ = ':'; /* tell a missing argument from an unknown option */
    *letters++ = 'h';
    for (size_t i = 0; i < N_KNOWN; i++) {
        if ((known[i].bit & accepted) != known[i].bit)
            continue;
        table[n++] = known[i].option;
        if (known[i].option.val < CODE_EXIT_ZERO) {
            *letters++ = (char)known[i].option.val;
            *letters++ = ':';
        }
    }
    memset(&table[n], 0, sizeof table[n]);
    *letters = '\0';
}

static int set_format(struct options *options, const char *name, bool markdown) {
    if (strcmp(name, "text") == 0)
        options->format = FORMAT_TEXT;
    else if (strcmp(name, "json") == 0)
        options->format = FORMAT_JSON;
    else if (markdown && strcmp(name, "markdown") == 0)
        options->format = FORMAT_MARKDOWN;
    else
        return fail(EXIT_USAGE, NULL, "--format '%s' is not one of %s", name,
                    markdown ? "text, json, markdown" : "text, json");
    return EXIT_CLEAN;
}

static int set_input_format(struct options *options, const char *name) {
    static const char *const names[] = {"auto", "text", "jsonl", "npy", "megatron"};
    for (int i = 0; i < 5; i++) {
        if (strcmp(name, names[i]) == 0) {
            options->input.format = (enum mr_format)i;
            return EXIT_CLEAN;
        }
    }
    return fail(EXIT_USAGE, NULL,
                "--input-format '%s' is not one of auto, text, jsonl, npy, megatron", name);
}

static int set_dtype(struct options *options, const char *name) {
    if (!mr_type_parse(name, &options->dtype))
        return fail(EXIT_USAGE, NULL,
                    "--dtype '%s' is not one of int8, uint8, int16, uint16, int32, uint32, "
                    "int64, uint64, or NumPy's <u2 and >u2",
                    name);
    options->input.type = &options->dtype;
    options->dtype_name = name;
    return EXIT_CLEAN;
}

/* A number from 1 to `most`. */
static int set_number(uint32_t *number, const char *option, const char *text, uint32_t most) {
    uint64_t value = 0;
    const char *p = text;
    for (; *p >= '0' && *p <= '9' && value <= most; p++)
        value = 10 * value + (uint64_t)(*p - '0');
    if (*p || value == 0 || value > most)
        return fail(EXIT_USAGE, NULL, "--%s '%s' is no number from 1 to %u", option, text,
                    (unsigned)most);
    *number = (uint32_t)value;
    return EXIT_CLEAN;
}

/* The options of an audit; false when the code is none of them. */
static bool set_audit_option(struct options *options, int code, int *status) {
    *status = EXIT_CLEAN;
    switch (code) {
    case CODE_FINDINGS_FILE:
        options->findings_file = optarg;
        return true;
    case CODE_BAD:
        options->bad_file = optarg;
        return true;
    case CODE_HTML:
        options->page = true;
        return true;
    case CODE_SHARD:
        options->shard = optarg;
        return true;
    case CODE_WINDOW:
        *status = set_number(&options->window, "window", optarg, INT32_MAX);
        return true;
    case CODE_MAX_LENGTH:
        *status = set_number(&options->max_length, "max-length", optarg, INT32_MAX);
        return true;
    case CODE_MERGE_SIZE:
        *status = set_number(&options->merge_size, "merge-size", optarg, 1024);
        return true;
    case CODE_EXAMPLES:
        *status = set_number(&options->n_examples, "examples", optarg, 10000);
        return true;
    case CODE_COLUMN:
        options->columns[options->n_columns++] = optarg;
        return true;
    case CODE_FAIL_ON:
        options->limits[options->n_limits++] = optarg;
        return true;
    case CODE_PARTIAL:
        options->partial = true;
        return true;
    case CODE_HOW:
        return true;
    default:
        return false;
    }
}

/* The name of a long option without its dashes and its value; NULL for anything else. */
static const char *long_name(const char *word, size_t *n) {
    if (strncmp(word, "--", 2) != 0)
        return NULL;
    *n = strcspn(word + 2, "=");
    return word + 2;
}

/* Reports a word that begins no option, or more than one. */
static int refuse_unknown(const char *command, const char *word, const struct option *table) {
    const char *list[N_KNOWN];
    struct mi_names names = {list, 0};
    size_t n = 0;
    size_t n_fitting = 0;
    const char *name = long_name(word, &n);
    for (; name && table->name; table++) {
        list[names.n++] = table->name;
        n_fitting += strncmp(table->name, name, n) == 0;
    }
    const char *nearest = name ? mi_nearest_name(&names, name, n) : NULL;
    if (n_fitting > 1)
        return fail(EXIT_USAGE, NULL,
                    "%s: more than one option begins with %s; try mmspan %s -h", command, word,
                    command);
    if (nearest)
        return fail(EXIT_USAGE, NULL,
                    "%s: unknown option %s; did you mean --%s? try mmspan %s -h", command, word,
                    nearest, command);
    return fail(EXIT_USAGE, NULL, "%s: unknown option %s; try mmspan %s -h", command, word,
                command);
}

/* An option that getopt_long refused: '?' for unknown, ':' without its argument. */
static int refuse(int code, const char *command, const char *word, const struct option *table) {
    /* In a bundle of short options the word may be another one; optopt is right. */
    char letter[3] = {'-', (char)optopt, '\0'};
    const char *name = code == '?' && optopt > 0 && optopt < CODE_EXIT_ZERO ? letter : word;
    if (code == ':')
        return fail(EXIT_USAGE, NULL, "%s: no argument after %s; try mmspan %s -h", command,
                    name, command);
    if (optopt >= CODE_EXIT_ZERO)
        return fail(EXIT_USAGE, NULL, "%s: this option takes no value: %s; try mmspan %s -h",
                    command, name, command);
    return refuse_unknown(command, name, table);
}

static int set_option(struct options *options, int code, unsigned accepted) {
    int status;
    if (set_audit_option(options, code, &status))
        return status;
    switch (code) {
    case 'm':
    case 'c':
        options->configs[options->n_configs++] = (struct config_name){optarg, code == 'm'};
        return EXIT_CLEAN;
    case 'f':
        return set_format(options, optarg, (accepted & OPTION_MARKDOWN) != 0);
    case CODE_INPUT_FORMAT:
        return set_input_format(options, optarg);
    case CODE_DTYPE:
        return set_dtype(options, optarg);
    case CODE_KEY:
        options->input.key = optarg;
        break;
    case CODE_ROWS:
        options->rows[options->n_rows++] = optarg;
        break;
    case CODE_IDS:
        options->ids[options->n_ids++] = optarg;
        break;
    case CODE_SUMMARY:
        options->summary = true;
        break;
    case CODE_FINDINGS:
        options->findings = true;
        break;
    case CODE_FULL:
        options->full = true;
        break;
    case CODE_EXIT_ZERO:
        options->exit_zero = true;
        break;
    case CODE_ALL:
        options->all = true;
        break;
    case CODE_DOT:
        options->dot = true;
        break;
    case CODE_TOKENIZER:
        options->tokenizer = optarg;
        break;
    case CODE_TEXT:
        options->text = optarg;
        break;
    case 'o':
        options->output = optarg;
        break;
    default:
        options->help = true;
    }
    return EXIT_CLEAN;
}

int options_parse(int argc, char **argv, unsigned accepted, struct options *options) {
    struct option table[N_KNOWN + 1];
    char letters[2 * N_KNOWN + 3];
    memset(options, 0, sizeof *options);
    options->configs = calloc((size_t)argc + 1, sizeof *options->configs);
    options->rows = calloc((size_t)argc + 1, sizeof *options->rows);
    options->ids = calloc((size_t)argc + 1, sizeof *options->ids);
    options->limits = calloc((size_t)argc + 1, sizeof *options->limits);
    options->columns = calloc((size_t)argc + 1, sizeof *options->columns);
    if (!options->configs || !options->rows || !options->ids || !options->limits ||
        !options->columns)
        return fail_memory();
    accept_options(accepted, table, letters);
    opterr = 0;
    optind = 1;
    int code;
    while ((code = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        int status = code == '?' || code == ':' ? refuse(code, argv[0], argv[optind - 1], table)
                                                : set_option(options, code, accepted);
        if (status != EXIT_CLEAN)
            return status;
    }
    options->files = argv + optind;
    options->n_files = (size_t)(argc - optind);
    if (options->n_files && !(accepted & OPTION_FILES) && !options->help)
        return fail(EXIT_USAGE, NULL, "%s takes no argument '%s'; try mmspan %s -h", argv[0],
                    options->files[0], argv[0]);
    if (options->input.type && options->input.format != MR_AUTO)
        return fail(EXIT_USAGE, NULL,
                    "--dtype is for arrays without a header; leave --input-format out");
    return EXIT_CLEAN;
}

void options_free(struct options *options) {
    free(options->configs);
    free(options->rows);
    free(options->ids);
    free(options->limits);
    free(options->columns);
    options->limits = NULL;
    options->columns = NULL;
    options->configs = NULL;
    options->rows = NULL;
    options->ids = NULL;
}
