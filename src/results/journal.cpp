#include "results/journal.hpp"
