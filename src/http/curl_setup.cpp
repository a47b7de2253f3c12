// SPDX-License-Identifier: Apache-2.0
#include "http/curl_setup.hpp"

#include "http/http_error.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"
#include "util/version.hpp"

#include <fmt/format.h>

#include <fcntl.h>

#include <string>
#include <utility>

namespace sidecarctl::curl {

namespace {

/// The whole Mozilla bundle is 0.25 MiB.
constexpr std::uint64_t kMaxPemSize = 16ULL * 1024 * 1024;
/// Measured: 64 KiB, the default, halves the upload rate of a fast link.
constexpr long kUploadBufferSize = 2L * 1024 * 1024;
constexpr long kDownloadBufferSize = 128L * 1024;
constexpr long kKeepAliveSeconds = 30;
/// How long a server may take to answer `Expect: 100-continue` before the body is sent anyway.
constexpr long kExpectTimeoutMilliseconds = 1000;

std::string read_pem(const std::filesystem::path& path, std::string_view what) {
  try {
    std::string text = read_file(path, kMaxPemSize);
    if (text.find("-----BEGIN ") != std::string::npos) return text;
  } catch (const Error& error) {
    throw HttpError(HttpError::Reason::setup, ErrorKind::config,
                    fmt::format("cannot use the {} '{}': {}", what, path.string(), error.message()));
  }
  throw HttpError(HttpError::Reason::setup, ErrorKind::config,
                  fmt::format("the {} '{}' is not a PEM file", what, path.string()),
                  "convert it with: openssl x509 -inform der");
}

/// libcurl replaces the system's CAs by the file it is given; users expect theirs in addition.
std::optional<std::string> trusted_pem(const HttpOptions& options) {
  const auto variable = process_environment("SSL_CERT_FILE");
  if (!options.cacert && options.more_cacerts.empty() && !variable) return std::nullopt;
  std::string pem;
  if (options.cacert) pem += read_pem(*options.cacert, "CA file") + "\n";
  for (const auto& path : options.more_cacerts) pem += read_pem(path, "CA file") + "\n";
  const char* built_in = curl_version_info(CURLVERSION_NOW)->cainfo;
  const std::string system = variable.value_or(built_in != nullptr ? built_in : "");
  if (!system.empty()) pem += read_file_if_exists(system, kMaxPemSize).value_or("");
  return pem;
}

int close_on_exec(void*, curl_socket_t socket, curlsocktype) {
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  return CURL_SOCKOPT_OK;
}

void apply_tls(CURL* handle, const ConnectionSetup& setup) {
  const HttpOptions& options = setup.options;
  set_number(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  set_number(handle, CURLOPT_SSL_VERIFYPEER, options.verify_tls ? 1 : 0);
  set_number(handle, CURLOPT_SSL_VERIFYHOST, options.verify_tls ? 2 : 0);
  if (!options.verify_tls) {  // libcurl would read the bundle all the same.
    set_pointer(handle, CURLOPT_CAINFO, nullptr);
    set_pointer(handle, CURLOPT_CAPATH, nullptr);
  } else if (setup.trusted_pem)
    set_bytes(handle, CURLOPT_CAINFO_BLOB, *setup.trusted_pem);
  if (options.client_cert) {
    set_text(handle, CURLOPT_SSLCERT, options.client_cert->string());
    set_text(handle, CURLOPT_SSLKEY, options.client_key.value_or(*options.client_cert).string());
  }
}

void apply_proxy(CURL* handle, const HttpOptions& options, const Url& url) {
  if (options.unix_socket) {
    set_text(handle, CURLOPT_UNIX_SOCKET_PATH, options.unix_socket->string());
    set_text(handle, CURLOPT_PROXY, "");
    return;
  }
  set_text(handle, CURLOPT_PROXY, proxy_for(options, url).value_or(""));
  set_number(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
  set_number(handle, CURLOPT_HEADEROPT, CURLHEADER_SEPARATE);  // Our Authorization is not for the proxy.
}

}  // namespace

ConnectionSetup::ConnectionSetup(HttpOptions given)
    : options(std::move(given)), trusted_pem(curl::trusted_pem(options)) {
  // libcurl's message for a file that is not there is "could not load PEM client certificate"; say which and
  // why now.
  if (options.client_cert) read_pem(*options.client_cert, "client certificate");
  if (options.client_key) read_pem(*options.client_key, "client key");
}

std::optional<std::string> proxy_for(const HttpOptions& options, const Url& url) {
  if (options.unix_socket) return std::nullopt;
  if (options.proxy) return options.proxy->empty() ? std::nullopt : options.proxy;
  if (is_loopback_host(url.host)) return std::nullopt;  // As every Go client does; a proxy could not reach it anyway.
  // HTTP_PROXY in capitals is not read: in a CGI environment a remote client can set it.
  const auto names = url.scheme == "https"
                         ? std::vector<std::string>{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}
                         : std::vector<std::string>{"http_proxy", "all_proxy", "ALL_PROXY"};
  for (const std::string& name : names) {
    if (auto value = process_environment(name)) return value;
  }
  return std::nullopt;
}

void apply_connection(CURL* handle, const ConnectionSetup& setup, const Url& url) {
  set_number(handle, CURLOPT_NOSIGNAL, 1);
  set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set_number(handle, CURLOPT_FOLLOWLOCATION, 0);
  set_number(handle, CURLOPT_NETRC, CURL_NETRC_IGNORED);
  set_number(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1);
  set_number(handle, CURLOPT_PATH_AS_IS, 1);  // Signed upload URLs are kept byte for byte.
  set_number(handle, CURLOPT_QUICK_EXIT, 1);  // Ctrl-C does not wait for a name lookup.
  set_number(handle, CURLOPT_TCP_KEEPALIVE, 1);
  set_number(handle, CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
  set_number(handle, CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds);
  set_number(handle, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferSize);
  set_number(handle, CURLOPT_BUFFERSIZE, kDownloadBufferSize);
  set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(setup.options.connect_timeout.count()));
  set_text(handle, CURLOPT_USERAGENT, fmt::format("sidecarctl/{}", version()));
  set_callback(handle, CURLOPT_SOCKOPTFUNCTION, &close_on_exec);
  apply_tls(handle, setup);
  apply_proxy(handle, setup.options, url);
}

namespace {

void apply_method(CURL* handle, const HttpRequest& request) {
  const std::string name(to_string(request.method));
  if (request.body) {
    set_number(handle, CURLOPT_UPLOAD, 1);
    set_text(handle, CURLOPT_CUSTOMREQUEST, name);
    set_offset(handle, CURLOPT_INFILESIZE_LARGE, request.body_size ? static_cast<curl_off_t>(*request.body_size) : -1);
    return;
  }
  switch (request.method) {
    case HttpMethod::get: set_number(handle, CURLOPT_HTTPGET, 1); return;
    case HttpMethod::head: set_number(handle, CURLOPT_NOBODY, 1); return;
    case HttpMethod::del: set_text(handle, CURLOPT_CUSTOMREQUEST, name); return;
    case HttpMethod::put:
    case HttpMethod::post:
    case HttpMethod::patch:
      // With an explicit length of 0: some proxies answer 411 to a POST without one.
      set_number(handle, CURLOPT_POST, 1);
      set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, 0);
      set_text(handle, CURLOPT_COPYPOSTFIELDS, "");
      set_text(handle, CURLOPT_CUSTOMREQUEST, name);
      return;
  }
}

void add_header(HeaderList& list, const std::string& name, const std::string& value) {
  for (const char c : name + value) {
    if (c != '\r' && c != '\n' && c != '\0') continue;
    throw Error(ErrorKind::usage,
                fmt::format("the value for the header '{}' holds a line break", name));  // Would add headers.
  }
  list.add(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
}

}  // namespace

void apply_request(CURL* handle, const HttpRequest& request, const Url& url, HeaderList& headers) {
  set_text(handle, CURLOPT_URL, url.str());
  // Measured: over distance an HTTP/2 body is 5 to 17 times slower, held back by the server's flow-control
  // window.
  const bool http1 = request.body || url.scheme == "http";
  set_number(handle, CURLOPT_HTTP_VERSION, http1 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS);
  apply_method(handle, request);
  for (const auto& [name, value] : request.headers) add_header(headers, name, value);
  // libcurl would ask by itself for bodies above 1 MiB, and would name a form's type for a POST.
  headers.add(request.expect_continue ? "Expect: 100-continue" : "Expect:");
  if (!find_header(request.headers, "Content-Type")) headers.add("Content-Type:");
  set_number(handle, CURLOPT_EXPECT_100_TIMEOUT_MS, kExpectTimeoutMilliseconds);
  set_pointer(handle, CURLOPT_HTTPHEADER, headers.get());
}

}  // namespace sidecarctl::curl
