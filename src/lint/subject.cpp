// SPDX-License-Identifier: Apache-2.0
#include "lint/subject.hpp"

#include "util/error.hpp"

#include <exception>
#include <utility>

namespace sidecarctl::lint {

namespace {

/// A value that is computed once. A computation that threw is not tried again: a second reading of a damaged
/// layer would cost as much as the first, and rules that share a fact must agree on it.
template <class Value>
class Once {
 public:
  template <class Compute>
  const Value& get(const Compute& compute) {
    if (failure_) std::rethrow_exception(failure_);
    if (value_) return *value_;
    try {
      return value_.emplace(compute());
    } catch (const Error&) {
      failure_ = std::current_exception();
      throw;
    }
  }

 private:
  std::optional<Value> value_;
  std::exception_ptr failure_;
};

}  // namespace

std::uint64_t good_uid(const Profile& profile, std::uint64_t uid) noexcept {
  return profile.name == ProfileName::byoc || uid == 0 || uid > kMaxUid ? kSidecarUid : uid;
}

struct Subject::Memo {
  Once<UserFacts> user;
  Once<std::vector<VolumeFacts>> volumes;
  Once<StartFacts> start;
};

Subject::Subject(Parts parts) : parts_(std::make_unique<Parts>(std::move(parts))), memo_(std::make_unique<Memo>()) {}
Subject::~Subject() = default;
Subject::Subject(Subject&&) noexcept = default;

const UserFacts& Subject::user() const {
  SIDECARCTL_CHECK(files() != nullptr && config() != nullptr, "a rule without files asked for the user");
  return memo_->user.get([this] { return find_user_facts(*files(), config()->user); });
}

const std::vector<VolumeFacts>& Subject::volume_facts() const {
  SIDECARCTL_CHECK(files() != nullptr && config() != nullptr, "a rule without files asked for the volumes");
  return memo_->volumes.get([this] {
    std::vector<VolumeFacts> facts;
    for (const std::string& name : volumes()) facts.push_back(find_volume_facts(*files(), name, user()));
    return facts;
  });
}

const StartFacts& Subject::start() const {
  SIDECARCTL_CHECK(files() != nullptr && config() != nullptr, "a rule without files asked for what starts");
  return memo_->start.get([this] { return find_start_facts(*files(), *config(), user()); });
}

}  // namespace sidecarctl::lint
