/* Reads a report back from JSON. What is derived from other numbers is not looked at. */
#include "json_tree.h"
#include "report.h"
#include "sum.h"

#include "../io/report.h"

#include <inttypes.h>
#include <string.h>

/* The first thing that is not as it should be ends the reading: everything after that does
 * nothing. */
struct reading {
    mmspan_report *report;
    const char *name;
    mmspan_status status;
    mmspan_error *error;
};

static void fail(struct reading *r, const char *key) {
    const struct mm_place place = {.file = r->name};
    if (r->status == MMSPAN_OK)
        r->status = mi_fail(r->error, MMSPAN_E_SYNTAX, &place,
                            "not a report of mmspan audit: \"%s\" is missing or not what it "
                            "should be",
                            key);
}

static void fail_memory(struct reading *r) {
    if (r->status == MMSPAN_OK)
        r->status = mm_fail_memory(r->error);
}

static const struct ma_node *member(struct reading *r, const struct ma_node *object,
                                    const char *key, enum mt_json_kind kind) {
    const struct ma_node *node = ma_member(object, key);
    if (node && node->kind == kind)
        return node;
    fail(r, key);
    return NULL;
}

/* A number that counts something. */
static int64_t count(struct reading *r, const struct ma_node *object, const char *key) {
    const struct ma_node *node = member(r, object, key, MT_JSON_INTEGER);
    if (node && node->integer < 0)
        fail(r, key);
    return node && node->integer >= 0 ? node->integer : 0;
}

static const char *text(struct reading *r, const struct ma_node *object, const char *key) {
    const struct ma_node *node = member(r, object, key, MT_JSON_STRING);
    return node ? node->text : "";
}

static const struct ma_node *list(struct reading *r, const struct ma_node *object,
                                  const char *key) {
    const struct ma_node *node = member(r, object, key, MT_JSON_LIST);
    return node ? node->first : NULL;
}

/* A list of two numbers that are not negative. */
static bool read_pair(struct reading *r, const struct ma_node *node, const char *key,
                      int64_t pair[2]) {
    const struct ma_node *a = node->kind == MT_JSON_LIST ? node->first : NULL;
    const struct ma_node *b = a ? a->next : NULL;
    if (!b || b->next || a->kind != MT_JSON_INTEGER || b->kind != MT_JSON_INTEGER ||
        a->integer < 0 || b->integer < 0) {
        fail(r, key);
        return false;
    }
    pair[0] = a->integer;
    pair[1] = b->integer;
    return true;
}

static void read_identity(struct reading *r, const struct ma_node *root) {
    const struct ma_node *config = member(r, root, "config", MT_JSON_OBJECT);
    const struct ma_node *options = member(r, root, "options", MT_JSON_OBJECT);
    struct ma_identity identity = {0};
    const char *names[MMSPAN_MAX_MODALITIES];
    size_t n = 0;
    union {
        const char *read;
        char *kept;
    } tool = {text(r, root, "tool")}, model = {text(r, config, "model")};
    identity.tool = tool.kept;
    identity.model = model.kept;
    const char *digest = text(r, config, "sha256");
    if (strlen(digest) == 64)
        memcpy(identity.config, digest, 65);
    else if (*digest)
        fail(r, "sha256");
    identity.n_examples = count(r, options, "examples");
    identity.window = count(r, options, "window");
    identity.max_length = count(r, options, "max_length");
    identity.merge_size = count(r, options, "merge_size");
    if (identity.n_examples > INT16_MAX)
        fail(r, "examples");
    for (const struct ma_node *m = list(r, root, "modalities"); m; m = m->next) {
        if (n == MMSPAN_MAX_MODALITIES)
            fail(r, "modalities");
        else
            names[n++] = text(r, m, "name");
    }
    if (r->status == MMSPAN_OK)
        r->status = ma_report_begin(r->report, &identity, names, n, r->error);
}

static void read_covered(struct reading *r, const struct ma_node *node, struct ma_file *file) {
    for (const struct ma_node *n = list(r, node, "covered"); n; n = n->next) {
        int64_t pair[2];
        if (!read_pair(r, n, "covered", pair))
            return;
        const struct ma_range range = {pair[0], pair[1]};
        if (range.end > file->total || range.first >= range.end || ma_is_covered(file, &range))
            fail(r, "covered");
        else if (!ma_cover(&r->report->allocator, file, &range))
            fail_memory(r);
    }
}

static void read_file(struct reading *r, const struct ma_node *node) {
    int32_t index;
    ma_find_file(r->report, text(r, node, "path"), &index);
    const int64_t size = count(r, node, "size");
    const int64_t total = count(r, node, "total");
    if (index >= 0)
        fail(r, "path");
    if (r->status == MMSPAN_OK)
        r->status =
            ma_add_file(r->report, text(r, node, "path"), size, total, &index, r->error);
    if (r->status != MMSPAN_OK)
        return;
    struct ma_file *file = &r->report->files[index];
    file->sequences = count(r, node, "sequences");
    file->tokens = count(r, node, "tokens");
    file->items = count(r, node, "items");
    file->skipped = count(r, node, "skipped");
    read_covered(r, node, file);
    const struct ma_node *unread = ma_member(node, "unread");
    if (!unread)
        return;
    const int64_t n = count(r, unread, "errors");
    const int64_t sequence = count(r, unread, "sequence");
    const char *message = text(r, unread, "message");
    if (r->status == MMSPAN_OK &&
        ma_add_unread(r->report, file, n, sequence, message) != MMSPAN_OK)
        fail_memory(r);
}

static void read_histogram(struct reading *r, const struct ma_node *object, const char *key,
                           struct ma_histogram *h) {
    const struct ma_node *node = member(r, object, key, MT_JSON_OBJECT);
    const bool by_powers = ma_member(node, "powers") != NULL;
    const char *values = by_powers ? "powers" : "values";
    int64_t last = -1;
    int64_t total = 0;
    for (const struct ma_node *n = list(r, node, values); n; n = n->next) {
        int64_t pair[2];
        if (!read_pair(r, n, values, pair))
            return;
        if (pair[0] <= last || pair[1] == 0 ||
            (by_powers ? pair[0] >= MA_N_POWERS : h->n_values == MA_MAX_EXACT)) {
            fail(r, values);
            return;
        }
        if (!by_powers)
            h->values[h->n_values] = pair[0];
        h->counts[by_powers ? (size_t)pair[0] : h->n_values++] = pair[1];
        last = pair[0];
        ma_sum(&total, pair[1]);
    }
    h->by_powers = by_powers;
    h->n = count(r, node, "n");
    if (h->n != total)
        fail(r, values);
    h->sum = count(r, node, "sum");
    h->min = count(r, node, "min");
    h->max = count(r, node, "max");
}

static void read_amount(struct reading *r, const struct ma_node *object, const char *key,
                        struct ma_amount *amount) {
    const struct ma_node *node = member(r, object, key, MT_JSON_OBJECT);
    amount->items = count(r, node, "items");
    amount->placeholders = count(r, node, "placeholders");
    amount->rows = count(r, node, "rows");
    amount->media = count(r, node, "media");
}

static void read_modality(struct reading *r, const struct ma_node *node,
                          struct ma_modality *m) {
    read_amount(r, node, "clean", &m->amounts[MA_CLEAN]);
    read_amount(r, node, "unexpanded", &m->amounts[MA_UNEXPANDED]);
    read_amount(r, node, "broken", &m->amounts[MA_BROKEN]);
    m->cut_by_window = count(r, node, "cut_by_window");
    m->cut_by_length = count(r, node, "cut_by_length");
    m->lost_by_length = count(r, node, "lost_by_length");
    read_histogram(r, node, "rows", &m->rows);
}

static void read_excerpt(struct reading *r, const struct ma_node *node,
                         struct ma_excerpt *excerpt) {
    excerpt->at = count(r, node, "at");
    for (const struct ma_node *id = list(r, node, "ids"); id; id = id->next) {
        if (id->kind != MT_JSON_INTEGER || excerpt->n == MA_EXCERPT)
            fail(r, "ids");
        else
            excerpt->ids[excerpt->n++] = id->integer;
    }
}

static int64_t optional(const struct ma_node *object, const char *key) {
    const struct ma_node *node = ma_member(object, key);
    return node && node->kind == MT_JSON_INTEGER ? node->integer : -1;
}

static void read_example(struct reading *r, const struct ma_node *node, int slot) {
    struct ma_example example = {.modality = -1};
    const char *modality = ma_member(node, "modality") ? text(r, node, "modality") : NULL;
    const char *sentence = text(r, node, "sentence");
    ma_find_file(r->report, text(r, node, "file"), &example.file);
    for (size_t i = 0; modality && i < r->report->n_modalities; i++)
        if (strcmp(r->report->modalities[i].name, modality) == 0)
            example.modality = (int32_t)i;
    example.sequence = count(r, node, "sequence");
    example.line = ma_member(node, "line") ? count(r, node, "line") : 0;
    example.start = count(r, node, "start");
    example.end = count(r, node, "end");
    example.expected = optional(node, "expected");
    example.found = optional(node, "found");
    size_t i = 0;
    for (const struct ma_node *n = list(r, node, "around"); n && i < 2; n = n->next)
        read_excerpt(r, n, &example.around[i++]);
    if (example.file < 0 || (modality && example.modality < 0))
        fail(r, example.file < 0 ? "file" : "modality");
    size_t n = strlen(sentence);
    memcpy(example.sentence, sentence, n < MA_SENTENCE ? n : MA_SENTENCE - 1);
    if (r->status != MMSPAN_OK)
        return;
    size_t rank = ma_rank_example(r->report, slot, &example);
    struct ma_example *place = rank < (size_t)r->report->identity.n_examples
                                   ? ma_insert_example(r->report, slot, rank)
                                   : NULL;
    if (place)
        *place = example;
    else if (rank >= (size_t)r->report->identity.n_examples)
        fail(r, "examples");
    else
        fail_memory(r);
}

static void read_kind(struct reading *r, const struct ma_node *node) {
    int slot = ma_slot_of(mmspan_audit_find_kind(text(r, node, "kind")));
    if (slot < 0 || r->report->kinds[slot].findings) {
        fail(r, "kind");
        return;
    }
    r->report->kinds[slot].findings = count(r, node, "findings");
    r->report->kinds[slot].sequences = count(r, node, "sequences");
    if (r->report->kinds[slot].findings == 0)
        fail(r, "findings");
    for (const struct ma_node *n = list(r, node, "examples"); n; n = n->next)
        read_example(r, n, slot);
}

static void read_checks(struct reading *r, const struct ma_node *root) {
    for (const struct ma_node *n = list(r, root, "checks"); n; n = n->next) {
        const char *name = text(r, n, "name");
        int check = ma_find_check(name, strlen(name));
        if (check < 0)
            fail(r, "checks");
        else
            r->report->checked[check] = count(r, n, "sequences");
    }
}

static void read_rest(struct reading *r, const struct ma_node *root) {
    mmspan_report *report = r->report;
    const struct ma_node *totals = member(r, root, "totals", MT_JSON_OBJECT);
    const struct ma_node *classes = member(r, root, "classes", MT_JSON_OBJECT);
    const struct ma_node *window = member(r, root, "window", MT_JSON_OBJECT);
    const struct ma_node *length = member(r, root, "max_length", MT_JSON_OBJECT);
    size_t i = 0;
    for (const struct ma_node *n = list(r, root, "modalities"); n && i < report->n_modalities;
         n = n->next)
        read_modality(r, n, &report->modalities[i++]);
    report->in_blocks = count(r, totals, "tokens_in_blocks");
    report->sequences[MA_CLEAN] = count(r, classes, "clean");
    report->sequences[MA_UNEXPANDED] = count(r, classes, "unexpanded");
    report->sequences[MA_BROKEN] = count(r, classes, "broken");
    report->borders = count(r, window, "borders");
    report->cut_borders = count(r, window, "borders_in_blocks");
    report->longer = count(r, length, "sequences_longer");
    report->cut_at_length = count(r, length, "sequences_cut_in_blocks");
    read_histogram(r, root, "items_per_sequence", &report->items);
    read_histogram(r, root, "sequence_lengths", &report->lengths);
    for (const struct ma_node *n = list(r, root, "findings"); n; n = n->next)
        read_kind(r, n);
    read_checks(r, root);
}

static void read_schema(struct reading *r, const struct ma_node *root) {
    const struct mm_place place = {.file = r->name};
    int64_t schema = count(r, root, "schema");
    if (r->status == MMSPAN_OK && schema != MA_SCHEMA)
        r->status = mi_fail(r->error, MMSPAN_E_MISMATCH, &place,
                            "a report of schema %" PRId64 "; this mmspan knows schema %d: read "
                            "it with the version that wrote it, or audit again",
                            schema, MA_SCHEMA);
}

mmspan_status mmspan_report_read(const char *json, size_t n, const char *name,
                                 const mmspan_allocator *allocator, mmspan_report **report,
                                 mmspan_error *error) {
    if (!json || !report)
        return mm_fail_argument(error, "text or report");
    struct mm_arena arena;
    struct ma_node *root = NULL;
    struct reading r = {.name = name ? name : "<memory>", .error = error};
    mm_arena_init(&arena, allocator);
    r.status = mmspan_report_create(allocator, &r.report);
    if (r.status != MMSPAN_OK)
        return mm_fail_memory(error);
    r.status = ma_read_tree(json, n, r.name, &arena, &root, error);
    if (r.status == MMSPAN_OK)
        read_schema(&r, root);
    if (r.status == MMSPAN_OK)
        read_identity(&r, root);
    for (const struct ma_node *f = r.status == MMSPAN_OK ? list(&r, root, "files") : NULL; f;
         f = f->next)
        read_file(&r, f);
    if (r.status == MMSPAN_OK)
        read_rest(&r, root);
    mm_arena_free(&arena);
    if (r.status == MMSPAN_OK)
        *report = r.report;
    else
        mmspan_report_destroy(r.report);
    return r.status;
}
