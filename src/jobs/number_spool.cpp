#include "jobs/number_spool.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "jobs/error.hpp"

namespace factorize::jobs {
namespace {

static_assert(std::endian::native == std::endian::little, "the spool is written as the machine holds it");

constexpr std::size_t numbers_a_write = 128 * 1024;  // 1 MiB

[[noreturn]] void refuse(const std::filesystem::path& path, const char* action) {
    throw StorageError(fmt::format("cannot {} {}: {}", action, path.string(), std::strerror(errno)));
}

/// The spool while it is written: removed unless published.
class SpoolWriter {
public:
    explicit SpoolWriter(const std::filesystem::path& path)
        : path_(path), temporary_(path.string() + ".tmp") {
        descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (descriptor_ < 0) refuse(temporary_, "create");
        numbers_.reserve(numbers_a_write);
    }
    SpoolWriter(const SpoolWriter&) = delete;
    SpoolWriter& operator=(const SpoolWriter&) = delete;
    ~SpoolWriter() {
        if (descriptor_ < 0) return;
        ::close(descriptor_);
        ::unlink(temporary_.c_str());
    }

    void push_back(std::uint64_t number) {
        numbers_.push_back(number);
        if (numbers_.size() == numbers_a_write) write();
    }

    [[nodiscard]] bool empty() const { return numbers_.empty() && !written_; }

    void publish() {
        write();
        if (::fsync(descriptor_) != 0) refuse(temporary_, "write");
        const int closed = ::close(descriptor_);
        descriptor_ = -1;
        if (closed != 0) refuse(temporary_, "write");
        if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
            const int reason = errno;
            ::unlink(temporary_.c_str());
            errno = reason;
            refuse(path_, "create");
        }
    }

private:
    void write() {
        const char* data = reinterpret_cast<const char*>(numbers_.data());
        std::size_t left = numbers_.size() * sizeof(std::uint64_t);
        while (left > 0) {
            const ssize_t n = ::write(descriptor_, data, left);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) refuse(temporary_, "write");
            data += n;
            left -= static_cast<std::size_t>(n);
            written_ = true;
        }
        numbers_.clear();
    }

    std::filesystem::path path_;
    std::filesystem::path temporary_;
    int descriptor_ = -1;
    bool written_ = false;
    std::vector<std::uint64_t> numbers_;
};

void read_whole(int descriptor, const std::filesystem::path& path, std::uint64_t offset, void* to,
                std::size_t bytes) {
    auto* out = static_cast<char*>(to);
    while (bytes > 0) {
        const ssize_t n = ::pread(descriptor, out, bytes, static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) refuse(path, "read");
        if (n == 0)
            throw StorageError(
                fmt::format("{} is shorter than it was: it was changed during the run", path.string()));
        out += n;
        offset += static_cast<std::uint64_t>(n);
        bytes -= static_cast<std::size_t>(n);
    }
}

// A token may be a megabyte of anything: its beginning, in characters that a terminal survives.
std::string in_quotes(std::string_view token) {
    constexpr std::size_t most_quoted = 40;
    std::string text = "'";
    for (const char c : token.substr(0, most_quoted)) {
        if (c >= ' ' && c <= '~')
            text += c;
        else
            text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return text + (token.size() > most_quoted ? "...'" : "'");
}

}  // namespace

SpoolSummary spool_numbers(TokenReader& input, const std::filesystem::path& spool, bool skip_invalid) {
    SpoolSummary summary;
    SpoolWriter writer(spool);
    while (const std::optional<Token> token = input.next()) {
        if (const std::optional<std::uint64_t> number = parse_number(token->text)) {
            writer.push_back(*number);
            continue;
        }
        const std::string place = fmt::format("{}:{}: {}", input.name(), token->line, in_quotes(token->text));
        if (!skip_invalid)
            throw InputError(fmt::format(
                "{} is not an integer from 1 to 18446744073709551615; mend the list, or skip such "
                "tokens with --skip-invalid",
                place));
        if (summary.skipped++ == 0) summary.first_skipped = place;
    }
    if (writer.empty()) throw InputError(fmt::format("{} holds no number", input.name()));
    writer.publish();
    return summary;
}

NumberSpool::NumberSpool(const std::filesystem::path& path) : path_(path) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) refuse(path, "read");
    const auto bytes = static_cast<std::uint64_t>(status.st_size);
    if (bytes == 0 || bytes % sizeof(std::uint64_t) != 0)
        throw StorageError(fmt::format("{} is not a spooled list: {} bytes", path.string(), bytes));
    rows_ = bytes / sizeof(std::uint64_t);

    const std::unique_ptr<XXH64_state_t, XXH_errorcode (*)(XXH64_state_t*)> state(XXH64_createState(),
                                                                                  XXH64_freeState);
    XXH64_reset(state.get(), 0);
    std::vector<std::uint64_t> numbers(std::min<std::uint64_t>(rows_, numbers_a_write));
    for (std::uint64_t row = 0; row < rows_; row += numbers.size()) {
        const std::size_t here = std::min<std::uint64_t>(numbers.size(), rows_ - row);
        read(row, std::span(numbers).first(here));
        XXH64_update(state.get(), numbers.data(), here * sizeof(std::uint64_t));
    }
    xxh64_ = XXH64_digest(state.get());
}

NumberSpool::~NumberSpool() { ::close(descriptor_); }

void NumberSpool::read(std::uint64_t first_row, std::span<std::uint64_t> out) const {
    read_whole(descriptor_, path_, first_row * sizeof(std::uint64_t), out.data(), out.size_bytes());
}

}  // namespace factorize::jobs
