// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/client.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace sidecarctl::test {

/// A registry in memory. It checks what a real one checks: digests of blobs, and that a manifest's blobs are there.
class FakeRegistryClient final : public RegistryClient {
 public:
  /// What one repository holds.
  struct Repository {
    std::map<Digest, std::string> blobs;
    std::map<Digest, RawManifest> manifests;
    std::map<std::string, Digest> tags;
  };
  Repository& repository(const std::string& name) { return repositories_[name]; }

  /// Asked before each call is carried out, with its line in calls(); may throw, or change the registry.
  std::function<void(const std::string& call)> before;
  std::atomic<int> stops{0};  ///< Calls of stop_waiting().
  /// What a call did, in order: "HEAD manifest 1.0", "HEAD blob ab12...", "PUT blob ab12...", "STREAM blob",
  /// "PUT manifest 1.0", "PUT manifest sha256:ab12...".
  std::vector<std::string> calls() const;
  /// Those that begin with `prefix`.
  std::vector<std::string> calls(const std::string& prefix) const;
  void forget_calls();

  const std::string& registry() const noexcept override { return name_; }
  std::string auth_source() override { return "anonymous"; }
  void stop_waiting() noexcept override { ++stops; }
  void ping() override {}
  std::optional<Descriptor> head_manifest(const Reference& reference) override;
  RawManifest get_manifest(const Reference& reference) override;
  void put_manifest(const Reference& reference, const RawManifest& manifest) override;
  bool has_blob(const std::string& repository, const Digest& digest) override;
  std::unique_ptr<ByteSource> open_blob(const std::string& repository, const Descriptor& blob) override;
  UploadResult upload_blob(const std::string& repository, const Descriptor& blob, const SourceOpener& open,
                           const std::function<void(std::uint64_t)>& on_sent) override;
  UploadResult upload_stream(const std::string& repository, std::string media_type, const SourceOpener& open,
                             const std::function<void(std::uint64_t)>& on_sent) override;

 private:
  void enter(const std::string& call);
  const RawManifest* find(const Reference& reference);

  std::string name_ = "registry.example";
  mutable std::mutex mutex_;
  std::map<std::string, Repository> repositories_;
  std::vector<std::string> calls_;
};

}  // namespace sidecarctl::test
