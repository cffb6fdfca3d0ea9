/* splice: embedding rows into the input-embedding matrix. */
#include "../../../include/mmspan/ops.h"
#include "../error.h"
#include "window.h"

#include <string.h>

/* The source of each modality, or NULL. */
struct sources {
    const mmspan_source *of[MMSPAN_MAX_MODALITIES];
};

static mmspan_status check_sources(const mmspan_result *result, size_t row_bytes,
                                   const mmspan_source *sources, size_t n_sources,
                                   struct sources *found, mmspan_error *error) {
    const mmspan_matcher *m = result->matcher;
    for (size_t i = 0; i < n_sources; i++) {
        const mmspan_source *source = &sources[i];
        const char *name = mmspan_matcher_modality_name(m, source->modality);
        if (!name || found->of[source->modality])
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "source %zu: modality %d does not exist or has a source already", i,
                           (int)source->modality);
        int64_t rows = mmspan_rows(result, source->modality);
        if (source->n_rows != rows)
            return mm_fail(error, MMSPAN_E_MISMATCH, NULL,
                           "the prompt takes %lld rows of %s, but the source has %lld",
                           (long long)rows, name, (long long)source->n_rows);
        if (rows && (!source->data || (rows > 1 && source->stride < row_bytes)))
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "source %zu (%s): no data, or a stride of less than a row", i, name);
        found->of[source->modality] = source;
    }
    return MMSPAN_OK;
}

static void copy_run(const mmspan_run *run, const mmspan_source *source, size_t row_bytes,
                     char *to, size_t to_stride) {
    const char *from = (const char *)source->data + (size_t)run->row * source->stride;
    if (source->stride == row_bytes && to_stride == row_bytes) {
        memcpy(to, from, (size_t)run->length * row_bytes);
        return;
    }
    for (int64_t i = 0; i < run->length; i++)
        memcpy(to + (size_t)i * to_stride, from + (size_t)i * source->stride, row_bytes);
}

mmspan_status mmspan_splice(const mmspan_result *result, int64_t start, int64_t end,
                            size_t row_bytes, void *matrix, size_t matrix_stride,
                            const mmspan_source *sources, size_t n_sources,
                            mmspan_error *error) {
    mmspan_status status = mm_check_window(result, start, end, error);
    if (status != MMSPAN_OK)
        return status;
    if (!result->matcher || row_bytes == 0 || (!sources && n_sources) ||
        (end - start > 1 && matrix_stride < row_bytes))
        return mm_fail_argument(error, "result, row_bytes, matrix_stride or sources");
    struct sources found = {{NULL}};
    status = check_sources(result, row_bytes, sources, n_sources, &found, error);
    if (status != MMSPAN_OK)
        return status;
    const mmspan_view *view = &result->view;
    size_t first = mm_first_run(result, start);
    size_t last = first;
    for (; start < end && last < view->n_runs && view->runs[last].start < end; last++)
        if (!found.of[view->runs[last].modality])
            return mm_fail(
                error, MMSPAN_E_MISMATCH, NULL,
                "the window takes rows of %s, but there is no source for it",
                mmspan_matcher_modality_name(result->matcher, view->runs[last].modality));
    if (last > first && !matrix)
        return mm_fail_argument(error, "matrix");
    for (size_t i = first; i < last; i++) {
        mmspan_run run = mm_clip(&view->runs[i], start, end);
        copy_run(&run, found.of[run.modality], row_bytes,
                 (char *)matrix + (size_t)(run.start - start) * matrix_stride, matrix_stride);
    }
    return MMSPAN_OK;
}
