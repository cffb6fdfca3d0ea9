/* Finds the IDs of names in examples. A config whose IDs only the tokenizer knows has no others
 * to write examples with. */
#include "sections.h"

#include "../match/compile/spec.h"

#include <stdlib.h>
#include <string.h>

/* IDs that a token has, both ends included. */
struct taken {
    int32_t first;
    int32_t last;
};

static int by_first(const void *a, const void *b) {
    const struct taken *x = a;
    const struct taken *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

static size_t list_taken(const mmspan_spec *spec, struct taken *taken) {
    size_t n = 0;
    for (size_t t = 0; t < spec->n_tokens; t++) {
        const struct mm_token *token = &spec->tokens[t];
        if (token->kind == MMSPAN_TOKEN_RANGE) {
            taken[n++] = (struct taken){token->ids[0], token->ids[1]};
            continue;
        }
        for (size_t k = 0; k < token->n_ids; k++)
            taken[n++] = (struct taken){token->ids[k], token->ids[k]};
    }
    qsort(taken, n, sizeof *taken, by_first);
    return n;
}

/* The first ID from 0 that no token has: one that is there and is text. */
static bool find_text(struct mc_load *load, const struct mc_value *value) {
    const mmspan_spec *spec = load->config->spec;
    size_t n = 0;
    for (size_t t = 0; t < spec->n_tokens; t++)
        n += spec->tokens[t].n_ids;
    struct taken *taken = mc_scratch(load, n + 1, sizeof *taken);
    if (!taken)
        return false;
    n = list_taken(spec, taken);
    int64_t id = 0;
    for (size_t i = 0; i < n && taken[i].first <= id; i++)
        if (taken[i].last >= id)
            id = (int64_t)taken[i].last + 1;
    const int64_t end = spec->vocab_size ? spec->vocab_size : (int64_t)INT32_MAX + 1;
    if (id >= end) {
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "every ID from 0 to %lld is a token's, so there is none for text",
                    (long long)end - 1);
        return false;
    }
    load->text_id = (int32_t)id;
    load->has_text_id = true;
    return true;
}

bool mc_read_named_id(struct mc_load *load, const struct mc_value *value, size_t n,
                      int32_t *id) {
    const char *name = value->node->text;
    if (n == 4 && memcmp(name, "text", n) == 0) {
        if (!load->has_text_id && !find_text(load, value))
            return false;
        *id = load->text_id;
        return true;
    }
    if (!mi_has_name(&load->tokens, name, n)) {
        mc_complain_unknown(&load->errors, value, 0, n, "token", &load->tokens);
        return false;
    }
    size_t rank;
    const mmspan_spec *spec = load->config->spec;
    const int32_t index = mm_find_token(spec, name, n, &rank);
    /* What is wrong with the token has been said. */
    if (index < 0)
        return false;
    const struct mm_token *token = &spec->tokens[index];
    if (token->kind != MMSPAN_TOKEN_ID) {
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "\"%.80s\" stands for several IDs; write those of the example",
                    token->name);
        return false;
    }
    *id = token->ids[0];
    return true;
}

void mc_keep_named_id(struct mc_load *load, const struct mc_value *value, void *member) {
    int32_t id;
    if (mc_type_of(value->node) == MC_INTEGER)
        mc_keep_id(load, value, member);
    else if (mc_read_named_id(load, value, strlen(value->node->text), &id))
        *(int64_t *)member = id;
}
