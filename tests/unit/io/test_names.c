/* Legal names: look-up, and which one a misspelt one was meant to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/io/names.h"

#include <string.h>

static const char *nearest(const char *const *list, size_t n, const char *name) {
    const char *copy[8];
    memcpy(copy, list, n * sizeof *list);
    const struct mi_names names = {copy, n};
    return mi_nearest_name(&names, name, strlen(name));
}

static void test_nearest(void **state) {
    (void)state;
    static const char *const list[] = {"scan", "check", "expand", "explain", "b"};
    static const struct {
        const char *name;
        const char *meant; /* NULL: none is near enough */
    } words[] = {
        {"scan", "scan"},
        {"scna", "scan"},   /* two neighbours swapped */
        {"san", "scan"},    /* one left out */
        {"scann", "scan"},  /* one too many */
        {"scam", "scan"},   /* another one */
        {"scaaan", "scan"}, /* two of six */
        {"cans", NULL},     /* two of four */
        {"sc", NULL},       /* two left out */
        {"expalin", "explain"},
        {"expln", NULL}, /* two of five */
        {"expend", "expand"},
        {"expan", "expand"}, /* nearer than "explain" */
        {"xxplaxx", NULL},
        {"ckehc", NULL}, /* four swaps in five letters are more than one */
        {"hceck", "check"},
        {"hcekc", NULL}, /* two swaps of five */
        {"", NULL},
        {"x", NULL}, /* one of one would be any name of one letter */
        {"ab", NULL},
        {"b", "b"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *found = nearest(list, 5, words[i].name);
        if (!words[i].meant)
            assert_null(found);
        else
            assert_string_equal(found, words[i].meant);
    }
    assert_null(nearest(list, 0, "scan"));
}

/* Of two that are as near, the one that comes first. */
static void test_order(void **state) {
    (void)state;
    static const char *const list[] = {"cart", "card", "care"};
    assert_string_equal(nearest(list, 3, "cars"), "cart");
    assert_string_equal(nearest(list + 1, 2, "cars"), "card");
    assert_string_equal(nearest(list, 3, "care"), "care");
}

/* Long names are not guessed; those of 64 letters still are. */
static void test_length(void **state) {
    (void)state;
    char name[70];
    char wrong[70];
    for (size_t n = 60; n < 68; n++) {
        memset(name, 'n', n);
        name[n] = '\0';
        strcpy(wrong, name);
        wrong[n / 2] = 'x';
        const char *const list[] = {name};
        if (n > 64)
            assert_null(nearest(list, 1, wrong));
        else
            assert_ptr_equal(nearest(list, 1, wrong), name);
    }
    /* One is short enough, the other is not, and little of it is missing. */
    memset(name, 'n', sizeof name);
    memset(wrong, 'n', sizeof wrong);
    name[69] = '\0';
    wrong[64] = '\0';
    assert_null(nearest((const char *const[]){name}, 1, wrong));
    assert_null(nearest((const char *const[]){wrong}, 1, name));
}

static void test_look_up(void **state) {
    (void)state;
    const char *list[] = {"image", "audio", "video", "im", "images", "a"};
    struct mi_names names = {list, 6};
    mi_sort_names(&names);
    for (size_t i = 0; i < 6; i++) {
        assert_true(i == 0 || strcmp(list[i - 1], list[i]) < 0);
        assert_true(mi_has_name(&names, list[i], strlen(list[i])));
    }
    assert_true(mi_has_name(&names, "images and more", 6));
    assert_true(mi_has_name(&names, "images and more", 5));
    assert_false(mi_has_name(&names, "images and more", 4));
    assert_false(mi_has_name(&names, "zebra", 5));
    assert_false(mi_has_name(&names, "", 0));
    names.n = 0;
    mi_sort_names(&names);
    assert_false(mi_has_name(&names, "a", 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_look_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
