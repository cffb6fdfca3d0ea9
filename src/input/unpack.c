/* Feeds decompressors from a descriptor. */
#define _POSIX_C_SOURCE 200809L

#include "unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IN_CAP = 128 * 1024 };

/*
 *   in       packed bytes; `done`: no more will come behind them
 *   inside   a member has begun and not ended
 *   full     the last step filled its output, so that more may be ready without more input
 */
struct mr_unpacker {
    const struct mr_codec *codec;
    void *state;
    int fd;
    const char *name;
    struct mr_block in;
    bool done;
    bool inside;
    bool full;
};

mmspan_status mr_fail_system(mmspan_error *error, const char *name, int number) {
    const struct mm_place place = {.file = name};
    const bool passes = number == EAGAIN || number == ENOMEM || number == EMFILE ||
                        number == ENFILE || number == ENOBUFS;
    char reason[128];
    if (number == EISDIR)
        return mi_fail(error, MMSPAN_E_IO, &place, "a folder; mmspan audit reads folders");
    if (strerror_r(number, reason, sizeof reason) != 0)
        strcpy(reason, "unknown reason");
    return mi_fail(error, passes ? MMSPAN_E_MEMORY : MMSPAN_E_IO, &place, "%s", reason);
}

mmspan_status mr_corrupt(mmspan_error *error, const char *name, const char *why) {
    const struct mm_place place = {.file = name};
    return mi_fail(error, MMSPAN_E_SYNTAX, &place, "%s", why);
}

mmspan_status mr_read(int fd, const char *name, unsigned char *bytes, size_t cap, size_t *n,
                      mmspan_error *error) {
    ssize_t got;
    do
        got = read(fd, bytes, cap);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return mr_fail_system(error, name, errno);
    *n = (size_t)got;
    return MMSPAN_OK;
}

mmspan_status mr_unpacker_create(const struct mr_codec *codec, int fd, const char *name,
                                 const unsigned char *bytes, size_t n, bool done,
                                 struct mr_unpacker **unpacker, mmspan_error *error) {
    struct mr_unpacker *made = calloc(1, sizeof *made);
    if (!made)
        return mm_fail_memory(error);
    *made = (struct mr_unpacker){.codec = codec, .fd = fd, .name = name, .done = done};
    made->in.data = malloc(n > IN_CAP ? n : IN_CAP);
    made->state = codec->create();
    if (!made->in.data || !made->state) {
        mr_unpacker_destroy(made);
        return mm_fail_memory(error);
    }
    memcpy(made->in.data, bytes, n);
    made->in.n = n;
    *unpacker = made;
    return MMSPAN_OK;
}

void mr_unpacker_destroy(struct mr_unpacker *unpacker) {
    if (!unpacker)
        return;
    if (unpacker->state)
        unpacker->codec->destroy(unpacker->state);
    free(unpacker->in.data);
    free(unpacker);
}

static mmspan_status refill(struct mr_unpacker *unpacker, mmspan_error *error) {
    struct mr_block *in = &unpacker->in;
    if (in->at < in->n || unpacker->done || unpacker->full)
        return MMSPAN_OK;
    in->at = 0;
    in->n = 0;
    mmspan_status status =
        mr_read(unpacker->fd, unpacker->name, in->data, IN_CAP, &in->n, error);
    unpacker->done = status == MMSPAN_OK && in->n == 0;
    return status;
}

static mmspan_status fail_broken(const struct mr_unpacker *unpacker, const char *why,
                                 mmspan_error *error) {
    const struct mm_place place = {.file = unpacker->name};
    return mi_fail(error, MMSPAN_E_SYNTAX, &place, "the %s data is corrupt: %s",
                   unpacker->codec->name, why);
}

/* Between two members: is this the end? Tapes pad with zeros, which gzip passes over. */
static bool is_at_end(struct mr_unpacker *unpacker) {
    struct mr_block *in = &unpacker->in;
    if (unpacker->inside || unpacker->full)
        return false;
    while (in->at < in->n && in->data[in->at] == 0)
        in->at++;
    return in->at == in->n && unpacker->done;
}

/* One step of the library. */
static mmspan_status unpack(struct mr_unpacker *unpacker, struct mr_block *out,
                            mmspan_error *error) {
    struct mr_block *in = &unpacker->in;
    const size_t before = in->at + out->at;
    const char *why = "";
    unpacker->inside = true;
    enum mr_step step = unpacker->codec->step(unpacker->state, in, out, &why);
    unpacker->full = out->at == out->n;
    switch (step) {
    case MR_STEP_END:
        unpacker->inside = false;
        unpacker->full = false;
        return MMSPAN_OK;
    case MR_STEP_MEMORY:
        return mm_fail_memory(error);
    case MR_STEP_BROKEN:
        return fail_broken(unpacker, why, error);
    default:
        if (in->at + out->at > before || in->at < in->n || !unpacker->done)
            return MMSPAN_OK;
        return fail_broken(unpacker, "it is cut short", error);
    }
}

mmspan_status mr_unpacker_read(struct mr_unpacker *unpacker, unsigned char *bytes, size_t cap,
                               size_t *n, mmspan_error *error) {
    struct mr_block out = {bytes, 0, cap};
    mmspan_status status = MMSPAN_OK;
    while (status == MMSPAN_OK && out.at == 0) {
        status = refill(unpacker, error);
        if (status == MMSPAN_OK && is_at_end(unpacker))
            break;
        if (status == MMSPAN_OK && (unpacker->in.at < unpacker->in.n || unpacker->inside))
            status = unpack(unpacker, &out, error);
    }
    *n = out.at;
    return status;
}
