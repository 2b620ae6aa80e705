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
    [[nodiscard]] const boost::mpi::communicator& world() const;

    /// Name and version of the MPI library, one line.
    [[nodiscard]] static std::string library_version();
    [[nodiscard]] static std::string host();

private:
    std::unique_ptr<boost::mpi::environment> environment_;
    std::unique_ptr<boost::mpi::communicator> world_;
};

/// The rank that the launcher gives this process, known before MPI starts; 0 without a launcher.
[[nodiscard]] int launched_rank();

}  // namespace factorize::transport
