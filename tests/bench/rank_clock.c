// LD_PRELOAD: adds to the file RANK_CLOCK, when the process ends, a line of JSON: what CPU time the process
// took, and how much of it (user and system) its calls that write did: write, pwrite, ftruncate, fsync,
// fdatasync.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Thread_local double write_s = 0;  // of rank 0's main thread, the only one that writes
static _Thread_local long writes = 0;
static _Thread_local double written = 0;
static pid_t process = 0;  // a process that it forks has a clock of its own, which nobody asked for

static double cpu_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + 1e-6 * (double)time.tv_usec; }

#define TIMED(result, name, parameters, arguments)                  \
    result name parameters {                                        \
        static result(*real) parameters = NULL;                     \
        if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, #name); \
        const double before = cpu_s();                              \
        const result answer = real arguments;                       \
        write_s += cpu_s() - before;                                \
        ++writes;                                                   \
        if (answer > 0) written += (double)answer;                  \
        return answer;                                              \
    }

TIMED(ssize_t, write, (int file, const void* data, size_t size), (file, data, size))
TIMED(ssize_t, pwrite, (int file, const void* data, size_t size, off_t at), (file, data, size, at))
TIMED(ssize_t, pwrite64, (int file, const void* data, size_t size, off64_t at), (file, data, size, at))
TIMED(int, ftruncate, (int file, off_t size), (file, size))
TIMED(int, ftruncate64, (int file, off64_t size), (file, size))
TIMED(int, fsync, (int file), (file))
TIMED(int, fdatasync, (int file), (file))

__attribute__((constructor)) static void begin(void) { process = getpid(); }

static void report(void) {
    const char* const path = getenv("RANK_CLOCK");
    if (path == NULL || process != getpid()) return;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    char line[256];
    const int size = snprintf(
        line, sizeof line,
        "{\"cpu_s\": %.6f, \"user_s\": %.6f, \"write_s\": %.6f, \"writes\": %ld, \"written_bytes\": %.0f, "
        "\"peak_memory_bytes\": %ld}\n",
        seconds(usage.ru_utime) + seconds(usage.ru_stime), seconds(usage.ru_utime), write_s, writes, written,
        usage.ru_maxrss * 1024);
    const int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0 || write(file, line, (size_t)size) != size) perror("rank_clock");
    if (file >= 0) close(file);
}

// How `factorize` ends.
void _exit(int status) {
    report();
    syscall(SYS_exit_group, status);
    __builtin_unreachable();
}
