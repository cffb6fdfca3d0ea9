/* Turns libyaml's character counts into lines and byte columns. */
#include "position.h"

void mc_position_init(struct mc_position *position, const char *text, size_t size) {
    *position = (struct mc_position){.text = text, .size = size, .line = 1};
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
    while (position->index < index && position->offset < position->size)
        step(position);
}

void mc_move_to_offset(struct mc_position *position, size_t offset) {
    if (offset < position->offset)
        mc_position_init(position, position->text, position->size);
    while (position->offset < offset && position->offset < position->size)
        step(position);
}

uint32_t mc_column(const struct mc_position *position) {
    return (uint32_t)(position->offset - position->line_start + 1);
}
