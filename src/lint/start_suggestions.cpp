// SPDX-License-Identifier: Apache-2.0
#include "lint/start_suggestions.hpp"

#include "image/path_resolver.hpp"
#include "util/suggest.hpp"

namespace sidecarctl::lint {

namespace {

// Where programs of images usually are, beside PATH and the working folder.
constexpr const char* kUsualFolders[] = {"/", "/app", "/usr/local/bin", "/usr/bin", "/opt", "/bin"};

std::string child_of(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

bool is_file(ImageFiles& files, const std::string& path) {
  const Resolved resolved = resolve_briefly(files, path);
  return resolved.found() && resolved.node.is_file();
}

}  // namespace

std::optional<std::string> suggest_program(ImageFiles& files, const StartStep& missing,
                                           const std::vector<std::string>& search_path,
                                           const std::string& working_dir) {
  const std::string name(file_name_of(missing.wanted));
  if (name.empty() || name.size() > 255) return std::nullopt;
  std::vector<std::string> folders{working_dir};
  folders.insert(folders.end(), search_path.begin(), search_path.end());
  folders.insert(folders.end(), std::begin(kUsualFolders), std::end(kUsualFolders));
  for (const std::string& folder : folders) {
    if (folder.starts_with('/') && is_file(files, child_of(folder, name))) return child_of(folder, name);
  }
  const std::size_t slash = missing.wanted.rfind('/');
  if (slash != std::string::npos) {
    const std::string folder = missing.wanted.substr(0, slash);
    folders = {folder.starts_with('/') || slash == 0 ? folder + "/" : child_of(working_dir, folder)};
  }
  for (const std::string& folder : folders) {
    const Resolved resolved = resolve_briefly(files, folder);
    if (!folder.starts_with('/') || !resolved.found()) continue;
    const auto similar = nearest(name, files.list(resolved.path));
    if (similar && is_file(files, child_of(resolved.path, *similar))) return child_of(resolved.path, *similar);
  }
  return std::nullopt;
}

}  // namespace sidecarctl::lint
