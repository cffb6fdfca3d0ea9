/* Names of the kinds of findings and of the checks. */
#include "kinds.h"

#include <string.h>

static const struct {
    int32_t kind;
    const char *name;
} kinds[MA_N_KINDS] = {
    [MA_BROKEN_BLOCK] = {MMSPAN_FINDING_BROKEN_BLOCK, "broken-block"},
    [MA_CUT_RUN] = {MMSPAN_AUDIT_CUT_RUN, "cut-run"},
    [MA_DOUBLE_EXPANSION] = {MMSPAN_AUDIT_DOUBLE_EXPANSION, "double-expansion"},
    [MA_LABEL_ON_MEDIA] = {MMSPAN_AUDIT_LABEL_ON_MEDIA, "label-on-media"},
    [MA_LENGTH_MISMATCH] = {MMSPAN_AUDIT_LENGTH_MISMATCH, "length-mismatch"},
    [MA_LITERAL_TOKEN] = {MMSPAN_FINDING_LITERAL_TOKEN, "literal-token"},
    [MA_MASK_OFF_MEDIA] = {MMSPAN_AUDIT_MASK_OFF_MEDIA, "mask-off-media"},
    [MA_MEDIA_COUNT] = {MMSPAN_FINDING_MEDIA_COUNT, "media-count"},
    [MA_MEDIA_LAYOUT] = {MMSPAN_FINDING_MEDIA_LAYOUT, "media-layout"},
    [MA_MEDIA_ROWS] = {MMSPAN_FINDING_MEDIA_ROWS, "media-rows"},
    [MA_NULL_ROW] = {MMSPAN_AUDIT_NULL_ROW, "null-row"},
    [MA_OUT_OF_VOCABULARY] = {MMSPAN_FINDING_OUT_OF_VOCABULARY, "out-of-vocabulary"},
    [MA_PLACEHOLDER] = {MMSPAN_AUDIT_PLACEHOLDER, "placeholder"},
    [MA_REMAINDER] = {MMSPAN_FINDING_REMAINDER, "remainder"},
    [MA_ROWS] = {MMSPAN_FINDING_ROWS, "rows"},
    [MA_STRAY_TOKEN] = {MMSPAN_FINDING_STRAY_TOKEN, "stray-token"},
    [MA_TRUNCATED_BLOCK] = {MMSPAN_FINDING_TRUNCATED_BLOCK, "truncated-block"},
    [MA_TYPE_OFF_MEDIA] = {MMSPAN_AUDIT_TYPE_OFF_MEDIA, "type-off-media"},
};

static const struct {
    const char *name;
    const char *needs;
} checks[MA_N_CHECKS] = {
    [MA_CHECK_CUT_RUN] = {"cut-run", "there was no sequence"},
    [MA_CHECK_DOCUMENTS] = {"documents", "no column cu_seqlens, seq_lens or position_ids"},
    [MA_CHECK_LABEL] = {"label-on-media", "no column labels or loss_mask"},
    [MA_CHECK_LENGTH] = {"length-mismatch", "no column that is as long as the sequence"},
    [MA_CHECK_MASK] = {"mask-off-media", "no column attention_mask"},
    [MA_CHECK_MAX_LENGTH] = {"max-length", "not asked for (--max-length)"},
    [MA_CHECK_MEDIA_COUNT] = {"media-count", "no column of media, such as image_grid_thw"},
    [MA_CHECK_MEDIA_ROWS] = {"media-rows",
                             "no column of grids or rows, such as image_grid_thw"},
    [MA_CHECK_PLACEHOLDER] = {"placeholder", "there was no sequence"},
    [MA_CHECK_STRUCTURE] = {"structure", "there was no sequence"},
    [MA_CHECK_TYPE] = {"type-off-media", "no column mm_token_type_ids"},
    [MA_CHECK_WINDOW] = {"window", "not asked for (--window)"},
};

int ma_slot_of(int32_t kind) {
    for (int i = 0; i < MA_N_KINDS; i++)
        if (kinds[i].kind == kind)
            return i;
    return -1;
}

int32_t ma_kind_at(int slot) {
    return kinds[slot].kind;
}

const char *ma_slot_name(int slot) {
    return kinds[slot].name;
}

const char *mmspan_audit_kind_name(int32_t kind) {
    int slot = ma_slot_of(kind);
    return slot < 0 ? NULL : kinds[slot].name;
}

int32_t mmspan_audit_find_kind(const char *name) {
    for (int i = 0; name && i < MA_N_KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].kind;
    return -1;
}

const char *ma_check_name(int check) {
    return checks[check].name;
}

const char *ma_check_needs(int check) {
    return checks[check].needs;
}

int ma_find_check(const char *name, size_t n) {
    for (int i = 0; i < MA_N_CHECKS; i++)
        if (strlen(checks[i].name) == n && memcmp(checks[i].name, name, n) == 0)
            return i;
    return -1;
}
