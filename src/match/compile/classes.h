/* Makes the alphabet: IDs that no pattern can tell apart are one letter. */
#ifndef MMSPAN_MATCH_CLASSES_H
#define MMSPAN_MATCH_CLASSES_H

#include "spec.h"

/* More would make the transition table larger than any model can justify. */
enum { MM_MAX_CLASSES = 4096, MM_MAX_ATOMS = 16384 };

/* Computes the classes of a spec, without a window. What outlives the compilation is put
 * in `keep`, the rest in `scratch`. */
mmspan_status mm_classes_make(const mmspan_spec *spec, struct mm_arena *keep,
                              struct mm_arena *scratch, struct mm_classes *out,
                              mmspan_error *error);

#endif
