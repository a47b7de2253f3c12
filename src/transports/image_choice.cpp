// SPDX-License-Identifier: Apache-2.0
#include "transports/image_choice.hpp"

#include "image/reference.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"
#include "util/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace sidecarctl {

namespace {

// What fits on a screen; an archive of many images is listed in part.
constexpr std::size_t kMaxListed = 20;
constexpr std::size_t kMaxShown = 200;

bool exists(std::string_view path) {
  std::error_code ignored;
  return std::filesystem::symlink_status(std::filesystem::path(path), ignored).type() !=
             std::filesystem::file_type::not_found &&
         !ignored;
}

ImageSelector parse_selector(std::string_view text) {
  ImageSelector selector;
  if (!text.starts_with('@')) {
    if (!text.empty()) selector.name = text;
    return selector;
  }
  selector.position = parse_unsigned(text.substr(1));
  if (!selector.position) {
    throw Error(ErrorKind::usage, fmt::format("'{}' is not a position like @0", escape_text(text)));
  }
  return selector;
}

/// umoci and buildah write bare tags into ref.name (image-spec annotations.md leaves it open).
bool is_bare_tag(std::string_view name) {
  return is_valid_tag(name);
}

std::optional<Reference> try_reference(const std::string& name) {
  try {
    return Reference::parse(name);
  } catch (const ParseError&) {
    return std::nullopt;
  }
}

std::string tag_of(const std::string& name) {
  if (is_bare_tag(name)) return name;
  const auto reference = try_reference(name);
  return reference ? reference->tag().value_or("") : "";
}

/// How closely a name fits what was asked for, best first.
enum class Fit { exact, same_reference, same_tag, latest };

bool fits(const ImageName& name, const std::string& wanted, Fit fit) {
  switch (fit) {
    case Fit::exact: return name.text == wanted || name.alias == wanted;
    case Fit::same_reference: {
      const auto a = try_reference(name.text), b = try_reference(wanted);
      return a && b && *a == *b;
    }
    case Fit::same_tag: return is_valid_tag(wanted) && tag_of(name.text) == wanted;
    case Fit::latest: {
      const auto a = try_reference(name.text), b = try_reference(wanted);
      return a && b && !b->tag() && !b->digest() && *a == b->with_tag("latest");
    }
  }
  return false;
}

std::string names_text(const std::vector<ImageName>& names) {
  if (names.empty()) return "(no name)";
  std::vector<std::string> texts;
  for (const ImageName& name : names) texts.push_back(name.text);
  return shorten(escape_text(join(texts, ", ")), kMaxShown);
}

void add_list(Error& error, const ImageList& list) {
  const std::size_t count = std::min(list.images.size(), kMaxListed);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string platform = list.platform ? list.platform(i) : "";
    error.add_context(fmt::format("@{}  {}{}", i, names_text(list.images[i]),
                                  platform.empty() ? "" : fmt::format("  {}", escape_text(platform))));
  }
  if (count < list.images.size()) error.add_context(fmt::format("and {} more", list.images.size() - count));
}

[[noreturn]] void fail_several(const ImageList& list, std::string message) {
  Error error(ErrorKind::usage, std::move(message));
  add_list(error, list);
  error.set_hint(fmt::format("pick one: '{}:@0', or with its name after the colon", list.prefix));
  throw error;
}

[[noreturn]] void fail_absent(const ImageList& list, const std::string& wanted) {
  std::vector<std::string> candidates;
  for (const auto& names : list.images) {
    for (const ImageName& name : names) candidates.push_back(name.text);
  }
  Error error(ErrorKind::not_found, fmt::format("{} has no image '{}'{}", list.where, escape_text(wanted),
                                                escape_text(did_you_mean(wanted, candidates))));
  add_list(error, list);
  throw error;
}

std::optional<std::size_t> first_name(const std::vector<ImageName>& names) {
  return names.empty() ? std::nullopt : std::optional<std::size_t>(0);
}

ImageChoice choose_by_name(const ImageList& list, const std::string& wanted) {
  for (const Fit fit : {Fit::exact, Fit::same_reference, Fit::same_tag, Fit::latest}) {
    std::optional<ImageChoice> choice;
    for (std::size_t image = 0; image < list.images.size(); ++image) {
      const auto& names = list.images[image];
      const auto at =
          std::find_if(names.begin(), names.end(), [&](const ImageName& n) { return fits(n, wanted, fit); });
      if (at == names.end()) continue;
      if (choice)
        fail_several(list, fmt::format("several images in {} have the name '{}'", list.where, escape_text(wanted)));
      choice = ImageChoice{image, static_cast<std::size_t>(at - names.begin())};
    }
    if (choice) return *choice;
  }
  fail_absent(list, wanted);
}

}  // namespace

ImageLocation parse_location(std::string_view location) {
  if (location.empty()) throw Error(ErrorKind::usage, "no path is given");
  if (exists(location)) return {std::string(location), {}};
  for (std::size_t colon = location.rfind(':'); colon != std::string_view::npos && colon > 0;
       colon = location.rfind(':', colon - 1)) {
    if (exists(location.substr(0, colon))) {
      return {std::string(location.substr(0, colon)), parse_selector(location.substr(colon + 1))};
    }
  }
  const std::size_t colon = location.find(':');
  if (colon == std::string_view::npos || colon == 0) return {std::string(location), {}};
  return {std::string(location.substr(0, colon)), parse_selector(location.substr(colon + 1))};
}

ImageChoice choose_image(const ImageList& list, const ImageSelector& selector) {
  if (list.images.empty()) throw Error(ErrorKind::not_found, fmt::format("{} holds no image", list.where));
  if (selector.name) return choose_by_name(list, *selector.name);
  if (selector.position) {
    if (*selector.position >= list.images.size()) fail_absent(list, fmt::format("@{}", *selector.position));
    const auto image = static_cast<std::size_t>(*selector.position);
    return {image, first_name(list.images[image])};
  }
  if (list.images.size() > 1) {
    fail_several(list, fmt::format("{} holds {}, and none is named", list.where, plural(list.images.size(), "image")));
  }
  return {0, first_name(list.images[0])};
}

void set_names(SourceInfo& info, const std::vector<ImageName>& names, std::optional<std::size_t> chosen) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != chosen) info.other_names.push_back(names[i].text);
  }
  if (!chosen) return;
  const std::string& name = names[*chosen].text;
  info.name = name;
  if (const std::string tag = tag_of(name); !tag.empty()) info.tag = tag;
  if (is_bare_tag(name)) return;
  if (const auto reference = try_reference(name); reference && reference->digest())
    info.digest = reference->digest()->str();
}

std::string familiar_name(std::string_view name) {
  for (const std::string_view prefix : {"docker.io/library/", "docker.io/"}) {
    if (name.starts_with(prefix)) return std::string(name.substr(prefix.size()));
  }
  return std::string(name);
}

}  // namespace sidecarctl
