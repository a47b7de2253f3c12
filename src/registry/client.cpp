// SPDX-License-Identifier: Apache-2.0
#include "registry/client.hpp"

#include "registry/blob_download.hpp"
#include "registry/endpoint.hpp"
#include "registry/registry_access.hpp"
#include "registry/upload.hpp"
#include "util/json.hpp"
#include "util/log.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace sidecarctl {

namespace {

/// All four at once: registries convert, or answer 404, when the stored type is not named.
const std::string& accepted_types() {
  static const std::string types = fmt::format("{}, {}, {}, {}", media_type::oci_index, media_type::docker_list,
                                               media_type::oci_manifest, media_type::docker_manifest);
  return types;
}

std::string content_type(const HttpResponse& response) {
  const std::string value = find_header(response.headers, "Content-Type").value_or("");
  return to_lower(trim(value.substr(0, value.find(';'))));
}

std::optional<Digest> content_digest(const HttpResponse& response) {
  const auto value = find_header(response.headers, "Docker-Content-Digest");
  return value ? Digest::try_parse(*value) : std::nullopt;
}

Descriptor descriptor_of(std::string type, const Digest& digest, std::uint64_t size) {
  return {std::move(type), digest, size, std::nullopt, {}, {}, ""};
}

bool is_schema1(std::string_view type) {
  return type == media_type::docker_schema1 || type == media_type::docker_schema1_signed;
}

std::string manifest_path(const Reference& reference) {
  return fmt::format("/v2/{}/manifests/{}", reference.repository(),
                     reference.digest() ? reference.digest()->str() : reference.tag().value_or("latest"));
}

std::string manifest_name(const Reference& reference) {
  const std::string name = reference.repository();
  if (reference.digest()) return fmt::format("the manifest '{}@{}'", name, reference.digest()->str());
  return fmt::format("the manifest '{}:{}'", name, reference.tag().value_or("latest"));
}

Purpose manifest_purpose(const Reference& reference, bool write) {
  return {reference.repository(), manifest_name(reference), write};
}

Purpose blob_purpose(const std::string& repository, const Digest& digest, bool write) {
  return {repository, fmt::format("the blob {}", digest.str()), write};
}

/// Could the registry have done what it did not confirm?
bool may_be_done(const Error& error) {
  if (dynamic_cast<const HttpError*>(&error) != nullptr) return true;
  const auto* refusal = dynamic_cast<const RegistryError*>(&error);
  return refusal != nullptr && (refusal->status() == 400 || refusal->status() == 409 || refusal->status() >= 500);
}

class DistributionClient final : public RegistryClient {
 public:
  explicit DistributionClient(std::shared_ptr<Endpoint> endpoint) : endpoint_(std::move(endpoint)) {}

  const std::string& registry() const noexcept override { return endpoint_->registry(); }
  std::string auth_source() override { return endpoint_->authenticator().source(); }

  void ping() override;
  std::optional<Descriptor> head_manifest(const Reference& reference) override;
  RawManifest get_manifest(const Reference& reference) override;
  void put_manifest(const Reference& reference, const RawManifest& manifest) override;
  bool has_blob(const std::string& repository, const Digest& digest) override {
    return probe(blob_purpose(repository, digest, false), digest);
  }
  void stop_waiting() noexcept override { endpoint_->pacer().stop_waiting(); }
  std::unique_ptr<ByteSource> open_blob(const std::string& repository, const Descriptor& blob) override {
    return download_blob(endpoint_, blob_purpose(repository, blob.digest, false), blob);
  }
  UploadResult upload_blob(const std::string& repository, const Descriptor& blob, const SourceOpener& open,
                           const SentCallback& on_sent) override {
    const Purpose purpose = blob_purpose(repository, blob.digest, true);
    return upload_known_blob(*endpoint_, purpose, blob, open, on_sent,
                             [&](const Digest& digest) { return probe(purpose, digest); });
  }
  UploadResult upload_stream(const std::string& repository, std::string media_type, const SourceOpener& open,
                             const SentCallback& on_sent) override {
    const Purpose purpose{repository, "a layer", true};
    return upload_unknown_blob(*endpoint_, purpose, media_type, open, on_sent,
                               [&](const Digest& digest) { return probe(purpose, digest); });
  }

 private:
  bool probe(const Purpose& purpose, const Digest& digest);
  std::optional<RawManifest> fetch_manifest(const Reference& reference);
  std::optional<RawManifest> read_manifest(const Reference& reference, Endpoint::Reply& reply);
  void check_put(const Purpose& purpose, const RawManifest& manifest, Endpoint::Reply& reply);
  bool is_there(const Reference& reference, const RawManifest& manifest);

  std::shared_ptr<Endpoint> endpoint_;
};

void DistributionClient::ping() {
  const Purpose purpose{"", fmt::format("https://{}/v2/", endpoint_->host()), false};
  HttpRequest request;
  request.url = "/v2/";
  Endpoint::Reply reply = endpoint_->send_following(std::move(request), purpose);
  if (reply.response.status != 200) endpoint_->refuse(reply, purpose);
  if (content_type(reply.response) == "text/html") {
    throw RegistryError(200, {},
                        fmt::format("{} answered text/html; is this a registry?", redacted_url(reply.url.str())));
  }
}

bool DistributionClient::probe(const Purpose& purpose, const Digest& digest) {
  HttpRequest request;
  request.method = HttpMethod::head;
  request.url = fmt::format("/v2/{}/blobs/{}", purpose.repository, digest.str());
  Endpoint::Reply reply = endpoint_->send(request, purpose);
  const int status = reply.response.status;
  // A redirect leads to storage: the registry has it.
  if ((status >= 200 && status < 300) || (status >= 301 && status <= 308)) return true;
  if (status == 404) return false;
  request.method = HttpMethod::get;  // The answer to a HEAD has no body, and so no reason.
  request.headers = {{"Range", "bytes=0-0"}};
  reply = endpoint_->send(std::move(request), purpose);
  if (reply.response.status == 404) return false;
  if (reply.response.status < 400) return true;
  endpoint_->refuse(reply, purpose);
}

std::optional<Descriptor> DistributionClient::head_manifest(const Reference& reference) {
  const Purpose purpose = manifest_purpose(reference, false);
  HttpRequest request;
  request.method = HttpMethod::head;
  request.url = manifest_path(reference);
  request.headers = {{"Accept", accepted_types()}};
  Endpoint::Reply reply = endpoint_->send_following(std::move(request), purpose);
  if (reply.response.status == 404) return std::nullopt;
  const auto digest = content_digest(reply.response);
  const auto size = parse_unsigned(find_header(reply.response.headers, "Content-Length").value_or(""));
  const std::string type = content_type(reply.response);
  if (reply.response.status == 200 && digest && size && *size > 0 && !type.empty() && type != "text/html") {
    return descriptor_of(type, *digest, *size);
  }
  // A refusal without a reason, Artifactory's 403 for what is not there, a server without HEAD or without digests: GET
  // tells.
  const auto manifest = fetch_manifest(reference);
  if (!manifest) return std::nullopt;
  return descriptor_of(manifest->media_type, manifest->digest(), manifest->bytes.size());
}

std::optional<RawManifest> DistributionClient::fetch_manifest(const Reference& reference) {
  const Purpose purpose = manifest_purpose(reference, false);
  HttpRequest request;
  request.url = manifest_path(reference);
  request.headers = {{"Accept", accepted_types()}};
  auto operation = endpoint_->pacer().begin();
  while (true) {
    Endpoint::Reply reply = endpoint_->send_following(request, purpose);
    if (reply.response.status == 404) {
      const ErrorAnswer answer = endpoint_->read_answer(reply);
      log(LogLevel::debug, "{}: {}", purpose.what, answer.str());
      return std::nullopt;
    }
    if (reply.response.status != 200) endpoint_->refuse(reply, purpose);
    try {
      return read_manifest(reference, reply);
    } catch (const HttpError& error) {  // The body broke.
      if (!endpoint_->pacer().again(operation, endpoint_->host(), error.message(), tries_for(error))) throw;
    }
  }
}

std::optional<RawManifest> DistributionClient::read_manifest(const Reference& reference, Endpoint::Reply& reply) {
  const Purpose purpose = manifest_purpose(reference, false);
  RawManifest manifest;
  manifest.media_type = content_type(reply.response);
  if (manifest.media_type == "text/html") {
    throw RegistryError(200, {},
                        fmt::format("{} answered text/html; is this a registry?", redacted_url(reply.url.str())));
  }
  manifest.bytes = read_all(*reply.response.body, kMaxManifestSize, purpose.what);
  if (is_schema1(manifest.media_type)) return manifest;  // Its digest leaves out the signatures.
  const Digest actual = manifest.digest();
  const auto named = content_digest(reply.response);
  const auto& expected = reference.digest() ? reference.digest() : named;
  if ((expected && *expected != actual) || (named && *named != actual)) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} sent bytes with the digest {} for {}, announced as {}", reply.url.authority(),
                            actual.str(), purpose.what, (expected && *expected != actual ? *expected : *named).str()),
                "something between here and the registry changes bytes");
  }
  return manifest;
}

RawManifest DistributionClient::get_manifest(const Reference& reference) {
  auto manifest = fetch_manifest(reference);
  if (manifest) return std::move(*manifest);
  throw RegistryError(404, {"MANIFEST_UNKNOWN"},
                      fmt::format("{} does not have {}", registry(), manifest_name(reference)), ErrorKind::not_found);
}

bool DistributionClient::is_there(const Reference& reference, const RawManifest& manifest) {
  try {
    const auto there = head_manifest(reference);
    return there && there->digest == manifest.digest();
  } catch (const Error& error) {  // The first error is the one to show.
    if (error.kind() == ErrorKind::interrupted) throw;
    log(LogLevel::debug, "after a failed PUT: {}", error.message());
    return false;
  }
}

void DistributionClient::check_put(const Purpose& purpose, const RawManifest& manifest, Endpoint::Reply& reply) {
  const auto stored = content_digest(reply.response);
  if (stored && *stored != manifest.digest()) {
    throw Error(
        ErrorKind::corrupt,
        fmt::format("{} stored {} as {}, not as {}", registry(), purpose.what, stored->str(), manifest.digest().str()),
        "something between here and the registry changes bytes");
  }
  const ErrorAnswer answer = endpoint_->read_answer(reply);
  if (answer.html || !answer.codes.empty()) endpoint_->refuse(answer, purpose);
}

void DistributionClient::put_manifest(const Reference& reference, const RawManifest& manifest) {
  SIDECARCTL_CHECK(!reference.digest() || *reference.digest() == manifest.digest(),
                   "a manifest is put under its own digest");
  const Purpose purpose = manifest_purpose(reference, true);
  HttpRequest request;
  request.method = HttpMethod::put;
  request.url = manifest_path(reference);
  request.headers = {{"Content-Type", manifest.media_type}};
  request.body_size = manifest.bytes.size();
  request.body = [&] { return std::make_unique<StringSource>(manifest.bytes); };
  try {
    Endpoint::Reply reply = endpoint_->send(std::move(request), purpose);
    if (reply.response.status < 200 || reply.response.status >= 300) endpoint_->refuse(reply, purpose);
    check_put(purpose, manifest, reply);
  } catch (const Error& error) {
    // A lost reply, or a second PUT to an immutable tag: what is there now is what counts.
    if (!may_be_done(error) || !is_there(reference, manifest)) throw;
  }
}

}  // namespace

std::unique_ptr<RegistryClient> connect_registry(const std::string& registry, const RegistryContext& context) {
  return std::make_unique<DistributionClient>(std::make_shared<Endpoint>(registry, context));
}

}  // namespace sidecarctl
