/* Finding the runs of a window. */
#ifndef MMSPAN_MATCH_WINDOW_H
#define MMSPAN_MATCH_WINDOW_H

#include "../scan/result.h"

/* Index of the first run that ends behind a position. */
size_t mm_first_run(const mmspan_result *result, int64_t position);

/* The part of a run that lies in [start, end); the two must overlap. */
mmspan_run mm_clip(const mmspan_run *run, int64_t start, int64_t end);

/* MMSPAN_E_ARGUMENT unless [start, end) lies in the prompt. */
mmspan_status mm_check_window(const mmspan_result *result, int64_t start, int64_t end,
                              mmspan_error *error);

#endif
