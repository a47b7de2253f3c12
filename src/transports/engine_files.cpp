// SPDX-License-Identifier: Apache-2.0
#include "transports/engine_files.hpp"

#include "image/tar_reader.hpp"
#include "util/error.hpp"
#include "util/log.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sidecarctl {

namespace {

// Enough for a program's header and a script's first lines, so that one request answers both questions.
constexpr std::size_t kFirstBytes = 4096;
constexpr std::size_t kBlock = 16 * 1024, kListingBlock = 256 * 1024;
// The tar of a folder has all that is below it. A GET costs an engine a process (Docker 20.10: 30 ms, ten times a
// HEAD), so what comes within the first bytes is kept: it often answers the next questions.
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

std::string read_content(TarReader& reader, std::size_t length) {
  std::string text(length, '\0');
  std::size_t done = 0;
  while (done < length) {
    const std::size_t got = reader.read(std::as_writable_bytes(std::span(text).subspan(done)));
    if (got == 0) break;
    done += got;
  }
  text.resize(done);
  return text;
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
  Budget(std::unique_ptr<ByteSource> inner, std::uint64_t limit, std::string what)
      : inner_(std::move(inner)), left_(limit), what_(std::move(what)) {}
  std::uint64_t left() const noexcept { return left_; }
  std::size_t read(std::span<std::byte> out) override {
    const std::size_t got = inner_->read(out);
    if (got > left_) {
      left_ = 0;
      throw Error(ErrorKind::io, fmt::format("{} holds more than {}, too much to list through the engine", what_,
                                             human_size(kMaxListingBytes)));
    }
    left_ -= got;
    return got;
  }

 private:
  std::unique_ptr<ByteSource> inner_;
  std::uint64_t left_;
  std::string what_;
};

}  // namespace

EngineFiles::EngineFiles(std::shared_ptr<EngineApi> api, const std::string& image_id) : api_(std::move(api)) {
  // A command must be named even though nothing runs: the image may have none.
  const Json body{{"Image", image_id},
                  {"Entrypoint", Json::array({"/"})},
                  {"NetworkDisabled", true},
                  {"Labels", {{"io.sidecarctl.purpose", "lint"}}},
                  {"HostConfig", {{"NetworkMode", "none"}, {"AutoRemove", false}}}};
  const Json answer = api_->post_json("/containers/create", body);
  container_ = JsonReader(answer, "the engine's answer").at("Id").string();
}

EngineFiles::~EngineFiles() {
  try {
    api_->remove("/containers/" + percent_encode(container_) + "?force=1&v=1");
  } catch (const std::exception& error) {
    log(LogLevel::debug, "container {} was not removed: {}", container_, error.what());
  }
}

std::string EngineFiles::url(const std::string& path) const {
  return "/containers/" + percent_encode(container_) + "/archive?path=" + percent_encode(path);
}

/// Is all that is below one of its parents known, and so this path not there?
bool EngineFiles::is_below_complete(const std::string& path) const {
  for (std::string parent = parent_of(path);; parent = parent_of(parent)) {
    const auto known = answers_.find(parent);
    if (known != answers_.end() && known->second.complete) return true;
    if (parent == "/") return false;
  }
}

bool EngineFiles::exists(const std::string& path) const {
  const HttpResponse response = api_->head(url(path));
  if (response.status == 404) return false;
  api_->check(response, fmt::format("looking up {} in the image", path));
  return true;
}

std::unique_ptr<ByteSource> EngineFiles::open(const std::string& path) const {
  HttpResponse response = api_->get(url(path));
  if (response.status == 404) return nullptr;
  api_->check(response, fmt::format("reading {} of the image", path));
  return std::move(response.body);
}

/// Asks for one path, and keeps what else comes within kReadOn.
void EngineFiles::fetch(const std::string& path) {
  answers_[path] = {};
  auto body = open(path);
  if (!body) return;
  Budget counted(std::move(body), kMaxListingBytes, path);
  TarReader reader(counted, fmt::format("the engine's archive of {}", path), kBlock);
  bool first = true, complete = true;
  while (const TarEntry* entry = reader.next()) {
    Answer answer{node_of(*entry), {}, false};
    if (entry->is_hardlink) {
      complete = false;  // A later name of an inode says nothing of it; asked for by itself it is a file.
    } else if (answer.node->is_file()) {
      answer.head = read_content(reader, kFirstBytes);
    }
    if (first) {
      answers_[path] = std::move(answer);
    } else if (!entry->is_hardlink) {
      answers_.try_emplace(member_path(path, entry->path), std::move(answer));
    }
    first = false;
    const bool too_much = kMaxListingBytes - counted.left() > kReadOn || answers_.size() > kMaxAnswers;
    if (too_much || entry->size > kReadOn) return;
  }
  answers_[path].complete = complete;
}

std::string EngineFiles::fetch_head(const std::string& path, std::size_t length) const {
  const auto body = open(path);
  if (!body) return {};
  TarReader reader(*body, fmt::format("the engine's archive of {}", path), kBlock);
  return reader.next() == nullptr ? std::string() : read_content(reader, length);
}

const EngineFiles::Answer& EngineFiles::ask(const std::string& path) {
  if (const auto known = answers_.find(path); known != answers_.end()) return known->second;
  if (path != "/") {
    // The engine follows links among the parents; our question does not.
    const Answer& parent = ask(parent_of(path));
    if (!parent.node || !parent.node->is_directory()) return answers_[path] = {};
    if (is_below_complete(path) || !exists(path)) return answers_[path] = {};
  }
  fetch(path);
  return answers_[path];
}

std::optional<FileNode> EngineFiles::find(std::string_view path) {
  return ask(std::string(path)).node;
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
  if (ask(path).complete) return known_children(path);
  auto body = open(path);
  if (!body) return {};
  Budget bounded(std::move(body), kMaxListingBytes, path);
  TarReader reader(bounded, fmt::format("the engine's archive of {}", path), kListingBlock);
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
