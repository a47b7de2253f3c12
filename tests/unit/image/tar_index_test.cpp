// SPDX-License-Identifier: Apache-2.0
#include "image/tar_index.hpp"

#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace sidecarctl {

namespace {

using Catch::Matchers::Contains;
using test::ArchiveMember;
using test::tar_of;

TarIndex scan(const std::string& tar, const TarIndexLimits& limits = {}) {
  const auto read = [&tar](std::uint64_t offset, std::span<std::byte> out) {
    const std::size_t count = std::min(out.size(), tar.size() - static_cast<std::size_t>(offset));
    std::memcpy(out.data(), tar.data() + offset, count);
    return count;
  };
  return TarIndex::scan(read, tar.size(), "app.tar", limits);
}

std::string content(const std::string& tar, const TarIndex& index, std::string_view name) {
  const auto extent = index.find(name);
  return extent ? tar.substr(static_cast<std::size_t>(extent->offset), static_cast<std::size_t>(extent->size))
                : "(none)";
}

/// The header block with its checksum made right again.
void fix_checksum(std::string& tar, std::size_t at) {
  std::memset(tar.data() + at + 148, ' ', 8);
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[at + i]);
  std::memcpy(tar.data() + at + 148, fmt::format("{:06o}", sum).c_str(), 7);
}

std::string pax_record(const std::string& text) {
  std::size_t length = text.size() + 2;
  while (std::to_string(length).size() + 1 + text.size() + 1 != length) ++length;
  return std::to_string(length) + " " + text + "\n";
}

std::string error_of(const std::string& tar, const TarIndexLimits& limits = {}) {
  try {
    scan(tar, limits);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::corrupt);
    return std::string(error.message());
  }
  return "no error";
}

}  // namespace

TEST_CASE("the table gives each file's bytes, whatever leading dots and slashes its name has") {
  const std::string tar = tar_of({{"./", "", '5'}, {"./a", "one"}, {"/b/c", "two"}, {"d//e/", "", '5'}, {"empty", ""}});
  const TarIndex index = scan(tar);
  CHECK(content(tar, index, "a") == "one");
  CHECK(content(tar, index, "b/c") == "two");
  CHECK(content(tar, index, "empty").empty());
  CHECK(content(tar, index, "d/e") == "(none)");
  CHECK(index.contains("d/e"));
  CHECK_FALSE(index.contains("b"));
  CHECK(index.has_end_mark());
}

TEST_CASE("names with dot-dot are keys that no lookup meets") {
  const std::string tar =
      tar_of({{"manifest.json", "right"}, {"x/../manifest.json", "wrong"}, {"../../etc/passwd", "x"}});
  const TarIndex index = scan(tar);
  CHECK(content(tar, index, "manifest.json") == "right");
  CHECK_FALSE(index.contains("etc/passwd"));
  CHECK(index.duplicates().empty());
}

TEST_CASE("hard links and symlinks are followed inside the archive only") {
  const std::string tar = tar_of({{"a/layer.tar", "one"},
                                  {"b/layer.tar", "", '2', "../a/layer.tar"},
                                  {"c", "", '1', "b/layer.tar"},
                                  {"absolute", "", '2', "/a/layer.tar"},
                                  {"out", "", '2', "../../etc/passwd"},
                                  {"nowhere", "", '2', "gone"},
                                  {"folder", "", '2', "a"}});
  const TarIndex index = scan(tar);
  CHECK(content(tar, index, "b/layer.tar") == "one");
  CHECK(content(tar, index, "c") == "one");
  CHECK(content(tar, index, "absolute") == "one");
  CHECK(content(tar, index, "out") == "(none)");
  CHECK(content(tar, index, "nowhere") == "(none)");
  CHECK(content(tar, index, "folder") == "(none)");
  CHECK(index.resolve("c") == "a/layer.tar");
}

TEST_CASE("a loop of links is told, however it is made") {
  const TarIndex index = scan(tar_of({{"self", "", '2', "self"}, {"a", "", '2', "b"}, {"b", "", '1', "a"}}));
  CHECK_THROWS_WITH(index.find("self"), "app.tar has a loop of links at self");
  CHECK_THROWS_WITH(index.find("a"), Contains("loop of links"));
}

TEST_CASE("40 links in a row are followed, 41 are not") {
  std::vector<ArchiveMember> members{{"0", "end"}};
  for (int i = 1; i <= 41; ++i) members.push_back({std::to_string(i), "", '2', std::to_string(i - 1)});
  const std::string tar = tar_of(members);
  const TarIndex index = scan(tar);
  CHECK(content(tar, index, "40") == "end");
  CHECK_THROWS_AS(index.find("41"), Error);
}

TEST_CASE("a name that comes twice is its last member, and is noted; a folder may come twice") {
  const std::string tar = tar_of({{"d", "", '5'}, {"a", "first"}, {"./a", "second"}, {"d", "", '5'}});
  const TarIndex index = scan(tar);
  CHECK(content(tar, index, "a") == "second");
  CHECK(index.duplicates() == std::vector<std::string>{"a"});
}

TEST_CASE("an archive cut inside a member says where and how much is missing") {
  const std::string tar = tar_of({{"first", "x"}, {"blobs/sha256/ab", std::string(3000, 'y')}});
  CHECK(error_of(tar.substr(0, 1536 + 1000)) == "app.tar ends inside blobs/sha256/ab (needs 2.0 kB more)");
  CHECK(error_of(tar.substr(0, 100)) == "app.tar is not a tar archive: it has only 100 bytes");
  CHECK(error_of(tar.substr(0, 1024 + 100)) == "app.tar ends inside a header (needs 412 B more)");
}

TEST_CASE("cut at any byte, an archive is either whole up to there or refused") {
  const std::string tar = tar_of({{"a", std::string(700, 'a')}, {"b", "", '2', "a"}, {"c", "cc"}});
  for (std::size_t length = 0; length < tar.size(); ++length) {
    try {
      const TarIndex index = scan(tar.substr(0, length));
      INFO("cut at " << length);
      CHECK(index.has_end_mark() == (length >= tar.size() - 512));
      for (const char* name : {"a", "c"}) {
        if (const auto extent = index.find(name)) CHECK(extent->offset + extent->size <= length);
      }
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
    }
  }
}

TEST_CASE("an archive without its end mark is read, but does not claim to be whole") {
  CHECK_FALSE(scan(tar_of({{"a", "x"}}, false)).has_end_mark());
}

TEST_CASE("what is not a tar is refused") {
  CHECK(error_of("") == "app.tar is empty");
  CHECK(error_of("short") == "app.tar is not a tar archive: it has only 5 bytes");
  CHECK(error_of(std::string(4096, 'x')) == "app.tar is not a tar archive");
  CHECK(scan(std::string(1024, '\0')).size() == 0);
}

TEST_CASE("a damaged header says after which member") {
  std::string tar = tar_of({{"a", "x"}, {"b", "y"}});
  tar[1024] ^= 1;
  CHECK(error_of(tar) == "app.tar is damaged: no tar header at byte 1024, after a");
}

TEST_CASE("a declared size beyond all bounds is refused") {
  std::string tar = tar_of({{"a", "x"}});
  SECTION("octal") {
    tar.replace(124, 11, "77777777777");
    fix_checksum(tar, 0);
    CHECK_THAT(error_of(tar), Contains("app.tar ends inside a (needs 8.6 GB more)"));
  }
  SECTION("binary, near 2^64") {
    tar.replace(124, 12, std::string("\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 12));
    fix_checksum(tar, 0);
    CHECK_THAT(error_of(tar), Contains("app.tar ends inside a"));
  }
  SECTION("binary, above 64 bits") {
    tar.replace(124, 12, std::string("\x80\0\0\1\0\0\0\0\0\0\0\0", 12));
    fix_checksum(tar, 0);
    CHECK_THAT(error_of(tar), Contains("size in a tar header is not a number"));
  }
  SECTION("negative") {
    tar.replace(124, 12, std::string(12, '\xff'));
    fix_checksum(tar, 0);
    CHECK_THAT(error_of(tar), Contains("size in a tar header is not a number"));
  }
  SECTION("not digits") {
    tar.replace(124, 11, "00000000009");
    fix_checksum(tar, 0);
    CHECK_THAT(error_of(tar), Contains("size in a tar header is not a number"));
  }
  SECTION("pax") {
    const std::string text = tar_of({{"p", pax_record("size=18446744073709551615"), 'x'}, {"a", "x"}});
    CHECK_THAT(error_of(text), Contains("app.tar ends inside a"));
  }
}

TEST_CASE("a size in base 256 and one in a pax header are read") {
  std::string tar = tar_of({{"a", "abc"}, {"b", "y"}});
  tar.replace(124, 12, std::string("\x80\0\0\0\0\0\0\0\0\0\0\3", 12));
  fix_checksum(tar, 0);
  CHECK(content(tar, scan(tar), "a") == "abc");
  CHECK(content(tar, scan(tar), "b") == "y");
  const std::string pax = tar_of({{"p", pax_record("size=2"), 'x'}, {"a", "abc"}, {"b", "y"}});
  CHECK(content(pax, scan(pax), "a") == "ab");
}

TEST_CASE("long names come from pax and GNU headers, and count for the next member only") {
  const std::string name = std::string(150, 'n') + "/" + std::string(120, 'm');
  const std::string pax = tar_of({{"g", pax_record("comment=x"), 'g'},
                                  {"p", pax_record("path=" + name) + pax_record("mtime=1.5"), 'x'},
                                  {"cut", "1"},
                                  {"b", "2"}});
  CHECK(content(pax, scan(pax), name) == "1");
  CHECK(content(pax, scan(pax), "b") == "2");
  const std::string gnu = tar_of({{"././@LongLink", name + '\0', 'L'},
                                  {"cut", "1"},
                                  {"././@LongLink", name + '\0', 'K'},
                                  {"link", "", '1', "cut"}});
  CHECK(content(gnu, scan(gnu), name) == "1");
  CHECK(scan(gnu).resolve("link") == name);
}

TEST_CASE("the prefix field of ustar is part of the name, that of GNU is not") {
  std::string tar = tar_of({{"name", "x"}});
  tar.replace(345, 3, "dir");
  fix_checksum(tar, 0);
  CHECK(scan(tar).contains("dir/name"));
  tar.replace(257, 8, std::string("ustar  \0", 8));
  fix_checksum(tar, 0);
  CHECK(scan(tar).contains("name"));
}

TEST_CASE("pax headers that lie about their records are refused") {
  for (const char* body :
       {"999 path=x\n", "0 path=x\n", "5\n", "x path=a\n", "9 path=a\x01", "7 path\n", "11 size=-1\n\n"}) {
    INFO(body);
    CHECK_THAT(error_of(tar_of({{"p", body, 'x'}, {"a", "x"}})), Contains("damaged"));
  }
}

TEST_CASE("sparse files are refused") {
  CHECK(error_of(tar_of({{"s", "x", 'S'}})) == "s in app.tar is stored as a sparse file");
  CHECK_THAT(error_of(tar_of({{"p", pax_record("GNU.sparse.major=1"), 'x'}, {"s", "x"}})), Contains("sparse"));
}

TEST_CASE("links and folders have no bytes, whatever size their header claims") {
  const std::string zero_block(512, '\0');
  std::string tar = tar_of({{"a", "x"}, {"l", "", '1', "a"}, {"b", "y"}});
  tar.replace(1024 + 124, 11, "00000001000");
  fix_checksum(tar, 1024);
  CHECK(content(tar, scan(tar), "b") == "y");
}

TEST_CASE("one beyond each limit is refused, at the limit it is not") {
  TarIndexLimits limits;
  limits.members = 2;
  CHECK(scan(tar_of({{"a", ""}, {"b", ""}}), limits).size() == 2);
  CHECK(error_of(tar_of({{"a", ""}, {"b", ""}, {"c", ""}}), limits) == "app.tar has more than 2 members");
  CHECK(error_of(tar_of({{"a", ""}, {"a", ""}, {"a", ""}}), limits) == "app.tar has more than 2 members");
  limits = {};
  limits.name_length = 5;
  CHECK(scan(tar_of({{"abcde", ""}}), limits).size() == 1);
  CHECK(error_of(tar_of({{"abcdef", ""}}), limits) == "app.tar has a name of 6 bytes, the limit is 5");
  CHECK(error_of(tar_of({{"a", "", '2', "abcdef"}}), limits) == "app.tar has a name of 6 bytes, the limit is 5");
  limits = {};
  limits.name_bytes = 5;
  CHECK(scan(tar_of({{"abc", ""}, {"de", ""}}), limits).size() == 2);
  CHECK_THAT(error_of(tar_of({{"abc", ""}, {"def", ""}}), limits), Contains("of names"));
  limits = {};
  limits.extension = 100;
  CHECK(scan(tar_of({{"g", std::string(100, '\0'), 'g'}, {"a", ""}}), limits).size() == 1);
  CHECK_THAT(error_of(tar_of({{"g", std::string(101, '\0'), 'g'}, {"a", ""}}), limits),
             Contains("extension header of"));
}

TEST_CASE("a chain of extension headers ends at 8") {
  std::vector<ArchiveMember> members(8, {"g", "", 'g'});
  members.push_back({"a", ""});
  CHECK(scan(tar_of(members)).size() == 1);
  members.insert(members.begin(), {"g", "", 'g'});
  CHECK(error_of(tar_of(members)) == "app.tar has more than 8 extension headers in a row");
}

TEST_CASE("names in messages are escaped") {
  CHECK_THAT(error_of(tar_of({{"\x1b[31mred", std::string(600, 'x')}}).substr(0, 600)), Contains("\\x1b[31mred"));
}

}  // namespace sidecarctl
