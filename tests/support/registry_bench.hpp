// SPDX-License-Identifier: Apache-2.0
// A client in front of the fake registry, with everything around it faked too.
#pragma once

#include "registry/client.hpp"
#include "registry/registry_access.hpp"
#include "support/fake_http.hpp"
#include "support/fake_registry.hpp"

#include <map>
#include <memory>
#include <string>

namespace sidecarctl::test {

struct RegistryBench {
  explicit RegistryBench(std::string host = "registry.example") : registry(host), host_(std::move(host)) {}

  RegistryClient& client() {
    if (!client_) client_ = connect_registry(host_, context);
    return *client_;
  }
  Reference reference(const std::string& rest) const { return Reference::parse(host_ + "/" + rest); }
  std::vector<std::string> lines() const { return http.lines(); }

  FakeRegistry registry;
  FakeHttp http{[this](const RecordedRequest& request) { return before ? before(request) : registry(request); }};
  FakeHttp::Handler before;  ///< Stands in front of the registry, if set.
  RecordingEvents events;
  FakeClock clock;
  CancelToken cancel;
  std::map<std::string, std::string> variables{{"HOME", "/nonexistent"}};
  RegistryContext context{{},
                          [this](const std::string& name) {
                            return variables.count(name) != 0 ? std::optional(variables.at(name)) : std::nullopt;
                          },
                          events,
                          clock,
                          cancel,
                          [this](HttpOptions) { return std::make_unique<SharedTransport>(http); }};

 private:
  std::string host_;
  std::unique_ptr<RegistryClient> client_;
};

inline Descriptor blob_of(const std::string& bytes) {
  return {"application/octet-stream", Digest::sha256_of(bytes), bytes.size(), std::nullopt, {}, {}, ""};
}

inline SourceOpener opener_of(const std::string& bytes) {
  return [bytes] { return std::make_unique<StringSource>(bytes); };
}

/// The Error that `body` throws; a std::logic_error if it does not.
template <class Body>
Error error_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  throw std::logic_error("no Error was thrown");
}

}  // namespace sidecarctl::test
