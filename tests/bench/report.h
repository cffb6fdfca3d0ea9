/* Prints results as Markdown. */
#ifndef MMSPAN_BENCH_REPORT_H
#define MMSPAN_BENCH_REPORT_H

#include <mmspan/base.h>

/* What the numbers were measured on and with. */
void print_environment(void);

/* The table of targets: its head, and a line of it. The value may be at most the target; both
 * are in `unit`. Values above are printed bold. The note says more about it. */
void print_figures_head(void);
void print_figure(const char *work, double target, const char *unit, double value,
                  const char *note);

/* A table with a row for each piece of work and a column for each kernel. */
enum { MAX_ROWS = 16, MAX_COLUMNS = 8 };

struct speed_row {
    char work[96];
    double target;                   /* the ratio to reach, or 0 */
    double nanoseconds[MAX_COLUMNS]; /* per token */
    double ratios[MAX_COLUMNS];      /* 0: none */
};

struct speed_table {
    struct speed_row rows[MAX_ROWS];
    size_t n_rows;
    const char *kernels[MAX_COLUMNS];
    size_t n_kernels;
};

/* The row for a piece of work, which is added when it is new. */
struct speed_row *speed_table_row(struct speed_table *table, const char *work, double target);

void speed_table_print(const struct speed_table *table);

/* "1 GiB", "128 Ki tokens"; the same, but always in tokens, as "4 Mi tokens": a size in words,
 * in static memory until the next call. */
const char *size_text(size_t n_tokens);
const char *tokens_text(size_t n_tokens);

/* Ends the program, which has found something that cannot be. */
_Noreturn void give_up(const char *why);

/* Ends the program when something failed that cannot. */
void expect_ok(mmspan_status status, const mmspan_error *error);

#endif
