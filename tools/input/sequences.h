/* The work that scan, collapse and expand share: every sequence of every file, scanned. */
#ifndef MMSPAN_TOOLS_SEQUENCES_H
#define MMSPAN_TOOLS_SEQUENCES_H

#include "../../include/mmspan/mmspan.h"
#include "../../include/mmspan/tokenizer.h"
#include "../commands/media.h"
#include "../commands/options.h"
#include "../output/buffer.h"
#include "sample.h"

/*
 * What is scanned at once: a sequence, or one of its documents.
 *
 *   ids, n   its IDs, and `stored` the same as they were given, of whatever type
 *   base     where it begins in the sequence
 *   last     nothing of the sequence comes after it
 *   rows_before, media_before   for each modality, how many rows and media the parts before
 *            it have taken
 */
struct part {
    const int32_t *ids;
    size_t n;
    mmspan_ids stored;
    int64_t base;
    bool last;
    const int64_t *rows_before;
    const int64_t *media_before;
};

/*
 * A run over all inputs.
 *
 *   tokenizer   the one that --tokenizer names, or NULL
 *   result      of the part at hand
 *   given       what --rows and --ids say, the same for every sequence
 *   media       what goes with the part at hand, if has_media
 *   index       the sequence's number, counted over all files from 0; those that were
 *               skipped count
 *   file, line  where it stands; line 0 for none
 *   n_tokens    of the sequence
 *   many_files  whether there are others
 *   out         finished lines; written now and then
 *   found       set once any sequence had a finding, and `found_blocks` one of a block that
 *               has begun
 *   n_sequences, n_seen_tokens, n_items   of all so far
 *   sample      the beginning of the data, as long as there is no item
 *   each        called after each scan; adds to `out`
 *   last        called once after the last scan, also when an input was corrupt;
 *               may be NULL
 *   context     the command's own
 */
struct run {
    const struct options *options;
    mmspan_tokenizer *tokenizer;
    mmspan_config *config;
    mmspan_matcher *matcher;
    mmspan_result *result;
    struct media_list given;
    const mmspan_media *media;
    size_t n_media;
    bool has_media;
    uint64_t index;
    const char *file;
    uint64_t line;
    int64_t n_tokens;
    bool many_files;
    bool found;
    bool found_blocks;
    uint64_t n_sequences;
    uint64_t n_seen_tokens;
    uint64_t n_items;
    uint64_t n_skipped;
    struct sample sample;
    struct buffer out;
    int (*each)(struct run *run, const struct part *part);
    void (*last)(struct run *run);
    void *context;
};

/* Compiles the config, calls `each` for every part of every sequence and writes `out`. Returns
 * the exit status: findings, or what stopped it. */
int run_sequences(struct run *run);

#endif
