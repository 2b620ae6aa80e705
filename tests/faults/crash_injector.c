// LD_PRELOAD: rank 0 dies at its n-th write, whole or torn, stops there, or has the n-th write refused.
//
// A write is every call that changes a file whose path begins with FAULT_FILES, or makes it durable: write,
// pwrite, writev, ftruncate, fsync, fdatasync, rename, unlink, remove. The environment, read once:
//   FAULT_FILES  prefix of the paths (the output: its lock, journal and spool begin with it)
//   FAULT_TRACE  file to which each write adds a line before it is done: "<n> <call> <path> <bytes> <offset>"
//   FAULT_AT     n, counted from 1
//   FAULT_KIND   kill: SIGKILL after the n-th write; torn: in the middle of it, see FAULT_UNIT; stop: SIGSTOP
//                after it; or the errno that it fails with: ENOSPC, EDQUOT, EIO
//   FAULT_UNIT   bytes; a torn write ends at a multiple of it in the file (512: what a disk writes at once).
//                A write that crosses none, and a call without data, is not begun
//   FAULT_LASTS  when set, every write after the n-th fails too
//   FAULT_CALL   only calls of this name count: fdatasync
//   FAULT_FLOCK  errno with which flock fails on those files: ENOLCK, EOPNOTSUPP
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum Kind { nothing, kill_after, tear, stop_after, refuse };

static const char* files = NULL;  // none: leave everything alone
static int trace = -1;
static long at = -1;
static long unit = 512;
static enum Kind kind = nothing;
static int error = 0;
static int lasts = 0;
static const char* only = NULL;
static int flock_error = 0;
static atomic_long calls = 0;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int errno_named(const char* name) {
    static const struct {
        const char* name;
        int value;
    } known[] = {
        {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EIO", EIO}, {"ENOLCK", ENOLCK}, {"EOPNOTSUPP", EOPNOTSUPP}};
    for (size_t i = 0; i < sizeof known / sizeof *known; ++i)
        if (strcmp(name, known[i].name) == 0) return known[i].value;
    fprintf(stderr, "crash_injector: unknown kind of fault %s\n", name);
    _exit(99);
}

static void read_environment(void) {
    const char* rank = getenv("OMPI_COMM_WORLD_RANK");
    if (rank == NULL) rank = getenv("PMIX_RANK");
    if (rank != NULL && strcmp(rank, "0") != 0) return;
    const char* text = NULL;
    if ((text = getenv("FAULT_TRACE")) != NULL)
        trace = (int)syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if ((text = getenv("FAULT_AT")) != NULL) at = atol(text);
    if ((text = getenv("FAULT_UNIT")) != NULL) unit = atol(text);
    if ((text = getenv("FAULT_FLOCK")) != NULL) flock_error = errno_named(text);
    lasts = getenv("FAULT_LASTS") != NULL;
    only = getenv("FAULT_CALL");
    if ((text = getenv("FAULT_KIND")) != NULL) {
        kind = strcmp(text, "kill") == 0   ? kill_after
               : strcmp(text, "torn") == 0 ? tear
               : strcmp(text, "stop") == 0 ? stop_after
                                           : refuse;
        if (kind == refuse) error = errno_named(text);
    }
    files = getenv("FAULT_FILES");
}

// What is to become of one call.
struct Verdict {
    enum Kind kind;
    int error;
};

static int is_ours(const char* path) {
    pthread_once(&once, read_environment);
    return files != NULL && path != NULL && strncmp(path, files, strlen(files)) == 0;
}

static const char* path_of(int fd, char* path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = '\0';
    return path;
}

static struct Verdict judge_path(const char* path, const char* call, size_t bytes, long offset) {
    struct Verdict verdict = {nothing, 0};
    if (!is_ours(path) || (only != NULL && strcmp(only, call) != 0)) return verdict;
    const long n = atomic_fetch_add(&calls, 1) + 1;
    if (trace >= 0) {
        char line[PATH_MAX + 128];
        const int length = snprintf(line, sizeof line, "%ld %s %s %zu %ld\n", n, call, path, bytes, offset);
        syscall(SYS_write, trace, line, (size_t)length);
    }
    if (n == at || (at >= 0 && n > at && lasts)) {
        verdict.kind = kind;
        verdict.error = error;
    }
    return verdict;
}

static struct Verdict judge(int fd, const char* call, size_t bytes, long offset) {
    char path[PATH_MAX];
    return judge_path(path_of(fd, path), call, bytes, offset);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void after(struct Verdict verdict) {
    if (verdict.kind == kill_after) die();
    if (verdict.kind == stop_after) kill(getpid(), SIGSTOP);
}

static size_t torn_bytes(size_t bytes, long offset) {
    const long end = (offset + (long)bytes - 1) / unit * unit;
    if (end <= offset) return 0;
    // Any boundary inside, drawn from n so that a seed repeats it.
    const long first = offset / unit + 1;
    const long many = end / unit - first + 1;
    return (size_t)((first + at * 7919 % many) * unit - offset);
}

#define NEXT(type, name, ...)                       \
    static type (*next_##name)(__VA_ARGS__) = NULL; \
    if (next_##name == NULL) *(void**)&next_##name = dlsym(RTLD_NEXT, #name);

// A call without data.
#define PLAIN(verdict, result_type, real)        \
    do {                                         \
        const struct Verdict judged = (verdict); \
        if (judged.kind == tear) die();          \
        if (judged.kind == refuse) {             \
            errno = judged.error;                \
            return -1;                           \
        }                                        \
        const result_type result = (real);       \
        after(judged);                           \
        return result;                           \
    } while (0)

// A call with data; `prefix` writes the first `torn` bytes.
#define DATA(verdict, bytes, offset, prefix, real)         \
    do {                                                   \
        const struct Verdict judged = (verdict);           \
        if (judged.kind == tear) {                         \
            const size_t torn = torn_bytes(bytes, offset); \
            if (torn > 0 && (prefix) < 0) abort();         \
            die();                                         \
        }                                                  \
        if (judged.kind == refuse) {                       \
            errno = judged.error;                          \
            return -1;                                     \
        }                                                  \
        const ssize_t result = (real);                     \
        after(judged);                                     \
        return result;                                     \
    } while (0)

ssize_t pwrite64(int fd, const void* from, size_t bytes, off64_t offset) {
    NEXT(ssize_t, pwrite64, int, const void*, size_t, off64_t)
    DATA(judge(fd, "pwrite", bytes, offset), bytes, offset, next_pwrite64(fd, from, torn, offset),
         next_pwrite64(fd, from, bytes, offset));
}

ssize_t pwrite(int fd, const void* from, size_t bytes, off_t offset) {
    return pwrite64(fd, from, bytes, offset);
}

ssize_t write(int fd, const void* from, size_t bytes) {
    NEXT(ssize_t, write, int, const void*, size_t)
    const long offset = (long)lseek(fd, 0, SEEK_CUR);
    DATA(judge(fd, "write", bytes, offset), bytes, offset, next_write(fd, from, torn),
         next_write(fd, from, bytes));
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
    NEXT(ssize_t, writev, int, const struct iovec*, int)
    PLAIN(judge(fd, "writev", 0, 0), ssize_t, next_writev(fd, parts, count));
}

int ftruncate64(int fd, off64_t length) {
    NEXT(int, ftruncate64, int, off64_t)
    PLAIN(judge(fd, "ftruncate", 0, length), int, next_ftruncate64(fd, length));
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int fsync(int fd) {
    NEXT(int, fsync, int)
    PLAIN(judge(fd, "fsync", 0, 0), int, next_fsync(fd));
}

int fdatasync(int fd) {
    NEXT(int, fdatasync, int)
    PLAIN(judge(fd, "fdatasync", 0, 0), int, next_fdatasync(fd));
}

int rename(const char* from, const char* to) {
    NEXT(int, rename, const char*, const char*)
    PLAIN(judge_path(from, "rename", 0, 0), int, next_rename(from, to));
}

int unlink(const char* path) {
    NEXT(int, unlink, const char*)
    PLAIN(judge_path(path, "unlink", 0, 0), int, next_unlink(path));
}

int remove(const char* path) {
    NEXT(int, remove, const char*)
    PLAIN(judge_path(path, "remove", 0, 0), int, next_remove(path));
}

int flock(int fd, int operation) {
    NEXT(int, flock, int, int)
    char path[PATH_MAX];
    if (is_ours(path_of(fd, path)) && flock_error != 0) {
        errno = flock_error;
        return -1;
    }
    return next_flock(fd, operation);
}
