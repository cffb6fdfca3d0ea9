/* Makes the index of all IDs that the built-in configs reserve. */
#include "detector.h"

#include "../match/error.h"

#include <stdlib.h>
#include <string.h>

static bool add_claim(mmspan_detector *d, int32_t low, int32_t high, uint32_t config) {
    if (!mm_reserve(&d->allocator, &d->claims, &d->cap_claims, d->n_claims + 1,
                    sizeof *d->claims))
        return false;
    d->claims[d->n_claims++] = (struct md_claim){low, high, config};
    return true;
}

/* A range of so many IDs is the vocabulary of an image or audio tokenizer, when it lies where
 * vocabularies do. */
enum { N_CODES = 1024, MAX_VOCABULARY = 1000000 };

/* The codes of one model are text and special tokens of most others. */
static bool is_code(const mmspan_token_decl *decl) {
    return decl->kind == MMSPAN_TOKEN_RANGE && decl->ids[0] >= 0 &&
           decl->ids[1] < MAX_VOCABULARY && decl->ids[1] - decl->ids[0] + 1 >= N_CODES;
}

/* What an ordinary token or a code shows says nothing: it may be in any text. */
static bool add_token(mmspan_detector *d, const mmspan_token_decl *decl, uint32_t config) {
    if (decl->ordinary || is_code(decl))
        return true;
    if (decl->kind == MMSPAN_TOKEN_RANGE)
        return add_claim(d, decl->ids[0], decl->ids[1], config);
    bool added = true;
    for (size_t i = 0; i < decl->n_ids && added; i++)
        added = mmspan_config_is_made_up(decl->ids[i]) ||
                add_claim(d, decl->ids[i], decl->ids[i], config);
    return added;
}

static mmspan_status add_model(mmspan_detector *d, const char *name, mmspan_error *error) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    if (!mm_reserve(&d->allocator, &d->models, &d->cap_models, d->n_models + 1,
                    sizeof *d->models))
        return mm_fail_memory(error);
    mmspan_config *config;
    mmspan_status status = mmspan_config_load_shape(name, &d->allocator, &config, error);
    if (status != MMSPAN_OK)
        return status;
    const uint32_t number = (uint32_t)d->n_models;
    d->models[d->n_models++] = (struct md_model){name, config};
    const mmspan_spec *spec = mmspan_config_spec(config);
    for (int32_t i = 0; mmspan_spec_token(spec, i, &decl, NULL); i++)
        if (!add_token(d, &decl, number))
            return mm_fail_memory(error);
    return MMSPAN_OK;
}

static int compare_borders(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

size_t md_find_zone(const mmspan_detector *detector, int32_t id) {
    size_t low = 0;
    size_t high = detector->n_zones;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (detector->zones[middle] <= id)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void set_filter(mmspan_detector *d, const struct md_claim *claim) {
    const int64_t n = (int64_t)claim->high - claim->low;
    for (int64_t i = 0; i <= n && i <= UINT16_MAX; i++) {
        const uint16_t bits = (uint16_t)(uint32_t)(claim->low + i);
        d->filter[bits / 64] |= UINT64_C(1) << bits % 64;
    }
}

/* One zone before all claims, and one that begins at each border. */
static bool make_zones(mmspan_detector *d) {
    if (!mm_reserve(&d->allocator, &d->zones, &d->cap_zones, 2 * d->n_claims + 1,
                    sizeof *d->zones))
        return false;
    d->zones[d->n_zones++] = INT32_MIN;
    for (size_t i = 0; i < d->n_claims; i++) {
        d->zones[d->n_zones++] = d->claims[i].low;
        d->zones[d->n_zones++] = (int64_t)d->claims[i].high + 1;
    }
    qsort(d->zones, d->n_zones, sizeof *d->zones, compare_borders);
    size_t n = 0;
    for (size_t i = 0; i < d->n_zones; i++)
        if (n == 0 || d->zones[n - 1] != d->zones[i])
            d->zones[n++] = d->zones[i];
    d->n_zones = n;
    d->claimed = mm_resize(&d->allocator, NULL, 0, d->cap_zones * sizeof *d->claimed);
    if (!d->claimed)
        return false;
    memset(d->claimed, 0, d->cap_zones * sizeof *d->claimed);
    for (size_t i = 0; i < d->n_claims; i++) {
        const struct md_claim *claim = &d->claims[i];
        const size_t end = md_find_zone(d, claim->high);
        for (size_t z = md_find_zone(d, claim->low); z <= end; z++)
            d->claimed[z] = true;
        set_filter(d, claim);
    }
    while (d->claimed[md_find_zone(d, d->unclaimed)])
        d->unclaimed--;
    return true;
}

ptrdiff_t md_zone_of(const mmspan_detector *detector, int32_t id) {
    const uint16_t bits = (uint16_t)(uint32_t)id;
    if (!(detector->filter[bits / 64] >> bits % 64 & 1))
        return -1;
    const size_t zone = md_find_zone(detector, id);
    return detector->claimed[zone] ? (ptrdiff_t)zone : -1;
}

mmspan_status mmspan_detector_create(const mmspan_allocator *allocator,
                                     mmspan_detector **detector, mmspan_error *error) {
    if (!detector)
        return mm_fail_argument(error, "detector is NULL");
    mmspan_allocator memory = mm_allocator(allocator);
    mmspan_detector *made = mm_resize(&memory, NULL, 0, sizeof *made);
    if (!made)
        return mm_fail_memory(error);
    memset(made, 0, sizeof *made);
    made->allocator = memory;
    const char *name;
    mmspan_status status = MMSPAN_OK;
    for (int32_t i = 0; status == MMSPAN_OK && (name = mmspan_builtin_name(i)); i++)
        status = add_model(made, name, error);
    if (status == MMSPAN_OK && !make_zones(made))
        status = mm_fail_memory(error);
    if (status == MMSPAN_OK)
        *detector = made;
    else
        mmspan_detector_destroy(made);
    return status;
}

void mmspan_detector_destroy(mmspan_detector *detector) {
    if (!detector)
        return;
    mmspan_allocator memory = detector->allocator;
    for (size_t i = 0; i < detector->n_models; i++)
        mmspan_config_destroy(detector->models[i].config);
    mm_free(&memory, detector->models, detector->cap_models * sizeof *detector->models);
    mm_free(&memory, detector->claims, detector->cap_claims * sizeof *detector->claims);
    mm_free(&memory, detector->claimed, detector->cap_zones * sizeof *detector->claimed);
    mm_free(&memory, detector->zones, detector->cap_zones * sizeof *detector->zones);
    mm_free(&memory, detector, sizeof *detector);
}
