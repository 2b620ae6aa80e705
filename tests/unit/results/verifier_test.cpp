#include "results/verifier.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include "jobs/census.hpp"
#include "jobs/number_spool.hpp"
#include "jobs/xxh64.hpp"
#include "results/certificate.hpp"
#include "results/result_creator.hpp"
#include "results/result_writer.hpp"
#include "unit/results/sample_job.hpp"

namespace factorize::results {
namespace {

using factorize::test::numbers_from;
using jobs::Store;
using test::SampleJob;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

SampleJob list(const std::vector<std::uint64_t>& numbers, Store store,
               const std::set<std::uint64_t>& failed = {}) {
    jobs::Xxh64 hash;
    hash.add(std::as_bytes(std::span(numbers)));
    return {numbers, store, failed, jobs::list_name(numbers.size(), hash.digest())};
}

/// What a run that completes the file records.
Totals totals_of(const SampleJob& job) {
    Totals totals{.numbers = job.numbers.size(), .factors = job.description.layout.factors};
    totals.certificate = list_certificate();
    if (job.description.job.starts_with("range ")) {
        const jobs::Ranges ranges = jobs::parse_ranges(job.description.job.substr(6));
        totals.certificate =
            range_certificate(totals.factors, jobs::RangeCensus(ranges, job.description.store).total().sum);
    }
    return totals;
}

class VerifierTest : public testing::Test {
protected:
    /// The file of a finished run.
    void write(const SampleJob& job, const std::vector<Failure>& failures = {}) {
        std::filesystem::remove(path);
        create_result_file(path, job.description, test::sample_provenance(), false);
        ResultWriter writer(path, job.description, test::sample_provenance());
        for (std::uint64_t block = 0; block < job.description.layout.blocks(); ++block)
            writer.write(job.encode({block, 1}), 1, 1);
        for (const Failure& failure : failures)
            writer.record_failure(failure.number, failure.attempts, failure.message);
        writer.finish(totals_of(job), failures.empty() ? Status::complete : Status::partial_failed);
        writer.close();
    }

    /// By one process, and by several: they must agree.
    [[nodiscard]] Verdict verify() const {
        Verifier verifier(path);
        Verdict alone = verifier.check_tables();
        Verdict together = alone;
        const std::uint64_t blocks = verifier.summary().job.layout.blocks();
        alone.append(verifier.check_rows({0, blocks}));
        const std::vector<std::uint64_t> cuts = verifier.cut(3);
        EXPECT_EQ(cuts.size(), 4U);
        for (std::size_t i = 0; i < 3; ++i)
            together.append(Verifier(path).check_rows({cuts[i], cuts[i + 1] - cuts[i]}));
        verifier.check_sums(alone);
        verifier.check_sums(together);
        EXPECT_EQ(together.rows, alone.rows);
        EXPECT_EQ(together.factors, alone.factors);
        EXPECT_EQ(together.bytes, alone.bytes);
        EXPECT_EQ(together.is_right(), alone.is_right());
        return alone;
    }

    void expect_right(const SampleJob& job, const std::vector<Failure>& failures = {}) {
        write(job, failures);
        const Verdict verdict = verify();
        EXPECT_THAT(verdict.named, IsEmpty());
        EXPECT_EQ(verdict.rows, job.numbers.size());
        EXPECT_EQ(verdict.factors, std::accumulate(job.counts.begin(), job.counts.end(), std::uint64_t{0}));
        EXPECT_GT(verdict.bytes, 0U);
    }

    /// Writes a job that says other things than are true, with checksums that fit.
    std::vector<std::string> faults_of(const SampleJob& job) {
        write(job);
        return verify().named;
    }

    /// Changes an open file by plain HDF5.
    void change(const std::function<void(hid_t)>& edit) const {
        const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
        ASSERT_GE(file, 0);
        edit(file);
        H5Fclose(file);
    }

    void set_attribute(const char* name, const std::string& text) const {
        change([&](hid_t file) {
            const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
            const hid_t type = H5Aget_type(attribute);
            std::string padded = text;
            padded.resize(H5Tget_size(type));
            EXPECT_GE(H5Awrite(attribute, type, padded.data()), 0);
            H5Tclose(type);
            H5Aclose(attribute);
        });
    }

    const test::TemporaryDirectory directory;
    const std::filesystem::path path = directory / "factors.h5";
};

class VerifierOfEveryStore : public VerifierTest, public testing::WithParamInterface<Store> {};
INSTANTIATE_TEST_SUITE_P(Verifier, VerifierOfEveryStore, testing::Values(Store::full, Store::half));

TEST_P(VerifierOfEveryStore, ARightRange) {
    expect_right(SampleJob::range(1, 3'000, GetParam()));
    expect_right(SampleJob::range(1, 1, GetParam()));
    expect_right(SampleJob::range(5, 1, GetParam()));
    expect_right(SampleJob::range(999'900, 200, GetParam()));
    SampleJob cut = SampleJob::range(1'000, 100, GetParam());
    cut.cut(10, std::min<std::uint64_t>(90, cut.factors.size()));
    expect_right(cut);
}

TEST_P(VerifierOfEveryStore, RightRangesOfAJob) {
    std::vector<std::uint64_t> numbers = numbers_from(100, 50);
    for (const std::uint64_t n : numbers_from(5'000, 70)) numbers.push_back(n);
    expect_right({numbers, GetParam(), {}, "range 100:149,5000:5069"});
}

TEST_P(VerifierOfEveryStore, ARightList) {
    expect_right(
        list({1'000'001, 11, 16, 1001, 11, 1, 1, 65'537, 36, 65'536, 720'720, 3'215'031'751}, GetParam()));
}

TEST_P(VerifierOfEveryStore, WhatIsCommittedSoFar) {
    SampleJob job = SampleJob::range(1'000, 100, GetParam());
    job.cut(10, std::min<std::uint64_t>(90, job.factors.size()));
    test::write_file(path, job, {{5, 1}, {2, 1}, {3, 1}});
    const Verdict verdict = verify();
    EXPECT_THAT(verdict.named, IsEmpty());
    EXPECT_GT(verdict.rows, 0U);
    EXPECT_LT(verdict.rows, 30U) << "some rows wait for a neighbour";

    // The same, with a wrong row among those that can be read.
    SampleJob wrong = job;
    const std::size_t row = 38;
    ASSERT_GT(wrong.counts[row], 0U);
    wrong.factors[wrong.offsets[row]] = 7'919;
    std::filesystem::remove(path);
    test::write_file(path, wrong, {{5, 1}, {2, 1}, {3, 1}});
    EXPECT_THAT(verify().named, ElementsAre(HasSubstr("row 38 (number 1038)")));
}

TEST_P(VerifierOfEveryStore, NothingYet) {
    test::write_file(path, SampleJob::range(1'000, 100, GetParam()), {});
    const Verdict verdict = verify();
    EXPECT_THAT(verdict.named, IsEmpty());
    EXPECT_EQ(verdict.rows, 0U);
}

TEST_P(VerifierOfEveryStore, FailedRows) {
    const std::vector<std::uint64_t> numbers = numbers_from(100, 40);
    const std::set<std::uint64_t> failed{104, 120, 139};
    std::vector<Failure> failures;
    for (const std::uint64_t n : failed) failures.push_back({n, 3, "as the test wants it"});
    const SampleJob range(numbers, GetParam(), failed, "range 100:139");
    expect_right(range, failures);
    expect_right(list(numbers, GetParam(), failed), failures);

    failures.erase(failures.begin() + 1);
    write(range, failures);
    EXPECT_THAT(verify().named,
                ElementsAre("row 20 (number 120): no factors, and /failures does not say why"));
    failures[1].number = 140;
    write(range, failures);
    EXPECT_THAT(verify().named,
                ElementsAre("/failures: 140 is none of the job's numbers", HasSubstr("row 20 (number 120)")));
}

TEST_P(VerifierOfEveryStore, FailedNumbersThatDidNot) {
    const std::vector<Failure> failures{{120, 3, "as the test wants it"}};
    const std::vector<std::uint64_t> numbers = numbers_from(100, 40);
    for (const SampleJob& job : {SampleJob::range(100, 40, GetParam()), list(numbers, GetParam())}) {
        write(job, failures);
        EXPECT_THAT(verify().named, ElementsAre("/failures: 120 is listed, but row 20 has its factors"));
    }
    write(list(numbers, GetParam()), {{140, 3, "as the test wants it"}});
    EXPECT_THAT(verify().named, ElementsAre("/failures: 140 is none of the job's numbers"));
    // A prime that failed has no row to tell it from others.
    expect_right(SampleJob::range(100, 40, GetParam()), {{101, 3, "as the test wants it"}});
    // A number of a list may fail in one of its rows only.
    SampleJob twice = list({36, 120, 120, 36}, GetParam());
    twice.counts[1] = 0;
    expect_right(twice, failures);
}

TEST_P(VerifierOfEveryStore, MoreFailuresThanAreListed) {
    const std::vector<std::uint64_t> numbers = numbers_from(1'001, 2 * (failure_capacity + 3));
    std::vector<Failure> failures;
    std::set<std::uint64_t> failed;
    for (const std::uint64_t n : numbers) {
        if (n % 2 != 0) continue;
        failures.push_back({n, 3, "as the test wants it"});
        failed.insert(n);
    }
    const SampleJob range(numbers, GetParam(), failed, fmt::format("range 1001:{}", numbers.back()));
    expect_right(range, failures);
    expect_right(list(numbers, GetParam(), failed), failures);

    failures.push_back(failures.back());  // counted again by a resumed run
    expect_right(range, failures);

    failures.resize(failure_capacity + 2);
    for (const SampleJob& job : {range, list(numbers, GetParam(), failed)}) {
        write(job, failures);
        EXPECT_THAT(verify().named, ElementsAre("3 numbers have no factors and are not listed in /failures, "
                                                "which counts 2 beyond those listed"));
    }
}

TEST_P(VerifierOfEveryStore, AWrongDivisorHasItsRowNamed) {
    for (SampleJob job :
         {SampleJob::range(1'000, 300, GetParam()), list(numbers_from(1'000, 300), GetParam())}) {
        for (const std::size_t row : {0U, 7U, 8U, 176U, 299U}) {
            ASSERT_GT(job.counts[row], 0U);
            for (std::uint32_t i = 0; i < job.counts[row]; ++i) {
                SampleJob wrong = job;
                wrong.factors[wrong.offsets[row] + i] += 1;
                EXPECT_THAT(faults_of(wrong), testing::Contains(HasSubstr(fmt::format(
                                                  "row {} (number {}): its list", row, 1'000 + row))));
            }
        }
    }
}

TEST_P(VerifierOfEveryStore, DivisorsInDisorder) {
    SampleJob job = SampleJob::range(1'000, 100, GetParam());
    std::swap(job.factors[job.offsets[20]], job.factors[job.offsets[20] + 1]);
    EXPECT_THAT(faults_of(job), ElementsAre(HasSubstr("row 20 (number 1020): its list is not of divisors")));
}

/// Takes the divisor `which` of a row out of the job.
void take_out(SampleJob& job, std::size_t row, std::uint32_t which) {
    job.factors.erase(job.factors.begin() + static_cast<std::ptrdiff_t>(job.offsets[row] + which));
    --job.counts[row];
    --job.reserved[row];
    for (std::size_t next = row + 1; next < job.offsets.size(); ++next) --job.offsets[next];
    job.description.layout = jobs::make_layout(job.numbers.size(), job.factors.size());
}

TEST_P(VerifierOfEveryStore, AMissingDivisorHasItsRowNamed) {
    for (const SampleJob& job :
         {SampleJob::range(1'000, 300, GetParam()), list(numbers_from(1'000, 300), GetParam())}) {
        const std::size_t row = 80;  // 1080 = 2^3 3^3 5 has 32 divisors
        const std::uint32_t count = job.counts[row];
        for (std::uint32_t i = 0; i < (count + 1) / 2; ++i) {
            SampleJob wrong = job;
            take_out(wrong, row, i);
            if (GetParam() == Store::full) take_out(wrong, row, count - 2 - i);  // and its pair
            EXPECT_THAT(faults_of(wrong), testing::Contains(HasSubstr("row 80 (number 1080): "))) << i;
        }
    }
}

TEST_P(VerifierOfEveryStore, ACompositeWithoutAList) {
    SampleJob job = SampleJob::range(1'000, 300, GetParam());
    const std::size_t row = 3;  // 1003 = 17 * 59
    while (job.counts[row] > 0) take_out(job, row, 0);
    EXPECT_THAT(faults_of(job), testing::Contains(HasSubstr("row 3 (number 1003): no factors")));
}

TEST_F(VerifierTest, AWrongNumber) {
    SampleJob range = SampleJob::range(1'000, 100);
    range.numbers[19] = 1'021;  // another prime: only the job tells
    EXPECT_THAT(faults_of(range), ElementsAre("row 19 (number 1021): the number is not 1019"));
    SampleJob numbers = list(numbers_from(1'000, 100), Store::full);
    numbers.numbers[19] = 1'021;
    EXPECT_THAT(faults_of(numbers),
                ElementsAre(MatchesRegex("its numbers are those of 'list .*, not of its job")));
}

TEST_F(VerifierTest, TheRowsOfAnotherJob) {
    SampleJob job = SampleJob::range(1'000, 100);
    job.description.job = "range 1001:1100";
    write(job);
    const Verdict verdict = verify();
    EXPECT_EQ(verdict.named.size(), Verdict::most_named);
    EXPECT_EQ(verdict.faults, 100U + 1) << "every row, and the room for the factors";
    EXPECT_THAT(verdict.named[0], HasSubstr("it has room for "));
    EXPECT_EQ(verdict.named[1], "row 0 (number 1000): the number is not 1001");
}

TEST_F(VerifierTest, AJobThatIsNone) {
    SampleJob job = SampleJob::range(1'000, 100);
    job.cut(10, 64);
    job.description.job = "rangf 1000:1099";
    test::write_file(path, job, {{0, 5}});
    EXPECT_THAT(verify().named, ElementsAre("its job is neither a range nor a list of its length"));
    write(job);
    EXPECT_THAT(verify().named,
                testing::Contains(MatchesRegex("its numbers are those of 'list .*, not of its job")));
    std::filesystem::remove(path);
    test::write_file(path, list(numbers_from(1'000, 100), Store::full), {{0, 5}});
    EXPECT_THAT(verify().named, IsEmpty());
}

TEST_F(VerifierTest, TheTables) {
    const SampleJob job = SampleJob::range(1'000, 100);
    write(job);
    set_attribute("certificate", totals_of(job).certificate.replace(3, 1, "x"));
    EXPECT_THAT(verify().named, ElementsAre("its certificate is not the one of its job"));
    write(job);
    set_attribute("definition", "Row i lists all divisors.");
    EXPECT_THAT(verify().named, ElementsAre("its definition is not the one of its store"));
    write(job);
    set_attribute("status", "partial-failed");
    EXPECT_THAT(verify().named, ElementsAre("status partial-failed, but 0 numbers in /failures"));
    write(job);
    set_attribute("status", "complett");
    EXPECT_THAT(test::error_of([&] { Verifier verifier(path); }),
                HasSubstr("damaged: its status is none that factorize writes"));
    write(job);
    set_attribute("store", "fulm");
    EXPECT_THAT(test::error_of([&] { Verifier verifier(path); }),
                HasSubstr("damaged: its store is none that factorize writes"));
    write(job);
    change([](hid_t file) {
        const hid_t attribute = H5Aopen(file, "total_factors", H5P_DEFAULT);
        const std::uint64_t none = 0;
        EXPECT_GE(H5Awrite(attribute, H5T_NATIVE_UINT64, &none), 0);
        H5Aclose(attribute);
    });
    EXPECT_THAT(verify().named, ElementsAre(HasSubstr("its totals are 100 numbers and 0 factors")));
}

TEST_F(VerifierTest, RowsOfBlocksAndFailures) {
    const SampleJob job = SampleJob::range(1'000, 100);
    const auto flip = [&](const char* dataset, std::uint64_t byte) {
        write(job);
        haddr_t at = 0;
        change([&](hid_t file) {
            const hid_t opened = H5Dopen2(file, dataset, H5P_DEFAULT);
            at = H5Dget_offset(opened);
            H5Dclose(opened);
        });
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(at + byte));
        const int before = file.get();
        file.seekp(static_cast<std::streamoff>(at + byte));
        file.put(static_cast<char>(before ^ 4));
        file.close();
        return verify().named;
    };
    for (std::uint64_t byte = 0; byte < sizeof(BlockRow); ++byte)
        EXPECT_THAT(flip("blocks", 2 * sizeof(BlockRow) + byte),
                    testing::Contains("block 2: its row in /blocks is damaged, or was torn by a power loss"))
            << byte;
    EXPECT_THAT(flip("failures", 128 * 1000),
                ElementsAre("/failures: something stands behind the last failure"));
    EXPECT_THAT(flip("failures", 128 * 7 + 60),
                ElementsAre("/failures: something stands behind the last failure"));
    EXPECT_THAT(flip("failures", 0), ElementsAre("status complete, but 1 numbers in /failures",
                                                 "/failures: 4 is none of the job's numbers"));
}

TEST_F(VerifierTest, CutsTheCommittedBlocksIntoEqualShares) {
    SampleJob job = SampleJob::range(1, 800);
    job.cut(8, 64);
    test::write_file(path, job, {{10, 20}, {50, 20}});
    const Verifier verifier(path);
    EXPECT_THAT(verifier.cut(1), ElementsAre(0, 100));
    EXPECT_THAT(verifier.cut(2), ElementsAre(0, 30, 100));
    EXPECT_THAT(verifier.cut(4), ElementsAre(0, 20, 30, 60, 100));
    std::filesystem::remove(path);
    test::write_file(path, job, {{99, 1}});
    EXPECT_THAT(Verifier(path).cut(3), ElementsAre(0, 1, 1, 100));
}

}  // namespace
}  // namespace factorize::results
