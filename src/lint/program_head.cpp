// SPDX-License-Identifier: Apache-2.0
#include "lint/program_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sidecarctl::lint {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kBlanks = " \t";

// ---- ELF (elf(5); the limits are those of Linux fs/binfmt_elf.c) ----

constexpr std::uint64_t kMaxProgramHeaders = 65536;  // Bytes of the table: load_elf_phdrs().
constexpr std::uint64_t kMaxInterpreterName = 4096;  // PATH_MAX.
constexpr std::uint32_t kLoad = 1, kInterpreter = 3;
constexpr std::uint16_t kExecutable = 2, kSharedObject = 3;

/// Numbers out of bytes that may end anywhere.
class ElfBytes {
 public:
  ElfBytes(std::string_view bytes, bool is_64bit, bool little_endian)
      : bytes_(bytes), is_64bit_(is_64bit), little_endian_(little_endian) {}

  bool has(std::uint64_t at, std::uint64_t count) const { return at <= bytes_.size() && count <= bytes_.size() - at; }
  /// The caller has checked that the bytes are there.
  std::uint64_t number(std::uint64_t at, std::size_t count) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t byte = little_endian_ ? count - 1 - i : i;
      value = (value << 8U) | static_cast<unsigned char>(bytes_[static_cast<std::size_t>(at) + byte]);
    }
    return value;
  }
  /// A field of the width of an address, at its place in either class.
  std::uint64_t address(std::uint64_t base, std::size_t at_32, std::size_t at_64) const {
    return is_64bit_ ? number(base + at_64, 8) : number(base + at_32, 4);
  }
  std::string_view text(std::uint64_t at, std::uint64_t count) const {
    return bytes_.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(count));
  }

 private:
  std::string_view bytes_;
  bool is_64bit_, little_endian_;
};

bool ends_beyond(std::uint64_t offset, std::uint64_t size, std::uint64_t file_size) {
  return offset > file_size || size > file_size - offset;
}

void set_truncated(ProgramHead& result, std::string_view what) {
  result.elf_truncated = true;
  result.elf_fault = fmt::format("it is cut off: {} beyond its end", what);
}

void read_interpreter(ProgramHead& result, const ElfBytes& bytes, std::uint64_t offset, std::uint64_t size) {
  if (size < 2 || size > kMaxInterpreterName) {
    result.elf_fault = "the name of its loader has an impossible length";
    return;
  }
  if (!bytes.has(offset, size)) {
    result.bytes_needed = offset + size;
    return;
  }
  const std::string_view name = bytes.text(offset, size);
  if (name.back() != '\0') {
    result.elf_fault = "the name of its loader does not end";
    return;
  }
  result.elf_interpreter = std::string(name.substr(0, name.find('\0')));
}

struct ProgramHeaders {
  std::uint64_t offset = 0, count = 0, entry_size = 0;
};

void read_program_headers(ProgramHead& result, const ElfBytes& bytes, const ProgramHeaders& table,
                          std::uint64_t file_size) {
  bool has_interpreter = false;
  for (std::uint64_t i = 0; i < table.count && result.elf_fault.empty(); ++i) {
    const std::uint64_t at = table.offset + i * table.entry_size;
    const std::uint64_t type = bytes.number(at, 4);
    if (type != kLoad && type != kInterpreter) continue;
    const std::uint64_t offset = bytes.address(at, 4, 8);
    const std::uint64_t size = bytes.address(at, 16, 32);
    if (ends_beyond(offset, size, file_size)) {
      set_truncated(result, type == kLoad ? "a segment reaches" : "the name of its loader lies");
    } else if (type == kInterpreter && !has_interpreter) {
      has_interpreter = true;  // The kernel takes the first.
      read_interpreter(result, bytes, offset, size);
    }
  }
}

void parse_elf_body(ProgramHead& result, const ElfBytes& bytes, std::uint64_t file_size) {
  const std::size_t header_size = result.elf_64bit ? 64 : 52;
  if (!bytes.has(0, header_size)) {
    set_truncated(result, "its header reaches");
    return;
  }
  const std::uint64_t type = bytes.number(16, 2);
  result.elf_machine = static_cast<std::uint16_t>(bytes.number(18, 2));
  if (type != kExecutable && type != kSharedObject) {
    result.elf_fault = "it is an ELF file, but no program (an object file or a core dump)";
    return;
  }
  ProgramHeaders table;
  table.offset = bytes.address(0, 28, 32);
  table.entry_size = bytes.number(result.elf_64bit ? 54 : 42, 2);
  table.count = bytes.number(result.elf_64bit ? 56 : 44, 2);
  const std::uint64_t size = table.count * table.entry_size;
  if (table.entry_size != (result.elf_64bit ? 56U : 32U) || size == 0 || size > kMaxProgramHeaders) {
    result.elf_fault = "its table of program headers is damaged";
  } else if (ends_beyond(table.offset, size, file_size)) {
    set_truncated(result, "its program headers lie");
  } else if (!bytes.has(table.offset, size)) {
    result.bytes_needed = table.offset + size;
  } else {
    read_program_headers(result, bytes, table, file_size);
  }
}

void parse_elf(ProgramHead& result, std::string_view head, std::uint64_t file_size) {
  result.kind = ProgramHead::Kind::elf;
  if (head.size() < 6) {
    set_truncated(result, "its header reaches");
    return;
  }
  result.elf_64bit = head[4] == 2;
  result.elf_little_endian = head[5] == 1;
  if ((head[4] != 1 && head[4] != 2) || (head[5] != 1 && head[5] != 2)) {
    result.elf_fault = "its ELF header is damaged";
    return;
  }
  parse_elf_body(result, ElfBytes(head, result.elf_64bit, result.elf_little_endian), file_size);
}

// ---- scripts (Linux fs/binfmt_script.c, load_script) ----

bool is_terminator(char c) {
  return c == ' ' || c == '\t' || c == '\0';
}

/// Fills interpreter and argument from the kernel's buffer: the first bytes of the file, padded with NUL, of which the
/// last is never part of the line.
void parse_shebang(ProgramHead& result, std::string_view start) {
  std::string buffer(kShebangBuffer, '\0');
  std::copy_n(start.begin(), std::min(start.size(), kShebangBuffer), buffer.begin());
  const std::string_view view = buffer;
  std::size_t end = view.find('\n');
  result.shebang_has_newline = end != std::string_view::npos;
  if (!result.shebang_has_newline) {
    end = kShebangBuffer - 1;
    const std::size_t name = view.find_first_not_of(kBlanks, 2);
    if (name == std::string_view::npos ||
        std::none_of(view.begin() + static_cast<std::ptrdiff_t>(name), view.end(), is_terminator)) {
      result.shebang_too_long = true;
    }
  }
  std::string_view line = view.substr(2, end - 2);
  result.shebang = std::string(line.substr(0, line.find('\0')));
  result.shebang_has_cr = result.shebang.find('\r') != std::string::npos;
  const std::size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos || result.shebang_too_long) return;
  line = line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
  const auto stop = std::find_if(line.begin(), line.end(), is_terminator);
  result.interpreter = std::string(line.begin(), stop);
  if (stop == line.end() || *stop == '\0') return;
  line.remove_prefix(static_cast<std::size_t>(stop - line.begin()));
  line.remove_prefix(line.find_first_not_of(kBlanks));
  result.argument = std::string(line.substr(0, line.find('\0')));
  result.argument_cut = !result.shebang_has_newline && start.size() >= kShebangBuffer && !result.argument.empty() &&
                        view.find('\0') == std::string_view::npos;
}

bool has_crlf_after(std::string_view head, std::size_t from) {
  return from < head.size() && head.find("\r\n", from) != std::string_view::npos;
}

void parse_script(ProgramHead& result, std::string_view text) {
  result.kind = ProgramHead::Kind::script;
  parse_shebang(result, text);
  const std::size_t newline = text.find('\n');
  result.body_has_crlf = newline != std::string_view::npos && has_crlf_after(text, newline + 1);
}

// ---- the rest ----

bool is_mach_o(std::string_view head) {
  constexpr std::array kMagics{"\xfe\xed\xfa\xce"sv, "\xfe\xed\xfa\xcf"sv, "\xce\xfa\xed\xfe"sv, "\xcf\xfa\xed\xfe"sv};
  if (std::any_of(kMagics.begin(), kMagics.end(), [&](std::string_view magic) { return head.starts_with(magic); })) {
    return true;
  }
  // A universal binary counts its parts where a Java class, with the same magic, has a version of 45 or more.
  return head.size() >= 8 && head.starts_with("\xca\xfe\xba\xbe"sv) && head.substr(4, 3) == "\0\0\0"sv && head[7] > 0 &&
         head[7] < 45;
}

ProgramHead::Kind plain_kind(std::string_view head) {
  if (is_mach_o(head)) return ProgramHead::Kind::mach_o;
  const bool has_nul = head.substr(0, kShebangBuffer).find('\0') != std::string_view::npos;
  if (head.starts_with("MZ") && has_nul) return ProgramHead::Kind::pe;
  return has_nul ? ProgramHead::Kind::binary : ProgramHead::Kind::text;
}

}  // namespace

ProgramHead parse_program_head(std::string_view head, std::uint64_t file_size) {
  ProgramHead result;
  if (head.empty()) return result;
  if (head.starts_with("\x7f"
                       "ELF")) {
    parse_elf(result, head, file_size);
    return result;
  }
  std::string_view text = head;
  if (text.starts_with(kByteOrderMark)) {
    result.has_bom = true;
    text.remove_prefix(kByteOrderMark.size());
  }
  if (text.starts_with("#!")) {
    parse_script(result, text);
  } else {
    result.kind = plain_kind(head);
    result.body_has_crlf = result.kind == ProgramHead::Kind::text && has_crlf_after(head, 0);
  }
  return result;
}

std::string machine_name(std::uint16_t machine) {
  switch (machine) {
    case kMachine386: return "i386";
    case 8: return "mips";
    case 20: return "ppc";
    case 21: return "ppc64";
    case 22: return "s390x";
    case 40: return "arm";
    case kMachineX86_64: return "x86-64";
    case 183: return "aarch64";
    case 243: return "riscv64";
    case 258: return "loongarch64";
    default: return fmt::format("machine {}", machine);
  }
}

}  // namespace sidecarctl::lint
