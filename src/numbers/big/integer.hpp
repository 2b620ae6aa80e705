// An integer of any size: a FLINT fmpz with C++ ownership. FLINT's headers, full of macros, stay outside.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace factorize::numbers::big {

class Integer {
public:
    /// What FLINT calls fmpz: a small value itself, or a handle.
    using Handle = long;

    Integer() = default;  ///< 0
    explicit Integer(std::uint64_t value);
    ~Integer();
    Integer(const Integer& other);
    Integer(Integer&& other) noexcept;
    Integer& operator=(const Integer& other);
    Integer& operator=(Integer&& other) noexcept;

    /// @pre digits holds decimal digits only, at least one
    [[nodiscard]] static Integer from_digits(std::string_view digits);

    /// Decimal digits, no leading zeros. Replaces what `out` held: one string serves a long list.
    void to_digits(std::string& out) const;
    [[nodiscard]] std::string digits() const;

    [[nodiscard]] friend Integer operator*(const Integer& a, const Integer& b) { return a.times(b); }
    friend bool operator==(const Integer& a, const Integer& b) { return a.compare(b) == 0; }
    friend std::strong_ordering operator<=>(const Integer& a, const Integer& b) { return a.compare(b) <=> 0; }

    /// this / divisor. @pre divisor divides this
    [[nodiscard]] Integer divided_by(const Integer& divisor) const;

    /// floor(sqrt(this)). @pre this >= 0
    [[nodiscard]] Integer square_root() const;

    [[nodiscard]] const Handle* handle() const { return &value_; }
    [[nodiscard]] Handle* handle() { return &value_; }

private:
    [[nodiscard]] Integer times(const Integer& other) const;
    [[nodiscard]] int compare(const Integer& other) const;

    Handle value_ = 0;  // FLINT: 0 is an initialised fmpz that owns nothing
};

}  // namespace factorize::numbers::big
