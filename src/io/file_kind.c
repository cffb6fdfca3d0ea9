/* Tells by its first bytes what a file is that nobody meant to name. */
#include "file_kind.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define KIND(bytes, text)                                                                      \
    { bytes, sizeof(bytes) - 1, text }

static const struct {
    const char *bytes;
    size_t n;
    const char *text;
} kinds[] = {
    KIND("version https://git-lfs.github.com/",
         "a Git LFS pointer, which stands for a file that was not downloaded; run git lfs pull "
         "there, or download the file itself"),
    KIND("\x1F\x8B", "compressed with gzip; unpack it with gunzip"),
    KIND("\x28\xB5\x2F\xFD", "compressed with zstd; unpack it with unzstd"),
    KIND("\xFD"
         "7zXZ",
         "compressed with xz; unpack it with unxz"),
    KIND("BZh", "compressed with bzip2; unpack it with bunzip2"),
    KIND("PK\x03\x04", "a zip archive, as weights of PyTorch are; unpack it, or name the "
                       "file with the tokens"),
    KIND("GGUF", "a GGUF model; name the files of the model that it was made from"),
    KIND("PAR1", "a Parquet file, which holds data and no tokenizer or config"),
    KIND("\x89HDF", "an HDF5 file, which holds weights and no tokenizer or config"),
    KIND("<!DOCTYPE", "a web page; download the file itself, not the page that shows it"),
    KIND("<!doctype", "a web page; download the file itself, not the page that shows it"),
    KIND("<html", "a web page; download the file itself, not the page that shows it"),
};

/* The length of a header of JSON, in eight bytes, comes first. */
static bool is_safetensors(const char *bytes, size_t n) {
    uint64_t size = 0;
    if (n < 10 || bytes[8] != '{')
        return false;
    for (size_t i = 0; i < 8; i++)
        size |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
    return size >= 2 && size <= 100000000;
}

/* The protocol's number, and the end of the first, short frame or an opcode. */
static bool is_pickle(const char *bytes, size_t n) {
    return n > 2 && (unsigned char)bytes[0] == 0x80 && bytes[1] >= 2 && bytes[1] <= 5;
}

const char *mi_file_kind(const char *bytes, size_t n) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (n >= kinds[i].n && memcmp(bytes, kinds[i].bytes, kinds[i].n) == 0)
            return kinds[i].text;
    if (is_safetensors(bytes, n))
        return "a safetensors file, which holds weights; the tokenizer is in tokenizer.json or "
               "tokenizer.model";
    return is_pickle(bytes, n)
               ? "a Python pickle, which may run programs when it is read; save "
                 "what is in it as JSON"
               : NULL;
}
