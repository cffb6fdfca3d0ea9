/* Help texts that belong to no single command. */
#include "help.h"

static const char intro[] =
    "Usage: mmspan COMMAND [options] [FILE...]\n"
    "\n"
    "Finds image, video and audio items in arrays of token IDs, by a model's config.\n"
    "\n";

static const char common[] =
    "Options:\n"
    "  -m, --model NAME          a built-in config, by its or a Hugging Face name\n"
    "  -c, --config FILE         a config file\n"
    "  -h, --help, --version     mmspan scan -h: one command; mmspan --help: all\n"
    "Exit status: 0 clean, 1 findings, 2 usage, 3 corrupt input, 75 try again.\n"
    "Example: echo '2 255999 258880 258882' | mmspan scan -m gemma-4\n";

static const char input[] =
    "Input of scan, collapse, expand and detect\n"
    "\n"
    "The format is told by the first bytes, or set with --input-format:\n"
    "\n"
    "  text      One sequence per line: IDs and ID*COUNT, separated by blanks or\n"
    "            commas, one pair of brackets around them if you like. Blank lines\n"
    "            are skipped, [] is an empty sequence.\n"
    "  jsonl     One JSON object per line with the list input_ids, or the one that\n"
    "            --key names. Also read, where they are:\n"
    "              media      {\"image\": [256, 280]}: the rows of each image that goes\n"
    "                         with the sequence, in order; [] for no media at all\n"
    "              literal    [[3, 9]]: spans of untrusted text, in which no token\n"
    "                         counts as an image's\n"
    "              documents  [0, 120, 512]: borders; each document is scanned apart\n"
    "  npy       A NumPy array of integers: of one dimension, a sequence, or of two,\n"
    "            a sequence per row.\n"
    "  megatron  X.idx with X.bin beside it, by either name. Sequences that hold the\n"
    "            bytes of an image (mode 1) are skipped and counted.\n"
    "\n"
    "With --dtype TYPE, an array without a header, which is one sequence: int8,\n"
    "uint8, ... int64, uint64, or NumPy's codes (<u2, >i4).\n"
    "\n"
    "Each may be compressed with gzip or zstd. Files that are not are mapped, others\n"
    "streamed. Reading stops at the first corrupt sequence; what came before it has\n"
    "been written.\n";

static const char output[] =
    "Output of scan --format json, one object per sequence and line\n"
    "\n"
    "  {\"sequence\": N, \"file\": NAME, \"line\": N, \"tokens\": N, \"items\": [...],\n"
    "   \"findings\": [...]}\n"
    "\n"
    "  sequence  counts over all files from 0, with those that were skipped\n"
    "  line      only where the format has lines\n"
    "  item      modality, form (block or bare), start, end, rows, runs; after\n"
    "            collapse also position\n"
    "  run       modality, start, length, row: row + k belongs at token start + k\n"
    "  finding   kind, start, end, and by its kind:\n"
    "      broken-block         modalities, expected, found (the ID)\n"
    "      truncated-block      modalities, expected\n"
    "      stray-token          token, id\n"
    "      literal-token        token, id\n"
    "      out-of-vocabulary    id\n"
    "      rows                 modality, rows, rule\n"
    "      remainder            modality, rows (left over)\n"
    "      media-count          modality, media, expected, found\n"
    "      media-layout         modality, media, expected, found (IDs)\n"
    "      media-rows           modality, media, expected, found\n"
    "\n"
    "With --summary, one object for all\n"
    "\n"
    "  sequences, skipped, tokens, items\n"
    "  modalities    modality, block and bare (items, rows), histogram of the rows of\n"
    "                blocks: rows, items; or from, to, items when there are many\n"
    "  findings      kind, findings, sequences that have some\n"
    "  broken        sequences that have any, and first_broken the first 20 of them\n";

static const char statuses[] =
    "Exit status\n"
    "\n"
    "  0   clean, or findings with --exit-zero\n"
    "  1   findings; for check, a config that falls short; for detect, none that\n"
    "      fits\n"
    "  2   a mistake on the command line or in a config, or no such file\n"
    "  3   corrupt input\n"
    "  75  try again: out of memory, a full disk, a file system that failed, or\n"
    "      a signal that stopped an audit\n"
    "\n"
    "Environment\n"
    "\n"
    "  NO_COLOR  when set, the text format is not coloured on a terminal either\n";

static void add_rule(struct buffer *out) {
    buffer_text(out, "\n");
    buffer_repeat(out, '-', 72);
    buffer_text(out, "\n\n");
}

static void add_list(struct buffer *out, const struct command *const *commands, size_t n) {
    buffer_text(out, "Commands:\n");
    for (size_t i = 0; i < n; i++)
        buffer_format(out, "  %-10s%s\n", commands[i]->name, commands[i]->summary);
    buffer_text(out, "\n");
}

void help_short(struct buffer *out, const struct command *const *commands, size_t n) {
    buffer_text(out, intro);
    add_list(out, commands, n);
    buffer_text(out, common);
}

void help_long(struct buffer *out, const struct command *const *commands, size_t n) {
    help_short(out, commands, n);
    for (size_t i = 0; i < n; i++) {
        add_rule(out);
        buffer_text(out, commands[i]->help);
    }
    static const char *const sections[] = {input, output, statuses};
    for (size_t i = 0; i < 3; i++) {
        add_rule(out);
        buffer_text(out, sections[i]);
    }
}

void help_command(struct buffer *out, const struct command *const *commands, size_t n) {
    (void)n;
    buffer_text(out, commands[0]->help);
}

void help_version(struct buffer *out, const struct command *const *commands, size_t n) {
    (void)commands;
    (void)n;
    buffer_format(out, "mmspan %s\n", mmspan_version());
}
