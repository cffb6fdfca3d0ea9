/* What the parts of the benchmark share: options, matchers, and the parts themselves. */
#ifndef MMSPAN_BENCH_BENCH_H
#define MMSPAN_BENCH_BENCH_H

#include <mmspan/mmspan.h>

#include <stdbool.h>
#include <stddef.h>

struct bench_options {
    size_t max_mib;     /* size of the largest array */
    unsigned rounds;    /* how often everything is measured */
    const char *kernel; /* of the table of targets; NULL: the best one */
    bool quick;         /* everything once, on less: does it run at all? */
};

/* The matcher of a built-in config; NULL kernel: the best one. Ends the program when
 * that fails. */
mmspan_matcher *make_matcher(const char *model, const char *kernel);

/* True for a built-in config whose IDs are not known. */
bool needs_tokenizer(const char *model);

/* The rows of the table of targets. */
void row_text(const struct bench_options *options);
void row_int64(const struct bench_options *options);
void row_half(const struct bench_options *options);
void row_grid(const struct bench_options *options);
void row_crafted(const struct bench_options *options);
void row_bound(const struct bench_options *options);
void row_stream(const struct bench_options *options);
void row_assign(const struct bench_options *options);
void row_expand(const struct bench_options *options);
void row_batch(const struct bench_options *options);
void row_audit(const struct bench_options *options);
void row_compile(const struct bench_options *options);

/* Scan and collapse against read pass and memcpy, with every kernel. */
void bench_speed(const struct bench_options *options);

/* What a model runner does with a result, each against what memory allows. */
void bench_ops(const struct bench_options *options);

/* The configs for which the worst crafted inputs are found. */
void bench_worst(const struct bench_options *options);

#endif
