// SPDX-License-Identifier: Apache-2.0
#include "image/path_resolver.hpp"

#include "util/strings.hpp"

#include <deque>
#include <optional>
#include <utility>

namespace sidecarctl {

namespace {

constexpr int kMaxLinks = 40;           // Linux: MAXSYMLINKS.
constexpr std::size_t kMaxPath = 4096;  // Linux: PATH_MAX; longer names do not open either.

void push_front(std::deque<std::string>& todo, const std::string& path) {
  const auto parts = split(path, '/');
  todo.insert(todo.begin(), parts.begin(), parts.end());
}

std::string child_of(const std::string& directory, const std::string& name) {
  return directory == "/" ? "/" + name : directory + "/" + name;
}

enum class Detail { brief, whole };

/// The walk of one lookup. Folders on the way need no more than a glance.
class Lookup {
 public:
  Lookup(ImageFiles& files, std::string_view path, FollowLast follow, Detail detail)
      : files_(files), follow_(follow), detail_(detail) {
    push_front(todo_, std::string(path.substr(0, kMaxPath)));
    result_.node = *files_.glance("/");
    result_.parents.push_back("/");
  }

  Resolved run() {
    while (!todo_.empty() && !ended_) step();
    if (ended_) return std::move(result_);
    result_.outcome = Resolved::Outcome::found;
    result_.path = current_;
    if (detail_ == Detail::whole && result_.node.brief) result_.node = files_.find(current_).value_or(FileNode{});
    return std::move(result_);
  }

 private:
  void end(Resolved::Outcome outcome) {
    result_.outcome = outcome;
    ended_ = true;
  }

  std::optional<FileNode> look_at(const std::string& path) {
    if (path.size() > kMaxPath) return std::nullopt;
    auto node = files_.glance(path);
    // Messages show the text of a link.
    if (node && node->is_symlink() && node->brief && detail_ == Detail::whole) return files_.find(path);
    return node;
  }

  void step() {
    const std::string name = std::move(todo_.front());
    todo_.pop_front();
    if (name.empty() || name == ".") return;
    if (name == "..") {
      current_ = clean_absolute_path(current_ + "/..");
      result_.node = files_.glance(current_).value_or(FileNode{});
      return;
    }
    if (!result_.node.is_directory()) {
      result_.path = current_;
      return end(Resolved::Outcome::not_a_directory);
    }
    result_.path = child_of(current_, name);
    if (result_.parents.back() != current_) result_.parents.push_back(current_);
    auto node = look_at(result_.path);
    if (!node) return end(Resolved::Outcome::missing);
    if (node->is_symlink() && (!todo_.empty() || follow_ == FollowLast::yes)) return follow(*node);
    current_ = result_.path;
    result_.node = std::move(*node);
  }

  void follow(const FileNode& link) {
    result_.links.push_back(result_.path + " -> " + link.link_target);
    if (++followed_ > kMaxLinks) return end(Resolved::Outcome::loop);
    if (link.link_target.starts_with('/')) {
      current_ = "/";
      result_.node = *files_.glance("/");
    }
    push_front(todo_, link.link_target);
  }

  ImageFiles& files_;
  FollowLast follow_;
  Detail detail_;
  std::deque<std::string> todo_;
  std::string current_ = "/";
  int followed_ = 0;
  bool ended_ = false;
  Resolved result_;
};

}  // namespace

Resolved resolve(ImageFiles& files, std::string_view path, FollowLast follow) {
  return Lookup(files, path, follow, Detail::whole).run();
}

Resolved resolve_briefly(ImageFiles& files, std::string_view path) {
  Resolved result = Lookup(files, path, FollowLast::yes, Detail::brief).run();
  return result.found() || result.links.empty() ? result : resolve(files, path);
}

}  // namespace sidecarctl
