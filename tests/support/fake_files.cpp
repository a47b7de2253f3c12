// SPDX-License-Identifier: Apache-2.0
#include "support/fake_files.hpp"

#include "util/error.hpp"

namespace sidecarctl::test {

FakeFiles::Item& FakeFiles::add(const std::string& path, FileType type) {
  const auto slash = path.rfind('/');
  if (slash != 0 && slash != std::string::npos && !items_.contains(path.substr(0, slash)))
    directory(path.substr(0, slash));
  Item& item = items_[path];
  item = Item{};
  item.node.type = type;
  item.node.layer = 0;
  return item;
}

FakeFiles& FakeFiles::directory(const std::string& path, std::uint32_t mode, std::uint64_t uid, std::uint64_t gid) {
  FileNode& node = add(path, FileType::directory).node;
  node.mode = mode;
  node.uid = uid;
  node.gid = gid;
  return *this;
}

FakeFiles& FakeFiles::file(const std::string& path, std::string content, std::uint32_t mode, std::uint64_t uid,
                           std::uint64_t gid) {
  Item& item = add(path, FileType::file);
  item.node.mode = mode;
  item.node.uid = uid;
  item.node.gid = gid;
  item.node.size = content.size();
  item.content = std::move(content);
  return *this;
}

FakeFiles& FakeFiles::link(const std::string& path, std::string target) {
  FileNode& node = add(path, FileType::symlink).node;
  node.mode = 0777;
  node.link_target = std::move(target);
  return *this;
}

FileNode& FakeFiles::node(const std::string& path) {
  return items_.at(path).node;
}

FakeFiles& FakeFiles::remove(const std::string& path) {
  std::erase_if(items_, [&](const auto& item) { return item.first == path || item.first.starts_with(path + "/"); });
  return *this;
}

FakeFiles& FakeFiles::removed(const std::string& path, std::size_t layer) {
  removed_[path] = layer;
  return *this;
}

FakeFiles& FakeFiles::broken(std::string message) {
  broken_ = std::move(message);
  return *this;
}

void FakeFiles::check() const {
  if (!broken_.empty()) throw Error(ErrorKind::corrupt, broken_);
}

std::optional<FileNode> FakeFiles::find(std::string_view path) {
  check();
  if (path == "/") {
    FileNode root;
    root.type = FileType::directory;
    root.mode = 0755;
    return root;
  }
  const auto at = items_.find(path);
  return at == items_.end() ? std::nullopt : std::optional(at->second.node);
}

std::vector<std::string> FakeFiles::list(std::string_view directory) {
  check();
  const std::string prefix = directory == "/" ? "/" : std::string(directory) + "/";
  std::vector<std::string> names;
  for (const auto& [path, item] : items_) {
    if (path.starts_with(prefix) && path.find('/', prefix.size()) == std::string::npos)
      names.push_back(path.substr(prefix.size()));
  }
  return names;
}

std::string FakeFiles::read_head(std::string_view path, std::size_t length) {
  check();
  const auto at = items_.find(path);
  if (at == items_.end()) throw Error(ErrorKind::not_found, "no file " + std::string(path));
  return at->second.content.substr(0, length);
}

std::optional<std::size_t> FakeFiles::removed_in(std::string_view path) {
  check();
  const auto at = removed_.find(path);
  return at == removed_.end() ? std::nullopt : std::optional(at->second);
}

namespace {
void put(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) bytes[at + i] = static_cast<char>((value >> (8 * i)) & 0xffU);
}
}  // namespace

std::string elf_file(const std::string& interpreter, unsigned machine, bool is_64bit) {
  // Header and one program header as elf(5) lays them out; the interpreter's text follows.
  const std::size_t header = is_64bit ? 64 : 52;
  const std::size_t program_header = is_64bit ? 56 : 32;
  std::string bytes(header + program_header, '\0');
  bytes.replace(0, 4,
                "\x7f"
                "ELF");
  bytes[4] = is_64bit ? 2 : 1;
  bytes[5] = 1;
  bytes[6] = 1;
  put(bytes, 16, 2, 2);  // ET_EXEC
  put(bytes, 18, machine, 2);
  put(bytes, 20, 1, 4);
  const bool has_interpreter = !interpreter.empty();
  const std::size_t offset = header + program_header;
  put(bytes, is_64bit ? 32 : 28, header, is_64bit ? 8 : 4);                             // e_phoff
  put(bytes, is_64bit ? 54 : 42, program_header, 2);                                    // e_phentsize
  put(bytes, is_64bit ? 56 : 44, 1, 2);                                                 // e_phnum
  put(bytes, header, has_interpreter ? 3 : 1, 4);                                       // PT_INTERP or PT_LOAD
  put(bytes, header + (is_64bit ? 8 : 4), offset, is_64bit ? 8 : 4);                    // p_offset
  put(bytes, header + (is_64bit ? 32 : 16), interpreter.size() + 1, is_64bit ? 8 : 4);  // p_filesz
  bytes += interpreter;
  bytes += '\0';
  return bytes;
}

}  // namespace sidecarctl::test
