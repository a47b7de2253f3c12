// SPDX-License-Identifier: Apache-2.0
#include "transports/engine_files.hpp"

#include "transports/engine_stat.hpp"
#include "util/error.hpp"
#include "util/log.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace sidecarctl {

namespace {

// Of each file that a tar brings: programs' headers, scripts, /etc/passwd. All together are no more than was read.
constexpr std::size_t kKeptHead = 64 * 1024;
constexpr std::size_t kBlock = 16 * 1024, kListingBlock = 256 * 1024;
// Of the tar of "/", which is in the order of names: reaches past /bin and /etc of small and usual images, and takes
// 20 ms more than its first byte, where a GET takes 40.
constexpr std::uint64_t kRootBytes = 6 * 1024 * 1024;
// Of the tar of another path: what is below a folder often answers the next questions.
constexpr std::uint64_t kReadOn = 512 * 1024;
constexpr std::size_t kMaxAnswers = 20000;
// A listing streams the whole tree below the folder. A shared volume is empty or nearly so.
constexpr std::uint64_t kMaxListingBytes = 256ULL * 1024 * 1024;

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

FileNode node_of(const TarEntry& entry) {
  FileNode node;
  node.type = entry.type;
  node.mode = entry.mode;
  node.uid = entry.uid;
  node.gid = entry.gid;
  node.size = entry.size;
  node.link_target = entry.link_target;
  node.access_acl = entry.access_acl;
  node.has_capability = entry.has_capability;
  return node;
}

/// As every other place tells it: runtimes do not apply a layer's entry for the root itself.
FileNode root_node() {
  FileNode node;
  node.type = FileType::directory;
  node.mode = 0755;
  return node;
}

/// The path of a member in the tar of `folder`: names start with the folder's own last part.
std::string member_path(const std::string& folder, const std::string& name) {
  const std::string path = clean_absolute_path(name);
  if (folder == "/") return path;
  const std::size_t second = path.find('/', 1);
  return second == std::string::npos ? folder : folder + path.substr(second);
}

/// Counts what comes, and stops a listing that would read a whole file system.
class Budget final : public ByteSource {
 public:
  Budget(std::unique_ptr<ByteSource> inner, std::string what) : inner_(std::move(inner)), what_(std::move(what)) {}
  std::uint64_t used() const noexcept { return used_; }
  std::size_t read(std::span<std::byte> out) override {
    const std::size_t got = inner_->read(out);
    used_ += got;
    if (used_ > kMaxListingBytes) {
      throw Error(ErrorKind::io, fmt::format("{} holds more than {}, too much to list through the engine", what_,
                                             human_size(kMaxListingBytes)));
    }
    return got;
  }

 private:
  std::unique_ptr<ByteSource> inner_;
  std::uint64_t used_ = 0;
  std::string what_;
};

std::string archive_name(const std::string& path) {
  return fmt::format("the engine's archive of {}", path);
}

}  // namespace

/// Tells which folders a tar has shown all of. Engines write them depth first (Go's filepath.Walk), so a folder has
/// ended when something comes that is not below it, even if the tar is not read to its end.
class EngineFiles::Walk {
 public:
  explicit Walk(std::map<std::string, Answer, std::less<>>& answers) : answers_(answers) {}

  void enter(const std::string& path) {
    const std::string parent = parent_of(path);
    while (!open_.empty() && open_.back() != parent) leave(true);
    // A folder that was taken for ended, or one without an entry: the order is not what we know.
    if (open_.empty()) answers_[parent].complete = false;
  }
  void open(const std::string& folder) { open_.push_back(folder); }
  /// The last folder has something that could not be told.
  void doubt() {
    if (!open_.empty()) doubtful_.insert(open_.back());
  }
  void end() {
    while (!open_.empty()) leave(true);
  }

 private:
  void leave(bool complete) {
    answers_[open_.back()].complete = complete && !doubtful_.contains(open_.back());
    open_.pop_back();
  }

  std::map<std::string, Answer, std::less<>>& answers_;
  std::vector<std::string> open_;
  std::set<std::string> doubtful_;
};

EngineFiles::~EngineFiles() {
  if (container_.empty()) return;
  try {
    api_->remove("/containers/" + percent_encode(container_) + "?force=1&v=1");
  } catch (const std::exception& error) {
    log(LogLevel::debug, "container {} was not removed: {}", container_, error.what());
  }
}

HttpResponse EngineFiles::request(const std::string& path, bool head) {
  if (container_.empty()) {
    // A command must be named even though nothing runs: the image may have none.
    const Json body{{"Image", image_id_},
                    {"Entrypoint", Json::array({"/"})},
                    {"NetworkDisabled", true},
                    {"Labels", {{"io.sidecarctl.purpose", "lint"}}},
                    {"HostConfig", {{"NetworkMode", "none"}, {"AutoRemove", false}}}};
    const Json answer = api_->post_json("/containers/create", body);
    container_ = JsonReader(answer, "the engine's answer").at("Id").string();
  }
  const std::string url = "/containers/" + percent_encode(container_) + "/archive?path=" + percent_encode(path);
  return head ? api_->head(url) : api_->get(url);
}

std::unique_ptr<ByteSource> EngineFiles::open(const std::string& path) {
  HttpResponse response = request(path, false);
  if (response.status == 404) return nullptr;
  api_->check(response, fmt::format("reading {} of the image", path));
  return std::move(response.body);
}

void EngineFiles::take(TarReader& reader, const TarEntry& entry, Answer& answer) const {
  if (answer.node && !answer.node->brief) return;
  answer.node = node_of(entry);
  if (answer.node->is_file()) answer.head = read_up_to(reader, kKeptHead);
}

/// Asks for one path, and keeps what else comes within `most` bytes.
void EngineFiles::fetch(const std::string& path, std::uint64_t most) {
  answers_.erase(path);
  auto body = open(path);
  if (!body) {
    answers_[path] = {};
    return;
  }
  if (path == "/") answers_[path].node = root_node();
  Budget counted(std::move(body), path);
  TarReader reader(counted, archive_name(path), kBlock);
  Walk walk(answers_);
  for (std::string member; const TarEntry* entry = reader.next();) {
    const bool is_first = member.empty();
    member = is_first ? path : member_path(path, entry->path);
    if (!is_first) walk.enter(member);
    if (entry->is_hardlink) {
      const auto same = answers_.find(member_path(path, entry->link_target));
      if (same != answers_.end() && same->second.node && same->second.node->is_file()) {
        answers_[member] = same->second;
      } else {
        walk.doubt();  // Asked for by itself it is a file.
      }
      continue;
    }
    take(reader, *entry, answers_[member]);
    if (entry->type == FileType::directory) walk.open(member);
    const bool too_much = counted.used() + entry->size > most || answers_.size() > kMaxAnswers;
    if (too_much) return;
  }
  walk.end();
  answers_.try_emplace(path);
}

void EngineFiles::find_in_folder(const std::string& path) {
  const std::string folder = parent_of(path);
  auto body = open(folder);
  if (!body) return;
  Budget bounded(std::move(body), folder);
  TarReader reader(bounded, archive_name(folder), kListingBlock);
  while (const TarEntry* entry = reader.next()) {
    if (member_path(folder, entry->path) == path && !entry->is_hardlink) return take(reader, *entry, answers_[path]);
  }
}

std::optional<FileNode> EngineFiles::look(const std::string& path) {
  const HttpResponse response = request(path, true);
  if (response.status == 404) return answers_[path].node;
  auto node = response.status == 200 ? parse_engine_stat(response.headers) : std::nullopt;
  if (node) return answers_[path].node = std::move(node);
  if (response.status >= 500) find_in_folder(path);  // Engines do not look at a link that leads in a circle.
  const auto found = answers_.find(path);
  if (found == answers_.end()) fetch(path, kReadOn);
  return answers_[path].node;
}

void EngineFiles::ask_for_root() {
  const auto root = answers_.find("/");
  if (root != answers_.end() && root->second.node) return;
  fetch("/", kRootBytes);
}

EngineFiles::Answer* EngineFiles::known(const std::string& path) {
  ask_for_root();
  if (const auto at = answers_.find(path); at != answers_.end()) return &at->second;
  // The engine follows links among the parents; our question does not.
  const std::string parent = parent_of(path);
  const auto folder = glance(parent);
  const bool cannot_be = !folder || !folder->is_directory() || answers_[parent].complete;
  return cannot_be ? &answers_[path] : nullptr;
}

const EngineFiles::Answer& EngineFiles::ask(const std::string& path) {
  const Answer* answer = known(path);
  const bool is_brief = answer != nullptr && answer->node && answer->node->brief;
  if (answer != nullptr && !is_brief) return *answer;
  if (answer == nullptr && !look(path)) return answers_[path];
  if (answers_[path].node->brief) fetch(path, kReadOn);
  return answers_[path];
}

std::optional<FileNode> EngineFiles::find(std::string_view path) {
  return ask(std::string(path)).node;
}

std::optional<FileNode> EngineFiles::glance(std::string_view path) {
  const std::string name(path);
  const Answer* answer = known(name);
  return answer != nullptr ? answer->node : look(name);
}

std::string EngineFiles::fetch_head(const std::string& path, std::size_t length) {
  const auto body = open(path);
  if (!body) return {};
  TarReader reader(*body, archive_name(path), kBlock);
  return reader.next() == nullptr ? std::string() : read_up_to(reader, length);
}

std::string EngineFiles::read_head(std::string_view path, std::size_t length) {
  length = std::min(length, kMaxHead);
  const Answer& known = ask(std::string(path));
  if (!known.node || !known.node->is_file()) {
    throw Error(ErrorKind::not_found, fmt::format("the image has no regular file {}", path));
  }
  if (known.head.size() >= std::min<std::uint64_t>(length, known.node->size)) return known.head.substr(0, length);
  return fetch_head(std::string(path), length);
}

std::vector<std::string> EngineFiles::known_children(const std::string& directory) const {
  const std::string prefix = directory == "/" ? directory : directory + "/";
  std::vector<std::string> names;
  for (auto at = answers_.lower_bound(prefix); at != answers_.end() && at->first.starts_with(prefix); ++at) {
    const bool child = at->first.size() > prefix.size() && at->first.find('/', prefix.size()) == std::string::npos;
    if (child && at->second.node) names.push_back(at->first.substr(prefix.size()));
  }
  return names;
}

std::vector<std::string> EngineFiles::list(std::string_view directory) {
  const std::string path(directory);
  const auto& node = ask(path).node;
  if (!node || !node->is_directory()) return {};
  if (answers_[path].complete) return known_children(path);
  auto body = open(path);
  if (!body) return {};
  Budget bounded(std::move(body), path);
  TarReader reader(bounded, archive_name(path), kListingBlock);
  const std::string prefix = path == "/" ? path : path + "/";
  std::set<std::string> names;
  while (const TarEntry* entry = reader.next()) {
    const std::string member = member_path(path, entry->path);
    if (!member.starts_with(prefix) || member.size() == prefix.size()) continue;
    names.insert(member.substr(prefix.size(), member.find('/', prefix.size()) - prefix.size()));
    if (names.size() >= kMaxListing) break;
  }
  return {names.begin(), names.end()};
}

}  // namespace sidecarctl
