/* mmspan check: are configs well-formed, unambiguous, and true to their examples and to a
 * tokenizer? */
#include "../onboard/named_ids.h"
#include "../output/output.h"
#include "check_pieces.h"
#include "command.h"
#include "load.h"

#include "../../src/io/path.h"

#include <stdio.h>
#include <string.h>

/* What --tokenizer names; NULL for what is not there. */
struct evidence {
    mmspan_tokenizer *tokenizer;
    struct onboard_ids *ids; /* of a folder */
};

/* What is known about the config at hand. */
struct verdict {
    size_t n_errors;
    int32_t n_modalities;
    int32_t n_states;
    int32_t n_examples;
    const struct evidence *evidence;
    size_t n_named; /* IDs that its files name, and the config has */
    struct piece_counts pieces;
    char needs[320]; /* which tokens need a tokenizer; empty when none does */
};

/* That a tokenizer is needed is nothing wrong with the config. */
static void report(void *context, const mmspan_error *error) {
    struct verdict *verdict = context;
    if (error->status == MMSPAN_E_UNSUPPORTED) {
        snprintf(verdict->needs, sizeof verdict->needs, "%.*s",
                 (int)strcspn(error->message, ";"), error->message);
        return;
    }
    verdict->n_errors++;
    fail_library((mmspan_status)error->status, error);
}

/* Runs all examples; each that does not come true is an error. */
static int run_examples(const mmspan_config *config, const mmspan_matcher *matcher,
                        struct verdict *verdict) {
    mmspan_result *result = NULL;
    if (mmspan_result_create(NULL, &result) != MMSPAN_OK)
        return fail_memory();
    int status = EXIT_CLEAN;
    verdict->n_examples = mmspan_config_n_examples(config);
    for (int32_t i = 0; i < verdict->n_examples && status != EXIT_TRY_AGAIN; i++) {
        mmspan_error error;
        memset(&error, 0, sizeof error);
        mmspan_status ran = mmspan_config_run_example(config, i, matcher, result, &error);
        error.status = (int32_t)ran;
        if (ran == MMSPAN_OK)
            continue;
        report(verdict, &error);
        status = status_of(ran);
    }
    mmspan_result_destroy(result);
    return status == EXIT_TRY_AGAIN ? status : EXIT_CLEAN;
}

/* What must hold of all examples, whatever they declare. */
static int prove(const mmspan_config *config, const mmspan_matcher *matcher,
                 struct verdict *verdict) {
    mmspan_error error;
    memset(&error, 0, sizeof error);
    return mmspan_config_prove(config, matcher, report, verdict, &error) == MMSPAN_E_MEMORY
               ? fail_memory()
               : EXIT_CLEAN;
}

/* Checks what was loaded. A failure that was not reported yet is reported here. */
static int check_loaded(const mmspan_config *config, struct verdict *verdict) {
    mmspan_matcher *matcher = NULL;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    const mmspan_compile_options options = {
        .struct_size = sizeof options, .report = report, .report_context = verdict};
    mmspan_status checked = mmspan_compile(mmspan_config_spec(config), &options, NULL, &error);
    if (checked == MMSPAN_E_MEMORY)
        return fail_memory();
    if (verdict->n_errors)
        return EXIT_CLEAN;
    mmspan_status compiled = mmspan_config_compile(config, NULL, &matcher, &error);
    if (compiled != MMSPAN_OK) {
        error.status = (int32_t)compiled;
        report(verdict, &error);
        return compiled == MMSPAN_E_MEMORY ? EXIT_TRY_AGAIN : EXIT_CLEAN;
    }
    verdict->n_modalities = mmspan_matcher_n_modalities(matcher);
    verdict->n_states = mmspan_automaton_n_states(matcher);
    int status = run_examples(config, matcher, verdict);
    if (status == EXIT_CLEAN && verdict->n_errors == 0)
        status = prove(config, matcher, verdict);
    if (verdict->evidence->tokenizer)
        check_pieces(config, verdict->evidence->tokenizer, report, verdict, &verdict->pieces);
    if (verdict->evidence->ids)
        verdict->n_named =
            onboard_ids_compare(verdict->evidence->ids, config, matcher, report, verdict);
    mmspan_matcher_destroy(matcher);
    return status;
}

/* A config that is not there is a mistake on the command line, not in a config. */
static int check_config(const struct config_name *name, struct verdict *verdict) {
    mmspan_tokenizer *tokenizer = verdict->evidence->tokenizer;
    const mmspan_resolver resolver = {mmspan_tokenizer_resolve, tokenizer};
    const mmspan_load_options load = {.struct_size = sizeof load,
                                      .report = report,
                                      .report_context = verdict,
                                      .resolver = tokenizer ? &resolver : NULL};
    mmspan_config *config = NULL;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status loaded = load_with_made_up_ids(name, &load, &config, &error);
    if (loaded == MMSPAN_OK) {
        int status = check_loaded(config, verdict);
        mmspan_config_destroy(config);
        return status;
    }
    if (verdict->n_errors == 0) {
        error.status = (int32_t)loaded;
        report(verdict, &error);
    }
    if (loaded == MMSPAN_E_IO || loaded == MMSPAN_E_NOT_FOUND)
        return EXIT_USAGE;
    return loaded == MMSPAN_E_MEMORY ? EXIT_TRY_AGAIN : EXIT_CLEAN;
}

static void add_pieces(struct buffer *out, const struct verdict *verdict) {
    if (verdict->n_named) {
        buffer_text(out, ", ");
        buffer_count(out, (int64_t)verdict->n_named, "ID", "IDs");
        buffer_text(out, " as its files name");
    }
    if (!verdict->evidence->tokenizer)
        return;
    buffer_text(out, ", ");
    buffer_count(out, (int64_t)verdict->pieces.n_compared, "piece", "pieces");
    buffer_text(out, " proven");
    if (verdict->pieces.n_skipped) {
        buffer_text(out, ", ");
        buffer_integer(out, (int64_t)verdict->pieces.n_skipped);
        buffer_text(out, " not comparable");
    }
}

static void add_verdict(struct buffer *out, const char *name, const struct verdict *verdict) {
    const char *word = verdict->needs[0] ? "needs-tokenizer " : "ok ";
    buffer_text(out, verdict->n_errors ? "FAIL " : word);
    buffer_text(out, name);
    buffer_text(out, ": ");
    if (verdict->n_errors) {
        buffer_count(out, (int64_t)verdict->n_errors, "error", "errors");
    } else {
        buffer_count(out, verdict->n_modalities, "modality", "modalities");
        buffer_text(out, ", ");
        buffer_count(out, verdict->n_states, "state", "states");
        buffer_text(out, ", ");
        buffer_count(out, (int64_t)verdict->n_examples, "example", "examples");
        add_pieces(out, verdict);
        if (verdict->needs[0]) {
            buffer_text(out, "; ");
            buffer_text(out, verdict->needs);
        }
    }
    buffer_text(out, "\n");
}

/* Checks one config and writes its line; *worst is the exit status so far. Returns
 * false when there is no point in going on. */
static bool check_one(const struct config_name *name, const struct evidence *evidence,
                      int *worst) {
    struct verdict verdict = {.evidence = evidence};
    struct buffer out = {0};
    int status = check_config(name, &verdict);
    if (status != EXIT_TRY_AGAIN) {
        add_verdict(&out, name->name, &verdict);
        int written = output_write(&out);
        status = written == EXIT_CLEAN ? status : written;
    }
    buffer_free(&out);
    if (status == EXIT_CLEAN && verdict.n_errors)
        status = EXIT_FINDINGS;
    if (status > *worst)
        *worst = status;
    return status != EXIT_TRY_AGAIN;
}

/* A folder may name IDs and have no tokenizer, as for mmspan onboard. */
static int open_evidence(const char *path, struct evidence *evidence) {
    const mmspan_tokenizer_options options = {.struct_size = sizeof options};
    mmspan_error error;
    memset(&error, 0, sizeof error);
    if (!path)
        return EXIT_CLEAN;
    mmspan_status status = mmspan_tokenizer_open(path, &options, &evidence->tokenizer, &error);
    const bool lacks_tokenizer = status == MMSPAN_E_NOT_FOUND;
    if ((status != MMSPAN_OK && !lacks_tokenizer) || !mi_is_directory(path))
        return status == MMSPAN_OK ? EXIT_CLEAN : fail_tokenizer(status, &error);
    mmspan_error why;
    mmspan_status read = onboard_ids_read(path, &evidence->ids, &why);
    if (read == MMSPAN_E_UNSUPPORTED && !lacks_tokenizer)
        return EXIT_CLEAN;
    if (read != MMSPAN_OK)
        return fail_tokenizer(read, &why);
    if (lacks_tokenizer && !onboard_ids_are_there(evidence->ids))
        return fail_tokenizer(status, &error);
    if (lacks_tokenizer && onboard_ids_count(evidence->ids) == 0)
        fprintf(stderr, "%s: note: no tokenizer and no token ID is there to compare with\n",
                path);
    return EXIT_CLEAN;
}

static int check(const struct options *options) {
    struct evidence evidence = {NULL, NULL};
    int worst = EXIT_CLEAN;
    for (size_t i = 0; worst == EXIT_CLEAN && i < options->n_files; i++)
        worst = check_config_name(&(struct config_name){options->files[i], false});
    if (worst == EXIT_CLEAN)
        worst = open_evidence(options->tokenizer, &evidence);
    bool going = worst == EXIT_CLEAN;
    for (size_t i = 0; going && i < options->n_configs; i++)
        going = check_one(&options->configs[i], &evidence, &worst);
    for (size_t i = 0; going && i < options->n_files; i++)
        going = check_one(&(struct config_name){options->files[i], false}, &evidence, &worst);
    const bool all = options->all || options->n_configs + options->n_files == 0;
    for (int32_t i = 0; going && all && mmspan_builtin_name(i); i++)
        going =
            check_one(&(struct config_name){mmspan_builtin_name(i), true}, &evidence, &worst);
    mmspan_tokenizer_destroy(evidence.tokenizer);
    onboard_ids_free(evidence.ids);
    return worst;
}

const struct command cmd_check = {
    .name = "check",
    .summary = "configs: schema, patterns, ambiguity, examples",
    .accepts = OPTION_CONFIG | OPTION_EXIT_ZERO | OPTION_ALL | OPTION_FILES | OPTION_TOKENIZER,
    .run = check,
    .help = "Usage: mmspan check [options] [FILE...]\n"
            "\n"
            "Checks configs: the schema, the patterns, that no two forms match the\n"
            "same sequence, that the examples come true, and that they survive being\n"
            "cut, collapsed and expanded. All errors of a config go to standard error;\n"
            "one line per config to standard output. Without a FILE, -m or -c the\n"
            "built-in configs are checked. Exits with 1 when a config falls short.\n"
            "\n"
            "With a tokenizer, each piece must have the ID that the config gives, and\n"
            "be what the tokenizer has at that ID; pieces without an ID are looked up.\n"
            "With a folder, the config must also have the IDs of image, video and audio\n"
            "that its config.json and the like name.\n"
            "Without one, a config that has such pieces is checked with made-up IDs and\n"
            "reported as needs-tokenizer, which is not to fall short.\n"
            "\n"
            "  -m, --model NAME          check a built-in config; may be repeated\n"
            "  -c, --config FILE         the same as FILE; may be repeated\n"
            "      --all                 check all built-in configs\n"
            "      --tokenizer PATH      SentencePiece model, tokenizer.json, or Hugging\n"
            "                            Face folder to compare with\n"
            "      --exit-zero           exit 0 also when a config falls short\n",
};
