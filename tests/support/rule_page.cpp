// SPDX-License-Identifier: Apache-2.0
#include "support/rule_page.hpp"

#include "util/error.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>

namespace sidecarctl::test {

namespace {

[[noreturn]] void fail(std::size_t line, const std::string& problem) {
  throw std::invalid_argument("line " + std::to_string(line) + ": " + problem);
}

/// Reads one page from top to bottom; what it needs to remember between two lines.
class PageParser {
 public:
  RulePage parse(std::string_view text) {
    for (const std::string& line : split(text, '\n')) {
      ++number_;
      if (in_fence_) {
        read_inside(line);
      } else {
        read_outside(line);
      }
    }
    if (in_fence_) fail(number_, "a fence is not closed");
    return std::move(page_);
  }

 private:
  void read_inside(const std::string& line) {
    if (line == "```") {
      in_fence_ = false;
      if (labelled_) add_block();
      return;
    }
    block_.text += line + "\n";
  }

  void read_outside(const std::string& line) {
    if (line.starts_with("```")) return open_fence(line.substr(3));
    if (trim(line).empty()) return;
    may_join_ = false;
    if (line.starts_with("## ")) {
      page_.headings.push_back(line.substr(3));
    } else if (page_.title.empty()) {
      page_.title = line.starts_with("# ") ? line.substr(2) : line;
    } else if (page_.facts.empty()) {
      page_.facts = line;
    }
  }

  void open_fence(const std::string& label) {
    in_fence_ = true;
    block_ = {"", "", number_};
    const std::vector<std::string> words = split(label, ' ');
    labelled_ = words.size() == 2 && (words[1] == "bad" || words[1] == "good");
    if (!labelled_) {
      may_join_ = false;
      return;
    }
    bad_ = words[1] == "bad";
    block_.kind = words[0];
    for (const char* kind : {"config", "tree", "name", "manifest", "options"}) {
      if (block_.kind == kind) return;
    }
    fail(number_, "no kind of example is called '" + block_.kind + "'");
  }

  void add_block() {
    const bool same_polarity = may_join_ && page_.examples.back().bad == bad_;
    bool is_new_kind = true;
    if (same_polarity) {
      for (const ExampleBlock& other : page_.examples.back().blocks) is_new_kind &= other.kind != block_.kind;
    }
    if (!same_polarity || !is_new_kind) page_.examples.push_back(Example{bad_, {}});
    page_.examples.back().blocks.push_back(block_);
    may_join_ = true;
  }

  RulePage page_;
  ExampleBlock block_;
  std::size_t number_ = 0;
  bool in_fence_ = false, labelled_ = false, bad_ = false, may_join_ = false;
};

/// The right image's config as a document, so that an example can be merged over it (RFC 7386).
Json config_document(const ImageConfig& config) {
  Json document = {{"architecture", config.platform.architecture},
                   {"os", config.platform.os},
                   {"config",
                    {{"User", config.user},
                     {"Entrypoint", config.entrypoint},
                     {"Env", config.env},
                     {"WorkingDir", config.working_dir}}},
                   {"rootfs", {{"type", "layers"}, {"diff_ids", Json::array()}}},
                   {"history", Json::array()}};
  for (const Digest& digest : config.diff_ids) document["rootfs"]["diff_ids"].push_back(digest.str());
  for (const HistoryEntry& entry : config.history) document["history"].push_back({{"created_by", entry.created_by}});
  return document;
}

Json descriptor_document(const Descriptor& descriptor) {
  return {{"mediaType", descriptor.media_type}, {"digest", descriptor.digest.str()}, {"size", descriptor.size}};
}

Json manifest_document(const Manifest& manifest) {
  Json document = {{"schemaVersion", 2},
                   {"mediaType", manifest.media_type},
                   {"config", descriptor_document(manifest.config)},
                   {"layers", Json::array()}};
  for (const Descriptor& layer : manifest.layers) document["layers"].push_back(descriptor_document(layer));
  return document;
}

/// A string between quotes with \n \r \t \0 \\ \" and \xHH.
std::string unquote(std::string_view text, std::size_t line) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') fail(line, "content is not in double quotes");
  text = text.substr(1, text.size() - 2);
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      result += text[i];
      continue;
    }
    if (++i == text.size()) fail(line, "content ends in a backslash");
    constexpr std::string_view kNames = "nrt0\\\"", kValues{"\n\r\t\0\\\"", 6};
    if (const std::size_t at = kNames.find(text[i]); at != std::string_view::npos) {
      result += kValues[at];
    } else if (text[i] == 'x' && i + 2 < text.size()) {
      unsigned value = 0;
      std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
      result += static_cast<char>(value);
      i += 2;
    } else {
      fail(line, "no escape is called \\" + std::string(1, text[i]));
    }
  }
  return result;
}

/// `"text"` or `elf [machine=N] [interpreter=PATH] [32bit]`.
std::string content_of(std::string_view text, std::size_t line) {
  if (!text.starts_with("elf")) return unquote(text, line);
  std::string interpreter;
  unsigned machine = 62;
  bool is_64bit = true;
  for (const std::string& word : split(text.substr(3), ' ')) {
    if (word.starts_with("interpreter="))
      interpreter = word.substr(12);
    else if (word.starts_with("machine="))
      machine = static_cast<unsigned>(parse_unsigned(word.substr(8)).value_or(0));
    else if (word == "32bit")
      is_64bit = false;
    else if (!word.empty())
      fail(line, "'" + word + "' says nothing about an ELF file");
  }
  return elf_file(interpreter, machine, is_64bit);
}

std::string next_word(std::string_view& rest) {
  rest = trim(rest);
  const std::size_t end = rest.find(' ');
  std::string word(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view() : trim(rest.substr(end));
  return word;
}

std::uint32_t octal(const std::string& text, std::size_t line) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
  if (error != std::errc() || end != text.data() + text.size()) fail(line, "'" + text + "' is no octal mode");
  return value;
}

FileType file_type(const std::string& letter, std::size_t line) {
  if (letter == "d") return FileType::directory;
  if (letter == "f") return FileType::file;
  if (letter == "l") return FileType::symlink;
  if (letter == "c") return FileType::character_device;
  if (letter == "b") return FileType::block_device;
  if (letter == "p") return FileType::fifo;
  fail(line, "'" + letter + "' is no type; there are d f l c b p");
}

void apply_tree_line(std::string_view text, std::size_t line, FakeFiles& files) {
  if (text.starts_with("-")) {
    files.remove(std::string(trim(text.substr(1))));
    return;
  }
  const FileType type = file_type(next_word(text), line);
  const std::uint32_t mode = octal(next_word(text), line);
  const std::vector<std::string> owner = split(next_word(text), ':');
  if (owner.size() != 2) fail(line, "the owner is not UID:GID");
  const std::string path = next_word(text);
  if (!path.starts_with("/")) fail(line, "'" + path + "' is no absolute path");
  const std::uint64_t uid = parse_unsigned(owner[0]).value(), gid = parse_unsigned(owner[1]).value();
  if (type != FileType::directory) files.remove(path);
  if (type == FileType::directory) {
    files.directory(path, mode, uid, gid);
  } else if (type == FileType::symlink) {
    if (next_word(text) != "->") fail(line, "a link needs '-> TARGET'");
    files.link(path, std::string(text));
  } else {
    if (!text.empty() && next_word(text) != "=") fail(line, "what follows the path is not '= CONTENT'");
    files.file(path, text.empty() ? "" : content_of(text, line), mode, uid, gid);
  }
  files.node(path).type = type;
}

void apply_tree(const ExampleBlock& block, SubjectBuilder& builder) {
  std::size_t line = block.line;
  for (const std::string& text : split(block.text, '\n')) {
    ++line;
    if (!trim(text).empty()) apply_tree_line(trim(text), line, builder.files);
  }
}

void apply_name(const ExampleBlock& block, SubjectBuilder& builder) {
  const std::string name(trim(block.text));
  builder.source.name = name.empty() ? std::nullopt : std::optional(name);
  builder.source.target = "oci:out:" + name;
  const std::size_t at = name.find('@');
  const std::string tagged = name.substr(0, at);
  const std::size_t colon = tagged.rfind(':');
  const bool has_tag = colon != std::string::npos && tagged.find('/', colon) == std::string::npos;
  builder.source.tag = has_tag ? std::optional(tagged.substr(colon + 1)) : std::nullopt;
  builder.source.digest = at == std::string::npos ? std::nullopt : std::optional(name.substr(at + 1));
}

void apply_options(const ExampleBlock& block, SubjectBuilder& builder) {
  std::string_view rest = block.text;
  while (!trim(rest).empty()) {
    const std::string option = next_word(rest);
    if (option == "--telemetry") {
      builder.settings.telemetry = true;
    } else if (option == "--volume") {
      builder.settings.configured_volumes.push_back(next_word(rest));
      builder.volumes = builder.settings.configured_volumes;
    } else if (option == "--profile") {
      const std::string name = next_word(rest);
      for (const auto profile :
           {lint::ProfileName::flags, lint::ProfileName::server, lint::ProfileName::byoc, lint::ProfileName::generic}) {
        if (name == to_string(profile)) builder.profile.name = profile;
      }
      if (name != to_string(builder.profile.name)) fail(block.line, "no profile is called '" + name + "'");
      if (!builder.profile.uses_volumes()) builder.volumes.clear();
    } else {
      fail(block.line, "'" + option + "' is not understood here");
    }
  }
}

void apply_block(const ExampleBlock& block, SubjectBuilder& builder) {
  if (block.kind == "tree") return apply_tree(block, builder);
  if (block.kind == "name") return apply_name(block, builder);
  if (block.kind == "options") return apply_options(block, builder);
  const Json patch = parse_json(block.text, "the example");
  if (block.kind == "config") {
    Json document = config_document(builder.config);
    document.merge_patch(patch);
    builder.config = parse_config(dump_json(document));
    return;
  }
  Json document = manifest_document(builder.manifest);
  document.merge_patch(patch);
  builder.resolution.manifest.bytes = dump_json(document);
  builder.resolution.root = builder.resolution.manifest;
  builder.manifest = parse_manifest(builder.resolution.manifest);
}

}  // namespace

RulePage parse_rule_page(std::string_view text) {
  return PageParser().parse(text);
}

void apply_example(const Example& example, SubjectBuilder& builder) {
  for (const ExampleBlock& block : example.blocks) {
    try {
      apply_block(block, builder);
    } catch (const Error& error) {
      fail(block.line, error.what());
    }
  }
}

}  // namespace sidecarctl::test
