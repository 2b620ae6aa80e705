#include "transport/pmix_connection.hpp"

#include <array>
#include <cstdlib>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace factorize::transport {
namespace {

TEST(PmixConnection, IsTheOneToTheServerOfTheEnvironment) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    const int server = ::socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(server, 2), 0);
    socklen_t size = sizeof address;
    ASSERT_EQ(::getsockname(server, reinterpret_cast<sockaddr*>(&address), &size), 0);

    EXPECT_EQ(pmix_connection(), -1) << "no server named";
    const std::string uri = "slurm.pmix.1.0;tcp4://127.0.0.1:" + std::to_string(::ntohs(address.sin_port));
    ::setenv("PMIX_SERVER_URI2", uri.c_str(), 1);
    EXPECT_EQ(pmix_connection(), -1) << "not connected";
    const int client = ::socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(pmix_connection(), client);
    ::unsetenv("PMIX_SERVER_URI2");
    ::close(client);
    ::close(server);
}

TEST(PmixConnection, ACopyIsHeld) {
    std::array<int, 2> line{};
    std::array<int, 2> pipe{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, line.data()), 0);
    ASSERT_EQ(::pipe(pipe.data()), 0);
    EXPECT_FALSE(receive_and_hold(line[0]));
    send_descriptor(line[1], pipe[1]);
    send_descriptor(line[1], -1);
    ::close(pipe[1]);
    EXPECT_TRUE(receive_and_hold(line[0]));
    EXPECT_TRUE(receive_and_hold(line[0]));
    EXPECT_FALSE(receive_and_hold(line[0]));
    ::close(line[1]);
    EXPECT_FALSE(receive_and_hold(line[0])) << "the end is no sign";
    pollfd other_end{pipe[0], POLLIN, 0};
    EXPECT_EQ(::poll(&other_end, 1, 0), 0) << "still held";
}

}  // namespace
}  // namespace factorize::transport
