/* What touches in a prompt: matches, broken blocks and stray tokens, cluster by cluster. */
#include "oracle_parts.h"

#include <stdlib.h>

void oracle_scene_open(struct oracle_scene *scene, const struct oracle *oracle,
                       const int32_t *ids, size_t n, const mmspan_span *literal,
                       size_t n_literal) {
    *scene = (struct oracle_scene){.oracle = oracle, .ids = ids, .n = (int64_t)n};
    scene->literal = oracle_alloc(n, sizeof(bool));
    scene->matched = oracle_alloc(n, sizeof(bool));
    scene->broken = oracle_alloc(n, sizeof(bool));
    scene->stray = oracle_alloc(n, sizeof(bool));
    scene->wrecked = oracle_alloc(n, sizeof(bool));
    for (size_t i = 0; i < n_literal; i++)
        for (int64_t at = literal[i].start; at < literal[i].end; at++)
            if (at < scene->n)
                scene->literal[at] = true;
}

void oracle_scene_close(struct oracle_scene *scene) {
    free(scene->literal);
    free(scene->matched);
    free(scene->broken);
    free(scene->stray);
    free(scene->wrecked);
    free(scene->matches);
}

void oracle_scene_add_match(struct oracle_scene *scene, size_t form, int64_t start,
                            int64_t end) {
    scene->matches = oracle_grow(scene->matches, scene->n_matches, sizeof *scene->matches);
    scene->matches[scene->n_matches++] = (struct oracle_match){form, start, end};
    for (int64_t at = start; at < end; at++)
        scene->matched[at] = true;
}

bool oracle_is_in_cluster(const struct oracle_scene *scene, int64_t at) {
    return scene->matched[at] || scene->broken[at] || scene->stray[at];
}

void oracle_find_wreckage(struct oracle_scene *scene) {
    for (int64_t from = 0, to; from < scene->n; from = to) {
        bool wrecked = false;
        for (to = from; to < scene->n && oracle_is_in_cluster(scene, to); to++)
            wrecked = wrecked || scene->broken[to] || scene->stray[to];
        for (int64_t at = from; at < to; at++)
            scene->wrecked[at] = wrecked;
        to += to == from;
    }
}
