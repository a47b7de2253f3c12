// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/supervisor.hpp"

#include "entrypoint/exit_codes.hpp"
#include "entrypoint/surroundings.hpp"
#include "protocol/clock.hpp"
#include "protocol/names.hpp"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace sidecarctl::entrypoint {
namespace {

using protocol::monotonic_milliseconds;
using Phase = Machine::Phase;

constexpr int kStopSignals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};

protocol::Descriptor open_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  for (const int signal : kStopSignals) sigaddset(&set, signal);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return protocol::Descriptor(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
}

Machine::Settings machine_settings(const Options& options) {
  return {options.start_timeout, options.close_timeout, options.timeout, options.grace, options.loop};
}

bool is_clearing_up(Phase phase) noexcept {
  return phase == Phase::settling || phase == Phase::clearing || phase == Phase::killing;
}

}  // namespace

Supervisor::Supervisor(const Options& options, const protocol::Directory& folder, std::vector<std::string> argv)
    : options_(&options),
      folder_(&folder),
      argv_(static_cast<std::vector<std::string>&&>(argv)),
      machine_(machine_settings(options)),
      watch_(folder),
      output_(folder, options.log_limit),
      done_flag_(folder),
      heartbeat_(folder, options.heartbeat),
      inputs_(folder),
      signals_(open_signals()) {}

int Supervisor::run(const Refusal& refusal) {
  if (!signals_.valid()) return kOwnFailure;
  // Everything that detaches itself below us comes back to us.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  begin(refusal);
  act();
  while (exit_code_ < 0) {
    wait();
    const std::int64_t now = monotonic_milliseconds();
    read_signals();
    watch_.drain();
    output_.move(now);
    reap();
    look_at_left_overs(now);
    look_at_flags(now);
    check_inputs(now);
    machine_.tick(now);
    act();
    if (unpublished_) try_publish();
    heartbeat_.beat(now, word());
  }
  output_.finish(monotonic_milliseconds());
  heartbeat_.remove();
  done_flag_.release();
  return exit_code_;
}

void Supervisor::begin(const Refusal& refusal) {
  const std::int64_t now = monotonic_milliseconds();
  const bool cut_off = heartbeat_.was_cut_off();
  const bool old = cut_off || folder_->exists(protocol::kDoneFlag) || folder_->exists(protocol::kCloseFlag);
  output_.open_log(old && options_->on_restart != OnRestart::rerun);
  if (old) {
    begin_on_old_flags(now, cut_off);
  } else {
    machine_.begin(now);
  }
  const bool may_tell = machine_.phase() == Phase::waiting;
  if (may_tell && refusal.exit_code != 0) machine_.refuse(now, refusal.exit_code, refusal.reason);
  if (may_tell) done_flag_.reserve();
  heartbeat_.beat(now, word());
}

void Supervisor::begin_on_old_flags(std::int64_t now, bool cut_off) {
  const bool done = folder_->exists(protocol::kDoneFlag);
  const std::string what = done      ? "done_flag of an earlier run is in the volume"
                           : cut_off ? "an earlier run in this volume was cut off"
                                     : "close_flag of an earlier run is in the volume";
  if (options_->on_restart == OnRestart::rerun) {
    output_.say(what + ": starting afresh");
    if (folder_->remove(protocol::kDoneFlag) && folder_->remove(protocol::kCloseFlag)) return machine_.begin(now);
  } else if (options_->on_restart == OnRestart::wait && (done || !cut_off)) {
    output_.say(what + ": waiting until the flags are removed");
    return machine_.wait_until_cleared(now);
  }
  machine_.refuse(now, kOldFlags, what + ": the command was not run again");
}

std::string_view Supervisor::word() const noexcept {
  switch (machine_.phase()) {
    case Phase::cleared:
    case Phase::waiting:
    case Phase::checking: return "waiting";
    case Phase::holding: return "done";
    case Phase::ended: return "ended";
    default: return "running";
  }
}

std::int64_t Supervisor::milliseconds_to_wait(std::int64_t now) const {
  std::int64_t next = -1;
  for (const std::int64_t at : {machine_.deadline(), heartbeat_.next()}) {
    if (at >= 0 && (next < 0 || at < next)) next = at;
  }
  return next < 0 ? -1 : next > now ? next - now : 0;
}

void Supervisor::wait() {
  pollfd entries[] = {{signals_.get(), POLLIN, 0},       {watch_.descriptor(), POLLIN, 0},
                      {output_.readable(0), POLLIN, 0},  {output_.readable(1), POLLIN, 0},
                      {output_.writable(0), POLLOUT, 0}, {output_.writable(1), POLLOUT, 0}};
  const bool busy = inputs_pending_;
  ::poll(entries, sizeof entries / sizeof entries[0],
         busy ? 0 : protocol::FlagWatch::poll_limit(milliseconds_to_wait(monotonic_milliseconds())));
}

void Supervisor::read_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGCHLD) continue;
    machine_.stop_requested(monotonic_milliseconds(), signal);
    act();
  }
}

void Supervisor::reap() {
  int status = 0;
  rusage usage{};
  while (true) {
    const pid_t pid = ::wait4(-1, &status, WNOHANG, &usage);
    has_children_ = pid >= 0 || errno != ECHILD;
    if (pid <= 0) return;
    const std::uint64_t peak = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    if (peak > status_.max_rss_bytes) status_.max_rss_bytes = peak;
    if (pid != child_) continue;
    child_ = -1;
    status_.ended_unix = protocol::unix_milliseconds();
    const std::int64_t now = monotonic_milliseconds();
    status_.milliseconds = now - started_;
    machine_.command_ended(now, WIFSIGNALED(status), WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  }
}

void Supervisor::look_at_left_overs(std::int64_t now) {
  if (!is_clearing_up(machine_.phase())) return;
  machine_.left_overs(now, has_children_, output_.is_open());
  act();
}

void Supervisor::look_at_flags(std::int64_t now) {
  switch (machine_.phase()) {
    case Phase::cleared:
      if (folder_->exists(protocol::kDoneFlag) || folder_->exists(protocol::kCloseFlag)) return;
      output_.open_log(false);
      done_flag_.reserve();
      machine_.flags_cleared(now);
      break;
    case Phase::waiting:
    case Phase::checking:
    case Phase::running:
    case Phase::holding:
      if (folder_->exists(protocol::kCloseFlag)) machine_.close_seen(now);
      act();
      break;
    default: return;
  }
  if (machine_.phase() == Phase::waiting && folder_->exists(protocol::kStartFlag)) machine_.start_seen(now);
  act();
}

void Supervisor::check_inputs(std::int64_t now) {
  if (machine_.phase() != Phase::checking) return;
  const InputCheck::Step step = inputs_.step(now);
  inputs_pending_ = step == InputCheck::Step::more;
  status_.run_id = inputs_.run_id();
  if (step == InputCheck::Step::good) machine_.inputs_good(now);
  if (step == InputCheck::Step::bad) machine_.inputs_bad(now, inputs_.reason());
}

void Supervisor::act() {
  for (std::vector<Action> actions = machine_.take(); !actions.empty(); actions = machine_.take()) {
    for (const Action& action : actions) act_on(action);
  }
}

void Supervisor::act_on(const Action& action) {
  switch (action.kind) {
    case ActionKind::check_inputs:
      inputs_.begin(monotonic_milliseconds());
      inputs_pending_ = true;
      return;
    case ActionKind::run_command: return run_command();
    case ActionKind::signal_command: return signal_group(child_, action.value);
    case ActionKind::signal_left_overs: return signal_descendants(action.value);
    case ActionKind::publish: return publish();
    case ActionKind::clear_flags: return clear_flags();
    case ActionKind::end: exit_code_ = action.value; return;
  }
}

void Supervisor::run_command() {
  std::string path;
  ::setenv("SIDECAR_RUN_ID", status_.run_id.c_str(), 1);
  const Refusal refusal = check_program(argv_.front(), ::getenv("PATH"), path);
  if (refusal.exit_code != 0)
    return machine_.command_refused(monotonic_milliseconds(), refusal.exit_code, refusal.reason);
  oom_before_ = oom_kill_count();
  // Before the command, so that a run that is cut off is known as one.
  heartbeat_.beat(monotonic_milliseconds(), "running");
  Child child = start_child(path, argv_);
  const std::int64_t now = monotonic_milliseconds();
  if (child.pid < 0) {
    const int code = child.error == ENOENT ? kNotFound : kNotRunnable;
    return machine_.command_refused(now, code, path + " cannot be run: " + std::strerror(child.error));
  }
  child_ = child.pid;
  has_children_ = true;
  started_ = now;
  status_.started_unix = protocol::unix_milliseconds();
  output_.attach(static_cast<protocol::Descriptor&&>(child.out), static_cast<protocol::Descriptor&&>(child.err));
  machine_.command_started(now);
}

void Supervisor::publish() {
  output_.finish(monotonic_milliseconds());
  const Outcome& outcome = machine_.outcome();
  status_.state = outcome.state;
  status_.exit_code = outcome.exit_code;
  status_.signal = outcome.signal;
  status_.reason = outcome.reason;
  status_.argv = argv_;
  status_.log_bytes = output_.bytes();
  const std::int64_t oom_now = oom_kill_count();
  status_.oom_kills =
      status_.started_unix != 0 && oom_before_ >= 0 && oom_now >= oom_before_ ? oom_now - oom_before_ : -1;
  if (status_.oom_kills > 0) status_.reason += "; the kernel ended a process for want of memory";
  if (status_.ended_unix == 0) status_.ended_unix = protocol::unix_milliseconds();
  status_.version = SIDECARCTL_VERSION;
  if (!status_.reason.empty()) output_.say(status_.reason);
  unpublished_ = true;
  told_unpublished_ = false;
  try_publish();
}

void Supervisor::try_publish() {
  if (done_flag_.publish(status_)) {
    unpublished_ = false;
    return;
  }
  const int error = errno;
  // The log is worth less than the status.
  output_.truncate_log();
  if (done_flag_.publish(status_)) {
    unpublished_ = false;
    return;
  }
  if (!told_unpublished_)
    output_.say(std::string("done_flag cannot be written: ") + std::strerror(error) + "; trying again");
  told_unpublished_ = true;
}

void Supervisor::clear_flags() {
  unpublished_ = false;
  // close_flag last: when it is gone, the driver may begin again.
  if (!folder_->remove(protocol::kStartFlag) || !folder_->remove(protocol::kDoneFlag) ||
      !folder_->remove(protocol::kCloseFlag)) {
    output_.say(std::string("the flags cannot be removed for the next run: ") + std::strerror(errno));
    exit_code_ = kOwnFailure;
    return;
  }
  status_ = {};
  output_.open_log(false);
  done_flag_.reserve();
}

}  // namespace sidecarctl::entrypoint
