#include "results/schema.hpp"
