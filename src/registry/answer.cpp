// SPDX-License-Identifier: Apache-2.0
#include "registry/answer.hpp"

#include "http/retry.hpp"
#include "util/error.hpp"
#include "util/json.hpp"
#include "util/log.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl {

namespace {

constexpr std::size_t kMaxText = 200;
constexpr std::size_t kMaxCodes = 8;
/// What token servers commonly allow.
constexpr std::chrono::minutes kMaxClockDifference{5};
constexpr std::size_t kMaxCodeLength = 64;

std::string string_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto at = object.find(key);
  return at == object.end() ? nullptr : &*at;
}

std::string member_text(const Json& object, const char* key) {
  const Json* value = member(object, key);
  return value == nullptr ? "" : string_of(*value);
}

/// `detail` is a string, an object with a digest, a name or a tag, or something that nobody wants to read.
std::string detail_text(const Json& error) {
  const Json* detail = member(error, "detail");
  if (detail == nullptr) return "";
  if (detail->is_string()) return string_of(*detail);
  for (const char* key : {"digest", "Digest", "message", "reason", "name", "tag", "Tag"}) {
    if (std::string text = member_text(*detail, key); !text.empty()) return text;
  }
  return "";
}

void add_text(std::string& text, const std::string& more) {
  if (more.empty() || text.find(more) != std::string::npos) return;
  if (!text.empty()) text += "; ";
  text += more;
}

/// {"errors": [{"code", "message", "detail"}]} of the distribution-spec; also what token servers and frameworks send.
void read_json(const Json& body, ErrorAnswer& answer) {
  std::string text;
  if (const Json* errors = member(body, "errors"); errors != nullptr && errors->is_array()) {
    for (const Json& error : *errors) {
      const std::string code = one_line(member_text(error, "code"), kMaxCodeLength);
      if (!code.empty() && answer.codes.size() < kMaxCodes) answer.codes.push_back(code);
      std::string one = member_text(error, "message");
      if (const std::string detail = detail_text(error); one.find(detail) == std::string::npos) {
        one += (one.empty() ? "" : " (") + detail + (one.empty() ? "" : ")");
      }
      if (text.size() < kMaxText) add_text(text, one);
    }
  }
  if (text.empty()) {
    for (const char* key : {"error_description", "message", "details", "detail", "error", "reason"}) {
      if (text.empty()) text = member_text(body, key);
    }
  }
  answer.text = one_line(text, kMaxText);
}

/// The title, else the text without tags.
std::string html_text(std::string_view body) {
  const std::string lower = to_lower(body);
  const std::size_t title = lower.find("<title>");
  const std::size_t title_end = title == std::string::npos ? title : lower.find("</title>", title);
  if (title_end != std::string::npos) return std::string(body.substr(title + 7, title_end - title - 7));
  std::string text;
  bool inside = false;
  for (const char c : body) {
    if (c == '<') inside = true;
    if (!inside) text += c;
    if (c == '>') {
      inside = false;
      text += ' ';
    }
  }
  return text;
}

bool looks_like_html(const Headers& headers, std::string_view body) {
  if (find_header(headers, "Content-Type").value_or("").find("html") != std::string::npos) return true;
  const std::string start = to_lower(trim(body).substr(0, 16));
  return start.starts_with("<!doctype") || start.starts_with("<html");
}

}  // namespace

std::string one_line(std::string_view text, std::size_t limit) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte != 0x7f) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
    if (line.size() > limit + 4) break;
  }
  return shorten(trim(line), limit);
}

bool ErrorAnswer::has_code(std::string_view code) const noexcept {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

bool ErrorAnswer::mentions(std::string_view word) const {
  const std::string wanted = to_lower(word);
  return to_lower(text).find(wanted) != std::string::npos ||
         to_lower(join(codes, " ")).find(wanted) != std::string::npos;
}

std::string ErrorAnswer::str() const {
  std::string result = fmt::format("status {}", status);
  if (!codes.empty()) result += " " + join(codes, ", ");
  if (!text.empty()) result += ": " + text;
  if (html && !server.empty()) result += fmt::format(" (said by '{}')", server);
  if (!request_id.empty()) result += fmt::format(" (request id {})", request_id);
  return result;
}

std::string clock_difference(const ErrorAnswer& answer, std::chrono::system_clock::time_point now,
                             std::string_view host) {
  if (!answer.date) return "";
  const auto behind = std::chrono::duration_cast<std::chrono::minutes>(*answer.date - now);
  if (std::chrono::abs(behind) <= kMaxClockDifference) return "";
  return fmt::format("the clock here is {} min {} the one of {}, and tokens are refused then: set it right",
                     std::chrono::abs(behind).count(), behind.count() > 0 ? "behind" : "ahead of", host);
}

ErrorAnswer parse_error_answer(int status, const Headers& headers, std::string_view body) {
  ErrorAnswer answer;
  answer.status = status;
  answer.date = parse_http_date(find_header(headers, "Date").value_or(""));
  answer.server = one_line(find_header(headers, "Server").value_or(""), kMaxCodeLength);
  for (const char* name :
       {"X-Request-Id", "X-Amzn-RequestId", "X-GitHub-Request-Id", "CF-Ray", "X-MS-Correlation-Request-Id"}) {
    if (answer.request_id.empty())
      answer.request_id = one_line(find_header(headers, name).value_or(""), kMaxCodeLength);
  }
  answer.html = looks_like_html(headers, body);
  if (answer.html) {
    answer.text = one_line(html_text(body), kMaxText);
    return answer;
  }
  const std::string_view trimmed = trim(body);
  if (trimmed.starts_with("{")) {
    try {
      read_json(parse_json(trimmed, "the error body"), answer);
      return answer;
    } catch (const Error& error) {
      log(LogLevel::debug, "error body: {}", error.message());  // Cut off, or not what it claims: shown as text.
    }
  }
  answer.text = one_line(trimmed.substr(0, trimmed.find('\n')), kMaxText);
  return answer;
}

ErrorAnswer read_error_answer(HttpResponse& response) {
  std::string body;
  try {
    body = read_up_to(*response.body, kMaxErrorBody);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    log(LogLevel::debug, "error body: {}", error.message());
  }
  return parse_error_answer(response.status, response.headers, body);
}

}  // namespace sidecarctl
