#include "results/chunk_compressor.hpp"
