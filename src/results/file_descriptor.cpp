#include "results/file_descriptor.hpp"
