/* Prints how fast mmspan is on this machine, as docs/performance.md has it. */
#include "bench.h"
#include "ops.h"
#include "prompts.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: mmspan_bench [options]\n"
    "\n"
    "Measures scan, collapse, what a runner does with a result, crafted inputs and\n"
    "the loading of configs, and prints Markdown. Numbers are medians of many rounds;\n"
    "nothing is asserted.\n"
    "\n"
    "  --max-mib N           size of the largest text, in MiB (1024)\n"
    "  --rounds N            how often everything is measured (25)\n"
    "  --only speed|ops|worst|startup|python\n"
    "                        one part only\n"
    "  --python              also measure NumPy and Python's re\n"
    "  --write-prompt FILE   write the half-and-half prompt as raw int32 and exit\n"
    "  --help\n";

/* What to do; NULL or 0: all of it, and the defaults. */
struct arguments {
    struct bench_options options;
    const char *only;
    const char *prompt;
    int python;
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
static void bench_python(void) {
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

static void parse_arguments(int argc, char **argv, struct arguments *arguments) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--max-mib") == 0) {
            arguments->options.max_mib = parse_number(take_value(argc, argv, &i));
        } else if (strcmp(argv[i], "--rounds") == 0) {
            arguments->options.rounds = (unsigned)parse_number(take_value(argc, argv, &i));
        } else if (strcmp(argv[i], "--only") == 0) {
            arguments->only = take_value(argc, argv, &i);
        } else if (strcmp(argv[i], "--write-prompt") == 0) {
            arguments->prompt = take_value(argc, argv, &i);
        } else if (strcmp(argv[i], "--python") == 0) {
            arguments->python = 1;
        } else {
            int help = strcmp(argv[i], "--help") == 0;
            fputs(usage, help ? stdout : stderr);
            exit(help ? 0 : 2);
        }
    }
}

static int wants(const struct arguments *arguments, const char *part) {
    return !arguments->only || strcmp(arguments->only, part) == 0;
}

int main(int argc, char **argv) {
    struct arguments arguments = {.options = {.max_mib = 1024, .rounds = 25}};
    parse_arguments(argc, argv, &arguments);
    if (arguments.prompt) {
        write_prompt(arguments.prompt);
        return 0;
    }
    print_environment();
    if (wants(&arguments, "speed"))
        bench_speed(&arguments.options);
    if (wants(&arguments, "ops"))
        bench_ops(&arguments.options);
    if (wants(&arguments, "worst"))
        bench_worst(&arguments.options);
    if (wants(&arguments, "startup"))
        bench_startup(&arguments.options);
    if (arguments.python || (arguments.only && wants(&arguments, "python")))
        bench_python();
    return 0;
}
