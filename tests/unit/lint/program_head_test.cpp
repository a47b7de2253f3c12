// SPDX-License-Identifier: Apache-2.0
#include "lint/program_head.hpp"

#include "support/catch.hpp"
#include "support/fake_files.hpp"

#include <string>
#include <vector>

using sidecarctl::lint::parse_program_head;
using sidecarctl::lint::ProgramHead;
using Kind = ProgramHead::Kind;

namespace {

ProgramHead parse(const std::string& content) {
  return parse_program_head(content, content.size());
}

/// `text` with `count` bytes of `value` (little-endian) written at `at`.
std::string patched(std::string text, std::size_t at, std::uint64_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) text[at + i] = static_cast<char>((value >> (8 * i)) & 0xffU);
  return text;
}

std::string line_of(std::size_t length) {
  return "#!/" + std::string(length - 3, 'x');
}

}  // namespace

TEST_CASE("the kind of a program is told by its first bytes") {
  const std::string nul(1, '\0');
  const std::vector<std::pair<std::string, Kind>> table{
      {"", Kind::empty},
      {"#!/bin/sh\n", Kind::script},
      {"echo hello\n", Kind::text},
      {"\xef\xbb\xbf"
       "echo\n",
       Kind::text},
      {"\x7f"
       "ELF",
       Kind::elf},
      {"MZ\x90" + nul + "rest", Kind::pe},
      {"MZ is how this text starts\n", Kind::text},
      {"\xcf\xfa\xed\xfe"
       "....",
       Kind::mach_o},
      {"\xfe\xed\xfa\xce"
       "....",
       Kind::mach_o},
      {"\xca\xfe\xba\xbe" + std::string("\0\0\0\2", 4), Kind::mach_o},
      {"\xca\xfe\xba\xbe" + std::string("\0\0\0\x34", 4), Kind::binary},  // A Java class.
      {"\x1f\x8b\x08" + nul + nul, Kind::binary},
  };
  for (const auto& [content, kind] : table) {
    INFO(content);
    CHECK(parse(content).kind == kind);
  }
}

TEST_CASE("a shebang line is read as Linux reads it") {
  struct Row {
    std::string content, interpreter, argument;
  };
  const std::vector<Row> table{
      {"#!/bin/sh\necho\n", "/bin/sh", ""},
      {"#!/bin/sh", "/bin/sh", ""},
      {"#! \t /bin/sh -e \t\n", "/bin/sh", "-e"},
      {"#!/usr/bin/env python3 -u\n", "/usr/bin/env", "python3 -u"},
      {"#!/usr/bin/env -S  python3 -u\n", "/usr/bin/env", "-S  python3 -u"},
      {"#!bin/sh\n", "bin/sh", ""},
      {std::string("#!/bin/echo\0 foo\n", 17), "/bin/echo", ""},
      {"#!\n", "", ""},
      {"#!   \n", "", ""},
      {"#!", "", ""},
  };
  for (const Row& row : table) {
    INFO(row.content);
    const ProgramHead head = parse(row.content);
    CHECK(head.kind == Kind::script);
    CHECK(head.interpreter == row.interpreter);
    CHECK(head.argument == row.argument);
    CHECK_FALSE(head.shebang_too_long);
  }
}

TEST_CASE("a line of 255 bytes works and one of 256 does not") {
  for (const std::string end : {"\n", ""}) {
    INFO("end: " << end.size());
    CHECK_FALSE(parse(line_of(254) + end).shebang_too_long);
    CHECK_FALSE(parse(line_of(255) + end).shebang_too_long);
    CHECK(parse(line_of(255) + end).interpreter.size() == 253);
    CHECK(parse(line_of(256) + end).shebang_too_long);
    CHECK(parse(line_of(257) + end).shebang_too_long);
  }
  CHECK(parse("#!" + std::string(300, ' ') + "/bin/sh\n").shebang_too_long);
}

TEST_CASE("a long argument after a short path is cut") {
  const ProgramHead head = parse("#!/bin/echo " + std::string(300, 'a') + "\n");
  CHECK(head.interpreter == "/bin/echo");
  CHECK(head.argument == std::string(255 - 12, 'a'));
  CHECK(head.argument_cut);
  CHECK_FALSE(head.shebang_too_long);
  CHECK_FALSE(parse("#!/bin/echo a\n").argument_cut);
}

TEST_CASE("line ends and byte order marks are seen") {
  const ProgramHead carriage_return = parse("#!/bin/sh\r\necho\r\n");
  CHECK(carriage_return.shebang_has_cr);
  CHECK(carriage_return.interpreter == "/bin/sh\r");
  CHECK(carriage_return.body_has_crlf);
  const ProgramHead body = parse("#!/bin/sh\necho\r\n");
  CHECK_FALSE(body.shebang_has_cr);
  CHECK(body.body_has_crlf);
  CHECK_FALSE(parse("#!/bin/sh\r\necho\n").body_has_crlf);
  CHECK(parse("echo\r\n").body_has_crlf);
  const ProgramHead mark = parse("\xef\xbb\xbf#!/bin/sh\n");
  CHECK(mark.has_bom);
  CHECK(mark.kind == Kind::script);
  CHECK(mark.interpreter == "/bin/sh");
  CHECK_FALSE(parse("#!/bin/sh").shebang_has_newline);
}

TEST_CASE("an ELF file tells machine and loader") {
  const ProgramHead head = parse(sidecarctl::test::elf_file("/lib64/ld-linux-x86-64.so.2"));
  CHECK(head.kind == Kind::elf);
  CHECK(head.is_x86_64());
  CHECK(head.elf_interpreter == "/lib64/ld-linux-x86-64.so.2");
  CHECK(head.elf_fault.empty());
  CHECK(parse(sidecarctl::test::elf_file()).elf_interpreter.empty());
  const ProgramHead arm = parse(sidecarctl::test::elf_file("", 183));
  CHECK_FALSE(arm.is_x86_64());
  CHECK(arm.elf_machine == 183);
  const ProgramHead small = parse(sidecarctl::test::elf_file("/lib/ld-linux.so.2", 3, false));
  CHECK_FALSE(small.elf_64bit);
  CHECK(small.elf_interpreter == "/lib/ld-linux.so.2");
  CHECK(small.elf_fault.empty());
}

TEST_CASE("a hostile ELF file is a fault, never a read out of bounds") {
  const std::string good = sidecarctl::test::elf_file("/lib/loader");
  constexpr std::uint64_t kHuge = 0xffffffffffffff00;
  struct Row {
    std::string name, content;
    bool truncated;
  };
  const std::vector<Row> table{
      {"phoff out of range", patched(good, 32, kHuge, 8), true},
      {"phoff at the end", patched(good, 32, good.size(), 8), true},
      {"huge phnum", patched(good, 56, 0xffff, 2), false},
      {"no program headers", patched(good, 56, 0, 2), false},
      {"phnum one beyond", patched(good, 56, 3, 2), true},
      {"odd entry size", patched(good, 54, 55, 2), false},
      {"loader name out of range", patched(good, 64 + 8, kHuge, 8), true},
      {"loader name too long", patched(good, 64 + 32, 5000, 8), true},
      {"loader name overflows", patched(patched(good, 64 + 8, kHuge, 8), 64 + 32, kHuge, 8), true},
      {"loader name empty", patched(good, 64 + 32, 0, 8), false},
      {"loader name without end", patched(good, 64 + 32, 4, 8), false},
      {"object file", patched(good, 16, 1, 2), false},
      {"bad class", patched(good, 4, 7, 1), false},
      {"bad byte order", patched(good, 5, 0, 1), false},
  };
  for (const Row& row : table) {
    INFO(row.name);
    const ProgramHead head = parse(row.content);
    CHECK(head.kind == Kind::elf);
    CHECK_FALSE(head.elf_fault.empty());
    CHECK(head.elf_truncated == row.truncated);
    CHECK(head.elf_interpreter.empty());
  }
}

TEST_CASE("an ELF file cut anywhere before its end is truncated") {
  const std::string good = sidecarctl::test::elf_file("/lib/loader");
  for (std::size_t length = 4; length < good.size(); ++length) {
    INFO(length);
    const ProgramHead head = parse(good.substr(0, length));
    CHECK(head.elf_truncated);
    CHECK_FALSE(head.elf_fault.empty());
  }
  const std::string segment = patched(patched(good, 64, 1, 4), 64 + 32, good.size(), 8);
  CHECK(parse(segment).elf_truncated);
}

TEST_CASE("what lies beyond the given bytes but inside the file is asked for") {
  const std::string good = sidecarctl::test::elf_file("/lib/loader");
  const ProgramHead table = parse_program_head(std::string_view(good).substr(0, 64), good.size());
  CHECK(table.elf_fault.empty());
  CHECK(table.bytes_needed == 64 + 56);
  const ProgramHead name = parse_program_head(std::string_view(good).substr(0, 64 + 56), good.size());
  CHECK(name.elf_fault.empty());
  CHECK(name.bytes_needed == good.size());
  CHECK(parse(good).bytes_needed == 0);
}

TEST_CASE("big-endian numbers are read as such") {
  std::string big = sidecarctl::test::elf_file("", 0);
  big[5] = 2;
  big[18] = 0;
  big[19] = 22;
  big[16] = 0;
  big[17] = 2;
  const ProgramHead head = parse(big);
  CHECK(head.elf_machine == 22);
  CHECK_FALSE(head.is_x86_64());
  CHECK(sidecarctl::lint::machine_name(head.elf_machine) == "s390x");
  CHECK(sidecarctl::lint::machine_name(4242) == "machine 4242");
}
