/* What becomes of a finding: it is counted, kept as an example, and handed out. */
#include "audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* How many placeholders are remembered until it is known whether they are findings. */
enum { MAX_PENDING = 65536 };

static void on_media(const char *what, const char *name, const struct ma_found *f, char *text,
                     size_t size) {
    snprintf(text, size, "%s [%" PRId64 ", %" PRId64 ") %s %" PRId64 " inside an item of %s",
             ma_slot_name(f->slot), f->start, f->end, what, f->found, name);
}

void ma_sentence(const mmspan_matcher *matcher, const struct ma_found *f, char *text,
                 size_t size) {
    const char *name = mmspan_matcher_modality_name(matcher, f->modality);
    const char *kind = ma_slot_name(f->slot);
    const char *modality = name ? name : "";
    const char *column = f->column ? f->column : "";
    switch (f->slot) {
    case MA_CUT_RUN:
        snprintf(text, size,
                 "%s [%" PRId64 ", %" PRId64 ") a run of %s touches an end of its document and "
                 "has no delimiter that says whether it is whole",
                 kind, f->start, f->end, modality);
        break;
    case MA_DOUBLE_EXPANSION:
        snprintf(text, size,
                 "%s [%" PRId64 ", %" PRId64 ") %s of %" PRId64 " rows has %" PRId64
                 ": it was expanded twice",
                 kind, f->start, f->end, modality, f->expected, f->found);
        break;
    case MA_LABEL_ON_MEDIA:
        on_media(f->column ? "loss mask" : "label", modality, f, text, size);
        break;
    case MA_MASK_OFF_MEDIA:
        on_media("attention mask", modality, f, text, size);
        break;
    case MA_TYPE_OFF_MEDIA:
        on_media("token type", modality, f, text, size);
        break;
    case MA_LENGTH_MISMATCH:
        snprintf(text, size, "%s %s has %" PRId64 " values for %" PRId64 " tokens", kind,
                 column, f->found, f->expected);
        break;
    case MA_NULL_ROW:
        snprintf(text, size, "%s the row has no IDs", kind);
        break;
    case MA_PLACEHOLDER:
        snprintf(text, size,
                 "%s [%" PRId64 ", %" PRId64
                 ") a placeholder of %s that was not expanded, where "
                 "others are",
                 kind, f->start, f->end, modality);
        break;
    case MA_MEDIA_COUNT:
        if (!f->scan) {
            snprintf(text, size,
                     "%s [%" PRId64 ", %" PRId64 ") %s lists %" PRId64
                     " media of %s, and there "
                     "are %" PRId64 " items",
                     kind, f->start, f->end, column, f->expected, modality, f->found);
            break;
        }
        /* fall through */
    default:
        mmspan_finding_text(matcher, f->scan, text, size);
    }
}

/* The IDs near the ends of a finding. */
static void show_around(const struct mmspan_audit *audit, const struct ma_found *f,
                        struct ma_excerpt around[2]) {
    const struct ma_sequence *s = &audit->sequence;
    const int64_t ends[2] = {f->start, f->end};
    for (int i = 0; i < 2; i++) {
        int64_t from = ends[i] - MA_EXCERPT / 2 > 0 ? ends[i] - MA_EXCERPT / 2 : 0;
        int64_t to = ends[i] + MA_EXCERPT / 2 < s->n ? ends[i] + MA_EXCERPT / 2 : s->n;
        struct ma_excerpt *excerpt = &around[i];
        *excerpt = (struct ma_excerpt){.at = from};
        if (i == 1 && f->end - f->start <= MA_EXCERPT / 2)
            break;
        for (int64_t at = from; at < to; at++)
            excerpt->ids[excerpt->n++] = ma_value(audit->batch->ids, s->first_id + at);
    }
}

static void hand_out(struct mmspan_audit *audit, const struct ma_example *example, int slot) {
    const mmspan_audit_finding finding = {
        .file = audit->report->files[example->file].path,
        .sequence = example->sequence,
        .line = example->line,
        .start = example->start,
        .end = example->end,
        .expected = example->expected,
        .found = example->found,
        .kind = ma_kind_at(slot),
        .kind_name = ma_slot_name(slot),
        .modality = mmspan_matcher_modality_name(audit->matcher, example->modality),
        .sentence = example->sentence,
    };
    audit->options.found(audit->options.found_context, &finding);
}

/* Keeps a placeholder back; too many are handed out no more. */
static bool keep(struct mmspan_audit *audit, const struct ma_pending *pending) {
    if (audit->n_pending == MAX_PENDING)
        return true;
    if (!mm_reserve(&audit->allocator, &audit->pending, &audit->cap_pending,
                    audit->n_pending + 1, sizeof *audit->pending))
        return false;
    audit->pending[audit->n_pending++] = *pending;
    return true;
}

static bool hold(struct mmspan_audit *audit, const struct ma_example *example) {
    const struct ma_pending pending = {
        .file = example->file,
        .modality = example->modality,
        .sequence = example->sequence,
        .line = example->line,
        .start = example->start,
        .end = example->end,
    };
    return keep(audit, &pending);
}

bool ma_take_pending(struct mmspan_audit *audit, const struct mmspan_audit *from,
                     int32_t file) {
    for (size_t i = 0; i < from->n_pending; i++) {
        struct ma_pending pending = from->pending[i];
        pending.file = file;
        if (!keep(audit, &pending))
            return false;
    }
    if (from->expanded && !audit->expanded && audit->options.found)
        ma_release_pending(audit);
    audit->expanded |= from->expanded;
    return true;
}

void ma_release_pending(struct mmspan_audit *audit) {
    for (size_t i = 0; i < audit->n_pending; i++) {
        const struct ma_pending *p = &audit->pending[i];
        struct ma_found found = {.slot = MA_PLACEHOLDER,
                                 .modality = p->modality,
                                 .start = p->start,
                                 .end = p->end,
                                 .expected = -1,
                                 .found = -1};
        struct ma_example example = {.file = p->file,
                                     .modality = p->modality,
                                     .sequence = p->sequence,
                                     .line = p->line,
                                     .start = p->start,
                                     .end = p->end,
                                     .expected = -1,
                                     .found = -1};
        ma_sentence(audit->matcher, &found, example.sentence, sizeof example.sentence);
        hand_out(audit, &example, MA_PLACEHOLDER);
    }
    audit->n_pending = 0;
}

static void fill_in(const struct mmspan_audit *audit, const struct ma_found *f,
                    struct ma_example *example) {
    example->file = audit->batch->file;
    example->modality = f->modality;
    example->sequence = audit->sequence.number;
    example->line = audit->sequence.line;
    example->start = f->start;
    example->end = f->end;
    example->expected = f->expected;
    example->found = f->found;
}

mmspan_status ma_find(struct mmspan_audit *audit, const struct ma_found *f) {
    mmspan_report *report = audit->report;
    struct ma_kind *kind = &report->kinds[f->slot];
    struct ma_example example;
    fill_in(audit, f, &example);
    kind->findings++;
    if (audit->tally.kinds[f->slot]++ == 0)
        kind->sequences++;
    /* Most findings of a large data set are no examples: their sentence is not needed. */
    example.sentence[0] = '\0';
    const size_t n_examples = (size_t)report->identity.n_examples;
    const bool may_rank = ma_rank_example(report, f->slot, &example) < n_examples;
    const bool held = f->slot == MA_PLACEHOLDER && !audit->expanded;
    if (!may_rank && (!audit->options.found || held))
        return !audit->options.found || hold(audit, &example) ? MMSPAN_OK : MMSPAN_E_MEMORY;
    ma_sentence(audit->matcher, f, example.sentence, sizeof example.sentence);
    const size_t rank = ma_rank_example(report, f->slot, &example);
    if (rank < n_examples) {
        struct ma_example *place = ma_insert_example(report, f->slot, rank);
        if (!place)
            return MMSPAN_E_MEMORY;
        show_around(audit, f, example.around);
        *place = example;
    }
    if (audit->options.found && held)
        return hold(audit, &example) ? MMSPAN_OK : MMSPAN_E_MEMORY;
    if (audit->options.found)
        hand_out(audit, &example, f->slot);
    return MMSPAN_OK;
}
