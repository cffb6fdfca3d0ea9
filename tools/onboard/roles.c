/* Finds out which token of a model plays which role. */
#include "onboard.h"

#include <stdio.h>
#include <string.h>

const char *const media_names[N_MEDIA] = {"image", "video", "audio"};

/* What was found, also for both visual modalities together and for names without a role. */
struct findings {
    struct draft_token token[MEDIA_NONE + 1][ROLE_NONE + 1];
};

/* The first one found is believed. */
static void find(struct findings *findings, struct meaning meaning, struct draft_token token) {
    struct draft_token *found = &findings->token[meaning.media][meaning.role];
    if (meaning.media != MEDIA_NONE && meaning.role != ROLE_NONE && !found->why)
        *found = token;
}

bool fact_id(const struct onboard *onboard, const struct fact *fact, int32_t *id) {
    mmspan_piece piece;
    if (!names_token(fact->key))
        return false;
    if (!fact->text) {
        *id = (int32_t)fact->number;
        return fact->number >= INT32_MIN && fact->number <= INT32_MAX;
    }
    if (!onboard->tokenizer ||
        !mmspan_tokenizer_find(onboard->tokenizer, fact->text, strlen(fact->text), &piece))
        return false;
    *id = piece.id;
    return true;
}

static void find_in_facts(const struct onboard *onboard, struct findings *findings) {
    for (size_t i = 0; i < onboard->facts.n; i++) {
        const struct fact *fact = &onboard->facts.list[i];
        struct draft_token token = {.why = fact->path, .where = fact->file};
        if (!fact->foreign && fact_id(onboard, fact, &token.id))
            find(findings, meaning_of_key(fact->key), token);
    }
}

/* Of several pieces the special ones come first, then the lower ID. */
static bool is_better(const mmspan_piece *piece, int32_t kind, const struct draft_token *than) {
    bool special = piece->kind != MMSPAN_PIECE_NORMAL;
    bool was_special = kind != MMSPAN_PIECE_NORMAL;
    return special != was_special ? special : piece->id < than->id;
}

static void find_in_pieces(const struct onboard *onboard, struct findings *findings) {
    int32_t kinds[MEDIA_NONE + 1][ROLE_NONE + 1] = {{0}};
    mmspan_piece piece;
    for (size_t i = 0; mmspan_tokenizer_next(onboard->tokenizer, &i, &piece);) {
        const struct meaning meaning = meaning_of_piece(piece.text, piece.size);
        struct draft_token *found = &findings->token[meaning.media][meaning.role];
        int32_t *kind = &kinds[meaning.media][meaning.role];
        if (meaning.media == MEDIA_NONE || (found->why && found->where))
            continue;
        size_t n_others = found->why ? found->n_others + 1 : 0;
        if (!found->why || is_better(&piece, *kind, found)) {
            *found = (struct draft_token){.id = piece.id, .why = "its name"};
            *kind = piece.kind;
        }
        found->n_others = n_others;
    }
}

static bool is_closing(const mmspan_tokenizer *tokenizer, const struct draft_token *token) {
    mmspan_piece piece;
    return token->why && tokenizer && mmspan_tokenizer_at(tokenizer, token->id, &piece) &&
           memchr(piece.text, '/', piece.size);
}

/* <image> is a patch, unless </image> or another patch before an end make it a begin. */
static void place_plain(const mmspan_tokenizer *tokenizer, struct draft_token *tokens) {
    struct draft_token *plain = &tokens[ROLE_PLAIN];
    bool opens = !tokens[ROLE_BEGIN].why && tokens[ROLE_END].why &&
                 (tokens[ROLE_PATCH].why || is_closing(tokenizer, &tokens[ROLE_END]));
    if (!plain->why || (tokens[ROLE_PATCH].why && tokens[ROLE_PATCH].id == plain->id))
        return;
    if (opens)
        tokens[ROLE_BEGIN] = *plain;
    else if (!tokens[ROLE_PATCH].why)
        tokens[ROLE_PATCH] = *plain;
}

/* What begins and ends vision begins and ends what has no begin and end of its own. */
static void share_vision(struct findings *findings) {
    const struct draft_token *vision = findings->token[MEDIA_VISION];
    for (int media = MEDIA_IMAGE; media <= MEDIA_VIDEO; media++) {
        struct draft_token *tokens = findings->token[media];
        if (tokens[ROLE_BEGIN].why || tokens[ROLE_END].why)
            continue;
        tokens[ROLE_BEGIN] = vision[ROLE_BEGIN];
        tokens[ROLE_END] = vision[ROLE_END];
    }
}

/* A token cannot play two roles in one block. A begin without an end is kept. */
static void drop_repeated(struct draft_token *tokens) {
    for (int role = 0; role < N_ROLES; role++)
        if (role != ROLE_PATCH && tokens[role].why && tokens[ROLE_PATCH].why &&
            tokens[role].id == tokens[ROLE_PATCH].id)
            tokens[role].why = NULL;
    if (tokens[ROLE_END].why && tokens[ROLE_BEGIN].why &&
        tokens[ROLE_END].id == tokens[ROLE_BEGIN].id)
        tokens[ROLE_END].why = NULL;
    /* Rows that end in a break end in something else once. */
    if (tokens[ROLE_BREAK].why && (!tokens[ROLE_END].why || tokens[ROLE_BEGIN].why))
        tokens[ROLE_BREAK].why = NULL;
}

static void find_pieces(const mmspan_tokenizer *tokenizer, struct draft_token *tokens) {
    for (int role = 0; role < N_ROLES; role++) {
        mmspan_piece piece;
        if (!tokens[role].why || !tokenizer ||
            !mmspan_tokenizer_at(tokenizer, tokens[role].id, &piece) ||
            !yaml_can_say(piece.text, piece.size))
            continue;
        tokens[role].piece = piece.text;
        tokens[role].piece_size = piece.size;
    }
}

/* Of two modalities with one token neither can be told from the other. */
static void drop_doubles(struct onboard *onboard) {
    for (int media = 1; media < N_MEDIA; media++)
        for (int other = 0; other < media; other++) {
            struct draft_modality *modality = &onboard->media[media];
            if (!draft_has_modality(modality) || !draft_has_modality(&onboard->media[other]) ||
                modality->tokens[ROLE_PATCH].id != onboard->media[other].tokens[ROLE_PATCH].id)
                continue;
            modality->dropped = true;
            snprintf(modality->reason, sizeof modality->reason,
                     "its token, %d, is that of %s as well",
                     (int)modality->tokens[ROLE_PATCH].id, media_names[other]);
        }
}

void draft_assign(struct onboard *onboard) {
    struct findings findings;
    memset(&findings, 0, sizeof findings);
    find_in_facts(onboard, &findings);
    if (onboard->tokenizer)
        find_in_pieces(onboard, &findings);
    place_plain(onboard->tokenizer, findings.token[MEDIA_VISION]);
    share_vision(&findings);
    for (int media = 0; media < N_MEDIA; media++) {
        struct draft_token *tokens = findings.token[media];
        place_plain(onboard->tokenizer, tokens);
        drop_repeated(tokens);
        find_pieces(onboard->tokenizer, tokens);
        memcpy(onboard->media[media].tokens, tokens, sizeof onboard->media[media].tokens);
    }
    draft_find_rows(onboard);
    drop_doubles(onboard);
}

bool draft_has_modality(const struct draft_modality *modality) {
    return modality->tokens[ROLE_PATCH].why && !modality->dropped;
}
