/* Adds reports to each other. */
#include "report.h"
#include "sum.h"

#include "../io/report.h"

#include <inttypes.h>
#include <string.h>

static mmspan_status differ(mmspan_error *error, const char *what, const char *left,
                            const char *right) {
    return mi_fail(error, MMSPAN_E_MISMATCH, NULL, "reports with different %s: %s and %s", what,
                   left, right);
}

static mmspan_status differ_in(mmspan_error *error, const char *what, int64_t left,
                               int64_t right) {
    return mi_fail(error, MMSPAN_E_MISMATCH, NULL,
                   "reports with different %s: %" PRId64 " and %" PRId64, what, left, right);
}

mmspan_status ma_check_identity(const struct ma_identity *a, const struct ma_identity *b,
                                mmspan_error *error) {
    if (strcmp(a->tool, b->tool) != 0)
        return differ(error, "tools", a->tool, b->tool);
    if (strcmp(a->model, b->model) != 0)
        return differ(error, "models", a->model, b->model);
    if (strcmp(a->config, b->config) != 0)
        return differ(error, "configs", a->config, b->config);
    if (a->n_examples != b->n_examples)
        return differ_in(error, "numbers of examples", a->n_examples, b->n_examples);
    if (a->window != b->window)
        return differ_in(error, "windows", a->window, b->window);
    if (a->max_length != b->max_length)
        return differ_in(error, "maximum lengths", a->max_length, b->max_length);
    if (a->merge_size != b->merge_size)
        return differ_in(error, "merge sizes", a->merge_size, b->merge_size);
    return MMSPAN_OK;
}

static mmspan_status check_modalities(const mmspan_report *into, const mmspan_report *from,
                                      mmspan_error *error) {
    bool same = into->n_modalities == from->n_modalities;
    for (size_t i = 0; same && i < into->n_modalities; i++)
        same = strcmp(into->modalities[i].name, from->modalities[i].name) == 0;
    return same ? MMSPAN_OK
                : mi_fail(error, MMSPAN_E_MISMATCH, NULL, "reports with different modalities");
}

static mmspan_status check_file(const mmspan_report *into, const struct ma_file *from,
                                mmspan_error *error) {
    const struct mm_place place = {.file = from->path};
    int32_t index;
    ma_find_file(into, from->path, &index);
    if (index < 0)
        return MMSPAN_OK;
    const struct ma_file *file = &into->files[index];
    if (file->size != from->size || file->total != from->total)
        return mi_fail(error, MMSPAN_E_MISMATCH, &place,
                       "has %" PRId64 " bytes in one report and %" PRId64
                       " in another: it changed while the data set was audited",
                       file->size, from->size);
    for (size_t i = 0; i < from->n_covered; i++)
        if (ma_is_covered(file, &from->covered[i]))
            return mi_fail(error, MMSPAN_E_MISMATCH, &place,
                           "%" PRId64 " to %" PRId64 " of %" PRId64
                           " is in two reports: a part was given twice",
                           from->covered[i].first, from->covered[i].end, from->total);
    return MMSPAN_OK;
}

static mmspan_status check(const mmspan_report *into, const mmspan_report *from,
                           mmspan_error *error) {
    if (!into->has_identity)
        return MMSPAN_OK;
    mmspan_status status = ma_check_identity(&into->identity, &from->identity, error);
    if (status == MMSPAN_OK)
        status = check_modalities(into, from, error);
    for (size_t i = 0; status == MMSPAN_OK && i < from->n_files; i++)
        status = check_file(into, &from->files[i], error);
    return status;
}

static mmspan_status take_identity(mmspan_report *into, const mmspan_report *from,
                                   mmspan_error *error) {
    const char *names[MMSPAN_MAX_MODALITIES];
    for (size_t i = 0; i < from->n_modalities; i++)
        names[i] = from->modalities[i].name;
    return ma_report_begin(into, &from->identity, names, from->n_modalities, error);
}

static mmspan_status merge_file(mmspan_report *into, const struct ma_file *from, int32_t *index,
                                mmspan_error *error) {
    mmspan_status status = ma_add_file(into, from->path, from->size, from->total, index, error);
    if (status != MMSPAN_OK)
        return status;
    struct ma_file *file = &into->files[*index];
    ma_sum(&file->sequences, from->sequences);
    ma_sum(&file->tokens, from->tokens);
    ma_sum(&file->items, from->items);
    ma_sum(&file->skipped, from->skipped);
    if (from->unread)
        status = ma_add_unread(into, file, from->n_unread, from->unread_at, from->unread);
    for (size_t i = 0; status == MMSPAN_OK && i < from->n_covered; i++)
        if (!ma_cover(&into->allocator, file, &from->covered[i]))
            status = MMSPAN_E_MEMORY;
    return status == MMSPAN_OK ? status : mm_fail_memory(error);
}

static void merge_modality(struct ma_modality *into, const struct ma_modality *from) {
    for (int c = 0; c < MA_N_CLASSES; c++) {
        ma_sum(&into->amounts[c].items, from->amounts[c].items);
        ma_sum(&into->amounts[c].placeholders, from->amounts[c].placeholders);
        ma_sum(&into->amounts[c].rows, from->amounts[c].rows);
        ma_sum(&into->amounts[c].media, from->amounts[c].media);
    }
    ma_histogram_merge(&into->rows, &from->rows);
    ma_sum(&into->cut_by_window, from->cut_by_window);
    ma_sum(&into->cut_by_length, from->cut_by_length);
    ma_sum(&into->lost_by_length, from->lost_by_length);
}

/* `files` are the indices in `into` of the files of `from`. */
static bool merge_kind(mmspan_report *into, const mmspan_report *from, int slot,
                       const int32_t *files) {
    const struct ma_kind *kind = &from->kinds[slot];
    ma_sum(&into->kinds[slot].findings, kind->findings);
    ma_sum(&into->kinds[slot].sequences, kind->sequences);
    for (size_t i = 0; i < kind->n_first; i++) {
        struct ma_example example = kind->first[i];
        example.file = files[example.file];
        size_t rank = ma_rank_example(into, slot, &example);
        if (rank >= (size_t)into->identity.n_examples)
            continue;
        struct ma_example *place = ma_insert_example(into, slot, rank);
        if (!place)
            return false;
        *place = example;
    }
    return true;
}

static void merge_counts(mmspan_report *into, const mmspan_report *from) {
    for (size_t i = 0; i < from->n_modalities; i++)
        merge_modality(&into->modalities[i], &from->modalities[i]);
    ma_histogram_merge(&into->lengths, &from->lengths);
    ma_histogram_merge(&into->items, &from->items);
    ma_sum(&into->in_blocks, from->in_blocks);
    for (int i = 0; i < MA_N_CLASSES; i++)
        ma_sum(&into->sequences[i], from->sequences[i]);
    for (int i = 0; i < MA_N_CHECKS; i++)
        ma_sum(&into->checked[i], from->checked[i]);
    ma_sum(&into->borders, from->borders);
    ma_sum(&into->cut_borders, from->cut_borders);
    ma_sum(&into->longer, from->longer);
    ma_sum(&into->cut_at_length, from->cut_at_length);
}

static mmspan_status merge_all(mmspan_report *into, const mmspan_report *from, int32_t *files,
                               mmspan_error *error) {
    mmspan_status status = MMSPAN_OK;
    if (!into->has_identity)
        status = take_identity(into, from, error);
    for (size_t i = 0; status == MMSPAN_OK && i < from->n_files; i++)
        status = merge_file(into, &from->files[i], &files[i], error);
    if (status != MMSPAN_OK)
        return status;
    merge_counts(into, from);
    for (int slot = 0; slot < MA_N_KINDS; slot++)
        if (!merge_kind(into, from, slot, files))
            return mm_fail_memory(error);
    return MMSPAN_OK;
}

mmspan_status mmspan_report_merge(mmspan_report *into, const mmspan_report *from,
                                  mmspan_error *error) {
    if (!into || !from || into == from)
        return mm_fail_argument(error, "into or from");
    if (!from->has_identity)
        return MMSPAN_OK;
    mmspan_status status = check(into, from, error);
    if (status != MMSPAN_OK)
        return status;
    const size_t size = (from->n_files + 1) * sizeof(int32_t);
    int32_t *files = mm_resize(&into->allocator, NULL, 0, size);
    if (!files)
        return mm_fail_memory(error);
    status = merge_all(into, from, files, error);
    mm_free(&into->allocator, files, size);
    return status;
}

mmspan_status mmspan_report_complete(const mmspan_report *report, mmspan_error *error) {
    if (!report)
        return mm_fail_argument(error, "report");
    for (size_t i = 0; i < report->n_files; i++) {
        const struct ma_file *file = &report->files[report->order[i]];
        if (ma_is_whole(file))
            continue;
        const struct mm_place place = {.file = file->path};
        int64_t first =
            file->n_covered && file->covered[0].first == 0 ? file->covered[0].end : 0;
        size_t next = first > 0;
        int64_t end = next < file->n_covered ? file->covered[next].first : file->total;
        return mi_fail(error, MMSPAN_E_MISMATCH, &place,
                       "%" PRId64 " to %" PRId64 " of %" PRId64
                       " is missing: a shard has not been given, or has not finished",
                       first, end, file->total);
    }
    return MMSPAN_OK;
}
