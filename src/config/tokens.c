/* Reads the `tokens` section. */
#include "declare.h"
#include "sections.h"

#include <string.h>

struct token {
    mmspan_token_decl decl;
    const char *spelling; /* which of id, ids, any, range was given */
    const char *evidence;
};

/* The four ways to spell a token exclude each other. */
static bool begin_spelling(struct mc_load *load, const struct mc_value *value,
                           struct token *token, int32_t kind) {
    if (token->spelling) {
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "\"%s\" and \"%s\" exclude each other; keep one", token->spelling,
                    value->key);
        return false;
    }
    token->spelling = value->key;
    token->decl.kind = kind;
    return true;
}

static void read_ids(struct mc_load *load, const struct mc_value *value, struct token *token) {
    size_t n = mc_count(value);
    int32_t *ids = mc_scratch(load, n, sizeof *ids);
    if (!ids)
        return;
    struct mc_cursor cursor = mc_elements(value);
    struct mc_value element;
    for (size_t i = 0; mc_next(&cursor, &element) && !load->errors.stopped; i++) {
        int64_t id = 0;
        mc_keep_id(load, &element, &id);
        ids[i] = (int32_t)id;
    }
    token->decl.ids = ids;
    token->decl.n_ids = n;
    if (n == 0)
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value, "the list has no IDs");
}

static void read_id(struct mc_load *load, const struct mc_value *value, void *member) {
    if (begin_spelling(load, value, member, MMSPAN_TOKEN_ID))
        read_ids(load, value, member);
}

static void read_sequence(struct mc_load *load, const struct mc_value *value, void *member) {
    if (begin_spelling(load, value, member, MMSPAN_TOKEN_IDS))
        read_ids(load, value, member);
}

static void read_set(struct mc_load *load, const struct mc_value *value, void *member) {
    if (begin_spelling(load, value, member, MMSPAN_TOKEN_ANY))
        read_ids(load, value, member);
}

static void read_range(struct mc_load *load, const struct mc_value *value, void *member) {
    struct token *token = member;
    size_t before = load->errors.n;
    if (!begin_spelling(load, value, token, MMSPAN_TOKEN_RANGE))
        return;
    read_ids(load, value, token);
    if (load->errors.n > before)
        return;
    const int32_t *ids = token->decl.ids;
    if (token->decl.n_ids != 2)
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "a range is two IDs, the first and the last: [4, 8195]");
    else if (ids[0] > ids[1])
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "the range ends before it begins: %d is above %d", (int)ids[0],
                    (int)ids[1]);
}

static void read_evidence(struct mc_load *load, const struct mc_value *value, void *member) {
    const char **evidence = member;
    mc_borrow_string(load, value, evidence);
    if (*evidence && (!strchr("ABC", **evidence) || (*evidence)[1]))
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value, "must be A, B or C, not \"%.40s\"",
                    *evidence);
}

static const struct mc_key token_keys[] = {
    {"id", MC_INTEGER, false, read_id, 0},
    {"ids", MC_LIST, false, read_sequence, 0},
    {"any", MC_LIST, false, read_set, 0},
    {"range", MC_LIST, false, read_range, 0},
    {"piece", MC_STRING, false, mc_borrow_string, offsetof(struct token, decl.piece)},
    {"ordinary", MC_BOOLEAN, false, mc_keep_boolean, offsetof(struct token, decl.ordinary)},
    {"evidence", MC_STRING, false, read_evidence, offsetof(struct token, evidence)},
};

static const struct mc_schema token_schema = {"a token", token_keys,
                                              sizeof token_keys / sizeof *token_keys};

/* Makes sure that the token has an ID; one without is looked up by its piece. */
static void find_id(struct mc_load *load, const struct mc_value *value, struct token *token) {
    if (token->spelling)
        return;
    if (!token->decl.piece) {
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "\"%.80s\" has no ID; give one of id, ids, any and range, or a piece to "
                    "look it up by",
                    value->key);
        return;
    }
    int32_t *id = mc_scratch(load, 1, sizeof *id);
    if (!id || !mc_resolve(load, value, token->decl.piece, id))
        return;
    token->decl.kind = MMSPAN_TOKEN_ID;
    token->decl.ids = id;
    token->decl.n_ids = 1;
}

/* The grades are in the order of the spec's tokens; there is room. */
static void keep_evidence(struct mc_load *load, const char *evidence) {
    static const char *const grades[] = {"A", "B", "C"};
    struct mc_strings *all = &load->config->evidence;
    all->text[all->n++] = evidence ? grades[*evidence - 'A'] : "";
}

static void read_token(struct mc_load *load, const struct mc_value *key,
                       const struct mc_value *value) {
    struct token token = {.decl = {.struct_size = sizeof token.decl, .name = value->key}};
    size_t before = load->errors.n;
    if (!mc_expect(&load->errors, value, MC_INTEGER | MC_TABLE))
        return;
    if (value->node->kind == MC_SCALAR) {
        read_id(load, value, &token);
    } else {
        mc_read_mapping(load, value, &token_schema, &token);
        if (load->errors.n == before)
            find_id(load, value, &token);
    }
    if (load->errors.n > before || !mc_set_place(load, key))
        return;
    mmspan_error error;
    mmspan_status status = mmspan_spec_add_token(load->config->spec, &token.decl, &error);
    mc_take_status(load, status, &error);
    if (status == MMSPAN_OK)
        keep_evidence(load, token.evidence);
}

void mc_read_tokens(struct mc_load *load, const struct mc_value *tokens) {
    struct mc_strings *evidence = &load->config->evidence;
    size_t n = 0;
    for (const struct mc_entry *e = tokens->node->entries; e; e = e->next)
        n++;
    evidence->text = mm_arena_alloc(&load->config->arena, n, sizeof *evidence->text);
    if (!evidence->text) {
        mc_fail_memory(&load->errors);
        return;
    }
    for (const struct mc_entry *e = tokens->node->entries; e && !load->errors.stopped;
         e = e->next) {
        struct mc_value value = mc_member(tokens, e);
        struct mc_value key = value;
        const struct mc_node *first;
        key.node = e->key;
        if (mc_is_repeated(tokens->node, e, &first))
            continue;
        read_token(load, &key, &value);
    }
}
