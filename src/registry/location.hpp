// SPDX-License-Identifier: Apache-2.0
// Where a registry sends us: upload sessions and redirects.
#pragma once

#include "http/transport.hpp"
#include "http/url.hpp"
#include "image/digest.hpp"

#include <string>

namespace sidecarctl {

struct UploadLocation {
  Url url;
  bool corrected =
      false;  ///< The registry named http or lost its port; a proxy in front of it does not tell it the truth.
};

/// The Location of an answer to a request for `asked`. Throws Error{registry} if it is missing, not usable, goes from
/// https to http on another host, or names an address inside a private network although the registry is not there.
UploadLocation upload_location(const Url& asked, const HttpResponse& response);

/// `location` for the request that closes an upload: `digest=` is appended, the rest of the query is kept byte for
/// byte.
std::string closing_url(const Url& location, const Digest& digest);

/// Where a redirect of a download leads. Throws as upload_location, but http is allowed: the digest protects the bytes.
Url redirect_target(const Url& asked, const HttpResponse& response);

}  // namespace sidecarctl
