/* What a finding says: its kind's name, and what was possible where a block ended. */
#include "../../../include/mmspan/automaton.h"
#include "../../../include/mmspan/scan.h"

#include <stdbool.h>

const char *mmspan_finding_kind_name(int32_t kind) {
    static const char *const names[] = {
        "broken-block",      "literal-token", "media-count", "media-layout", "media-rows",
        "out-of-vocabulary", "remainder",     "rows",        "stray-token",  "truncated-block",
    };
    bool known = kind >= 0 && (size_t)kind < sizeof names / sizeof *names;
    return known ? names[kind] : NULL;
}

/* Broken and truncated blocks carry a state; all other findings have none. */
const int32_t *mmspan_finding_expected(const mmspan_matcher *matcher,
                                       const mmspan_finding *finding, size_t *count) {
    return mmspan_automaton_expected(matcher, finding->state, count);
}

const int32_t *mmspan_finding_modalities(const mmspan_matcher *matcher,
                                         const mmspan_finding *finding, size_t *count) {
    return mmspan_automaton_modalities(matcher, finding->state, count);
}
