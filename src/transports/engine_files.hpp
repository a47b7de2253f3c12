// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/tar_reader.hpp"
#include "transports/engine_api.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace sidecarctl {

/// The files of an image through Docker's archive endpoint: a container is created at the first question, never
/// started, and removed again when this is destroyed, whatever happened. The cost is some requests, whatever the size
/// of the image: GETs are dear (Docker 20.10 starts a process for each), so one of them brings the beginning of the
/// whole tree, and where type and mode are enough a HEAD is sent instead.
///
/// What the engine cannot tell: layers (FileNode::layer, removed_in) and POSIX ACLs. What it puts into every container
/// (/.dockerenv, /etc/hosts, /etc/hostname, /etc/resolv.conf, empty /dev, /proc, /sys) shows; an image with VOLUMEs
/// must not be asked this way, because the engine puts volumes over its folders.
class EngineFiles final : public ImageFiles {
 public:
  EngineFiles(std::shared_ptr<EngineApi> api, std::string image_id)
      : api_(std::move(api)), image_id_(std::move(image_id)) {}
  ~EngineFiles() override;
  EngineFiles(const EngineFiles&) = delete;
  EngineFiles& operator=(const EngineFiles&) = delete;

  /// These throw what EngineApi throws.
  std::optional<FileNode> find(std::string_view path) override;
  std::optional<FileNode> glance(std::string_view path) override;
  std::vector<std::string> list(std::string_view directory) override;
  std::string read_head(std::string_view path, std::size_t length) override;

 private:
  struct Answer {
    std::optional<FileNode> node;
    std::string head;       ///< First bytes of a regular file.
    bool complete = false;  ///< Of a directory: all its children are in answers_.
  };
  class Walk;

  /// What is known of a path without asking about it: because it was asked before, or its folder says no.
  Answer* known(const std::string& path);
  const Answer& ask(const std::string& path);
  void ask_for_root();
  std::vector<std::string> known_children(const std::string& directory) const;
  std::optional<FileNode> look(const std::string& path);
  void fetch(const std::string& path, std::uint64_t most);
  void take(TarReader& reader, const TarEntry& entry, Answer& answer) const;
  /// Of what the engine cannot look at by itself, such as a link in a circle: from the tar of its folder.
  void find_in_folder(const std::string& path);
  std::string fetch_head(const std::string& path, std::size_t length);
  /// The tar of a path; nullptr for 404.
  std::unique_ptr<ByteSource> open(const std::string& path);
  HttpResponse request(const std::string& path, bool head);

  std::shared_ptr<EngineApi> api_;
  std::string image_id_;
  std::string container_;  ///< "" before the first question.
  std::map<std::string, Answer, std::less<>> answers_;
};

}  // namespace sidecarctl
