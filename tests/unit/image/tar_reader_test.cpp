// SPDX-License-Identifier: Apache-2.0
#include "image/tar_reader.hpp"

#include "image/decompress.hpp"
#include "support/catch.hpp"
#include "support/sources.hpp"
#include "support/tar_builder.hpp"

#include <array>
#include <clocale>
#include <vector>

namespace sidecarctl {
namespace {

using test::TarBuilder;

std::vector<TarEntry> entries_of(const std::string& tar) {
  StringSource source(tar);
  TarReader reader(source, "the layer", 16 * 1024);
  std::vector<TarEntry> entries;
  while (const TarEntry* entry = reader.next()) entries.push_back(*entry);
  return entries;
}

LayerFault::Kind fault_of(const std::string& tar) {
  try {
    entries_of(tar);
  } catch (const DamagedData& error) {
    return error.fault();
  }
  FAIL("the damage went unnoticed");
  return LayerFault::Kind::size;
}

}  // namespace

TEST_CASE("every field of a tar header arrives") {
  const auto entries = entries_of(TarBuilder()
                                      .directory("opt/", 02775, 1, 5001)
                                      .file("opt/run", "hello", 04755, 5001, 5002)
                                      .symlink("opt/link", "../run")
                                      .hardlink("opt/hard", "opt/run", 0600, 7, 8)
                                      .add({.name = "dev", .type = '3'})
                                      .add({.name = "pipe", .type = '6'})
                                      .build());
  REQUIRE(entries.size() == 6);
  CHECK(entries[0].path == "opt/");
  CHECK(entries[0].type == FileType::directory);
  CHECK(entries[0].mode == 02775);
  CHECK(entries[0].gid == 5001);
  CHECK(entries[1].type == FileType::file);
  CHECK(entries[1].mode == 04755);
  CHECK(entries[1].uid == 5001);
  CHECK(entries[1].size == 5);
  CHECK(entries[2].type == FileType::symlink);
  CHECK(entries[2].link_target == "../run");
  CHECK_FALSE(entries[2].is_hardlink);
  CHECK(entries[3].is_hardlink);
  CHECK(entries[3].link_target == "opt/run");
  CHECK(entries[3].mode == 0600);
  CHECK(entries[4].type == FileType::character_device);
  CHECK(entries[5].type == FileType::fifo);
}

TEST_CASE("names survive byte for byte, long, UTF-8 or not, in any locale") {
  const std::string latin1 = "caf\xe9";
  const std::string utf8 =
      "caf\xc3\xa9/\xe2\x80\xae"
      "name";
  const std::string decomposed = "cafe\xcc\x81";  // A conversion would join the accent to the letter.
  const std::string long_name = std::string(150, 'd') + "/" + std::string(120, 'f') + "\xff";
  for (const char* locale : {"C", "C.UTF-8"}) {
    REQUIRE(std::setlocale(LC_ALL, locale) != nullptr);
    for (const auto dialect : {TarBuilder::Dialect::pax, TarBuilder::Dialect::gnu}) {
      for (const std::string& name : {latin1, utf8, decomposed, long_name}) {
        const auto entries = entries_of(TarBuilder(dialect).file(name).symlink("s", name).hardlink("h", name).build());
        REQUIRE(entries.size() == 3);
        CHECK(entries[0].path == name);
        CHECK(entries[1].link_target == name);
        CHECK(entries[2].link_target == name);
      }
    }
  }
  std::setlocale(LC_ALL, "C");
}

TEST_CASE("owners that do not fit ustar come from PAX and GNU headers") {
  for (const auto dialect : {TarBuilder::Dialect::pax, TarBuilder::Dialect::gnu}) {
    const auto entries = entries_of(TarBuilder(dialect).file("f", "", 0644, 2097152, 4294967294).build());
    CHECK(entries.at(0).uid == 2097152);
    CHECK(entries.at(0).gid == 4294967294);
  }
}

TEST_CASE("access ACL and capability come from PAX records") {
  const std::string acl = test::acl_for_user(5001, 7);
  const std::string capability("\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
  const auto entries = entries_of(TarBuilder()
                                      .add({.name = "a", .pax = {{"SCHILY.xattr.system.posix_acl_access", acl}}})
                                      .add({.name = "b", .pax = {{"SCHILY.xattr.security.capability", capability}}})
                                      .file("c")
                                      .build());
  CHECK(entries.at(0).access_acl == acl);
  CHECK_FALSE(entries.at(0).has_capability);
  CHECK(entries.at(1).access_acl.empty());
  CHECK(entries.at(1).has_capability);
  CHECK(entries.at(2).access_acl.empty());
  CHECK_FALSE(entries.at(2).has_capability);
}

TEST_CASE("the body offset is where the content is") {
  const std::string tar = TarBuilder()
                              .file("a", "first")
                              .file(std::string(200, 'n'), "second")
                              .add({.name = "c", .content = "third", .pax = {{"comment", std::string(2000, 'x')}}})
                              .build();
  const auto entries = entries_of(tar);
  REQUIRE(entries.size() == 3);
  CHECK(tar.substr(entries[0].body_offset, 5) == "first");
  CHECK(tar.substr(entries[1].body_offset, 6) == "second");
  CHECK(tar.substr(entries[2].body_offset, 5) == "third");
}

TEST_CASE("the content of a file with holes is told as such and read with them") {
  // GNU sparse format 1.0: the map is in front of the data, "number of pieces, offset, size".
  std::string body = "1\n4096\n4\n";
  body.resize(512, '\0');
  body += "data";
  const std::string tar = TarBuilder()
                              .add({.name = "GNUSparseFile.0/log",
                                    .content = body,
                                    .pax = {{"GNU.sparse.major", "1"},
                                            {"GNU.sparse.minor", "0"},
                                            {"GNU.sparse.name", "log"},
                                            {"GNU.sparse.realsize", "10000000000"}}})
                              .file("next")
                              .build();
  const auto entries = entries_of(tar);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].path == "log");
  CHECK(entries[0].size == 10'000'000'000);
  CHECK(entries[0].has_holes);
  CHECK_FALSE(entries[1].has_holes);
  CHECK(entries[1].path == "next");
}

TEST_CASE("content is read or passed over, and the next entry follows") {
  StringSource source(TarBuilder().file("a", "first").file("b", std::string(5000, 'b')).file("c", "third").build());
  TarReader reader(source, "it", 1024);
  std::array<std::byte, 3> small{};
  REQUIRE(reader.next() != nullptr);
  CHECK(reader.read(small) == 3);
  CHECK(small[0] == std::byte{'f'});
  REQUIRE(reader.next() != nullptr);
  std::uint64_t total = 0;
  while (const std::size_t got = reader.read(small)) total += got;
  CHECK(total == 5000);
  REQUIRE(reader.next()->path == "c");
  CHECK(reader.next() == nullptr);
  CHECK(reader.next() == nullptr);
}

TEST_CASE("bodies nobody asks for are skipped, not read") {
  test::SourceLog log;
  test::ChattySource source(TarBuilder().file("a", std::string(10'000'000, 'x')).file("b").build(), 1 << 20, &log);
  TarReader reader(source, "it", 16 * 1024);
  while (reader.next() != nullptr) {
  }
  CHECK(log.read < 64 * 1024);
  CHECK(log.skipped > 9'900'000);
}

TEST_CASE("an empty archive has no entries") {
  CHECK(entries_of("").empty());
  CHECK(entries_of(std::string(1024, '\0')).empty());
  CHECK(entries_of(TarBuilder().file("a").without_end()).size() == 1);  // As many writers leave it.
}

TEST_CASE("what is no tar, damaged or cut short is told") {
  CHECK(fault_of(std::string(2000, 'x')) == LayerFault::Kind::tar);
  const std::string good = TarBuilder().file("a", "text").file("b", std::string(3000, 'b')).build();
  std::string wrong_sum = good;
  wrong_sum[1024 + 5] = 'x';
  CHECK(fault_of(wrong_sum) == LayerFault::Kind::tar);
  CHECK(fault_of(good.substr(0, 1024 + 300)) == LayerFault::Kind::truncated);   // In a header.
  CHECK(fault_of(good.substr(0, 1536 + 1000)) == LayerFault::Kind::truncated);  // In a body.
  CHECK(fault_of(TarBuilder().add({.name = "a", .claimed_size = 1ULL << 40}).build()) == LayerFault::Kind::truncated);
}

TEST_CASE("a failed source fails the walk for ever") {
  test::BreakingSource source(TarBuilder().file("a").file("b", std::string(100'000, 'b')).without_end());
  TarReader reader(source, "it", 1024);
  REQUIRE(reader.next() != nullptr);
  REQUIRE(reader.next() != nullptr);
  for (int i = 0; i < 3; ++i) CHECK_THROWS_WITH(reader.next(), "the connection broke");
}

}  // namespace sidecarctl

TEST_CASE("an archive that ends with its last body, without padding and end markers, is whole") {
  const std::string whole =
      sidecarctl::test::TarBuilder().file("a", "1").file("b", std::string(1000, 'x')).without_end();
  const std::size_t padding = 24;  // 1000 bytes leave that much of the second block.
  const auto names_of = [](const std::string& bytes, bool read_bodies) {
    sidecarctl::StringSource source(bytes);
    sidecarctl::TarReader reader(source, "the layer", 512);
    std::string names;
    while (const auto* entry = reader.next()) {
      names += entry->path;
      std::array<std::byte, 100> buffer{};
      while (read_bodies && reader.read(buffer) > 0) continue;
    }
    return names;
  };
  for (const bool read_bodies : {false, true}) {
    for (std::size_t cut = 0; cut <= padding; ++cut) {
      CHECK(names_of(whole.substr(0, whole.size() - cut), read_bodies) == "ab");
    }
    for (const std::size_t cut : {padding + 1, padding + 100, padding + 511, padding + 999}) {
      INFO(cut);
      CHECK_THROWS_WITH(names_of(whole.substr(0, whole.size() - cut), read_bodies), Catch::Contains("cut short"));
    }
  }
}
