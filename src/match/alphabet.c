/* Looks up the classes of IDs and of atoms. */
#include "alphabet.h"

uint16_t mm_classes_find(const struct mm_classes *classes, int32_t id) {
    size_t low = 0;
    size_t n = classes->n_segments;
    while (n > 1) {
        size_t half = n / 2;
        low = classes->starts[low + half] <= id ? low + half : low;
        n -= half;
    }
    return classes->class_at[low];
}

bool mm_class_has_atom(const struct mm_classes *classes, uint16_t class_index, uint32_t atom) {
    for (uint32_t i = classes->class_begin[atom]; i < classes->class_begin[atom + 1]; i++)
        if (classes->class_list[i] == class_index)
            return true;
    return false;
}
