/* Reads the number of a shard, from an option or from what started this process. */
#include "shard.h"

#include "../output/fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SHARDS = 1000000 };

/* Reads digits up to `end`, or up to the end of the text. */
static bool read_number(const char **text, char end, uint32_t *number) {
    const char *p = *text;
    uint32_t value = 0;
    if (*p < '0' || *p > '9')
        return false;
    for (; *p >= '0' && *p <= '9'; p++) {
        value = 10 * value + (uint32_t)(*p - '0');
        if (value > MAX_SHARDS)
            return false;
    }
    *text = p + (end != '\0');
    *number = value;
    return *p == end;
}

static bool from_variable(const char *name, uint32_t *number) {
    const char *text = getenv(name);
    return text && read_number(&text, '\0', number);
}

/* What started several processes with one command line, innermost first. A batch script of
 * Slurm has a SLURM_PROCID as well, but no step. */
static const struct {
    const char *rank;
    const char *size;
    const char *only_with;
} launchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", NULL},
    {"PMI_RANK", "PMI_SIZE", NULL},
    {"RANK", "WORLD_SIZE", "LOCAL_RANK"},
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", NULL},
};

static void find_rank(struct shard *shard) {
    for (size_t i = 0; i < sizeof launchers / sizeof launchers[0]; i++) {
        uint32_t rank, size;
        if ((launchers[i].only_with && !getenv(launchers[i].only_with)) ||
            !from_variable(launchers[i].rank, &rank) ||
            !from_variable(launchers[i].size, &size) || rank >= size)
            continue;
        *shard = (struct shard){rank, size, launchers[i].rank, size > 1};
        return;
    }
}

/* An element of a Slurm array, each of which may have several processes. */
static int find_element(struct shard *shard) {
    uint32_t id, count;
    uint32_t min = 0;
    uint32_t step = 1;
    if (!from_variable("SLURM_ARRAY_TASK_ID", &id) ||
        !from_variable("SLURM_ARRAY_TASK_COUNT", &count) || count == 0)
        return EXIT_CLEAN;
    from_variable("SLURM_ARRAY_TASK_MIN", &min);
    from_variable("SLURM_ARRAY_TASK_STEP", &step);
    const uint32_t element = id >= min && step ? (id - min) / step : count;
    if (element >= count)
        return fail(EXIT_USAGE, NULL,
                    "SLURM_ARRAY_TASK_ID %u is none of %u elements from %u on in steps of %u; "
                    "give --shard",
                    (unsigned)id, (unsigned)count, (unsigned)min, (unsigned)step);
    if ((uint64_t)count * shard->n > MAX_SHARDS)
        return fail(EXIT_USAGE, NULL, "more than %d shards", MAX_SHARDS);
    shard->index += element * shard->n;
    shard->n *= count;
    shard->variable = "SLURM_ARRAY_TASK_ID";
    return EXIT_CLEAN;
}

int shard_find(const char *text, struct shard *shard) {
    *shard = (struct shard){.n = 1};
    if (!text) {
        find_rank(shard);
        return find_element(shard);
    }
    const char *p = text;
    if (!read_number(&p, '/', &shard->index) || !read_number(&p, '\0', &shard->n) ||
        shard->index >= shard->n)
        return fail(
            EXIT_USAGE, NULL,
            "--shard '%s' is not like 0/8: the number of the shard, from 0, and how many "
            "there are",
            text);
    return EXIT_CLEAN;
}

char *shard_name(const struct shard *shard, const char *name) {
    static const char mark[] = "{shard}";
    const char *at = strstr(name, mark);
    const size_t size = strlen(name) + 16;
    char *made = malloc(size);
    if (!made)
        return NULL;
    if (at)
        snprintf(made, size, "%.*s%u%s", (int)(at - name), name, (unsigned)shard->index,
                 at + sizeof mark - 1);
    else
        memcpy(made, name, strlen(name) + 1);
    return made;
}
