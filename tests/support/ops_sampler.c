/* Media are made from the items of a random prompt: each its own, several together, parts of
 * a run; by rows, by number of items, by tokens. Then some are damaged. */
#include "ops_sampler.h"

#include "../oracle/gallery.h"
#include "../oracle/oracle_parts.h"

#include <stdio.h>
#include <string.h>

static void add_line(char *text, size_t size, const char *line, size_t number) {
    size_t used = strlen(text);
    if (number)
        snprintf(text + used, size - used, "%s %zu\n", line, number);
    else
        snprintf(text + used, size - used, "%s\n", line);
}

static void add_extras(struct random_source *random, char *text, size_t size) {
    if (random_chance(random, 20))
        add_line(text, size, "divisible", 0);
    if (random_chance(random, 55))
        return;
    add_line(text, size, "multi", 0);
    if (random_chance(random, 35))
        add_line(text, size, "max_gap", random_between(random, 1, 6));
    if (random_chance(random, 30))
        add_line(text, size, "equal_rows", 0);
}

void ops_sampler_config(struct random_source *random, char *text, size_t size) {
    char plain[4096];
    size_t n_gallery = 0;
    while (gallery_config(n_gallery))
        n_gallery++;
    if (random_chance(random, 40))
        snprintf(plain, sizeof plain, "%s", gallery_config(random_below(random, n_gallery)));
    else
        sampler_config(random, plain, sizeof plain);
    text[0] = '\0';
    for (char *at = plain; *at;) {
        size_t n = strcspn(at, ";\n");
        const char *statement = at + strspn(at, " ");
        bool modality = strncmp(statement, "modality ", 9) == 0;
        at += n;
        if (*at)
            *at++ = '\0';
        add_line(text, size, statement, 0);
        if (modality)
            add_extras(random, text, size);
    }
}

/* What media are made from: the items of the prompt and their guests, by modality. */
struct source {
    struct random_source *random;
    struct model *model;
    struct ops_question *question;
    int32_t modality;
    const struct model_taker *takers[MODEL_MOST];
    size_t n;
};

static mmspan_media *add_media(struct source *s, int64_t rows) {
    struct ops_question *q = s->question;
    if (q->n_media == OPS_MOST_MEDIA)
        return NULL;
    mmspan_media *media = &q->media[q->n_media++];
    *media = (mmspan_media){.rows = rows > 0 ? rows : (int64_t)random_between(s->random, 1, 6),
                            .modality = s->modality};
    return media;
}

/* Tokens for a media, sometimes with text around them or with a wrong one, and with the rows
 * that they have. */
static void supply(struct source *s, mmspan_media *media, const int32_t *ids, size_t n) {
    struct ops_question *q = s->question;
    int32_t text;
    size_t around = random_chance(s->random, 25) ? random_between(s->random, 1, 3) : 0;
    if (!media || n + 2 * around + q->n_media_ids > OPS_MOST_MEDIA_IDS ||
        !model_harmless_id(s->model->declared, &text))
        return;
    int32_t *to = q->media_ids + q->n_media_ids;
    for (size_t i = 0; i < n + 2 * around; i++)
        to[i] = i < around || i >= around + n ? text : ids[i - around];
    if (random_chance(s->random, 10))
        to[random_below(s->random, n + 2 * around)] = q->prompt.ids[0];
    int64_t rows = model_count_embeds(s->model, s->modality, s->modality, to, n + 2 * around);
    if (rows == 0)
        return;
    q->n_media_ids += n + 2 * around;
    media->rows = rows;
    media->ids = to;
    media->n_ids = n + 2 * around;
}

/* A word of the modality, for an item that is a placeholder. */
static void supply_word(struct source *s, mmspan_media *media) {
    int32_t word[64];
    for (size_t i = 0; i < s->model->oracle->n_forms; i++) {
        size_t form = random_below(s->random, s->model->oracle->n_forms);
        if (s->model->oracle->forms[form].modality != s->modality)
            continue;
        size_t n = oracle_sample(s->model->oracle, form, s->random, word, 64);
        if (model_is_one_item(s->model, s->modality, word, n))
            supply(s, media, word, n);
        return;
    }
}

/* Do items of other modalities stand between these two? */
static bool is_mixed(const struct source *s, const struct model_taker *first,
                     const struct model_taker *last) {
    for (int64_t i = first->item; i <= last->item; i++)
        if (s->model->items[i].modality != s->modality)
            return true;
    return false;
}

/* A media of the takers [from, to). */
static void add_group(struct source *s, size_t from, size_t to) {
    const struct model_taker *first = s->takers[from];
    const struct model_taker *last = s->takers[to - 1];
    bool bare = s->model->items[first->item].form == MMSPAN_FORM_BARE && !first->guest;
    bool equal = true;
    int64_t rows = 0;
    for (size_t i = from; i < to; i++) {
        rows += s->takers[i]->rows;
        equal = equal && s->takers[i]->rows == first->rows;
    }
    mmspan_media *media = add_media(s, bare && random_chance(s->random, 60) ? 0 : rows);
    if (!media)
        return;
    bool must = !model_can_write_block(s->model, s->modality);
    if (bare && (must || random_chance(s->random, 50)))
        supply_word(s, media);
    else if (!is_mixed(s, first, last) && random_chance(s->random, must ? 80 : 35))
        supply(s, media, s->question->prompt.ids + first->start,
               (size_t)(last->end - first->start));
    if (equal && media->rows == rows && rows % (int64_t)(to - from) == 0 &&
        random_chance(s->random, 40))
        media->n_items = (int32_t)(to - from);
}

/* Media that are parts of one run. */
static void add_parts(struct source *s, const struct model_taker *whole) {
    int64_t left = whole->rows;
    while (left > 0) {
        int64_t rows = (int64_t)random_between(s->random, 1, (size_t)left);
        add_media(s, rows);
        left -= rows;
    }
}

static void add_fitting(struct source *s) {
    bool multi = s->model->declared->modalities[s->modality].multi;
    bool unexpanded = random_chance(s->random, 10);
    for (size_t i = 0; i < s->n;) {
        size_t to = i + 1;
        while (multi && to < s->n && !s->takers[i]->alone && !s->takers[to]->alone &&
               random_chance(s->random, 55))
            to++;
        bool whole = s->takers[i]->whole;
        if (whole && (unexpanded || random_chance(s->random, 30)))
            to = i + 1;
        if (whole && unexpanded)
            for (int64_t k = 0; k < s->takers[i]->rows; k++)
                add_media(s, 0);
        else if (whole && to == i + 1 && random_chance(s->random, 50))
            add_parts(s, s->takers[i]);
        else
            add_group(s, i, to);
        i = to;
    }
}

static void remove_media(struct ops_question *q, size_t i) {
    q->n_media--;
    memmove(q->media + i, q->media + i + 1, (q->n_media - i) * sizeof *q->media);
}

static void damage(struct source *s) {
    struct ops_question *q = s->question;
    mmspan_media *media = &q->media[random_below(s->random, q->n_media)];
    switch (q->n_media ? random_below(s->random, 6) : 4) {
    case 0:
        media->rows += (int64_t)random_between(s->random, 1, 3) - 2; /* may be 0, or wrong */
        break;
    case 1:
        remove_media(q, (size_t)(media - q->media));
        break;
    case 2: {
        mmspan_media swap = q->media[0];
        q->media[0] = *media;
        *media = swap;
        break;
    }
    case 3:
        media->n_items = (int32_t)random_below(s->random, 4);
        break;
    case 4:
        s->modality = (int32_t)random_below(s->random, s->model->declared->n_modalities);
        add_media(s, 0);
        break;
    default:
        media->ids = NULL;
        media->n_ids = 0;
        break;
    }
}

/* Within a modality the order stays. */
static void sort_by_modality(struct ops_question *q) {
    for (size_t i = 1; i < q->n_media; i++)
        for (size_t k = i; k > 0 && q->media[k].modality < q->media[k - 1].modality; k--) {
            mmspan_media swap = q->media[k];
            q->media[k] = q->media[k - 1];
            q->media[k - 1] = swap;
        }
}

void ops_sampler_question(struct random_source *random, struct model *model,
                          struct ops_question *q) {
    static struct source s;
    s = (struct source){.random = random, .model = model, .question = q};
    q->n_media = q->n_media_ids = 0;
    do
        sampler_prompt(random, model->oracle, model->declared, &q->prompt);
    while (q->prompt.n == 0);
    if (random_chance(random, 60))
        q->prompt.n_literal = 0;
    model_load_scan(model, q->prompt.ids, q->prompt.n, q->prompt.literal, q->prompt.n_literal);
    model_find_takers(model, 0);
    for (s.modality = 0; s.modality < (int32_t)model->declared->n_modalities; s.modality++) {
        s.n = 0;
        for (size_t t = 0; t < model->n_takers; t++)
            if (model->takers[t].modality == s.modality)
                s.takers[s.n++] = &model->takers[t];
        add_fitting(&s);
    }
    for (size_t n = random_chance(random, 45) ? random_between(random, 1, 2) : 0; n > 0; n--)
        damage(&s);
    if (random_chance(random, 50))
        sort_by_modality(q);
    q->from_end = random_chance(random, 30);
    q->layout = random_chance(random, 50);
    q->start = random_chance(random, 20) ? (int64_t)random_below(random, q->prompt.n + 1) : 0;
}
