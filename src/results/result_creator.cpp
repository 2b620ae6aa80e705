#include "results/result_creator.hpp"
