// A journal of any frames, damaged anywhere: what was written before the damage comes back, and nothing that
// was not written does.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <xxhash.h>

#include "fuzz/script.hpp"
#include "jobs/error.hpp"
#include "results/journal.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace factorize;
using fuzz::demand;

constexpr std::uint64_t blocks = 24;

void put(std::string& bytes, std::uint64_t value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// The hashes, written once more from the format's description.
std::string header_of(const results::JournalHeader& header, std::uint64_t version) {
    std::string bytes(results::journal_magic);
    std::uint64_t seed = 0;
    std::memcpy(&seed, bytes.data(), sizeof(seed));
    put(bytes, version);
    put(bytes, header.rows);
    put(bytes, header.block_rows);
    put(bytes, header.job.size());
    put(bytes, XXH64(header.job.data(), header.job.size(), XXH64(bytes.data(), bytes.size(), seed)));
    put(bytes, 1);  // generation: starts, token
    put(bytes, 2);
    return bytes + header.job;
}

std::string frame_of(std::uint64_t block, std::uint64_t length, const std::string& payload) {
    std::uint64_t seed = 0;
    std::memcpy(&seed, results::journal_magic.data(), sizeof(seed));
    std::string bytes;
    put(bytes, block);
    put(bytes, length);
    put(bytes, XXH64(payload.data(), payload.size(), 0));
    put(bytes, XXH64(bytes.data(), bytes.size(), seed));
    return bytes + payload;
}

std::string read_block(const results::Journal& journal, std::uint64_t block) {
    const std::vector<std::byte> payload = journal.read(block);
    return {reinterpret_cast<const char*>(payload.data()), payload.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
    static const test::TemporaryDirectory directory;
    static const std::filesystem::path path = directory / "factors.h5.journal";
    fuzz::Script script(data, bytes);
    const std::uint8_t manner = script.take<std::uint8_t>();
    results::JournalHeader header{.job = "list 240 numbers", .rows = blocks * 10, .block_rows = 10};
    const results::JournalHeader wanted = header;
    if (manner & 1U) header.rows = script.take<std::uint64_t>();
    if (manner & 2U) header.block_rows = script.take<std::uint64_t>();
    std::string content = header_of(header, manner & 4U ? script.take<std::uint64_t>() : 2);

    std::map<std::uint64_t, std::set<std::string>> written;
    std::map<std::size_t, std::uint64_t> ends;  // of the frames before the first that lies: their blocks
    bool all_true = true;
    for (auto frames = script.take<std::uint8_t>() % 16U; frames > 0; --frames) {
        const std::uint64_t block = script.take<std::uint8_t>() % (blocks + 2);
        const auto rest = script.take(script.take<std::uint8_t>());
        const std::string payload(rest.begin(), rest.end());
        const bool lies = script.take<std::uint8_t>() % 16 == 1;
        content += frame_of(block, lies ? script.take<std::uint64_t>() : payload.size(), payload);
        written[block].insert(payload);
        all_true = all_true && !lies && block < blocks;
        if (all_true) ends.emplace(content.size(), block);
    }
    std::size_t undamaged = content.size();
    while (!script.over() && !content.empty()) {  // the damage
        const std::size_t at = script.take<std::uint16_t>() % content.size();
        const auto value = script.take<std::uint8_t>();
        undamaged = std::min(undamaged, at);
        if (value == 0)
            content.resize(at);
        else
            content[at] = static_cast<char>(content[at] ^ value);
    }
    std::ofstream(path, std::ios::binary) << content;

    try {
        (void)results::read_journal_header(path);
        const results::JournalProgress progress = results::read_journal_progress(path);
        demand(progress.blocks <= progress.header.blocks());
    } catch (const jobs::Error&) {
    }
    try {
        std::set<std::uint64_t> kept;
        {
            results::Journal journal(path, wanted);
            for (std::uint64_t block = 0; block < blocks; ++block) {
                if (!journal.has(block)) continue;
                kept.insert(block);
                demand(written[block].contains(read_block(journal, block)));
            }
            demand(journal.blocks() == kept.size());
            for (const auto& [end, block] : ends) demand(end > undamaged || kept.contains(block));
            const std::byte payload[3]{};
            for (std::uint64_t block : {0, 7, 23})
                if (journal.append(block, payload)) {
                    kept.insert(block);
                    written[block].insert(std::string(3, '\0'));
                }
            journal.sync();
        }
        results::Journal journal(path, wanted);
        demand(journal.dropped_bytes() == 0 || journal.blocks() == kept.size());
        for (const std::uint64_t block : kept) demand(written[block].contains(read_block(journal, block)));
    } catch (const jobs::Error&) {
    }
    std::filesystem::remove(path);
    return 0;
}
