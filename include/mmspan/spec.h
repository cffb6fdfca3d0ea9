/*
 * mmspan/spec.h: says what the multimodal blocks of one model look like.
 *
 * A spec is a list of tokens and a list of modalities, added one by one and then
 * compiled (mmspan/matcher.h). The YAML loader (mmspan/config.h) calls exactly
 * these functions, so a program that already has its token IDs needs no YAML:
 *
 *     mmspan_spec *spec;
 *     mmspan_spec_create(NULL, &spec);
 *     int32_t boi = 255999, eoi = 258882, patch = 258880;
 *     mmspan_spec_add_token(spec, &(mmspan_token_decl){
 *         .struct_size = sizeof(mmspan_token_decl), .name = "boi",
 *         .kind = MMSPAN_TOKEN_ID, .ids = &boi, .n_ids = 1}, &err);
 *     ...
 *     mmspan_spec_add_modality(spec, &(mmspan_modality_decl){
 *         .struct_size = sizeof(mmspan_modality_decl), .name = "image",
 *         .pattern = "boi patch+ eoi", ...}, &err);
 *     mmspan_compile(spec, NULL, &matcher, &err);
 *
 * Names of tokens are [A-Za-z_][A-Za-z0-9_.-]*; `text` is taken by the pattern
 * language. Names of modalities follow the same rule.
 */
#ifndef MMSPAN_SPEC_H
#define MMSPAN_SPEC_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A spec under construction. One thread at a time. */
typedef struct mmspan_spec mmspan_spec;

/*
 * Limits that keep a hostile spec from costing more than half a second and 100 MB. They
 * are far above what any published model needs (the largest uses 40 tokens).
 * Passing one gives MMSPAN_E_LIMIT with the limit in the message.
 */
#define MMSPAN_MAX_TOKENS     1024
#define MMSPAN_MAX_MODALITIES 32
#define MMSPAN_MAX_FORMS      512
#define MMSPAN_MAX_STATES     4096

/*
 * The most attempts that can be alive at one token, of those that a scan has to tell apart:
 * `(a b){1,9} c` has nine behind `a b a b ...`, (a b)* c has one, and published models have
 * two at most. What a scan remembers of a token is its stretch, in 24 bytes, how an attempt
 * that began there ended, in 16, and the state of each attempt, in 12: 124 bytes for seven,
 * and 248 when each array has just doubled. Time is 25 ns for each attempt at most. So a scan
 * takes no more than 256 bytes and 200 ns for a token, whatever the config and the input.
 */
#define MMSPAN_MAX_WORK 7

/* How a declared token is spelt in IDs. */
typedef enum mmspan_token_kind {
    /* ids[0] is the one ID. */
    MMSPAN_TOKEN_ID = 0,
    /* A literal sequence: ids[0], ids[1], ... in this order. */
    MMSPAN_TOKEN_IDS = 1,
    /* One ID of the set ids[0..n_ids). */
    MMSPAN_TOKEN_ANY = 2,
    /* One ID of the inclusive range ids[0]..ids[1]. */
    MMSPAN_TOKEN_RANGE = 3
} mmspan_token_kind;

/*
 * A declared token.
 *
 *   struct_size  sizeof(mmspan_token_decl)
 *   kind         an mmspan_token_kind
 *   ordinary     non-zero: the token is also legal as plain text (a newline,
 *                <unk>) and is never reported as stray; `text` matches it
 *   name, piece  the name used in patterns; the string in the tokenizer's
 *                vocabulary, or NULL
 *   ids, n_ids   see mmspan_token_kind
 */
typedef struct mmspan_token_decl {
    uint32_t struct_size;
    int32_t kind;
    int32_t ordinary;
    int32_t reserved;
    const char *name;
    const char *piece;
    const int32_t *ids;
    size_t n_ids;
} mmspan_token_decl;

/* What a run without delimiters means; see mmspan_modality_decl. */
typedef enum mmspan_adjacent {
    /* One item. */
    MMSPAN_ADJACENT_JOIN = 0,
    /* Cut every `rows` tokens: a run of k * rows + r tokens is k items from its start
     * (LLaVA-1.5). The r tokens at its end belong to no item and are a remainder finding.
     * But a run shorter than `rows` of a token that is a bare form as well holds unexpanded
     * placeholders, and each of its tokens is a bare item. */
    MMSPAN_ADJACENT_SPLIT = 1,
    /* Cut wherever the ID changes (Phi-3.5: -1 -1 -2 -2). */
    MMSPAN_ADJACENT_BY_ID = 2
} mmspan_adjacent;

/*
 * The legal number of rows of a block item. Zeroed: any. `values` and min / max
 * exclude each other; max 0 means no upper bound; multiple_of 0 means 1.
 * `equal_runs` non-zero asks that all runs of the item's own modality are equally
 * long (Pixtral's image rows). With `offset`, rows minus offset is the multiple, and not
 * negative: 257 + 144 n is offset 257, multiple_of 144.
 */
typedef struct mmspan_rows_rule {
    const int64_t *values;
    size_t n_values;
    int64_t min;
    int64_t max;
    int64_t multiple_of;
    int32_t equal_runs;
    int32_t reserved;
    int64_t offset;
    int64_t more[3]; /* reserved */
} mmspan_rows_rule;

/* Tokens that take embedding rows of one modality inside a block. */
typedef struct mmspan_embed_decl {
    /* A modality's name, declared before or after; NULL means the own one. */
    const char *modality;
    const char *const *tokens;
    size_t n_tokens;
} mmspan_embed_decl;

/*
 * A modality and its forms.
 *
 * The block form is either `pattern` or begin / patch / end, which mean the
 * pattern "begin patch+ end". Each of the three is a list of alternatives, each
 * alternative a token name or a space-separated sequence of names; begin and end
 * may be empty. A modality may have bare forms only.
 *
 *   pattern      a token pattern; the grammar is in the README and in
 *                mmspan_compile's errors. May neither begin nor end with `text`
 *                nor match the empty sequence
 *   bare         placeholder forms: token names or space-separated sequences
 *   embed        tokens that take rows; when empty, the patch tokens
 *   rows         the rule for block items; see mmspan_rows_rule
 *   placeholder  what collapse writes for one item: a space-separated sequence of
 *                names that itself matches as an item of this modality. NULL: the
 *                first bare form, else the shortest sequence the pattern matches
 *   each_run     non-zero: every run is an item of its own and the delimiters stay
 *                text (Idefics2's shared delimiter)
 *   adjacent     an mmspan_adjacent; other than JOIN only when every token of the
 *                block takes a row, and SPLIT only with a single `rows` value
 *   multi        non-zero: consecutive items may make up one media (video frames, crops)
 *   max_gap      with `multi`: items with more than this many tokens between them belong
 *                to different media; 0 for no bound
 *   equal_rows   with `multi`, non-zero: all items of a media have equally many rows
 *   divisible    non-zero: a block may be cut in two between model steps (causal audio);
 *                `atomic: false` in YAML
 */
typedef struct mmspan_modality_decl {
    uint32_t struct_size;
    int32_t each_run;
    int32_t adjacent;
    int32_t multi;
    const char *name;
    const char *pattern;
    const char *const *begin;
    size_t n_begin;
    const char *const *patch;
    size_t n_patch;
    const char *const *end;
    size_t n_end;
    const char *const *bare;
    size_t n_bare;
    const mmspan_embed_decl *embed;
    size_t n_embed;
    const char *placeholder;
    mmspan_rows_rule rows;
    int64_t max_gap;
    int32_t equal_rows;
    int32_t divisible;
} mmspan_modality_decl;

/*
 * Makes an empty spec. The allocator serves the spec and every matcher compiled
 * from it. Fails with MMSPAN_E_MEMORY. Free it with mmspan_spec_destroy.
 */
MMSPAN_API mmspan_status mmspan_spec_create(const mmspan_allocator *allocator,
                                            mmspan_spec **spec);

/* Frees a spec; NULL is fine. Matchers compiled from it stay valid. */
MMSPAN_API void mmspan_spec_destroy(mmspan_spec *spec);

/* The model's name, for messages; copied. Fails with MMSPAN_E_MEMORY. */
MMSPAN_API mmspan_status mmspan_spec_set_model(mmspan_spec *spec, const char *model);

/*
 * The vocabulary's size, 1..2^31-1; 0 (the default) means unknown. When known, an
 * undeclared ID outside [0, size) is a finding.
 */
MMSPAN_API mmspan_status mmspan_spec_set_vocab_size(mmspan_spec *spec, int32_t vocab_size);

/*
 * Says where the declarations that follow come from, so that later errors about
 * them (also those of mmspan_compile) name the place. `file` and `path` are copied
 * and may be NULL; line and column are 1-based or 0.
 */
MMSPAN_API mmspan_status mmspan_spec_set_place(mmspan_spec *spec, const char *file,
                                               uint32_t line, uint32_t column,
                                               const char *path);

/*
 * The column and line at which the first character of the next modality's pattern
 * stands in the file, so that a syntax error points into it; its path is then the modality's
 * with ".pattern" behind it. Both 0: unknown, and errors use the modality's place. Applies to
 * the next mmspan_spec_add_modality only.
 */
MMSPAN_API mmspan_status mmspan_spec_set_pattern_place(mmspan_spec *spec, uint32_t line,
                                                       uint32_t column);

/*
 * Adds a token. Everything in `decl` is copied. Fails with MMSPAN_E_CONFIG for a
 * bad or repeated name, no IDs or a range whose ends are swapped, MMSPAN_E_LIMIT,
 * MMSPAN_E_MEMORY; the spec is then as before. Two tokens may share an ID.
 */
MMSPAN_API mmspan_status mmspan_spec_add_token(mmspan_spec *spec, const mmspan_token_decl *decl,
                                               mmspan_error *error);

/*
 * Token number `index`, in the order of declaration, as it was declared. The caller sets
 * decl->struct_size; so much of *decl is written, and its arrays and strings belong to the
 * spec. `place`, unless it is NULL, receives where it was declared, without a message.
 * Returns 0, and writes nothing, when there is no such token.
 */
MMSPAN_API int32_t mmspan_spec_token(const mmspan_spec *spec, int32_t index,
                                     mmspan_token_decl *decl, mmspan_error *place);

/*
 * Adds a modality. Everything is copied. Names of tokens are looked up when the
 * spec is compiled, so the order of declarations does not matter. Fails with
 * MMSPAN_E_CONFIG for a bad or repeated name, both pattern and patch, neither
 * block nor bare, or a rule that cannot hold; MMSPAN_E_LIMIT; MMSPAN_E_MEMORY.
 */
MMSPAN_API mmspan_status mmspan_spec_add_modality(mmspan_spec *spec,
                                                  const mmspan_modality_decl *decl,
                                                  mmspan_error *error);

#ifdef __cplusplus
}
#endif

#endif
