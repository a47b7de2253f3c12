// SPDX-License-Identifier: Apache-2.0
#include "registry/credential_helper.hpp"

#include "registry/answer.hpp"
#include "util/error.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"
#include "util/subprocess.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sidecarctl {

namespace {

constexpr std::uint64_t kMaxAnswer = 64 * 1024;
constexpr std::size_t kMaxWords = 300;
/// The protocol has no status for this: helpers say this sentence, on stdout, with exit code 1.
constexpr std::string_view kNotFound = "credentials not found in native keychain";
/// The user name that marks an identity token.
constexpr std::string_view kTokenUser = "<token>";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

CredentialHelper::CredentialHelper(std::string name, std::string named_in, std::chrono::milliseconds time_limit)
    : name_(std::move(name)), named_in_(std::move(named_in)), time_limit_(time_limit) {
  if (!name_.empty() && std::all_of(name_.begin(), name_.end(), is_name_character)) return;
  throw Error(ErrorKind::config,
              fmt::format("{} names the credential helper '{}', which is not a name", named_in_, name_));
}

CredentialHelper::Answer CredentialHelper::call(const std::string& verb, const std::string& input,
                                                const CancelToken& cancel) const {
  CommandLine command;
  command.argv = {"docker-credential-" + name_, verb};
  command.input = input;
  command.time_limit = time_limit_;
  command.output_limit = kMaxAnswer;
  try {
    CommandResult result = run_command(command, cancel);
    const std::string_view said =
        trim(result.output).empty() || result.exit_code == 0 ? result.error_output : result.output;
    return {result.exit_code, std::move(result.output), one_line(said, kMaxWords)};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    if (error.kind() == ErrorKind::not_found) {
      throw Error(
          ErrorKind::tool,
          fmt::format("the credential helper 'docker-credential-{}' is not installed; {} names it", name_, named_in_),
          "install it, or take its name out of that file, or give --username and --password-stdin");
    }
    Error failure(ErrorKind::tool, fmt::format("credential helper: {}", error.message()));
    if (error.kind() == ErrorKind::timeout)
      failure.set_hint("it may be waiting for a passphrase; unlock it first, or raise --helper-timeout");
    throw failure;
  }
}

void CredentialHelper::fail(const std::string& verb, const std::string& words) const {
  throw Error(ErrorKind::tool, fmt::format("the credential helper 'docker-credential-{} {}' failed: {}", name_, verb,
                                           words.empty() ? "it said nothing" : words));
}

std::optional<Credential> CredentialHelper::get(const std::string& server, const CancelToken& cancel) const {
  const Answer answer = call("get", server, cancel);
  if (answer.exit_code != 0) {
    if (trim(answer.output) == kNotFound) return std::nullopt;
    fail("get", answer.words);
  }
  const std::string what = fmt::format("the answer of the credential helper '{}'", name_);
  try {
    const Json json = parse_json(answer.output, what);
    const JsonReader body(json, what);
    Credential credential;
    credential.username = body.string_or("Username", "");
    const std::string secret = body.string_or("Secret", "");
    if (credential.username.empty() && secret.empty()) return std::nullopt;
    if (credential.username == kTokenUser) {
      credential.username.clear();
      credential.identity_token = secret;
    } else {
      credential.password = secret;
    }
    return credential;
  } catch (const Error&) {
    // The library's message could quote a piece of the secret.
    throw Error(ErrorKind::tool, fmt::format("{} is not the JSON it must be", what));
  }
}

void CredentialHelper::store(const std::string& server, const Credential& credential, const CancelToken& cancel) const {
  const bool token = !credential.identity_token.empty();
  const Json body = {{"ServerURL", server},
                     {"Username", token ? std::string(kTokenUser) : credential.username},
                     {"Secret", token ? credential.identity_token : credential.password}};
  const Answer answer = call("store", dump_json(body), cancel);
  if (answer.exit_code != 0) fail("store", answer.words);
}

void CredentialHelper::erase(const std::string& server, const CancelToken& cancel) const {
  const Answer answer = call("erase", server, cancel);
  if (answer.exit_code != 0 && trim(answer.output) != kNotFound) fail("erase", answer.words);
}

}  // namespace sidecarctl
