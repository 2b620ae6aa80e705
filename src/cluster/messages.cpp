#include "cluster/messages.hpp"
