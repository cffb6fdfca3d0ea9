/* Shows items to people: many that are alike as one line. */
#include "render.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So many lines may be of one item each; with more, neighbours that are alike share one. */
enum { FEW = 20 };

/* So many lines are shown; with more, the rest is added up. */
enum { MANY = 40 };

static bool are_alike(const struct item_group *a, const struct item_group *b) {
    return a->modality == b->modality && a->form == b->form && a->rows == b->rows &&
           a->n_runs == b->n_runs;
}

static void join(struct item_group *group, const struct item_group *next) {
    group->end = next->end;
    group->n += next->n;
}

static struct item_group *new_group(struct text_sequence *sequence) {
    if (sequence->n_groups == sequence->cap_groups) {
        const size_t cap = sequence->cap_groups ? 2 * sequence->cap_groups : 64;
        struct item_group *grown = realloc(sequence->groups, cap * sizeof *grown);
        if (!grown) {
            sequence->failed = true;
            return NULL;
        }
        sequence->groups = grown;
        sequence->cap_groups = cap;
    }
    return &sequence->groups[sequence->n_groups++];
}

/* Placeholders that touch are one line from the start: there is one for each of 1,000 patches
 * when they have no delimiters. */
void text_add_item(struct text_sequence *sequence, const mmspan_item *item, int64_t base) {
    const struct item_group one = {.modality = item->modality,
                                   .form = item->form,
                                   .start = item->start + base,
                                   .end = item->end + base,
                                   .rows = item->rows,
                                   .n_runs = item->n_runs,
                                   .n = 1};
    struct item_group *last =
        sequence->n_groups ? &sequence->groups[sequence->n_groups - 1] : NULL;
    sequence->n_items++;
    if (!sequence->full && last && one.form == MMSPAN_FORM_BARE && last->end == one.start &&
        are_alike(last, &one)) {
        join(last, &one);
        return;
    }
    struct item_group *group = new_group(sequence);
    if (group)
        *group = one;
}

/* Lets neighbours that are alike share a group; returns how many groups there are then. */
static size_t join_neighbours(struct item_group *groups, size_t n) {
    size_t n_joined = 0;
    for (size_t i = 0; i < n; i++) {
        if (n_joined && are_alike(&groups[n_joined - 1], &groups[i]))
            join(&groups[n_joined - 1], &groups[i]);
        else
            groups[n_joined++] = groups[i];
    }
    return n_joined;
}

static void add_line(struct table *table, const struct text_sequence *sequence,
                     const struct item_group *group) {
    table_text(table, mmspan_matcher_modality_name(sequence->matcher, group->modality));
    table_text(table, mmspan_form_name(group->form));
    table_integer(table, group->start);
    table_integer(table, group->end);
    table_integer(table, group->n * group->rows);
    table_integer(table, group->n * group->n_runs);
    if (table->n_columns == 6)
        return;
    char count[80] = "";
    if (group->n > 1)
        snprintf(count, sizeof count, "x %" PRId64 ", %" PRId64 " %s each", group->n,
                 group->rows, group->rows == 1 ? "row" : "rows");
    table_text(table, count);
}

/* What the groups that are not shown add up to, for a modality and a form. */
static void add_rest_of(const struct text_sequence *sequence, const struct item_group *groups,
                        size_t n, const struct item_group *like, struct buffer *out) {
    int64_t n_items = 0;
    int64_t n_rows = 0;
    for (size_t i = 0; i < n; i++) {
        if (groups[i].modality != like->modality || groups[i].form != like->form)
            continue;
        n_items += groups[i].n;
        n_rows += groups[i].n * groups[i].rows;
    }
    if (n_items == 0)
        return;
    buffer_text(out, "  ... and ");
    buffer_text(out, mmspan_matcher_modality_name(sequence->matcher, like->modality));
    buffer_format(out, " %s x %" PRId64 ", ", mmspan_form_name(like->form), n_items);
    buffer_count(out, n_rows, "row", "rows");
    buffer_text(out, " in all; --full shows them\n");
}

static void add_rest(const struct text_sequence *sequence, const struct item_group *groups,
                     size_t n, struct buffer *out) {
    const int32_t n_modalities = mmspan_matcher_n_modalities(sequence->matcher);
    for (int32_t modality = 0; modality < n_modalities; modality++) {
        for (int32_t form = MMSPAN_FORM_BLOCK; form <= MMSPAN_FORM_BARE; form++) {
            const struct item_group like = {.modality = modality, .form = form};
            add_rest_of(sequence, groups, n, &like, out);
        }
    }
}

void text_items(const struct text_sequence *sequence, struct buffer *out) {
    static const char *const heads[] = {"MODALITY", "FORM", "START", "END",
                                        "ROWS",     "RUNS", "ITEMS"};
    struct table table = {.n_columns = 6, .right = 1u << 2 | 1u << 3 | 1u << 4 | 1u << 5};
    struct item_group *groups = sequence->groups;
    size_t n = sequence->n_groups;
    if (!sequence->full && n > FEW)
        n = join_neighbours(groups, n);
    const size_t n_shown = !sequence->full && n > MANY ? MANY : n;
    for (size_t i = 0; i < n_shown; i++)
        if (groups[i].n > 1)
            table.n_columns = 7;
    for (size_t i = 0; i < table.n_columns; i++)
        table_text(&table, heads[i]);
    for (size_t i = 0; i < n_shown; i++)
        add_line(&table, sequence, &groups[i]);
    table_print(&table, "  ", out);
    add_rest(sequence, groups + n_shown, n - n_shown, out);
}
