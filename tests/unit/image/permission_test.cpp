// SPDX-License-Identifier: Apache-2.0
#include "image/permission.hpp"

#include "support/catch.hpp"
#include "support/fake_files.hpp"

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

namespace {

FileNode node(std::uint32_t mode, std::uint64_t uid, std::uint64_t gid) {
  FileNode result;
  result.type = FileType::directory;
  result.mode = mode;
  result.uid = uid;
  result.gid = gid;
  return result;
}

struct AclItem {
  unsigned tag, permissions, id;
};

std::string acl(std::initializer_list<AclItem> items) {
  std::string bytes("\x02\0\0\0", 4);
  for (const AclItem& item : items) {
    for (const auto& [value, count] : {std::pair{item.tag, 2}, {item.permissions, 2}, {item.id, 4}}) {
      for (int i = 0; i < count; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xffU);
    }
  }
  return bytes;
}

const Identity kUser{5001, 5001, {100}};

}  // namespace

TEST_CASE("the first class that matches decides") {
  struct Case {
    std::uint32_t mode;
    std::uint64_t uid, gid;
    bool writable;
  };
  const Case row =
      GENERATE(Case{0755, 5001, 0, true}, Case{0555, 5001, 0, false}, Case{0577, 5001, 5001, false},
               Case{0775, 0, 5001, true}, Case{0775, 0, 100, true}, Case{0757, 0, 100, false}, Case{0757, 0, 7, true},
               Case{0775, 0, 7, false}, Case{02775, 0, 5001, true}, Case{0200, 5001, 0, false});
  INFO(std::oct << row.mode);
  CHECK(allows(node(row.mode, row.uid, row.gid), kUser, kWrite | kExecute) == row.writable);
}

TEST_CASE("an access ACL outranks the group and other bits") {
  FileNode folder = node(0770, 0, 0);
  folder.access_acl = acl({{1, 7, ~0U}, {2, 7, 5001}, {4, 0, ~0U}, {16, 7, ~0U}, {32, 0, ~0U}});
  CHECK(allows(folder, kUser, kWrite));
  folder.access_acl = acl({{1, 7, ~0U}, {2, 7, 5001}, {4, 0, ~0U}, {16, 5, ~0U}, {32, 0, ~0U}});
  CHECK_FALSE(allows(folder, kUser, kWrite));  // The mask takes w away.
  folder.access_acl = acl({{1, 7, ~0U}, {4, 0, ~0U}, {8, 7, 100}, {16, 7, ~0U}, {32, 0, ~0U}});
  CHECK(allows(folder, kUser, kWrite));
  folder.access_acl = acl({{1, 7, ~0U}, {4, 0, ~0U}, {8, 4, 100}, {16, 7, ~0U}, {32, 7, ~0U}});
  CHECK_FALSE(allows(folder, kUser, kWrite));  // A matching group without w: others are not asked.
  folder.access_acl = acl({{1, 7, ~0U}, {4, 0, ~0U}, {16, 0, ~0U}, {32, 7, ~0U}});
  CHECK(allows(folder, kUser, kWrite));  // The mask does not touch others.
}

TEST_CASE("a malformed ACL counts as none") {
  FileNode folder = node(0707, 0, 0);
  for (const std::string& bytes :
       {std::string("x"), std::string("\x01\0\0\0", 4), acl({{1, 7, 0}}) + "x", std::string("\x02\0\0\0", 4)}) {
    folder.access_acl = bytes;
    CHECK(allows(folder, kUser, kWrite));
  }
}

TEST_CASE("the first parent without x blocks") {
  test::FakeFiles files;
  files.directory("/opt", 0700).directory("/opt/a", 0000).directory("/opt/a/b", 0777, 5001, 5001);
  CHECK(blocking_parent(files, resolve(files, "/opt/a/b"), kUser) == "/opt");
  files.directory("/opt", 0755);
  CHECK(blocking_parent(files, resolve(files, "/opt/a/b"), kUser) == "/opt/a");
  files.directory("/opt/a", 0711);
  CHECK(blocking_parent(files, resolve(files, "/opt/a/b"), kUser).empty());
}
