/* Finds the IDs of tokens that are declared by their piece alone. */
#include "sections.h"

#include <stdio.h>
#include <string.h>

/* Adds a name, or "..." when the list is full. */
static void add_name(struct mc_unresolved *unresolved, const char *name) {
    static const char more[] = ", ...";
    size_t used = strlen(unresolved->names);
    size_t room = sizeof unresolved->names - used;
    if (strlen(name) + sizeof more + 2 < room)
        snprintf(unresolved->names + used, room, "%s%s", used ? ", " : "", name);
    else if (used < sizeof more ||
             strcmp(unresolved->names + used + 1 - sizeof more, more) != 0)
        snprintf(unresolved->names + used, room, "%s", more);
}

/* The rest of the config is checked as if there were an ID; which one does not matter,
 * because loading fails in the end. */
static bool remember(struct mc_load *load, const struct mc_value *token, int32_t *id) {
    struct mc_unresolved *unresolved = load->unresolved;
    if (!unresolved) {
        unresolved = mc_scratch(load, 1, sizeof *unresolved);
        if (!unresolved)
            return false;
        load->unresolved = unresolved;
        unresolved->place = mc_place(token, unresolved->path);
    }
    add_name(unresolved, token->key);
    *id = INT32_MIN + (int32_t)unresolved->n++;
    return true;
}

bool mc_resolve(struct mc_load *load, const struct mc_value *token, const char *piece,
                int32_t *id) {
    const mmspan_resolver *resolver = load->resolver;
    if (!resolver)
        return remember(load, token, id);
    mmspan_error why;
    memset(&why, 0, sizeof why);
    mmspan_status status = resolver->id_of(resolver->context, piece, id, &why);
    if (status == MMSPAN_OK)
        return true;
    if (status == MMSPAN_E_MEMORY)
        mc_fail_memory(&load->errors);
    else
        mc_complain(&load->errors, MMSPAN_E_CONFIG, token,
                    "the piece \"%.80s\" of \"%.80s\" gives no ID: %.400s", piece, token->key,
                    why.message[0] ? why.message : mmspan_status_text(status));
    return false;
}

void mc_report_unresolved(struct mc_load *load) {
    const struct mc_unresolved *unresolved = load->unresolved;
    if (!unresolved)
        return;
    bool one = unresolved->n == 1;
    mc_fail(&load->errors, MMSPAN_E_UNSUPPORTED, &unresolved->place,
            "%s %s %s a piece but no ID; looking %s up needs a tokenizer (--tokenizer PATH)",
            one ? "token" : "tokens", unresolved->names, one ? "has" : "have",
            one ? "it" : "them");
}
