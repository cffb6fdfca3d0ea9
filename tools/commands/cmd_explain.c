/* mmspan explain: the automaton that a config compiles to. */
#include "../explain/explain.h"
#include "../output/output.h"
#include "command.h"
#include "load.h"

static int explain(const struct options *options) {
    if (options->dot && options->format != FORMAT_TEXT)
        return fail(EXIT_USAGE, NULL, "explain: --dot and --format exclude each other");
    mmspan_tokenizer *tokenizer = NULL;
    mmspan_config *config = NULL;
    mmspan_matcher *matcher = NULL;
    struct buffer out = {0};
    int status = open_tokenizer(options->tokenizer, true, &tokenizer);
    if (status == EXIT_CLEAN)
        status = load_matcher(options, tokenizer, &config, &matcher);
    if (status == EXIT_CLEAN) {
        if (options->dot)
            explain_dot(&out, matcher);
        else if (options->format == FORMAT_JSON)
            explain_json(&out, matcher);
        else
            explain_text(&out, matcher);
        status = output_write(&out);
    }
    buffer_free(&out);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
    mmspan_tokenizer_destroy(tokenizer);
    return status;
}

const struct command cmd_explain = {
    .name = "explain",
    .summary = "the compiled automaton of a config",
    .accepts = OPTION_CONFIG | OPTION_FORMAT | OPTION_DOT | OPTION_TOKENIZER,
    .run = explain,
    .help = "Usage: mmspan explain -m NAME|-c FILE [options]\n"
            "\n"
            "Shows what a config compiles to: the ranges of IDs at which a scan stops\n"
            "to look, how many attempts can be alive at one token, the classes of\n"
            "tokens, and for each state the modalities that are possible, the tokens\n"
            "that are expected and what is complete.\n"
            "\n"
            "  -m, --model NAME          a built-in config, by its or a Hugging Face name\n"
            "  -c, --config FILE         a config file\n"
            "      --tokenizer PATH      looks up pieces for which the config has no ID\n"
            "  -f, --format text|json\n"
            "      --dot                 a graph for Graphviz: mmspan explain ... --dot |\n"
            "                            dot -Tsvg > automaton.svg\n",
};
