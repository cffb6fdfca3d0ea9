/* The hash tables of a vocabulary: pieces and IDs prepared to collide do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/tokenizer/vocabulary.h"

#include <stdlib.h>
#include <string.h>

/*
 * What looking each number up once takes in a table. Slots behind the first one are looked
 * at in vain; at half load there is half of one for each number, and in a longest chain of
 * thousands some thirty.
 */
struct work {
    size_t n;
    size_t n_in_vain;
    size_t longest;
};

static struct work work_of(const struct mt_table *table) {
    struct work work = {0};
    for (size_t i = 0; i < table->n_slots; i++) {
        const struct mt_slot *slot = &table->slots[i];
        if (!slot->number)
            continue;
        const size_t home = slot->hash & (table->n_slots - 1);
        const size_t steps = (i - home) & (table->n_slots - 1);
        work.n++;
        work.n_in_vain += steps;
        work.longest = steps > work.longest ? steps : work.longest;
    }
    return work;
}

static void expect_linear(const struct mt_table *table, size_t n) {
    const struct work work = work_of(table);
    assert_int_equal(work.n, n);
    assert_true(work.n_in_vain < 2 * n);
    assert_true(work.longest < 200);
}

/* A hash that tables like these had once: blocks of eight bytes, an unknown seed, but mixed
 * by multiplications alone. */
static uint32_t weak_hash(uint64_t seed, const char *text, size_t size) {
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = seed ^ (size * factor);
    for (; size > 0; text += 8) {
        uint64_t block = 0;
        const size_t n = size < 8 ? size : 8;
        memcpy(&block, text, n);
        hash = (hash ^ block) * factor;
        hash ^= hash >> 32;
        size -= n;
    }
    return (uint32_t)(hash ^ hash >> 29);
}

enum { BITS = 13, PAIR = 16, PIECE = BITS * PAIR };

/*
 * Piece number i of 2^BITS that all collide under the weak hash, whatever its seed. A pair
 * of blocks for each bit of i: turning the top bit of the first turns, through a product
 * with an odd number, the top bit of the hash, and the shift copies it to bit 31; turning
 * both of these bits in the second block turns the hash back.
 */
static void make_piece(size_t i, char piece[PIECE]) {
    memset(piece, 'a', PIECE);
    for (size_t bit = 0; bit < BITS; bit++) {
        uint64_t blocks[2];
        if (!(i >> bit & 1))
            continue;
        memcpy(blocks, piece + bit * PAIR, PAIR);
        blocks[0] ^= UINT64_C(1) << 63;
        blocks[1] ^= UINT64_C(1) << 63 | UINT64_C(1) << 31;
        memcpy(piece + bit * PAIR, blocks, PAIR);
    }
}

static void add(struct mt_vocabulary *vocabulary, const char *text, size_t size, int32_t id) {
    const mmspan_piece piece = {text, (uint32_t)size, id, MMSPAN_PIECE_NORMAL};
    assert_int_equal(mt_add_base(vocabulary, &piece), MT_ADDED);
}

static void test_prepared_pieces(void **state) {
    (void)state;
    struct mt_vocabulary vocabulary = {0};
    char piece[PIECE];
    make_piece(0, piece);
    const uint32_t some = weak_hash(0x123456789, piece, PIECE);
    const uint32_t other = weak_hash(UINT64_MAX / 3, piece, PIECE);
    for (size_t n = 0; n < (size_t)1 << BITS; n++) {
        make_piece(n, piece);
        assert_int_equal(weak_hash(0x123456789, piece, PIECE), some);
        assert_int_equal(weak_hash(UINT64_MAX / 3, piece, PIECE), other);
        add(&vocabulary, piece, PIECE, (int32_t)n);
        /* Also while the tables are as full as they get. */
        if ((n & (n - 1)) == 0 || n + 1 == (size_t)1 << BITS)
            expect_linear(&vocabulary.by_text, n + 1);
    }
    for (size_t n = 0; n < (size_t)1 << BITS; n++) {
        make_piece(n, piece);
        const struct mt_entry *entry = mt_find_text(&vocabulary, piece, PIECE);
        assert_non_null(entry);
        assert_int_equal(entry->id, n);
    }
    mt_vocabulary_free(&vocabulary);
}

/* The table that the weak hash makes of the same pieces is what must not be. */
static void test_pieces_are_prepared_well(void **state) {
    (void)state;
    struct mt_table table = {0};
    char piece[PIECE];
    const size_t n = (size_t)1 << BITS;
    for (size_t i = 0; i < n; i++) {
        make_piece(i, piece);
        assert_true(mt_table_reserve(&table, i + 1));
        const uint32_t hash = weak_hash((uintptr_t)&table, piece, PIECE);
        struct mt_slot *slot = mt_first_slot(&table, hash);
        while (slot->number)
            slot = mt_next_slot(&table, slot);
        *slot = (struct mt_slot){hash, (uint32_t)i + 1};
    }
    assert_int_equal(work_of(&table).longest, n - 1);
    assert_int_equal(work_of(&table).n_in_vain, n * (n - 1) / 2);
    mt_table_free(&table);
}

/* IDs far apart by the same step, whose low bits or products with a constant agree. */
static void test_prepared_ids(void **state) {
    (void)state;
    /* 2^27 and the golden ratio: multiples of their Fibonacci numbers lie close together. */
    static const int32_t steps[] = {1, 2, 4096, 65536, 121393, 196418, 317811};
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        struct mt_vocabulary vocabulary = {0};
        const size_t n = 5000;
        for (size_t i = 0; i < n; i++) {
            const uint32_t wide = (uint32_t)i * (uint32_t)steps[k];
            char text[8];
            memcpy(text, &i, sizeof text);
            add(&vocabulary, text, sizeof text, (int32_t)(wide & INT32_MAX));
        }
        const struct work work = work_of(&vocabulary.by_id);
        expect_linear(&vocabulary.by_id, work.n);
        mt_vocabulary_free(&vocabulary);
    }
}

/* Two vocabularies put the same pieces at different places. */
static void test_keys_differ(void **state) {
    (void)state;
    struct mt_vocabulary a = {0};
    struct mt_vocabulary b = {0};
    add(&a, "piece", 5, 7);
    add(&b, "piece", 5, 7);
    assert_true(a.key.k0 != b.key.k0 && a.key.k1 != b.key.k1);
    assert_null(mt_find_text(&a, "piec", 4));
    assert_non_null(mt_find_id(&b, 7));
    assert_null(mt_find_id(&b, 8));
    mt_vocabulary_free(&a);
    mt_vocabulary_free(&b);
    assert_null(mt_find_text(&a, "piece", 5));
    assert_null(mt_find_id(&a, 7));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prepared_pieces),
        cmocka_unit_test(test_pieces_are_prepared_well),
        cmocka_unit_test(test_prepared_ids),
        cmocka_unit_test(test_keys_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
