/* Cuts sequences at the borders of their documents, and deals the media out to them. */
#include "parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void parts_free(struct parts *parts) {
    free(parts->literal);
    free(parts->taken);
    free(parts->rows_before);
    free(parts->media_before);
    media_free(&parts->line);
    media_free(&parts->dealt);
    *parts = (struct parts){0};
}

/* A stretch of a sequence: the tokens [start, end). */
struct stretch {
    const struct mr_sequence *sequence;
    int64_t start;
    int64_t end;
};

static mmspan_ids ids_of(const struct stretch *stretch) {
    static const size_t sizes[] = {4, 8, 4, 2};
    mmspan_ids ids = stretch->sequence->ids;
    if (ids.data)
        ids.data = (const char *)ids.data + (size_t)stretch->start * sizes[ids.type];
    ids.n = (size_t)(stretch->end - stretch->start);
    return ids;
}

/* The literal spans that reach into the stretch, cut to it and counted from its start. */
static int clip_literal(struct parts *parts, const struct stretch *stretch, size_t *n) {
    const struct mr_sequence *sequence = stretch->sequence;
    *n = 0;
    if (sequence->n_literal > parts->cap_literal) {
        mmspan_span *grown = realloc(parts->literal, sequence->n_literal * sizeof *grown);
        if (!grown)
            return fail_memory();
        parts->literal = grown;
        parts->cap_literal = sequence->n_literal;
    }
    for (size_t i = 0; i < sequence->n_literal; i++) {
        mmspan_span span = sequence->literal[i];
        span.start = span.start > stretch->start ? span.start : stretch->start;
        span.end = span.end < stretch->end ? span.end : stretch->end;
        if (span.start < span.end)
            parts->literal[(*n)++] =
                (mmspan_span){span.start - stretch->start, span.end - stretch->start};
    }
    return EXIT_CLEAN;
}

static int scan(struct run *run, struct parts *parts, const struct stretch *stretch) {
    const struct place place = {run->file, run->line, 0};
    mmspan_scan_options options = {.struct_size = sizeof options, .literal = parts->literal};
    int clipped = clip_literal(parts, stretch, &options.n_literal);
    if (clipped != EXIT_CLEAN)
        return clipped;
    options.literal = parts->literal;
    const mmspan_ids ids = ids_of(stretch);
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = mmspan_scan_ids(run->matcher, &ids, &options, run->result, &error);
    if (status == MMSPAN_OK)
        return EXIT_CLEAN;
    if (status == MMSPAN_E_MEMORY)
        return fail_memory();
    return fail(EXIT_CORRUPT, &place, "%s", error.message);
}

/* What a line lists, with the config's modalities for names. */
static int read_media(struct run *run, struct parts *parts,
                      const struct mr_sequence *sequence) {
    parts->line.n = 0;
    for (size_t i = 0; i < sequence->n_media; i++) {
        const struct mr_media *media = &sequence->media[i];
        int32_t modality = -1;
        if (!media_find_modality(run->matcher, media->modality, media->n_modality, &modality)) {
            const struct place place = {run->file, run->line, 0};
            char known[256];
            media_list_modalities(run->matcher, known, sizeof known);
            return fail(EXIT_CORRUPT, &place, "media has no modality of the config, %s", known);
        }
        if (media->rows == 0)
            continue;
        const mmspan_media one = {.rows = media->rows, .modality = modality};
        int status = media_add(&parts->line, &one);
        if (status != EXIT_CLEAN)
            return status;
    }
    return EXIT_CLEAN;
}

/* How many media of each modality the document takes when it is offered all that are left. */
static int count_taken(struct run *run, struct parts *parts) {
    const size_t n = (size_t)mmspan_matcher_n_modalities(run->matcher);
    mmspan_error error;
    mmspan_span kept;
    memset(&error, 0, sizeof error);
    mmspan_status status =
        mmspan_assign(run->result, parts->line.media, parts->line.n, NULL, &error);
    if (status == MMSPAN_OK)
        status = mmspan_truncate(run->result, mmspan_result_view(run->result)->n_tokens,
                                 MMSPAN_SIDE_RIGHT, &kept, parts->taken, n, &error);
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_library(status, &error);
}

/* Moves as many media of each modality as the document takes from the line's to its own. */
static int deal(struct run *run, struct parts *parts) {
    int status = count_taken(run, parts);
    size_t n_left = 0;
    parts->dealt.n = 0;
    for (size_t i = 0; status == EXIT_CLEAN && i < parts->line.n; i++) {
        const mmspan_media media = parts->line.media[i];
        mmspan_span *taken = &parts->taken[media.modality];
        if (taken->start < taken->end) {
            taken->start++;
            status = media_add(&parts->dealt, &media);
        } else {
            parts->line.media[n_left++] = media;
        }
    }
    parts->line.n = n_left;
    return status;
}

/* Gives the document its media: the last one gets what is left. */
static int give(struct run *run, struct parts *parts, const struct stretch *stretch) {
    const bool last = stretch->end == (int64_t)stretch->sequence->ids.n;
    if (!run->has_media)
        return EXIT_CLEAN;
    if (last) {
        run->media = parts->line.media;
        run->n_media = parts->line.n;
        return EXIT_CLEAN;
    }
    int status = deal(run, parts);
    run->media = parts->dealt.media;
    run->n_media = parts->dealt.n;
    return status == EXIT_CLEAN ? scan(run, parts, stretch) : status;
}

/* Counts what the part has taken, for those after it. */
static void count_part(const struct run *run, struct parts *parts) {
    for (int32_t m = 0; m < mmspan_matcher_n_modalities(run->matcher); m++)
        parts->rows_before[m] += mmspan_rows(run->result, m);
    for (size_t i = 0; i < run->n_media; i++)
        parts->media_before[run->media[i].modality]++;
}

static void note_result(struct run *run, const mmspan_view *view) {
    run->found = run->found || view->n_findings > 0;
    run->n_items += view->n_items;
    for (size_t i = 0; i < view->n_findings && !run->found_blocks; i++)
        run->found_blocks = view->findings[i].kind == MMSPAN_FINDING_BROKEN_BLOCK ||
                            view->findings[i].kind == MMSPAN_FINDING_TRUNCATED_BLOCK;
}

static int scan_part(struct run *run, struct parts *parts, const struct stretch *stretch) {
    int status = scan(run, parts, stretch);
    if (status == EXIT_CLEAN)
        status = give(run, parts, stretch);
    if (status != EXIT_CLEAN)
        return status;
    const int32_t *narrowed = mmspan_result_ids(run->result);
    const mmspan_ids stored = ids_of(stretch);
    const struct part part = {
        .ids = narrowed ? narrowed : stored.data,
        .n = stored.n,
        .stored = stored,
        .base = stretch->start,
        .last = stretch->end == (int64_t)stretch->sequence->ids.n,
        .rows_before = parts->rows_before,
        .media_before = parts->media_before,
    };
    status = run->each(run, &part);
    if (!part.last)
        count_part(run, parts);
    note_result(run, mmspan_result_view(run->result));
    return status;
}

/* What --rows and --ids say holds for lines that say nothing. */
static int list_media(struct run *run, struct parts *parts,
                      const struct mr_sequence *sequence) {
    run->has_media = sequence->has_media || run->given.n > 0;
    if (sequence->has_media)
        return read_media(run, parts, sequence);
    parts->line.n = 0;
    for (size_t i = 0; i < run->given.n; i++) {
        int status = media_add(&parts->line, &run->given.media[i]);
        if (status != EXIT_CLEAN)
            return status;
    }
    return EXIT_CLEAN;
}

/* Makes and clears what is counted for each modality. */
static int start(const struct run *run, struct parts *parts) {
    const size_t n = (size_t)mmspan_matcher_n_modalities(run->matcher) + 1;
    if (!parts->taken) {
        parts->taken = calloc(n, sizeof *parts->taken);
        parts->rows_before = calloc(n, sizeof *parts->rows_before);
        parts->media_before = calloc(n, sizeof *parts->media_before);
        return parts->taken && parts->rows_before && parts->media_before ? EXIT_CLEAN
                                                                         : fail_memory();
    }
    memset(parts->rows_before, 0, n * sizeof *parts->rows_before);
    memset(parts->media_before, 0, n * sizeof *parts->media_before);
    return EXIT_CLEAN;
}

int parts_scan(struct run *run, struct parts *parts, const struct mr_sequence *sequence) {
    struct stretch stretch = {sequence, 0, 0};
    int status = start(run, parts);
    run->n_media = 0;
    if (status == EXIT_CLEAN)
        status = list_media(run, parts, sequence);
    for (size_t i = 0; status == EXIT_CLEAN && i <= sequence->n_borders; i++) {
        stretch.start = stretch.end;
        stretch.end = i < sequence->n_borders ? sequence->borders[i] : (int64_t)sequence->ids.n;
        status = scan_part(run, parts, &stretch);
    }
    return status;
}
