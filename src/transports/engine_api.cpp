// SPDX-License-Identifier: Apache-2.0
#include "transports/engine_api.hpp"

#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl {

namespace {

// `docker inspect` of an image with hundreds of layers has some 100 KiB.
constexpr std::uint64_t kMaxAnswer = 8ULL * 1024 * 1024;
constexpr std::size_t kMaxErrorBody = 64 * 1024;
// An export is written to disk by the engine before its first byte is sent: minutes for a large image.
constexpr std::chrono::minutes kExportPatience{30};

/// The engine's own words: {"message": ...} (Docker) or {"cause", "message"} (podman).
std::string message_of(const HttpResponse& response) {
  const std::string text = read_up_to(*response.body, kMaxErrorBody);
  try {
    const Json document = parse_json(text, "the answer");
    if (auto message = JsonReader(document, "the answer").optional_string("message")) return *message;
  } catch (const Error&) {
    // Not JSON: a proxy, or something that is no engine.
  }
  return std::string(trim(text));
}

HttpOptions options_of(const EngineEndpoint& endpoint) {
  HttpOptions options;
  options.unix_socket = endpoint.unix_socket;
  options.cacert = endpoint.cacert;
  options.client_cert = endpoint.cert;
  options.client_key = endpoint.key;
  options.verify_tls = endpoint.verify_tls;
  if (endpoint.unix_socket) options.proxy = "";  // A proxy of the environment is not for a local socket.
  return options;
}

}  // namespace

ApiVersion ApiVersion::parse(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return {};
  const auto major = parse_unsigned(text.substr(0, dot));
  const auto minor = parse_unsigned(text.substr(dot + 1));
  if (!major || !minor || *major > 1000 || *minor > 100000) return {};
  return ApiVersion{static_cast<unsigned>(*major), static_cast<unsigned>(*minor)};
}

std::string ApiVersion::str() const {
  return fmt::format("{}.{}", major, minor);
}

EngineApi::EngineApi(const EngineEndpoint& endpoint, std::string engine, const TransportFactory& make_transport)
    : engine_(std::move(engine)),
      shown_(endpoint.shown),
      base_url_(endpoint.base_url),
      http_(make_transport(options_of(endpoint))) {
  try {
    ping();
  } catch (Error& error) {
    if (error.kind() == ErrorKind::denied) {
      error.set_hint(
          fmt::format("add your user to the group that owns the socket (usermod -aG docker USER), or name "
                      "another engine with --docker-host"));
    }
    error.add_context(fmt::format("while asking {} at {}", engine_, shown_));
    throw;
  }
}

void EngineApi::ping() {
  const HttpResponse response = send(HttpMethod::get, "/_ping");
  const auto newest = find_header(response.headers, "Api-Version");
  const auto libpod = find_header(response.headers, "Libpod-API-Version");
  if (libpod && libpod->find_first_not_of("0123456789.") == std::string::npos) libpod_version_ = *libpod;
  if (response.status != 200 || !newest) {
    throw Error(ErrorKind::tool, fmt::format("'{}' answered {} to a ping and names no API version: not {}", shown_,
                                             response.status, engine_));
  }
  const ApiVersion offered = ApiVersion::parse(*newest);
  if (offered == ApiVersion{}) {
    throw Error(ErrorKind::tool, fmt::format("{} names the API version '{}', which is none", engine_,
                                             shorten(escape_text(*newest), 40)));
  }
  version_ = std::min(offered, kNewestApi);
}

HttpResponse EngineApi::send(HttpMethod method, const std::string& path, const std::string& body) const {
  HttpRequest request;
  request.method = method;
  // What is made must be known, or nobody could remove it: an engine goes on with a request that was dropped.
  request.even_if_cancelled = method == HttpMethod::del || method == HttpMethod::post;
  const std::string version = path.starts_with("/libpod/") ? libpod_version_ : version_.str();
  request.url = base_url_ + (version_ == ApiVersion{} ? "" : "/v" + version) + path;
  request.idle_timeout = kExportPatience;
  if (!body.empty()) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = [body] { return std::make_unique<StringSource>(body); };
    request.body_size = body.size();
  }
  return http_->send(request);
}

HttpResponse EngineApi::get(const std::string& path) const {
  return send(HttpMethod::get, path);
}

HttpResponse EngineApi::head(const std::string& path) const {
  return send(HttpMethod::head, path);
}

void EngineApi::check(const HttpResponse& response, std::string_view doing) const {
  if (response.status >= 200 && response.status < 300) return;
  const std::string said = shorten(message_of(response), 500);
  const ErrorKind kind = response.status == 404 ? ErrorKind::not_found : ErrorKind::tool;
  throw Error(kind, fmt::format("{} answered {} while {}: {}", engine_, response.status, doing, said));
}

std::optional<Json> EngineApi::get_json(const std::string& path) const {
  const HttpResponse response = send(HttpMethod::get, path);
  if (response.status == 404) return std::nullopt;
  check(response, "reading " + path.substr(0, path.find('?')));
  return parse_json(read_all(*response.body, kMaxAnswer, "the answer of " + engine_), "the answer of " + engine_);
}

Json EngineApi::post_json(const std::string& path, const Json& body) const {
  const HttpResponse response = send(HttpMethod::post, path, dump_json(body));
  check(response, "posting to " + path.substr(0, path.find('?')));
  return parse_json(read_all(*response.body, kMaxAnswer, "the answer of " + engine_), "the answer of " + engine_);
}

void EngineApi::remove(const std::string& path) const {
  check(send(HttpMethod::del, path), "deleting " + path.substr(0, path.find('?')));
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kUnreserved = "-._~";
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kUnreserved.find(c) != std::string_view::npos;
    if (plain) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

}  // namespace sidecarctl
