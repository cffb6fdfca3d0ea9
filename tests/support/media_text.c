/* Reads media from text, and writes items and findings as text. */
#include "media_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int32_t modality_named(const struct oracle_declarations *declared, const char *name,
                              size_t n) {
    for (size_t i = 0; i < declared->n_modalities; i++)
        if (strlen(declared->modalities[i].name) == n &&
            strncmp(declared->modalities[i].name, name, n) == 0)
            return (int32_t)i;
    fail_msg("no modality %.*s", (int)n, name);
    return -1;
}

/* The tokens between brackets; returns what follows them. */
static const char *read_tokens(struct media_list *list, mmspan_media *media, const char *text) {
    char tokens[512];
    struct id_list one;
    size_t n = strcspn(text, "]");
    snprintf(tokens, sizeof tokens, "%.*s", (int)n, text);
    ids_read(&one, tokens);
    media->ids = list->ids.ids + list->ids.n;
    media->n_ids = one.n;
    ids_append(&list->ids, one.ids, one.n);
    return text + n + 1;
}

void media_text_read(const struct oracle_declarations *declared, struct media_list *list,
                     const char *text) {
    list->n = list->ids.n = 0;
    while (*text) {
        size_t n = strcspn(text, "=");
        int32_t modality = modality_named(declared, text, n);
        text += n;
        while (*text == '=' || *text == ',') {
            char *end;
            assert_true(list->n < MEDIA_TEXT_MOST);
            mmspan_media *media = &list->media[list->n++];
            *media = (mmspan_media){.modality = modality};
            media->rows = strtoll(text + 1, &end, 10);
            if (*end == '/')
                media->n_items = (int32_t)strtol(end + 1, &end, 10);
            text = *end == '[' ? read_tokens(list, media, end + 1) : end;
        }
        text += strspn(text, " ");
    }
}

void media_text_items(const mmspan_view *view, char *text, size_t size) {
    text[0] = '\0';
    for (size_t i = 0, used = 0; i < view->n_items && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%" PRId64 "..%" PRId64 "=%d",
                                 i ? " " : "", view->items[i].start, view->items[i].end,
                                 (int)view->items[i].media);
}

void media_text_findings(const struct oracle_declarations *declared, const mmspan_view *view,
                         char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < view->n_findings && used < size; i++) {
        const mmspan_finding *f = &view->findings[i];
        const char *kind = mmspan_finding_kind_name(f->kind);
        used += (size_t)snprintf(text + used, size - used, "%s %" PRId64 "..%" PRId64,
                                 kind ? kind : "?", f->start, f->end);
        if (kind && strncmp(kind, "media", 5) == 0 && used < size)
            used += (size_t)snprintf(text + used, size - used, " %s %d %" PRId64 " %" PRId64,
                                     declared->modalities[f->modality].name, (int)f->media,
                                     f->expected, f->found);
        if (used < size)
            used += (size_t)snprintf(text + used, size - used, "\n");
    }
}
