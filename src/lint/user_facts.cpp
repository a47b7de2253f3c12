// SPDX-License-Identifier: Apache-2.0
#include "lint/user_facts.hpp"

#include "image/path_resolver.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace sidecarctl::lint {

namespace {

constexpr std::string_view kPasswdFile = "/etc/passwd", kGroupFile = "/etc/group";
constexpr std::int64_t kMaxId = kMaxUid;
constexpr std::uint64_t kMaxKernelId = 4294967294;  // What /etc/passwd may hold: 2^32-1 is no id for the kernel.
constexpr std::size_t kShownName = 80;              // Bytes of a name in a message: an image may hold anything.

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// As Go's strconv.Atoi: an optional sign and digits; a number that does not fit is the nearest that does.
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (!all_digits(text)) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    const std::int64_t digit = c - '0';
    if (value > (std::numeric_limits<std::int64_t>::max() - digit) / 10) {
      value = std::numeric_limits<std::int64_t>::max();
      break;
    }
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

bool in_range(std::int64_t id) noexcept {
  return id >= 0 && id <= kMaxId;
}

/// A name that somebody meant as a number. The runtime looks for a user of that name all the same.
bool looks_like_number(std::string_view name) {
  constexpr std::string_view kFullWidthDigits = "\xef\xbc";  // U+FF10 to U+FF19: EF BC 90 to EF BC 99.
  std::string_view text = trim(name);
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text.size() > 2 && text.starts_with(kFullWidthDigits)) {
    const auto last = static_cast<unsigned char>(text[2]);
    return last >= 0x90 && last <= 0x99;
  }
  if (text.empty() || !is_digit(text[0])) return false;
  if (text.starts_with("0x") || text.starts_with("0X")) return true;
  const bool is_usual_name =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == std::string::npos;
  return !is_usual_name;
}

UserSpec::Kind kind_of_number(std::string_view text, std::int64_t value) {
  if (value == 0) return UserSpec::Kind::root_number;
  if (!in_range(value)) return UserSpec::Kind::out_of_range;
  return is_digit(text[0]) && text[0] != '0' ? UserSpec::Kind::canonical : UserSpec::Kind::odd_number;
}

std::vector<std::vector<std::string>> entries_of(std::string_view text) {
  std::vector<std::vector<std::string>> entries;
  for (const std::string& line : split(text, '\n')) {
    const std::string_view trimmed = trim(line);
    if (!trimmed.empty()) entries.push_back(split(trimmed, ':'));
  }
  return entries;
}

std::string field(const std::vector<std::string>& fields, std::size_t index) {
  return index < fields.size() ? fields[index] : "";
}

std::uint64_t id_field(const std::vector<std::string>& fields, std::size_t index) {
  return static_cast<std::uint64_t>(parse_integer(field(fields, index)).value_or(0));
}

std::optional<std::string> read_text(ImageFiles& files, std::string_view path) {
  const Resolved file = resolve(files, path);
  if (!file.found() || !file.node.is_file()) return std::nullopt;
  if (file.node.size > ImageFiles::kMaxHead) {
    throw Error(ErrorKind::policy, fmt::format("{} has {}, more than the {} that are read", path,
                                               human_size(file.node.size), human_size(ImageFiles::kMaxHead)));
  }
  return files.read_head(file.path, file.node.size);
}

void set_problem(UserFacts& facts, std::string problem) {
  if (facts.exists) facts.problem = std::move(problem);
  facts.exists = false;
}

void find_user(UserFacts& facts, const std::vector<PasswdEntry>& entries) {
  const UserSpec& spec = facts.spec;
  if (spec.kind == UserSpec::Kind::out_of_range) {
    return set_problem(facts, fmt::format("uid '{}' is outside of 0-{}", shorten(spec.user, kShownName), kMaxId));
  }
  const bool by_name = spec.kind == UserSpec::Kind::name || spec.kind == UserSpec::Kind::near_number;
  const std::uint64_t uid = spec.uid.value_or(0);
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const PasswdEntry& candidate) {
    return by_name ? candidate.name == spec.user : candidate.uid == uid;
  });
  if (entry != entries.end()) {
    facts.passwd = *entry;
    facts.same_uid.push_back(entry->name);
    for (const PasswdEntry& other : entries) {
      if (other.uid == entry->uid && other.name != entry->name) facts.same_uid.push_back(other.name);
    }
  } else if (by_name) {
    const std::string_view why = facts.has_passwd_file ? " in /etc/passwd" : ": the image has no /etc/passwd";
    return set_problem(facts, fmt::format("no user '{}'{}", shorten(spec.user, kShownName), why));
  }
  if (facts.passwd && facts.passwd->uid > kMaxKernelId) {
    return set_problem(facts, fmt::format("/etc/passwd gives '{}' a uid out of range", shorten(spec.user, kShownName)));
  }
  // Without an entry the group is 0, whatever the uid.
  facts.identity.uid = facts.passwd ? facts.passwd->uid : uid;
  facts.identity.gid = facts.passwd ? facts.passwd->gid : 0;
  facts.is_root = facts.identity.uid == 0;
}

void find_memberships(UserFacts& facts, const std::vector<GroupEntry>& groups) {
  if (!facts.passwd) return;
  const std::string& name = facts.passwd->name;
  for (const GroupEntry& group : groups) {
    // containerd does not count a group with the user's own name, Docker does.
    if (group.name == name) continue;
    if (std::find(group.members.begin(), group.members.end(), name) != group.members.end()) {
      facts.memberships.push_back(group);
    }
  }
}

void set_group_problem(UserFacts& facts, std::string problem) {
  // With a user that cannot exist, the user is the problem.
  if (!facts.exists) return;
  facts.group_exists = false;
  set_problem(facts, std::move(problem));
}

void find_explicit_group(UserFacts& facts, const std::vector<GroupEntry>& groups) {
  const std::string shown = shorten(facts.spec.group, kShownName);
  if (const auto gid = parse_integer(facts.spec.group)) {
    if (!in_range(*gid)) return set_group_problem(facts, fmt::format("gid '{}' is outside of 0-{}", shown, kMaxId));
    facts.identity.gid = static_cast<std::uint64_t>(*gid);
    return;
  }
  const auto group = std::find_if(groups.begin(), groups.end(),
                                  [&](const GroupEntry& entry) { return entry.name == facts.spec.group; });
  if (group == groups.end()) return set_group_problem(facts, fmt::format("no group '{}' in /etc/group", shown));
  facts.identity.gid = group->gid;
}

void find_groups(UserFacts& facts, const std::vector<GroupEntry>& groups) {
  find_memberships(facts, groups);
  if (facts.spec.several_colons) {
    // Docker starts "a:b:c" as "a:b"; containerd refuses it.
    return set_group_problem(facts, "there is more than one colon, which containerd refuses");
  }
  if (!facts.spec.group.empty()) {
    // containerd keeps the memberships next to an explicit group, Docker drops them: whoever counts on them fails
    // there.
    return find_explicit_group(facts, groups);
  }
  // "5001:" is gid 0 for containerd; Docker takes the group of /etc/passwd.
  if (facts.spec.has_colon) facts.identity.gid = 0;
  for (const GroupEntry& group : facts.memberships) {
    if (group.gid != facts.identity.gid) facts.identity.groups.push_back(group.gid);
  }
}

}  // namespace

UserSpec parse_user(std::string_view text) {
  UserSpec spec;
  const std::size_t colon = text.find(':');
  spec.user = text.substr(0, colon);
  spec.has_colon = colon != std::string_view::npos;
  if (spec.has_colon) spec.group = text.substr(colon + 1);
  spec.several_colons = spec.group.find(':') != std::string::npos;
  if (spec.user.empty()) {
    spec.kind = spec.has_colon ? UserSpec::Kind::empty_name : UserSpec::Kind::empty;
  } else if (const auto number = parse_integer(spec.user)) {
    spec.kind = kind_of_number(spec.user, *number);
    if (in_range(*number)) spec.uid = static_cast<std::uint64_t>(*number);
  } else {
    spec.kind = looks_like_number(spec.user) ? UserSpec::Kind::near_number : UserSpec::Kind::name;
  }
  return spec;
}

std::vector<PasswdEntry> parse_passwd(std::string_view text) {
  std::vector<PasswdEntry> entries;
  for (const auto& fields : entries_of(text)) {
    entries.push_back({field(fields, 0), id_field(fields, 2), id_field(fields, 3), field(fields, 5), field(fields, 6)});
  }
  return entries;
}

std::vector<GroupEntry> parse_group(std::string_view text) {
  std::vector<GroupEntry> entries;
  for (const auto& fields : entries_of(text)) {
    const std::string members = field(fields, 3);
    entries.push_back(
        {field(fields, 0), id_field(fields, 2), members.empty() ? std::vector<std::string>{} : split(members, ',')});
  }
  return entries;
}

UserFacts find_user_facts(ImageFiles& files, std::string_view user_field) {
  UserFacts facts;
  facts.spec = parse_user(user_field);
  files.expect({std::string(kPasswdFile), std::string(kGroupFile)});
  const auto passwd = read_text(files, kPasswdFile);
  facts.has_passwd_file = passwd.has_value();
  find_user(facts, parse_passwd(passwd.value_or("")));
  const bool needs_groups = facts.exists && (facts.passwd || !facts.spec.group.empty());
  const auto group = needs_groups ? read_text(files, kGroupFile) : std::nullopt;
  find_groups(facts, parse_group(group.value_or("")));
  return facts;
}

std::string why_not_judged(const UserFacts& facts) {
  using Kind = UserSpec::Kind;
  const Kind kind = facts.spec.kind;
  if (kind == Kind::empty) return "there is no USER, so the container would run as root (SDC101)";
  if (facts.is_root) return "the user is root (SDC102)";
  if (facts.exists) return "";
  std::string_view rule = "SDC104";
  if (kind == Kind::name) {
    rule = facts.spec.user == "root" ? "SDC102" : "SDC103";
  } else if (kind == Kind::canonical && !facts.group_exists) {
    rule = "SDC105";
  }
  return fmt::format("the container cannot start as this user: {} ({})", facts.problem, rule);
}

std::string user_line(std::string_view user_field) {
  return fmt::format("USER '{}'", shorten(user_field, kShownName));
}

std::uint64_t uid_for_fix(const UserFacts& facts) {
  return why_not_judged(facts).empty() ? facts.identity.uid : kSidecarUid;
}

}  // namespace sidecarctl::lint
