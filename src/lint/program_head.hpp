// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sidecarctl::lint {

inline constexpr std::uint16_t kMachine386 = 3, kMachineX86_64 = 62;  ///< EM_386, EM_X86_64 of elf(5).

/// How many bytes of a file Linux looks at for a shebang line (BINPRM_BUF_SIZE).
inline constexpr std::size_t kShebangBuffer = 256;

/// What the first bytes of a program are.
struct ProgramHead {
  enum class Kind { empty, elf, script, mach_o, pe, text, binary };
  Kind kind = Kind::empty;

  // elf
  bool elf_64bit = false, elf_little_endian = false, elf_truncated = false;
  std::uint16_t elf_machine = 0;
  std::string elf_interpreter;  ///< PT_INTERP; "" for static.
  std::string elf_fault;        ///< Why the kernel refuses it, whatever the machine; "" when it is sound.
  /// More than 0: the interpreter's name lies beyond `head`; this many first bytes of the file hold it.
  std::uint64_t bytes_needed = 0;

  // script
  std::string shebang;      ///< The line after "#!", without the newline, as far as the kernel looks.
  std::string interpreter;  ///< First word of it; "" when there is none.
  std::string argument;     ///< The rest, trimmed: one argument, as Linux passes it.
  bool shebang_has_cr = false, shebang_has_newline = true;
  bool shebang_too_long = false;  ///< The interpreter's name does not end where the kernel stops looking.
  bool argument_cut = false;      ///< The argument does not.
  bool has_bom = false;           ///< Also of text: a byte order mark before everything else.
  bool body_has_crlf = false;     ///< A line after the first ends in CR LF (text: any line).

  bool is_x86_64() const noexcept { return elf_64bit && elf_little_endian && elf_machine == kMachineX86_64; }
};

/// `head`: the first bytes of a file of `file_size` bytes. Any bytes are fine; nothing is read beyond them.
ProgramHead parse_program_head(std::string_view head, std::uint64_t file_size);

/// "aarch64" for 183; "machine 4242" for what has no name here.
std::string machine_name(std::uint16_t machine);

}  // namespace sidecarctl::lint
