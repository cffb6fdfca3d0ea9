/* Reads prompts and writes results as text. */
#include "transcript.h"
#include "../../include/mmspan/automaton.h"
#include "../oracle/agreement.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool add_ids(struct transcript_prompt *prompt, int32_t id, size_t count) {
    int32_t *grown = realloc(prompt->ids, (prompt->n + count + 1) * sizeof *grown);
    if (!grown)
        return false;
    prompt->ids = grown;
    for (size_t i = 0; i < count; i++)
        prompt->ids[prompt->n++] = id;
    return true;
}

static bool read_number(struct transcript_prompt *prompt, const char **text) {
    char *end;
    long id = strtol(*text, &end, 10);
    size_t count = 1;
    if (end == *text)
        return false;
    if (*end == '*')
        count = strtoul(end + 1, &end, 10);
    *text = end;
    return add_ids(prompt, (int32_t)id, count);
}

bool transcript_read(struct transcript_prompt *prompt, const char *text) {
    *prompt = (struct transcript_prompt){0};
    for (; *text; text += strspn(text, " ")) {
        mmspan_span *span = &prompt->literal[prompt->n_literal];
        if (*text == '[') {
            span->start = (int64_t)prompt->n;
            text++;
        } else if (*text == ']') {
            span->end = (int64_t)prompt->n;
            prompt->n_literal++;
            text++;
        } else if (!read_number(prompt, &text)) {
            return false;
        }
    }
    return true;
}

struct page {
    char *text;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static void put(struct page *page, const char *format,
                                                      ...) {
    size_t used = strlen(page->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(page->text + used, page->size - used, format, arguments);
    va_end(arguments);
}

static void put_item(struct page *page, const mmspan_matcher *m, const mmspan_run *runs,
                     const mmspan_item *item) {
    put(page, "%s %s %" PRId64 "..%" PRId64 " rows %" PRId64,
        mmspan_matcher_modality_name(m, item->modality), mmspan_form_name(item->form),
        item->start, item->end, item->rows);
    for (int64_t i = item->first_run; i < item->first_run + item->n_runs; i++) {
        const mmspan_run *run = &runs[i];
        put(page, "%s%s %" PRId64 "..%" PRId64 " #%" PRId64, i == item->first_run ? " (" : ", ",
            mmspan_matcher_modality_name(m, run->modality), run->start,
            run->start + run->length, run->row);
    }
    put(page, "%s\n", item->n_runs ? ")" : "");
}

static void put_finding(struct page *page, const mmspan_matcher *m,
                        const mmspan_finding *finding, const char *modalities,
                        const char *expected) {
    put(page, "%s %" PRId64 "..%" PRId64, mmspan_finding_kind_name(finding->kind),
        finding->start, finding->end);
    if (*expected)
        put(page, " %s expects %s", modalities, expected);
    if (finding->modality >= 0)
        put(page, " %s %" PRId64, mmspan_matcher_modality_name(m, finding->modality),
            finding->found);
    if (finding->token >= 0)
        put(page, " %s", mmspan_matcher_token_name(m, finding->token));
    if (finding->kind == MMSPAN_FINDING_BROKEN_BLOCK)
        put(page, " found");
    if (finding->kind != MMSPAN_FINDING_ROWS && finding->kind != MMSPAN_FINDING_REMAINDER &&
        finding->kind != MMSPAN_FINDING_TRUNCATED_BLOCK)
        put(page, " %d", (int)finding->id);
    put(page, "\n");
}

void transcript_write(const mmspan_matcher *matcher, const mmspan_view *view, char *text,
                      size_t size) {
    struct page page = {text, size};
    char modalities[512];
    char expected[1024];
    text[0] = '\0';
    for (size_t i = 0; i < view->n_items; i++)
        put_item(&page, matcher, view->runs, &view->items[i]);
    for (size_t i = 0; i < view->n_findings; i++) {
        agreement_modalities(matcher, &view->findings[i], modalities, sizeof modalities);
        agreement_expected(matcher, &view->findings[i], expected, sizeof expected);
        put_finding(&page, matcher, &view->findings[i], modalities, expected);
    }
}

void transcript_write_oracle(const mmspan_matcher *matcher, const struct oracle_result *result,
                             char *text, size_t size) {
    struct page page = {text, size};
    text[0] = '\0';
    for (size_t i = 0; i < result->n_items; i++)
        put_item(&page, matcher, result->runs, &result->items[i]);
    for (size_t i = 0; i < result->n_findings; i++) {
        const struct oracle_finding *finding = &result->findings[i];
        put_finding(&page, matcher, &finding->finding, finding->modalities, finding->expected);
    }
}
