// SPDX-License-Identifier: Apache-2.0
// A tiny server on 127.0.0.1 (or a unix socket) that does exactly what a test tells it, bytes included.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sidecarctl::test {

/// One accepted connection, in the server's thread.
class ServerConnection {
 public:
  ServerConnection(int fd, int number) : fd_(fd), number_(number) {}
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  int number() const noexcept { return number_; }  ///< From 0, in order of accepting.
  /// Request line and headers up to the empty line; "" when the client closed.
  std::string read_head();
  /// Exactly that many bytes, fewer if the client closes.
  std::string read_bytes(std::size_t count);
  /// The body as `head` announces it (Content-Length or chunked).
  std::string read_body(const std::string& head);
  void write(std::string_view text);  ///< Failure is ignored: the client may be gone.
  void reset();                       ///< RST instead of FIN.

 private:
  bool fill();

  int fd_, number_;
  std::string buffer_;
};

class LoopbackServer {
 public:
  using Handler = std::function<void(ServerConnection&)>;
  /// Runs `handler` for each connection in a thread of its own; the connection closes when it returns.
  explicit LoopbackServer(Handler handler);
  LoopbackServer(const std::filesystem::path& unix_socket, Handler handler);
  ~LoopbackServer();

  int port() const noexcept { return port_; }
  std::string url(std::string_view path) const;
  int connections() const noexcept { return count_; }

 private:
  void serve();

  Handler handler_;
  int listener_ = -1, port_ = 0;
  std::atomic<int> count_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::map<int, int> open_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

/// "HTTP/1.1 200 OK" with a body and its length.
std::string http_answer(int status, std::string_view body, std::string_view headers = "");

}  // namespace sidecarctl::test
