/* mmspan expand: each sequence with its placeholders replaced by rows of patches. */
#include "command.h"
#include "rewrite.h"

static mmspan_status rewrite(const struct run *run, const struct part *part, int32_t *out,
                             size_t cap, size_t *n_out, mmspan_error *error) {
    return mmspan_expand(run->result, part->ids, part->n, run->media, run->n_media, NULL, out,
                         cap, n_out, error);
}

static int expand(const struct options *options) {
    return run_rewrite(options, rewrite, false);
}

const struct command cmd_expand = {
    .name = "expand",
    .summary = "each placeholder becomes the rows of its media",
    .accepts = OPTION_CONFIG | OPTION_FORMAT | OPTION_EXIT_ZERO | OPTION_INPUT | OPTION_ROWS |
               OPTION_IDS | OPTION_FILES,
    .run = expand,
    .help = "Usage: mmspan expand -m NAME|-c FILE --rows MODALITY=N,N [options] [FILE...]\n"
            "\n"
            "Writes each sequence with every placeholder replaced by begin, patches\n"
            "and end: the IDs of a sequence on one line, [] for an empty one. Items\n"
            "that have their rows already are kept. Media that do not fit the prompt\n"
            "are findings, as warnings on standard error. Without a FILE, or for -,\n"
            "standard input is read.\n"
            "\n"
            "      --rows MODALITY=N,N   rows of each image, video or clip of a sequence,\n"
            "                            in order; once for each modality. All sequences\n"
            "                            get the same, but for JSON lines with \"media\"\n"
            "      --ids MODALITY=FILE   the tokens of each, a sequence each, instead: for\n"
            "                            blocks that a number of rows does not tell\n"
            "  -m, --model NAME          a built-in config, by its or a Hugging Face name\n"
            "  -c, --config FILE         a config file\n"
            "  -f, --format text|json    json: what scan writes, with \"ids\"\n"
            "      --input-format auto|text|jsonl|npy|megatron\n"
            "      --key NAME            where JSON Lines have the IDs, if not input_ids\n"
            "      --dtype TYPE          an array without a header, of uint16, int32, ...\n"
            "      --exit-zero           exit 0 also when there are findings\n",
};
