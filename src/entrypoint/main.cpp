// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/exit_codes.hpp"
#include "entrypoint/options.hpp"
#include "entrypoint/supervisor.hpp"
#include "entrypoint/surroundings.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace sidecarctl::entrypoint {
namespace {

void say(const std::string& text) {
  protocol::write_all(2, "sidecar-entrypoint: " + text + "\n");
}

/// A program started with a stream closed must not get a flag file as its stdout.
void keep_standard_streams() {
  for (int stream = 0; stream < 3; ++stream) {
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", O_RDWR);
  }
}

/// A program that the driver brings with the inputs can only be looked at when they are there.
bool is_in_volume(const std::string& program, const Options& options) {
  for (const Volume& volume : options.volumes) {
    if (program.starts_with(volume.path + "/")) return true;
  }
  return false;
}

/// What is wrong with the surroundings; of the first volume it cannot be told in the volume itself.
Refusal check_surroundings(const Options& options, const std::vector<std::string>& argv) {
  for (std::size_t i = 1; i < options.volumes.size(); ++i) {
    if (std::string reason = why_unusable(options.volumes[i].path); !reason.empty()) {
      return {kVolumeUnusable, "the volume '" + options.volumes[i].name + "' cannot be used: " + reason};
    }
  }
  std::string path;
  return is_in_volume(argv.front(), options) ? Refusal{} : check_program(argv.front(), ::getenv("PATH"), path);
}

int supervise(const Options& options, std::vector<std::string> argv) {
  ::umask(static_cast<mode_t>(options.umask));
  const Volume& first = options.volumes.front();
  if (const std::string reason = why_unusable(first.path); !reason.empty()) {
    say("the volume '" + first.name + "' cannot be used: " + reason);
    return kVolumeUnusable;
  }
  protocol::Directory folder;
  if (!folder.open(first.path)) {
    say(first.path + ": " + std::strerror(errno));
    return kVolumeUnusable;
  }
  ::setenv("HOME", usable_home(::getenv("HOME"), first.path).c_str(), 1);
  ::setenv("SHARED_DIR", first.path.c_str(), 0);
  const Refusal refusal = check_surroundings(options, argv);
  return Supervisor(options, folder, static_cast<std::vector<std::string>&&>(argv)).run(refusal);
}

int start(int argc, const char* const* argv) {
  keep_standard_streams();
  Options options;
  std::string fault = parse_options(
      argc, argv, [](const char* name) -> const char* { return ::getenv(name); }, options);
  if (fault.empty() && options.help) return protocol::write_all(1, usage_text()) ? 0 : kOwnFailure;
  if (fault.empty() && options.version)
    return protocol::write_all(1, "sidecar-entrypoint " SIDECARCTL_VERSION "\n") ? 0 : kOwnFailure;
  std::vector<std::string> command;
  if (fault.empty()) fault = build_command(options, command);
  if (!fault.empty()) {
    say(fault + "; see --help");
    return kUsage;
  }
  return supervise(options, static_cast<std::vector<std::string>&&>(command));
}

}  // namespace
}  // namespace sidecarctl::entrypoint

int main(int argc, char** argv) {
  return sidecarctl::entrypoint::start(argc, argv);
}
