#include "jobs/number_spool.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs/error.hpp"
#include "jobs/storage_error.hpp"
#include "jobs/xxh64.hpp"

namespace factorize::jobs {
namespace {

static_assert(std::endian::native == std::endian::little, "the spool is written as the machine holds it");

constexpr std::size_t numbers_a_write = 128 * 1024;  // 1 MiB

/// In front of the numbers.
struct Head {
    std::array<char, spool_magic.size()> magic{};
    std::uint64_t rows = 0;  // told last: a spool that is shorter was not finished
};
static_assert(sizeof(Head) == 16);

/// The spool while it is written: removed unless finished.
class SpoolWriter {
public:
    explicit SpoolWriter(const std::filesystem::path& path) : path_(path) {
        descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (descriptor_ < 0) throw_storage_error(path_, "create", errno);
        numbers_.reserve(numbers_a_write);
        std::ranges::copy(spool_magic, head_.magic.begin());
    }
    SpoolWriter(const SpoolWriter&) = delete;
    SpoolWriter& operator=(const SpoolWriter&) = delete;
    ~SpoolWriter() {
        if (descriptor_ >= 0) ::close(descriptor_);
        if (!finished_) ::unlink(path_.c_str());
    }

    void push_back(std::uint64_t number) {
        if (head_.rows == 0) write(&head_, sizeof(head_));  // whoever finds it knows whose it is
        ++head_.rows;
        numbers_.push_back(number);
        if (numbers_.size() == numbers_a_write) write_numbers();
    }

    [[nodiscard]] bool empty() const { return head_.rows == 0; }

    void finish() {
        write_numbers();
        if (::lseek(descriptor_, 0, SEEK_SET) != 0) throw_storage_error(path_, "write", errno);
        write(&head_, sizeof(head_));
        if (::fsync(descriptor_) != 0) throw_storage_error(path_, "write", errno);
        if (::close(std::exchange(descriptor_, -1)) != 0) throw_storage_error(path_, "write", errno);
        finished_ = true;
    }

private:
    void write_numbers() {
        write(numbers_.data(), numbers_.size() * sizeof(std::uint64_t));
        numbers_.clear();
    }

    void write(const void* from, std::size_t left) {
        const char* data = static_cast<const char*>(from);
        while (left > 0) {
            const ssize_t n = ::write(descriptor_, data, left);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) throw_storage_error(path_, "write", errno);
            data += n;
            left -= static_cast<std::size_t>(n);
        }
    }

    std::filesystem::path path_;
    int descriptor_ = -1;
    bool finished_ = false;
    Head head_;
    std::vector<std::uint64_t> numbers_;
};

void read_whole(int descriptor, const std::filesystem::path& path, std::uint64_t offset, void* to,
                std::size_t bytes) {
    auto* out = static_cast<char*>(to);
    while (bytes > 0) {
        const ssize_t n = ::pread(descriptor, out, bytes, static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw_storage_error(path, "read", errno);
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

std::string list_name(std::uint64_t rows, std::uint64_t xxh64) {
    return fmt::format("list {} numbers xxh64:{:016x}", rows, xxh64);
}

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
    writer.finish();
    return summary;
}

NumberSpool::Descriptor::~Descriptor() {
    if (value >= 0) ::close(value);
}

NumberSpool::NumberSpool(const std::filesystem::path& path)
    : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status {};
    if (descriptor_.value < 0 || ::fstat(descriptor_.value, &status) != 0)
        throw_storage_error(path, "read", errno);
    const auto bytes = static_cast<std::uint64_t>(status.st_size);
    Head head;
    if (bytes >= sizeof(head)) read_whole(descriptor_.value, path_, 0, &head, sizeof(head));
    if (!std::ranges::equal(head.magic, spool_magic) || head.rows == 0 ||
        bytes != sizeof(head) + head.rows * sizeof(std::uint64_t))
        throw StorageError(fmt::format("{} is not a spooled list: {} bytes", path.string(), bytes));
    rows_ = head.rows;

    Xxh64 hash;
    std::vector<std::uint64_t> numbers(std::min<std::uint64_t>(rows_, numbers_a_write));
    for (std::uint64_t row = 0; row < rows_; row += numbers.size()) {
        const std::size_t here = std::min<std::uint64_t>(numbers.size(), rows_ - row);
        read(row, std::span(numbers).first(here));
        largest_ = std::max(largest_, *std::max_element(numbers.begin(), numbers.begin() + here));
        hash.add(std::as_bytes(std::span(numbers).first(here)));
    }
    xxh64_ = hash.digest();
}

void NumberSpool::move_to(const std::filesystem::path& path) {
    if (::rename(path_.c_str(), path.c_str()) != 0) throw_storage_error(path, "create", errno);
    path_ = path;
    const std::filesystem::path parent = path.parent_path();
    const Descriptor directory(
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Some network file systems refuse fsync on a directory (EINVAL): they order names themselves.
    if (directory.value < 0 || (::fsync(directory.value) != 0 && errno != EINVAL))
        throw_storage_error(path, "create", errno);
}

void NumberSpool::read(std::uint64_t first_row, std::span<std::uint64_t> out) const {
    read_whole(descriptor_.value, path_, sizeof(Head) + first_row * sizeof(std::uint64_t), out.data(),
               out.size_bytes());
}

}  // namespace factorize::jobs
