// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/transport.hpp"
#include "image/reference.hpp"
#include "image/types.hpp"
#include "util/error.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

/// The registry answered, and said no.
class RegistryError : public Error {
 public:
  RegistryError(int status, std::vector<std::string> codes, std::string message, ErrorKind kind = ErrorKind::registry);
  int status() const noexcept { return status_; }
  /// "MANIFEST_UNKNOWN", ... of the distribution-spec's error body; may be empty.
  const std::vector<std::string>& codes() const noexcept { return codes_; }
  bool has_code(std::string_view code) const noexcept;

 private:
  int status_;
  std::vector<std::string> codes_;
};

struct UploadResult {
  std::uint64_t bytes_sent = 0;
  unsigned retries = 0;
  Descriptor descriptor;  ///< Digest and size as uploaded: new when they were not known before.
};

/// The verbs of the OCI distribution-spec for one registry. Knows nothing of images, tags policy or terminals.
/// Thread-safe.
class RegistryClient {
 public:
  virtual ~RegistryClient() = default;
  virtual const std::string& registry() const noexcept = 0;
  /// Which credentials are used and where they are from: "~/.docker/config.json", "anonymous". Never the secret.
  virtual std::string auth_source() = 0;

  /// One request has failed for good: those that wait for another try end now, with Error{interrupted}.
  virtual void stop_waiting() noexcept = 0;

  /// GET /v2/: throws Error{network|registry|denied} when this is not a registry or will not talk to us.
  virtual void ping() = 0;
  /// nullopt: there is none. With digest, media type and size.
  virtual std::optional<Descriptor> head_manifest(const Reference& reference) = 0;
  virtual RawManifest get_manifest(const Reference& reference) = 0;
  /// Under its digest when `reference` has one, else under its tag.
  virtual void put_manifest(const Reference& reference, const RawManifest& manifest) = 0;

  virtual bool has_blob(const std::string& repository, const Digest& digest) = 0;
  /// Follows redirects itself, credentials stay with the registry's host.
  virtual std::unique_ptr<ByteSource> open_blob(const std::string& repository, const Descriptor& blob) = 0;
  /// Uploads bytes whose digest is known: monolithic PUT. A lost session or connection starts again from `open`.
  virtual UploadResult upload_blob(const std::string& repository, const Descriptor& blob, const SourceOpener& open,
                                   const std::function<void(std::uint64_t)>& on_sent) = 0;
  /// Uploads bytes of unknown digest and length in one pass: one streamed PATCH, hashed on the way, then PUT.
  virtual UploadResult upload_stream(const std::string& repository, std::string media_type, const SourceOpener& open,
                                     const std::function<void(std::uint64_t)>& on_sent) = 0;
};

}  // namespace sidecarctl
