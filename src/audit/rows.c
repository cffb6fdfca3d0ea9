/* Columns of rows: which keys fill them, and how they become a batch. */
#include "rows.h"

#include "../match/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *role;
    const char *name;
} usual[MA_MEDIA] = {
    [MA_IDS] = {"ids", "input_ids"},
    [MA_LABELS] = {"labels", "labels"},
    [MA_ATTENTION_MASK] = {"attention_mask", "attention_mask"},
    [MA_LOSS_MASK] = {"loss_mask", "loss_mask"},
    [MA_TYPE_IDS] = {"type_ids", "mm_token_type_ids"},
    [MA_CU_SEQLENS] = {"cu_seqlens", "cu_seqlens"},
    [MA_SEQ_LENS] = {"seq_lens", "seq_lens"},
    [MA_POSITION_IDS] = {"position_ids", "position_ids"},
};

/* What follows the name of a modality in a role, and around it in the usual names. */
static const struct {
    const char *role;
    const char *before;
    const char *behind;
    enum ma_shape shape;
} forms[3] = {{"_grid", "", "_grid_thw", MA_GRIDS},
              {"_rows", "", "_rows", MA_FLAT},
              {"_count", "num_", "s", MA_SCALAR}};

/* Gives a key its name, put together from three parts. */
static mmspan_status name_key(struct ma_key *key, const char *before, const char *name,
                              const char *behind, mmspan_error *error) {
    const size_t n = strlen(before) + strlen(name) + strlen(behind);
    char *own = malloc(n + 1);
    if (!own)
        return mm_fail_memory(error);
    snprintf(own, n + 1, "%s%s%s", before, name, behind);
    free(key->own);
    key->name = key->own = own;
    key->n = n;
    return MMSPAN_OK;
}

static struct ma_key *add_key(struct ma_rows *rows, enum ma_shape shape, int list) {
    struct ma_key *key = &rows->keys[rows->n_keys++];
    *key = (struct ma_key){.shape = shape, .list = list};
    return key;
}

/* The list of a role, or -1. */
static int find_role(const mmspan_matcher *matcher, const char *role) {
    for (int i = 0; i < MA_MEDIA; i++)
        if (strcmp(usual[i].role, role) == 0)
            return i;
    for (int32_t m = 0; m < mmspan_matcher_n_modalities(matcher); m++) {
        const char *name = mmspan_matcher_modality_name(matcher, m);
        const size_t n = strlen(name);
        for (int form = 0; form < 3; form++)
            if (strncmp(role, name, n) == 0 && strcmp(role + n, forms[form].role) == 0)
                return MA_MEDIA + 3 * m + form;
    }
    return -1;
}

static mmspan_status add_usual(struct ma_rows *rows, mmspan_error *error) {
    mmspan_status status = MMSPAN_OK;
    for (int i = 0; i < MA_MEDIA && status == MMSPAN_OK; i++)
        status = name_key(add_key(rows, MA_FLAT, i), "", usual[i].name, "", error);
    const int n = 3 * mmspan_matcher_n_modalities(rows->matcher);
    for (int i = 0; i < n && status == MMSPAN_OK; i++)
        status = name_key(add_key(rows, forms[i % 3].shape, MA_MEDIA + i), forms[i % 3].before,
                          mmspan_matcher_modality_name(rows->matcher, i / 3),
                          forms[i % 3].behind, error);
    if (status == MMSPAN_OK)
        status = name_key(add_key(rows, MA_FLAT, MA_CU_SEQLENS), "", "documents", "", error);
    if (status == MMSPAN_OK)
        status = name_key(add_key(rows, MA_FLAT, -1), "", "media", "", error);
    return status;
}

/* The key whose name can be given for a role, or NULL. */
static struct ma_key *key_of(const struct ma_rows *rows, const char *role) {
    const int list = find_role(rows->matcher, role);
    for (size_t i = 0; list >= 0 && i < rows->n_keys; i++)
        if (rows->keys[i].list == list)
            return &rows->keys[i];
    return NULL;
}

/* A name that was given takes the place of the usual one. */
static mmspan_status rename_key(struct ma_rows *rows, const mmspan_audit_name *given,
                                mmspan_error *error) {
    struct ma_key *key = given->role && given->name ? key_of(rows, given->role) : NULL;
    if (key)
        return name_key(key, "", given->name, "", error);
    return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                   "'%s' is no column that is audited: ids, labels, attention_mask, loss_mask, "
                   "type_ids, cu_seqlens, seq_lens, position_ids, or a modality with _grid, "
                   "_rows or _count behind it",
                   given->role ? given->role : "");
}

struct ma_list *ma_rows_list(struct ma_rows *rows, int role) {
    struct ma_list *list = rows->lists[role];
    if (list)
        return list;
    list = calloc(1, sizeof *list);
    rows->lists[role] = list;
    return list;
}

mmspan_status ma_rows_open(struct ma_rows *rows, const mmspan_matcher *matcher,
                           const mmspan_audit_name *names, size_t n, mmspan_error *error) {
    const size_t n_modalities = (size_t)mmspan_matcher_n_modalities(matcher);
    *rows = (struct ma_rows){.matcher = matcher, .n_lists = MA_MEDIA + 3 * n_modalities};
    rows->keys = calloc(rows->n_lists + 2, sizeof *rows->keys);
    if (!rows->keys || !ma_rows_list(rows, MA_IDS))
        return mm_fail_memory(error);
    mmspan_status status = add_usual(rows, error);
    for (size_t i = 0; i < n && status == MMSPAN_OK; i++)
        status = rename_key(rows, &names[i], error);
    return status;
}

void ma_rows_note_seen(const struct ma_rows *rows, const mmspan_audit_name *names, size_t n,
                       unsigned char *seen) {
    for (size_t i = 0; i < n; i++) {
        const struct ma_key *key = key_of(rows, names[i].role);
        if (key && key->seen)
            seen[i] = 1;
    }
}

void ma_rows_close(struct ma_rows *rows) {
    for (size_t i = 0; i < rows->n_lists; i++) {
        if (rows->lists[i])
            free(rows->lists[i]->values);
        free(rows->lists[i]);
    }
    for (size_t i = 0; i < rows->n_keys; i++)
        free(rows->keys[i].own);
    free(rows->keys);
    *rows = (struct ma_rows){0};
}

bool ma_list_grow(struct ma_list *list) {
    const size_t cap = list->cap ? 2 * list->cap : 4096;
    int32_t *values = realloc(list->values, cap * sizeof *values);
    if (!values)
        return false;
    list->values = values;
    list->cap = cap;
    return true;
}

static const mmspan_column *column_of(struct ma_rows *rows, int role) {
    const struct ma_list *list = rows->lists[role];
    if (!list || (!list->any && role != MA_IDS))
        return NULL;
    rows->columns[role] = (mmspan_column){.data = list->values,
                                          .n = list->n,
                                          .offsets = list->offsets,
                                          .validity = list->validity,
                                          .type = MMSPAN_COLUMN_INT32};
    return &rows->columns[role];
}

void ma_rows_batch(struct ma_rows *rows, mmspan_audit_batch *batch) {
    batch->n_sequences = rows->n_rows;
    batch->ids = column_of(rows, MA_IDS);
    batch->labels = column_of(rows, MA_LABELS);
    batch->attention_mask = column_of(rows, MA_ATTENTION_MASK);
    batch->loss_mask = column_of(rows, MA_LOSS_MASK);
    batch->type_ids = column_of(rows, MA_TYPE_IDS);
    batch->cu_seqlens = column_of(rows, MA_CU_SEQLENS);
    batch->seq_lens = column_of(rows, MA_SEQ_LENS);
    batch->position_ids = column_of(rows, MA_POSITION_IDS);
    batch->lines = rows->lines;
    batch->media = rows->media;
    batch->n_media = 0;
    for (int role = MA_MEDIA; role < (int)rows->n_lists; role++) {
        const mmspan_column *column = column_of(rows, role);
        /* In the order of what they say: grids, rows, counts. */
        if (column)
            rows->media[batch->n_media++] =
                (mmspan_media_column){.values = *column,
                                      .modality = (role - MA_MEDIA) / 3,
                                      .form = (role - MA_MEDIA) % 3};
    }
}

void ma_rows_clear(struct ma_rows *rows) {
    for (size_t i = 0; i < rows->n_lists; i++) {
        struct ma_list *list = rows->lists[i];
        if (!list)
            continue;
        list->n = 0;
        list->any = false;
        memset(list->validity, 0, sizeof list->validity);
        memset(list->offsets, 0, sizeof list->offsets);
    }
    rows->n_rows = 0;
}
