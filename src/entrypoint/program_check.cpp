// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/program_check.hpp"

#include "entrypoint/exit_codes.hpp"
#include "entrypoint/surroundings.hpp"
#include "protocol/descriptor.hpp"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace sidecarctl::entrypoint {
namespace {

/// What the kernel looks at for "#!".
constexpr std::size_t kHead = 256;
/// The kernel's own limit for scripts whose interpreter is a script.
constexpr int kMaxScripts = 4;
/// Where execvp looks when PATH is not set is the current folder too; we do not.
constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

bool is_file(const std::string& path, struct stat& status) {
  return ::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode);
}
bool is_executable(const std::string& path) {
  return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0;
}

/// The first executable of that name in the search path, else the first file: its fault is the one to tell.
std::string find_in_path(const std::string& program, std::string_view search_path) {
  std::string first;
  struct stat status {};
  while (true) {
    const std::size_t colon = search_path.find(':');
    const std::string_view folder = search_path.substr(0, colon);
    const std::string path = (folder.empty() ? "." : std::string(folder)) + "/" + program;
    if (is_file(path, status)) {
      if (is_executable(path)) return path;
      if (first.empty()) first = path;
    }
    if (colon == std::string_view::npos) return first;
    search_path.remove_prefix(colon + 1);
  }
}

/// Something like qemu may run what this kernel cannot by itself.
bool has_foreign_formats() {
  DIR* folder = ::opendir("/proc/sys/fs/binfmt_misc");
  if (folder == nullptr) return false;
  bool found = false;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view name = entry->d_name;
    found = found || (name != "." && name != ".." && name != "register" && name != "status");
  }
  ::closedir(folder);
  return found;
}

/// The loader that a dynamic 64-bit program names; empty: static, or not to be told.
std::string elf_loader(int file) {
  Elf64_Ehdr header{};
  if (::pread(file, &header, sizeof header, 0) != static_cast<ssize_t>(sizeof header)) return {};
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_phentsize != sizeof(Elf64_Phdr)) return {};
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part{};
    const auto offset = static_cast<off_t>(header.e_phoff + i * sizeof part);
    if (::pread(file, &part, sizeof part, offset) != static_cast<ssize_t>(sizeof part)) return {};
    char path[kHead] = {};
    if (part.p_type != PT_INTERP || part.p_filesz == 0 || part.p_filesz >= sizeof path) continue;
    if (::pread(file, path, part.p_filesz, static_cast<off_t>(part.p_offset)) < 0) return {};
    return path;
  }
  return {};
}

Refusal check_file(const std::string& path, const char* search_path, int depth);

Refusal check_script(const std::string& path, const ProgramHead& head, const char* search_path, int depth) {
  const std::string said = "the script " + path + " asks for the interpreter '" + head.interpreter + "'";
  struct stat status {};
  if (head.interpreter.empty()) return {kNotRunnable, "the script " + path + " has #! without an interpreter"};
  if (head.interpreter.ends_with('\r'))
    return {kNotFound, "the first line of the script " + path + " ends with a carriage return"};
  if (depth >= kMaxScripts) return {kNotRunnable, said + ", and so on, too often"};
  if (!is_file(head.interpreter, status)) return {kNotFound, said + ", which is not there"};
  if (Refusal refusal = check_file(head.interpreter, search_path, depth + 1); refusal.exit_code != 0) return refusal;
  const std::string program = head.interpreter.ends_with("/env") ? env_program(head.argument) : std::string();
  if (program.ends_with('\r'))
    return {kNotFound, "the first line of the script " + path + " ends with a carriage return"};
  std::string found;
  if (program.empty() || depth + 1 >= kMaxScripts) return {};
  Refusal refusal = check_program(program, search_path, found);
  if (refusal.exit_code != 0)
    refusal.reason = "the script " + path + " asks env for '" + program + "': " + refusal.reason;
  return refusal;
}

Refusal check_file(const std::string& path, const char* search_path, int depth) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {kNotFound, path + " is not there: " + std::strerror(errno)};
  if (!S_ISREG(status.st_mode)) return {kNotRunnable, path + " is not a file"};
  if (!is_executable(path)) {
    return {kNotRunnable,
            path + " is not executable for uid " + std::to_string(::geteuid()) + " (" + mode_and_owner(status) + ")"};
  }
  const protocol::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.valid()) return {};  // Executable but not readable: only execve can tell.
  char buffer[kHead];
  const ssize_t size = ::pread(file.get(), buffer, sizeof buffer, 0);
  if (size < 0) return {};
  const ProgramHead head = parse_program_head({buffer, static_cast<std::size_t>(size)});
  if (head.kind == ProgramHead::Kind::script) return check_script(path, head, search_path, depth);
  if (head.kind == ProgramHead::Kind::empty) return {kNotRunnable, path + " is an empty file"};
  if (has_foreign_formats()) return {};
  if (head.kind == ProgramHead::Kind::other)
    return {kNotRunnable, path + " is neither an ELF program nor a script with #!"};
  if (!head.machine.empty()) return {kNotRunnable, path + " is made for " + head.machine + ", not for amd64"};
  const std::string loader = elf_loader(file.get());
  if (!loader.empty() && ::access(loader.c_str(), F_OK) != 0)
    return {kNotFound, path + " needs the loader " + loader + ", which is not there"};
  return {};
}

}  // namespace

Refusal check_program(const std::string& program, const char* search_path, std::string& path) {
  path = program;
  if (program.find('/') == std::string::npos) {
    const char* folders = search_path == nullptr ? kDefaultPath : search_path;
    path = find_in_path(program, folders);
    if (path.empty()) return {kNotFound, "'" + program + "' was not found in PATH (" + folders + ")"};
  }
  return check_file(path, search_path, 0);
}

}  // namespace sidecarctl::entrypoint
