/* Tests the table of file kinds: each is told as soon as its bytes are there, and no sooner,
 * and says what to do with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/io/file_kind.h"

#include <stdbool.h>
#include <string.h>

#define KIND(bytes, name, what)                                                                \
    { bytes, sizeof(bytes) - 1, name, what }

static const struct {
    const char *bytes;
    size_t n;
    enum mi_kind_name name;
    const char *what;
} kinds[] = {
    KIND("\x1f\x8b", MI_KIND_GZIP, "gzip"),
    KIND("\x28\xb5\x2f\xfd", MI_KIND_ZSTD, "zstd"),
    KIND("\x50\x2a\x4d\x18", MI_KIND_ZSTD, "zstd"),
    KIND("\x93NUMPY", MI_KIND_NPY, "NumPy"),
    KIND("MMIDIDX\0\0", MI_KIND_INDEX, "Megatron"),
    KIND("PAR1", MI_KIND_OTHER, "Parquet"),
    KIND("ARROW1\0\0", MI_KIND_OTHER, "Arrow file"),
    KIND("FEA1", MI_KIND_OTHER, "Feather"),
    KIND("\xff\xff\xff\xff", MI_KIND_OTHER, "Arrow stream"),
    KIND("\xfd"
         "7zXZ",
         MI_KIND_OTHER, "xz"),
    KIND("BZh", MI_KIND_OTHER, "bzip2"),
    KIND("\x04\x22\x4d\x18", MI_KIND_OTHER, "lz4"),
    KIND("7z\xbc\xaf\x27\x1c", MI_KIND_OTHER, "7z"),
    KIND("PK\x03\x04", MI_KIND_OTHER, "zip archive"),
    KIND("PK\x05\x06", MI_KIND_OTHER, "empty zip"),
    KIND("\x80\x02", MI_KIND_OTHER, "pickle"),
    KIND("\x80\x05", MI_KIND_OTHER, "pickle"),
    KIND("GGUF", MI_KIND_OTHER, "GGUF"),
    KIND("version https://git-lfs.github.com/spec/", MI_KIND_OTHER, "Git LFS"),
    KIND("/annex/objects/", MI_KIND_OTHER, "git-annex"),
    KIND("\x89HDF", MI_KIND_OTHER, "HDF5"),
    KIND("TNTIDX\0\0", MI_KIND_OTHER, "old format"),
    KIND("SQLite format 3\0", MI_KIND_OTHER, "SQLite"),
    KIND("Obj\x01", MI_KIND_OTHER, "Avro"),
    KIND("ORC", MI_KIND_OTHER, "ORC"),
    KIND("\xff\xfe", MI_KIND_OTHER, "UTF-16"),
    KIND("<!DOCTYPE", MI_KIND_OTHER, "web page"),
    KIND("<!doctype", MI_KIND_OTHER, "web page"),
    KIND("<html", MI_KIND_OTHER, "web page"),
};

static void test_prefixes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bool more;
        for (size_t n = 0; n < kinds[i].n; n++) {
            more = false;
            assert_null(mi_kind_of(kinds[i].bytes, n, &more));
            assert_true(more);
        }
        const struct mi_kind *kind = mi_kind_of(kinds[i].bytes, kinds[i].n, &more);
        assert_non_null(kind);
        assert_int_equal(kind->name, kinds[i].name);
        assert_non_null(strstr(kind->what, kinds[i].what));
        /* Either it is read, or there is a way out. */
        assert_true((kind->name == MI_KIND_OTHER) == (kind->for_data != NULL));
    }
}

/* These have their signature behind other bytes. */
static void test_far(void **state) {
    char tar[MI_KIND_BYTES] = "a.txt";
    bool more = true;
    (void)state;
    memcpy(tar + 257, "ustar", 5);
    assert_non_null(strstr(mi_kind_of(tar, sizeof tar, NULL)->what, "tar archive"));
    assert_null(mi_kind_of(tar, 261, &more));
    assert_false(more);
    static const char weights[] = "\x08\0\0\0\0\0\0\0{\"a\":{}}";
    assert_non_null(strstr(mi_kind_of(weights, 16, NULL)->what, "safetensors"));
    assert_null(mi_kind_of(weights, 9, NULL));
}

/* What a config, a tokenizer or token IDs may begin with. */
static void test_meant(void **state) {
    static const char *const texts[] = {"mmspan: 1\n", "{\"input_ids\": [1]}", "12 13\n",
                                        "\xef\xbb\xbfmmspan: 1\n", "\n\x0e\n\x05<unk>"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bool more = true;
        assert_null(mi_kind_of(texts[i], strlen(texts[i]), &more));
        assert_false(more);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_far),
        cmocka_unit_test(test_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
