/* mmspan collapse: each sequence with its items replaced by placeholders. */
#include "command.h"
#include "rewrite.h"

static mmspan_status rewrite(const struct run *run, const struct part *part, int32_t *out,
                             size_t cap, size_t *n_out, mmspan_error *error) {
    return mmspan_collapse(run->result, part->ids, part->n, out, cap, n_out, error);
}

static int collapse(const struct options *options) {
    return run_rewrite(options, rewrite, true);
}

const struct command cmd_collapse = {
    .name = "collapse",
    .summary = "each item becomes its placeholder",
    .accepts = OPTION_CONFIG | OPTION_FORMAT | OPTION_EXIT_ZERO | OPTION_INPUT | OPTION_FILES |
               OPTION_TOKENIZER | OPTION_TEXT,
    .run = collapse,
    .help = "Usage: mmspan collapse -m NAME|-c FILE [options] [FILE...]\n"
            "\n"
            "Writes each sequence with every item replaced by its modality's\n"
            "placeholder: the IDs of a sequence on one line, [] for an empty one.\n"
            "Findings are warnings on standard error. Without a FILE, or for -,\n"
            "standard input is read.\n"
            "\n"
            "  -m, --model NAME          a built-in config, by its or a Hugging Face name\n"
            "  -c, --config FILE         a config file\n"
            "  -f, --format text|json    json: what scan writes, with \"ids\", and\n"
            "                            \"position\" in each item\n"
            "      --input-format auto|text|jsonl|npy|megatron\n"
            "      --key NAME            where JSON Lines have the IDs, if not input_ids\n"
            "      --dtype TYPE          an array without a header, of uint16, int32, ...\n"
            "      --text FILE           read a prompt in text instead; needs a tokenizer\n"
            "      --tokenizer PATH      SentencePiece model or Hugging Face folder; also\n"
            "                            looks up pieces for which the config has no ID\n"
            "      --exit-zero           exit 0 also when there are findings\n",
};
