#include "results/output_lock.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string_view>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs/error.hpp"
#include "jobs/storage_error.hpp"
#include "results/slurm_job.hpp"

namespace factorize::results {
namespace {

constexpr std::string_view first_words = "pid ";

std::string name_here(pid_t pid) {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
    return fmt::format("{}{} on host {}", first_words, pid, host.data());
}

/// Of the owner that a lock names, if it was made on this host.
std::optional<pid_t> pid_on_this_host(std::string_view owner) {
    const std::string_view digits = owner.substr(first_words.size());
    pid_t pid = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), pid);
    if (pid <= 0 || owner.substr(0, owner.find(',')) != name_here(pid)) return std::nullopt;
    return pid;
}

std::string own_name() {
    std::string text = name_here(::getpid());
    if (const auto job = slurm_job()) text += ", " + job->text();
    return text;
}

/// What the owner wrote; it may be about to, so an empty file is looked at again for a moment.
std::string owner_of(const jobs::FileDescriptor& file, const std::filesystem::path& path) {
    for (int attempt = 0; attempt < 20; ++attempt) {
        std::array<char, 512> text{};
        const std::size_t bytes = jobs::read_at(file, std::as_writable_bytes(std::span(text)), 0, path);
        const std::string_view line(text.data(), bytes);
        if (const std::size_t end = line.find('\n'); end != std::string_view::npos) {
            return std::string(line.substr(0, end));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return "a process that did not leave its name";
}

bool is_same_file(const jobs::FileDescriptor& file, const std::filesystem::path& path) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(file.get(), &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

}  // namespace

std::optional<std::string> lock_owner(const std::filesystem::path& output) {
    std::filesystem::path path = output;
    path += ".lock";
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line) || !line.starts_with(first_words)) return std::nullopt;
    // One that was killed on this host could not remove it.
    if (const std::optional<pid_t> pid = pid_on_this_host(line);
        pid && ::kill(*pid, 0) != 0 && errno == ESRCH)
        return std::nullopt;
    return line;
}

OutputLock::OutputLock(const std::filesystem::path& output) : path_(output) {
    path_ += ".lock";
    jobs::refuse_foreign(path_, first_words);
    for (;;) {
        // Read and write, because NFS makes a byte-range lock of flock and asks for both.
        file_ = jobs::open_file(path_, O_RDWR | O_CREAT);
        if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0) {
            held_ = true;
            // The last owner may have removed the name between our open and our lock: then we hold the lock
            // of a file that nobody else will ever find.
            if (is_same_file(file_, path_)) break;
            held_ = false;
            continue;
        }
        const int error = errno;
        if (error == EINTR) continue;
        if (error == EWOULDBLOCK) {
            const std::string owner = owner_of(file_, path_);
            const auto job = slurm_job();
            if (!job || !job->is_restart_of(owner))
                throw jobs::StorageError(fmt::format("{} is being written by another run: {} (it holds {})",
                                                     output.string(), owner, path_.string()));
            warning_ =
                fmt::format("{}: taken from {}, which Slurm has given up for lost", path_.string(), owner);
            if (is_same_file(file_, path_)) ::unlink(path_.c_str());  // the next round makes another
            continue;
        }
        if (error == ENOLCK || error == EOPNOTSUPP || error == ENOSYS || error == EINVAL) {
            warning_ =
                fmt::format("{}: the file system offers no locks ({}); make sure that no other run writes {}",
                            path_.string(), std::generic_category().message(error), output.string());
            break;
        }
        jobs::throw_storage_error(path_, "lock", error);
    }
    const std::string text = own_name() + "\n";
    if (::ftruncate(file_.get(), 0) != 0 ||
        ::pwrite(file_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        const int error = errno;
        ::unlink(path_.c_str());  // no destructor runs
        throw jobs::StorageError(fmt::format("{}: cannot write: {}; make room or choose another --output",
                                             path_.string(), std::generic_category().message(error)));
    }
}

OutputLock::~OutputLock() {
    if (file_.is_open() && (!held_ || is_same_file(file_, path_))) ::unlink(path_.c_str());
}

void OutputLock::release() {
    if (!file_.is_open()) return;
    // While the lock is still held: whoever opened this file before the unlink finds, once locked, that the
    // name is gone and starts anew.
    const bool is_ours = !held_ || is_same_file(file_, path_);  // a restart may have taken it
    if (is_ours && ::unlink(path_.c_str()) != 0 && errno != ENOENT)
        jobs::throw_storage_error(path_, "remove", errno);
    file_.close(path_);
    held_ = false;
}

}  // namespace factorize::results
