// SPDX-License-Identifier: Apache-2.0
#include "image/path_resolver.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidecarctl::lint {

namespace {

constexpr std::size_t kMaxScript = 64UL * 1024;  // Bytes of an entrypoint script that are searched.
constexpr std::size_t kMaxMentions = 100;        // Enough to show that names disagree; a folder may hold thousands.
constexpr std::string_view kSharedDir = "SHARED_DIR";

/// A volume that something names, and what does.
struct Mention {
  std::string name, by;
  Location where;
};

void add_mentions(std::vector<Mention>& mentions, std::string_view text, const std::string& by, const Location& where) {
  for (std::string& name : volume_names_in(text)) mentions.push_back({std::move(name), by, where});
}

void add_script(const Subject& subject, std::vector<Mention>& mentions) {
  const StartStep* program = subject.start().program();
  if (program == nullptr || !program->found || program->head.kind != ProgramHead::Kind::script) return;
  const std::string& path = program->resolved.path;
  add_mentions(mentions, subject.files()->read_head(path, kMaxScript), fmt::format("the script {}", path),
               LayerFile{program->resolved.node.layer, path});
}

void add_tree(const Subject& subject, std::vector<Mention>& mentions) {
  const Resolved folder = resolve_briefly(*subject.files(), kSharedVolumes);
  if (!folder.found()) return;
  for (const std::string& name : subject.files()->list(folder.path)) {
    mentions.push_back({name, "the image's tree", LayerFile{std::nullopt, fmt::format("{}/{}", kSharedVolumes, name)}});
    if (mentions.size() >= kMaxMentions) return;
  }
}

std::vector<Mention> find_mentions(const Subject& subject) {
  std::vector<Mention> mentions;
  for (const std::string& entry : subject.config()->env) {
    add_mentions(mentions, entry, "ENV " + shorten(entry.substr(0, entry.find('=')), 60), ConfigField{"/config/Env"});
  }
  for (const std::string& word : subject.config()->argv()) {
    add_mentions(mentions, word, "the command", ConfigField{"/config/Entrypoint"});
  }
  add_script(subject, mentions);
  add_tree(subject, mentions);
  return mentions;
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const std::string no_volumes = why_no_volumes(subject);
  if (!no_volumes.empty()) return Verdict::not_applicable(no_volumes);
  const std::vector<std::string>& asked = subject.volumes();
  const std::string fix = fmt::format("use one name everywhere, as in ENV SHARED_DIR={}/{}", kSharedVolumes, asked[0]);
  const std::string shared_dir = subject.config()->environment(kSharedDir).value_or("");
  if (!shared_dir.empty() && volume_names_in(clean_absolute_path(shared_dir)).empty()) {
    findings.push_back({fmt::format("ENV {} is '{}', which is not a folder of {}", kSharedDir, shorten(shared_dir, 100),
                                    kSharedVolumes),
                        ConfigField{"/config/Env"},
                        fix,
                        shared_dir,
                        {}});
  }
  std::set<std::string> said;
  for (const Mention& mention : find_mentions(subject)) {
    if (std::find(asked.begin(), asked.end(), mention.name) != asked.end() || !said.insert(mention.name).second)
      continue;
    findings.push_back({fmt::format("{} names the volume '{}', which is none of those asked for: {}", mention.by,
                                    shorten(mention.name, 60), shorten(join(asked, ", "), 100)),
                        mention.where,
                        fix,
                        mention.name,
                        {}});
  }
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc609_volume_names_disagree{
    "SDC609",     "volume-names-disagree", Severity::warning,
    Needs::files, Origin::sample,          "Names of shared volumes disagree",
    check};

}  // namespace sidecarctl::lint
