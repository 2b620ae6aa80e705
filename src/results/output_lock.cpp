#include "results/output_lock.hpp"
