// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/child.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace sidecarctl::entrypoint {
namespace {

struct Process {
  pid_t pid;
  pid_t parent;
};

/// A process table larger than this is not walked to its end: the next round finds the rest.
constexpr std::size_t kMaxProcesses = 65'536;

pid_t number_of(const char* text) {
  return static_cast<pid_t>(std::strtol(text, nullptr, 10));
}

/// The parent in /proc/PID/stat: the second word after the name, which is in brackets and may hold anything.
pid_t parent_of(const char* pid) {
  const std::string path = std::string("/proc/") + pid + "/stat";
  const protocol::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char buffer[512] = {};
  if (!file.valid() || ::read(file.get(), buffer, sizeof buffer - 1) <= 0) return 0;
  const char* end = std::strrchr(buffer, ')');
  return end == nullptr || std::strlen(end) < 4 ? 0 : number_of(end + 4);
}

std::vector<Process> process_table() {
  std::vector<Process> table;
  DIR* folder = ::opendir("/proc");
  if (folder == nullptr) return table;
  while (const dirent* entry = ::readdir(folder)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    if (table.size() == kMaxProcesses) break;
    table.push_back({number_of(entry->d_name), parent_of(entry->d_name)});
  }
  ::closedir(folder);
  return table;
}

}  // namespace

std::vector<pid_t> descendants() {
  std::vector<Process> table = process_table();
  std::sort(table.begin(), table.end(), [](const Process& a, const Process& b) { return a.parent < b.parent; });
  std::vector<pid_t> found = {::getpid()};
  for (std::size_t i = 0; i < found.size() && found.size() <= table.size(); ++i) {
    const pid_t parent = found[i];
    auto at = std::lower_bound(table.begin(), table.end(), parent,
                               [](const Process& p, pid_t value) { return p.parent < value; });
    for (; at != table.end() && at->parent == parent; ++at) found.push_back(at->pid);
  }
  found.erase(found.begin());
  return found;
}

void signal_descendants(int signal) {
  for (const pid_t pid : descendants()) {
    ::kill(pid, signal);
    if (signal != SIGKILL) ::kill(pid, SIGCONT);
  }
}

}  // namespace sidecarctl::entrypoint
