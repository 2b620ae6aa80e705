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

/// A message of one byte, with room for a descriptor beside it.
struct Message {
    char byte = 0;
    iovec content{&byte, sizeof byte};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr header{};

    Message() {
        header.msg_iov = &content;
        header.msg_iovlen = 1;
        header.msg_control = control.data();
        header.msg_controllen = control.size();
    }
    Message(const Message&) = delete;  // it points into itself
    Message& operator=(const Message&) = delete;
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
    Message message;
    if (descriptor >= 0) {
        cmsghdr* const head = CMSG_FIRSTHDR(&message.header);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof descriptor);
        std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
    } else {
        message.header.msg_control = nullptr;
        message.header.msg_controllen = 0;
    }
    (void)::sendmsg(socket, &message.header, MSG_DONTWAIT | MSG_NOSIGNAL);
}

bool receive_and_hold(int socket) {
    Message message;
    return ::recvmsg(socket, &message.header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) > 0;
}

}  // namespace factorize::transport
