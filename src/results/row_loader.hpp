// The rows of one block, and the divisors of some of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "results/open_result.hpp"
#include "results/row.hpp"

namespace factorize::results {

/// Holds a block at a time. Rows are named by their place in it.
class RowLoader {
public:
    /// @param file  outlives this
    explicit RowLoader(OpenResult& file);

    /// @pre the block is committed
    void load(std::uint64_t block);
    [[nodiscard]] std::uint64_t first_row() const { return first_row_; }  ///< of the block

    /// Whether all chunks of the row's divisors are committed.
    [[nodiscard]] bool is_readable(std::size_t place) const;

    /// Its spans are valid until the next call. @pre is_readable(place)
    [[nodiscard]] Row row(std::size_t place);

    /// Calls `visit` for the readable rows from begin to before end. @return false when that stopped it
    bool visit(std::size_t begin, std::size_t end, const std::function<bool(const Row&)>& visit);

private:
    void load_elements(std::uint64_t first, std::uint64_t count);
    [[nodiscard]] bool has_failed(std::uint64_t number) const;
    [[nodiscard]] Row make_row(std::size_t place, std::uint64_t begin);
    [[nodiscard]] std::span<const std::uint64_t> expand(std::uint64_t number,
                                                        std::span<const std::uint64_t> half);

    OpenResult& file_;
    std::vector<std::uint64_t> failed_;  // of /failures, ascending

    std::optional<std::uint64_t> loaded_;  // the block
    std::uint64_t first_row_ = 0;
    std::vector<std::uint64_t> numbers_;
    std::vector<std::uint32_t> counts_;
    std::vector<std::uint64_t> offsets_;

    std::vector<std::uint64_t> elements_;  // a slice of `factors`
    std::vector<std::uint32_t> narrow_elements_;
    std::vector<std::uint64_t> expanded_;  // the whole list of a row stored by halves
};

}  // namespace factorize::results
