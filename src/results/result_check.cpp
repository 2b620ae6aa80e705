#include "results/result_check.hpp"
