/*
 * mmspan/detect.h: which of the built-in configs fit a sample of token IDs.
 *
 * Stored data sets and prompts often do not say which model they were made for. A
 * detector knows the token IDs of all built-in configs. It scans a sample with each
 * config whose tokens occur in it, and ranks the configs by what they explain:
 *
 *     mmspan_detector *detector;
 *     mmspan_fit fits[MMSPAN_MAX_FITS];
 *     size_t n_fits = 0;
 *     mmspan_ids sample = {.data = tokens, .n = n, .type = MMSPAN_IDS_INT32};
 *     mmspan_detector_create(NULL, &detector, &err);
 *     mmspan_detect(detector, &sample, NULL, 0, fits, MMSPAN_MAX_FITS, &n_fits, &err);
 *     for (size_t i = 0; i < n_fits && fits[i].rank; i++)
 *         printf("%" PRId64 ". %s\n", fits[i].rank, fits[i].model);
 *
 * What a rank is worth. Models share tokens: all of Qwen2-VL, Qwen2.5-VL and Qwen3-VL write
 * 151652 151655... 151653 for an image, and no sample of images alone can tell them apart.
 * Configs between which the sample does not decide have the same rank. Nor does the first
 * rank prove that the sample was made for the model: in data of a model that has no built-in
 * config, <image> of another one may well be an ordinary word. Look at how many items there
 * are, and whether there are findings.
 */
#ifndef MMSPAN_DETECT_H
#define MMSPAN_DETECT_H

#include "scan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Room for this many fits is always enough: there are fewer built-in configs. */
#define MMSPAN_MAX_FITS 1024

/* The token IDs of all built-in configs, ready to be looked up. Immutable; any number of
 * threads. */
typedef struct mmspan_detector mmspan_detector;

/*
 * How a config fits a sample. Frozen layout, 64 bytes, no padding.
 *
 *   model         the config's name, for mmspan_config_load_builtin. Static memory
 *   rank          1 for the configs that fit best, 2 for the next, ... Equal ranks: the
 *                 sample does not decide. 0: the config does not fit; it has no item, or
 *                 more findings than its items and blocks can make good
 *   score         what the rank is made from; see mmspan_detect. May be negative
 *   n_items       items that it finds in the sample
 *   n_findings    findings, of all kinds
 *   n_tokens      tokens of the sample that it reserves
 *   n_sequences   sequences in which it finds an item
 */
typedef struct mmspan_fit {
    const char *model;
    int64_t rank;
    int64_t score;
    int64_t n_items;
    int64_t n_findings;
    int64_t n_tokens;
    int64_t n_sequences;
    int64_t reserved;
} mmspan_fit;

/*
 * Makes a detector from the built-in configs. Tokens for which a config has a piece but no
 * ID take no part. NULL allocator: malloc; it also serves the calls of mmspan_detect, from
 * the threads that make them. Costs about ten milliseconds, so keep it when you detect often.
 * Fails with MMSPAN_E_MEMORY and MMSPAN_E_ARGUMENT. Free it with mmspan_detector_destroy.
 */
MMSPAN_API mmspan_status mmspan_detector_create(const mmspan_allocator *allocator,
                                                mmspan_detector **detector,
                                                mmspan_error *error);

/* Frees a detector; NULL is fine. No call that uses it may be running. Fits stay valid. */
MMSPAN_API void mmspan_detector_destroy(mmspan_detector *detector);

/*
 * Ranks the configs.
 *
 *   ids          the tokens of all sequences; any type of mmspan_id_type
 *   offsets      as for mmspan_scan_batch; NULL when all is one sequence, and then
 *                n_sequences is not looked at
 *   fits, cap    receives the configs of which a reserved token occurs in the sample: by
 *                rank, those without one at the end; equal ones by name
 *   n_fits       receives how many they are. 0: no token of any built-in config is there
 *
 * A config's score counts the steps that it explains. A step is a stretch of one ID that the
 * config reserves; those that it calls stray are not explained, and each finding takes off one
 * more. So `begin patch patch patch end` is worth 3 to the config that knows it as a block, 1
 * to one that knows the patch alone, and without its end it is still worth 1. Of equal scores
 * fewer findings win, then items that are fewer by a power of four: one image, and not 256
 * placeholders.
 *
 * A token that is a range of 1,024 IDs or more below 1,000,000, the codes of an image
 * tokenizer, is no evidence: those IDs are text in most other models.
 *
 * Reads all of the sample once, and once more for each config of which a token occurs; the
 * time is linear. A million tokens are plenty, and take 10 to 100 ms.
 *
 * Fails with MMSPAN_E_ARGUMENT, MMSPAN_E_MEMORY, MMSPAN_E_LIMIT (more than 2^31-1 items), and
 * MMSPAN_E_SPACE when cap is too small: *n_fits is then what is needed.
 */
MMSPAN_API mmspan_status mmspan_detect(const mmspan_detector *detector, const mmspan_ids *ids,
                                       const int64_t *offsets, size_t n_sequences,
                                       mmspan_fit *fits, size_t cap, size_t *n_fits,
                                       mmspan_error *error);

#ifdef __cplusplus
}
#endif

#endif
