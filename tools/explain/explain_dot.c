/* Draws an automaton for Graphviz. */
#include "explain.h"

#include <inttypes.h>

/* Adds text inside a quoted DOT string: quotes and backslashes get a backslash, which
 * keeps \n, \N and the like from being read as DOT's own escapes. */
static void add_quoted(struct buffer *out, const char *text) {
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buffer_text(out, "\\");
        buffer_bytes(out, *text == '\n' ? " " : text, 1);
    }
}

static void add_node(struct buffer *out, const mmspan_matcher *matcher, int32_t state) {
    int32_t modality;
    int32_t form;
    buffer_format(out, "    %" PRId32 " [label=\"%" PRId32, state, state);
    if (mmspan_automaton_accepts(matcher, state, &modality, &form)) {
        buffer_text(out, "\\n");
        add_quoted(out, mmspan_matcher_modality_name(matcher, modality));
        buffer_text(out, " ");
        add_quoted(out, mmspan_form_name(form));
        buffer_text(out, "\", peripheries=2];\n");
    } else {
        buffer_text(out, state ? "\"];\n" : "\", style=bold];\n");
    }
}

/* One edge for all classes that lead from `state` to the same next one. */
static void add_edge(struct buffer *out, const mmspan_matcher *matcher, int32_t state,
                     int32_t next, int32_t first_class) {
    buffer_format(out, "    %" PRId32 " -> %" PRId32 " [label=\"", state, next);
    for (int32_t i = first_class; i < mmspan_automaton_n_classes(matcher); i++) {
        if (mmspan_automaton_next(matcher, state, i) != next)
            continue;
        buffer_text(out, i > first_class ? "\\n" : "");
        add_quoted(out, mmspan_automaton_class_name(matcher, i));
    }
    buffer_text(out, "\"];\n");
}

static bool is_first_to(const mmspan_matcher *matcher, int32_t state, int32_t class_index) {
    int32_t next = mmspan_automaton_next(matcher, state, class_index);
    for (int32_t i = 0; i < class_index; i++)
        if (mmspan_automaton_next(matcher, state, i) == next)
            return false;
    return next >= 0;
}

void explain_dot(struct buffer *out, const mmspan_matcher *matcher) {
    buffer_text(out, "digraph \"");
    add_quoted(out, mmspan_matcher_model(matcher));
    buffer_text(out, "\" {\n    rankdir=LR;\n    node [shape=ellipse];\n");
    for (int32_t i = 0; i < mmspan_automaton_n_states(matcher); i++)
        add_node(out, matcher, i);
    for (int32_t i = 0; i < mmspan_automaton_n_states(matcher); i++)
        for (int32_t k = 0; k < mmspan_automaton_n_classes(matcher); k++)
            if (is_first_to(matcher, i, k))
                add_edge(out, matcher, i, mmspan_automaton_next(matcher, i, k), k);
    buffer_text(out, "}\n");
}
