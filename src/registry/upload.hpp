// SPDX-License-Identifier: Apache-2.0
// Uploads of blobs: one session of the registry as an object, and the loops that start again when one is lost.
#pragma once

#include "image/digest.hpp"
#include "image/types.hpp"
#include "registry/client.hpp"
#include "registry/endpoint.hpp"
#include "util/byte_source.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sidecarctl {

using SentCallback = std::function<void(std::uint64_t)>;

/// One upload session. Its URL changes with every answer; the newest counts. Destroyed before it is finished, it is
/// cancelled at the registry (DELETE), also after Ctrl-C.
class UploadSession {
 public:
  UploadSession(Endpoint& endpoint, Purpose purpose) : endpoint_(endpoint), purpose_(std::move(purpose)) {}
  ~UploadSession();
  UploadSession(const UploadSession&) = delete;
  UploadSession& operator=(const UploadSession&) = delete;

  // Each sends one request and takes the Location of its answer. Any status is a normal return: the caller decides.
  Endpoint::Reply start();
  /// All bytes at once, which also closes it.
  Endpoint::Reply put_whole(const Descriptor& blob, const SourceOpener& open, const SentCallback& on_sent);
  /// Bytes of unknown count in one request, with no Content-Range: what docker does, and every registry takes.
  Endpoint::Reply patch_stream(const SourceOpener& open, const SentCallback& on_sent);
  Endpoint::Reply close(const Digest& digest);

  void finished() noexcept { open_ = false; }
  /// The registry does not know it any more: there is nothing to cancel.
  void lost() noexcept { open_ = false; }

 private:
  HttpRequest request(HttpMethod method, std::string url) const;
  /// The answer may take long: the registry hashes and moves what it got. The user is told.
  void expect_commit(HttpRequest& request) const;
  void take_location(const Endpoint::Reply& reply);

  Endpoint& endpoint_;
  Purpose purpose_;
  std::optional<Url> location_;
  bool open_ = false;
};

/// How an upload asks for a blob that may be there already.
using BlobProbe = std::function<bool(const Digest&)>;

UploadResult upload_known_blob(Endpoint& endpoint, const Purpose& purpose, const Descriptor& blob,
                               const SourceOpener& open, const SentCallback& on_sent, const BlobProbe& has_blob);
UploadResult upload_unknown_blob(Endpoint& endpoint, const Purpose& purpose, const std::string& media_type,
                                 const SourceOpener& open, const SentCallback& on_sent, const BlobProbe& has_blob);

}  // namespace sidecarctl
