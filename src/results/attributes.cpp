#include "results/attributes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace factorize::results::hdf5 {
namespace {

std::string fit(std::string_view text, std::size_t capacity) {
    std::string fitted(text.substr(0, capacity));
    if (text.size() > capacity && capacity >= 3) {
        std::size_t end = capacity - 3;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end;  // not inside UTF-8
        fitted = std::string(text.substr(0, end)) + "...";
    }
    fitted.resize(capacity, '\0');
    return fitted;
}

Type text_type(std::size_t capacity, const std::filesystem::path& path) {
    Type type(check(H5Tcopy(H5T_C_S1), path, "describe a text"));
    check(H5Tset_size(type.get(), capacity), path, "describe a text");
    check(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), path, "describe a text");
    check(H5Tset_cset(type.get(), H5T_CSET_UTF8), path, "describe a text");
    return type;
}

}  // namespace

Attribute Attributes::create(const char* name, hid_t type) const {
    const Space scalar(check(H5Screate(H5S_SCALAR), path_, "describe an attribute"));
    return Attribute(check(H5Acreate2(owner_, name, type, scalar.get(), H5P_DEFAULT, H5P_DEFAULT), path_,
                           fmt::format("create attribute {}", name)));
}

Attribute Attributes::open(const char* name) const {
    return Attribute(
        check(H5Aopen(owner_, name, H5P_DEFAULT), path_, fmt::format("find attribute {}", name)));
}

void Attributes::create_text(const char* name, std::size_t capacity, std::string_view text) const {
    const Type type = text_type(capacity, path_);
    const Attribute attribute = create(name, type.get());
    check(H5Awrite(attribute.get(), type.get(), fit(text, capacity).data()), path_, "write an attribute");
}

void Attributes::create_number(const char* name, std::uint64_t value) const {
    const Attribute attribute = create(name, H5T_STD_U64LE);
    check(H5Awrite(attribute.get(), H5T_NATIVE_UINT64, &value), path_, "write an attribute");
}

void Attributes::create_real(const char* name, double value) const {
    const Attribute attribute = create(name, H5T_IEEE_F64LE);
    check(H5Awrite(attribute.get(), H5T_NATIVE_DOUBLE, &value), path_, "write an attribute");
}

Attribute Attributes::open_text(const char* name, std::size_t& capacity) const {
    Attribute attribute = open(name);
    const Type type(check(H5Aget_type(attribute.get()), path_, "describe an attribute"));
    capacity = H5Tget_size(type.get());
    if (capacity > 65536 || !is_one(attribute) ||
        check(H5Tequal(type.get(), text_type(capacity, path_).get()), path_, "compare types") <= 0)
        throw Damage(path_, fmt::format("attribute {} is not a text of ours", name));
    return attribute;
}

Attribute Attributes::open_value(const char* name, hid_t type) const {
    Attribute attribute = open(name);
    const Type found(check(H5Aget_type(attribute.get()), path_, "describe an attribute"));
    if (!is_one(attribute) || check(H5Tequal(found.get(), type), path_, "compare types") <= 0)
        throw Damage(path_, fmt::format("attribute {} is not a number of ours", name));
    return attribute;
}

bool Attributes::is_one(const Attribute& attribute) const {
    const Space space(check(H5Aget_space(attribute.get()), path_, "describe an attribute"));
    return H5Sget_simple_extent_npoints(space.get()) == 1;
}

void Attributes::write_text(const char* name, std::string_view text) const {
    std::size_t capacity = 0;
    const Attribute attribute = open_text(name, capacity);
    const Type type = text_type(capacity, path_);
    check(H5Awrite(attribute.get(), type.get(), fit(text, capacity).data()), path_, "write an attribute");
}

void Attributes::write_number(const char* name, std::uint64_t value) const {
    const Attribute attribute = open_value(name, H5T_STD_U64LE);
    check(H5Awrite(attribute.get(), H5T_NATIVE_UINT64, &value), path_, "write an attribute");
}

void Attributes::write_real(const char* name, double value) const {
    const Attribute attribute = open_value(name, H5T_IEEE_F64LE);
    check(H5Awrite(attribute.get(), H5T_NATIVE_DOUBLE, &value), path_, "write an attribute");
}

bool Attributes::has(const char* name) const {
    return check(H5Aexists(owner_, name), path_, "look for an attribute") > 0;
}

std::string Attributes::read_text(const char* name) const {
    std::size_t capacity = 0;
    const Attribute attribute = open_text(name, capacity);
    const Type type = text_type(capacity, path_);
    std::string text(capacity, '\0');
    check(H5Aread(attribute.get(), type.get(), text.data()), path_, fmt::format("read attribute {}", name));
    text.resize(std::min(text.find('\0'), text.size()));
    return text;
}

std::uint64_t Attributes::read_number(const char* name) const {
    std::uint64_t value = 0;
    const Attribute attribute = open_value(name, H5T_STD_U64LE);
    check(H5Aread(attribute.get(), H5T_NATIVE_UINT64, &value), path_, fmt::format("read attribute {}", name));
    return value;
}

double Attributes::read_real(const char* name) const {
    double value = 0;
    const Attribute attribute = open_value(name, H5T_IEEE_F64LE);
    check(H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value), path_, fmt::format("read attribute {}", name));
    return value;
}

}  // namespace factorize::results::hdf5
