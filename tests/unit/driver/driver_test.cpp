// SPDX-License-Identifier: Apache-2.0
#include "driver/driver.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "util/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <thread>

using namespace sidecarctl;
using namespace sidecarctl::test;
namespace fs = std::filesystem;
using std::chrono::milliseconds;

namespace {

std::string text_of(const fs::path& path) {
  return read_file(path, 1 << 20);
}

void put(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

/// The container's half: looks for flags by existence alone, as the documented entrypoint does.
class Sidecar {
 public:
  Sidecar(fs::path volume, std::function<void(const fs::path&)> work)
      : volume_(std::move(volume)), thread_([this, work = std::move(work)] {
          if (!wait_for("start_flag")) return;
          work(volume_);
          closed_ = wait_for("close_flag");
        }) {}
  ~Sidecar() { join(); }
  /// Did close_flag come?
  bool join() {
    if (thread_.joinable()) thread_.join();
    return closed_;
  }

 private:
  bool wait_for(const char* flag) const {
    for (int i = 0; i < 5000; ++i) {
      if (fs::exists(volume_ / flag)) return true;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return false;
  }
  fs::path volume_;
  bool closed_ = false;
  std::thread thread_;
};

struct Bench {
  TempDir dir;
  fs::path volume = dir.path() / "volume";
  fs::path out = dir.path() / "out";
  DriveOptions options;
  NullEvents events;
  CancelToken cancel;
  Bench() {
    fs::create_directory(volume);
    put(dir.path() / "rows.csv", "a,b\n1,2\n");
    options.volume = volume;
    options.out = out;
    options.run_id = "run-1";
    options.inputs = {{dir.path() / "rows.csv", "infile.csv"}};
    options.outputs = {{"outfile.csv", false}};
    options.timeout = milliseconds(5000);
  }
  DriveReport drive() { return sidecarctl::drive(options, events, cancel); }
  std::string failure() {
    const DriveReport report = drive();
    return report.error ? std::string(report.error->message()) : "no error";
  }
};

void copy_through(const fs::path& volume) {
  put(volume / "outfile.csv", text_of(volume / "infile.csv"));
  put(volume / "done_flag", "");
}

std::function<void(const fs::path&)> done_with(const std::string& text) {
  return [text](const fs::path& volume) {
    put(volume / "logfile", "first line\nlast line\n");
    put(volume / ".status", text);
    fs::rename(volume / ".status", volume / "done_flag");
  };
}

}  // namespace

TEST_CASE("a run brings inputs in, waits, brings outputs out and closes") {
  Bench bench;
  Sidecar sidecar(bench.volume, copy_through);
  const DriveReport report = bench.drive();
  REQUIRE_FALSE(report.error);
  CHECK(sidecar.join());
  CHECK(text_of(bench.out / "outfile.csv") == "a,b\n1,2\n");
  REQUIRE(report.inputs.size() == 1);
  CHECK(report.inputs[0].size == 8);
  CHECK(report.inputs[0].sha256 == report.outputs.at(0).sha256);
  CHECK(report.inputs[0].sha256 == "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470");
  CHECK(report.closed);
  REQUIRE(report.status);
  CHECK(report.status->state.empty());  // The documented entrypoint tells nothing.
}

TEST_CASE("start_flag holds the run and its inputs, and comes after them") {
  Bench bench;
  std::string start;
  Sidecar sidecar(bench.volume, [&](const fs::path& volume) {
    start = text_of(volume / "start_flag");
    REQUIRE(fs::exists(volume / "infile.csv"));
    copy_through(volume);
  });
  bench.drive();
  sidecar.join();
  CHECK_THAT(start, Catch::Contains(R"("schema":"sidecar.start/v1","run_id":"run-1")") &&
                        Catch::Contains(R"("name":"infile.csv","size":8,"sha256":")"));
}

TEST_CASE("nested names are made and read below the volume") {
  Bench bench;
  bench.options.inputs[0].name = "in/deep/rows.csv";
  bench.options.outputs = {{"out/rows.csv", false}};
  bench.options.prefix = "0001-";
  Sidecar sidecar(bench.volume, [](const fs::path& volume) {
    put(volume / "out/rows.csv", text_of(volume / "in/deep/rows.csv"));
    put(volume / "done_flag", "");
  });
  CHECK_FALSE(bench.drive().error);
  CHECK(text_of(bench.out / "out/0001-rows.csv") == "a,b\n1,2\n");
}

TEST_CASE("a failure of the command is a failure of the run, with its reason and the log's end") {
  Bench bench;
  Sidecar sidecar(
      bench.volume,
      done_with(R"({"schema":"sidecar.status/v1","run_id":"run-1","state":"failed","exit_code":3,"reason":"exit 3"})"));
  const DriveReport report = bench.drive();
  REQUIRE(report.error);
  CHECK(report.error->kind() == ErrorKind::policy);
  CHECK(report.error->message() == "the sidecar's command failed: exit 3");
  CHECK(report.error->context().back() == "logfile: last line");
  CHECK(report.status->exit_code == 3);
  CHECK(sidecar.join());
}

TEST_CASE("outputs that are missing are named, optional ones may be") {
  Bench bench;
  bench.options.outputs = {{"outfile.csv", false}, {"extra.csv", false}, {"maybe.csv", true}};
  Sidecar sidecar(bench.volume, copy_through);
  const DriveReport report = bench.drive();
  REQUIRE(report.error);
  CHECK(report.error->message() == "outputs are missing: extra.csv");
  CHECK(report.outputs.size() == 1);
  CHECK(sidecar.join());
}

TEST_CASE("a done_flag of another run is not taken for this one's") {
  Bench bench;
  bench.options.outputs.clear();
  Sidecar sidecar(bench.volume, done_with(R"({"schema":"sidecar.status/v1","run_id":"old","state":"succeeded"})"));
  CHECK_THAT(bench.failure(), Catch::Contains("belongs to another run: 'old', not 'run-1'"));
}

TEST_CASE("a used volume is refused and left as it is") {
  for (const std::string flag : {"start_flag", "done_flag", "close_flag"}) {
    Bench bench;
    put(bench.volume / flag, "old");
    CHECK_THAT(bench.failure(), Catch::Contains("was used before: " + flag + " is there"));
    CHECK(std::distance(fs::directory_iterator(bench.volume), fs::directory_iterator()) == 1);
  }
}

TEST_CASE("a volume that another driver uses is refused") {
  Bench bench;
  const UniqueFd other(::open(bench.volume.c_str(), O_RDONLY | O_DIRECTORY));
  REQUIRE(::flock(other.get(), LOCK_EX) == 0);
  CHECK_THAT(bench.failure(), Catch::Contains("another driver uses the volume"));
}

TEST_CASE("without done_flag the run ends in time, and the sidecar is told to end") {
  Bench bench;
  bench.options.timeout = milliseconds(60);
  Sidecar sidecar(bench.volume, [](const fs::path&) {});
  const DriveReport report = bench.drive();
  REQUIRE(report.error);
  CHECK(report.error->kind() == ErrorKind::timeout);
  CHECK(report.closed);
  CHECK(sidecar.join());
}

TEST_CASE("a heartbeat that stopped ends the wait") {
  Bench bench;
  bench.options.heartbeat_timeout = milliseconds(60000);
  Sidecar sidecar(bench.volume, [](const fs::path& volume) {
    put(volume / ".sidecar-heartbeat", "");
    fs::last_write_time(volume / ".sidecar-heartbeat", fs::file_time_type::clock::now() - std::chrono::seconds(90));
  });
  CHECK_THAT(bench.failure(), Catch::Contains("no sign of life for 9"));
  CHECK(sidecar.join());
}

TEST_CASE("an interrupt closes, too") {
  Bench bench;
  Sidecar sidecar(bench.volume, [&](const fs::path&) { bench.cancel.cancel(2); });
  const DriveReport report = bench.drive();
  REQUIRE(report.error);
  CHECK(report.error->kind() == ErrorKind::interrupted);
  CHECK(sidecar.join());
}

TEST_CASE("names cannot leave the volume or stand for a flag") {
  for (const std::string name : {"", "..", "../x", "/etc/passwd", "a/../../x", "start_flag", "done_flag/x",
                                 "close_flag", "logfile", ".sidecar-heartbeat", "a//b", "./a"}) {
    INFO(name);
    Bench bench;
    bench.options.inputs[0].name = name;
    CHECK(bench.drive().error->kind() == ErrorKind::usage);
    bench.options.inputs.clear();
    bench.options.outputs = {{name, false}};
    CHECK(bench.drive().error->kind() == ErrorKind::usage);
    CHECK(fs::is_empty(bench.volume));
  }
}

TEST_CASE("no link leads out of the volume, in either direction") {
  Bench bench;
  put(bench.dir.path() / "secret/outfile.csv", "secret");
  fs::create_directory_symlink(bench.dir.path() / "secret", bench.volume / "in");
  bench.options.inputs[0].name = "in/rows.csv";
  CHECK(bench.drive().error);
  CHECK_FALSE(fs::exists(bench.dir.path() / "secret/rows.csv"));
  for (const std::string kind : {"link", "folder link", "fifo", "folder"}) {
    INFO(kind);
    Bench hostile;
    put(hostile.dir.path() / "secret/outfile.csv", "secret");
    if (kind == "folder link") hostile.options.outputs = {{"linked/outfile.csv", false}};
    Sidecar sidecar(hostile.volume, [&](const fs::path& volume) {
      if (kind == "link") fs::create_symlink(hostile.dir.path() / "secret/outfile.csv", volume / "outfile.csv");
      if (kind == "folder link") fs::create_directory_symlink(hostile.dir.path() / "secret", volume / "linked");
      if (kind == "fifo") ::mkfifo((volume / "outfile.csv").c_str(), 0666);
      if (kind == "folder") fs::create_directory(volume / "outfile.csv");
      put(volume / "done_flag", "");
    });
    const DriveReport report = hostile.drive();
    REQUIRE(report.error);
    CHECK_THAT(std::string(report.error->message()), Catch::Contains("is no regular file, or lies behind a link"));
    CHECK((!fs::exists(hostile.out) || fs::is_empty(hostile.out)));
  }
}

TEST_CASE("a link with the name of an input is replaced, not followed") {
  Bench bench;
  put(bench.dir.path() / "secret", "secret");
  fs::create_symlink(bench.dir.path() / "secret", bench.volume / "infile.csv");
  Sidecar sidecar(bench.volume, copy_through);
  CHECK_FALSE(bench.drive().error);
  CHECK(text_of(bench.dir.path() / "secret") == "secret");
}

TEST_CASE("a giant sparse output costs what it holds") {
  Bench bench;
  Sidecar sidecar(bench.volume, [](const fs::path& volume) {
    put(volume / "outfile.csv", "head");
    fs::resize_file(volume / "outfile.csv", 256UL << 20U);
    put(volume / "done_flag", "");
  });
  const DriveReport report = bench.drive();
  REQUIRE_FALSE(report.error);
  struct stat status {};
  REQUIRE(::stat((bench.out / "outfile.csv").c_str(), &status) == 0);
  CHECK(status.st_size == 256L << 20U);
  CHECK(status.st_blocks < 1024);
}

TEST_CASE("an input that is no regular file, or not there, is refused, and the sidecar still ends") {
  for (const std::string kind : {"missing", "fifo", "folder"}) {
    Bench bench;
    bench.options.inputs[0].source = bench.dir.path() / kind;
    if (kind == "fifo") ::mkfifo((bench.dir.path() / kind).c_str(), 0666);
    if (kind == "folder") fs::create_directory(bench.dir.path() / kind);
    const DriveReport report = bench.drive();
    REQUIRE(report.error);
    CHECK(report.closed);
    CHECK_FALSE(fs::exists(bench.volume / "start_flag"));
  }
}

TEST_CASE("done_flag is read as a status only when it is one") {
  CHECK(parse_drive_status("").state.empty());
  CHECK(parse_drive_status("done at 12:00").state.empty());
  CHECK(parse_drive_status(R"({"state":"failed"})").state.empty());
  CHECK(parse_drive_status(R"({"schema":"sidecar.status/v1","state":5})").state.empty());
  CHECK(parse_drive_status(R"({"schema":"sidecar.status/v1","state":"failed"})").state == "failed");
  CHECK(parse_drive_status(std::string(100000, '[')).state.empty());
}

TEST_CASE("run ids differ") {
  CHECK(make_run_id() != make_run_id());
  CHECK(make_run_id().size() == 32);
}
