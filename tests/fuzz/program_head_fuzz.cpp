// SPDX-License-Identifier: Apache-2.0
#include "lint/program_head.hpp"
#include "lint/shell_words.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using sidecarctl::lint::ProgramHead;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// The same bytes as a whole file and as the head of a larger one.
void check_head(std::string_view bytes) {
  for (const std::uint64_t size :
       {std::uint64_t{bytes.size()}, std::uint64_t{bytes.size()} + 5000, ~std::uint64_t{0}}) {
    const ProgramHead head = sidecarctl::lint::parse_program_head(bytes, size);
    require(head.interpreter.size() < sidecarctl::lint::kShebangBuffer);
    require(head.argument.size() < sidecarctl::lint::kShebangBuffer);
    require(head.interpreter.find('\0') == std::string::npos && head.argument.find('\0') == std::string::npos);
    require(head.elf_interpreter.size() <= 4096);
    require(head.elf_fault.empty() || head.elf_interpreter.empty());
    require(head.bytes_needed == 0 || head.bytes_needed > bytes.size());
    require((head.kind == ProgramHead::Kind::empty) == bytes.empty());
  }
}

void check_command(std::string_view bytes) {
  sidecarctl::lint::ShellStart start;
  start.variables = {{"PATH", "/bin:/usr/bin"}, {"HOME", "/root"}, {"A", "b c"}};
  const auto command = sidecarctl::lint::first_command(bytes, start);
  using Kind = sidecarctl::lint::ShellCommand::Kind;
  require((command.kind == Kind::unknown) == !command.unknown_reason.empty());
  require(!command.working_dir || command.working_dir->starts_with('/'));
  const auto call = sidecarctl::lint::parse_env_call({{"-S", "", true}, {std::string(bytes), "", true}});
  require(!call.program || (call.unknown_reason.empty() && call.bad_option.empty()));
  sidecarctl::lint::split_shell_form({"sh", std::string(bytes), "-c", "x"});
  sidecarctl::lint::is_pseudo_json(bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_head(bytes);
  check_command(bytes);
  return 0;
}
