/* A disk that fails at the n-th call, for one folder only: preloaded into a real process (see tests/failing_disk.py).

   DISK_UNDER   the folder; everything else works
   DISK_AT      which call fails: 1 is the first write, sync, rename or link beneath the folder; 0 counts only
   DISK_HOW     error: this call fails, once · full: this one and all after it · torn: half of this write, then the
                process is gone · kill: the process is gone before this call · readonly: nothing there can be opened
                for writing, made, renamed or removed
   DISK_ERRNO   what a failing call says (EIO is 5, ENOSPC is 28)
   DISK_COUNT   a file that gets the number of calls when the process ends */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
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

static const char *set(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

static int under(const char *path) {
    const char *folder = set("DISK_UNDER", NULL);
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int mine(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return under(path);
}

/* 1 where this call is to fail, 2 where only half of it may happen */
static int fails(void) {
    long now = atomic_fetch_add(&calls, 1) + 1, at = atol(set("DISK_AT", "0"));
    const char *how = set("DISK_HOW", "error");
    if (at == 0 || now < at || (now > at && strcmp(how, "full"))) return 0;
    if (!strcmp(how, "kill")) raise(SIGKILL);
    if (!strcmp(how, "torn")) return 2;
    if (!strcmp(how, "readonly")) return 0;
    errno = atoi(set("DISK_ERRNO", "5"));
    return 1;
}

static int frozen(void) {
    if (strcmp(set("DISK_HOW", "error"), "readonly")) return 0;
    errno = EROFS;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WRITES(name, arguments, half, call)                        \
    ssize_t name arguments {                                       \
        if (mine(fd)) switch (fails()) {                           \
            case 1: return -1;                                     \
            case 2: (void)!half; raise(SIGKILL);                   \
        }                                                          \
        return call;                                               \
    }

WRITES(write, (int fd, const void *data, size_t size), REAL(write)(fd, data, size / 2), REAL(write)(fd, data, size))
WRITES(pwrite, (int fd, const void *data, size_t size, off_t at), REAL(pwrite)(fd, data, size / 2, at), REAL(pwrite)(fd, data, size, at))
WRITES(pwrite64, (int fd, const void *data, size_t size, off64_t at), REAL(pwrite64)(fd, data, size / 2, at), REAL(pwrite64)(fd, data, size, at))
WRITES(writev, (int fd, const struct iovec *parts, int count), REAL(writev)(fd, parts, count / 2), REAL(writev)(fd, parts, count))
WRITES(pwritev, (int fd, const struct iovec *parts, int count, off_t at), REAL(pwritev)(fd, parts, count / 2, at), REAL(pwritev)(fd, parts, count, at))

#define SYNCS(name, arguments, call)                               \
    int name arguments {                                           \
        if (mine(fd)) switch (fails()) {                           \
            case 1: return -1;                                     \
            case 2: raise(SIGKILL);                                \
        }                                                          \
        return call;                                               \
    }

SYNCS(fsync, (int fd), REAL(fsync)(fd))
SYNCS(fdatasync, (int fd), REAL(fdatasync)(fd))
SYNCS(ftruncate, (int fd, off_t size), REAL(ftruncate)(fd, size))
SYNCS(ftruncate64, (int fd, off64_t size), REAL(ftruncate64)(fd, size))

#define MOVES(name, arguments, path, call)                         \
    int name arguments {                                           \
        if (under(path)) {                                         \
            if (frozen()) return -1;                               \
            switch (fails()) {                                     \
                case 1: return -1;                                 \
                case 2: raise(SIGKILL);                            \
            }                                                      \
        }                                                          \
        return call;                                               \
    }

MOVES(rename, (const char *from, const char *to), to, REAL(rename)(from, to))
MOVES(renameat, (int a, const char *from, int b, const char *to), to, REAL(renameat)(a, from, b, to))
MOVES(link, (const char *from, const char *to), to, REAL(link)(from, to))
MOVES(linkat, (int a, const char *from, int b, const char *to, int flags), to, REAL(linkat)(a, from, b, to, flags))
MOVES(mkdir, (const char *path, mode_t mode), path, REAL(mkdir)(path, mode))
MOVES(mkdirat, (int at, const char *path, mode_t mode), path, REAL(mkdirat)(at, path, mode))
MOVES(unlink, (const char *path), path, REAL(unlink)(path))
MOVES(unlinkat, (int at, const char *path, int flags), path, REAL(unlinkat)(at, path, flags))

/* opening is never counted; only a read-only folder refuses it */
#define OPENS(name, parameters, arguments)                         \
    int name parameters {                                          \
        mode_t mode = 0;                                           \
        if (flags & (O_CREAT | O_TMPFILE)) {                       \
            va_list rest;                                          \
            va_start(rest, flags);                                 \
            mode = va_arg(rest, mode_t);                           \
            va_end(rest);                                          \
        }                                                          \
        if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && under(path) && frozen()) return -1; \
        return REAL(name) arguments;                               \
    }

OPENS(open, (const char *path, int flags, ...), (path, flags, mode))
OPENS(open64, (const char *path, int flags, ...), (path, flags, mode))
OPENS(openat, (int at, const char *path, int flags, ...), (at, path, flags, mode))
OPENS(openat64, (int at, const char *path, int flags, ...), (at, path, flags, mode))

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
