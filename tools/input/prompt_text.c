/* Turns a file of text into the IDs of one prompt. */
#include "prompt_text.h"

#include "../../src/input/bytes.h"

#include <stdlib.h>
#include <string.h>

/* What a prompt may have in bytes; encoding takes many times its size. */
#define MAX_TEXT ((size_t)64 << 20)

int check_text_options(const struct options *options) {
    if (options->text && !options->tokenizer)
        return fail(EXIT_USAGE, NULL, "--text needs the tokenizer: --tokenizer PATH");
    if (options->text && options->n_files)
        return fail(EXIT_USAGE, NULL, "--text and the file '%s' exclude each other",
                    options->files[0]);
    return EXIT_CLEAN;
}

static int read_whole(const char *path, struct mr_bytes *bytes) {
    mmspan_error error;
    mmspan_status status = mr_bytes_open(bytes, path, &error);
    while (status == MMSPAN_OK && !bytes->done) {
        const struct place place = {bytes->name, 0, 0};
        if (bytes->end - bytes->begin > MAX_TEXT)
            return fail(EXIT_CORRUPT, &place, "a prompt of more than 64 MiB");
        status = mr_bytes_fill(bytes, &error);
    }
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_input(status, &error);
}

/* The pieces that the config declares, of its reserved tokens that are one ID. */
struct declared {
    mmspan_special *specials;
    size_t n;
};

/* A piece that the tokenizer does not have is fine: LLaVA's <image> is one. */
static int add_declared(const mmspan_token_decl *decl, const mmspan_error *place,
                        const mmspan_tokenizer *tokenizer, struct declared *declared) {
    mmspan_piece piece;
    if (!decl->piece || decl->ordinary || decl->kind != MMSPAN_TOKEN_ID)
        return EXIT_CLEAN;
    if (mmspan_tokenizer_find(tokenizer, decl->piece, strlen(decl->piece), &piece) &&
        piece.id != decl->ids[0]) {
        const struct place where = {place->file, place->line, place->column};
        return fail(EXIT_USAGE, &where,
                    "token %s has the ID %d here and %d in the tokenizer; mmspan check "
                    "--tokenizer shows all differences",
                    decl->name, (int)decl->ids[0], (int)piece.id);
    }
    declared->specials[declared->n++] =
        (mmspan_special){.piece = decl->piece, .id = decl->ids[0]};
    return EXIT_CLEAN;
}

/* Pieces stay the config's. */
static int collect_declared(const mmspan_config *config, const mmspan_tokenizer *tokenizer,
                            struct declared *declared) {
    const mmspan_spec *spec = mmspan_config_spec(config);
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    mmspan_error place;
    int status = EXIT_CLEAN;
    declared->specials = calloc(MMSPAN_MAX_TOKENS, sizeof *declared->specials);
    if (!declared->specials)
        return fail_memory();
    for (int32_t i = 0; status == EXIT_CLEAN && mmspan_spec_token(spec, i, &decl, &place); i++)
        status = add_declared(&decl, &place, tokenizer, declared);
    return status;
}

/* There are nearly always fewer tokens than bytes; when not, the number is known. */
static int encode(const mmspan_tokenizer *tokenizer, const struct mr_bytes *bytes,
                  const struct declared *declared, struct mr_ids *list) {
    const char *text = (const char *)bytes->data + bytes->begin;
    const size_t size = bytes->end - bytes->begin;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = MMSPAN_E_SPACE;
    size_t n = size + 1;
    for (int i = 0; i < 2 && status == MMSPAN_E_SPACE; i++) {
        if (!mr_ids_reserve(list, n))
            return fail_memory();
        status = mmspan_tokenizer_encode(tokenizer, text, size, declared->specials, declared->n,
                                         list->ids, list->cap, &n, &error);
    }
    if (status == MMSPAN_OK) {
        list->n = n;
        return EXIT_CLEAN;
    }
    return fail_library(status, &error);
}

int read_text_file(const struct options *options, mmspan_tokenizer *tokenizer,
                   const mmspan_config *config, struct mr_ids *list) {
    struct mr_bytes bytes = {.fd = -1};
    struct declared declared = {0};
    int status = collect_declared(config, tokenizer, &declared);
    if (status == EXIT_CLEAN)
        status = read_whole(options->text, &bytes);
    if (status == EXIT_CLEAN)
        status = encode(tokenizer, &bytes, &declared, list);
    mr_bytes_close(&bytes);
    free(declared.specials);
    return status;
}
