/* Lines and columns of places in a text. */
#ifndef MMSPAN_CONFIG_POSITION_H
#define MMSPAN_CONFIG_POSITION_H

#include <stddef.h>
#include <stdint.h>

/* A place that moves through UTF-8 text. Start with mc_position_init. */
struct mc_position {
    const char *text;
    size_t size;
    size_t index;  /* in characters, as libyaml counts */
    size_t offset; /* in bytes */
    size_t line_start;
    uint32_t line; /* 1-based */
};

void mc_position_init(struct mc_position *position, const char *text, size_t size);

/* Moves to a character or byte. Forward moves cost what they pass over. */
void mc_move_to_index(struct mc_position *position, size_t index);
void mc_move_to_offset(struct mc_position *position, size_t offset);

/* 1-based, in bytes. */
uint32_t mc_column(const struct mc_position *position);

#endif
