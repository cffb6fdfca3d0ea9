/* The kinds of findings and the checks, by their places in tables. */
#ifndef MMSPAN_AUDIT_KINDS_H
#define MMSPAN_AUDIT_KINDS_H

#include "../../include/mmspan/audit.h"

/* Slots of kinds, in the order of their names, which is that of reports. */
enum ma_slot {
    MA_BROKEN_BLOCK,
    MA_CUT_RUN,
    MA_DOUBLE_EXPANSION,
    MA_LABEL_ON_MEDIA,
    MA_LENGTH_MISMATCH,
    MA_LITERAL_TOKEN,
    MA_MASK_OFF_MEDIA,
    MA_MEDIA_COUNT,
    MA_MEDIA_LAYOUT,
    MA_MEDIA_ROWS,
    MA_NULL_ROW,
    MA_OUT_OF_VOCABULARY,
    MA_PLACEHOLDER,
    MA_REMAINDER,
    MA_ROWS,
    MA_STRAY_TOKEN,
    MA_TRUNCATED_BLOCK,
    MA_TYPE_OFF_MEDIA,
    MA_N_KINDS
};

/* The slot of a kind, or -1; and back. */
int ma_slot_of(int32_t kind);
int32_t ma_kind_at(int slot);
const char *ma_slot_name(int slot);

/* What is checked beside the scan; in the order of their names. */
enum ma_check {
    MA_CHECK_CUT_RUN,
    MA_CHECK_DOCUMENTS,
    MA_CHECK_LABEL,
    MA_CHECK_LENGTH,
    MA_CHECK_MASK,
    MA_CHECK_MAX_LENGTH,
    MA_CHECK_MEDIA_COUNT,
    MA_CHECK_MEDIA_ROWS,
    MA_CHECK_PLACEHOLDER,
    MA_CHECK_STRUCTURE,
    MA_CHECK_TYPE,
    MA_CHECK_WINDOW,
    MA_N_CHECKS
};

const char *ma_check_name(int check);

/* Why a check that looked at no sequence did not. */
const char *ma_check_needs(int check);

/* The check of a name of n bytes, or -1. */
int ma_find_check(const char *name, size_t n);

#endif
