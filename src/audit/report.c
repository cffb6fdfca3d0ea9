/* Reports: their life, their files, and their examples. */
#include "report.h"
#include "sum.h"

#include "../io/report.h"

#include <inttypes.h>
#include <string.h>

char *ma_copy_text(const mmspan_allocator *allocator, const char *text, size_t n) {
    char *copy = mm_resize(allocator, NULL, 0, n + 1);
    if (!copy)
        return NULL;
    memcpy(copy, text, n);
    copy[n] = '\0';
    return copy;
}

static void free_text(const mmspan_allocator *allocator, char *text) {
    mm_free(allocator, text, text ? strlen(text) + 1 : 0);
}

mmspan_status mmspan_report_create(const mmspan_allocator *allocator, mmspan_report **report) {
    if (!report)
        return MMSPAN_E_ARGUMENT;
    mmspan_allocator memory = mm_allocator(allocator);
    mmspan_report *made = mm_resize(&memory, NULL, 0, sizeof *made);
    if (!made)
        return MMSPAN_E_MEMORY;
    memset(made, 0, sizeof *made);
    made->allocator = memory;
    made->text.allocator = memory;
    *report = made;
    return MMSPAN_OK;
}

void mmspan_report_destroy(mmspan_report *report) {
    if (!report)
        return;
    mmspan_allocator memory = report->allocator;
    for (size_t i = 0; i < report->n_files; i++) {
        struct ma_file *file = &report->files[i];
        free_text(&memory, file->path);
        free_text(&memory, file->unread);
        mm_free(&memory, file->covered, file->cap_covered * sizeof *file->covered);
    }
    mm_free(&memory, report->files, report->cap_files * sizeof *report->files);
    mm_free(&memory, report->order, report->cap_order * sizeof *report->order);
    for (size_t i = 0; i < report->n_modalities; i++)
        free_text(&memory, report->modalities[i].name);
    mm_free(&memory, report->modalities, report->n_modalities * sizeof *report->modalities);
    size_t n_first = (size_t)report->identity.n_examples;
    for (int i = 0; i < MA_N_KINDS; i++)
        mm_free(&memory, report->kinds[i].first, n_first * sizeof(struct ma_example));
    free_text(&memory, report->identity.tool);
    free_text(&memory, report->identity.model);
    ma_writing_free(&report->text);
    mm_free(&memory, report, sizeof *report);
}

mmspan_status ma_report_begin(mmspan_report *report, const struct ma_identity *identity,
                              const char *const *modalities, size_t n, mmspan_error *error) {
    const mmspan_allocator *memory = &report->allocator;
    report->identity = *identity;
    report->identity.tool = ma_copy_text(memory, identity->tool, strlen(identity->tool));
    report->identity.model = ma_copy_text(memory, identity->model, strlen(identity->model));
    if (!report->identity.tool || !report->identity.model)
        return mm_fail_memory(error);
    if (n) {
        report->modalities = mm_resize(memory, NULL, 0, n * sizeof *report->modalities);
        if (!report->modalities)
            return mm_fail_memory(error);
        memset(report->modalities, 0, n * sizeof *report->modalities);
        report->n_modalities = n;
    }
    for (size_t i = 0; i < n; i++) {
        report->modalities[i].name = ma_copy_text(memory, modalities[i], strlen(modalities[i]));
        if (!report->modalities[i].name)
            return mm_fail_memory(error);
    }
    report->has_identity = true;
    return MMSPAN_OK;
}

size_t ma_find_file(const mmspan_report *report, const char *path, int32_t *index) {
    size_t low = 0;
    size_t n = report->n_files;
    *index = -1;
    while (n > 0) {
        size_t half = n / 2;
        int32_t at = report->order[low + half];
        int order = strcmp(report->files[at].path, path);
        if (order == 0) {
            *index = at;
            return low + half;
        }
        low = order < 0 ? low + half + 1 : low;
        n = order < 0 ? n - half - 1 : half;
    }
    return low;
}

static mmspan_status fail_size(const struct ma_file *file, int64_t size, mmspan_error *error) {
    const struct mm_place place = {.file = file->path};
    return mi_fail(error, MMSPAN_E_MISMATCH, &place,
                   "has %" PRId64 " bytes in one report and %" PRId64
                   " in another: it changed while the data set was audited",
                   file->size, size);
}

mmspan_status ma_add_file(mmspan_report *report, const char *path, int64_t size, int64_t total,
                          int32_t *index, mmspan_error *error) {
    const mmspan_allocator *memory = &report->allocator;
    int32_t found;
    size_t at = ma_find_file(report, path, &found);
    if (found >= 0) {
        const struct ma_file *file = &report->files[found];
        *index = found;
        return file->size == size && file->total == total ? MMSPAN_OK
                                                          : fail_size(file, size, error);
    }
    if (report->n_files == INT32_MAX)
        return mi_fail(error, MMSPAN_E_LIMIT, NULL, "more than %d files", INT32_MAX);
    if (!mm_reserve(memory, &report->files, &report->cap_files, report->n_files + 1,
                    sizeof *report->files) ||
        !mm_reserve(memory, &report->order, &report->cap_order, report->n_files + 1,
                    sizeof *report->order))
        return mm_fail_memory(error);
    struct ma_file made = {.path = ma_copy_text(memory, path, strlen(path)),
                           .size = size,
                           .total = total,
                           .unread_at = INT64_MAX};
    if (!made.path)
        return mm_fail_memory(error);
    memmove(report->order + at + 1, report->order + at,
            (report->n_files - at) * sizeof *report->order);
    report->order[at] = (int32_t)report->n_files;
    report->files[report->n_files] = made;
    *index = (int32_t)report->n_files++;
    return MMSPAN_OK;
}

/* The first range that ends behind `first`. */
static size_t find_range(const struct ma_file *file, int64_t first) {
    size_t i = file->n_covered;
    while (i > 0 && file->covered[i - 1].end > first)
        i--;
    return i;
}

bool ma_is_covered(const struct ma_file *file, const struct ma_range *range) {
    size_t at = find_range(file, range->first);
    return range->first < range->end && at < file->n_covered &&
           file->covered[at].first < range->end;
}

bool ma_cover(const mmspan_allocator *allocator, struct ma_file *file,
              const struct ma_range *range) {
    if (range->first >= range->end)
        return true;
    size_t at = find_range(file, range->first);
    struct ma_range *covered = file->covered;
    bool joins_left = at > 0 && covered[at - 1].end == range->first;
    bool joins_right = at < file->n_covered && covered[at].first == range->end;
    if (joins_left && joins_right) {
        covered[at - 1].end = covered[at].end;
        file->n_covered--;
        memmove(covered + at, covered + at + 1, (file->n_covered - at) * sizeof *covered);
    } else if (joins_left) {
        covered[at - 1].end = range->end;
    } else if (joins_right) {
        covered[at].first = range->first;
    } else {
        if (!mm_reserve(allocator, &file->covered, &file->cap_covered, file->n_covered + 1,
                        sizeof *covered))
            return false;
        covered = file->covered;
        memmove(covered + at + 1, covered + at, (file->n_covered - at) * sizeof *covered);
        covered[at] = *range;
        file->n_covered++;
    }
    return true;
}

bool ma_is_whole(const struct ma_file *file) {
    return file->total == 0 || (file->n_covered == 1 && file->covered[0].first == 0 &&
                                file->covered[0].end == file->total);
}

mmspan_status ma_add_unread(mmspan_report *report, struct ma_file *file, int64_t n,
                            int64_t sequence, const char *message) {
    ma_sum(&file->n_unread, n);
    if (file->unread && (sequence > file->unread_at ||
                         (sequence == file->unread_at && strcmp(message, file->unread) >= 0)))
        return MMSPAN_OK;
    char *copy = ma_copy_text(&report->allocator, message, strlen(message));
    if (!copy)
        return MMSPAN_E_MEMORY;
    free_text(&report->allocator, file->unread);
    file->unread = copy;
    file->unread_at = sequence;
    return MMSPAN_OK;
}

/* The order of examples: file, sequence, place. The sentence settles what is left. */
static int compare_examples(const mmspan_report *report, const struct ma_example *left,
                            const struct ma_example *right) {
    if (left->file != right->file) {
        int order = strcmp(report->files[left->file].path, report->files[right->file].path);
        if (order)
            return order;
    }
    const int64_t a[3] = {left->sequence, left->start, left->end};
    const int64_t b[3] = {right->sequence, right->start, right->end};
    for (int i = 0; i < 3; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return strcmp(left->sentence, right->sentence);
}

size_t ma_rank_example(const mmspan_report *report, int slot,
                       const struct ma_example *example) {
    const struct ma_kind *kind = &report->kinds[slot];
    size_t rank = kind->n_first;
    while (rank > 0 && compare_examples(report, example, &kind->first[rank - 1]) < 0)
        rank--;
    return rank;
}

struct ma_example *ma_insert_example(mmspan_report *report, int slot, size_t rank) {
    struct ma_kind *kind = &report->kinds[slot];
    const size_t cap = (size_t)report->identity.n_examples;
    if (!kind->first)
        kind->first = mm_resize(&report->allocator, NULL, 0, cap * sizeof *kind->first);
    if (!kind->first)
        return NULL;
    if (kind->n_first < cap)
        kind->n_first++;
    memmove(kind->first + rank + 1, kind->first + rank,
            (kind->n_first - 1 - rank) * sizeof *kind->first);
    return &kind->first[rank];
}

bool ma_expanded(const mmspan_report *report) {
    for (size_t i = 0; i < report->n_modalities; i++)
        for (int c = 0; c < MA_N_CLASSES; c++)
            if (report->modalities[i].amounts[c].items)
                return true;
    return false;
}

int64_t ma_n_findings(const mmspan_report *report, int slot) {
    if (slot == MA_PLACEHOLDER && !ma_expanded(report))
        return 0;
    return report->kinds[slot].findings;
}

int64_t ma_n_broken(const mmspan_report *report) {
    int64_t n = report->sequences[MA_BROKEN];
    if (ma_expanded(report))
        ma_sum(&n, report->sequences[MA_UNEXPANDED]);
    return n;
}
