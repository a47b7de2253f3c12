// SPDX-License-Identifier: Apache-2.0
#include "registry/credential_file.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sidecarctl {

namespace {

/// docker's file also holds plugin settings and headers; real ones stay below 100 KiB.
constexpr std::uint64_t kMaxFileSize = 4ULL * 1024 * 1024;

std::string with_tilde(const std::filesystem::path& path, const Environment& environment) {
  const auto home = home_directory(environment);
  if (!home || home->empty()) return path.string();
  const std::string prefix = home->string() + "/";
  const std::string text = path.string();
  return text.starts_with(prefix) ? "~/" + text.substr(prefix.size()) : text;
}

CredentialPlace file_place(const std::filesystem::path& path, const Environment& environment) {
  return {path, "", with_tilde(path, environment), false, false};
}

std::optional<std::filesystem::path> docker_config(const Environment& environment) {
  if (auto folder = environment("DOCKER_CONFIG")) return std::filesystem::path(*folder) / "config.json";
  if (auto home = home_directory(environment)) return *home / ".docker" / "config.json";
  return std::nullopt;
}

std::optional<CredentialPlace> named_place(const RegistryOptions& options, const Environment& environment) {
  if (options.authfile) return CredentialPlace{*options.authfile, "", options.authfile->string(), false, true};
  if (auto path = environment("REGISTRY_AUTH_FILE")) return file_place(*path, environment);
  return std::nullopt;
}

constexpr std::array<std::string_view, 4> kHubNames{"docker.io", "index.docker.io", "registry-1.docker.io",
                                                    "registry.hub.docker.com"};

}  // namespace

std::vector<CredentialPlace> credential_places(const RegistryOptions& options, const Environment& environment) {
  if (auto place = named_place(options, environment)) return {*place};
  std::vector<CredentialPlace> places;
  if (auto text = environment("DOCKER_AUTH_CONFIG")) places.push_back({{}, *text, "$DOCKER_AUTH_CONFIG", false, true});
  if (auto path = docker_config(environment)) places.push_back(file_place(*path, environment));
  if (auto folder = environment("XDG_RUNTIME_DIR")) {
    places.push_back(file_place(std::filesystem::path(*folder) / "containers" / "auth.json", environment));
  }
  const auto home = home_directory(environment);
  if (auto folder = environment("XDG_CONFIG_HOME")) {
    places.push_back(file_place(std::filesystem::path(*folder) / "containers" / "auth.json", environment));
  } else if (home) {
    places.push_back(file_place(*home / ".config" / "containers" / "auth.json", environment));
  }
  if (home) {
    places.push_back(file_place(*home / ".dockercfg", environment));
    places.back().legacy = true;
  }
  return places;
}

CredentialPlace writable_place(const RegistryOptions& options, const Environment& environment) {
  if (auto place = named_place(options, environment)) {
    place->must_exist = false;
    return *place;
  }
  if (auto path = docker_config(environment)) return file_place(*path, environment);
  throw Error(ErrorKind::config, "there is no home folder to keep credentials in",
              "set HOME or DOCKER_CONFIG, or give --authfile");
}

std::vector<std::string> credential_keys(std::string_view registry, std::string_view repository) {
  std::vector<std::string> keys;
  std::string key(registry);
  keys.push_back(key);
  if (!repository.empty()) {
    for (const std::string& part : split(repository, '/')) {
      key += "/" + part;
      keys.push_back(key);
    }
  }
  std::reverse(keys.begin(), keys.end());
  return keys;
}

std::string normalised_key(std::string_view key) {
  bool host_only = false;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!key.starts_with(scheme)) continue;
    key.remove_prefix(scheme.size());
    host_only = true;  // Keys with a scheme are docker's old ones, and their path means nothing.
  }
  while (key.ends_with('/')) key.remove_suffix(1);
  if (key.ends_with("/v1") || key.ends_with("/v2")) key.remove_suffix(3);
  std::string host = to_lower(key.substr(0, key.find('/')));
  const std::string_view path = host_only ? std::string_view() : key.substr(std::min(host.size(), key.size()));
  if (std::find(kHubNames.begin(), kHubNames.end(), host) != kHubNames.end()) host = "docker.io";
  return host + std::string(path);
}

std::string server_name(const std::string& registry) {
  return registry == "docker.io" ? "https://index.docker.io/v1/" : registry;
}

void CredentialFile::fail(const std::string& problem) const {
  throw Error(ErrorKind::config, fmt::format("{}: {}", place_.shown, problem), "correct it, or log in again");
}

CredentialFile CredentialFile::read(const CredentialPlace& place) {
  CredentialFile file(place);
  try {
    std::string content = place.text;
    if (!place.path.empty()) {
      auto found = read_file_if_exists(place.path, kMaxFileSize);
      if (!found && place.must_exist) throw Error(ErrorKind::config, fmt::format("there is no file '{}'", place.shown));
      content = found.value_or("");
    }
    if (trim(content).empty()) return file;
    parse_json(content, place.shown);  // Bounds the nesting, and has the better message.
    file.document_ = OrderedJson::parse(content);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::config) throw;
    throw Error(ErrorKind::config, fmt::format("cannot read credentials: {}", error.message()));
  } catch (const nlohmann::json::exception&) {
    file.fail("is not valid JSON");
  }
  if (!file.document_.is_object()) file.fail("is not a JSON object");
  return file;
}

const OrderedJson* CredentialFile::section(const char* name) const {
  if (place_.legacy) return std::string_view(name) == "auths" ? &document_ : nullptr;
  const auto at = document_.find(name);
  if (at == document_.end() || at->is_null()) return nullptr;
  if (!at->is_object()) fail(fmt::format("'{}' is not an object", name));
  return &*at;
}

const OrderedJson* CredentialFile::find(const OrderedJson& section, const std::vector<std::string>& keys) const {
  for (const std::string& key : keys) {
    if (const auto exact = section.find(key); exact != section.end()) return &*exact;
    for (const auto& [name, value] : section.items()) {
      if (normalised_key(name) == key) return &value;
    }
  }
  return nullptr;
}

std::optional<std::string> CredentialFile::helper(const std::vector<std::string>& keys) const {
  const OrderedJson* helpers = section("credHelpers");
  const OrderedJson* value = helpers == nullptr ? nullptr : find(*helpers, keys);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) fail("'credHelpers' has a value that is not a string");
  const auto name = value->get<std::string>();
  return name.empty() ? std::nullopt : std::optional(name);  // "" switches the default helper off (docker).
}

std::optional<std::string> CredentialFile::default_helper() const {
  if (place_.legacy) return std::nullopt;
  std::string name = text(document_, "credsStore");
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

std::string CredentialFile::text(const OrderedJson& object, const char* name) const {
  const auto at = object.find(name);
  if (at == object.end() || at->is_null()) return "";
  if (!at->is_string()) fail(fmt::format("'{}' is not a string", name));
  return at->get<std::string>();
}

Credential CredentialFile::decode(const OrderedJson& value) const {
  if (!value.is_object()) fail("'auths' has a value that is not an object");
  Credential credential;
  credential.username = text(value, "username");
  credential.password = text(value, "password");
  credential.identity_token = text(value, "identitytoken");
  credential.bearer_token = text(value, "registrytoken");
  if (const std::string auth = text(value, "auth"); !auth.empty()) {
    const auto decoded = base64_decode(trim(auth));
    const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos) fail("an 'auth' is not the base64 of 'user:password'");
    credential.username = decoded->substr(0, colon);
    credential.password = decoded->substr(colon + 1);
    while (credential.password.ends_with('\0')) credential.password.pop_back();  // Old docker padded with zeros.
  }
  return credential;
}

std::optional<Credential> CredentialFile::entry(const std::vector<std::string>& keys) const {
  const OrderedJson* auths = section("auths");
  if (auths == nullptr) return std::nullopt;
  for (const std::string& key : keys) {
    const OrderedJson* value = find(*auths, {key});
    if (value == nullptr) continue;
    // docker leaves an empty entry behind when a helper keeps the secret.
    Credential credential = decode(*value);
    const bool empty =
        credential.password.empty() && credential.identity_token.empty() && credential.bearer_token.empty();
    if (!empty) return credential;
  }
  return std::nullopt;
}

bool CredentialFile::has_entry(const std::vector<std::string>& keys) const {
  const OrderedJson* auths = section("auths");
  return auths != nullptr && find(*auths, keys) != nullptr;
}

void CredentialFile::set_entry(const std::string& key, const Credential* credential) {
  section("auths");  // Throws if it is not an object.
  OrderedJson& auths = document_["auths"];
  if (auths.is_null()) auths = OrderedJson::object();
  OrderedJson value = OrderedJson::object();
  if (credential != nullptr) {
    value["auth"] = base64_encode(credential->username + ":" + credential->password);
    if (!credential->identity_token.empty()) value["identitytoken"] = credential->identity_token;
  }
  auths[key] = std::move(value);
}

bool CredentialFile::remove_entries(const std::vector<std::string>& keys) {
  if (section("auths") == nullptr) return false;
  OrderedJson& auths = document_["auths"];
  std::vector<std::string> names;
  for (const auto& [name, value] : auths.items()) {
    if (std::find(keys.begin(), keys.end(), normalised_key(name)) != keys.end()) names.push_back(name);
  }
  for (const std::string& name : names) auths.erase(name);
  return !names.empty();
}

void CredentialFile::write() const {
  std::error_code code;
  std::filesystem::path path = place_.path;
  if (std::filesystem::is_symlink(path, code)) {  // People link to their dotfiles.
    path = std::filesystem::canonical(path, code);
    if (code) fail(fmt::format("leads nowhere: {}", code.message()));
  }
  if (path.has_parent_path() && !std::filesystem::exists(path.parent_path(), code)) {
    std::filesystem::create_directories(path.parent_path(), code);
    if (code) throw_file_error("create", path.parent_path(), code.value());
    std::filesystem::permissions(path.parent_path(), std::filesystem::perms::owner_all, code);
  }
  write_file_atomically(path, document_.dump(1, '\t', false, OrderedJson::error_handler_t::replace) + "\n", 0600);
}

}  // namespace sidecarctl
