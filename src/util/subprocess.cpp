// SPDX-License-Identifier: Apache-2.0
#include "util/subprocess.hpp"

#include "util/environment.hpp"
#include "util/error.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <system_error>

namespace sidecarctl {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kErrorOutputKept = 64 * 1024;
constexpr std::chrono::milliseconds kTermGrace{2000};
/// Ctrl-C is noticed within this.
constexpr std::chrono::milliseconds kPollInterval{100};
/// What of stderr goes into a message.
constexpr std::size_t kErrorOutputShown = 400;

struct Pipe {
  UniqueFd read_end, write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw Error(ErrorKind::io, fmt::format("no pipe: {}", std::generic_category().message(errno)));
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// A file in memory as stdin: unlike a pipe it can neither block us nor raise SIGPIPE when the program does not read
/// it.
UniqueFd input_file(const std::string& input) {
  if (input.empty()) return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  UniqueFd file(::memfd_create("stdin", MFD_CLOEXEC));
  if (!file.valid())
    throw Error(ErrorKind::io, fmt::format("no memory file: {}", std::generic_category().message(errno)));
  write_all(file.get(), std::as_bytes(std::span(input)), "stdin of a program");
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

/// Attributes and file actions of posix_spawn, freed together.
struct SpawnSettings {
  SpawnSettings(int in, int out, int err) {
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_init(&actions);
    sigset_t none, defaults;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGCHLD}) ::sigaddset(&defaults, signal);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_t actions{};
};

/// A running program, the leader of its own process group. Never outlives this object.
class Process {
 public:
  Process(const std::vector<std::string>& argv, const std::string& input) : name_(argv.at(0)) {
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    const UniqueFd in = input_file(input);
    const SpawnSettings settings(in.get(), out.write_end.get(), err.write_end.get());
    std::vector<char*> words;
    for (const std::string& word : argv)
      words.push_back(const_cast<char*>(word.c_str()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    words.push_back(nullptr);
    const int code =
        ::posix_spawnp(&pid_, name_.c_str(), &settings.actions, &settings.attributes, words.data(), environ);
    if (code == ENOENT || code == ENOTDIR)
      throw Error(ErrorKind::not_found, fmt::format("there is no program '{}' in PATH", name_));
    if (code != 0)
      throw Error(ErrorKind::tool,
                  fmt::format("cannot run '{}': {}", name_, to_lower(std::generic_category().message(code))));
    // The header of glibc 2.36 declares pidfd_open for C only. Without the call (old kernels) the end is polled for.
    watch_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    out_ = std::move(out.read_end);
    err_ = std::move(err.read_end);
  }
  ~Process() { stop(); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const noexcept { return name_; }
  const std::string& error_output() const noexcept { return error_output_; }
  bool output_open() const noexcept { return out_.valid(); }

  /// Waits for output, the end or `limit`; bytes of stdout go to `out`, stderr is collected. Returns the count for
  /// `out`.
  std::size_t poll_output(std::span<std::byte> out, std::chrono::milliseconds limit);

  /// After the end: what is left of stderr.
  void collect_last_errors();

  /// Has it ended? Its status is kept.
  bool ended() {
    if (reaped_) return true;
    int status = 0;
    const pid_t got = ::waitpid(pid_, &status, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) return false;
    reaped_ = true;
    exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
  }
  int exit_code() const noexcept { return exit_code_; }

  /// SIGTERM to the group, and SIGKILL to what is left of it after the grace.
  void stop() noexcept;

 private:
  std::size_t read_from(UniqueFd& pipe, std::span<std::byte> out);
  void collect_errors();

  std::string name_;
  pid_t pid_ = -1;
  UniqueFd out_, err_, watch_;
  std::string error_output_;
  bool reaped_ = false;
  int exit_code_ = 0;
};

std::size_t Process::read_from(UniqueFd& pipe, std::span<std::byte> out) {
  const ssize_t got = ::read(pipe.get(), out.data(), out.size());
  if (got > 0) return static_cast<std::size_t>(got);
  if (got == 0 || (errno != EINTR && errno != EAGAIN)) pipe = UniqueFd();
  return 0;
}

std::size_t Process::poll_output(std::span<std::byte> out, std::chrono::milliseconds limit) {
  // A negative descriptor is passed over by poll(2).
  std::array<pollfd, 3> waits{
      {{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}, {reaped_ ? -1 : watch_.get(), POLLIN, 0}}};
  if (::poll(waits.data(), waits.size(), static_cast<int>(limit.count())) <= 0) return 0;
  if (waits[1].revents != 0) collect_errors();
  return waits[0].revents != 0 ? read_from(out_, out) : 0;
}

void Process::collect_errors() {
  std::array<std::byte, 4096> chunk;
  const std::size_t got = read_from(err_, chunk);
  error_output_.append(reinterpret_cast<const char*>(chunk.data()), got);
  if (error_output_.size() > 2 * kErrorOutputKept) error_output_.erase(0, error_output_.size() - kErrorOutputKept);
}

void Process::collect_last_errors() {
  // What is in the pipe (64 KiB) and not more: a grandchild may go on writing.
  for (int round = 0; round < 16; ++round) {
    pollfd wait{err_.get(), POLLIN, 0};
    if (::poll(&wait, 1, 0) <= 0) return;
    collect_errors();
  }
}

void Process::stop() noexcept {
  if (reaped_) return;
  ::kill(-pid_, SIGTERM);
  const auto end = SteadyClock::now() + kTermGrace;
  while (!ended() && SteadyClock::now() < end) {
    pollfd wait{watch_.get(), POLLIN, 0};
    ::poll(&wait, 1, watch_.valid() ? static_cast<int>(kPollInterval.count()) : 10);
  }
  ::kill(-pid_, SIGKILL);
  while (!ended()) {
    pollfd wait{watch_.get(), POLLIN, 0};
    ::poll(&wait, 1, 10);
  }
}

/// The end of stderr as one line.
std::string last_words(const std::string& text) {
  std::string_view line = trim(text);
  if (line.size() > kErrorOutputShown) line.remove_prefix(line.size() - kErrorOutputShown);
  return replace_all(line, "\n", "; ");
}

class CommandOutput final : public ByteSource {
 public:
  CommandOutput(const std::vector<std::string>& argv, const CancelToken& cancel)
      : process_(argv, ""), cancel_(cancel) {}

  std::size_t read(std::span<std::byte> out) override {
    if (failure_) std::rethrow_exception(failure_);
    if (out.empty() || done_) return 0;
    try {
      return read_more(out);
    } catch (...) {
      failure_ = std::current_exception();
      process_.stop();
      throw;
    }
  }

 private:
  std::size_t read_more(std::span<std::byte> out) {
    while (process_.output_open() || !process_.ended()) {
      cancel_.check();
      if (const std::size_t got = process_.poll_output(out, kPollInterval)) return got;
    }
    process_.collect_last_errors();
    done_ = true;
    if (process_.exit_code() == 0) return 0;
    const std::string words = last_words(process_.error_output());
    throw Error(ErrorKind::tool, fmt::format("'{}' ended with status {}{}{}", process_.name(), process_.exit_code(),
                                             words.empty() ? "" : ": ", words));
  }

  Process process_;
  const CancelToken& cancel_;
  std::exception_ptr failure_;
  bool done_ = false;
};

}  // namespace

CommandResult run_command(const CommandLine& command, const CancelToken& cancel) {
  cancel.check();
  Process process(command.argv, command.input);
  const auto start = SteadyClock::now();
  CommandResult result;
  std::array<std::byte, 64 * 1024> chunk;
  bool quiet = false;
  // A grandchild may keep the pipes open for ever: once the program has ended, only what is already there is read.
  while (!process.ended() || (process.output_open() && !quiet)) {
    cancel.check();
    const std::size_t got = process.poll_output(chunk, process.ended() ? std::chrono::milliseconds(0) : kPollInterval);
    quiet = got == 0 && process.ended();
    result.output.append(reinterpret_cast<const char*>(chunk.data()), got);
    if (result.output.size() > command.output_limit) {
      throw Error(ErrorKind::tool, fmt::format("'{}' wrote more than {} bytes", process.name(), command.output_limit));
    }
    if (command.time_limit && !process.ended() && SteadyClock::now() - start > *command.time_limit) {
      const auto seconds = static_cast<double>(command.time_limit->count()) / 1000;
      throw Error(ErrorKind::timeout, fmt::format("'{}' did not end within {:g} s", process.name(), seconds));
    }
  }
  process.collect_last_errors();
  result.exit_code = process.exit_code();
  result.error_output = process.error_output();
  if (result.error_output.size() > kErrorOutputKept) {
    result.error_output.erase(0, result.error_output.size() - kErrorOutputKept);
  }
  return result;
}

bool has_program(const std::string& name) {
  const auto is_program = [](const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
  };
  if (name.empty()) return false;
  if (name.find('/') != std::string::npos) return is_program(name);
  const auto folders = split(process_environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin"), ':');
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
    return is_program((folder.empty() ? "." : folder) + "/" + name);
  });
}

std::unique_ptr<ByteSource> open_command_output(const std::vector<std::string>& argv, const CancelToken& cancel) {
  cancel.check();
  return std::make_unique<CommandOutput>(argv, cancel);
}

}  // namespace sidecarctl
