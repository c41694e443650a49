#include "registry/statuses.h"

#include <fmt/format.h>

#include "base/text.h"
#include "config/config.h"

namespace lpm::registry {
namespace {

// The .npmrc key that ties a token to the server of `url`: `//host:port/:_authToken`.
std::string token_key(const std::string& url) {
  const auto parsed = config::Url::parse(url);
  if (!parsed) return "//<host>/:_authToken";
  const std::string origin = parsed->origin();
  return origin.substr(origin.find("//")) + "/:_authToken";
}

Error not_found(const Asked& asked) {
  Error error(ErrorCode::PACKAGE_NOT_FOUND,
              fmt::format("the registry does not know {}", asked.what));
  if (!asked.had_credential) {
    error.hints.push_back(fmt::format("check the name; if it is private, set `{}` in ~/.npmrc",
                                      token_key(asked.url)));
  }
  return error;
}

Error auth_required(const net::Response& response, const Asked& asked) {
  const std::string key = token_key(asked.url);
  if (asked.had_credential) {
    return Error(ErrorCode::AUTH_REQUIRED,
                 fmt::format("the registry refused the credential for {}", asked.what))
        .fact("status", std::to_string(response.status))
        .hint(fmt::format("renew the token in `{}`, or ask for access", key));
  }
  return Error(ErrorCode::AUTH_REQUIRED,
               fmt::format("the registry asks for a credential for {}", asked.what))
      .fact("status", std::to_string(response.status))
      .hint(fmt::format("put `{}=<token>` into ~/.npmrc", key));
}

}  // namespace

Error status_error(const net::Response& response, const Asked& asked) {
  const std::string where = net::without_credentials(asked.url);
  switch (response.status) {
    case 404:
    case 410:
      return not_found(asked).at(where);
    case 401:
    case 403:
      return auth_required(response, asked).at(where);
    default:
      return Error(ErrorCode::HTTP_STATUS, fmt::format("the registry answered {} with status {}",
                                                       asked.what, response.status))
          .at(where)
          .fact("attempts", std::to_string(response.attempts));
  }
}

}  // namespace lpm::registry
