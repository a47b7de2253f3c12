// SPDX-License-Identifier: Apache-2.0
#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "driver/driver.hpp"
#include "protocol/names.hpp"
#include "util/error_json.hpp"
#include "util/json.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace sidecarctl {

namespace {

constexpr std::string_view kSchema = "sidecarctl.drive/v1";

OrderedJson files_json(const std::vector<StoredFile>& files) {
  OrderedJson list = OrderedJson::array();
  for (const StoredFile& file : files)
    list.push_back({{"name", file.name}, {"size", file.size}, {"sha256", file.sha256}});
  return list;
}

OrderedJson status_json(const DriveReport& report) {
  if (!report.status) return nullptr;
  const DriveStatus& status = *report.status;
  OrderedJson json;
  json["state"] = status.state.empty() ? OrderedJson(nullptr) : OrderedJson(status.state);
  json["exit_code"] = status.exit_code ? OrderedJson(*status.exit_code) : OrderedJson(nullptr);
  json["reason"] = status.reason;
  return json;
}

OrderedJson drive_document(const DriveReport& report) {
  OrderedJson document{{"schema", kSchema}, {"run_id", report.run_id}};
  document["status"] = status_json(report);
  document["inputs"] = files_json(report.inputs);
  document["outputs"] = files_json(report.outputs);
  document["missing"] = report.missing;
  document["wakeup"] = report.wakeup.empty() ? OrderedJson(nullptr) : OrderedJson(report.wakeup);
  document["closed"] = report.closed;
  document["milliseconds"] = {
      {"copy_in", report.copied_in.count()}, {"run", report.ran.count()}, {"copy_out", report.copied_out.count()}};
  document["error"] = report.error ? error_json(*report.error) : OrderedJson(nullptr);
  return document;
}

/// FILE or FILE=NAME; without a name the file's own.
DriveInput parse_input(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos) return {text, std::filesystem::path(text).filename().string()};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

class DriveCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("VOLUME", volume_, "Folder that is shared with the sidecar")->type_name("DIR");
    app.add_option("--in", inputs_, "Copy FILE into the volume, as NAME if given")->type_name("FILE[=NAME]");
    app.add_option("--take", outputs_, "Copy NAME out of the volume; it must be there")->type_name("NAME");
    app.add_option("--take-if-there", optional_outputs_, "The same, but it may be missing")->type_name("NAME");
    app.add_option("--out", out_, "Where outputs go; made when it is missing")->type_name("DIR");
    app.add_option("--prefix", prefix_, "Put before the name of every output")->type_name("TEXT");
    app.add_option("--run-id", run_id_, "Name of the run; a random one by default")->type_name("ID");
    app.add_option("--timeout", timeout_, "Longest wait for done_flag; 0: none")
        ->check(check_duration)
        ->type_name("TIME");
    app.add_option("--heartbeat-timeout", heartbeat_timeout_,
                   "Longest silence of a sidecar that has a heartbeat; 0: any")
        ->check(check_duration)
        ->type_name("TIME");
  }

  ExitCode run(Env& env) override {
    DriveOptions options;
    options.volume = volume_;
    options.run_id = run_id_;
    for (const std::string& input : inputs_) options.inputs.push_back(parse_input(input));
    for (const std::string& name : outputs_) options.outputs.push_back({name, false});
    for (const std::string& name : optional_outputs_) options.outputs.push_back({name, true});
    options.out = out_;
    options.prefix = prefix_;
    options.timeout = checked_duration(timeout_);
    options.heartbeat_timeout = checked_duration(heartbeat_timeout_);
    const DriveReport report = drive(options, env.console, env.cancel);
    if (report.status && report.status->state.empty()) {
      env.console.warning("done_flag is empty: this entrypoint does not tell whether its command succeeded");
    }
    env.console.out() << dump_json(drive_document(report)) << "\n";
    if (!report.error) return ExitCode::done;
    env.console.error(*report.error);
    return exit_code_of(*report.error, env.cancel.signal());
  }

  bool prints_json() const override { return true; }

 private:
  std::string volume_ = std::string(protocol::kVolumeRoot) + "shared";
  std::vector<std::string> inputs_, outputs_, optional_outputs_;
  std::string out_ = ".", prefix_, run_id_, timeout_ = "10m", heartbeat_timeout_ = "2m";
};

}  // namespace

extern constinit const CommandInfo drive_command{
    "drive", "Sidecars", "Play the executor's half of the flag protocol on a folder",
    "sidecarctl drive shared --in rows.csv=infile.csv --take outfile.csv --out results\n"
    "sidecarctl drive shared --in a.bin --take out/a.bin --prefix 0001- --timeout 30m\n",
    [] { return std::unique_ptr<Command>(std::make_unique<DriveCommand>()); }};

}  // namespace sidecarctl
