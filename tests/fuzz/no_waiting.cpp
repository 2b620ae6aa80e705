// Instead of libc's, in a fuzzer: nothing needs to survive, and nobody else writes whom one could wait for.
#include <ctime>

extern "C" {
int fsync(int) { return 0; }
int fdatasync(int) { return 0; }
int nanosleep(const timespec*, timespec*) { return 0; }
int clock_nanosleep(clockid_t, int, const timespec*, timespec*) { return 0; }
}
