// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine.hpp"

#include "util/json.hpp"
#include "util/strings.hpp"

#include <algorithm>

namespace sidecarctl::test {

namespace {

class FakeEngineTransport final : public HttpTransport {
 public:
  explicit FakeEngineTransport(FakeEngine& engine) : engine_(engine) {}
  HttpResponse send(const HttpRequest& request) override { return engine_.answer(request); }

 private:
  FakeEngine& engine_;
};

HttpResponse reply(int status, std::string body, Headers headers = {}) {
  HttpResponse response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::make_unique<StringSource>(std::move(body));
  return response;
}

std::string decode(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      result += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

/// "/bin/sh" with /bin a link: engines follow links among the parents, not the last part.
std::string follow_parents(const std::vector<TarItem>& tree, std::string path) {
  for (const TarItem& item : tree) {
    if (item.type == '2' && path.starts_with(item.name + "/")) path = item.link + path.substr(item.name.size());
  }
  return path;
}

/// What X-Docker-Container-Path-Stat says: Go's mode bits, and the end of a link.
std::string stat_of(const std::vector<TarItem>& tree, const TarItem& item) {
  std::uint64_t mode = item.mode & 0777U;
  if ((item.mode & 04000U) != 0) mode |= 1U << 23;
  if ((item.mode & 02000U) != 0) mode |= 1U << 22;
  if ((item.mode & 01000U) != 0) mode |= 1U << 20;
  if (item.type == '5') mode |= 1U << 31;
  if (item.type == '2') mode |= 1U << 27;
  std::string end = item.type == '2' ? item.name : "";
  for (int i = 0; i < 5 && !end.empty(); ++i) {
    for (const TarItem& link : tree) {
      if (link.type != '2' || link.name != end) continue;
      end = clean_absolute_path(link.link.starts_with('/') ? link.link : end.substr(0, end.rfind('/') + 1) + link.link);
      break;
    }
  }
  return base64_encode(
      dump_json(Json{{"name", item.name}, {"size", item.content.size()}, {"mode", mode}, {"linkTarget", end}}));
}

}  // namespace

std::unique_ptr<HttpTransport> FakeEngine::connect() {
  return std::make_unique<FakeEngineTransport>(*this);
}

HttpResponse FakeEngine::archive(const std::string& asked, bool head) const {
  const std::string path = follow_parents(tree, asked);
  const std::string name = path == "/" ? "/" : path.substr(path.rfind('/') + 1);
  TarBuilder tar;
  bool found = false;
  Headers headers;
  for (TarItem item : tree) {
    const bool below = path == "/" ? item.name != "/" : item.name.starts_with(path + "/");
    if (item.name != path && !below) continue;
    found = true;
    if (item.name == path && tells_stat) headers.emplace_back("X-Docker-Container-Path-Stat", stat_of(tree, item));
    if (item.name == path && item.link == path) return reply(500, R"({"message":"too many links"})");
    item.name = path == "/" ? item.name : name + item.name.substr(path.size());
    tar.add(std::move(item));
  }
  if (!found) return reply(404, R"({"message":"Could not find the file"})");
  return reply(200, head ? "" : tar.build(), std::move(headers));
}

HttpResponse FakeEngine::answer(const HttpRequest& request) {
  const std::scoped_lock lock(mutex);
  std::string path = request.url.substr(request.url.find('/', 8));
  requests.push_back(std::string(to_string(request.method)) + " " + path);
  if (path == "/_ping") {
    Headers headers{{"Api-Version", api_version}};
    if (!libpod_version.empty()) headers.emplace_back("Libpod-API-Version", libpod_version);
    return reply(200, "OK", headers);
  }
  if (!path.starts_with(prefix)) return reply(400, R"({"message":"client version is wrong"})");
  path = path.substr(prefix.size());
  if (path == "/containers/create") {
    ++containers;
    return reply(201, R"({"Id":"c0ffee","Warnings":[]})");
  }
  if (request.method == HttpMethod::del) {
    --containers;
    removal_outlives_cancel = request.even_if_cancelled;
    return reply(204, "");
  }
  if (const auto at = path.find("/archive?path="); at != std::string::npos) {
    return archive(decode(path.substr(at + 14)), request.method == HttpMethod::head);
  }
  const auto known = json.find(path);
  return known == json.end() ? reply(404, R"({"message":"no such image"})") : reply(200, known->second);
}

}  // namespace sidecarctl::test
