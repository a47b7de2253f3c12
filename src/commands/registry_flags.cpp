// SPDX-License-Identifier: Apache-2.0
#include "commands/registry_flags.hpp"

#include "cli/checks.hpp"
#include "cli/console.hpp"
#include "http/transport.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <sys/stat.h>

#include <istream>
#include <utility>

namespace sidecarctl {

namespace {

constexpr const char* kGroup = "Registry";
constexpr const char* kConnectionGroup = "Connection";

/// A file that the user named is configuration: exit code 2, whatever keeps it from being read.
template <class Body>
auto as_config_error(const char* option, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const Error& error) {
    throw Error(ErrorKind::config, fmt::format("{}: {}", option, error.message()));
  }
}

std::optional<std::filesystem::path> readable_file(const char* option, const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  as_config_error(option, [&] {
    struct stat info {};
    if (::stat(name->c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
      throw Error(ErrorKind::config, fmt::format("'{}' is a folder, not a file", *name));
    }
    open_file(*name);
  });
  return *name;
}

/// One line: what `printf '%s' "$PASSWORD"`, `echo` and secret stores write.
std::string read_password(Env& env) {
  std::string password;
  for (char c = 0; env.input.get(c) && c != '\n';) {
    password += c;
    if (password.size() > kLongestPassword) {
      throw Error(ErrorKind::config, fmt::format("the password on stdin is longer than {} bytes", kLongestPassword));
    }
  }
  env.cancel.check();
  if (!password.empty() && password.back() == '\r') password.pop_back();
  if (!password.empty()) return password;
  throw Error(ErrorKind::config, "--password-stdin: there is no password on stdin",
              "pipe it in: printf '%s' \"$PASSWORD\" | sidecarctl ...");
}

std::string read_token(Env& env, const std::string& name) {
  const std::string text = as_config_error("--token-file", [&] { return read_file(name, kLargestTokenFile); });
  const std::string_view token = trim(text);
  if (token.empty()) throw Error(ErrorKind::config, fmt::format("--token-file: '{}' is empty", name));
  if (token.find_first_of("\r\n") != std::string_view::npos) {
    throw Error(ErrorKind::config, fmt::format("--token-file: '{}' has more than one line", name));
  }
  struct stat info {};
  if (::stat(name.c_str(), &info) == 0 && (info.st_mode & 077U) != 0) {
    env.console.warning(fmt::format("the token in '{}' can be read by other users; chmod 600 it", name));
  }
  return std::string(token);
}

}  // namespace

void RegistryFlags::declare(CLI::App& app) {
  declare_registry(app);
  app.add_option("--docker-host", docker_host_, "Docker Engine, like unix:///run/docker.sock (default: DOCKER_HOST)")
      ->type_name("URL")
      ->group(kGroup);
}

void RegistryFlags::declare_registry(CLI::App& app) {
  app.add_flag("--plain-http", plain_http_, "Speak HTTP without TLS")->group(kGroup);
  app.add_flag("--tls-verify", tls_verify_, "Check certificates; --tls-verify=false does not")->group(kGroup);
  app.add_option("--cacert", cacert_, "Certificates to trust besides the system's (PEM)")
      ->type_name("FILE")
      ->group(kGroup);
  app.add_option("--authfile", authfile_, "Credentials (default: those of docker and podman)")
      ->type_name("FILE")
      ->group(kGroup);
  app.add_option("-u,--username", username_, "User name")->type_name("NAME")->group(kGroup);
  CLI::Option* password =
      app.add_flag("--password-stdin", password_stdin_, "Read the password from stdin, one line")->group(kGroup);
  app.add_option("--token-file", token_file_, "A bearer token; with --username: the password")
      ->type_name("FILE")
      ->excludes(password)
      ->group(kGroup);
}

void RegistryFlags::declare_connection(CLI::App& app) {
  CLI::Option* cert = app.add_option("--cert", cert_, "Client certificate (PEM)");
  cert->type_name("FILE")->group(kConnectionGroup);
  app.add_option("--key", key_, "Its key (default: in the same file)")
      ->type_name("FILE")
      ->needs(cert)
      ->group(kConnectionGroup);
  app.add_option("--proxy", proxy_, "Proxy (default: https_proxy, no_proxy, ...)")
      ->type_name("URL")
      ->group(kConnectionGroup);
  app.add_option("--timeout", timeout_, "For the whole command (default: none)")
      ->type_name("TIME")
      ->check(check_positive_duration)
      ->group(kConnectionGroup);
  app.add_option("--retry-max-time", retry_max_time_, "How long one request is tried again")
      ->type_name("TIME")
      ->check(check_duration)
      ->group(kConnectionGroup);
  app.add_option("--helper-timeout", helper_timeout_, "For a credential helper")
      ->type_name("TIME")
      ->check(check_positive_duration)
      ->group(kConnectionGroup);
}

RegistryOptions RegistryFlags::resolve(Env& env, Use use) const {
  if (password_stdin_ && !username_) {
    throw Error(ErrorKind::usage, "--password-stdin needs --username");
  }
  if (use == Use::read && username_ && !password_stdin_ && !token_file_) {
    throw Error(ErrorKind::usage, "--username needs --password-stdin or --token-file",
                "or store the credentials once with 'sidecarctl login'");
  }
  RegistryOptions options;
  options.plain_http = plain_http_;
  options.tls_verify = tls_verify_;
  options.cacert = readable_file("--cacert", cacert_);
  options.cert = readable_file("--cert", cert_);
  options.key = readable_file("--key", key_);
  options.authfile = authfile_;
  if (use == Use::read) options.authfile = readable_file("--authfile", authfile_);
  options.username = username_;
  options.proxy = proxy_;
  options.retry_max_time = checked_duration(retry_max_time_);
  options.helper_timeout = checked_duration(helper_timeout_);
  if (timeout_) options.timeout = checked_duration(*timeout_);
  if (token_file_) options.token = read_token(env, *token_file_);
  if (password_stdin_) options.password = read_password(env);
  return options;
}

ImageAccess::ImageAccess(Env& env, const RegistryFlags& flags, RegistryFlags::Use use)
    : registry{flags.resolve(env, use),
               env.environment,
               env.console,
               env.clock,
               env.cancel,
               [cancel = &env.cancel](HttpOptions options) {
                 return make_curl_transport(std::move(options), *cancel);
               }},
      transport{registry, flags.docker_host()} {}

}  // namespace sidecarctl
