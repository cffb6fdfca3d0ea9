/* Prints how fast mmspan is on this machine, as docs/performance.md has it. */
#include "bench.h"
#include "prompts.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: mmspan_bench [options]\n"
    "\n"
    "Prints how fast mmspan is on this machine, as Markdown: each kind of work with its\n"
    "target, and in bold what misses it. Numbers are medians of many rounds, ratios are to\n"
    "something measured in turns with it; nothing is asserted. Times on crafted input are\n"
    "those that the program had a processor.\n"
    "\n"
    "  --only NAME           one row only, or one more table; may be repeated. Rows: text,\n"
    "                        int64, half, grid, crafted, bound, stream, assign, expand,\n"
    "                        batch, compile. Tables: speed (every kernel), ops, worst,\n"
    "                        python (what NumPy and Python's re take)\n"
    "  --all                 all rows and all tables but python\n"
    "  --kernel NAME         the vector kernel of the rows (the best one)\n"
    "  --max-mib N           size of the largest text, in MiB (1024)\n"
    "  --rounds N            how often everything is measured, 1 to 64 (25)\n"
    "  --quick               everything once, on less: only to see that it runs\n"
    "  --write-prompt FILE   write the half-and-half prompt as raw int32 and exit\n"
    "  --help\n";

static void bench_python(const struct bench_options *options);

/* What can be asked for by name: rows of the table of targets, then tables. */
static const struct part {
    const char *name;
    void (*print)(const struct bench_options *options);
    enum { ROW, TABLE, ON_REQUEST } kind;
} parts[] = {
    {"text", row_text, ROW},       {"int64", row_int64, ROW},
    {"half", row_half, ROW},       {"grid", row_grid, ROW},
    {"crafted", row_crafted, ROW}, {"bound", row_bound, ROW},
    {"stream", row_stream, ROW},   {"assign", row_assign, ROW},
    {"expand", row_expand, ROW},   {"batch", row_batch, ROW},
    {"audit", row_audit, ROW},     {"compile", row_compile, ROW},
    {"speed", bench_speed, TABLE}, {"ops", bench_ops, TABLE},
    {"worst", bench_worst, TABLE}, {"python", bench_python, ON_REQUEST},
};

enum { N_PARTS = sizeof parts / sizeof parts[0] };

struct arguments {
    struct bench_options options;
    const char *prompt;   /* where to write it, or NULL */
    bool wanted[N_PARTS]; /* by name */
    bool any_wanted;
    bool all;
};

bool needs_tokenizer(const char *model) {
    mmspan_config *config = NULL;
    mmspan_status status = mmspan_config_load_builtin(model, NULL, &config, NULL);
    mmspan_config_destroy(config);
    return status == MMSPAN_E_UNSUPPORTED;
}

mmspan_matcher *make_matcher(const char *model, const char *kernel) {
    mmspan_compile_options options = {.struct_size = sizeof options, .kernel = kernel};
    mmspan_config *config;
    mmspan_matcher *matcher;
    mmspan_error error;
    expect_ok(mmspan_config_load_builtin(model, NULL, &config, &error), &error);
    expect_ok(mmspan_config_compile(config, &options, &matcher, &error), &error);
    mmspan_config_destroy(config);
    return matcher;
}

static void write_prompt(const char *path) {
    enum { N_TOKENS = 128 * 1024 };
    int32_t *ids = allocate(N_TOKENS, sizeof *ids);
    FILE *file = fopen(path, "wb");
    fill_half_and_half(ids, N_TOKENS);
    size_t n_written = file ? fwrite(ids, sizeof *ids, N_TOKENS, file) : 0;
    if (!file || fclose(file) != 0 || n_written != N_TOKENS) {
        fprintf(stderr, "bench: cannot write %s\n", path);
        exit(1);
    }
    free(ids);
}

/* Has the same prompt measured in Python. */
static void bench_python(const struct bench_options *options) {
    (void)options;
    static const char prompt[] = "mmspan-bench-prompt.bin";
    write_prompt(prompt);
    printf("\nThe half-and-half prompt of 128 Ki tokens in Python.\n\n");
    fflush(stdout);
    if (system("python3 '" COMPARE_SCRIPT "' mmspan-bench-prompt.bin") != 0)
        fprintf(stderr, "bench: the comparison with Python failed\n");
    remove(prompt);
}

static size_t parse_number(const char *text) {
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*end || number == 0 || number > 1 << 20) {
        fprintf(stderr, "bench: '%s' is not a number from 1 on\n", text);
        exit(2);
    }
    return number;
}

/* The argument after argv[*i]. */
static const char *take_value(int argc, char **argv, int *i) {
    if (*i + 1 == argc) {
        fprintf(stderr, "bench: no value after %s\n", argv[*i]);
        exit(2);
    }
    return argv[++*i];
}

static void want(struct arguments *arguments, const char *name) {
    for (size_t i = 0; i < N_PARTS; i++) {
        if (strcmp(parts[i].name, name) == 0) {
            arguments->wanted[i] = arguments->any_wanted = true;
            return;
        }
    }
    fprintf(stderr, "bench: there is no row or table '%s'; see --help\n", name);
    exit(2);
}

/* Reads the option argv[*i], which takes a value; false when it is none of these. */
static bool parse_valued(int argc, char **argv, int *i, struct arguments *arguments) {
    const char *option = argv[*i];
    struct bench_options *options = &arguments->options;
    if (strcmp(option, "--only") == 0)
        want(arguments, take_value(argc, argv, i));
    else if (strcmp(option, "--kernel") == 0)
        options->kernel = take_value(argc, argv, i);
    else if (strcmp(option, "--max-mib") == 0)
        options->max_mib = parse_number(take_value(argc, argv, i));
    else if (strcmp(option, "--rounds") == 0)
        options->rounds = (unsigned)parse_number(take_value(argc, argv, i));
    else if (strcmp(option, "--write-prompt") == 0)
        arguments->prompt = take_value(argc, argv, i);
    else
        return false;
    return true;
}

static void parse_arguments(int argc, char **argv, struct arguments *arguments) {
    for (int i = 1; i < argc; i++) {
        if (parse_valued(argc, argv, &i, arguments))
            continue;
        if (strcmp(argv[i], "--all") == 0) {
            arguments->all = true;
        } else if (strcmp(argv[i], "--quick") == 0) {
            arguments->options.quick = true;
            arguments->options.rounds = 1;
            arguments->options.max_mib = 16;
        } else {
            int help = strcmp(argv[i], "--help") == 0;
            fputs(usage, help ? stdout : stderr);
            exit(help ? 0 : 2);
        }
    }
}

/* Without a name all rows are wanted, and with --all tables, too. */
static bool wants(const struct arguments *arguments, size_t i) {
    if (arguments->any_wanted || parts[i].kind == ON_REQUEST)
        return arguments->wanted[i];
    return parts[i].kind == ROW || arguments->all;
}

int main(int argc, char **argv) {
    struct arguments arguments = {.options = {.max_mib = 1024, .rounds = 25}};
    bool in_table = false;
    parse_arguments(argc, argv, &arguments);
    if (arguments.prompt) {
        write_prompt(arguments.prompt);
        return 0;
    }
    print_environment();
    for (size_t i = 0; i < N_PARTS; i++) {
        if (!wants(&arguments, i))
            continue;
        if (parts[i].kind == ROW && !in_table)
            print_figures_head();
        in_table = true;
        parts[i].print(&arguments.options);
    }
    return 0;
}
