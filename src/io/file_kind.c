/* The table of the kinds of files that people name, on purpose or by mistake. */
#include "file_kind.h"

#include <stdint.h>
#include <string.h>

struct signature {
    const char *bytes;
    size_t n;
    size_t at; /* a place far into the file is looked at if it is there anyway */
    struct mi_kind kind;
};

#define BYTES(text) text, sizeof(text) - 1, 0

#define AS_JSON_LINES "to_json(\"out.jsonl\", orient=\"records\", lines=True)"
#define NO_TEXT       "it holds data and no tokenizer or config"

#define ARRAY_OF_SAVED "save each array by itself with numpy.save(\"out.npy\", "

#define PICKLE                                                                                 \
    {                                                                                          \
        MI_KIND_OTHER,                                                                         \
            "a Python pickle, which may run code when it is loaded and is never read",         \
            "save the IDs with numpy.save, or as JSON Lines", "save what is in it as JSON"     \
    }
#define WEB_PAGE                                                                               \
    {                                                                                          \
        MI_KIND_OTHER, "a web page", "was a download refused?",                                \
            "download the file itself, not the page that shows it"                             \
    }
#define UTF_16                                                                                 \
    { MI_KIND_OTHER, "text in UTF-16", "pipe it in: iconv -f UTF-16 FILE |", NULL }

static const struct signature signatures[] = {
    {BYTES("\x1f\x8b"), {MI_KIND_GZIP, "compressed with gzip", NULL, "unpack it with gunzip"}},
    {BYTES("\x28\xb5\x2f\xfd"),
     {MI_KIND_ZSTD, "compressed with zstd", NULL, "unpack it with unzstd"}},
    /* A frame to skip comes first. */
    {BYTES("\x50\x2a\x4d\x18"),
     {MI_KIND_ZSTD, "compressed with zstd", NULL, "unpack it with unzstd"}},
    {MI_NPY_MAGIC, MI_NPY_MAGIC_SIZE, 0, {MI_KIND_NPY, "an array of NumPy", NULL, NO_TEXT}},
    {MI_INDEX_MAGIC,
     MI_INDEX_MAGIC_SIZE,
     0,
     {MI_KIND_INDEX, "the index of a Megatron data set", NULL, NO_TEXT}},
    {BYTES("PAR1"),
     {MI_KIND_OTHER, "a Parquet file",
      "turn it into JSON Lines first, with pandas.read_parquet(FILE)." AS_JSON_LINES, NO_TEXT}},
    {BYTES("ARROW1\0\0"),
     {MI_KIND_OTHER, "an Arrow file",
      "turn it into JSON Lines first, with pandas.read_feather(FILE)." AS_JSON_LINES, NO_TEXT}},
    {BYTES("FEA1"),
     {MI_KIND_OTHER, "a Feather file",
      "turn it into JSON Lines first, with pandas.read_feather(FILE)." AS_JSON_LINES, NO_TEXT}},
    {BYTES("\xff\xff\xff\xff"),
     {MI_KIND_OTHER, "an Arrow stream, as Hugging Face datasets have it",
      "turn it into JSON Lines first, with datasets.Dataset.from_file(FILE).to_json("
      "\"out.jsonl\"); headerless arrays need --dtype",
      NO_TEXT}},
    {BYTES("\xfd"
           "7zXZ"),
     {MI_KIND_OTHER, "compressed with xz", "pipe it in: xz -dc FILE |", "unpack it with unxz"}},
    {BYTES("BZh"),
     {MI_KIND_OTHER, "compressed with bzip2", "pipe it in: bzip2 -dc FILE |",
      "unpack it with bunzip2"}},
    {BYTES("\x04\x22\x4d\x18"),
     {MI_KIND_OTHER, "compressed with lz4", "pipe it in: lz4 -dc FILE |",
      "unpack it with unlz4"}},
    {BYTES("7z\xbc\xaf\x27\x1c"),
     {MI_KIND_OTHER, "a 7z archive", "unpack it first", "unpack it first"}},
    {BYTES("PK\x03\x04"),
     {MI_KIND_OTHER, "a zip archive, which .npz files and the weights of PyTorch are, too",
      ARRAY_OF_SAVED "numpy.load(FILE)[NAME])",
      "unpack it, or name the file that holds the text"}},
    {BYTES("PK\x05\x06"),
     {MI_KIND_OTHER, "an empty zip archive", "name another file", "name another file"}},
    {BYTES("\x80\x02"), PICKLE},
    {BYTES("\x80\x03"), PICKLE},
    {BYTES("\x80\x04"), PICKLE},
    {BYTES("\x80\x05"), PICKLE},
    {BYTES("GGUF"),
     {MI_KIND_OTHER, "a GGUF model", "name a file with the IDs of prompts",
      "name the files of the model that it was made from"}},
    {BYTES("version https://git-lfs.github.com/spec/"),
     {MI_KIND_OTHER, "a Git LFS pointer, which stands for a file that was not downloaded",
      "run git lfs pull there, or download the file itself",
      "run git lfs pull there, or download the file itself"}},
    {BYTES("/annex/objects/"),
     {MI_KIND_OTHER, "a git-annex pointer, which stands for a file that was not downloaded",
      "fetch it with git annex get FILE", "fetch it with git annex get FILE"}},
    {BYTES("\x89HDF"),
     {MI_KIND_OTHER, "an HDF5 file",
      "save its data set with numpy.save(\"out.npy\", h5py.File(FILE)[NAME][:])", NO_TEXT}},
    {BYTES("TNTIDX\0\0"),
     {MI_KIND_OTHER, "an index of Megatron's old format, which is not mapped into memory",
      "write the data again with --dataset-impl mmap", NO_TEXT}},
    {BYTES("SQLite format 3\0"),
     {MI_KIND_OTHER, "an SQLite data base", "write the IDs as JSON Lines", NO_TEXT}},
    {BYTES("Obj\x01"), {MI_KIND_OTHER, "an Avro file", "write the IDs as JSON Lines", NO_TEXT}},
    {BYTES("ORC"),
     {MI_KIND_OTHER, "an ORC file",
      "turn it into JSON Lines first, with pandas.read_orc(FILE)." AS_JSON_LINES, NULL}},
    {BYTES("\xff\xfe"), UTF_16},
    {BYTES("\xfe\xff"), UTF_16},
    {BYTES("<!DOCTYPE"), WEB_PAGE},
    {BYTES("<!doctype"), WEB_PAGE},
    {BYTES("<html"), WEB_PAGE},
    {"ustar", 5, 257, {MI_KIND_OTHER, "a tar archive", "unpack it first: tar -xf FILE", NULL}},
};

static const struct mi_kind safetensors = {
    MI_KIND_OTHER, "a safetensors file, which holds weights",
    "save its tensor with numpy.save(\"out.npy\", safetensors.numpy.load_file(FILE)[NAME])",
    "the tokenizer is in tokenizer.json or tokenizer.model"};

/* The size of a header of JSON in eight bytes, and then that header. */
static bool is_safetensors(const unsigned char *bytes, size_t n) {
    uint64_t size = 0;
    if (n < 10 || bytes[8] != '{' || (bytes[9] != '"' && bytes[9] != '}' && bytes[9] != ' '))
        return false;
    for (size_t i = 0; i < 8; i++)
        size |= (uint64_t)bytes[i] << 8 * i;
    return size >= 2 && size <= 100000000;
}

const struct mi_kind *mi_kind_of(const void *bytes, size_t n, bool *more) {
    const unsigned char *start = bytes;
    bool may_grow = n == 0;
    for (size_t i = 0; n > 0 && i < sizeof signatures / sizeof *signatures; i++) {
        const struct signature *signature = &signatures[i];
        if (n >= signature->at + signature->n) {
            if (memcmp(start + signature->at, signature->bytes, signature->n) == 0)
                return &signature->kind;
        } else if (signature->at == 0 && memcmp(start, signature->bytes, n) == 0) {
            may_grow = true;
        }
    }
    const bool is_weights = is_safetensors(start, n);
    if (more)
        *more = may_grow && !is_weights;
    return is_weights ? &safetensors : NULL;
}
