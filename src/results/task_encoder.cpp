#include "results/task_encoder.hpp"
