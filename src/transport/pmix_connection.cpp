#include "transport/pmix_connection.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace factorize::transport {
namespace {

// "pmix-server.1234;tcp4://127.0.0.1:45678", under a name for each version of the protocol.
std::optional<std::uint16_t> server_port() {
    for (const char* name : {"PMIX_SERVER_URI41", "PMIX_SERVER_URI4", "PMIX_SERVER_URI3", "PMIX_SERVER_URI21",
                             "PMIX_SERVER_URI2"})
        if (const char* text = std::getenv(name)) {
            const std::string address(text);
            const std::size_t colon = address.rfind(':');
            if (colon != std::string::npos)
                return static_cast<std::uint16_t>(std::strtoul(address.c_str() + colon + 1, nullptr, 10));
        }
    return std::nullopt;
}

bool leads_to(int descriptor, std::uint16_t port) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
    if (peer.ss_family == AF_INET)
        return ntohs(reinterpret_cast<const sockaddr_in*>(&peer)->sin_port) == port;
    return peer.ss_family == AF_INET6 &&
           ntohs(reinterpret_cast<const sockaddr_in6*>(&peer)->sin6_port) == port;
}

struct alignas(cmsghdr) Control {
    std::array<char, CMSG_SPACE(sizeof(int))> bytes{};
};

}  // namespace

int pmix_connection() {
    const std::optional<std::uint16_t> port = server_port();
    if (!port) return -1;
    // MPI opens it early, among the first few.
    constexpr int most = 1024;
    for (int descriptor = STDERR_FILENO + 1; descriptor < most; ++descriptor)
        if (leads_to(descriptor, *port)) return descriptor;
    return -1;
}

void send_descriptor(int socket, int descriptor) {
    char byte = 0;
    iovec content{&byte, sizeof byte};
    Control control;
    msghdr message{};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    if (descriptor >= 0) {
        message.msg_control = control.bytes.data();
        message.msg_controllen = control.bytes.size();
        cmsghdr* const head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof descriptor);
        std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
    }
    (void)::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

bool receive_and_hold(int socket) {
    char byte = 0;
    iovec content{&byte, sizeof byte};
    Control control;
    msghdr message{};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    return ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) > 0;
}

}  // namespace factorize::transport
