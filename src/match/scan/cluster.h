/* Clusters: what touches, and what a cut has left of it. */
#ifndef MMSPAN_MATCH_CLUSTER_H
#define MMSPAN_MATCH_CLUSTER_H

#include "engine.h"

/* The lone placeholders of the cluster are items for good. */
void mm_cluster_keep(struct mm_engine *e);

/* The lone placeholders of the cluster are no items but stray tokens. */
mmspan_status mm_cluster_withdraw(struct mm_engine *e);

/* Nothing is before a sequence. */
static inline void mm_cluster_reset(struct mm_cluster *cluster) {
    *cluster = (struct mm_cluster){.start = -1, .end = -1};
}

/* Something at [start, end) goes on with the cluster when it touches it, or begins one. */
static inline void mm_cluster_touch(struct mm_engine *e, int64_t start, int64_t end) {
    struct mm_cluster *c = &e->cluster;
    if (start > c->end) {
        if (c->n_bare)
            mm_cluster_keep(e);
        c->start = start;
        c->end = end;
        c->first_item = e->out->n_items;
        c->first_run = e->out->n_runs;
        c->first_finding = e->out->n_findings;
        c->wrecked = false;
    } else if (end > c->end) {
        c->end = end;
    }
}

/* Something in the cluster is broken, truncated or stray. */
static inline mmspan_status mm_cluster_wreck(struct mm_engine *e) {
    if (e->cluster.wrecked)
        return MMSPAN_OK;
    e->cluster.wrecked = true;
    return e->cluster.n_bare ? mm_cluster_withdraw(e) : MMSPAN_OK;
}

/* Notes that the last item is a bare form of one token, of this ID. */
static inline void mm_cluster_note_bare(struct mm_engine *e, int32_t id) {
    struct mm_cluster *c = &e->cluster;
    if (c->n_bare++ == 0)
        c->first_bare = e->out->n_items - 1;
    e->out->items[e->out->n_items - 1].reserved = id;
}

/* May what comes next still touch the cluster? All tokens before `position` are decided. */
static inline bool mm_cluster_is_open(const struct mm_cluster *cluster, int64_t position) {
    return cluster->end >= position;
}

#endif
