/* Tests the tokenizer look-up on files that are no SentencePiece model, or one that was cut or
 * damaged. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/scratch_fixture.h"
#include "../../support/train_model.h"
#include "mmspan/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SMALL_MODEL                                                                            \
    "vocab_size=80\nmodel_type=bpe\ncharacter_coverage=1.0\n"                                  \
    "normalization_rule_name=identity\n"                                                       \
    "user_defined_symbols=<image>,<image_patch>,[a-z]*(x),<a b>\n"                             \
    "control_symbols=[IMG],[IMG_BREAK],<｜图▁像｜>"

static int set_up(void **state) {
    (void)state;
    scratch_open(&scratch);
    return train_model(scratch_path(&scratch, "tokenizer.model"), SMALL_MODEL) ? 0 : -1;
}

static mmspan_tokenizer *open_good(const char *path) {
    mmspan_tokenizer *tokenizer = NULL;
    mmspan_error error = {0};
    if (mmspan_tokenizer_open(path, NULL, &tokenizer, &error) != MMSPAN_OK)
        fail_msg("%s: %s", error.file, error.message);
    return tokenizer;
}

static void expect_refused(const char *path, mmspan_status status, const char *part) {
    mmspan_tokenizer *tokenizer = NULL;
    mmspan_error error = {0};
    mmspan_status got = mmspan_tokenizer_open(path, NULL, &tokenizer, &error);
    assert_null(tokenizer);
    assert_int_equal(error.status, got);
    assert_int_equal(mmspan_tokenizer_open(path, NULL, &tokenizer, NULL), got);
    if (got != status || !strstr(error.message, part))
        fail_msg("status %d, \"%s\" instead of %d, \"%s\"", (int)got, error.message,
                 (int)status, part);
}

static void test_not_a_model(void **state) {
    (void)state;
    expect_refused(scratch_path(&scratch, "none.model"), MMSPAN_E_IO, "No such file");
    expect_refused(scratch_text(&scratch, "bad.model", ""), MMSPAN_E_SYNTAX, "empty");
    expect_refused(scratch_text(&scratch, "bad.model", "hello, world"), MMSPAN_E_SYNTAX,
                   "no SentencePiece model");
    expect_refused(scratch_text(&scratch, "bad.model", "\n\n\n\n\n"), MMSPAN_E_SYNTAX, "");
    /* A piece with text and nothing more. */
    expect_refused(scratch_write(&scratch, "bad.model", "\x0A\x03\x0A\x01\x61", 5),
                   MMSPAN_E_SYNTAX, "cut short");
    expect_refused(scratch_write(&scratch, "bad.model", "\x0A\xFF\xFF\xFF\xFF\xFF\x0F", 7),
                   MMSPAN_E_SYNTAX, "no SentencePiece model");
    /* A file with a hole: nothing is read but its size. */
    scratch_text(&scratch, "bad.model", "x");
    assert_int_equal(truncate(scratch.path, (off_t)100 << 20), 0);
    expect_refused(scratch.path, MMSPAN_E_LIMIT, "64 MiB");
    scratch_remove(&scratch, "bad.model");
}

/* A cut model is refused, except behind what SentencePiece needs. */
static void test_truncated(void **state) {
    (void)state;
    size_t size;
    char *bytes = scratch_read(scratch_path(&scratch, "tokenizer.model"), &size);
    mmspan_tokenizer_options options = {.struct_size = sizeof options, .lookup_only = 1};
    size_t n_opened = 0;
    scratch_write(&scratch, "cut.model", bytes, size);
    for (size_t n = size - 1; n > 0; n--) {
        mmspan_tokenizer *tokenizer = NULL;
        mmspan_error error;
        options.lookup_only = n % 16 != 0;
        assert_int_equal(truncate(scratch.path, (off_t)n), 0);
        mmspan_status status =
            mmspan_tokenizer_open(scratch.path, &options, &tokenizer, &error);
        if (status == MMSPAN_OK) {
            assert_int_equal(mmspan_tokenizer_vocab_size(tokenizer), 80);
            n_opened++;
        } else {
            assert_int_equal(status, MMSPAN_E_SYNTAX);
        }
        mmspan_tokenizer_destroy(tokenizer);
    }
    assert_true(n_opened < 8);
    scratch_remove(&scratch, "cut.model");
    free(bytes);
}

/* Each byte changed in turn: whatever comes of it, nothing breaks. */
static void test_damaged(void **state) {
    (void)state;
    size_t size;
    char *bytes = scratch_read(scratch_path(&scratch, "tokenizer.model"), &size);
    mmspan_tokenizer_options options = {.struct_size = sizeof options};
    for (size_t i = 0; i < size; i++) {
        mmspan_tokenizer *tokenizer = NULL;
        const char kept = bytes[i];
        size_t n;
        bytes[i] = (char)(kept ^ (char)(1U << i % 8));
        options.lookup_only = i % 8 != 0;
        scratch_write(&scratch, "bad.model", bytes, size);
        if (mmspan_tokenizer_open(scratch.path, &options, &tokenizer, NULL) == MMSPAN_OK)
            mmspan_tokenizer_encode(tokenizer, "ka lo<image>[IMG]", 17, NULL, 0, NULL, 0, &n,
                                    NULL);
        mmspan_tokenizer_destroy(tokenizer);
        bytes[i] = kept;
    }
    scratch_remove(&scratch, "bad.model");
    free(bytes);
}

/* A table of characters that leads astray is refused before the library follows it. */
static void test_damaged_characters(void **state) {
    (void)state;
    static const char settings[] = "vocab_size=40\nmodel_type=unigram\ncharacter_coverage=1.0\n"
                                   "normalization_rule_name=nmt_nfkc";
    mmspan_error error = {0};
    size_t size;
    size_t n_refused = 0;
    char path[SCRATCH_PATH];
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "nfkc.model"));
    assert_true(train_model(path, settings));
    mmspan_tokenizer_destroy(open_good(path));
    char *bytes = scratch_read(path, &size);
    for (size_t i = 4000; i + 4 < size; i += 997) {
        mmspan_tokenizer *tokenizer = NULL;
        char kept[4];
        size_t n;
        memcpy(kept, bytes + i, 4);
        memset(bytes + i, (int)(0xFF - i % 3), 4);
        scratch_write(&scratch, "nfkc.model", bytes, size);
        mmspan_status status = mmspan_tokenizer_open(path, NULL, &tokenizer, &error);
        if (status == MMSPAN_OK)
            mmspan_tokenizer_encode(tokenizer, "ka \xEF\xBC\xA1 \xEF\xB7\xBA", 10, NULL, 0,
                                    NULL, 0, &n, NULL);
        else
            assert_int_equal(status, MMSPAN_E_SYNTAX);
        n_refused += status != MMSPAN_OK;
        mmspan_tokenizer_destroy(tokenizer);
        memcpy(bytes + i, kept, 4);
    }
    assert_true(n_refused > 0);
    free(bytes);
    scratch_remove(&scratch, "nfkc.model");
}

/*
 * A table of characters that is made by hand: a way of `depth` nodes, of which the last
 * `n_keys` end a key; see src/tokenizer/charsmap.c. Each node's children have 256 units of
 * their own.
 */
struct table {
    unsigned depth;
    unsigned n_keys;
    unsigned n_units; /* 0: as many as are needed */
    bool small;       /* no nodes, and the root's children are where it is itself */
    uint32_t value;   /* of the keys: where in the texts theirs begins */
    size_t n_texts;
    char last; /* the last byte of the texts, which must be 0 */
};

static void put_number(unsigned char *at, uint32_t number) {
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(number >> 8 * i);
}

/* Writes the table and returns its size. */
static size_t make_table(const struct table *table, unsigned char *bytes) {
    const unsigned n_units = table->n_units ? table->n_units : (table->depth + 2) * 256;
    unsigned char *units = bytes + 4;
    uint32_t position = 0;
    memset(bytes, 0, 4 + 4 * (table->depth + 2) * 256);
    put_number(bytes, 4 * n_units);
    for (unsigned depth = 0; depth <= table->depth; depth++) {
        const uint32_t base = table->small ? 1 : (depth + 1) * 256;
        const bool is_key = depth + table->n_keys > table->depth;
        put_number(units + 4 * position,
                   (depth > 0) | (uint32_t)is_key << 8 | (position ^ base) << 10);
        if (is_key)
            put_number(units + 4 * base, UINT32_C(0x80000000) | table->value);
        position = base ^ 1;
    }
    if (table->n_texts > 0) {
        memset(units + 4 * n_units, 'x', table->n_texts);
        units[4 * n_units + table->n_texts - 1] = (unsigned char)table->last;
    }
    return 4 + 4 * n_units + table->n_texts;
}

static unsigned char *put_length(unsigned char *at, size_t n) {
    for (; n >= 128; n /= 128)
        *at++ = (unsigned char)(n % 128 + 128);
    *at++ = (unsigned char)n;
    return at;
}

/* Opens the small model with this table in it, and lets the library follow it. */
static mmspan_status open_with(const struct table *table) {
    static unsigned char bytes[1 << 20];
    static unsigned char field[1 << 20];
    size_t n;
    char *model = scratch_read(scratch_path(&scratch, "tokenizer.model"), &n);
    const size_t size = make_table(table, field);
    unsigned char length[8];
    const size_t n_length = (size_t)(put_length(length, size) - length);
    memcpy(bytes, model, n);
    free(model);
    /* A second normalizer_spec is merged with the first; field 2 is the table. */
    unsigned char *end = bytes + n;
    *end++ = 3 << 3 | 2;
    end = put_length(end, 1 + n_length + size);
    *end++ = 2 << 3 | 2;
    memcpy(end, length, n_length);
    memcpy(end + n_length, field, size);
    scratch_write(&scratch, "table.model", bytes, (size_t)(end + n_length - bytes) + size);
    mmspan_tokenizer *tokenizer = NULL;
    mmspan_status status = mmspan_tokenizer_open(scratch.path, NULL, &tokenizer, NULL);
    if (status == MMSPAN_OK)
        mmspan_tokenizer_encode(tokenizer, "ka \1\1\1\1\1\1\1\1", 11, NULL, 0, NULL, 0, &n,
                                NULL);
    mmspan_tokenizer_destroy(tokenizer);
    scratch_remove(&scratch, "table.model");
    return status;
}

/* Each limit of a table, from both sides. */
static void test_character_tables(void **state) {
    (void)state;
    static const struct {
        struct table table;
        bool sound;
    } cases[] = {
        {{.depth = 3, .n_keys = 1, .n_texts = 2}, true},
        {{.depth = 40, .n_keys = 32, .n_texts = 2}, true},
        {{.depth = 40, .n_keys = 33, .n_texts = 2}, false},
        {{.depth = 128, .n_keys = 1, .n_texts = 2}, true},
        {{.depth = 129, .n_keys = 1, .n_texts = 2}, false},
        {{.depth = 3, .n_keys = 1, .n_texts = 5, .value = 4}, true},
        {{.depth = 3, .n_keys = 1, .n_texts = 5, .value = 5}, false},
        {{.depth = 3, .n_keys = 1, .n_texts = 5, .last = 'x'}, false},
        {{.depth = 3, .n_keys = 1, .n_texts = 1}, true},
        {{.depth = 0, .n_keys = 0, .n_texts = 1}, true},
        {{.depth = 0, .n_keys = 0, .n_texts = 0}, false},
        {{.n_units = 511, .n_texts = 2}, false},
        {{.n_units = 256, .n_texts = 1, .small = true}, true},
        {{.n_units = 255, .n_texts = 1, .small = true}, false},
        {{.depth = 3, .n_keys = 1, .n_texts = 2, .n_units = 4 * 256}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const mmspan_status wanted = cases[i].sound ? MMSPAN_OK : MMSPAN_E_SYNTAX;
        const mmspan_status status = open_with(&cases[i].table);
        if (status != wanted)
            fail_msg("case %zu: status %d", i, (int)status);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_a_model),      cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_damaged),          cmocka_unit_test(test_damaged_characters),
        cmocka_unit_test(test_character_tables),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down_scratch);
}
