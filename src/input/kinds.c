/* Knows files by their first bytes. */
#include "kinds.h"

#include "formats.h"

#include <string.h>

/* Where a signature stands far into the file, it is looked for in what is there anyway. */
struct signature {
    const char *bytes;
    size_t n;
    size_t at;
    enum mr_kind_name name;
    const char *other;
};

#define BYTES(text) text, sizeof(text) - 1

#define AS_JSON_LINES "to_json(\"out.jsonl\", orient=\"records\", lines=True)"

static const struct signature signatures[] = {
    {BYTES("\x1f\x8b"), 0, MR_KIND_GZIP, NULL},
    {BYTES("\x28\xb5\x2f\xfd"), 0, MR_KIND_ZSTD, NULL},
    {BYTES("\x50\x2a\x4d\x18"), 0, MR_KIND_ZSTD, NULL}, /* a frame to skip */
    {BYTES(MR_NPY_MAGIC), 0, MR_KIND_NPY, NULL},
    {MR_INDEX_MAGIC, MR_INDEX_MAGIC_SIZE, 0, MR_KIND_INDEX, NULL},
    {BYTES("PAR1"), 0, MR_KIND_OTHER,
     "a Parquet file; turn it into JSON Lines first, with "
     "pandas.read_parquet(FILE)." AS_JSON_LINES},
    {BYTES("ARROW1\0\0"), 0, MR_KIND_OTHER,
     "an Arrow file; turn it into JSON Lines first, with "
     "pandas.read_feather(FILE)." AS_JSON_LINES},
    {BYTES("FEA1"), 0, MR_KIND_OTHER,
     "a Feather file; turn it into JSON Lines first, with "
     "pandas.read_feather(FILE)." AS_JSON_LINES},
    {BYTES("\xff\xff\xff\xff"), 0, MR_KIND_OTHER,
     "an Arrow stream, as Hugging Face datasets have it; turn it into JSON Lines first, with "
     "datasets.Dataset.from_file(FILE).to_json(\"out.jsonl\"); headerless arrays need --dtype"},
    {BYTES("\xfd"
           "7zXZ\0"),
     0, MR_KIND_OTHER, "compressed with xz; pipe it in: xz -dc FILE |"},
    {BYTES("BZh"), 0, MR_KIND_OTHER, "compressed with bzip2; pipe it in: bzip2 -dc FILE |"},
    {BYTES("\x04\x22\x4d\x18"), 0, MR_KIND_OTHER,
     "compressed with lz4; pipe it in: lz4 -dc FILE |"},
    {BYTES("7z\xbc\xaf\x27\x1c"), 0, MR_KIND_OTHER, "a 7z archive; unpack it first"},
    {BYTES("PK\x03\x04"), 0, MR_KIND_OTHER,
     "a zip archive, which .npz and .pt files are, too; save each array by itself with "
     "numpy.save(\"out.npy\", numpy.load(FILE)[NAME])"},
    {BYTES("PK\x05\x06"), 0, MR_KIND_OTHER, "an empty zip archive"},
    {BYTES("\x80\x02"), 0, MR_KIND_OTHER, "a Python pickle"},
    {BYTES("\x80\x03"), 0, MR_KIND_OTHER, "a Python pickle"},
    {BYTES("\x80\x04"), 0, MR_KIND_OTHER, "a Python pickle"},
    {BYTES("\x80\x05"), 0, MR_KIND_OTHER, "a Python pickle"},
    {BYTES("version https://git-lfs.github.com/spec/"), 0, MR_KIND_OTHER,
     "a Git LFS pointer, not the data itself; fetch it with git lfs pull"},
    {BYTES("/annex/objects/"), 0, MR_KIND_OTHER,
     "a git-annex pointer, not the data itself; fetch it with git annex get FILE"},
    {BYTES("\x89HDF\r\n\x1a\n"), 0, MR_KIND_OTHER,
     "an HDF5 file; save its data set with numpy.save(\"out.npy\", "
     "h5py.File(FILE)[NAME][:])"},
    {BYTES("TNTIDX\0\0"), 0, MR_KIND_OTHER,
     "an index of Megatron's old format, which is not mapped into memory; write the data again "
     "with --dataset-impl mmap"},
    {BYTES("SQLite format 3\0"), 0, MR_KIND_OTHER,
     "an SQLite data base; write the IDs as JSON Lines"},
    {BYTES("Obj\x01"), 0, MR_KIND_OTHER, "an Avro file; write the IDs as JSON Lines"},
    {BYTES("ORC"), 0, MR_KIND_OTHER,
     "an ORC file; turn it into JSON Lines first, with pandas.read_orc(FILE)." AS_JSON_LINES},
    {BYTES("\xff\xfe"), 0, MR_KIND_OTHER, "text in UTF-16; pipe it in: iconv -f UTF-16 FILE |"},
    {BYTES("\xfe\xff"), 0, MR_KIND_OTHER, "text in UTF-16; pipe it in: iconv -f UTF-16 FILE |"},
    {BYTES("<!DOCTYPE"), 0, MR_KIND_OTHER, "a web page, not the data; was a download refused?"},
    {BYTES("<html"), 0, MR_KIND_OTHER, "a web page, not the data; was a download refused?"},
    {BYTES("ustar"), 257, MR_KIND_OTHER, "a tar archive; unpack it first: tar -xf FILE"},
};

static const char pickle[] = "a Python pickle, which may run code when it is loaded and is "
                             "never read; save the IDs with "
                             "numpy.save, or as JSON Lines";

static const char safetensors[] =
    "a safetensors file; save its tensor with numpy.save(\"out.npy\", "
    "safetensors.numpy.load_file(FILE)[NAME])";

/* Compares with what is there. *more is set when it might go on that way. */
static bool matches(const struct mr_bytes *bytes, const struct signature *signature,
                    bool *more) {
    const unsigned char *data = bytes->data + bytes->begin;
    const size_t ready = bytes->end - bytes->begin;
    const size_t n = signature->n;
    if (ready >= signature->at + n)
        return memcmp(data + signature->at, signature->bytes, n) == 0;
    if (signature->at == 0 && memcmp(data, signature->bytes, ready) == 0)
        *more = true;
    return false;
}

/* The size of a header of JSON in eight bytes, and then that header. */
static bool is_safetensors(const unsigned char *data, size_t n) {
    return n > 9 && mr_load(data, 8) <= 100 * 1000 * 1000 && mr_load(data, 8) > 1 &&
           data[8] == '{' && (data[9] == '"' || data[9] == '}');
}

/* Control characters are in no text. */
static bool is_binary(const unsigned char *data, size_t n) {
    for (size_t i = 0; i < n && i < 512; i++)
        if (data[i] < 0x20 && !(data[i] >= '\t' && data[i] <= '\r'))
            return true;
    return false;
}

static struct mr_kind judge(const struct mr_bytes *bytes) {
    const unsigned char *data = bytes->data + bytes->begin;
    const size_t n = bytes->end - bytes->begin;
    if (is_safetensors(data, n))
        return (struct mr_kind){MR_KIND_OTHER, safetensors};
    return (struct mr_kind){is_binary(data, n) ? MR_KIND_BINARY : MR_KIND_OPEN, NULL};
}

mmspan_status mr_sniff(struct mr_bytes *bytes, struct mr_kind *kind, mmspan_error *error) {
    mmspan_status status = mr_bytes_need(bytes, 1, error);
    while (status == MMSPAN_OK) {
        bool more = false;
        for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
            const struct signature *signature = &signatures[i];
            if (!matches(bytes, signature, &more))
                continue;
            *kind = (struct mr_kind){signature->name, signature->other};
            if (signature->bytes[0] == '\x80')
                kind->other = pickle;
            return MMSPAN_OK;
        }
        if (!more || bytes->done)
            break;
        status = mr_bytes_fill(bytes, error);
    }
    *kind = judge(bytes);
    return status;
}
