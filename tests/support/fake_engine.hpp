// SPDX-License-Identifier: Apache-2.0
// An engine's API over a tree in memory: what EngineApi and EngineFiles ask, and nothing more.
#pragma once

#include "http/transport.hpp"
#include "support/tar_builder.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace sidecarctl::test {

/// Shared by the transports made from it.
struct FakeEngine {
  std::string api_version = "1.41";
  std::string libpod_version;  ///< Not empty: podman.
  std::string prefix = "/v1.41";
  std::map<std::string, std::string> json;  ///< Path without version to answer.
  std::vector<TarItem> tree;                ///< Absolute names, depth first; a link to itself is a link in a circle.
  bool tells_stat = true;                   ///< Answers to HEAD describe the node.
  int containers = 0;                       ///< Created and not yet removed.
  bool removal_outlives_cancel = false;     ///< Of the last DELETE.
  std::vector<std::string> requests;        ///< "GET /v1.41/images/x/json"
  std::mutex mutex;

  HttpResponse answer(const HttpRequest& request);
  /// For EngineApi and RegistryContext.
  std::unique_ptr<HttpTransport> connect();

 private:
  HttpResponse archive(const std::string& path, bool head) const;
};

}  // namespace sidecarctl::test
