#include "results/result_reader.hpp"
