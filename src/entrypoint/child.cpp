// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/child.hpp"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sidecarctl::entrypoint {
namespace {

using protocol::Descriptor;

bool make_pipe(Descriptor& read_end, Descriptor& write_end, int flags) {
  int ends[2];
  if (::pipe2(ends, flags | O_CLOEXEC) != 0) return false;
  read_end = Descriptor(ends[0]);
  write_end = Descriptor(ends[1]);
  return true;
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// In the child: only calls that are safe after fork.
[[noreturn]] void become(const char* path, char* const* argv, int out, int err, int report) {
  ::setpgid(0, 0);
  // The command must not outlive us, also where we are not PID 1.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int null = ::open("/dev/null", O_RDONLY);
  if (null > 0) ::dup2(null, 0);
  if (null > 2) ::close(null);
  int error = 0;
  if (::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) error = errno;
  reset_signals();
  if (error == 0) {
    ::execv(path, argv);
    error = errno;
  }
  const ssize_t ignored = ::write(report, &error, sizeof error);
  ::_exit(ignored < 0 ? 126 : 127);
}

}  // namespace

Child start_child(const std::string& path, const std::vector<std::string>& argv) {
  Child child;
  Descriptor out;
  Descriptor err;
  Descriptor report_read;
  Descriptor report;
  if (!make_pipe(child.out, out, 0) || !make_pipe(child.err, err, 0) || !make_pipe(report_read, report, 0)) {
    child.error = errno;
    return child;
  }
  ::fcntl(child.out.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(child.err.get(), F_SETFL, O_NONBLOCK);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  child.pid = ::fork();
  if (child.pid == 0) become(path.c_str(), words.data(), out.get(), err.get(), report.get());
  if (child.pid < 0) {
    child.error = errno;
    return child;
  }
  ::setpgid(child.pid, child.pid);  // Whoever comes first: the group exists before the first signal to it.
  report.reset();
  ssize_t size = 0;
  do {
    size = ::read(report_read.get(), &child.error, sizeof child.error);
  } while (size < 0 && errno == EINTR);
  if (size == static_cast<ssize_t>(sizeof child.error)) {
    while (::waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    child.pid = -1;
  } else {
    child.error = 0;
  }
  return child;
}

void signal_group(pid_t group, int signal) {
  if (group <= 1) return;
  ::kill(-group, signal);
  // A stopped process takes no signal but SIGKILL.
  ::kill(-group, SIGCONT);
}

}  // namespace sidecarctl::entrypoint
