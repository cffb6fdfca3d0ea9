/* Which part of a data set this process audits. */
#ifndef MMSPAN_TOOLS_SHARD_H
#define MMSPAN_TOOLS_SHARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 *   index, n   of n shards number `index`, from 0
 *   variable   where it is from; NULL for --shard, and for none at all
 *   ranks      processes of one command line share it, so that they cannot be told by it
 */
struct shard {
    uint32_t index;
    uint32_t n;
    const char *variable;
    bool ranks;
};

/* From "3/8", or for NULL from the variables of Slurm, MPI and torchrun; one of one if there
 * are none. */
int shard_find(const char *text, struct shard *shard);

/* A name with "{shard}" replaced by the number, to be freed; NULL when memory is out. */
char *shard_name(const struct shard *shard, const char *name);

#endif
