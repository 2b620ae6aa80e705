// Attributes that are allocated when the file is created and only overwritten later, never moved.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "results/hdf5.hpp"

namespace factorize::results::hdf5 {

/// The attributes of one object (the root group, a dataset) of the file `path`. One that has another type or
/// shape than create_*() gave it is damaged: Damage, before HDF5 converts what may not be there.
class Attributes {
public:
    /// @param owner  must outlive this
    Attributes(hid_t owner, const std::filesystem::path& path) : owner_(owner), path_(path) {}

    /// A fixed-length string of `capacity` bytes; a longer text ends in "...".
    void create_text(const char* name, std::size_t capacity, std::string_view text) const;
    void create_number(const char* name, std::uint64_t value) const;
    void create_real(const char* name, double value) const;

    void write_text(const char* name, std::string_view text) const;
    void write_number(const char* name, std::uint64_t value) const;
    void write_real(const char* name, double value) const;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] bool has(const char* name) const;
    [[nodiscard]] std::string read_text(const char* name) const;
    [[nodiscard]] std::uint64_t read_number(const char* name) const;
    [[nodiscard]] double read_real(const char* name) const;

private:
    [[nodiscard]] Attribute create(const char* name, hid_t type) const;
    [[nodiscard]] Attribute open(const char* name) const;
    [[nodiscard]] Attribute open_text(const char* name, std::size_t& capacity) const;
    [[nodiscard]] Attribute open_value(const char* name, hid_t type) const;
    [[nodiscard]] bool is_one(const Attribute& attribute) const;

    hid_t owner_;
    const std::filesystem::path& path_;
};

}  // namespace factorize::results::hdf5
