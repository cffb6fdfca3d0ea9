/* The table by which a SentencePiece model normalises characters. */
#ifndef MMSPAN_TOKENIZER_CHARSMAP_H
#define MMSPAN_TOKENIZER_CHARSMAP_H

#include "wire.h"

/* Is a NormalizerSpec without a table, or with one that can be followed wherever it leads?
 * The library follows it unchecked. */
bool mt_is_sound_normalizer(struct mt_message spec);

#endif
