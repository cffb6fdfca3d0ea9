/* What the words on the command line ask for. */
#ifndef MMSPAN_TOOLS_OPTIONS_H
#define MMSPAN_TOOLS_OPTIONS_H

#include "../../src/input/input.h"
#include "../output/fail.h"

#include <stdbool.h>

/* The options a command accepts, as bits. */
enum {
    OPTION_CONFIG = 1,      /* -m NAME, -c FILE */
    OPTION_FORMAT = 2,      /* -f text|json */
    OPTION_MARKDOWN = 4,    /* -f markdown as well */
    OPTION_EXIT_ZERO = 8,   /* --exit-zero */
    OPTION_INPUT = 16,      /* --input-format, --key, --dtype */
    OPTION_ALL = 32,        /* --all */
    OPTION_DOT = 64,        /* --dot */
    OPTION_FILES = 128,     /* operands that are no options */
    OPTION_ROWS = 256,      /* --rows */
    OPTION_TOKENIZER = 512, /* --tokenizer PATH */
    OPTION_TEXT = 1024,     /* --text FILE */
    OPTION_OUTPUT = 2048,   /* -o FILE */
    OPTION_IDS = 4096,      /* --ids */
    OPTION_SHOW = 8192,     /* --summary, --findings, --full */
    OPTION_AUDIT = 16384,   /* --findings FILE, --bad, --html, --shard, --window, ... */
    OPTION_FAIL_ON = 32768, /* --fail-on */
    OPTION_PARTIAL = 65536, /* --partial */
    OPTION_FIX = 131072     /* --how, --column: read by the Python package */
};

enum output_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_MARKDOWN };

/* A config, as -m or -c names it. */
struct config_name {
    const char *name;
    bool builtin;
};

struct options {
    struct config_name *configs; /* in the order of the command line */
    size_t n_configs;
    const char **rows; /* of --rows, unparsed */
    size_t n_rows;
    const char **ids; /* of --ids, the same */
    size_t n_ids;
    char **files;
    size_t n_files;
    enum output_format format;
    struct mr_options input;
    struct mr_type dtype;  /* what input.type points to, once --dtype was given */
    const char *tokenizer; /* NULL: not given, like the next two */
    const char *text;
    const char *output;
    const char **limits; /* of --fail-on */
    size_t n_limits;
    const char **columns; /* of --column, unparsed */
    size_t n_columns;
    const char *findings_file; /* NULL: not given, like the next two */
    const char *bad_file;
    const char *shard;
    const char *dtype_name;
    uint32_t window; /* 0: not given, like the next three */
    uint32_t max_length;
    uint32_t merge_size;
    uint32_t n_examples;
    bool partial;
    bool page; /* --html, which the program leaves to the Python package */
    bool exit_zero;
    bool all;
    bool dot;
    bool summary;
    bool findings;
    bool full;
    bool help;
};

/*
 * Parses the words of a command; argv[0] is the command's name and `accepted` a set
 * of OPTION bits. Free the options with options_free, also after a failure.
 */
int options_parse(int argc, char **argv, unsigned accepted, struct options *options);

void options_free(struct options *options);

#endif
