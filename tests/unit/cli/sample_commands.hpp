// SPDX-License-Identifier: Apache-2.0
// Two commands with every kind of option, to run command lines against.
#pragma once

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/program.hpp"
#include "util/clock.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace sidecarctl::test {

/// Time that moves when it is told to.
class StepClock final : public Clock {
 public:
  time_point now() override { return now_; }
  std::chrono::system_clock::time_point wall_now() override { return {}; }
  void sleep_for(duration time) override { now_ += time; }

 private:
  time_point now_{std::chrono::hours(1)};
};

/// Prints what it was given, one line for each option. TARGET "throw", "bug" and "oddity" fail in the three ways.
class CheckCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("TARGET", targets_, "What to check");
    app.add_option("--profile", profile_, "What it must satisfy")->check(CLI::IsMember({"auto", "flags", "server"}));
    app.add_option("-l,--volume", volumes_, "A volume")->type_name("NAME");
    app.add_option("--jobs", jobs_, "How many at once");
    app.add_option("--baseline", baseline_, "Known findings")->type_name("FILE");
    app.add_option("--output", outputs_, "Reports to write")->type_name("FORMAT=PATH");
    app.add_flag("--telemetry", telemetry_, "Ask for telemetry");
    app.add_flag("--tls-verify", tls_verify_, "Check certificates");
    CLI::Option* fix = app.add_flag("--fix{all}", fix_, "Repair");
    app.add_option("--to", to_, "Where to")->needs(fix)->group("Repair");
    app.add_flag("--password-stdin", password_, "Read the password");
    app.add_option("--token-file", token_, "Token")->excludes("--password-stdin")->type_name("FILE");
    app.add_option("--format", format_, "Format")->check(CLI::IsMember({"text", "json"}));
  }
  ExitCode run(Env& env) override {
    for (const std::string& target : targets_) {
      if (target == "throw") {
        Error error(ErrorKind::network, "no answer from 'a\nb'", "try again");
        error.add_context("while asking");
        throw error;
      }
      if (target == "bug") throw std::logic_error("impossible");
      if (target == "oddity") throw 42;  // NOLINT(hicpp-exception-baseclass)
      if (target == "policy") throw Error(ErrorKind::policy, "no");
      if (target == "interrupted") throw Error(ErrorKind::interrupted, "interrupted");
    }
    auto& out = env.console.out();
    out << "profile=" << profile_ << " jobs=" << jobs_ << " telemetry=" << telemetry_ << " tls=" << tls_verify_
        << " fix=" << fix_ << " baseline=" << baseline_ << " token=" << token_ << " to=" << to_;
    for (const std::string& volume : volumes_) out << " volume=" << volume;
    for (const std::string& output : outputs_) out << " output=" << output;
    for (const std::string& target : targets_) out << " target=" << target;
    if (env.default_image) out << " default=" << *env.default_image;
    out << "\n";
    return ExitCode::no;
  }
  bool prints_json() const override { return format_ == "json"; }

 private:
  std::vector<std::string> targets_, volumes_, outputs_;
  std::string profile_ = "auto", baseline_, fix_, to_, token_, format_ = "text";
  int jobs_ = 4;
  bool telemetry_ = false, tls_verify_ = true, password_ = false;
};

/// Takes --config for itself, wants its argument, and reads no configuration.
class LookCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("IMAGE", image_, "The image")->required();
    app.add_flag("--config", config_, "Show the config");
  }
  ExitCode run(Env& env) override {
    env.console.out() << image_ << (config_ ? " config" : "") << "\n";
    return ExitCode::done;
  }
  bool reads_configuration() const override { return false; }

 private:
  std::string image_;
  bool config_ = false;
};

template <class T>
std::unique_ptr<Command> make_command() {
  return std::make_unique<T>();
}

inline const CommandInfo kCheckInfo{"check", "Images", "Check images", "sidecarctl check a",
                                    make_command<CheckCommand>};
inline const CommandInfo kLookInfo{"look", "Help", "Look at an image", "", make_command<LookCommand>};
inline const CommandInfo* const kSampleCommands[] = {&kCheckInfo, &kLookInfo};

/// One run of the program, and what came out.
struct ProgramRun {
  explicit ProgramRun(const std::vector<std::string>& arguments, std::map<std::string, std::string> variables = {},
                      int signal = 0) {
    std::ostringstream out_stream;
    std::ostringstream err_stream;
    std::istringstream input;
    Console console(out_stream, err_stream, false, false, false);
    StepClock clock;
    CancelToken cancel;
    if (signal != 0) cancel.cancel(signal);
    const Environment environment = [&variables](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    Env env{console, environment, clock, cancel, input};
    code = static_cast<int>(run_program(arguments, kSampleCommands, env));
    out = out_stream.str();
    err = err_stream.str();
  }
  int code = 0;
  std::string out, err;
};

}  // namespace sidecarctl::test
