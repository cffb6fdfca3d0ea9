/* The token IDs that the JSON files of a model's folder name, against those of a config. */
#define _POSIX_C_SOURCE 200809L

#include "named_ids.h"
#include "onboard.h"

#include "../commands/check_pieces.h"

#include "../../src/match/error.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct onboard_ids {
    struct facts facts;
    char *folder;
};

/* The modality of a fact that names an ID in a prompt; MEDIA_NONE for another. */
static enum media media_of(const struct fact *fact) {
    const struct meaning meaning = meaning_of_key(fact->key);
    bool names = !fact->text && !fact->foreign && names_token(fact->key) &&
                 fact->number >= INT32_MIN && fact->number <= INT32_MAX &&
                 meaning.role < N_ROLES;
    return names ? meaning.media : MEDIA_NONE;
}

mmspan_status onboard_ids_read(const char *folder, struct onboard_ids **ids,
                               mmspan_error *error) {
    struct onboard_ids *made = calloc(1, sizeof *made);
    if (made)
        made->folder = strdup(folder);
    mmspan_status status =
        made && made->folder ? facts_read(&made->facts, folder, error) : mm_fail_memory(error);
    if (status == MMSPAN_OK)
        *ids = made;
    else
        onboard_ids_free(made);
    return status;
}

void onboard_ids_free(struct onboard_ids *ids) {
    if (!ids)
        return;
    facts_free(&ids->facts);
    free(ids->folder);
    free(ids);
}

bool onboard_ids_are_there(const struct onboard_ids *ids) {
    return ids->facts.n > 0;
}

size_t onboard_ids_count(const struct onboard_ids *ids) {
    size_t n = 0;
    for (size_t i = 0; i < ids->facts.n; i++)
        n += media_of(&ids->facts.list[i]) != MEDIA_NONE;
    return n;
}

static bool is_declared(const mmspan_spec *spec, int32_t id) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    for (int32_t i = 0; mmspan_spec_token(spec, i, &decl, NULL); i++)
        if (has_id(&decl, id))
            return true;
    return false;
}

/* What the config has in place of the token is not known: it may have several. */
static void describe(const struct onboard_ids *ids, const struct fact *fact,
                     mmspan_error *error) {
    *error = (mmspan_error){.status = MMSPAN_E_MISMATCH};
    const size_t n = strlen(ids->folder);
    snprintf(error->file, sizeof error->file, "%.200s%s%.40s", ids->folder,
             n && ids->folder[n - 1] == '/' ? "" : "/", fact->file);
    snprintf(error->message, sizeof error->message,
             "%.120s is %" PRId64 ", and no token of the config has that ID", fact->path,
             fact->number);
}

size_t onboard_ids_compare(const struct onboard_ids *ids, const mmspan_config *config,
                           const mmspan_matcher *matcher,
                           void (*report)(void *context, const mmspan_error *error),
                           void *context) {
    size_t n_same = 0;
    for (size_t i = 0; i < ids->facts.n; i++) {
        const struct fact *fact = &ids->facts.list[i];
        const enum media media = media_of(fact);
        if (media == MEDIA_NONE)
            continue;
        const bool same = is_declared(mmspan_config_spec(config), (int32_t)fact->number);
        n_same += same;
        if (same || media >= N_MEDIA || meaning_of_key(fact->key).role != ROLE_PATCH ||
            mmspan_matcher_find_modality(matcher, media_names[media]) < 0)
            continue;
        mmspan_error error;
        describe(ids, fact, &error);
        report(context, &error);
    }
    return n_same;
}
