/* Each way to a key of hash tables, on systems that refuse the ways before it. */
#define _DEFAULT_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <sys/types.h>

static bool refuses_numbers;
static bool refuses_files;
static int n_opened;

static ssize_t refusing_getrandom(void *bytes, size_t n, unsigned flags);
static int refusing_open(const char *path, int flags);

/* The functions of the system in the code under test, which comes below. */
#if defined(__linux__)
#include <sys/random.h>
#endif
#define getrandom   refusing_getrandom
#define open        refusing_open
#define mi_hash_key hash_key_under_test
#include "../../../src/io/hash_key.c"
#undef getrandom
#undef open

static ssize_t refusing_getrandom(void *bytes, size_t n, unsigned flags) {
#if defined(__linux__)
    if (!refuses_numbers)
        return getrandom(bytes, n, flags);
#endif
    (void)bytes;
    (void)n;
    (void)flags;
    return -1;
}

static int refusing_open(const char *path, int flags) {
    n_opened++;
    return refuses_files ? -1 : open(path, flags);
}

/* Draws keys: no two share a half, and not all bits of a half stay the same. */
static void expect_keys(void) {
    enum { N = 64 };
    struct mm_sip_key keys[N];
    uint64_t ones[2] = {0, 0};
    uint64_t zeros[2] = {0, 0};
    for (int i = 0; i < N; i++) {
        keys[i] = hash_key_under_test();
        for (int j = 0; j < i; j++)
            assert_true(keys[i].k0 != keys[j].k0 && keys[i].k1 != keys[j].k1);
        ones[0] |= keys[i].k0;
        ones[1] |= keys[i].k1;
        zeros[0] |= ~keys[i].k0;
        zeros[1] |= ~keys[i].k1;
        assert_true(keys[i].k0 != keys[i].k1);
    }
    assert_true(ones[0] == UINT64_MAX && ones[1] == UINT64_MAX);
    assert_true(zeros[0] == UINT64_MAX && zeros[1] == UINT64_MAX);
}

static void test_system(void **state) {
    (void)state;
    refuses_numbers = refuses_files = false;
    n_opened = 0;
    expect_keys();
#if defined(__linux__)
    assert_int_equal(n_opened, 0);
#endif
}

static void test_device(void **state) {
    (void)state;
    refuses_numbers = true;
    refuses_files = false;
    n_opened = 0;
    expect_keys();
#if defined(__linux__)
    assert_int_equal(n_opened, 64);
#endif
}

/* Two keys drawn at once need not differ here, but the halves of one do. */
static void test_nothing(void **state) {
    (void)state;
    refuses_numbers = refuses_files = true;
    n_opened = 0;
    const struct mm_sip_key key = hash_key_under_test();
    assert_true(n_opened <= 1);
    assert_true(key.k0 != key.k1 && key.k0 != 0 && key.k1 != 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_system),
        cmocka_unit_test(test_device),
        cmocka_unit_test(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
