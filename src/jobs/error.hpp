// The one error hierarchy: what went wrong decides the exit status.
#pragma once

#include <stdexcept>
#include <string>

namespace factorize::jobs {

/// The documented exit statuses of `factors` and `factorize`.
enum class ExitStatus : int {
    complete = 0,
    wrong = 1,           ///< verify found a wrong or damaged file
    usage = 2,           ///< bad usage or input
    partial_failed = 3,  ///< finished, but some numbers failed
    storage = 4,         ///< full, unreadable, not ours
    cluster = 5,         ///< all workers lost
    stopped = 75,        ///< stopped on request with everything saved
};

/// An error whose message, one line, is for the user: what, which value, what to do about it.
class Error : public std::runtime_error {
public:
    Error(ExitStatus status, const std::string& message) : std::runtime_error(message), status_(status) {}
    [[nodiscard]] ExitStatus status() const { return status_; }

private:
    ExitStatus status_;
};

class InputError : public Error {
public:
    explicit InputError(const std::string& message) : Error(ExitStatus::usage, message) {}
};

class StorageError : public Error {
public:
    explicit StorageError(const std::string& message) : Error(ExitStatus::storage, message) {}
};

class ClusterError : public Error {
public:
    explicit ClusterError(const std::string& message) : Error(ExitStatus::cluster, message) {}
};

/// An end that was asked for. What was done is saved.
class Stopped : public Error {
public:
    explicit Stopped(const std::string& message) : Error(ExitStatus::stopped, message) {}
};

}  // namespace factorize::jobs
