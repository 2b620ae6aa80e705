#include "results/result_writer.hpp"
