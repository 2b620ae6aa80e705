#include "numbers/big/integer.hpp"

#include <type_traits>
#include <utility>

#include <flint/fmpz.h>

namespace factorize::numbers::big {

static_assert(std::is_same_v<Integer::Handle, fmpz>);

Integer::Integer(std::uint64_t value) { fmpz_set_ui(&value_, value); }

Integer::~Integer() { fmpz_clear(&value_); }

Integer::Integer(const Integer& other) { fmpz_set(&value_, &other.value_); }

Integer::Integer(Integer&& other) noexcept : value_(std::exchange(other.value_, 0)) {}

Integer& Integer::operator=(const Integer& other) {
    fmpz_set(&value_, &other.value_);
    return *this;
}

Integer& Integer::operator=(Integer&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
}

Integer Integer::from_digits(std::string_view digits) {
    Integer result;
    fmpz_set_str(&result.value_, std::string(digits).c_str(), 10);
    return result;
}

void Integer::to_digits(std::string& out) const {
    out.resize(fmpz_sizeinbase(&value_, 10) + 2);  // fmpz_get_str: and a sign, and a NUL
    fmpz_get_str(out.data(), 10, &value_);
    out.resize(out.find('\0'));
}

std::string Integer::digits() const {
    std::string out;
    to_digits(out);
    return out;
}

Integer Integer::times(const Integer& other) const {
    Integer product;
    fmpz_mul(&product.value_, &value_, &other.value_);
    return product;
}

Integer Integer::divided_by(const Integer& divisor) const {
    Integer quotient;
    fmpz_divexact(&quotient.value_, &value_, &divisor.value_);
    return quotient;
}

Integer Integer::square_root() const {
    Integer root;
    fmpz_sqrt(&root.value_, &value_);
    return root;
}

int Integer::compare(const Integer& other) const { return fmpz_cmp(&value_, &other.value_); }

}  // namespace factorize::numbers::big
