#include "transport/collective.hpp"

#include <chrono>
#include <thread>

#include <mpi.h>

namespace factorize::transport {

void meet(const Environment& environment) {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(environment.world(), &request);
    for (int all_here = 0;;) {
        MPI_Test(&request, &all_here, MPI_STATUS_IGNORE);
        if (all_here != 0) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

}  // namespace factorize::transport
