// SPDX-License-Identifier: Apache-2.0
#include "image/head_wishes.hpp"

namespace sidecarctl {

namespace {

bool is_accounts_file(std::string_view path) noexcept {
  return path == "etc/passwd" || path == "etc/group";
}

/// In a directory where commands are, or a loader. A link often leads to one whose name nobody can foresee: sh to dash,
/// python3 to python3.11, ld-linux-x86-64.so.2 to ld-2.31.so.
bool is_command(std::string_view path, std::uint32_t mode) noexcept {
  if ((mode & 0111U) == 0) return false;
  const std::string_view file = path.substr(path.rfind('/') + 1);
  if (file.starts_with("ld-") && file.find(".so") != std::string_view::npos) return true;
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view directory = path.substr(0, slash);
  const std::string_view name = directory.substr(directory.rfind('/') + 1);
  return name == "bin" || name == "sbin";
}

}  // namespace

void HeadWishes::add(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.starts_with('/')) {
      paths_.insert(name.substr(1));
    } else {
      names_.insert(name);
    }
  }
}

std::size_t HeadWishes::first_bytes(std::string_view path, std::uint32_t mode) const {
  if (is_accounts_file(path)) return kAccounts;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const bool wished = names_.contains(name) || paths_.contains(path);
  return wished || is_command(path, mode) ? kBinary : 0;
}

std::size_t HeadWishes::all_bytes(std::string_view path, std::string_view first) {
  if (is_accounts_file(path)) return kAccounts;
  return first.starts_with("#!") ? kScript : kBinary;
}

}  // namespace sidecarctl
