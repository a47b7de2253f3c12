// SPDX-License-Identifier: Apache-2.0
#include "support/fake_registry_client.hpp"

namespace sidecarctl::test {

namespace {

constexpr std::uint64_t kMaxBlob = 1ULL << 30;

std::string name_of(const Reference& reference) {
  return reference.tag().value_or("") + (reference.digest() ? reference.digest()->str() : "");
}

}  // namespace

void FakeRegistryClient::enter(const std::string& call) {
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
  }
  if (before) before(call);
}

std::vector<std::string> FakeRegistryClient::calls() const {
  return calls("");
}

std::vector<std::string> FakeRegistryClient::calls(const std::string& prefix) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> chosen;
  for (const std::string& call : calls_) {
    if (call.starts_with(prefix)) chosen.push_back(call);
  }
  return chosen;
}

void FakeRegistryClient::forget_calls() {
  const std::lock_guard lock(mutex_);
  calls_.clear();
}

const RawManifest* FakeRegistryClient::find(const Reference& reference) {
  Repository& there = repositories_[reference.repository()];
  std::optional<Digest> digest = reference.digest();
  if (!digest) {
    const auto tag = there.tags.find(reference.tag().value_or(""));
    if (tag == there.tags.end()) return nullptr;
    digest = tag->second;
  }
  const auto at = there.manifests.find(*digest);
  return at == there.manifests.end() ? nullptr : &at->second;
}

std::optional<Descriptor> FakeRegistryClient::head_manifest(const Reference& reference) {
  enter("HEAD manifest " + name_of(reference));
  const std::lock_guard lock(mutex_);
  const RawManifest* manifest = find(reference);
  if (manifest == nullptr) return std::nullopt;
  return Descriptor{manifest->media_type, manifest->digest(), manifest->bytes.size(), {}, {}, {}, {}};
}

RawManifest FakeRegistryClient::get_manifest(const Reference& reference) {
  enter("GET manifest " + name_of(reference));
  const std::lock_guard lock(mutex_);
  const RawManifest* manifest = find(reference);
  if (manifest == nullptr) throw RegistryError(404, {"MANIFEST_UNKNOWN"}, "manifest unknown", ErrorKind::not_found);
  return *manifest;
}

void FakeRegistryClient::put_manifest(const Reference& reference, const RawManifest& manifest) {
  enter("PUT manifest " + name_of(reference));
  const std::lock_guard lock(mutex_);
  Repository& there = repositories_[reference.repository()];
  const Manifest parsed = parse_manifest(manifest);
  std::vector<Descriptor> needed = parsed.layers;
  needed.push_back(parsed.config);
  for (const Descriptor& blob : needed) {
    if (is_foreign_layer(blob) || there.blobs.count(blob.digest) != 0) continue;
    throw RegistryError(400, {"MANIFEST_BLOB_UNKNOWN"}, "blob unknown: " + blob.digest.str());
  }
  if (reference.digest() && *reference.digest() != manifest.digest())
    throw RegistryError(400, {"DIGEST_INVALID"}, "digest");
  there.manifests.insert_or_assign(manifest.digest(), manifest);
  if (reference.tag()) there.tags.insert_or_assign(*reference.tag(), manifest.digest());
}

bool FakeRegistryClient::has_blob(const std::string& repository, const Digest& digest) {
  enter("HEAD blob " + digest.short_hex());
  const std::lock_guard lock(mutex_);
  return repositories_[repository].blobs.count(digest) != 0;
}

std::unique_ptr<ByteSource> FakeRegistryClient::open_blob(const std::string& repository, const Descriptor& blob) {
  enter("GET blob " + blob.digest.short_hex());
  const std::lock_guard lock(mutex_);
  return std::make_unique<StringSource>(repositories_[repository].blobs.at(blob.digest));
}

UploadResult FakeRegistryClient::upload_blob(const std::string& repository, const Descriptor& blob,
                                             const SourceOpener& open,
                                             const std::function<void(std::uint64_t)>& on_sent) {
  enter("PUT blob " + blob.digest.short_hex());
  std::string bytes = read_all(*open(), kMaxBlob, "blob");
  if (on_sent) on_sent(bytes.size());
  if (Digest::sha256_of(bytes) != blob.digest || bytes.size() != blob.size)
    throw RegistryError(400, {"DIGEST_INVALID"}, "digest");
  const std::lock_guard lock(mutex_);
  const UploadResult result{bytes.size(), 0, blob};
  repositories_[repository].blobs.insert_or_assign(blob.digest, std::move(bytes));
  return result;
}

UploadResult FakeRegistryClient::upload_stream(const std::string& repository, std::string media_type,
                                               const SourceOpener& open,
                                               const std::function<void(std::uint64_t)>& on_sent) {
  enter("STREAM blob");
  std::string bytes = read_all(*open(), kMaxBlob, "blob");
  if (on_sent) on_sent(bytes.size());
  const std::lock_guard lock(mutex_);
  const Digest digest = Digest::sha256_of(bytes);
  const UploadResult result{bytes.size(), 0, Descriptor{std::move(media_type), digest, bytes.size(), {}, {}, {}, {}}};
  repositories_[repository].blobs.insert_or_assign(digest, std::move(bytes));
  return result;
}

}  // namespace sidecarctl::test
