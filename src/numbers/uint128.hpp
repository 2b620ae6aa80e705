// The 128-bit unsigned integer that products and summatory functions of 64-bit numbers need.
#pragma once

namespace factorize::numbers {

__extension__ using Uint128 = unsigned __int128;

}  // namespace factorize::numbers
