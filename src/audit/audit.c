/* Audits batches: what of all checks is run for which sequence, and what becomes of it. */
#include "audit.h"
#include "sum.h"

#include "../match/error.h"
#include "../match/sized.h"
#include "sha256.h"

#include <inttypes.h>
#include <string.h>

enum { DEFAULT_EXAMPLES = 10, MAX_EXAMPLES = 10000, DEFAULT_MERGE = 2 };

/* Does a rule read as a list of numbers, "256" or "70 or 140"? */
static bool is_fixed(const char *rule) {
    return *rule >= '0' && *rule <= '9' && !strstr(rule, "..") && !strchr(rule, '+');
}

static mmspan_status begin_report(struct mmspan_audit *audit, mmspan_error *error) {
    const mmspan_audit_options *options = &audit->options;
    const char *names[MMSPAN_MAX_MODALITIES];
    char model[256] = "";
    char tool[] = MA_TOOL;
    struct ma_identity identity = {
        .tool = tool,
        .model = model,
        .n_examples = options->n_examples ? options->n_examples : DEFAULT_EXAMPLES,
        .window = options->window,
        .max_length = options->max_length,
        .merge_size = options->merge_size ? options->merge_size : DEFAULT_MERGE,
    };
    const char *name = mmspan_matcher_model(audit->matcher);
    memcpy(model, name, strlen(name) < sizeof model ? strlen(name) : sizeof model - 1);
    if (options->config)
        ma_sha256(options->config, options->config_size, identity.config);
    const int32_t n = mmspan_matcher_n_modalities(audit->matcher);
    for (int32_t m = 0; m < n; m++) {
        names[m] = mmspan_matcher_modality_name(audit->matcher, m);
        audit->fixed[m] = is_fixed(mmspan_matcher_modality_rows(audit->matcher, m));
        audit->expandable[m] = mmspan_matcher_modality_pattern(audit->matcher, m) != NULL;
    }
    return ma_report_begin(audit->report, &identity, names, (size_t)n, error);
}

mmspan_status mmspan_audit_create(const mmspan_matcher *matcher,
                                  const mmspan_audit_options *options, mmspan_audit **audit,
                                  mmspan_error *error) {
    mmspan_audit_options given;
    if (!matcher || !audit || !mm_read_struct(&given, sizeof given, options, sizeof given) ||
        given.window < 0 || given.max_length < 0 || given.merge_size < 0 ||
        given.merge_size > INT16_MAX || given.n_examples > MAX_EXAMPLES ||
        (!given.config && given.config_size))
        return mm_fail_argument(error, "matcher, options or audit");
    mmspan_allocator memory = mm_allocator(given.allocator);
    mmspan_audit *made = mm_resize(&memory, NULL, 0, sizeof *made);
    if (!made)
        return mm_fail_memory(error);
    memset(made, 0, sizeof *made);
    made->allocator = memory;
    made->matcher = matcher;
    made->options = given;
    made->expanded = given.all_placeholders != 0;
    mmspan_status status = mmspan_report_create(&memory, &made->report);
    if (status == MMSPAN_OK)
        status = mmspan_batch_create(&memory, &made->scan);
    if (status == MMSPAN_OK)
        status = mmspan_result_create(&memory, &made->result);
    if (status != MMSPAN_OK)
        mm_fail_memory(error);
    else
        status = begin_report(made, error);
    if (status == MMSPAN_OK)
        *audit = made;
    else
        mmspan_audit_destroy(made);
    return status;
}

void mmspan_audit_destroy(mmspan_audit *audit) {
    if (!audit)
        return;
    mmspan_allocator memory = audit->allocator;
    mmspan_report_destroy(audit->report);
    mmspan_batch_destroy(audit->scan);
    mmspan_result_destroy(audit->result);
    mm_free(&memory, audit->documents, audit->cap_documents * sizeof *audit->documents);
    mm_free(&memory, audit->of, audit->cap_of * sizeof *audit->of);
    mm_free(&memory, audit->media, audit->cap_media * sizeof *audit->media);
    mm_free(&memory, audit->pending, audit->cap_pending * sizeof *audit->pending);
    mm_free(&memory, audit, sizeof *audit);
}

mmspan_report *mmspan_audit_report(mmspan_audit *audit) {
    return audit->report;
}

mmspan_status mmspan_audit_file(mmspan_audit *audit, const char *path, int64_t size,
                                int64_t total, int32_t *file, mmspan_error *error) {
    if (!audit || !path || !file || size < 0 || total < 0)
        return mm_fail_argument(error, "audit, path, size, total or file");
    return ma_add_file(audit->report, path, size, total, file, error);
}

/* The file of an index, or NULL. */
static struct ma_file *file_at(mmspan_audit *audit, int32_t file) {
    if (!audit || file < 0 || (size_t)file >= audit->report->n_files)
        return NULL;
    return &audit->report->files[file];
}

mmspan_status mmspan_audit_cover(mmspan_audit *audit, int32_t file, int64_t first, int64_t end,
                                 mmspan_error *error) {
    struct ma_file *f = file_at(audit, file);
    const struct ma_range range = {first, end};
    if (!f || first < 0 || end < first || end > f->total)
        return mm_fail_argument(error, "file, first or end");
    if (ma_is_covered(f, &range))
        return mm_fail(error, MMSPAN_E_MISMATCH, NULL,
                       "%" PRId64 " to %" PRId64 " of %s has been audited already", first, end,
                       f->path);
    return ma_cover(&audit->allocator, f, &range) ? MMSPAN_OK : mm_fail_memory(error);
}

mmspan_status mmspan_audit_skip(mmspan_audit *audit, int32_t file, int64_t n) {
    struct ma_file *f = file_at(audit, file);
    if (!f || n < 0)
        return MMSPAN_E_ARGUMENT;
    f->skipped += n;
    return MMSPAN_OK;
}

mmspan_status mmspan_audit_unread(mmspan_audit *audit, int32_t file, int64_t sequence,
                                  const char *message) {
    struct ma_file *f = file_at(audit, file);
    if (!f || sequence < 0 || !message)
        return MMSPAN_E_ARGUMENT;
    return ma_add_unread(audit->report, f, 1, sequence, message);
}

static mmspan_status check_media_column(const mmspan_audit *audit,
                                        const mmspan_audit_batch *batch, size_t index,
                                        mmspan_error *error) {
    const mmspan_media_column *column = &batch->media[index];
    if (column->modality < 0 ||
        column->modality >= mmspan_matcher_n_modalities(audit->matcher) || column->form < 0 ||
        column->form > MMSPAN_MEDIA_COUNT)
        return mm_fail_argument(error, "the modality or form of a column of media");
    const char *name = mmspan_matcher_modality_name(audit->matcher, column->modality);
    mmspan_column outer = column->values;
    if (!column->inner_offsets)
        return ma_check_column(&outer, batch->n_sequences, name, error);
    /* Outer offsets count inner lists, whatever values there are. */
    mmspan_column inner = column->values;
    inner.offsets = column->inner_offsets;
    outer.n = column->n_inner;
    outer.data = column->inner_offsets;
    mmspan_status status = ma_check_column(&outer, batch->n_sequences, name, error);
    return status == MMSPAN_OK ? ma_check_column(&inner, column->n_inner, name, error) : status;
}

static mmspan_status check_batch(mmspan_audit *audit, const mmspan_audit_batch *batch,
                                 mmspan_error *error) {
    const struct {
        const char *name;
        const mmspan_column *column;
    } columns[] = {{"ids", batch->ids},
                   {"labels", batch->labels},
                   {"attention_mask", batch->attention_mask},
                   {"loss_mask", batch->loss_mask},
                   {"type_ids", batch->type_ids},
                   {"cu_seqlens", batch->cu_seqlens},
                   {"seq_lens", batch->seq_lens},
                   {"position_ids", batch->position_ids}};
    if (!batch->ids || batch->ids->type > MMSPAN_COLUMN_UINT16 ||
        !file_at(audit, batch->file) || batch->first_sequence < 0 || batch->first_token < 0 ||
        (batch->n_media && !batch->media) || batch->n_media > MA_MAX_MEDIA_COLUMNS)
        return mm_fail_argument(error, "ids, file, first_sequence, first_token or media");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        mmspan_status status = MMSPAN_OK;
        if (columns[i].column)
            status =
                ma_check_column(columns[i].column, batch->n_sequences, columns[i].name, error);
        if (status != MMSPAN_OK)
            return status;
    }
    for (size_t i = 0; i < batch->n_media; i++) {
        mmspan_status status = check_media_column(audit, batch, i, error);
        if (status != MMSPAN_OK)
            return status;
    }
    return MMSPAN_OK;
}

/* Adds what was found in a sequence to the report. */
static void add_up(mmspan_audit *audit) {
    mmspan_report *report = audit->report;
    const struct ma_tally *tally = &audit->tally;
    struct ma_file *file = &report->files[audit->batch->file];
    bool broken = false;
    for (int slot = 0; slot < MA_N_KINDS; slot++)
        broken |= slot != MA_PLACEHOLDER && tally->kinds[slot];
    const int class = broken                         ? MA_BROKEN
                      : tally->kinds[MA_PLACEHOLDER] ? MA_UNEXPANDED
                                                     : MA_CLEAN;
    file->sequences++;
    file->tokens += audit->sequence.n;
    file->items += tally->items;
    report->sequences[class]++;
    report->in_blocks += tally->in_blocks;
    ma_histogram_add(&report->lengths, audit->sequence.n, 1);
    ma_histogram_add(&report->items, tally->items, 1);
    for (size_t m = 0; m < report->n_modalities; m++) {
        struct ma_amount *amount = &report->modalities[m].amounts[class];
        amount->items += tally->amounts[m].items;
        amount->placeholders += tally->amounts[m].placeholders;
        amount->rows += tally->amounts[m].rows;
        ma_sum(&amount->media, tally->amounts[m].media);
    }
    report->checked[MA_CHECK_STRUCTURE]++;
    report->checked[MA_CHECK_CUT_RUN]++;
    report->checked[MA_CHECK_PLACEHOLDER]++;
}

static void begin_sequence(mmspan_audit *audit, size_t i) {
    const mmspan_audit_batch *batch = audit->batch;
    struct ma_tally *tally = &audit->tally;
    memset(tally->amounts, 0, audit->report->n_modalities * sizeof *tally->amounts);
    memset(tally->kinds, 0, sizeof tally->kinds);
    tally->items = tally->in_blocks = 0;
    audit->sequence = (struct ma_sequence){
        .index = i,
        .number = batch->first_sequence + (int64_t)i,
        .line = batch->lines ? batch->lines[i] : 0,
        .n = ma_length(batch->ids, i),
        .first_id = batch->ids->offsets[i],
        .first_doc = audit->of[i],
        .end_doc = audit->of[i + 1],
    };
}

static mmspan_status audit_sequence(mmspan_audit *audit, size_t i) {
    const mmspan_audit_batch *batch = audit->batch;
    begin_sequence(audit, i);
    if (ma_is_null(batch->ids, i)) {
        audit->sequence.n = 0;
        return ma_find(audit,
                       &(struct ma_found){
                           .slot = MA_NULL_ROW, .modality = -1, .expected = -1, .found = -1});
    }
    mmspan_status status = ma_check_items(audit);
    if (status == MMSPAN_OK)
        status = ma_check_lengths(audit);
    if (status == MMSPAN_OK)
        status = ma_check_masks(audit);
    if (status == MMSPAN_OK)
        status = ma_check_media(audit);
    return status;
}

mmspan_status mmspan_audit_add(mmspan_audit *audit, const mmspan_audit_batch *given,
                               mmspan_error *error) {
    mmspan_audit_batch batch;
    if (!audit || !given || !mm_read_struct(&batch, sizeof batch, given, sizeof batch))
        return mm_fail_argument(error, "audit or batch");
    mmspan_status status = check_batch(audit, &batch, error);
    if (status != MMSPAN_OK)
        return status;
    audit->batch = &batch;
    const mmspan_ids ids = {
        .data = batch.ids->data, .n = batch.ids->n, .type = batch.ids->type};
    status = ma_divide(audit, error);
    if (status == MMSPAN_OK)
        status = mmspan_scan_batch(audit->matcher, &ids, audit->documents, audit->n_documents,
                                   NULL, audit->scan, error);
    if (status != MMSPAN_OK)
        return status;
    for (size_t i = 0; i < batch.n_sequences && status == MMSPAN_OK; i++) {
        status = audit_sequence(audit, i);
        add_up(audit);
    }
    return status == MMSPAN_OK ? status : mm_fail_memory(error);
}
