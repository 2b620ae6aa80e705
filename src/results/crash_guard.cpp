#include "results/crash_guard.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "jobs/error.hpp"

namespace factorize::results {
namespace {

// Of the innermost guard, written beforehand: a handler must not allocate.
std::array<char, 4096 + 256> message{};

// A structure that leads back into itself may have used up the stack.
std::array<std::byte, 64 * 1024> handlers_stack;

void set_message(const std::string& text) {
    const std::size_t length = std::min(text.size(), message.size() - 1);
    std::copy_n(text.begin(), length, message.begin());
    message[length] = '\0';
}

void end_of_a_damaged_file(int) {
    // Nothing can be done about an error, and the status says it all.
    static_cast<void>(!::write(STDERR_FILENO, message.data(), std::strlen(message.data())));
    ::_exit(static_cast<int>(jobs::ExitStatus::storage));
}

/// A sanitizer's; Open MPI's prints a stack and dies, which is what is not wanted.
bool is_a_sanitizers(const struct sigaction& action) {
#if defined(__has_feature)
    constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr bool sanitized = true;
#else
    constexpr bool sanitized = false;
#endif
    return sanitized && action.sa_handler != SIG_DFL;
}

}  // namespace

CrashGuard::CrashGuard(const std::filesystem::path& path) : message_before_(message.data()) {
    set_message(fmt::format(
        "factorize: {} is damaged: HDF5 crashed while reading it; restore it from a copy, or make it "
        "again with --overwrite\n",
        path.string()));
    stack_t stack{};
    if (::sigaltstack(nullptr, &stack) == 0 && (stack.ss_flags & SS_DISABLE) != 0) {
        stack = {.ss_sp = handlers_stack.data(), .ss_flags = 0, .ss_size = handlers_stack.size()};
        ::sigaltstack(&stack, nullptr);
    }
    struct sigaction action {};
    action.sa_handler = end_of_a_damaged_file;
    action.sa_flags = SA_ONSTACK;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        ::sigaction(signals[i], nullptr, &before_[i]);
        if (!is_a_sanitizers(before_[i])) ::sigaction(signals[i], &action, nullptr);
    }
}

CrashGuard::~CrashGuard() {
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before_[i], nullptr);
    set_message(message_before_);
}

}  // namespace factorize::results
