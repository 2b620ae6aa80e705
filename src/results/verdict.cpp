#include "results/verdict.hpp"

#include <utility>

namespace factorize::results {

void Verdict::add_fault(std::string text) {
    ++faults;
    if (named.size() < most_named) named.push_back(std::move(text));
}

void Verdict::append(const Verdict& next) {
    rows += next.rows;
    factors += next.factors;
    bytes += next.bytes;
    unlisted += next.unlisted;
    faults += next.faults;
    for (const std::string& text : next.named)
        if (named.size() < most_named) named.push_back(text);
}

}  // namespace factorize::results
