#include "transport/environment.hpp"

#include <array>
#include <cstdlib>

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <mpi.h>

#include "transport/signals_held_back.hpp"

namespace factorize::transport {

namespace {

// MPI's threads leave what would end the process to the main thread, which may have to block it for a while.
std::unique_ptr<boost::mpi::environment> start_mpi(int& argc, char**& argv) {
    const SignalsHeldBack until_it_is_up;
    return std::make_unique<boost::mpi::environment>(argc, argv, boost::mpi::threading::funneled,
                                                     /*abort_on_exception=*/false);
}

}  // namespace

Environment::Environment(int& argc, char**& argv)
    : environment_(start_mpi(argc, argv)), world_(std::make_unique<boost::mpi::communicator>()) {
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    to_workers_ = world_->size() == 1
                      ? std::make_unique<boost::mpi::communicator>(*world_, boost::mpi::comm_duplicate)
                      : std::make_unique<boost::mpi::communicator>(*world_);
}

Environment::~Environment() = default;

int Environment::rank() const { return world_->rank(); }
int Environment::size() const { return world_->size(); }
const boost::mpi::communicator& Environment::world() const { return *world_; }

const boost::mpi::communicator& Environment::to_workers() const { return *to_workers_; }

std::string Environment::library_version() {
    std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
    int length = 0;
    MPI_Get_library_version(text.data(), &length);
    const std::string all(text.data(), static_cast<std::size_t>(length));
    return all.substr(0, all.find_first_of(",\n"));
}

std::string Environment::host() { return boost::mpi::environment::processor_name(); }

int launched_rank() {
    for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "SLURM_PROCID"})
        if (const char* rank = std::getenv(name)) return std::atoi(rank);
    return 0;
}

}  // namespace factorize::transport
