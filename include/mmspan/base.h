/*
 * mmspan/base.h: what every other header needs: version, status codes, the
 * error report and the allocator.
 *
 * Conventions, stated here once and valid in every mmspan header:
 *
 *   Positions   A position is an index into an array of token IDs, from 0, as
 *               int64_t. Every span is half-open: [start, end).
 *   Token IDs   An int32_t. Negative IDs and IDs beyond the vocabulary are legal
 *               input and may be declared by a config (LLaVA uses -200).
 *   Ownership   A `const char *` or array that a function returns belongs to the
 *               object it was asked from and lives as long as that object, unless
 *               the function says otherwise. Strings that go in are copied.
 *   Pointers    None may be NULL unless its description says so. Operations look and fail
 *               with MMSPAN_E_ARGUMENT; what only asks an object for something it has
 *               does not look. mmspan_..._destroy takes NULL.
 *   Threads     Nothing here keeps global state. A `const` object may be used by
 *               any number of threads at once; a non-const one by one at a time.
 *   Failure     A function that can fail returns an mmspan_status, and takes an
 *               `mmspan_error *` that may be NULL unless it can only fail with
 *               MMSPAN_E_ARGUMENT or MMSPAN_E_MEMORY and there is nothing to add.
 *               On failure every output argument is left as it was, except where a
 *               needed size is said to be written. No function prints, aborts,
 *               reads the environment or raises a signal.
 *   Names       mmspan_<word> is an operation. What is asked from an object begins
 *               with the object: mmspan_matcher_..., mmspan_result_...; n_<things>
 *               is a count, <thing>_<what> takes the thing's index.
 *   Indices     The index of something that an object lists (a modality, a token,
 *               an item, an example) is an int32_t from 0, and -1 stands for none.
 *               Lengths and capacities of arrays are size_t.
 *   Growth      A struct that a caller fills in and that may grow begins with
 *               `struct_size`; set it to sizeof the struct and zero the rest for
 *               the defaults. Callers that were built with an older, shorter one go
 *               on working: what they lack is zero. A longer one of a newer caller
 *               is accepted when what is not known here is zero. A struct that the
 *               library fills in is written up to the `struct_size` that the caller
 *               has set, or it is frozen and has reserved members, which are zero.
 */
#ifndef MMSPAN_BASE_H
#define MMSPAN_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of these headers. The build takes the package version from here. */
#define MMSPAN_VERSION_MAJOR 0
#define MMSPAN_VERSION_MINOR 2
#define MMSPAN_VERSION_PATCH 0
#define MMSPAN_VERSION       "0.2.0"

/*
 * MMSPAN_API marks a public function. The library is built with hidden
 * visibility; define MMSPAN_BUILD only when building it.
 */
#if defined(MMSPAN_BUILD) && defined(__GNUC__)
#define MMSPAN_API __attribute__((visibility("default")))
#else
#define MMSPAN_API
#endif

/*
 * The version of the library that is linked, as "MAJOR.MINOR.PATCH". Compare it
 * with MMSPAN_VERSION to find a header that does not belong to the library.
 */
MMSPAN_API const char *mmspan_version(void);

/*
 * What became of a call. Values are pinned and never reused. Each line says the
 * cause and what the caller can do.
 */
typedef enum mmspan_status {
    /* It worked. */
    MMSPAN_OK = 0,
    /* A NULL, a negative length, an index out of range: a bug in the caller. */
    MMSPAN_E_ARGUMENT = 1,
    /* An allocation failed. Nothing leaks; the object that was being changed may
     * be destroyed or used again. */
    MMSPAN_E_MEMORY = 2,
    /* A file could not be opened or read; the message has the system's reason. */
    MMSPAN_E_IO = 3,
    /* Text that is not YAML, or a pattern that is not a pattern. The error has
     * line and column. */
    MMSPAN_E_SYNTAX = 4,
    /* A config that is well-formed but wrong: an unknown or duplicate key, a wrong
     * type, a name that is not declared, a rule that cannot hold. */
    MMSPAN_E_CONFIG = 5,
    /* Two forms match the same token sequence, and the message shows the shortest; or two
     * configs list the same Hugging Face name, and the message names them. */
    MMSPAN_E_AMBIGUOUS = 6,
    /* A documented limit was passed: file size, nesting, states, counts. */
    MMSPAN_E_LIMIT = 7,
    /* No built-in config, kernel or modality of that name. */
    MMSPAN_E_NOT_FOUND = 8,
    /* The output buffer is too small. The needed size was written, nothing else. */
    MMSPAN_E_SPACE = 9,
    /* Things that do not belong together: a result of another matcher, counts or
     * rows that do not fit the prompt, an example that does not come true. */
    MMSPAN_E_MISMATCH = 10,
    /* This build or this machine lacks what was asked for. */
    MMSPAN_E_UNSUPPORTED = 11
} mmspan_status;

/*
 * A status as a short lower-case phrase ("out of memory"). Never NULL, also for
 * values that are not in the enum. Thread-safe; the text is static.
 */
MMSPAN_API const char *mmspan_status_text(mmspan_status status);

/*
 * Where and why a call failed. The caller provides the memory, usually on the
 * stack; the library writes it only on failure. All strings are terminated and
 * cut to fit at a character border, never overflowed.
 *
 *   status    the mmspan_status that was returned
 *   line      1-based line in `file`, 0 when there is none
 *   column    1-based column in bytes, 0 when there is none
 *   file      the file's name as given, or "<memory>", or the name of a built-in
 *             config; empty when no text was involved
 *   path      the key path in a config, as "modalities.image.rows"; may be empty
 *   message   one sentence without a final newline that says what is wrong and
 *             what to do; a pattern error continues on two lines with the pattern
 *             and a caret below the place
 */
typedef struct mmspan_error {
    int32_t status;
    uint32_t line;
    uint32_t column;
    uint32_t reserved;
    char file[256];
    char path[240];
    char message[1024];
} mmspan_error;

/*
 * A caller's memory manager. One function does all: it behaves as realloc with
 * the old size known.
 *
 *   resize(context, NULL, 0, n)        allocates n bytes, n > 0
 *   resize(context, block, old, n)     moves `block` of `old` bytes to n bytes
 *   resize(context, block, old, 0)     frees; the return value is ignored
 *
 * NULL for n > 0 means failure, and the old block must still be valid. The result
 * is aligned for any object. The library copies this struct; `context` must
 * outlive every object made with it. An object may be used on another thread than
 * the one that made it, so `resize` must be safe for that if you do so.
 *
 * Where a function takes a `const mmspan_allocator *`, NULL means malloc and free.
 */
typedef struct mmspan_allocator {
    void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
    void *context;
} mmspan_allocator;

#ifdef __cplusplus
}
#endif

#endif
