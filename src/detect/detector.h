/* What a detector knows of the built-in configs: which IDs each of them reserves. */
#ifndef MMSPAN_DETECT_DETECTOR_H
#define MMSPAN_DETECT_DETECTOR_H

#include "../../include/mmspan/config.h"
#include "../../include/mmspan/detect.h"
#include "../match/alloc.h"

/* IDs from `low` to `high`, both inclusive, of the config with that number. */
struct md_claim {
    int32_t low;
    int32_t high;
    uint32_t config;
};

struct md_model {
    const char *name;
    mmspan_config *config;
};

/*
 * The borders of all claims cut the int32 into zones of equal standing: zone z is the IDs from
 * zones[z] to before zones[z + 1], and `claimed` says whether any config reserves them. Most
 * IDs of a prompt are in no claim, which `filter` tells at once: a bit for the lower 16 bits
 * of an ID, set when some claimed ID has the same.
 */
struct mmspan_detector {
    mmspan_allocator allocator;
    struct md_model *models;
    size_t n_models;
    size_t cap_models;
    struct md_claim *claims;
    size_t n_claims;
    size_t cap_claims;
    int64_t *zones;
    bool *claimed;
    size_t n_zones;
    size_t cap_zones;
    uint64_t filter[1024];
    int32_t unclaimed; /* an ID that nobody reserves */
};

/* The zone that an ID is in. O(log claims). */
size_t md_find_zone(const mmspan_detector *detector, int32_t id);

/* The same, or -1 for an ID that nobody claims, which takes no search for most. */
ptrdiff_t md_zone_of(const mmspan_detector *detector, int32_t id);

#endif
