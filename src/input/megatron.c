/* Megatron input: the sequences of a .bin, as its .idx lists them. */
#define _POSIX_C_SOURCE 200809L

#include "formats.h"

#include "../io/path.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const packings[] = {"", ".gz", ".zst"};
enum { N_PACKINGS = sizeof packings / sizeof packings[0], IDX = 0, BIN = 1 };

static const char *const endings[2] = {".idx", ".bin"};

/* Does the name end so? Then *n becomes its length without the ending. */
static bool ends_with(const char *name, size_t *n, const char *ending) {
    const size_t length = strlen(ending);
    if (*n <= length || memcmp(name + *n - length, ending, length) != 0)
        return false;
    *n -= length;
    return true;
}

size_t mr_pair_stem(const char *path, int *which) {
    size_t n = strlen(path);
    for (size_t i = 1; i < N_PACKINGS; i++)
        if (ends_with(path, &n, packings[i]))
            break;
    for (int i = IDX; i <= BIN; i++) {
        if (!ends_with(path, &n, endings[i]))
            continue;
        if (which)
            *which = i;
        return n;
    }
    return 0;
}

/* The path of the other file; NULL when memory is out, "" when there is none. */
static char *find_other(const char *path, size_t n_stem, int other) {
    const size_t size = n_stem + 16;
    char *found = malloc(size);
    for (size_t i = 0; found && i < N_PACKINGS; i++) {
        snprintf(found, size, "%.*s%s%s", (int)n_stem, path, endings[other], packings[i]);
        if (mi_is_file(found))
            return found;
    }
    if (found)
        found[0] = '\0';
    return found;
}

/* Is it the index of such a pair? Other programs have other files that end in .idx. */
static mmspan_status has_magic(const char *path, bool *has, mmspan_error *error) {
    struct mr_bytes bytes;
    struct mr_kind kind = {0};
    mmspan_status status = mr_bytes_open(&bytes, path, error);
    if (status == MMSPAN_OK)
        status = mr_unpack_if_packed(&bytes, &kind, error);
    mr_bytes_close(&bytes);
    *has = kind.name == MR_KIND_INDEX;
    return status;
}

/* Finds the names of both files. */
static mmspan_status find_pair(struct mr_megatron *megatron, const char *path, bool *pair,
                               mmspan_error *error) {
    int which = BIN;
    const size_t n_stem = mr_pair_stem(path, &which);
    *pair = false;
    if (n_stem == 0 || n_stem > INT16_MAX)
        return MMSPAN_OK;
    const int other = which == BIN ? IDX : BIN;
    megatron->paths[which] = strdup(path);
    megatron->paths[other] = find_other(path, n_stem, other);
    if (!megatron->paths[which] || !megatron->paths[other])
        return mm_fail_memory(error);
    const bool found = megatron->paths[other][0] != '\0';
    if (found)
        return has_magic(megatron->paths[IDX], pair, error);
    if (which == BIN)
        return MMSPAN_OK;
    const struct mm_place place = {.file = path};
    return mi_fail(error, MMSPAN_E_IO, &place,
                   "the index of a Megatron data set, whose data is missing: there is no "
                   "%.*s.bin beside it",
                   (int)n_stem, path);
}

static mmspan_status fail_data(const struct mr_megatron *megatron, const char *why,
                               uint64_t sequence, mmspan_error *error) {
    const struct mm_place place = {.file = megatron->paths[BIN]};
    return mi_fail(error, MMSPAN_E_SYNTAX, &place, "sequence %" PRIu64 " of the index %s",
                   sequence, why);
}

static mmspan_status fail_extent(const struct mr_megatron *megatron, uint64_t size,
                                 mmspan_error *error) {
    const uint64_t wanted = megatron->end;
    const struct mm_place place = {.file = megatron->paths[BIN]};
    return mi_fail(
        error, MMSPAN_E_SYNTAX, &place,
        "the file has %" PRIu64 " bytes, and the sequences of the index end at %" PRIu64 ": %s",
        size, wanted, size < wanted ? "cut short" : "the index does not list all of it");
}

/* Where all sequences end. Those who write such files put them one behind the other, so that
 * anything else is damage. */
static mmspan_status measure(struct mr_megatron *megatron, mmspan_error *error) {
    const struct mr_index *index = &megatron->index;
    const uint64_t most = INT64_MAX / 2;
    uint64_t end = 0;
    for (uint64_t i = 0; i < index->n_sequences; i++) {
        const uint64_t size = mr_index_size(index, i);
        if (size > INT32_MAX)
            return fail_data(megatron, "has a negative size", i, error);
        if (mr_index_pointer(index, i) != end)
            return fail_data(megatron, "does not begin where the one before it ends", i, error);
        end += size * index->type.width;
        if (end > most)
            return fail_data(megatron, "ends beyond any file", i, error);
    }
    megatron->end = end;
    return MMSPAN_OK;
}

static mmspan_status open_data(struct mr_megatron *megatron, mmspan_error *error) {
    uint64_t size = 0;
    mmspan_status status = mr_bytes_open(&megatron->bytes, megatron->paths[BIN], error);
    if (status == MMSPAN_OK)
        status = mr_unpack_if_named_packed(&megatron->bytes, error);
    if (status != MMSPAN_OK)
        return status;
    mr_array_open(&megatron->array, &megatron->bytes, &megatron->index.type);
    status = measure(megatron, error);
    if (status == MMSPAN_OK && mr_array_size(&megatron->array, &size) && size != megatron->end)
        return fail_extent(megatron, size, error);
    return status;
}

mmspan_status mr_megatron_open(struct mr_megatron *megatron, const char *path, bool *pair,
                               mmspan_error *error) {
    *megatron = (struct mr_megatron){.bytes = {.fd = -1}, .index = {.bytes = {.fd = -1}}};
    mmspan_status status = find_pair(megatron, path, pair, error);
    if (status == MMSPAN_OK && *pair)
        status = mr_index_open(&megatron->index, megatron->paths[IDX], error);
    if (status == MMSPAN_OK && *pair)
        status = open_data(megatron, error);
    if (status != MMSPAN_OK || !*pair)
        mr_megatron_close(megatron);
    return status;
}

/* Sequences with a mode are something else than tokens: the bytes of an image, packed. */
static bool is_tokens(const struct mr_index *index, uint64_t sequence) {
    return !index->modes || index->modes[sequence] == 0;
}

/* Behind the last sequence a stream must end, too. */
static mmspan_status finish(struct mr_megatron *megatron, mmspan_error *error) {
    struct mr_bytes *bytes = &megatron->bytes;
    if (megatron->array.map.data)
        return MMSPAN_OK;
    mmspan_status status = mr_array_seek(&megatron->array, megatron->end, error);
    if (status == MMSPAN_OK)
        status = mr_bytes_need(bytes, 1, error);
    if (status != MMSPAN_OK)
        return status;
    if (megatron->array.at < megatron->end)
        return fail_extent(megatron, megatron->array.at, error);
    if (bytes->begin < bytes->end)
        return mr_corrupt(error, bytes->name,
                          "the file goes on behind the last sequence of the index");
    return MMSPAN_OK;
}

mmspan_status mr_megatron_next(struct mr_megatron *megatron, struct mr_sequence *sequence,
                               bool *more, mmspan_error *error) {
    const struct mr_index *index = &megatron->index;
    while (megatron->next < index->n_sequences && !is_tokens(index, megatron->next)) {
        megatron->next++;
        megatron->n_skipped++;
    }
    *more = megatron->next < index->n_sequences;
    if (!*more)
        return finish(megatron, error);
    const uint64_t size = mr_index_size(index, megatron->next);
    *sequence = (struct mr_sequence){.number = megatron->next};
    mmspan_status status =
        mr_array_seek(&megatron->array, mr_index_pointer(index, megatron->next), error);
    if (status == MMSPAN_OK)
        status = mr_array_take(&megatron->array, size, 0, &sequence->ids, error);
    if (status == MMSPAN_OK && sequence->ids.n < size)
        return fail_data(megatron, "is cut short", megatron->next, error);
    sequence->stays = mr_array_stays(&megatron->array, &sequence->ids);
    megatron->next++;
    return status;
}

void mr_megatron_close(struct mr_megatron *megatron) {
    mr_array_close(&megatron->array);
    mr_bytes_close(&megatron->bytes);
    mr_index_close(&megatron->index);
    free(megatron->paths[IDX]);
    free(megatron->paths[BIN]);
    megatron->paths[IDX] = NULL;
    megatron->paths[BIN] = NULL;
}
