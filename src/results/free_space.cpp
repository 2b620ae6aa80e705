#include "results/free_space.hpp"
