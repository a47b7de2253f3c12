// SPDX-License-Identifier: Apache-2.0
#include "support/loopback_server.hpp"

#include "util/strings.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace sidecarctl::test {

ServerConnection::~ServerConnection() {
  ::close(fd_);
}

bool ServerConnection::fill() {
  std::array<char, 65536> chunk;
  const ssize_t got = ::recv(fd_, chunk.data(), chunk.size(), 0);
  if (got <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

std::string ServerConnection::read_head() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return "";
  }
  std::string head = buffer_.substr(0, end + 4);
  buffer_.erase(0, end + 4);
  return head;
}

std::string ServerConnection::read_bytes(std::size_t count) {
  while (buffer_.size() < count && fill()) {
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string ServerConnection::read_body(const std::string& head) {
  const std::string lower = to_lower(head);
  if (const auto at = lower.find("content-length:"); at != std::string::npos) {
    return read_bytes(std::stoul(lower.substr(at + 15)));
  }
  if (lower.find("transfer-encoding: chunked") == std::string::npos) return "";
  std::string body;
  while (true) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      if (!fill()) return body;
    }
    const std::size_t size = std::stoul(read_bytes(end + 2), nullptr, 16);
    body += read_bytes(size);
    read_bytes(2);
    if (size == 0) return body;
  }
}

void ServerConnection::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    if (done <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
}

void ServerConnection::reset() {
  const linger hard{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

LoopbackServer::LoopbackServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, length) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, generic, &length) != 0) {
    throw std::runtime_error("no loopback socket");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { serve(); });
}

LoopbackServer::LoopbackServer(const std::filesystem::path& unix_socket, Handler handler)
    : handler_(std::move(handler)) {
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, unix_socket.c_str(), sizeof address.sun_path - 1);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 16) != 0) {
    throw std::runtime_error("no unix socket");
  }
  acceptor_ = std::thread([this] { serve(); });
}

void LoopbackServer::serve() {
  while (true) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard guard(mutex_);
    if (stopping_) {
      ::close(fd);
      return;
    }
    const int number = count_++;
    open_[number] = fd;
    workers_.emplace_back([this, fd, number] {
      {
        ServerConnection connection(fd, number);
        handler_(connection);
        const std::lock_guard inner(mutex_);
        open_.erase(number);
      }
    });
  }
}

LoopbackServer::~LoopbackServer() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
    for (const auto& [number, fd] : open_) ::shutdown(fd, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (std::thread& worker : workers_) worker.join();
}

std::string LoopbackServer::url(std::string_view path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

std::string http_answer(int status, std::string_view body, std::string_view headers) {
  return fmt::format("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), headers, body);
}

}  // namespace sidecarctl::test
