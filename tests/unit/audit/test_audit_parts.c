/* What reports are made of: digests, histograms and text. */
#include "audit/histogram.h"
#include "audit/sha256.h"
#include "audit/writing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_sha256(void **state) {
    /* FIPS 180-4, and lengths around the end of a block. */
    static const struct {
        size_t n;
        const char *digest;
    } as[] = {{55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
              {56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
              {64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
              {119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"}};
    char text[65];
    char letters[128];
    (void)state;
    ma_sha256("", 0, text);
    assert_string_equal(text,
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    ma_sha256("abc", 3, text);
    assert_string_equal(text,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    memset(letters, 'a', sizeof letters);
    for (size_t i = 0; i < 4; i++) {
        ma_sha256(letters, as[i].n, text);
        assert_string_equal(text, as[i].digest);
    }
}

/* Whatever the order and the grouping, the histogram of the same numbers is the same. */
static void test_histogram(void **state) {
    static struct ma_histogram all, parts[4], left, right;
    (void)state;
    for (int64_t different = 1; different < 600; different += 17) {
        memset(&all, 0, sizeof all);
        memset(parts, 0, sizeof parts);
        for (int64_t i = 0; i < 2000; i++) {
            const int64_t value = i * 7919 % different * 3;
            ma_histogram_add(&all, value, 1);
            ma_histogram_add(&parts[i * 31 % 4], value, 1);
        }
        left = parts[0];
        ma_histogram_merge(&left, &parts[1]);
        right = parts[3];
        ma_histogram_merge(&right, &parts[2]);
        ma_histogram_merge(&right, &left);
        all.last = right.last = 0;
        assert_memory_equal(&all, &right, sizeof all);
        assert_int_equal(all.by_powers, different > MA_MAX_EXACT);
        assert_int_equal(all.n, 2000);
    }
    assert_int_equal(ma_power_of(0), 0);
    assert_int_equal(ma_power_of(1), 1);
    assert_int_equal(ma_power_of(3), 2);
    assert_int_equal(ma_power_of(4), 3);
    assert_int_equal(ma_power_of(INT64_MAX), 63);
}

static void test_writing(void **state) {
    struct ma_writing out = {.allocator = mm_allocator(NULL)};
    (void)state;
    ma_write_string(&out, "a\"\\\n\x01\xc3\xa9\xff\xc3(\xed\xa0\x80");
    ma_write(&out, " ");
    ma_write_share(&out, 1, 3);
    ma_write(&out, " ");
    ma_write_share(&out, INT64_MAX - 1, INT64_MAX);
    ma_write(&out, " ");
    ma_write_share(&out, 5, 0);
    assert_string_equal(out.text, "\"a\\\"\\\\\\u000a\\u0001\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd("
                                  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\" 0.333333 1.000000 "
                                  "0.000000");
    ma_writing_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_histogram),
        cmocka_unit_test(test_writing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
