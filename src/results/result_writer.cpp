#include "results/result_writer.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>

#include "jobs/error.hpp"
#include "jobs/file_descriptor.hpp"
#include "results/commit_table.hpp"
#include "results/crash_guard.hpp"
#include "results/file_contents.hpp"
#include "results/generation_fence.hpp"

namespace factorize::results {
namespace {

enum class BlockState : std::uint8_t { missing, written, committed };

void check_same_job(const std::filesystem::path& path, const JobDescription& found,
                    const JobDescription& wanted) {
    if (found == wanted) return;
    const auto describe = [](const JobDescription& job) {
        constexpr std::size_t most = 80;
        const std::string text = job.job.size() > most ? job.job.substr(0, most) + "..." : job.job;
        return fmt::format("{} (store {}, {} rows, {} factors)", text, to_text(job.store), job.layout.rows,
                           job.layout.factors);
    };
    throw jobs::InputError(
        fmt::format("{} holds another job: {}, not {}; use --overwrite to replace it or choose "
                    "another --output",
                    path.string(), describe(found), describe(wanted)));
}

}  // namespace

struct ResultWriter::State {
    std::filesystem::path path;
    JobDescription job;
    hdf5::File file;
    hdf5::Dataset numbers, counts, offsets, factors, blocks, failures;
    hdf5::Type block_type, failure_type;
    jobs::FileDescriptor own_file;  // what we write to, whatever a rename makes of the path
    GenerationFence fence;

    std::vector<BlockState> states;
    std::vector<BlockRow> pending;  // written, to be committed
    std::uint64_t committed_blocks = 0;
    std::uint64_t written_blocks = 0;
    std::uint64_t committed_rows = 0;
    std::uint64_t rows_at_start = 0;
    std::uint64_t committed_factors = 0;
    double compute_seconds = 0;
    Totals previous_totals;
    Status previous_status = Status::partial;

    std::vector<std::uint64_t> failed_numbers;  // by their row in /failures
    std::uint64_t failures_overflow = 0;
    bool failures_changed = false;
    bool broken = false;

    explicit State(const std::filesystem::path& path_) : path(path_) {}

    void open(const JobDescription& wanted, const Provenance& provenance) {
        const CrashGuard guard(path);
        std::uint64_t generation_offset = 0;
        {
            // Another job's file is not touched at all, and an older run of ours is told before we allocate.
            const hdf5::File found = open_result_file(path, H5F_ACC_RDONLY);
            job = read_job(found, path);
            check_same_job(path, job, wanted);
            generation_offset = find_generation(found, path);
        }
        own_file = jobs::open_file(path, O_RDWR);
        fence = GenerationFence(own_file, generation_offset, path);
        file = open_result_file(path, H5F_ACC_RDWR);
        // A killed writer leaves data behind the end that the superblock knows: allocate behind the file
        // instead.
        hdf5::check(H5Fincrement_filesize(file.get(), 0), path, "open");
        const hdf5::Attributes root(file.get(), path);
        previous_totals = read_totals(root);
        previous_status = read_status(root);
        if (fence.own().starts > 1) write_provenance(root, provenance);
        numbers = hdf5::open_dataset(file, name::numbers, 0, path);
        counts = hdf5::open_dataset(file, name::counts, 0, path);
        offsets = hdf5::open_dataset(file, name::offsets, 0, path);
        factors = hdf5::open_dataset(file, name::factors, 0, path);
        read_blocks();
        if (fence.own().starts > 1) root.write_number(name::rows_at_start, committed_rows);
        read_failures();
        jobs::sync_data(own_file, path);
        flush();
    }

    ~State() {
        if (broken) leak();
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void leak() {
        for (hdf5::Dataset* dataset : {&numbers, &counts, &offsets, &factors, &blocks, &failures})
            dataset->leak();
        block_type.leak();
        failure_type.leak();
        file.leak();
    }

    /// Runs a call of the public interface: a storage error in it is final.
    template <class Call>
    auto guarded(const Call& call) {
        if (broken) throw std::logic_error("ResultWriter: used after a storage error");
        if (!file.is_open()) throw std::logic_error("ResultWriter: used after close()");
        try {
            return call();
        } catch (const jobs::StorageError&) {
            broken = true;
            throw;
        }
    }

    void read_blocks() {
        blocks = hdf5::open_dataset(file, name::blocks, 0, path);
        block_type = block_row_type(path);
        const CommitTable commits(blocks, job.layout, path);
        states.resize(job.layout.blocks());
        for (std::uint64_t block = 0; block < states.size(); ++block) {
            states[block] = commits.is_committed(block) ? BlockState::committed : BlockState::missing;
        }
        committed_blocks = written_blocks = commits.blocks();
        committed_rows = rows_at_start = commits.rows();
        committed_factors = commits.factors();
        compute_seconds = commits.seconds();
    }

    void count_committed(std::uint64_t block, const BlockRow& row) {
        states[block] = BlockState::committed;
        ++committed_blocks;
        committed_rows += row.rows;
        committed_factors += row.factors;
        compute_seconds += row.seconds;
    }

    void read_failures() {
        failures = hdf5::open_dataset(file, name::failures, 0, path);
        failure_type = failure_row_type(path);
        failures_overflow = hdf5::Attributes(failures.get(), path).read_number(name::overflow);
        std::vector<FailureRow> rows(failure_capacity);
        hdf5::read_slice(failures, failure_type.get(), 0, rows.size(), rows.data(), path);
        for (const FailureRow& row : rows) {
            if (row.number == 0) break;
            failed_numbers.push_back(row.number);
        }
    }

    void flush() {
        hdf5::check(H5Fflush(file.get(), H5F_SCOPE_GLOBAL), path, "write");
        jobs::sync_data(own_file, path);
    }

    [[nodiscard]] const hdf5::Dataset& dataset_of(jobs::Target target) const {
        switch (target) {
            case jobs::Target::numbers:
                return numbers;
            case jobs::Target::counts:
                return counts;
            case jobs::Target::offsets:
                return offsets;
            default:
                return factors;
        }
    }

    /// A write of the index that an earlier run did not end may leave the size of a chunk beside the place of
    /// the smaller one before it. HDF5 writes a chunk of that very size in place: over its neighbours. One of
    /// another size is given a new place, and so is then the one of that size.
    void leave_doubtful_place(const hdf5::Dataset& dataset, hsize_t at, std::size_t bytes) {
        hsize_t stored = 0;
        hdf5::check(H5Dget_chunk_storage_size(dataset.get(), &at, &stored), path, "find a chunk");
        if (stored != bytes) return;
        write_chunk(dataset, at, std::vector<std::byte>(bytes + 1));
    }

    void write_chunk(const hdf5::Dataset& dataset, hsize_t at, std::span<const std::byte> bytes) {
        hdf5::check(H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, 0, &at, bytes.size(), bytes.data()), path,
                    "write");
    }

    std::uint64_t write(const CheckedResult& checked, int rank, std::uint32_t attempt) {
        const jobs::TaskResult& result = checked.result;
        const auto is_new = [&](std::uint32_t owner) {
            return states[result.blocks[owner].block] == BlockState::missing;
        };
        for (const PieceView& view : checked.pieces) {
            if (!is_new(view.piece.owner)) continue;
            fence.check_often(own_file, path);
            const bool in_factors = view.piece.target == jobs::Target::factors;
            const hsize_t at =
                view.piece.index * (in_factors ? job.layout.factor_chunk : job.layout.block_rows);
            const hdf5::Dataset& dataset = dataset_of(view.piece.target);
            if (fence.own().starts > 1) leave_doubtful_place(dataset, at, view.bytes.size());
            write_chunk(dataset, at, view.bytes);
        }
        std::uint64_t written = 0;
        for (const jobs::BlockResult& block : result.blocks) {
            if (states[block.block] != BlockState::missing) continue;
            BlockRow row{.first_row = job.layout.first_row(block.block),
                         .rows = block.rows,
                         .first_factor = block.first_factor,
                         .factors = block.factors,
                         .rank = rank,
                         .attempt = attempt,
                         .seconds = block.seconds,
                         .xxh64 = block.xxh64,
                         .tag = 0};
            row.tag = tag_of(row);
            pending.push_back(row);
            states[block.block] = BlockState::written;
            ++written_blocks;
            ++written;
        }
        return written;
    }

    void commit() {
        if (pending.empty() && !failures_changed) return;
        // The chunks first: their writes made the file longer, and a superblock that promises more bytes than
        // a power loss leaves makes HDF5 refuse the whole file.
        jobs::sync_data(own_file, path);
        fence.check(own_file, path);
        flush();
        fence.check(own_file, path);
        std::sort(pending.begin(), pending.end(),
                  [](const BlockRow& a, const BlockRow& b) { return a.first_row < b.first_row; });
        for (std::size_t begin = 0; begin < pending.size();) {
            const std::uint64_t block = pending[begin].first_row / job.layout.block_rows;
            std::size_t end = begin + 1;
            while (end < pending.size() &&
                   pending[end].first_row == job.layout.first_row(block + end - begin))
                ++end;
            hdf5::write_slice(blocks, block_type.get(), block, end - begin, &pending[begin], path);
            begin = end;
        }
        flush();
        for (const BlockRow& row : pending) count_committed(row.first_row / job.layout.block_rows, row);
        pending.clear();
        failures_changed = false;
    }

    void record_failure(std::uint64_t number, std::uint32_t attempts, const std::string& message) {
        fence.check_often(own_file, path);
        failures_changed = true;
        auto place = std::find(failed_numbers.begin(), failed_numbers.end(), number);
        if (place == failed_numbers.end()) {
            if (failed_numbers.size() == failure_capacity) {
                hdf5::Attributes(failures.get(), path).write_number(name::overflow, ++failures_overflow);
                return;
            }
            place = failed_numbers.insert(place, number);
        }
        FailureRow row{.number = number, .attempts = attempts, .message = {}};
        std::memcpy(row.message, message.data(), std::min(message.size(), FailureRow::message_bytes));
        hdf5::write_slice(failures, failure_type.get(), static_cast<hsize_t>(place - failed_numbers.begin()),
                          1, &row, path);
    }

    void finish(const Totals& totals, Status status) {
        commit();
        fence.check(own_file, path);
        const hdf5::Attributes root(file.get(), path);
        write_totals(root, totals);
        flush();
        fence.check(own_file, path);
        root.write_text(name::status, to_text(status));
        flush();
    }

    void close() {
        commit();
        for (hdf5::Dataset* dataset : {&numbers, &counts, &offsets, &factors, &blocks, &failures}) {
            dataset->close(path, "close");
        }
        block_type.close(path, "close");
        failure_type.close(path, "close");
        file.close(path, "close");
        jobs::sync_data(own_file, path);
        own_file.close(path);
    }
};

ResultWriter::ResultWriter(const std::filesystem::path& path, const JobDescription& job,
                           const Provenance& provenance)
    : state_(std::make_unique<State>(path)) {
    try {
        state_->open(job, provenance);
    } catch (const jobs::StorageError&) {
        state_->broken = true;
        throw;
    }
}

ResultWriter::~ResultWriter() = default;
ResultWriter::ResultWriter(ResultWriter&&) noexcept = default;
ResultWriter& ResultWriter::operator=(ResultWriter&&) noexcept = default;

std::uint64_t ResultWriter::write(const CheckedResult& checked, int rank, std::uint32_t attempt) {
    return state_->guarded([&] { return state_->write(checked, rank, attempt); });
}

std::uint64_t ResultWriter::write(const jobs::TaskResult& result, int rank, std::uint32_t attempt) {
    return write(check_chunks(result, state_->job.layout), rank, attempt);
}

void ResultWriter::commit() {
    state_->guarded([&] { state_->commit(); });
}

bool ResultWriter::is_committed(std::uint64_t block) const {
    return state_->states.at(block) == BlockState::committed;
}
std::uint64_t ResultWriter::committed_blocks() const { return state_->committed_blocks; }
std::uint64_t ResultWriter::written_blocks() const { return state_->written_blocks; }
std::uint64_t ResultWriter::committed_rows() const { return state_->committed_rows; }
std::uint64_t ResultWriter::rows_at_start() const { return state_->rows_at_start; }
std::uint64_t ResultWriter::committed_factors() const { return state_->committed_factors; }
double ResultWriter::compute_seconds() const { return state_->compute_seconds; }
const Totals& ResultWriter::previous_totals() const { return state_->previous_totals; }
Status ResultWriter::previous_status() const { return state_->previous_status; }

void ResultWriter::record_failure(std::uint64_t number, std::uint32_t attempts, const std::string& message) {
    state_->guarded([&] { state_->record_failure(number, attempts, message); });
}

const std::vector<std::uint64_t>& ResultWriter::failed_numbers() const { return state_->failed_numbers; }

std::uint64_t ResultWriter::failures() const {
    return state_->failed_numbers.size() + state_->failures_overflow;
}

void ResultWriter::finish(const Totals& totals, Status status) {
    state_->guarded([&] { state_->finish(totals, status); });
}

void ResultWriter::close() {
    state_->guarded([&] { state_->close(); });
}

}  // namespace factorize::results
