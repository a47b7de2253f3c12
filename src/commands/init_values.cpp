// SPDX-License-Identifier: Apache-2.0
#include "commands/init_values.hpp"

#include "cli/command.hpp"
#include "image/reference.hpp"
#include "scaffold/command_line.hpp"
#include "scaffold/quoting.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl {

namespace {

using scaffold::Values;
using scaffold::Words;

constexpr std::string_view kFirstTag = "0.1.0";
/// The last uid of Linux stands for "no change".
constexpr std::uint64_t kMaxUser = 4'294'967'294;
constexpr std::size_t kMaxVolumeName = 63;
constexpr std::size_t kMaxVolumes = 16;

void add_image(const std::string& text, Values& values) {
  const Reference image = Reference::parse(text);
  if (image.digest()) {
    throw Error(ErrorKind::usage, fmt::format("--image '{}' has a digest", escape_text(text)),
                "an image that will be built has a name and a tag");
  }
  if (image.tag() == "latest")
    throw Error(ErrorKind::usage, "--image has the tag 'latest', which Foundry never runs", "give it a version");
  std::string name = image.repository();
  constexpr std::string_view kLibrary = "library/";
  if (!image.has_explicit_registry() && name.starts_with(kLibrary) && !text.starts_with(kLibrary))
    name.erase(0, kLibrary.size());
  values["title"] = name.substr(name.rfind('/') + 1);
  values["name"] = std::move(name);
  values["registry"] = image.has_explicit_registry() ? image.registry() : "";
  values["tag"] = image.tag().value_or(std::string(kFirstTag));
}

void add_base(const std::string& base, Values& values) {
  if (base == "scratch") {
    throw Error(ErrorKind::usage, "--base scratch has neither a shell nor /etc/passwd to build on",
                "take a small base such as debian:12-slim");
  }
  static_cast<void>(Reference::parse(base));
  values["base"] = base;
}

void add_user(const std::string& user, Values& values) {
  const auto number = parse_unsigned(user);
  if (!number || *number == 0 || *number > kMaxUser || user[0] == '0') {
    throw Error(ErrorKind::usage, fmt::format("--user is '{}', which is no user id", escape_text(user)),
                "Foundry runs a numeric user that is not 0; 5001 is what it asks for");
  }
  values["user"] = user;
}

void add_volumes(std::vector<std::string> volumes, Values& values) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  if (volumes.size() > kMaxVolumes)
    throw Error(ErrorKind::usage, fmt::format("there are more than {} volumes", kMaxVolumes));
  for (const std::string& name : volumes) {
    const bool sound = !name.empty() && name.size() <= kMaxVolumeName &&
                       kLetters.find(name[0]) != std::string_view::npos &&
                       name.find_first_not_of(std::string(kLetters) + "0123456789-_") == std::string::npos;
    if (!sound) {
      throw Error(ErrorKind::usage, fmt::format("--volume '{}' is not the name of a volume", escape_text(name)),
                  "a letter, then letters, digits, '-' and '_', at most 63");
    }
    if (std::count(volumes.begin(), volumes.end(), name) > 1)
      throw Error(ErrorKind::usage, fmt::format("--volume '{}' stands twice", name));
  }
  if (volumes.empty()) volumes.emplace_back("shared");
  values["volume"] = volumes.front();
  values["volumes"] = std::move(volumes);
}

void add_command(const std::optional<std::string>& command, Values& values) {
  values["command"] = Words();
  values["shell"] = "";
  values["sample"] = command ? "" : "true";
  if (!command) return;
  scaffold::CommandLine line = scaffold::parse_command_line(*command);
  // Said here, where the option can be named, and not when a file is written.
  static_cast<void>(scaffold::double_quoted(*command));
  if (line.shell.empty()) {
    values["command"] = std::move(line.words);
  } else {
    values["shell"] = std::move(line.shell);
  }
}

void add_settings(const std::vector<std::string>& settings, Values& values) {
  for (const std::string& each : settings) {
    const std::size_t equals = each.find('=');
    const std::string name = each.substr(0, equals);
    if (equals == std::string::npos || name.empty()) {
      throw Error(ErrorKind::usage, fmt::format("--set is '{}', which is not NAME=VALUE", escape_text(each)));
    }
    if (values.count(name) != 0)
      throw Error(ErrorKind::usage, fmt::format("--set cannot change '{}'", escape_text(name)),
                  "it has an option of its own");
    values[name] = each.substr(equals + 1);
  }
}

}  // namespace

Values init_values(const InitRequest& request) {
  Values values;
  // What templates ask about, whether this one has it or not.
  for (const char* name : {"native", "python", "sh", "server", "program", "base"}) values[name] = "";
  for (const char* name : {"test", "drive", "build", "ship", "run", "pair"}) {
    const auto table = all_commands();
    const bool there =
        std::any_of(table.begin(), table.end(), [&](const CommandInfo* each) { return each->name == name; });
    values[std::string("command_") + name] = there ? "true" : "";
  }
  values["with_transform"] = request.with_transform ? "true" : "";
  add_image(request.image, values);
  if (request.base) add_base(*request.base, values);
  add_user(request.user.value_or("5001"), values);
  add_volumes(request.volumes, values);
  add_command(request.command, values);
  add_settings(request.settings, values);
  return values;
}

std::string image_name_of(const std::string& folder) {
  std::string name;
  for (const char c : to_lower(folder)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (letter) name += c;
    if (!letter && !name.empty() && name.back() != '-') name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  constexpr std::size_t kMaxName = 128;
  if (name.empty() || name.size() > kMaxName) return "my-sidecar";
  return name;
}

}  // namespace sidecarctl
