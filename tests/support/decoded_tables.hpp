// What HDF5 itself makes of the chunks of task results: its own filters undo them, in a file that is only
// memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "jobs/layout.hpp"
#include "jobs/store.hpp"
#include "jobs/task_result.hpp"

namespace factorize::test {

struct Tables {
    std::vector<std::uint64_t> numbers;
    std::vector<std::uint32_t> counts;
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint64_t> factors;

    friend bool operator==(const Tables&, const Tables&) = default;
};

/// The four datasets of a result file, without the file.
class DecodedTables {
public:
    DecodedTables(const jobs::Layout& layout, jobs::Store store) : layout_(layout) {
        const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
        H5Pset_fapl_core(access, std::size_t{1} << 20, /*write to disk=*/false);
        static int files = 0;  // HDF5 tells open files apart by their names
        file_ = H5Fcreate(("decoded_tables_" + std::to_string(++files)).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT,
                          access);
        H5Pclose(access);
        numbers_ = create("numbers", H5T_STD_U64LE, layout.rows, layout.block_rows);
        counts_ = create("counts", H5T_STD_U32LE, layout.rows, layout.block_rows);
        offsets_ = create("offsets", H5T_STD_I64LE, layout.rows, layout.block_rows);
        if (layout.factors > 0)
            factors_ = create("factors", store == jobs::Store::full ? H5T_STD_I64LE : H5T_STD_U32LE,
                              layout.factors, layout.factor_chunk);
    }
    ~DecodedTables() {
        for (const hid_t dataset : {numbers_, counts_, offsets_, factors_})
            if (dataset >= 0) H5Dclose(dataset);
        H5Fclose(file_);
    }
    DecodedTables(const DecodedTables&) = delete;
    DecodedTables& operator=(const DecodedTables&) = delete;

    /// Stores every piece of a task as it is. One that was there already fails the test.
    void add(const jobs::TaskResult& result) {
        std::span<const std::byte> rest(result.payload);
        for (const jobs::Piece& piece : result.pieces) {
            EXPECT_TRUE(stored_.insert({piece.target, piece.index}).second)
                << "target " << static_cast<int>(piece.target) << " chunk " << piece.index << " twice";
            ASSERT_LE(piece.bytes, rest.size());
            const bool factors = piece.target == jobs::Target::factors;
            const hsize_t offset = piece.index * (factors ? layout_.factor_chunk : layout_.block_rows);
            EXPECT_GE(
                H5Dwrite_chunk(dataset(piece.target), H5P_DEFAULT, 0, &offset, piece.bytes, rest.data()), 0);
            rest = rest.subspan(piece.bytes);
        }
        EXPECT_TRUE(rest.empty());
    }

    [[nodiscard]] std::size_t chunks() const { return stored_.size(); }

    [[nodiscard]] Tables read() const {
        Tables tables;
        read(numbers_, H5T_NATIVE_UINT64, layout_.rows, tables.numbers);
        read(counts_, H5T_NATIVE_UINT32, layout_.rows, tables.counts);
        read(offsets_, H5T_NATIVE_UINT64, layout_.rows, tables.offsets);
        if (factors_ >= 0) read(factors_, H5T_NATIVE_UINT64, layout_.factors, tables.factors);
        return tables;
    }

private:
    [[nodiscard]] hid_t create(const char* name, hid_t type, hsize_t size, hsize_t chunk) const {
        const hid_t space = H5Screate_simple(1, &size, nullptr);
        const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(properties, 1, &chunk);
        H5Pset_shuffle(properties);
        H5Pset_deflate(properties, 1);
        const hid_t dataset = H5Dcreate2(file_, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
        H5Pclose(properties);
        H5Sclose(space);
        if (dataset < 0) throw std::runtime_error(name);
        return dataset;
    }
    [[nodiscard]] hid_t dataset(jobs::Target target) const {
        switch (target) {
            case jobs::Target::numbers:
                return numbers_;
            case jobs::Target::counts:
                return counts_;
            case jobs::Target::offsets:
                return offsets_;
            case jobs::Target::factors:
                return factors_;
            case jobs::Target::factorizations:
                break;
        }
        return -1;
    }
    template <class Value>
    static void read(hid_t dataset, hid_t type, std::uint64_t size, std::vector<Value>& values) {
        values.resize(size);
        EXPECT_GE(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
    }

    jobs::Layout layout_;
    hid_t file_ = -1;
    hid_t numbers_ = -1;
    hid_t counts_ = -1;
    hid_t offsets_ = -1;
    hid_t factors_ = -1;
    std::set<std::pair<jobs::Target, std::uint64_t>> stored_;
};

}  // namespace factorize::test
