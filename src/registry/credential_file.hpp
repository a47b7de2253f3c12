// SPDX-License-Identifier: Apache-2.0
// docker's config.json, podman's auth.json and docker's old .dockercfg, as files: where they are, what they hold.
#pragma once

#include "registry/credentials.hpp"
#include "util/json.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// One place to look for credentials.
struct CredentialPlace {
  std::filesystem::path path;  ///< Empty: `text` holds the document.
  std::string text;
  std::string shown;        ///< For people: "~/.docker/config.json", "$DOCKER_AUTH_CONFIG".
  bool legacy = false;      ///< .dockercfg: the `auths` object is the document itself.
  bool must_exist = false;  ///< The user named it.
};

/// Where to look, in order. A file that the user names (--authfile, $REGISTRY_AUTH_FILE) is the only place.
std::vector<CredentialPlace> credential_places(const RegistryOptions& options, const Environment& environment);

/// The file that login and logout change.
CredentialPlace writable_place(const RegistryOptions& options, const Environment& environment);

/// The keys under which credentials of registry/repository may stand, longest first: "host/team/app", "host/team",
/// "host".
std::vector<std::string> credential_keys(std::string_view registry, std::string_view repository);

/// A key of a file as credential_keys writes it: without scheme, /v1/ and the like; the hub's names become docker.io.
std::string normalised_key(std::string_view key);

/// The name under which docker and its helpers know a registry: the hub is "https://index.docker.io/v1/".
std::string server_name(const std::string& registry);

/// A document, taken apart only as far as needed. Throws Error{config} naming the place for anything that is not as it
/// must be.
class CredentialFile {
 public:
  /// An absent file is an empty one, unless it must exist.
  static CredentialFile read(const CredentialPlace& place);

  /// Of `credHelpers`, for the longest of `keys`.
  std::optional<std::string> helper(const std::vector<std::string>& keys) const;
  /// `credsStore`.
  std::optional<std::string> default_helper() const;
  /// An entry of `auths` with content.
  std::optional<Credential> entry(const std::vector<std::string>& keys) const;
  bool has_entry(const std::vector<std::string>& keys) const;

  /// Sets or removes an entry; `write` then replaces the file, mode 0600, every other key as it was.
  void set_entry(const std::string& key, const Credential* credential);
  bool remove_entries(const std::vector<std::string>& keys);
  void write() const;

 private:
  explicit CredentialFile(const CredentialPlace& place) : place_(place), document_(OrderedJson::object()) {}
  const OrderedJson* section(const char* name) const;
  const OrderedJson* find(const OrderedJson& section, const std::vector<std::string>& keys) const;
  Credential decode(const OrderedJson& value) const;
  std::string text(const OrderedJson& object, const char* name) const;
  [[noreturn]] void fail(const std::string& problem) const;

  CredentialPlace place_;
  OrderedJson document_;
};

}  // namespace sidecarctl
