/*
 * mmspan/matcher.h: compiles a spec into an immutable matcher and reads its names.
 *
 * All forms of all modalities become one minimal deterministic automaton over
 * token classes. A matcher is never written after mmspan_compile returns: share it
 * between threads without locks.
 */
#ifndef MMSPAN_MATCHER_H
#define MMSPAN_MATCHER_H

#include "spec.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mmspan_matcher mmspan_matcher;

/*
 * Options of mmspan_compile.
 *
 *   struct_size  sizeof(mmspan_compile_options)
 *   kernel       the vector kernel by name ("scalar", "sse2", "avx2", "avx512",
 *                "neon"), or NULL for the widest that this CPU runs well. All
 *                kernels give identical results; only tests and benchmarks choose
 *   report       when not NULL, the compilation goes on after the first error, as far as
 *                that makes sense, and hands each to report(report_context, error), in no
 *                promised order. What `mmspan check` uses
 */
typedef struct mmspan_compile_options {
    uint32_t struct_size;
    uint32_t reserved;
    const char *kernel;
    void (*report)(void *context, const mmspan_error *error);
    void *report_context;
} mmspan_compile_options;

/*
 * Compiles a spec. `options` may be NULL. On success *matcher is new and is freed
 * with mmspan_matcher_destroy; it does not refer to the spec. When `matcher` is NULL the
 * spec is only checked. The status, and *error, are those of the first error.
 *
 * Fails with
 *   MMSPAN_E_SYNTAX     a pattern with a syntax error; message with a caret
 *   MMSPAN_E_CONFIG     an undeclared name; a pattern that may begin or end with
 *                       `text` or match nothing; an unusable placeholder or rule
 *   MMSPAN_E_AMBIGUOUS  two forms match the same sequence; the message shows the
 *                       shortest such sequence by token names
 *   MMSPAN_E_LIMIT      more than MMSPAN_MAX_STATES states; or input on which more than
 *                       MMSPAN_MAX_WORK attempts are alive at one token: the message names
 *                       the repetition that lets them
 *   MMSPAN_E_NOT_FOUND, MMSPAN_E_UNSUPPORTED   the kernel
 *   MMSPAN_E_MEMORY
 *
 * Costs well under a millisecond for every shipped config.
 */
MMSPAN_API mmspan_status mmspan_compile(const mmspan_spec *spec,
                                        const mmspan_compile_options *options,
                                        mmspan_matcher **matcher, mmspan_error *error);

/* Frees a matcher; NULL is fine. No scan with it may be running, and results and
 * streams made with it must not be used any more, only destroyed. */
MMSPAN_API void mmspan_matcher_destroy(mmspan_matcher *matcher);

/* The model's name as given to the spec; "" when none was. */
MMSPAN_API const char *mmspan_matcher_model(const mmspan_matcher *matcher);

/* The kernel in use, one of the names of mmspan_compile_options. */
MMSPAN_API const char *mmspan_matcher_kernel(const mmspan_matcher *matcher);

/*
 * The kernels that this build and this CPU have, widest last: name number `index`,
 * or NULL when there are no more. Static text.
 */
MMSPAN_API const char *mmspan_kernel_name(int32_t index);

/* The vocabulary's size, or 0 when the spec gave none. */
MMSPAN_API int32_t mmspan_matcher_vocab_size(const mmspan_matcher *matcher);

/* Modalities are numbered from 0 in the order they were declared. */
MMSPAN_API int32_t mmspan_matcher_n_modalities(const mmspan_matcher *matcher);

/* A modality's name; NULL when the index is out of range. */
MMSPAN_API const char *mmspan_matcher_modality_name(const mmspan_matcher *matcher,
                                                    int32_t modality);

/* A modality's index by name, or -1. */
MMSPAN_API int32_t mmspan_matcher_find_modality(const mmspan_matcher *matcher,
                                                const char *name);

/* The forms in which a modality may stand. */
typedef enum mmspan_form {
    /* begin, patches, end, or a pattern. */
    MMSPAN_FORM_BLOCK = 0,
    /* A placeholder that has not been expanded. */
    MMSPAN_FORM_BARE = 1
} mmspan_form;

/* "block" or "bare"; NULL for another value. */
MMSPAN_API const char *mmspan_form_name(int32_t form);

/*
 * What a modality was declared as, in the pattern language, for display: its block
 * pattern (begin / patch / end already spelt out), or NULL when it has bare forms
 * only; and bare form number `index`, or NULL when there are no more.
 */
MMSPAN_API const char *mmspan_matcher_modality_pattern(const mmspan_matcher *matcher,
                                                       int32_t modality);
MMSPAN_API const char *mmspan_matcher_modality_bare(const mmspan_matcher *matcher,
                                                    int32_t modality, int32_t index);

/*
 * The modality's rows rule as text: "any", "256", "70 or 140", "1..1120",
 * "at least 4, a multiple of 4, in equal runs". Never NULL for a legal index.
 */
MMSPAN_API const char *mmspan_matcher_modality_rows(const mmspan_matcher *matcher,
                                                    int32_t modality);

/* Non-zero when several consecutive items may make up one media. */
MMSPAN_API int32_t mmspan_matcher_modality_multi(const mmspan_matcher *matcher,
                                                 int32_t modality);

/* Non-zero when an item of the modality must not be cut in two between model steps. */
MMSPAN_API int32_t mmspan_matcher_modality_atomic(const mmspan_matcher *matcher,
                                                  int32_t modality);

/* Tokens are numbered from 0 in the order they were declared. MMSPAN_TEXT stands
 * for `text`, any ID that is not reserved. */
#define MMSPAN_TEXT (-1)
MMSPAN_API int32_t mmspan_matcher_n_tokens(const mmspan_matcher *matcher);

/* A token's name, "text" for MMSPAN_TEXT; NULL when the index is out of range. */
MMSPAN_API const char *mmspan_matcher_token_name(const mmspan_matcher *matcher, int32_t token);

/* A token's piece, or NULL when it has none or the index is out of range. */
MMSPAN_API const char *mmspan_matcher_token_piece(const mmspan_matcher *matcher, int32_t token);

/* The first declared token that `id` belongs to, or MMSPAN_TEXT. O(log tokens). */
MMSPAN_API int32_t mmspan_matcher_token_of(const mmspan_matcher *matcher, int32_t id);

/* Non-zero when `id` is declared and not ordinary. O(log tokens). */
MMSPAN_API int32_t mmspan_matcher_is_reserved(const mmspan_matcher *matcher, int32_t id);

#ifdef __cplusplus
}
#endif

#endif
