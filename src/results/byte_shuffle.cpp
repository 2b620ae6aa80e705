#include "results/byte_shuffle.hpp"
