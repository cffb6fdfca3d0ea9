/* Turns libyaml's character counts into lines and byte columns. */
#include "position.h"

#include <stdbool.h>

void mc_position_init(struct mc_position *position, const char *text, size_t size) {
    *position = (struct mc_position){.text = text, .size = size, .line = 1};
}

static bool is_plain(char c) {
    return c >= 0x20 && c < 0x7F;
}

/* Passes at most n characters that are a byte each and end no line, as nearly all of a
 * config are; leaves the last of them to step(), which looks at the bytes behind it. */
static void pass_plain(struct mc_position *p, size_t n) {
    const char *at = p->text + p->offset;
    size_t left = p->size - p->offset - 1;
    size_t most = n < left ? n : left;
    size_t passed = 0;
    if (!is_plain(*at))
        return;
    while (passed < most && is_plain(at[passed + 1]))
        passed++;
    p->index += passed;
    p->offset += passed;
}

static void step(struct mc_position *p) {
    char c = p->text[p->offset];
    p->index++;
    p->offset++;
    while (p->offset < p->size && ((unsigned char)p->text[p->offset] & 0xC0) == 0x80)
        p->offset++;
    if (c == '\n' || (c == '\r' && (p->offset == p->size || p->text[p->offset] != '\n'))) {
        p->line++;
        p->line_start = p->offset;
    }
}

void mc_move_to_index(struct mc_position *position, size_t index) {
    if (index < position->index)
        mc_position_init(position, position->text, position->size);
    while (position->index < index && position->offset < position->size) {
        pass_plain(position, index - position->index - 1);
        step(position);
    }
}

void mc_move_to_offset(struct mc_position *position, size_t offset) {
    if (offset < position->offset)
        mc_position_init(position, position->text, position->size);
    while (position->offset < offset && position->offset < position->size) {
        pass_plain(position, offset - position->offset - 1);
        step(position);
    }
}

uint32_t mc_column(const struct mc_position *position) {
    return (uint32_t)(position->offset - position->line_start + 1);
}
