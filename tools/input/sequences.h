/* The work that scan, collapse and expand share: every sequence of every file, scanned. */
#ifndef MMSPAN_TOOLS_SEQUENCES_H
#define MMSPAN_TOOLS_SEQUENCES_H

#include "../../include/mmspan/mmspan.h"
#include "../../include/mmspan/tokenizer.h"
#include "../commands/media.h"
#include "../commands/options.h"
#include "../output/buffer.h"

/*
 * A run over all inputs.
 *
 *   tokenizer   the one that --tokenizer names, or NULL
 *   result      of the sequence at hand
 *   media       what --rows says, the same for every sequence
 *   index       its number, counted over all files from 0
 *   file        the name of its file for messages, and `many_files` whether there
 *               are others
 *   out         finished lines; written now and then
 *   found       set once any sequence had a finding
 *   each        called after each scan; adds to `out`
 *   last        called once after the last scan, also when an input was corrupt;
 *               may be NULL
 *   context     the command's own
 */
struct run {
    const struct options *options;
    mmspan_tokenizer *tokenizer;
    mmspan_matcher *matcher;
    mmspan_result *result;
    struct media_list media;
    uint64_t index;
    const char *file;
    bool many_files;
    bool found;
    struct buffer out;
    int (*each)(struct run *run, const struct sequence *sequence);
    void (*last)(struct run *run);
    void *context;
};

/* Compiles the config, calls `each` for every sequence and writes `out`. Returns the
 * exit status: findings, or what stopped it. */
int run_sequences(struct run *run);

#endif
