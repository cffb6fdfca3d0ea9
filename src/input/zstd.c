/* Unpacks zstd with its library. */
#include "unpack.h"

#ifdef MMSPAN_HAVE_ZSTD

#include <zstd.h>
#include <zstd_errors.h>

/* The library bounds its window, and so its memory, by 128 MiB. */
static void *create(void) {
    return ZSTD_createDStream();
}

static enum mr_step step(void *state, struct mr_block *in, struct mr_block *out,
                         const char **why) {
    ZSTD_inBuffer from = {in->data, in->n, in->at};
    ZSTD_outBuffer to = {out->data, out->n, out->at};
    const size_t left = ZSTD_decompressStream(state, &to, &from);
    in->at = from.pos;
    out->at = to.pos;
    if (!ZSTD_isError(left))
        return left ? MR_STEP_ON : MR_STEP_END;
    if (ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation)
        return MR_STEP_MEMORY;
    *why = ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge
               ? "its window is above 128 MiB; unpack it with zstd -d --long=31"
               : ZSTD_getErrorName(left);
    return MR_STEP_BROKEN;
}

static void destroy(void *state) {
    ZSTD_freeDStream(state);
}

static const struct mr_codec codec = {"zstd", create, step, destroy};
const struct mr_codec *const mr_zstd = &codec;

#else

const struct mr_codec *const mr_zstd = NULL;

#endif
