// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sidecarctl::entrypoint {

/// The home folder of `uid` in the text of /etc/passwd; empty: no entry. By hand: NSS needs shared libraries.
std::string home_in_passwd(std::string_view passwd, uid_t uid);

/// Where HOME should point: `current` if that is a folder we can write to, else the entry in /etc/passwd, /tmp,
/// `fallback`.
std::string usable_home(const char* current, const std::string& fallback);

/// How often the kernel ended a process of our cgroup for want of memory; -1: the cgroup does not say.
std::int64_t oom_kill_count();
/// The value of `oom_kill` in the text of memory.events or memory.oom_control; -1: not in it.
std::int64_t oom_kills_in(std::string_view text);
/// The path of our cgroup in the text of /proc/self/cgroup; `controller` empty: of version 2.
std::string cgroup_path(std::string_view text, std::string_view controller);

/// "mode 0755, owner 0:0", for messages.
std::string mode_and_owner(const struct stat& status);

/// Can this uid make, rename and remove files there? Empty: yes; else the reason, with uid, mode and owner.
std::string why_unusable(const std::string& path);

}  // namespace sidecarctl::entrypoint
