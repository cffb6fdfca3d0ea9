/* Draws the key of hash tables from the system. */
#define _DEFAULT_SOURCE 1 /* POSIX, and getrandom */

#include "hash_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* An old libc has no getrandom. */
#if defined(__linux__) && defined(__has_include)
#if __has_include(<sys/random.h>)
#define HAS_GETRANDOM 1
#endif
#endif

#ifdef HAS_GETRANDOM
#include <sys/random.h>

/* Before the system has gathered enough, /dev/urandom gives what there is. */
static bool ask_system(void *bytes, size_t n) {
    return getrandom(bytes, n, GRND_NONBLOCK) == (ssize_t)n;
}

#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__)

static bool ask_system(void *bytes, size_t n) {
    arc4random_buf(bytes, n);
    return true;
}

#else

static bool ask_system(void *bytes, size_t n) {
    (void)bytes;
    (void)n;
    return false;
}

#endif

static bool read_device(void *bytes, size_t n) {
    int file = open("/dev/urandom", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return false;
    ssize_t got;
    do
        got = read(file, bytes, n);
    while (got < 0 && errno == EINTR);
    close(file);
    return got == (ssize_t)n;
}

/* Addresses of the stack, the heap and the code, and two clocks, mixed. */
static struct mm_sip_key make_key_up(void) {
    struct {
        struct timespec now;
        struct timespec used;
        const void *stack;
        uintptr_t heap;
        uintptr_t code;
        uintmax_t process;
    } seed = {.stack = &seed, .code = (uintptr_t)&make_key_up, .process = (uintmax_t)getpid()};
    void *block = malloc(1);
    seed.heap = (uintptr_t)block;
    free(block);
    clock_gettime(CLOCK_REALTIME, &seed.now);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &seed.used);
    const struct mm_sip_key first = {0, 0};
    const struct mm_sip_key second = {1, 0};
    return (struct mm_sip_key){mm_siphash(&first, &seed, sizeof seed),
                               mm_siphash(&second, &seed, sizeof seed)};
}

struct mm_sip_key mi_hash_key(void) {
    struct mm_sip_key key;
    if (ask_system(&key, sizeof key) || read_device(&key, sizeof key))
        return key;
    return make_key_up();
}
