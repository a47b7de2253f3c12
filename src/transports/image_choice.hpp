// SPDX-License-Identifier: Apache-2.0
// Which of the images that an archive or layout holds is meant: `PATH[:NAME or :@N]`.
#pragma once

#include "image/source.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

struct ImageSelector {
  std::optional<std::string> name;
  std::optional<std::uint64_t> position;  ///< From 0.
};

struct ImageLocation {
  std::string path;
  ImageSelector selector;
};

/// A string that is an existing path as a whole is a path, even with colons in it; else the longest part before a colon
/// that exists; else all before the first colon. Throws Error{usage} for "@" without a number.
ImageLocation parse_location(std::string_view location);

/// A name of an image in an archive or layout.
struct ImageName {
  std::string text;   ///< As people know it: "app:1.0", or a bare tag.
  std::string alias;  ///< What the place has besides ("1.0"); "" for nothing.
};

/// The images of a place. Entries of a layout that have the same digest are one image with several names.
struct ImageList {
  std::string where;                                 ///< For messages: "app.tar".
  std::string prefix;                                ///< What a user writes before ":NAME": "docker-archive:app.tar".
  std::vector<std::vector<ImageName>> images;        ///< The names of each; may be empty.
  std::function<std::string(std::size_t)> platform;  ///< For the list of a message.
};

struct ImageChoice {
  std::size_t image = 0;
  std::optional<std::size_t> name;  ///< Which of its names; nullopt: it has none.
};

/// Throws Error{usage} with the list when several images are there and none is named (or the name fits several), and
/// Error{not_found} with the list when none fits.
ImageChoice choose_image(const ImageList& list, const ImageSelector& selector);

/// Sets name, tag, digest and other_names.
void set_names(SourceInfo& info, const std::vector<ImageName>& names, std::optional<std::size_t> chosen);

/// "docker.io/library/app:1" is "app:1", as Docker shows and writes names.
std::string familiar_name(std::string_view name);

}  // namespace sidecarctl
