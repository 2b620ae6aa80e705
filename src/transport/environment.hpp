// MPI from start to end, for one process.
#pragma once

#include <memory>
#include <string>

namespace boost::mpi {
class communicator;
class environment;
}  // namespace boost::mpi

namespace factorize::transport {

/// Holds MPI initialised. Make it before, and outside of, every try block: finalising while an exception
/// unwinds hangs when other ranks wait. Only the main thread may use MPI.
class Environment {
public:
    /// Collective over all ranks. MPI errors are returned, not fatal, from here on.
    Environment(int& argc, char**& argv);
    ~Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    [[nodiscard]] int rank() const;
    [[nodiscard]] int size() const;
    /// What workers send on.
    [[nodiscard]] const boost::mpi::communicator& world() const;
    /// What rank 0 sends on: the same, or a duplicate where rank 0 is its own worker and must tell both
    /// directions apart.
    [[nodiscard]] const boost::mpi::communicator& to_workers() const;

    /// Name and version of the MPI library, one line.
    [[nodiscard]] static std::string library_version();
    [[nodiscard]] static std::string host();

private:
    std::unique_ptr<boost::mpi::environment> environment_;
    std::unique_ptr<boost::mpi::communicator> world_;
    std::unique_ptr<boost::mpi::communicator> to_workers_;
};

/// The rank that the launcher gives this process, known before MPI starts; 0 without a launcher.
[[nodiscard]] int launched_rank();

}  // namespace factorize::transport
