/*
 * mmspan/tokenizer.h: looks pieces and IDs up in the tokenizer of a model.
 *
 * A config names its tokens by ID and by piece. The tokenizer's files say which
 * piece has which ID; this header reads them, so that a piece can be resolved when a
 * config is loaded, the IDs of a config can be proven, and text can be scanned:
 *
 *     mmspan_tokenizer *tokenizer;
 *     if (mmspan_tokenizer_open("gemma-3-4b-it", NULL, &tokenizer, &err) == MMSPAN_OK) {
 *         mmspan_resolver resolver = {mmspan_tokenizer_resolve, tokenizer};
 *         mmspan_load_options options = {.struct_size = sizeof options,
 *                                        .resolver = &resolver};
 *         mmspan_config_load_file("my-model.yaml", &options, &config, &err);
 *
 * It is a library of its own, mmspan-tokenizer (mmspan::tokenizer in CMake), because
 * it is written in C++ inside; the core library neither needs nor links it. What a
 * build of it can do depends on the libraries that were there: simdjson to read JSON,
 * SentencePiece to encode text. Asked for what it lacks it says what to install.
 *
 * Tokenizers use malloc; there is no allocator to pass.
 */
#ifndef MMSPAN_TOKENIZER_H
#define MMSPAN_TOKENIZER_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Limits against hostile files; passing one is MMSPAN_E_LIMIT. The largest published
 * tokenizer.json has half of these bytes. */
#define MMSPAN_MAX_TOKENIZER_BYTES  (64 * 1024 * 1024)
#define MMSPAN_MAX_TOKENIZER_DEPTH  128
#define MMSPAN_MAX_TOKENIZER_PIECES (4 * 1024 * 1024)

/* An opened tokenizer. Immutable; any number of threads. */
typedef struct mmspan_tokenizer mmspan_tokenizer;

/* What sort of piece it is. */
typedef enum mmspan_piece_kind {
    /* Comes from encoding text. */
    MMSPAN_PIECE_NORMAL = 0,
    /* Stands for text that has no piece. Its ID means nothing in particular. */
    MMSPAN_PIECE_UNKNOWN = 1,
    /* SentencePiece: never comes from encoding text; [IMG] of Mistral is one. */
    MMSPAN_PIECE_CONTROL = 2,
    /* SentencePiece: always stays whole in text. */
    MMSPAN_PIECE_USER = 3,
    /* SentencePiece: one byte of a character that has no piece. */
    MMSPAN_PIECE_BYTE = 4,
    /* SentencePiece: takes an ID and is never used. */
    MMSPAN_PIECE_UNUSED = 5,
    /* Hugging Face: an added token, special or not. Stays whole in text. */
    MMSPAN_PIECE_ADDED = 6
} mmspan_piece_kind;

/*
 * A piece, as the vocabulary spells it: nothing is normalised, and the byte-level
 * vocabularies of GPT-2 and its heirs spell a blank as U+0120 and a newline as U+010A.
 *
 *   text, size  borrowed from the tokenizer; terminated, though a NUL may be in it
 *   kind        an mmspan_piece_kind
 */
typedef struct mmspan_piece {
    const char *text;
    size_t size;
    int32_t id;
    int32_t kind;
} mmspan_piece;

/*
 * Options of mmspan_tokenizer_open; NULL for none.
 *
 *   struct_size  sizeof(mmspan_tokenizer_options)
 *   lookup_only  non-zero: nothing will be encoded, which saves the time that SentencePiece
 *                takes to get ready
 *
 * SentencePiece has one log level for the whole process. It is set to errors only while
 * a model that shall encode is opened, and then set back; such calls wait for each other.
 */
typedef struct mmspan_tokenizer_options {
    uint32_t struct_size;
    int32_t lookup_only;
} mmspan_tokenizer_options;

/*
 * Opens a tokenizer. `path` is
 *
 *   a SentencePiece model       tokenizer.model and the like
 *   a Hugging Face JSON file    tokenizer.json, or tokenizer_config.json, added_tokens.json
 *                               or vocab.json, which tell only a part of the vocabulary
 *   a Hugging Face folder       all of these that it has, one on top of the other: the
 *                               vocabulary comes from tokenizer.json, else from the
 *                               model, else from vocab.json; added tokens win over it
 *
 * Fails with
 *   MMSPAN_E_IO           a file cannot be read
 *   MMSPAN_E_NOT_FOUND    a folder without any of these files
 *   MMSPAN_E_SYNTAX       no SentencePiece model, or one that is cut short; no JSON,
 *                         with line and column; JSON of another kind
 *   MMSPAN_E_MISMATCH     an added token is given twice, or two files give it
 *                         different IDs
 *   MMSPAN_E_LIMIT        a file that is too large or nested too deeply, an ID that is
 *                         negative or beyond int32
 *   MMSPAN_E_UNSUPPORTED  this build lacks the library for it; the message names the
 *                         package
 *   MMSPAN_E_MEMORY
 * Close it with mmspan_tokenizer_destroy. Takes a tenth of a second for a file of 30 MB.
 */
MMSPAN_API mmspan_status mmspan_tokenizer_open(const char *path,
                                               const mmspan_tokenizer_options *options,
                                               mmspan_tokenizer **tokenizer,
                                               mmspan_error *error);

/* Closes a tokenizer; NULL is fine. Pieces borrowed from it are void. */
MMSPAN_API void mmspan_tokenizer_destroy(mmspan_tokenizer *tokenizer);

/* File number `index` that the tokenizer was read from, as a path; NULL when there are
 * no more. */
MMSPAN_API const char *mmspan_tokenizer_file(const mmspan_tokenizer *tokenizer, size_t index);

/* The vocabulary's size: the largest ID and one. A model's embedding table may have more
 * rows; that number stands in its config.json. */
MMSPAN_API int64_t mmspan_tokenizer_vocab_size(const mmspan_tokenizer *tokenizer);

/*
 * Looks a piece up by its text, and by its ID. Each returns non-zero and fills *piece, or
 * returns 0 when there is none; *piece is then as before. A piece whose ID was taken over
 * by an added token is not found any more. The piece that stands for unknown text is found
 * like any other. O(1).
 */
MMSPAN_API int32_t mmspan_tokenizer_find(const mmspan_tokenizer *tokenizer, const char *text,
                                         size_t size, mmspan_piece *piece);
MMSPAN_API int32_t mmspan_tokenizer_at(const mmspan_tokenizer *tokenizer, int32_t id,
                                       mmspan_piece *piece);

/* Goes through all pieces, in no promised order: *index is 0 at first. Returns 0 when there
 * are no more. */
MMSPAN_API int32_t mmspan_tokenizer_next(const mmspan_tokenizer *tokenizer, size_t *index,
                                         mmspan_piece *piece);

/*
 * The ID of a piece, for an mmspan_resolver: `tokenizer` is an mmspan_tokenizer. Fails
 * with MMSPAN_E_NOT_FOUND when the vocabulary lacks the piece (the message says into how
 * many tokens the tokenizer would split it, if it can encode) and MMSPAN_E_MISMATCH when
 * the piece is the one for unknown text, whose ID would prove nothing.
 */
MMSPAN_API mmspan_status mmspan_tokenizer_resolve(void *tokenizer, const char *piece,
                                                  int32_t *id, mmspan_error *error);

/* Non-zero when mmspan_tokenizer_encode works: there is a SentencePiece model, and its
 * IDs are the vocabulary's. */
MMSPAN_API int32_t mmspan_tokenizer_can_encode(const mmspan_tokenizer *tokenizer);

/* A piece that encoding is to recognise besides those of the tokenizer; it wins over one
 * of the same text. */
typedef struct mmspan_special {
    const char *piece;
    int32_t id;
    int32_t reserved;
} mmspan_special;

/*
 * Encodes `size` bytes of text. The text is first split at special pieces: those in
 * `specials` (may be NULL for none), added tokens and control pieces; of several at one
 * place the longest. What lies between two of them is encoded by SentencePiece as a text of
 * its own (user-defined pieces stay whole), so a model that puts a blank before a text puts
 * one there, too. Nothing is added: no BOS, no EOS. Takes linear time, except that
 * SentencePiece takes quadratic time for a long stretch of characters that the model does
 * not know.
 *
 * Writes at most `cap` IDs and their number to *n. When there are more, it fails with
 * MMSPAN_E_SPACE, and *n is the number needed. Fails with MMSPAN_E_UNSUPPORTED when
 * mmspan_tokenizer_can_encode is 0, and with MMSPAN_E_MEMORY.
 */
MMSPAN_API mmspan_status mmspan_tokenizer_encode(const mmspan_tokenizer *tokenizer,
                                                 const char *text, size_t size,
                                                 const mmspan_special *specials,
                                                 size_t n_specials, int32_t *ids, size_t cap,
                                                 size_t *n, mmspan_error *error);

#ifdef __cplusplus
}
#endif

#endif
