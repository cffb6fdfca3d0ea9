/* How many rows the media of a model have, as its files say. */
#include "onboard.h"

#include <stdlib.h>
#include <string.h>

/* Keys that say how many rows each item has, and those that may, for models that cut no image
 * into tiles. */
static const char *const certain[N_MEDIA][3] = {
    [MEDIA_IMAGE] = {"mm_tokens_per_image", "vision_soft_tokens_per_image"},
    [MEDIA_AUDIO] = {"audio_soft_tokens_per_image"},
};
static const char *const possible[N_MEDIA][5] = {
    [MEDIA_IMAGE] = {"image_seq_length", "image_seq_len", "num_image_tokens",
                     "num_image_token"},
    [MEDIA_AUDIO] = {"audio_seq_length"},
};

static bool has_key(const struct fact *fact, const char *const *keys, size_t n) {
    for (size_t i = 0; i < n && keys[i]; i++)
        if (strcmp(fact->key, keys[i]) == 0)
            return true;
    return false;
}

static void add_number(struct draft_modality *modality, struct fact *fact, bool is_certain) {
    struct fact *first = modality->rows ? modality->rows : modality->maybe;
    if (first && first->number != fact->number && !modality->conflict)
        modality->conflict = fact;
    if (is_certain && !modality->rows)
        modality->rows = fact;
    if (!is_certain && !modality->maybe)
        modality->maybe = fact;
}

void draft_find_rows(struct onboard *onboard) {
    for (size_t i = 0; i < onboard->facts.n; i++) {
        struct fact *fact = &onboard->facts.list[i];
        if (fact->text || fact->foreign || fact->number < 1 || fact->number > INT32_MAX)
            continue;
        for (int media = 0; media < N_MEDIA; media++) {
            const bool is_certain = has_key(fact, certain[media], 3);
            if (is_certain || has_key(fact, possible[media], 5))
                add_number(&onboard->media[media], fact, is_certain);
        }
        if (strcmp(fact->key, "cross_attention_layers") == 0)
            onboard->media[MEDIA_IMAGE].crossed = fact;
    }
}

bool names_rows(const struct fact *fact) {
    for (int media = 0; media < N_MEDIA; media++)
        if (has_key(fact, certain[media], 3) || has_key(fact, possible[media], 5))
            return !fact->text && !fact->foreign;
    return false;
}

void rows_mark_used(const struct onboard *onboard, int64_t number) {
    for (size_t i = 0; i < onboard->facts.n; i++) {
        struct fact *fact = &onboard->facts.list[i];
        if (names_rows(fact) && fact->number == number)
            fact->used = true;
    }
}

struct fact *folder_rows(const struct onboard *onboard, int media) {
    const struct draft_modality *modality = &onboard->media[media];
    if (modality->conflict)
        return NULL;
    return modality->rows ? modality->rows : modality->maybe;
}

int64_t unit_of_rows(const char *rule) {
    static const char multiple[] = "a multiple of ";
    const char *at = strstr(rule, multiple);
    /* "257 + a multiple of 144" has no unit. */
    if (at && at > rule + 1 && at[-2] == '+')
        return 0;
    at = at ? at + sizeof multiple - 1 : rule;
    const size_t n = strspn(at, "0123456789");
    const bool is_unit = at != rule || rule[n] == '\0';
    return is_unit && n > 0 && n < 12 ? strtoll(at, NULL, 10) : 0;
}
