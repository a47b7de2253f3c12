// SPDX-License-Identifier: Apache-2.0
#include "protocol/status.hpp"

#include "protocol/clock.hpp"
#include "protocol/json_text.hpp"
#include "protocol/names.hpp"

namespace sidecarctl::protocol {
namespace {

constexpr std::size_t kMaxRunIdBytes = 1024;

void append_key(std::string& out, std::string_view key) {
  out += out.size() > 1 ? ", " : "";
  append_json_string(out, key);
  out += ": ";
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
  append_key(out, key);
  append_json_string(out, value);
}

void append_number(std::string& out, std::string_view key, std::int64_t value, bool known = true) {
  append_key(out, key);
  out += known ? std::to_string(value) : "null";
}

void append_time(std::string& out, std::string_view key, std::int64_t unix_milliseconds) {
  append_key(out, key);
  if (unix_milliseconds == 0) {
    out += "null";
  } else {
    append_json_string(out, utc_text(unix_milliseconds));
  }
}

void append_argv(std::string& out, const std::vector<std::string>& argv) {
  append_key(out, "argv");
  out += '[';
  std::size_t left = kMaxArgvBytes;
  bool first = true;
  for (const std::string& argument : argv) {
    const std::size_t cost = argument.size() + 4;
    out += first ? "" : ", ";
    first = false;
    if (cost > left) {
      append_json_string(out, "[cut]");
      break;
    }
    append_json_string(out, argument);
    left -= cost;
  }
  out += ']';
}

}  // namespace

std::string_view state_name(State state) noexcept {
  switch (state) {
    case State::succeeded: return "succeeded";
    case State::failed: return "failed";
    case State::not_started: return "not-started";
    case State::cancelled: return "cancelled";
    case State::timed_out: return "timed-out";
  }
  return "failed";
}

std::string status_json(const Status& status) {
  std::string out = "{";
  append_text(out, "schema", kStatusSchema);
  append_text(out, "run_id", std::string_view(status.run_id).substr(0, kMaxRunIdBytes));
  append_text(out, "state", state_name(status.state));
  append_number(out, "exit_code", status.exit_code);
  append_number(out, "signal", status.signal, status.signal != 0);
  append_text(out, "reason", std::string_view(status.reason).substr(0, kMaxReasonBytes));
  append_argv(out, status.argv);
  append_time(out, "started", status.started_unix);
  append_time(out, "ended", status.ended_unix);
  append_number(out, "milliseconds", status.milliseconds);
  append_number(out, "log_bytes", static_cast<std::int64_t>(status.log_bytes));
  append_number(out, "max_rss_bytes", static_cast<std::int64_t>(status.max_rss_bytes));
  append_number(out, "oom_kills", status.oom_kills, status.oom_kills >= 0);
  append_text(out, "version", status.version);
  out += "}\n";
  return out;
}

}  // namespace sidecarctl::protocol
