// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/program_check.hpp"

#include <elf.h>

#include <cstdint>
#include <cstring>

namespace sidecarctl::entrypoint {
namespace {

std::string machine_name(unsigned machine) {
  switch (machine) {
    case EM_AARCH64: return "arm64";
    case EM_ARM: return "arm";
    case EM_PPC64: return "ppc64le";
    case EM_S390: return "s390x";
    case EM_RISCV: return "riscv64";
    default: return "ELF machine " + std::to_string(machine);
  }
}

ProgramHead parse_elf(std::string_view head) {
  ProgramHead result;
  result.kind = ProgramHead::Kind::elf;
  if (head.size() < 20) {
    result.kind = ProgramHead::Kind::other;
    return result;
  }
  const bool big_endian = head[EI_DATA] == ELFDATA2MSB;
  const unsigned low = static_cast<unsigned char>(head[big_endian ? 19 : 18]);
  const unsigned high = static_cast<unsigned char>(head[big_endian ? 18 : 19]);
  const unsigned machine = low | high << 8U;
  if (big_endian || (machine != EM_X86_64 && machine != EM_386)) result.machine = machine_name(machine);
  return result;
}

std::string_view take_word(std::string_view& text) noexcept {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return text = {};
  text.remove_prefix(begin);
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace

ProgramHead parse_program_head(std::string_view head) {
  ProgramHead result;
  if (head.empty()) result.kind = ProgramHead::Kind::empty;
  if (head.starts_with(std::string_view(ELFMAG, SELFMAG))) return parse_elf(head);
  if (!head.starts_with("#!")) return result;
  result.kind = ProgramHead::Kind::script;
  std::string_view line = head.substr(2, head.substr(2).find('\n'));
  result.interpreter = take_word(line);
  if (const std::size_t begin = line.find_first_not_of(" \t"); begin != std::string_view::npos) {
    result.argument = line.substr(begin, line.find_last_not_of(" \t") - begin + 1);
  }
  return result;
}

std::string env_program(std::string_view argument) {
  while (!argument.empty()) {
    const std::string_view word = take_word(argument);
    if (word == "-S" || word == "-i" || word == "-") continue;
    if (word.starts_with("-S")) return std::string(word.substr(2));
    if (word.starts_with("-")) return {};  // Options with values: not worth a wrong answer.
    if (word.find('=') == std::string_view::npos) return std::string(word);
  }
  return {};
}

}  // namespace sidecarctl::entrypoint
