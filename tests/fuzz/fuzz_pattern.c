/* Patterns: any text compiles or is refused; short ones as the oracle says. */
#include "target.h"

#include "../oracle/agreement.h"
#include "../oracle/oracle_parts.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SHORT = 60, MAX_STATES = 200 };

static const char tokens[] = "token a 1; token b 2; token c any 3 4; token s ids 5 6 5\n"
                             "token r range 4 8; token o 9 ordinary; modality y; bare b a\n";

/* The verdict is known for short patterns only; counts make even those large. */
static void compare(const struct oracle_declarations *declared, mmspan_status status) {
    struct oracle *oracle = oracle_create(declared);
    size_t witness;
    if (oracle->n_states <= MAX_STATES) {
        enum oracle_verdict verdict = oracle_judge(oracle, &witness);
        if ((verdict == ORACLE_FINE && status != MMSPAN_OK && status != MMSPAN_E_LIMIT) ||
            (verdict == ORACLE_WRONG && status != MMSPAN_E_SYNTAX &&
             status != MMSPAN_E_CONFIG) ||
            (verdict == ORACLE_AMBIGUOUS && status != MMSPAN_E_AMBIGUOUS))
            abort();
    }
    oracle_destroy(oracle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct notation notation;
    char *pattern = malloc(size + 1);
    mmspan_spec *spec = NULL;
    mmspan_matcher *matcher = NULL;
    mmspan_error error;
    if (!pattern || !notation_read(&notation, tokens))
        abort();
    if (size)
        memcpy(pattern, data, size);
    pattern[size] = '\0';
    mmspan_modality_decl *added = &notation.modalities[notation.n_modalities++];
    *added =
        (mmspan_modality_decl){.struct_size = sizeof *added, .name = "x", .pattern = pattern};
    mmspan_status status = notation_spec(&notation, NULL, &spec, &error);
    if (status == MMSPAN_OK)
        status = mmspan_compile(spec, NULL, &matcher, &error);
    if (status != MMSPAN_OK && (error.status != (int32_t)status || !error.message[0]))
        abort();
    struct oracle_declarations declared = agreement_declarations(&notation);
    if (strlen(pattern) <= MAX_SHORT)
        compare(&declared, status);
    mmspan_matcher_destroy(matcher);
    mmspan_spec_destroy(spec);
    free(pattern);
    return 0;
}
