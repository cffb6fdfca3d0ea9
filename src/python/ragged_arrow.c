/* Reads many sequences from an Arrow array of lists: list, large_list, fixed_size_list. */
#include "arrow_in.h"
#include "ragged.h"

#include <stdlib.h>
#include <string.h>

/* Offsets of 32 bits are widened, those of 64 copied: for all that follows they are ours. */
static int take_offsets(struct pm_state *state, struct pm_ragged *ragged, int size) {
    const struct ArrowArray *a = &ragged->array;
    if (a->n_buffers != 2 || (a->length && !a->buffers[1])) {
        PyErr_SetString(PyExc_ValueError, "values is an Arrow array without its offsets");
        return -1;
    }
    int64_t *offsets = pm_ragged_offsets(state, ragged, a->length);
    if (!offsets)
        return -1;
    /* Of no lists there may be no offsets at all. */
    offsets[0] = 0;
    for (int64_t i = 0; a->length && i <= a->length; i++)
        offsets[i] = size == 4 ? ((const int32_t *)a->buffers[1])[a->offset + i]
                               : ((const int64_t *)a->buffers[1])[a->offset + i];
    return 0;
}

/* Lists of `size` elements each, which the format says in letters. */
static int make_offsets(struct pm_state *state, struct pm_ragged *ragged, const char *text) {
    const struct ArrowArray *a = &ragged->array;
    char *end;
    const long long size = strtoll(text, &end, 10);
    if (end == text || *end || size < 0 ||
        (size && a->offset + a->length > PY_SSIZE_T_MAX / 16 / size)) {
        PyErr_SetString(PyExc_ValueError, "values is an Arrow array of impossible extent");
        return -1;
    }
    int64_t *offsets = pm_ragged_offsets(state, ragged, a->length);
    for (int64_t i = 0; offsets && i <= a->length; i++)
        offsets[i] = (a->offset + i) * size;
    return offsets ? 0 : -1;
}

static int take_lists(struct pm_state *state, const struct ArrowSchema *schema,
                      struct pm_ragged *ragged) {
    const char *format = schema->format;
    const struct ArrowArray *a = &ragged->array;
    struct pm_layout layout = {0};
    const bool fixed = strncmp(format, "+w:", 3) == 0;
    if ((!fixed && strcmp(format, "+l") != 0 && strcmp(format, "+L") != 0) ||
        schema->n_children != 1 || a->n_children != 1) {
        PyErr_Format(PyExc_TypeError,
                     "values is an Arrow array of type '%.50s', not of lists of ints", format);
        return -1;
    }
    if (pm_arrow_no_nulls("values", a) < 0 ||
        pm_arrow_integers("values", schema->children[0], a->children[0], &layout) < 0)
        return -1;
    int failed = fixed ? make_offsets(state, ragged, format + 3)
                       : take_offsets(state, ragged, format[1] == 'l' ? 4 : 8);
    ragged->tokens = (struct pm_tokens){.state = state, .name = "values"};
    if (failed || pm_tokens_take(&ragged->tokens, &layout) < 0)
        return -1;
    ragged->ids = ragged->tokens.ids;
    return 1;
}

int pm_ragged_read_arrow(struct pm_state *state, PyObject *object, struct pm_ragged *ragged) {
    struct ArrowSchema schema;
    int done = pm_arrow_import("values", object, &schema, &ragged->array);
    if (done <= 0)
        return done;
    done = take_lists(state, &schema, ragged);
    pm_arrow_release(&schema, NULL);
    return done;
}
