// SPDX-License-Identifier: Apache-2.0
#include "util/error.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace sidecarctl {

struct Error::Payload {
  ErrorKind kind;
  std::string message;
  std::vector<std::string> context;
  std::optional<std::string> hint;
};

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::usage: return "usage";
    case ErrorKind::config: return "config";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::denied: return "denied";
    case ErrorKind::network: return "network";
    case ErrorKind::registry: return "registry";
    case ErrorKind::corrupt: return "corrupt";
    case ErrorKind::io: return "io";
    case ErrorKind::tool: return "tool";
    case ErrorKind::timeout: return "timeout";
    case ErrorKind::interrupted: return "interrupted";
    case ErrorKind::policy: return "policy";
  }
  return "bug";
}

Error::Error(ErrorKind kind, std::string message)
    : payload_(std::make_shared<Payload>(Payload{kind, std::move(message), {}, std::nullopt})) {}

Error::Error(ErrorKind kind, std::string message, std::string hint) : Error(kind, std::move(message)) {
  payload_->hint = std::move(hint);
}

ErrorKind Error::kind() const noexcept {
  return payload_->kind;
}
std::string_view Error::message() const noexcept {
  return payload_->message;
}
const std::vector<std::string>& Error::context() const noexcept {
  return payload_->context;
}
const std::optional<std::string>& Error::hint() const noexcept {
  return payload_->hint;
}
const char* Error::what() const noexcept {
  return payload_->message.c_str();
}
void Error::add_context(std::string frame) {
  payload_->context.push_back(std::move(frame));
}
void Error::set_hint(std::string text) {
  payload_->hint = std::move(text);
}

ParseError::ParseError(std::string message, std::size_t offset, ErrorKind kind)
    : Error(kind, std::move(message)), offset_(offset) {}

void fail_check(const char* condition, const char* file, int line, std::string_view text) {
  throw std::logic_error(fmt::format("{} ({}) at {}:{}", text, condition, file, line));
}

}  // namespace sidecarctl
