/* What an audit adds up. */
#ifndef MMSPAN_AUDIT_REPORT_H
#define MMSPAN_AUDIT_REPORT_H

#include "../match/alloc.h"
#include "histogram.h"
#include "kinds.h"
#include "writing.h"

/* The version of the JSON, and what made a report: others may count differently. */
#define MA_SCHEMA 1
#define MA_TOOL   "mmspan " MMSPAN_VERSION

/* A report's sequences are of three classes. Whether placeholders count as findings is only
 * known when all data is, so sequences that have no other are a class of their own. */
enum ma_class { MA_CLEAN, MA_UNEXPANDED, MA_BROKEN, MA_N_CLASSES };

/* A stretch of what there is to cover of a file. */
struct ma_range {
    int64_t first;
    int64_t end;
};

/*
 * A file. `covered` is sorted, and its ranges neither overlap nor touch.
 *
 *   items     of both forms
 *   n_unread  errors, of which the first is at sequence unread_at
 */
struct ma_file {
    char *path;
    int64_t size;
    int64_t total;
    int64_t sequences;
    int64_t tokens;
    int64_t items;
    int64_t skipped;
    int64_t n_unread;
    int64_t unread_at;
    char *unread;
    struct ma_range *covered;
    size_t n_covered;
    size_t cap_covered;
};

/* IDs that an example shows: `n` of them from token `at` on. */
enum { MA_EXCERPT = 8, MA_SENTENCE = 320 };
struct ma_excerpt {
    int64_t at;
    int32_t n;
    int64_t ids[MA_EXCERPT];
};

/* The place of a finding. `modality` is an index in the report, or -1; `around` shows its two
 * ends, of which the second is empty when they are near each other. */
struct ma_example {
    int32_t file;
    int32_t modality;
    int64_t sequence;
    int64_t line;
    int64_t start;
    int64_t end;
    int64_t expected;
    int64_t found;
    struct ma_excerpt around[2];
    char sentence[MA_SENTENCE];
};

/* `first` are the first examples in their order. */
struct ma_kind {
    int64_t findings;
    int64_t sequences;
    struct ma_example *first;
    size_t n_first;
};

/* What there is of a modality, by the class of the sequence. `media` as columns have it. */
struct ma_amount {
    int64_t items;
    int64_t placeholders;
    int64_t rows;
    int64_t media;
};

struct ma_modality {
    char *name;
    struct ma_amount amounts[MA_N_CLASSES];
    struct ma_histogram rows; /* of expanded items */
    int64_t cut_by_window;
    int64_t cut_by_length;
    int64_t lost_by_length;
};

/* What reports must agree in. */
struct ma_identity {
    char *tool;
    char *model;
    char config[65];
    int64_t n_examples;
    int64_t window;
    int64_t max_length;
    int64_t merge_size;
};

/*
 *   order    indices of the files, sorted by path
 *   text     the JSON, made on demand
 *   borders, cut_borders        of windows
 *   longer, cut_at_length       sequences beyond max_length, and those cut inside an item
 */
struct mmspan_report {
    mmspan_allocator allocator;
    bool has_identity;
    struct ma_identity identity;
    struct ma_file *files;
    int32_t *order;
    size_t n_files;
    size_t cap_files;
    size_t cap_order;
    struct ma_modality *modalities;
    size_t n_modalities;
    struct ma_histogram lengths;
    struct ma_histogram items;
    int64_t in_blocks;
    int64_t sequences[MA_N_CLASSES];
    int64_t checked[MA_N_CHECKS];
    int64_t borders;
    int64_t cut_borders;
    int64_t longer;
    int64_t cut_at_length;
    struct ma_kind kinds[MA_N_KINDS];
    struct ma_writing text;
};

/* Copies a string of n bytes; NULL when memory is out. */
char *ma_copy_text(const mmspan_allocator *allocator, const char *text, size_t n);

/* Gives an empty report its identity (whose strings are copied) and its modalities. */
mmspan_status ma_report_begin(mmspan_report *report, const struct ma_identity *identity,
                              const char *const *modalities, size_t n, mmspan_error *error);

/* MMSPAN_E_MISMATCH says in what two differ. */
mmspan_status ma_check_identity(const struct ma_identity *a, const struct ma_identity *b,
                                mmspan_error *error);

/* The file of a path; *index is -1 when there is none. Else where it belongs in `order`. */
size_t ma_find_file(const mmspan_report *report, const char *path, int32_t *index);

/* Finds or adds a file. */
mmspan_status ma_add_file(mmspan_report *report, const char *path, int64_t size, int64_t total,
                          int32_t *index, mmspan_error *error);

/* Does the range overlap what is covered? And its addition; false when memory is out. */
bool ma_is_covered(const struct ma_file *file, const struct ma_range *range);
bool ma_cover(const mmspan_allocator *allocator, struct ma_file *file,
              const struct ma_range *range);
bool ma_is_whole(const struct ma_file *file);

/* Notes n errors of a file of which the first is this one. */
mmspan_status ma_add_unread(mmspan_report *report, struct ma_file *file, int64_t n,
                            int64_t sequence, const char *message);

/* The place that an example would take among the first of its kind, or n_examples when it is
 * none of them. Then there is room for it, or NULL is returned when memory is out. */
size_t ma_rank_example(const mmspan_report *report, int slot, const struct ma_example *example);
struct ma_example *ma_insert_example(mmspan_report *report, int slot, size_t rank);

/* Do placeholders count? And the findings of a kind as they count. */
bool ma_expanded(const mmspan_report *report);
int64_t ma_n_findings(const mmspan_report *report, int slot);
int64_t ma_n_broken(const mmspan_report *report);

#endif
