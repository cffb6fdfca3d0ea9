/* Hopcroft's partition refinement over a partial automaton. */
#include "dfa.h"

#include <string.h>

/*
 * The states of a block are elements[begin[b]..end[b]); those that were marked by
 * the current splitter stand first, `marked[b]` of them. The dead state is in no
 * block: since every block is a splitter once, states that differ in being dead
 * after some class are told apart by where the others go.
 */
struct partition {
    struct mm_arena scratch;
    const struct mm_dfa *dfa;
    uint32_t *elements;
    uint32_t *position; /* of a state in elements */
    uint32_t *block_of;
    uint32_t *begin, *end, *marked;
    uint32_t n_blocks;
    uint32_t *touched; /* blocks with marks */
    uint32_t n_touched;
    uint32_t *queue; /* splitters to come */
    uint32_t n_queue;
    /* Moves into state s: incoming[in_begin[s]..in_begin[s + 1]), by class. */
    uint32_t *in_begin;
    struct incoming {
        uint32_t from;
        uint32_t by;
    } * incoming;
    /* The moves into the current splitter, grouped by class. */
    uint32_t *group_begin;
    uint32_t *group;
};

static bool allocate(struct partition *p, size_t n_moves) {
    size_t n = p->dfa->n_states;
    struct mm_arena *a = &p->scratch;
    uint32_t **arrays[] = {&p->elements, &p->position, &p->block_of, &p->begin,   &p->end,
                           &p->marked,   &p->touched,  &p->queue,    &p->in_begin};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (!(*arrays[i] = mm_arena_alloc(a, n + 2, sizeof(uint32_t))))
            return false;
    p->incoming = mm_arena_alloc(a, n_moves, sizeof *p->incoming);
    p->group = mm_arena_alloc(a, n_moves, sizeof *p->group);
    p->group_begin = mm_arena_alloc(a, p->dfa->n_classes + 2, sizeof *p->group_begin);
    return p->incoming && p->group && p->group_begin;
}

static void list_incoming(struct partition *p) {
    const struct mm_dfa *dfa = p->dfa;
    size_t n_cells = dfa->n_states * dfa->n_classes;
    for (size_t i = dfa->n_classes; i < n_cells; i++)
        if (dfa->next[i])
            p->in_begin[dfa->next[i] + 1]++;
    for (size_t s = MM_START; s < dfa->n_states + 1; s++)
        p->in_begin[s] += p->in_begin[s - 1];
    /* Fills from the back of every state's stretch, using `position` as a cursor. */
    memcpy(p->position, p->in_begin + 1, dfa->n_states * sizeof *p->position);
    for (size_t i = dfa->n_classes; i < n_cells; i++)
        if (dfa->next[i])
            p->incoming[--p->position[dfa->next[i]]] = (struct incoming){
                (uint32_t)(i / dfa->n_classes), (uint32_t)(i % dfa->n_classes)};
}

/* One block for each color; every color is in use. */
static void initial_blocks(struct partition *p, const uint32_t *color, uint32_t n_colors) {
    size_t n = p->dfa->n_states;
    p->n_blocks = n_colors;
    for (size_t s = MM_START; s < n; s++)
        p->end[color[s]]++;
    uint32_t at = 0;
    for (uint32_t b = 0; b < n_colors; b++) {
        p->begin[b] = at;
        at += p->end[b];
        p->end[b] = p->begin[b];
    }
    for (uint32_t s = MM_START; s < n; s++) {
        uint32_t b = color[s];
        p->block_of[s] = b;
        p->position[s] = p->end[b];
        p->elements[p->end[b]++] = s;
    }
    for (uint32_t b = 0; b < n_colors; b++)
        p->queue[p->n_queue++] = b;
}

static void mark(struct partition *p, uint32_t state) {
    uint32_t b = p->block_of[state];
    uint32_t to = p->begin[b] + p->marked[b];
    uint32_t at = p->position[state];
    if (at < to)
        return;
    if (p->marked[b]++ == 0)
        p->touched[p->n_touched++] = b;
    uint32_t other = p->elements[to];
    p->elements[to] = state;
    p->position[state] = to;
    p->elements[at] = other;
    p->position[other] = at;
}

/* Makes the marked part of a block, or the rest if that is smaller, a new block. */
static void split(struct partition *p, uint32_t b) {
    uint32_t middle = p->begin[b] + p->marked[b];
    p->marked[b] = 0;
    if (middle == p->end[b])
        return;
    uint32_t made = p->n_blocks++;
    if (middle - p->begin[b] <= p->end[b] - middle) {
        p->begin[made] = p->begin[b];
        p->end[made] = p->begin[b] = middle;
    } else {
        p->begin[made] = middle;
        p->end[made] = p->end[b];
        p->end[b] = middle;
    }
    for (uint32_t i = p->begin[made]; i < p->end[made]; i++)
        p->block_of[p->elements[i]] = made;
    /* The new block is the smaller one, so it alone is enough when the old one has
     * been a splitter already; when it is still to come, both must. */
    p->queue[p->n_queue++] = made;
}

/* Sorts the moves into a block by class, by counting. */
static void group_moves(struct partition *p, uint32_t splitter) {
    memset(p->group_begin, 0, (p->dfa->n_classes + 2) * sizeof *p->group_begin);
    for (int fill = 0; fill < 2; fill++) {
        for (uint32_t i = p->begin[splitter]; i < p->end[splitter]; i++) {
            uint32_t state = p->elements[i];
            for (uint32_t m = p->in_begin[state]; m < p->in_begin[state + 1]; m++) {
                uint32_t by = p->incoming[m].by;
                if (fill)
                    p->group[p->group_begin[by + 1]++] = p->incoming[m].from;
                else
                    p->group_begin[by + 2]++;
            }
        }
        for (uint32_t c = 2; !fill && c < p->dfa->n_classes + 2; c++)
            p->group_begin[c] += p->group_begin[c - 1];
    }
}

static void refine(struct partition *p) {
    while (p->n_queue > 0) {
        uint32_t splitter = p->queue[--p->n_queue];
        group_moves(p, splitter);
        for (uint32_t c = 0; c < p->dfa->n_classes; c++) {
            for (uint32_t i = p->group_begin[c]; i < p->group_begin[c + 1]; i++)
                mark(p, p->group[i]);
            for (uint32_t i = 0; i < p->n_touched; i++)
                split(p, p->touched[i]);
            p->n_touched = 0;
        }
    }
}

/* Numbers the blocks breadth-first from the start; returns how many there are,
 * the dead one included. */
static uint32_t number_blocks(struct partition *p, uint32_t *block) {
    const struct mm_dfa *dfa = p->dfa;
    uint32_t *number = p->marked; /* 0 everywhere after refine */
    uint32_t *representative = p->touched;
    uint32_t n = MM_START;
    number[p->block_of[MM_START]] = n;
    representative[n++] = MM_START;
    for (uint32_t i = MM_START; i < n; i++) {
        const uint32_t *row = dfa->next + (size_t)representative[i] * dfa->n_classes;
        for (uint32_t c = 0; c < dfa->n_classes; c++) {
            if (!row[c] || number[p->block_of[row[c]]])
                continue;
            number[p->block_of[row[c]]] = n;
            representative[n++] = row[c];
        }
    }
    block[MM_DEAD] = MM_DEAD;
    for (uint32_t s = MM_START; s < dfa->n_states; s++)
        block[s] = number[p->block_of[s]];
    return n;
}

uint32_t mm_dfa_minimize(const struct mm_dfa *dfa, const uint32_t *color, uint32_t n_colors,
                         uint32_t *block) {
    struct partition p = {.dfa = dfa};
    mm_arena_init(&p.scratch, &dfa->allocator);
    size_t n_moves = 0;
    for (size_t i = 0; i < dfa->n_states * dfa->n_classes; i++)
        n_moves += dfa->next[i] != 0;
    uint32_t n_blocks = 0;
    if (allocate(&p, n_moves)) {
        list_incoming(&p);
        initial_blocks(&p, color, n_colors);
        refine(&p);
        n_blocks = number_blocks(&p, block);
    }
    mm_arena_free(&p.scratch);
    return n_blocks;
}
