// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <cstddef>
#include <string>

namespace sidecarctl::test {

TEST_CASE("a program whose loader is not there is found") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", elf_file("/lib/ld-musl-x86_64.so.1"), 0755);
  const RuleAnswer answer = ask("SDC705", builder);
  REQUIRE(answer.found());
  CHECK_THAT(answer.findings[0].message, Catch::Contains("ld-musl-x86_64.so.1' does not exist"));
  CHECK_THAT(answer.findings[0].fix, Catch::Contains("musl"));
  builder.files.file("/usr/bin/entrypoint", elf_file("/lib64/ld-linux-x86-64.so.2"), 0755);
  CHECK_THAT(ask("SDC705", builder).findings.at(0).fix, Catch::Contains("glibc"));
}

TEST_CASE("a loader that the user may not execute is found") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", elf_file("/lib64/ld-linux-x86-64.so.2"), 0755);
  builder.files.file("/lib64/ld-linux-x86-64.so.2", elf_file(), 0644);
  CHECK_THAT(ask("SDC705", builder).findings.at(0).message, Catch::Contains("mode 0644"));
}

TEST_CASE("a static program and one whose loader is there pass") {
  SubjectBuilder builder;
  CHECK(ask("SDC705", builder).passed());
  builder.files.file("/usr/bin/entrypoint", elf_file("/lib64/ld-linux-x86-64.so.2"), 0755);
  builder.files.link("/lib64", "usr/lib64").file("/usr/lib64/ld-linux-x86-64.so.2", elf_file(), 0755);
  CHECK(ask("SDC705", builder).passed());
}

TEST_CASE("the loader of a script's interpreter counts, with the interpreter named") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "#!/usr/bin/env python3\n", 0755).file("/usr/bin/env", elf_file(), 0755);
  builder.files.file("/usr/bin/python3", elf_file("/lib/ld-musl-x86_64.so.1"), 0755);
  CHECK_THAT(ask("SDC705", builder).findings.at(0).message, Catch::Contains("'python3' needs its loader"));
  CHECK(ask("SDC706", builder).passed());
}

TEST_CASE("a 32-bit program needs its loader too") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", elf_file("/lib/ld-linux.so.2", 3, false), 0755);
  CHECK(ask("SDC705", builder).found());
}

TEST_CASE("a loader's name far inside the file is read, and one too far is unknown") {
  SubjectBuilder builder;
  const auto far_away = [](std::size_t offset) {
    std::string file = elf_file("/lib/gone");
    for (std::size_t i = 0; i < 8; ++i) file[64 + 8 + i] = static_cast<char>((offset >> (8 * i)) & 0xffU);
    file.resize(offset);
    return file + std::string("/lib/gone\0", 10);
  };
  builder.files.file("/usr/bin/entrypoint", far_away(500 * 1024), 0755);
  CHECK(ask("SDC705", builder).found());
  builder.files.file("/usr/bin/entrypoint", far_away(ImageFiles::kMaxHead - 10), 0755);
  CHECK(ask("SDC705", builder).found());
  builder.files.file("/usr/bin/entrypoint", far_away(ImageFiles::kMaxHead - 9), 0755);
  CHECK(ask("SDC705", builder).unknown());
}

}  // namespace sidecarctl::test
