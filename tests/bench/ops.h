/* The operations of a model runner, batches and streams. */
#ifndef MMSPAN_BENCH_OPS_H
#define MMSPAN_BENCH_OPS_H

#include "bench.h"

/* Prints a table of the operations, each against what memory allows. */
void bench_ops(const struct bench_options *options);

#endif
