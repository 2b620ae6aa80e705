#include "jobs/number_spool.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <optional>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
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

constexpr std::uint64_t offset_of(std::uint64_t row) { return sizeof(Head) + row * sizeof(std::uint64_t); }

/// The spool while it is written: removed unless finished.
class SpoolWriter {
public:
    explicit SpoolWriter(const std::filesystem::path& path)
        : path_(path), file_(open_file(path, O_WRONLY | O_CREAT | O_TRUNC)) {
        numbers_.reserve(numbers_a_write);
        std::ranges::copy(spool_magic, head_.magic.begin());
    }
    SpoolWriter(const SpoolWriter&) = delete;
    SpoolWriter& operator=(const SpoolWriter&) = delete;
    ~SpoolWriter() {
        if (!finished_) ::unlink(path_.c_str());
    }

    void push_back(std::uint64_t number) {
        if (head_.rows == 0) write_head();  // whoever finds it knows whose it is
        ++head_.rows;
        numbers_.push_back(number);
        if (numbers_.size() == numbers_a_write) write_numbers();
    }

    [[nodiscard]] bool empty() const { return head_.rows == 0; }

    void finish() {
        write_numbers();
        write_head();
        sync_data(file_, path_);
        file_.close(path_);
        finished_ = true;
    }

private:
    void write_head() { write_at(file_, std::as_bytes(std::span(&head_, 1)), 0, path_); }

    void write_numbers() {
        const std::uint64_t first_row = head_.rows - numbers_.size();
        write_at(file_, std::as_bytes(std::span(numbers_)), offset_of(first_row), path_);
        numbers_.clear();
    }

    std::filesystem::path path_;
    FileDescriptor file_;
    bool finished_ = false;
    Head head_;
    std::vector<std::uint64_t> numbers_;
};

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

NumberSpool::NumberSpool(const std::filesystem::path& path) : path_(path), file_(open_file(path, O_RDONLY)) {
    const std::uint64_t bytes = file_size(file_, path_);
    Head head;
    if (read_at(file_, std::as_writable_bytes(std::span(&head, 1)), 0, path_) < sizeof(head) ||
        !std::ranges::equal(head.magic, spool_magic) || head.rows == 0 || bytes != offset_of(head.rows))
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
    sync_directory(directory_of(path));
}

void NumberSpool::read(std::uint64_t first_row, std::span<std::uint64_t> out) const {
    const auto bytes = std::as_writable_bytes(out);
    if (read_at(file_, bytes, offset_of(first_row), path_) < bytes.size())
        throw StorageError(
            fmt::format("{} is shorter than it was: it was changed during the run", path_.string()));
}

}  // namespace factorize::jobs
