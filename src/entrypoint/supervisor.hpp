// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "entrypoint/child.hpp"
#include "entrypoint/done_flag.hpp"
#include "entrypoint/heartbeat.hpp"
#include "entrypoint/input_check.hpp"
#include "entrypoint/machine.hpp"
#include "entrypoint/options.hpp"
#include "entrypoint/output.hpp"
#include "entrypoint/program_check.hpp"
#include "protocol/flag_watch.hpp"

#include <string>
#include <vector>

namespace sidecarctl::entrypoint {

/// Feeds the machine with what happens and does what it says: one poll() over signals, the volume and the command's
/// output.
class Supervisor {
 public:
  Supervisor(const Options& options, const protocol::Directory& folder, std::vector<std::string> argv);
  /// Returns the exit status. `refusal`: what is known to be wrong before anything is waited for.
  int run(const Refusal& refusal);

 private:
  void begin(const Refusal& refusal);
  void begin_on_old_flags(std::int64_t now, bool cut_off);
  void act();
  void act_on(const Action& action);
  void run_command();
  void publish();
  void try_publish();
  void clear_flags();
  void wait();
  void read_signals();
  void reap();
  void look_at_flags(std::int64_t now);
  void check_inputs(std::int64_t now);
  void look_at_left_overs(std::int64_t now);
  std::int64_t milliseconds_to_wait(std::int64_t now) const;
  std::string_view word() const noexcept;

  const Options* options_;
  const protocol::Directory* folder_;
  std::vector<std::string> argv_;
  Machine machine_;
  protocol::FlagWatch watch_;
  Output output_;
  DoneFlag done_flag_;
  Heartbeat heartbeat_;
  InputCheck inputs_;
  protocol::Descriptor signals_;
  pid_t child_ = -1;
  bool has_children_ = false;
  bool unpublished_ = false;
  bool told_unpublished_ = false;
  bool inputs_pending_ = false;
  int exit_code_ = -1;
  protocol::Status status_;
  std::int64_t started_ = 0;
  std::int64_t oom_before_ = -1;
};

}  // namespace sidecarctl::entrypoint
