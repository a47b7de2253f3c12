// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/path_resolver.hpp"
#include "image/types.hpp"
#include "lint/user_facts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

/// What the first bytes of a program are.
struct ProgramHead {
  enum class Kind { empty, elf, script, mach_o, pe, text, binary };
  Kind kind = Kind::empty;
  // elf
  bool elf_64bit = false, elf_little_endian = false, elf_truncated = false;
  std::uint16_t elf_machine = 0;  ///< EM_X86_64 is 62.
  std::string elf_interpreter;    ///< PT_INTERP; "" for static.
  // script
  std::string shebang;      ///< The line after "#!", without the newline, as written.
  std::string interpreter;  ///< First word of it.
  std::string argument;     ///< The rest, trimmed: one argument, as Linux passes it.
  bool shebang_has_cr = false, shebang_has_newline = true, has_bom = false;
  bool body_has_crlf = false;  ///< A line after the first ends in CR LF.
};
ProgramHead parse_program_head(std::string_view head, std::uint64_t file_size);

/// One step of what the kernel does to start a program: the file itself, then its script interpreter, then `env`'s
/// program, then the ELF loader.
struct StartStep {
  enum class Role { program, interpreter, env_program, loader };
  Role role = Role::program;
  std::string wanted;  ///< As asked for: "entrypoint.sh", "/usr/bin/env", "python3".
  bool found = false;
  Resolved resolved;               ///< When found, or the failed lookup of an absolute path.
  std::vector<std::string> tried;  ///< Paths that a PATH search looked at.
  std::string blocked_by;          ///< A parent that the user cannot search; "" if none.
  bool is_directory = false;
  bool executable = false;  ///< The user has x on it.
  bool readable = false;
  ProgramHead head;  ///< Valid when found and a file.
};

/// What will start, step by step; what SDC702-714 and 801-802 share.
struct StartFacts {
  enum class Form { none, exec, shell };
  Form form = Form::none;
  std::vector<std::string> argv;   ///< Entrypoint and cmd joined, as the runtime does.
  std::vector<std::string> shell;  ///< Of the shell form: {"/bin/sh", "-c"}.
  std::string shell_text;          ///< Of the shell form: the command line.
  std::string command_word;        ///< Of the shell form: the first command; "" when it cannot be told.
  bool command_is_builtin = false;
  std::string
      unknown_reason;  ///< Why the program could not be told ("the command starts with a variable"); "" if it could.
  std::vector<StartStep>
      steps;  ///< The program first. Shell form: of the command word; the shell itself is in `shell_steps`.
  std::vector<StartStep> shell_steps;
  std::vector<std::string> search_path;  ///< Directories that are searched: the image's PATH, else the default one.
};
/// `user`: who starts it; when it does not exist, x and r are not judged (executable and readable are true).
StartFacts find_start_facts(ImageFiles& files, const ImageConfig& config, const UserFacts& user);

/// Finds a program by name or path as execvp in the container would. `working_dir` for relative paths.
StartStep find_program(ImageFiles& files, const std::string& name, const std::vector<std::string>& search_path,
                       const std::string& working_dir, const UserFacts& user);

/// The directories of the image's PATH; the runtime's default when it has none.
std::vector<std::string> search_path_of(const ImageConfig& config);

}  // namespace sidecarctl::lint
