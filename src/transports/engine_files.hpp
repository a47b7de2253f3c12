// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "transports/engine_api.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace sidecarctl {

/// The files of an image through Docker's archive endpoint: a container is created, never started, and removed again
/// when this is destroyed, whatever happened. The cost is some requests, whatever the size of the image.
///
/// What the engine cannot tell: layers (FileNode::layer, removed_in) and POSIX ACLs. What it puts into every container
/// (/.dockerenv, /etc/hosts, /etc/hostname, /etc/resolv.conf, empty /dev, /proc, /sys) shows; an image with VOLUMEs
/// must not be asked this way, because the engine puts volumes over its folders.
class EngineFiles final : public ImageFiles {
 public:
  /// Throws what EngineApi throws.
  EngineFiles(std::shared_ptr<EngineApi> api, const std::string& image_id);
  ~EngineFiles() override;
  EngineFiles(const EngineFiles&) = delete;
  EngineFiles& operator=(const EngineFiles&) = delete;

  std::optional<FileNode> find(std::string_view path) override;
  std::vector<std::string> list(std::string_view directory) override;
  std::string read_head(std::string_view path, std::size_t length) override;

 private:
  struct Answer {
    std::optional<FileNode> node;
    std::string head;       ///< First bytes of a regular file.
    bool complete = false;  ///< Of a directory: everything below it is in answers_.
  };
  const Answer& ask(const std::string& path);
  std::vector<std::string> known_children(const std::string& directory) const;
  bool is_below_complete(const std::string& path) const;
  bool exists(const std::string& path) const;
  void fetch(const std::string& path);
  std::string fetch_head(const std::string& path, std::size_t length) const;
  /// The tar of a path; nullptr for 404.
  std::unique_ptr<ByteSource> open(const std::string& path) const;
  std::string url(const std::string& path) const;

  std::shared_ptr<EngineApi> api_;
  std::string container_;
  std::map<std::string, Answer, std::less<>> answers_;
};

}  // namespace sidecarctl
