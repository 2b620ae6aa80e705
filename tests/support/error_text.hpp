// What an exception says, for tests that assert exact texts.
#pragma once

#include <string>

#include <gtest/gtest.h>

namespace factorize::test {

/// The text of the Error that `body` throws. None, or one of another kind, fails the test.
template <class Error, class Body>
std::string text_of(const Body& body) {
    try {
        body();
    } catch (const Error& error) {
        return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
}

}  // namespace factorize::test
