/* The order of findings, and putting some in among others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/random.h"
#include "match/scan/output.h"

/* Findings of few places, so that many share one; `id` says which they are. */
static mmspan_finding any_finding(struct random_source *r, int32_t id) {
    const int64_t start = (int64_t)random_below(r, 3);
    mmspan_finding f = mm_finding((mmspan_finding_kind)random_below(r, 3), start,
                                  start + 1 + (int64_t)random_below(r, 3));
    f.modality = (int32_t)random_below(r, 4) - 1;
    f.id = id;
    return f;
}

static void open_output(struct mm_output *out) {
    const mmspan_allocator memory = mm_allocator(NULL);
    mm_output_init(out, &memory);
}

/* By start, end, kind and modality: written apart from the one that is tested. */
static int order(const mmspan_finding *a, const mmspan_finding *b) {
    const int64_t by[4][2] = {
        {a->start, b->start}, {a->end, b->end}, {a->kind, b->kind}, {a->modality, b->modality}};
    for (int i = 0; i < 4; i++)
        if (by[i][0] != by[i][1])
            return by[i][0] > by[i][1] ? 1 : -1;
    return 0;
}

/* Sorted, those of one place and kind in the order in which they came. */
static void expect_sorted(const mmspan_finding *findings, size_t n) {
    for (size_t i = 1; i < n; i++) {
        const int by = order(&findings[i - 1], &findings[i]);
        assert_true(by < 0 || (by == 0 && findings[i - 1].id < findings[i].id));
    }
}

static void test_order(void **state) {
    struct random_source r = {1};
    (void)state;
    for (int i = 0; i < 20000; i++) {
        const mmspan_finding a = any_finding(&r, 0);
        const mmspan_finding b = any_finding(&r, 0);
        assert_int_equal(mm_compare_findings(&a, &b), order(&a, &b));
    }
}

/* Reports of any places; those before `first_finding` belong to another sequence. */
static void test_report(void **state) {
    struct random_source r = {2};
    struct mm_output out;
    (void)state;
    open_output(&out);
    for (int round = 0; round < 300; round++) {
        mm_output_reset(&out);
        for (int32_t id = 0; id < 12; id++) {
            if (id == 4)
                mm_output_next(&out);
            const mmspan_finding f = any_finding(&r, id);
            mmspan_finding *got =
                mm_output_report(&out, (mmspan_finding_kind)f.kind, f.start, f.end);
            assert_non_null(got);
            assert_int_equal(got->id, -1);
            got->id = id;
        }
        for (size_t i = 0; i < out.n_findings; i++)
            assert_true((i < 4) == (out.findings[i].id < 4));
        expect_sorted(out.findings, 4);
        expect_sorted(out.findings + 4, out.n_findings - 4);
    }
    mm_output_free(&out);
}

/* Adds some findings at the end, in order among themselves. */
static void add_part(struct mm_output *out, struct random_source *r, size_t n) {
    const size_t first = out->n_findings;
    assert_true(mm_reserve(&out->allocator, &out->findings, &out->cap_findings, first + n,
                           sizeof *out->findings));
    for (size_t i = 0; i < n; i++) {
        const mmspan_finding f = any_finding(r, (int32_t)out->n_findings);
        size_t at = out->n_findings++;
        for (; at > first && order(&out->findings[at - 1], &f) > 0; at--)
            out->findings[at] = out->findings[at - 1];
        out->findings[at] = f;
    }
}

/* What stands before both parts stays as it is. */
static void test_merge(void **state) {
    struct random_source r = {3};
    struct mm_output out;
    (void)state;
    open_output(&out);
    for (int round = 0; round < 2000; round++) {
        mm_output_reset(&out);
        add_part(&out, &r, 2);
        const mmspan_finding before[] = {out.findings[0], out.findings[1]};
        add_part(&out, &r, random_below(&r, 9));
        const size_t middle = out.n_findings;
        add_part(&out, &r, random_below(&r, 9));
        const size_t n = out.n_findings;
        assert_true(mm_output_merge(&out, 2, middle));
        assert_int_equal(out.n_findings, n);
        assert_memory_equal(before, out.findings, sizeof before);
        expect_sorted(out.findings + 2, n - 2);
    }
    mm_output_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
