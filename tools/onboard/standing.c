/* What a folder says of the tokens of a shipped config. */
#include "onboard.h"

#include "../commands/check_pieces.h"

#include <stdlib.h>
#include <string.h>

static int compare_ids(const void *a, const void *b) {
    const int32_t x = *(const int32_t *)a;
    const int32_t y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

bool named_collect(struct onboard *onboard) {
    const struct facts *facts = &onboard->facts;
    onboard->named = calloc(facts->n + 1, sizeof *onboard->named);
    if (!onboard->named)
        return false;
    for (size_t i = 0; i < facts->n; i++)
        if (!facts->list[i].foreign &&
            fact_id(onboard, &facts->list[i], &onboard->named[onboard->n_named]))
            onboard->n_named++;
    qsort(onboard->named, onboard->n_named, sizeof *onboard->named, compare_ids);
    return true;
}

bool is_named(const struct onboard *onboard, int32_t id) {
    return bsearch(&id, onboard->named, onboard->n_named, sizeof id, compare_ids) != NULL;
}

/* The token that plays in the folder the role that the piece's name says. */
static const struct draft_token *token_like(const struct onboard *onboard, const char *piece) {
    const struct meaning meaning = meaning_of_piece(piece, strlen(piece));
    enum media media = meaning.media == MEDIA_VISION ? MEDIA_IMAGE : meaning.media;
    if (media >= N_MEDIA || meaning.role >= N_ROLES)
        return NULL;
    const struct draft_token *token = &onboard->media[media].tokens[meaning.role];
    return token->why && token->where ? token : NULL;
}

/* Of a piece that the tokenizer has. */
static enum standing standing_of_piece(const mmspan_token_decl *decl, int32_t id) {
    if (has_id(decl, id))
        return TOKEN_SAME;
    if (decl->kind != MMSPAN_TOKEN_ID)
        return TOKEN_ABSENT;
    return mmspan_config_is_made_up(decl->ids[0]) ? TOKEN_FOUND : TOKEN_MOVED;
}

enum standing standing_of(const struct onboard *onboard, const mmspan_token_decl *decl,
                          int32_t *id) {
    mmspan_piece piece;
    *id = decl->ids[0];
    if (decl->kind == MMSPAN_TOKEN_IDS || (decl->kind != MMSPAN_TOKEN_ID && !decl->piece))
        return TOKEN_UNCOUNTED;
    if (decl->piece && onboard->tokenizer &&
        mmspan_tokenizer_find(onboard->tokenizer, decl->piece, strlen(decl->piece), &piece)) {
        const enum standing standing = standing_of_piece(decl, piece.id);
        if (standing != TOKEN_SAME)
            *id = piece.id;
        return standing;
    }
    const bool made_up = mmspan_config_is_made_up(decl->ids[0]);
    /* An ID below 0 stands for a piece that no tokenizer has. */
    const bool is_nowhere = !decl->piece || (decl->ids[0] < 0 && !made_up);
    if (!is_nowhere && onboard->tokenizer && !onboard->partial)
        return TOKEN_ABSENT;
    if (decl->kind != MMSPAN_TOKEN_ID)
        return TOKEN_UNCOUNTED;
    if (!made_up && is_named(onboard, decl->ids[0]))
        return TOKEN_NAMED;
    if (is_nowhere)
        return TOKEN_UNCOUNTED;
    const struct draft_token *token = token_like(onboard, decl->piece);
    if (!token)
        return TOKEN_UNVERIFIED;
    *id = token->id;
    return TOKEN_ROLE;
}
