// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/options.hpp"

#include "entrypoint/values.hpp"
#include "protocol/names.hpp"

namespace sidecarctl::entrypoint {
namespace {

using Setter = bool (*)(Options& options, std::string_view value);

bool is_volume_name(std::string_view name) noexcept {
  return !name.empty() && name.size() < 256 && name[0] != '.' &&
         name.find_first_of("/{}:,\n") == std::string_view::npos;
}

/// A name below the documented root, or the path of a folder, whose last part is its name.
bool add_volume(Options& options, std::string_view value) {
  while (value.size() > 1 && value.ends_with('/')) value.remove_suffix(1);
  const bool is_path = value.starts_with('/');
  const std::string_view name = is_path ? value.substr(value.rfind('/') + 1) : value;
  if (!is_volume_name(name)) return false;
  options.volumes.push_back(
      {std::string(name), is_path ? std::string(value) : std::string(protocol::kVolumeRoot) + std::string(name)});
  return true;
}

bool add_volumes(Options& options, std::string_view value) {
  while (true) {
    const std::size_t comma = value.find(',');
    if (!add_volume(options, value.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    value.remove_prefix(comma + 1);
  }
}

bool set_on_restart(Options& options, std::string_view value) {
  if (value == "fail") options.on_restart = OnRestart::fail;
  if (value == "rerun") options.on_restart = OnRestart::rerun;
  if (value == "wait") options.on_restart = OnRestart::wait;
  return value == "fail" || value == "rerun" || value == "wait";
}

bool set_loop(Options& options, std::string_view value) {
  options.loop = value == "1" || value == "true";
  return options.loop || value == "0" || value == "false";
}

bool set_shell(Options& options, std::string_view value) {
  options.shell = true;
  options.shell_command = value;
  return !value.empty();
}

struct Known {
  std::string_view name;
  const char* variable;  ///< nullptr: command line only.
  bool takes_value;
  Setter set;
  std::string_view wanted;
};

constexpr std::string_view kDuration = "a duration such as 500ms, 30s, 10m or 2h (0: none)";

constexpr Known kKnown[] = {
    {"--volume", "SIDECAR_ENTRYPOINT_VOLUME", true, add_volumes, "the name of a volume, or the path of its folder"},
    {"--loop", "SIDECAR_ENTRYPOINT_LOOP", false, set_loop, "true or false"},
    {"--on-restart", "SIDECAR_ENTRYPOINT_ON_RESTART", true, set_on_restart, "fail, rerun or wait"},
    {"--timeout", "SIDECAR_ENTRYPOINT_TIMEOUT", true,
     [](Options& o, std::string_view v) { return parse_duration(v, o.timeout); }, kDuration},
    {"--start-timeout", "SIDECAR_ENTRYPOINT_START_TIMEOUT", true,
     [](Options& o, std::string_view v) { return parse_duration(v, o.start_timeout); }, kDuration},
    {"--close-timeout", "SIDECAR_ENTRYPOINT_CLOSE_TIMEOUT", true,
     [](Options& o, std::string_view v) { return parse_duration(v, o.close_timeout); }, kDuration},
    {"--grace", "SIDECAR_ENTRYPOINT_GRACE", true,
     [](Options& o, std::string_view v) { return parse_duration(v, o.grace); }, kDuration},
    {"--heartbeat", "SIDECAR_ENTRYPOINT_HEARTBEAT", true,
     [](Options& o, std::string_view v) { return parse_duration(v, o.heartbeat); }, kDuration},
    {"--log-limit", "SIDECAR_ENTRYPOINT_LOG_LIMIT", true,
     [](Options& o, std::string_view v) { return parse_size(v, o.log_limit); },
     "a size such as 500k, 64Mi or 1G (0: no log file)"},
    {"--umask", "SIDECAR_ENTRYPOINT_UMASK", true,
     [](Options& o, std::string_view v) { return parse_umask(v, o.umask); }, "three or four octal digits such as 022"},
    {"--shell", nullptr, true, set_shell, "a command line for /bin/sh"},
};

std::string wrong_value(std::string_view name, std::string_view value, const Known& known) {
  return std::string(name) + " needs " + std::string(known.wanted) + ", not '" + std::string(value) + "'";
}

const Known* find_known(std::string_view name) noexcept {
  for (const Known& known : kKnown) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

std::string read_environment(Lookup lookup, Options& options) {
  for (const Known& known : kKnown) {
    const char* value = known.variable == nullptr ? nullptr : lookup(known.variable);
    if (value == nullptr || *value == '\0') continue;
    if (!known.set(options, value)) return wrong_value(known.variable, value, known);
  }
  return {};
}

/// Reads the option at argv[at] and moves `at` behind it.
std::string read_option(int argc, const char* const* argv, int& at, Options& options) {
  std::string_view name = argv[at++];
  std::string_view value = "true";
  const std::size_t equals = name.find('=');
  const bool joined = equals != std::string_view::npos;
  if (joined) {
    value = name.substr(equals + 1);
    name = name.substr(0, equals);
  }
  const Known* known = find_known(name);
  if (known == nullptr) return "unknown option '" + std::string(name) + "'";
  if (known->takes_value && !joined) {
    if (at >= argc) return std::string(name) + " needs " + std::string(known->wanted);
    value = argv[at++];
  }
  return known->set(options, value) ? std::string() : wrong_value(name, value, *known);
}

std::string read_arguments(int argc, const char* const* argv, Options& options) {
  int at = 1;
  while (at < argc) {
    const std::string_view word = argv[at];
    options.version = options.version || word == "--version";
    options.help = options.help || word == "--help";
    if (options.version || options.help) return {};
    if (word == "--") ++at;
    if (word == "--" || !word.starts_with("-")) break;
    if (std::string fault = read_option(argc, argv, at, options); !fault.empty()) return fault;
  }
  for (; at < argc; ++at) options.command.emplace_back(argv[at]);
  return options.command.empty() && !options.shell ? "no command was given" : "";
}

std::string same_name_twice(const std::vector<Volume>& volumes) {
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (volumes[i].name == volumes[j].name) return "the volume '" + volumes[i].name + "' was given twice";
    }
  }
  return {};
}

}  // namespace

std::string parse_options(int argc, const char* const* argv, Lookup lookup, Options& options) {
  if (std::string fault = read_arguments(argc, argv, options); !fault.empty() || options.version || options.help)
    return fault;
  // The environment sets what the command line left alone, so it goes first; lists are not added up.
  Options merged;
  if (std::string fault = read_environment(lookup, merged); !fault.empty()) return fault;
  if (!options.volumes.empty()) merged.volumes.clear();
  if (std::string fault = read_arguments(argc, argv, merged); !fault.empty()) return fault;
  const char* shared = lookup("SHARED_DIR");
  if (merged.volumes.empty() && shared != nullptr && *shared != '\0' && !add_volume(merged, shared)) {
    return "SHARED_DIR must be the path of the volume, not '" + std::string(shared) + "'";
  }
  if (merged.volumes.empty()) add_volume(merged, "shared");
  options = static_cast<Options&&>(merged);
  return same_name_twice(options.volumes);
}

std::string expand_volumes(std::string_view text, const std::vector<Volume>& volumes, std::string& expanded) {
  static constexpr std::string_view kShared = "{shared}";
  static constexpr std::string_view kVolume = "{volume:";
  expanded.clear();
  while (!text.empty()) {
    const std::size_t brace = text.find('{');
    expanded.append(text.substr(0, brace));
    if (brace == std::string_view::npos) break;
    text.remove_prefix(brace);
    if (text.starts_with(kShared)) {
      expanded += volumes.front().path;
      text.remove_prefix(kShared.size());
      continue;
    }
    const std::size_t end = text.starts_with(kVolume) ? text.find('}') : std::string_view::npos;
    if (end == std::string_view::npos) {
      expanded += '{';
      text.remove_prefix(1);
      continue;
    }
    const std::string_view name = text.substr(kVolume.size(), end - kVolume.size());
    const Volume* found = nullptr;
    for (const Volume& volume : volumes) found = volume.name == name ? &volume : found;
    if (found == nullptr) return "there is no volume '" + std::string(name) + "'; name it with --volume";
    expanded += found->path;
    text.remove_prefix(end + 1);
  }
  return {};
}

std::string build_command(const Options& options, std::vector<std::string>& argv) {
  argv.clear();
  std::string expanded;
  if (options.shell) {
    if (std::string fault = expand_volumes(options.shell_command, options.volumes, expanded); !fault.empty())
      return fault;
    argv = {"/bin/sh", "-c", expanded, "sh"};
  }
  for (const std::string& argument : options.command) {
    if (std::string fault = expand_volumes(argument, options.volumes, expanded); !fault.empty()) return fault;
    argv.push_back(expanded);
  }
  return argv.front().empty() ? "the command is an empty string" : "";
}

}  // namespace sidecarctl::entrypoint
