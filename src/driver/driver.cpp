// SPDX-License-Identifier: Apache-2.0
#include "driver/driver.hpp"

#include "protocol/flag_watch.hpp"
#include "protocol/names.hpp"
#include "protocol/status.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <ctime>
#include <random>
#include <set>
#include <utility>

namespace sidecarctl {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kLogTail = 4096;
constexpr std::size_t kLogLines = 10;
constexpr std::size_t kLogLineLength = 300;

milliseconds since(SteadyClock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(SteadyClock::now() - start);
}

class Driver {
 public:
  Driver(const DriveOptions& options, Events& events, const CancelToken& cancel, DriveReport& report)
      : options_(options), events_(events), cancel_(cancel), report_(report) {}

  void run() {
    check_names();
    const Volume volume(options_.volume);
    volume.refuse_used();
    try {
      run_in(volume);
    } catch (...) {
      close(volume);
      throw;
    }
    close(volume);
    judge();
  }

 private:
  /// Before anything is written.
  void check_names() const {
    std::set<std::string> seen;
    for (const DriveInput& input : options_.inputs) {
      check_volume_name(input.name);
      if (!seen.insert(input.name).second)
        throw Error(ErrorKind::usage, fmt::format("two inputs have the name '{}'", input.name));
    }
    for (const DriveOutput& output : options_.outputs) check_volume_name(output.name);
    if (options_.prefix.find('/') != std::string::npos)
      throw Error(ErrorKind::usage, fmt::format("the prefix '{}' has a slash", options_.prefix));
  }

  void run_in(const Volume& volume) {
    auto started = SteadyClock::now();
    for (const DriveInput& input : options_.inputs) {
      report_.inputs.push_back(volume.put_file(input.source, input.name, cancel_));
    }
    report_.copied_in = since(started);
    cancel_.check();
    volume.put_text(protocol::kStartFlag, start_text());
    events_.status(fmt::format("started run {}; waiting for {}", report_.run_id, volume.shown(protocol::kDoneFlag)));
    wait(volume);
    // The documented entrypoint makes the flag first and closes it later; its content is never waited for.
    report_.status = parse_drive_status(volume.read_text(protocol::kDoneFlag, protocol::kMaxStatusBytes).value_or(""));
    if (!succeeded()) return;
    started = SteadyClock::now();
    take_outputs(volume);
    report_.copied_out = since(started);
  }

  std::string start_text() const {
    OrderedJson inputs = OrderedJson::array();
    for (const StoredFile& input : report_.inputs)
      inputs.push_back({{"name", input.name}, {"size", input.size}, {"sha256", input.sha256}});
    const OrderedJson start{{"schema", protocol::kStartSchema}, {"run_id", report_.run_id}, {"inputs", inputs}};
    return dump_json(start) + "\n";
  }

  void wait(const Volume& volume) {
    const auto started = SteadyClock::now();
    protocol::FlagWatch watch(volume.folder());
    while (!volume.folder().exists(protocol::kDoneFlag)) {
      cancel_.check();
      report_.ran = since(started);
      check_time(volume);
      const long long left = options_.timeout.count() == 0 ? -1 : (options_.timeout - report_.ran).count();
      pollfd event{watch.descriptor(), POLLIN, 0};
      ::poll(&event, 1, protocol::FlagWatch::poll_limit(left));
      const bool woken = watch.drain();
      report_.wakeup = woken ? "inotify" : "poll";
    }
    if (report_.wakeup.empty()) report_.wakeup = "poll";
    report_.ran = since(started);
  }

  void check_time(const Volume& volume) const {
    if (options_.timeout.count() > 0 && report_.ran >= options_.timeout) {
      throw Error(ErrorKind::timeout,
                  fmt::format("no {} after {} s{}", protocol::kDoneFlag, options_.timeout.count() / 1000,
                              volume.folder().exists(protocol::kLogFile) ? "" : ", and no logfile"),
                  "is a sidecar running with this volume? --timeout gives it more time");
    }
    struct stat status {};
    const std::string name(protocol::kHeartbeat);
    if (options_.heartbeat_timeout.count() == 0 ||
        ::fstatat(volume.folder().descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return;
    const auto age = std::chrono::seconds(std::time(nullptr) - status.st_mtim.tv_sec);
    if (age <= options_.heartbeat_timeout) return;
    throw Error(ErrorKind::timeout, fmt::format("the sidecar has given no sign of life for {} s", age.count()),
                "it was killed, or its machine is gone: look at the container's state");
  }

  bool succeeded() const {
    return report_.status && (report_.status->state.empty() || report_.status->state == "succeeded");
  }

  void take_outputs(const Volume& volume) {
    for (const DriveOutput& output : options_.outputs) {
      const std::filesystem::path below(output.name);
      const auto destination = options_.out / below.parent_path() / (options_.prefix + below.filename().string());
      if (auto taken = volume.take_file(output.name, destination, cancel_)) {
        report_.outputs.push_back(std::move(*taken));
      } else if (!output.optional) {
        report_.missing.push_back(output.name);
      }
    }
  }

  /// The sidecar must end, whatever became of this half.
  void close(const Volume& volume) {
    try {
      if (!volume.folder().exists(protocol::kCloseFlag)) volume.put_text(protocol::kCloseFlag, "");
      report_.closed = true;
    } catch (const Error& error) {
      events_.warning(fmt::format("the sidecar was not told to end: {}", error.message()));
    }
    log_ = volume.tail(protocol::kLogFile, kLogTail);
  }

  void judge() const {
    const DriveStatus& status = *report_.status;
    if (!succeeded()) {
      Error error(ErrorKind::policy, fmt::format("the sidecar's command {}{}", status.state,
                                                 status.reason.empty() ? "" : ": " + shorten(status.reason, 500)));
      add_log(error);
      throw error;
    }
    if (status.run_id && *status.run_id != report_.run_id) {
      throw Error(ErrorKind::policy, fmt::format("{} belongs to another run: '{}', not '{}'", protocol::kDoneFlag,
                                                 shorten(*status.run_id, 100), report_.run_id));
    }
    if (report_.missing.empty()) return;
    Error error(ErrorKind::policy, fmt::format("outputs are missing: {}", join(report_.missing, ", ")),
                "the command must write them into the volume before it ends");
    add_log(error);
    throw error;
  }

  void add_log(Error& error) const {
    std::vector<std::string> lines = split(log_, '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    const std::size_t first = lines.size() > kLogLines ? lines.size() - kLogLines : 0;
    for (std::size_t i = first; i < lines.size(); ++i)
      error.add_context(fmt::format("{}: {}", protocol::kLogFile, shorten(lines[i], kLogLineLength)));
  }

  const DriveOptions& options_;
  Events& events_;
  const CancelToken& cancel_;
  DriveReport& report_;
  std::string log_;  ///< The end of the sidecar's log.
};

std::optional<std::string> text_of(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? std::optional(at->get<std::string>()) : std::nullopt;
}

}  // namespace

DriveStatus parse_drive_status(const std::string& text) {
  Json json;
  try {
    json = parse_json(text, "done_flag");
  } catch (const Error&) {
    return {};
  }
  if (!json.is_object() || text_of(json, "schema") != std::string(protocol::kStatusSchema)) return {};
  DriveStatus status;
  status.state = text_of(json, "state").value_or("");
  status.run_id = text_of(json, "run_id");
  status.reason = text_of(json, "reason").value_or("");
  const auto code = json.find("exit_code");
  if (code != json.end() && code->is_number_integer()) status.exit_code = code->get<std::int64_t>();
  if (status.run_id && status.run_id->empty()) status.run_id.reset();
  return status;
}

DriveReport drive(const DriveOptions& options, Events& events, const CancelToken& cancel) {
  DriveReport report;
  report.run_id = options.run_id.empty() ? make_run_id() : options.run_id;
  try {
    Driver(options, events, cancel, report).run();
  } catch (const Error& error) {
    report.error = error;
  }
  return report;
}

std::string make_run_id() {
  std::random_device random;
  std::string text;
  for (int i = 0; i < 4; ++i) text += fmt::format("{:08x}", random());
  return text;
}

}  // namespace sidecarctl
