/* Which rows lie together in a batch, or in a shard, must not matter: rows of a file may differ
 * in the columns that they have. */
#include "mmspan/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../oracle/gallery.h"
#include "../../support/audit_case.h"
#include "../../support/expect.h"
#include "../../support/random.h"
#include "../../support/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_ROWS = 24, MAX_ROW = 512, MAX_SHARDS = 8 };

/* An object with the IDs and some of these, which agree or not. */
static const char *const members[] = {
    "\"labels\": [9, -100, -100, -100, -100, 9, 9]",
    "\"labels\": null",
    "\"attention_mask\": [1, 1, 0, 1, 1, 1, 1]",
    "\"mm_token_type_ids\": [0, 0, 1, 1, 0, 0, 0]",
    "\"cu_seqlens\": [0, 3, 7]",
    "\"cu_seqlens\": null",
    "\"seq_lens\": [5, 2]",
    "\"position_ids\": [0, 1, 2, 3, 4, 5, 0]",
    "\"image_grid_thw\": [[1, 2, 4]]",
    "\"image_rows\": [4]",
    "\"num_images\": 2",
    "\"num_videos\": 0",
};
enum { N_MEMBERS = sizeof members / sizeof members[0] };

static size_t write_row(struct random_source *random, char *text) {
    const char *last = "";
    size_t n = (size_t)sprintf(text, "{\"input_ids\": [9, 1, 3, 3, 2, 9, 9]");
    for (size_t i = 0; i < N_MEMBERS; i++) {
        const size_t key = strcspn(members[i], ":");
        if (random_between(random, 0, 3) || strncmp(last, members[i], key) == 0)
            continue;
        last = members[i];
        n += (size_t)sprintf(text + n, ", %s", members[i]);
    }
    return n + (size_t)sprintf(text + n, "}\n");
}

static void add_file(mmspan_report *sum, const mmspan_matcher *matcher, const char *path,
                     uint32_t shard, uint32_t n_shards) {
    const mmspan_audit_source source = {
        .struct_size = sizeof source, .shard = shard, .n_shards = n_shards};
    mmspan_audit *audit;
    mmspan_error error;
    if (mmspan_audit_create(matcher, NULL, &audit, &error) != MMSPAN_OK ||
        mmspan_audit_read(audit, path, &source, &error) != MMSPAN_OK ||
        mmspan_report_merge(sum, mmspan_audit_report(audit), &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
    mmspan_audit_destroy(audit);
}

static char *in_shards(const mmspan_matcher *matcher, const char *path, uint32_t n_shards) {
    mmspan_report *sum;
    assert_int_equal(mmspan_report_create(NULL, &sum), MMSPAN_OK);
    for (uint32_t shard = 0; shard < n_shards; shard++)
        add_file(sum, matcher, path, shard, n_shards);
    char *json = audit_case_json(sum);
    mmspan_report_destroy(sum);
    return json;
}

static void test_rows(void **state) {
    struct random_source random = {20};
    struct scratch scratch;
    char text[N_ROWS * MAX_ROW];
    (void)state;
    scratch_open(&scratch);
    mmspan_matcher *matcher = expect_compile(gallery_qwen, NULL);
    for (int round = 0; round < 40; round++) {
        size_t n = 0;
        for (int i = 0; i < N_ROWS; i++)
            n += write_row(&random, text + n);
        const char *path = scratch_write(&scratch, "rows.jsonl", text, n);
        char *whole = in_shards(matcher, path, 1);
        for (uint32_t n_shards = 2; n_shards <= MAX_SHARDS; n_shards++) {
            char *json = in_shards(matcher, path, n_shards);
            assert_string_equal(json, whole);
            free(json);
        }
        free(whole);
    }
    mmspan_matcher_destroy(matcher);
    scratch_close(&scratch);
}

/* The first column of a modality that is not null for a row is the one that is used there. */
static void test_columns_of_a_modality(void **state) {
    static struct ragged grids, rows, counts, lengths, borders;
    struct audit_case c;
    mmspan_media_column media[3] = {
        {.form = MMSPAN_MEDIA_GRID}, {.form = MMSPAN_MEDIA_ROWS}, {.form = MMSPAN_MEDIA_COUNT}};
    mmspan_audit_batch batch = {.n_media = 3, .media = media};
    (void)state;
    audit_case_open(&c, gallery_qwen, NULL);
    media[0].values = *ragged_read(&grids, MMSPAN_COLUMN_INT64, "1 2 4 | - | - | -");
    media[1].values = *ragged_read(&rows, MMSPAN_COLUMN_INT32, "7 | 4 | - | -");
    media[2].values = *ragged_read(&counts, MMSPAN_COLUMN_INT64, "7 | 7 | 2 | -");
    batch.cu_seqlens = ragged_read(&borders, MMSPAN_COLUMN_INT32, "- | - | - | 0 2 4");
    batch.seq_lens = ragged_read(&lengths, MMSPAN_COLUMN_INT64, "- | 3 1 | - | 4");
    audit_case_add(&c, &batch, "1 3*2 2 | 1 3*2 2 | 1 3*2 2 | 1 3*2 2");
    audit_case_expect(&c, "1 truncated-block 0..3 -1 -1\n"
                          "1 stray-token 3..4 -1 2\n"
                          "1 media-count 4..4 1 0\n"
                          "2 media-count 0..4 2 1\n"
                          "3 truncated-block 0..2 -1 -1\n"
                          "3 stray-token 2..3 -1 3\n"
                          "3 stray-token 3..4 -1 2\n");
    audit_case_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows),
                                       cmocka_unit_test(test_columns_of_a_modality)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
