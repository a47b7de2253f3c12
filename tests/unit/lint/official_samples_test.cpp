// SPDX-License-Identifier: Apache-2.0
// The two samples of the platform's documentation, rebuilt from their description on bases of the same shape, must lint
// with 0 errors and 0 warnings, and with every rule decided.
#include "lint/engine.hpp"
#include "support/catch.hpp"
#include "support/fake_files.hpp"
#include "support/image_builder.hpp"
#include "support/lint_source.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sidecarctl::test {
namespace {

const std::string kLoader = "/lib64/ld-linux-x86-64.so.2";

ArchiveMember folder(std::string name, std::uint64_t uid = 0) {
  return ArchiveMember{std::move(name), "", '5', "", 0755, uid, 0};
}
ArchiveMember program(std::string name, std::string content) {
  return ArchiveMember{std::move(name), std::move(content), '0', "", 0755, 0, 0};
}
ArchiveMember text(std::string name, std::string content) {
  return ArchiveMember{std::move(name), std::move(content), '0', "", 0644, 0, 0};
}
ArchiveMember link(std::string name, std::string target) {
  return ArchiveMember{std::move(name), "", '2', std::move(target), 0777, 0, 0};
}

/// What a distribution with a merged /usr has.
std::vector<ArchiveMember> base_files() {
  return {folder("usr"),
          folder("usr/bin"),
          folder("usr/sbin"),
          folder("usr/lib64"),
          folder("usr/local"),
          folder("usr/local/bin"),
          folder("usr/local/sbin"),
          folder("etc"),
          folder("opt"),
          folder("root"),
          ArchiveMember{"tmp", "", '5', "", 01777, 0, 0},
          link("bin", "usr/bin"),
          link("sbin", "usr/sbin"),
          link("lib64", "usr/lib64"),
          program("usr/lib64/ld-linux-x86-64.so.2", elf_file()),
          program("usr/bin/bash", elf_file(kLoader)),
          link("usr/bin/sh", "bash"),
          program("usr/bin/env", elf_file(kLoader)),
          program("usr/bin/tee", elf_file(kLoader)),
          program("usr/bin/dd", elf_file(kLoader)),
          text("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/sbin/nologin\n"),
          text("etc/group", "root:x:0:\nnobody:x:65534:\n")};
}

TestImage flags_sample() {
  TestImage image;
  image.names = {"registry.example/simple-example:0.0.1"};
  auto base = base_files();
  base.push_back(program("usr/bin/python3.11", elf_file(kLoader)));
  base.push_back(link("usr/bin/python3", "python3.11"));
  const std::string script =
      "#!/usr/bin/env python3\nimport os, time\nd = '/opt/palantir/sidecars/shared-volumes/shared/'\n"
      "while not os.path.exists(d + 'start_flag'): time.sleep(1)\n"
      "open(d + 'done_flag', 'w')\nwhile not os.path.exists(d + 'close_flag'): time.sleep(1)\n";
  image.layers = {
      {tar_of(base), "ADD rootfs /"},
      {tar_of({program("usr/bin/entrypoint", script)}), "ADD entrypoint.py /usr/bin/entrypoint"},
      {tar_of({folder("opt/palantir"), folder("opt/palantir/sidecars"), folder("opt/palantir/sidecars/shared-volumes"),
               folder("opt/palantir/sidecars/shared-volumes/shared", 5001)}),
       "RUN mkdir -p /opt/palantir/sidecars/shared-volumes/shared/ && chown 5001 "
       "/opt/palantir/sidecars/shared-volumes/shared/"}};
  image.config = {
      {"os", "linux"},
      {"architecture", "amd64"},
      {"config",
       {{"User", "5001"},
        {"Env",
         {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          "SHARED_DIR=/opt/palantir/sidecars/shared-volumes/shared"}},
        {"Entrypoint",
         {"/bin/sh", "-c", R"(entrypoint -c "dd if=$SHARED_DIR/infile.csv of=$SHARED_DIR/outfile.csv")"}}}}};
  return image;
}

TestImage server_sample() {
  TestImage image;
  image.names = {"registry.example/flask-server:0.0.1"};
  auto base = base_files();
  base.push_back(program("usr/local/bin/python3.8", elf_file(kLoader)));
  base.push_back(link("usr/local/bin/python3", "python3.8"));
  base.push_back(link("usr/local/bin/python", "python3"));
  image.layers = {{tar_of(base), "ADD rootfs /"},
                  {tar_of({folder("app"), text("app/app.py", "from flask import Flask\n")}), "COPY . /app"}};
  image.config = {{"os", "linux"},
                  {"architecture", "amd64"},
                  {"config",
                   {{"User", "1234"},
                    {"Env", {"PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"}},
                    {"WorkingDir", "/app"},
                    {"ExposedPorts", {{"1234/tcp", OrderedJson::object()}}},
                    {"Cmd", {"python", "app.py"}}}}};
  return image;
}

lint::TargetReport lint_sample(const TestImage& sample) {
  const BuiltImage built = build(sample);
  LintSource source;
  source.root = built.manifest;
  source.blobs[built.config_descriptor.digest.str()] = built.config;
  for (const BuiltLayer& layer : built.layers) source.blobs[layer.descriptor.digest.str()] = layer.blob;
  source.image.source.name = sample.names.front();
  source.image.source.tag = "0.0.1";
  return lint::lint_image(source, sample.names.front(), lint::LintOptions{});
}

void check_clean(const lint::TargetReport& report) {
  if (report.error) FAIL(report.error->message());
  for (const lint::ReportedFinding& finding : report.findings) {
    INFO(finding.rule->id << " " << finding.finding.message);
    CHECK(finding.severity == lint::Severity::info);
  }
  for (const lint::RuleVerdict& verdict : report.verdicts) {
    INFO(verdict.rule->id << ": " << verdict.reason.value_or(""));
    CHECK(verdict.kind != lint::RuleVerdict::Kind::unknown);
  }
  CHECK(lint::lint_exit_code({report}, lint::Severity::warning) == 0);
}

}  // namespace

TEST_CASE("the documentation's flags sample lints clean") {
  const auto report = lint_sample(flags_sample());
  CHECK(report.profile.name == lint::ProfileName::flags);
  check_clean(report);
}

TEST_CASE("the documentation's server sample lints clean") {
  const auto report = lint_sample(server_sample());
  CHECK(report.profile.name == lint::ProfileName::server);
  check_clean(report);
}

TEST_CASE("the flags sample on a base without python3 does not start") {
  TestImage image = flags_sample();
  image.layers.push_back({tar_of({text("usr/bin/.wh.python3", "")}), "RUN dnf remove python3"});
  const auto report = lint_sample(image);
  REQUIRE(report.count(lint::Severity::error) == 1);
  CHECK(report.findings.front().rule->id == "SDC706");
}

}  // namespace sidecarctl::test
