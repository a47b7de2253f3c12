// SPDX-License-Identifier: Apache-2.0
#include "registry/credentials.hpp"

#include "registry/credential_file.hpp"
#include "registry/credential_helper.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <utility>

namespace sidecarctl {

namespace {

std::optional<Credential> from_options(const RegistryOptions& options) {
  Credential credential;
  if (options.username) {
    const auto& secret = options.password ? options.password : options.token;
    if (!secret) {
      throw Error(ErrorKind::usage, "--username needs a password", "give it with --password-stdin or --token-file");
    }
    credential.username = *options.username;
    credential.password = *secret;
    credential.from = options.password ? "--username" : "--username and --token-file";
    return credential;
  }
  if (!options.token) return std::nullopt;
  credential.bearer_token = *options.token;
  credential.from = "--token-file";
  return credential;
}

std::optional<Credential> from_helper(const std::string& name, const std::string& server, const std::string& shown,
                                      const RegistryOptions& options, const CancelToken& cancel) {
  auto credential = CredentialHelper(name, shown, options.helper_timeout).get(server, cancel);
  if (credential) credential->from = fmt::format("{} (helper '{}')", shown, name);
  return credential;
}

/// credHelpers, then auths with content, then credsStore: as docker does.
std::optional<Credential> from_place(const CredentialPlace& place, const std::string& registry,
                                     const std::vector<std::string>& keys, const RegistryOptions& options,
                                     const CancelToken& cancel) {
  const CredentialFile file = CredentialFile::read(place);
  const std::string server = server_name(registry);
  if (const auto helper = file.helper(keys)) return from_helper(*helper, server, place.shown, options, cancel);
  if (auto credential = file.entry(keys)) {
    credential->from = place.shown;
    return credential;
  }
  if (const auto helper = file.default_helper()) return from_helper(*helper, server, place.shown, options, cancel);
  return std::nullopt;
}

std::optional<std::string> helper_for(const CredentialFile& file, const std::string& registry) {
  if (auto helper = file.helper({registry})) return helper;
  return file.default_helper();
}

}  // namespace

std::optional<Credential> find_credential(const std::string& registry, const std::string& repository,
                                          const RegistryOptions& options, const Environment& environment,
                                          const CancelToken& cancel) {
  if (auto credential = from_options(options)) return credential;
  const auto keys = credential_keys(registry, repository);
  for (const CredentialPlace& place : credential_places(options, environment)) {
    if (auto credential = from_place(place, registry, keys, options, cancel)) return credential;
  }
  return std::nullopt;
}

std::string credential_places_text(const RegistryOptions& options, const Environment& environment) {
  std::vector<std::string> names;
  for (const CredentialPlace& place : credential_places(options, environment)) names.push_back(place.shown);
  return names.empty() ? "no place: there is no home folder" : join(names, ", ");
}

std::string store_credential(const std::string& registry, const Credential& credential, const RegistryOptions& options,
                             const Environment& environment, const CancelToken& cancel) {
  const CredentialPlace place = writable_place(options, environment);
  CredentialFile file = CredentialFile::read(place);
  const std::string server = server_name(registry);
  if (const auto helper = helper_for(file, registry)) {
    CredentialHelper(*helper, place.shown, options.helper_timeout).store(server, credential, cancel);
    file.remove_entries({registry});  // A secret of an earlier login must not stay behind in the file.
    file.set_entry(server, nullptr);
    file.write();
    return fmt::format("{} (helper '{}')", place.shown, *helper);
  }
  file.remove_entries({registry});
  file.set_entry(server, &credential);
  file.write();
  return place.shown;
}

bool erase_credential(const std::string& registry, const RegistryOptions& options, const Environment& environment,
                      const CancelToken& cancel) {
  const CredentialPlace place = writable_place(options, environment);
  CredentialFile file = CredentialFile::read(place);
  bool erased = false;
  if (const auto name = helper_for(file, registry)) {
    const CredentialHelper helper(*name, place.shown, options.helper_timeout);
    const std::string server = server_name(registry);
    if (helper.get(server, cancel)) {
      helper.erase(server, cancel);
      erased = true;
    }
  }
  if (file.remove_entries({registry})) {
    file.write();
    erased = true;
  }
  return erased;
}

}  // namespace sidecarctl
