/* Parses the options of every command from one table. */
#define _GNU_SOURCE

#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* Values of getopt_long for options without a short form. */
enum {
    CODE_EXIT_ZERO = 256,
    CODE_INPUT_FORMAT,
    CODE_ALL,
    CODE_DOT,
    CODE_ROWS,
    CODE_TOKENIZER,
    CODE_TEXT,
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
    {OPTION_INPUT_FORMAT, {"input-format", required_argument, NULL, CODE_INPUT_FORMAT}},
    {OPTION_ALL, {"all", no_argument, NULL, CODE_ALL}},
    {OPTION_DOT, {"dot", no_argument, NULL, CODE_DOT}},
    {OPTION_TOKENIZER, {"tokenizer", required_argument, NULL, CODE_TOKENIZER}},
    {OPTION_TEXT, {"text", required_argument, NULL, CODE_TEXT}},
    {OPTION_OUTPUT, {"output", required_argument, NULL, 'o'}},
    {OPTION_ROWS, {"rows", required_argument, NULL, CODE_ROWS}},
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
    static const char *const names[] = {"auto", "text", "jsonl", "npy"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(name, names[i]) == 0) {
            options->input_format = (enum input_format)i;
            return EXIT_CLEAN;
        }
    }
    return fail(EXIT_USAGE, NULL, "--input-format '%s' is not one of auto, text, jsonl, npy",
                name);
}

/* An option that getopt_long refused: '?' for unknown, ':' without its argument. */
static int refuse(int code, const char *command, const char *word) {
    /* In a bundle of short options the word may be another one; optopt is right. */
    char letter[3] = {'-', (char)optopt, '\0'};
    const char *name = code == '?' && optopt > 0 && optopt < CODE_EXIT_ZERO ? letter : word;
    const char *what = "unknown option";
    if (code == ':')
        what = "no argument after";
    else if (optopt >= CODE_EXIT_ZERO)
        what = "this option takes no value:";
    return fail(EXIT_USAGE, NULL, "%s: %s %s; try mmspan %s -h", command, what, name, command);
}

static int set_option(struct options *options, int code, unsigned accepted) {
    switch (code) {
    case 'm':
    case 'c':
        options->configs[options->n_configs++] = (struct config_name){optarg, code == 'm'};
        return EXIT_CLEAN;
    case 'f':
        return set_format(options, optarg, (accepted & OPTION_MARKDOWN) != 0);
    case CODE_INPUT_FORMAT:
        return set_input_format(options, optarg);
    case CODE_ROWS:
        options->rows[options->n_rows++] = optarg;
        return EXIT_CLEAN;
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
    if (!options->configs || !options->rows)
        return fail_memory();
    accept_options(accepted, table, letters);
    opterr = 0;
    optind = 1;
    int code;
    while ((code = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        int status = code == '?' || code == ':' ? refuse(code, argv[0], argv[optind - 1])
                                                : set_option(options, code, accepted);
        if (status != EXIT_CLEAN)
            return status;
    }
    options->files = argv + optind;
    options->n_files = (size_t)(argc - optind);
    if (options->n_files && !(accepted & OPTION_FILES) && !options->help)
        return fail(EXIT_USAGE, NULL, "%s takes no argument '%s'; try mmspan %s -h", argv[0],
                    options->files[0], argv[0]);
    return EXIT_CLEAN;
}

void options_free(struct options *options) {
    free(options->configs);
    free(options->rows);
    options->configs = NULL;
    options->rows = NULL;
}
