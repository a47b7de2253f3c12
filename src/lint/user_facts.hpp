// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/permission.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

/// The User field taken apart, before any file is read. Pure.
struct UserSpec {
  enum class Kind {
    empty,         ///< "": root.
    empty_name,    ///< ":5001": root.
    canonical,     ///< ^[1-9][0-9]{0,9}$ up to 2147483647.
    root_number,   ///< A spelling of uid 0: "0", "00", "+0", "-0".
    odd_number,    ///< A number in another spelling that the runtime reads as a uid: "+5001", "05001".
    out_of_range,  ///< A number that no runtime starts: "-1", "4294967296".
    near_number,   ///< Meant as a number, looked up as a name: "5001 ", "0x1389", "5001 # x", full-width digits.
    name,          ///< Anything else: looked up in /etc/passwd.
  };
  Kind kind = Kind::empty;
  std::string user, group;  ///< Parts before and after the first colon, as written.
  bool has_colon = false;
  bool several_colons = false;
  std::optional<std::uint64_t> uid;  ///< When a number in range.
};
UserSpec parse_user(std::string_view text);

struct PasswdEntry {
  std::string name;
  std::uint64_t uid = 0, gid = 0;
  std::string home, shell;
};
struct GroupEntry {
  std::string name;
  std::uint64_t gid = 0;
  std::vector<std::string> members;
};
/// As moby/sys/user reads them: blank lines are passed over, a missing or malformed number is 0.
std::vector<PasswdEntry> parse_passwd(std::string_view text);
std::vector<GroupEntry> parse_group(std::string_view text);

/// Who the container's process will be, as moby/sys GetExecUser decides (runc and containerd follow it).
struct UserFacts {
  UserSpec spec;
  std::optional<PasswdEntry> passwd;  ///< The first entry of that uid or name.
  std::vector<std::string> same_uid;  ///< Names of all entries with the uid of `passwd`, its own first.
  bool has_passwd_file = false;
  bool exists = true;        ///< false: it cannot start: out of range, unknown name or group. `problem` says which.
  std::string problem;       ///< "no user 'app' in /etc/passwd"
  bool is_root = false;      ///< Resolves to uid 0.
  bool group_exists = true;  ///< false: the group part is the `problem`: unknown, out of range, or has a colon.
  Identity identity;         ///< Valid when `exists`. Where Docker and containerd differ, the one that may do less.
  std::vector<GroupEntry> memberships;  ///< Groups of /etc/group that list the user; not his own group.
};
/// Throws as ImageFiles does, and when /etc/passwd or /etc/group is too large to be read.
UserFacts find_user_facts(ImageFiles& files, std::string_view user_field);

/// Why rules about permissions do not ask for this user, with the rule that reports it: he is root or cannot exist.
/// "" when they do.
std::string why_not_judged(const UserFacts& facts);

/// The field in messages: "USER '5001'"; a long value is cut.
std::string user_line(std::string_view user_field);

/// moby/sys/user and containerd take 0 to 2^31-1.
inline constexpr std::uint64_t kMaxUid = 2147483647;

/// The uid that transforms with an own container need, and that the documentation's flag sample takes.
inline constexpr std::uint64_t kSidecarUid = 5001;
/// The uid to give files to in a fix: the user's own, else kSidecarUid.
std::uint64_t uid_for_fix(const UserFacts& facts);

}  // namespace sidecarctl::lint
