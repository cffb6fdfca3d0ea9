/* Maps between positions of a prompt and of what collapse or expand has made of it. */
#include "../../../include/mmspan/ops.h"
#include "../scan/result.h"

/* How many items begin at or before a position, by their old or new place. */
static size_t count_items(const mmspan_result *result, int64_t position, bool rewritten) {
    const mmspan_item *items = result->out.items;
    size_t low = 0;
    size_t n = result->out.n_items;
    while (n > 0) {
        size_t half = n / 2;
        const mmspan_item *item = &items[low + half];
        if ((rewritten ? item->position : item->start) <= position) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

/* Where what stands for item `i` ends in the new prompt. */
static int64_t new_end(const mmspan_result *result, size_t i) {
    const mmspan_item *items = result->out.items;
    bool last = i + 1 == result->out.n_items;
    int64_t old_next = last ? result->view.n_tokens : items[i + 1].start;
    int64_t new_next = last ? result->rewritten : items[i + 1].position;
    return new_next - (old_next - items[i].end);
}

int64_t mmspan_new_position(const mmspan_result *result, int64_t position) {
    if (!result || position < 0 || position > result->view.n_tokens)
        return -1;
    size_t n = count_items(result, position, false);
    if (n == 0)
        return position;
    const mmspan_item *item = &result->out.items[n - 1];
    int64_t length = new_end(result, n - 1) - item->position;
    if (position >= item->end)
        return item->position + length + (position - item->end);
    bool kept = length == item->end - item->start;
    return item->position + (kept ? position - item->start : 0);
}

int64_t mmspan_old_position(const mmspan_result *result, int64_t position) {
    if (!result || position < 0 || position > result->rewritten)
        return -1;
    size_t n = count_items(result, position, true);
    if (n == 0)
        return position;
    const mmspan_item *item = &result->out.items[n - 1];
    int64_t end = new_end(result, n - 1);
    if (position >= end)
        return item->end + (position - end);
    bool kept = end - item->position == item->end - item->start;
    return item->start + (kept ? position - item->position : 0);
}
