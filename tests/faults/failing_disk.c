/* A disk that fails at the n-th call, for one folder only: preloaded into a real process (see tests/failing_disk.py).

   libfiu does the failing: its fiu_posix_preload.so makes write, pwrite, fsync, rename and their kin fail, or write
   less than they were told, where a callback says so. This file is that callback, and what libfiu has not: which folder
   a call is beneath (libfiu tells its callback the name of the call only), the calls that make, link and remove by
   folder and name, and an end of the process in the middle of a write. It is loaded before libfiu's.

   DISK_UNDER   the folder; everything else works
   DISK_AT      which call fails: 1 is the first beneath the folder that writes, syncs, makes, moves or removes; 0 counts
   DISK_HOW     error: this call fails, once · full: this one and all after it · short: this write writes less, once ·
                torn: less of this write, then the process is gone · kill: the process is gone before this call ·
                readonly: nothing there can be opened for writing, made, moved or removed
   DISK_ERRNO   what a failing call says (EIO is 5, ENOSPC is 28)
   DISK_COUNT   a file that gets the number of calls when the process ends */
#define _GNU_SOURCE
#define FIU_ENABLE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fiu-control.h>
#include <fiu.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static __thread int beneath;  /* whether the call under way is about the folder */
static __thread int last;     /* whether the process ends after it */

static const char *set(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

static int how(const char *word) { return !strcmp(set("DISK_HOW", "error"), word); }

static int under(const char *path) {
    const char *folder = set("DISK_UNDER", NULL);
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int named(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    path[size < 0 ? 0 : size] = 0;
    return size >= 0;
}

static int mine(int fd) {
    char path[PATH_MAX];
    return named(fd, path) && under(path);
}

static int within(int folder, const char *path) {
    char whole[2 * PATH_MAX];
    if (path[0] == '/' || folder == AT_FDCWD || !named(folder, whole)) return under(path);
    strcat(whole, "/");
    return under(strncat(whole, path, PATH_MAX - 1));
}

/* What libfiu asks: does this call fail? Of a write it asks first whether it is to be made shorter. */
static int fails(const char *point, int *status, void **number, unsigned int *flags) {
    (void)status, (void)flags;
    if (!beneath || how("readonly")) return 0;
    int shorter = strstr(point, "/reduce") != NULL;
    long now = (shorter ? atomic_load(&calls) : atomic_fetch_add(&calls, 1)) + 1, at = atol(set("DISK_AT", "0"));
    if (at == 0 || now < at || (now > at && !how("full"))) return 0;
    if (how("kill")) raise(SIGKILL);
    last = how("torn");
    if (how("short") || last) {
        srandom(1);  /* libfiu takes off a random part: each time the same */
        return shorter;
    }
    *number = (void *)atol(set("DISK_ERRNO", "5"));
    return !shorter;
}

static const char *const POINTS[] = {
    "posix/io/rw/write", "posix/io/rw/pwrite", "posix/io/rw/writev", "posix/io/rw/pwritev",
    "posix/io/rw/write/reduce", "posix/io/rw/pwrite/reduce", "posix/io/rw/writev/reduce", "posix/io/rw/pwritev/reduce",
    "posix/io/rw/ftruncate", "posix/io/rw/truncate", "posix/io/sync/fsync", "posix/io/sync/fdatasync",
    "posix/io/dir/rename", "posix/io/dir/unlink", "disk/made", "disk/moved",
};

__attribute__((constructor)) static void begin(void) {
    fiu_init(0);
    for (size_t i = 0; i < sizeof POINTS / sizeof *POINTS; i++) fiu_enable_external(POINTS[i], 1, NULL, 0, fails);
}

/* libfiu's own malloc and strdup look for the real ones while its lock is held, each thread anew: beside a thread that
   loads a library that never ends. Nothing of memory is to fail here, so they are passed by. */
void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
void *malloc(size_t size) { return __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return __libc_realloc(old, size); }
char *strdup(const char *text) {
    size_t size = strlen(text) + 1;
    char *made = malloc(size);
    return made ? memcpy(made, text, size) : NULL;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* `where`: whether the call is about the folder; `stopped`: whether it fails although libfiu does not know it */
#define AROUND(returns, name, parameters, arguments, where, stopped) \
    returns name parameters {                                        \
        int outer = beneath;                                         \
        beneath = where;                                             \
        returns made = beneath && stopped ? -1 : REAL(name) arguments; \
        beneath = outer;                                             \
        if (last) raise(SIGKILL);                                    \
        return made;                                                 \
    }

static int stopped(const char *point) {
    int fails_ = fiu_fail(point);
    if (fails_) errno = (int)(long)fiu_failinfo();
    return fails_;
}

static int frozen(void) {
    if (!how("readonly")) return 0;
    errno = EROFS;
    return 1;
}

AROUND(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size), mine(fd), 0)
AROUND(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at), mine(fd), 0)
AROUND(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at), mine(fd), 0)
AROUND(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count), mine(fd), 0)
AROUND(ssize_t, pwritev, (int fd, const struct iovec *parts, int count, off_t at), (fd, parts, count, at), mine(fd), 0)
AROUND(ssize_t, pwritev64, (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at), mine(fd), 0)
AROUND(int, fsync, (int fd), (fd), mine(fd), 0)
AROUND(int, fdatasync, (int fd), (fd), mine(fd), 0)
AROUND(int, ftruncate, (int fd, off_t size), (fd, size), mine(fd), 0)
AROUND(int, ftruncate64, (int fd, off64_t size), (fd, size), mine(fd), 0)
AROUND(int, rename, (const char *from, const char *to), (from, to), under(to), frozen())
AROUND(int, unlink, (const char *path), (path), under(path), frozen())

/* what libfiu does not know */
#define MOVES (frozen() || stopped("disk/moved"))
AROUND(int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to), within(b, to), MOVES)
AROUND(int, link, (const char *from, const char *to), (from, to), under(to), MOVES)
AROUND(int, linkat, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags), within(b, to), MOVES)
AROUND(int, mkdir, (const char *path, mode_t mode), (path, mode), under(path), MOVES)
AROUND(int, mkdirat, (int at, const char *path, mode_t mode), (at, path, mode), within(at, path), MOVES)
AROUND(int, rmdir, (const char *path), (path), under(path), MOVES)
AROUND(int, unlinkat, (int at, const char *path, int flags), (at, path, flags), within(at, path), MOVES)

/* an opening counts where it makes a file; a read-only folder refuses each that could write */
static int closed(int flags, int at, const char *path) {
    if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && frozen()) return 1;
    return (flags & O_CREAT) && faccessat(at, path, F_OK, 0) != 0 && stopped("disk/made");
}

#define OPENS(name, parameters, arguments, folder)                   \
    int name parameters {                                            \
        mode_t mode = 0;                                             \
        if (flags & (O_CREAT | O_TMPFILE)) {                         \
            va_list rest;                                            \
            va_start(rest, flags);                                   \
            mode = va_arg(rest, mode_t);                             \
            va_end(rest);                                            \
        }                                                            \
        int outer = beneath;                                         \
        beneath = within(folder, path);                              \
        int made = beneath && closed(flags, folder, path) ? -1 : REAL(name) arguments; \
        beneath = outer;                                             \
        return made;                                                 \
    }

OPENS(open, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPENS(open64, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPENS(openat, (int at, const char *path, int flags, ...), (at, path, flags, mode), at)
OPENS(openat64, (int at, const char *path, int flags, ...), (at, path, flags, mode), at)

/* for a process that fails at a call of its own choice: how many there were */
long disk_calls(void) { return atomic_load(&calls); }

__attribute__((destructor)) static void tell(void) {
    const char *where = set("DISK_COUNT", NULL);
    if (!where) return;
    FILE *file = fopen(where, "w");
    if (!file) return;
    fprintf(file, "%ld", atomic_load(&calls));
    fclose(file);
}
