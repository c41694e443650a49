#include "registry/raw_document.h"

#include <fmt/format.h>

#include "registry/endpoint.h"
#include "registry/statuses.h"

namespace lpm::registry {

Result<std::string> raw_document(const config::Registries& registries, net::Client& network,
                                 const std::string& name) {
  net::Request request = request_for(registries, document_url(registries, name));
  request.headers = {{"accept", "application/json"}};
  const Asked asked{fmt::format("`{}`", name), request.url, !request.authorization.empty()};
  LPM_TRY_ASSIGN(const net::Response response, network.fetch(std::move(request)));
  if (response.status != 200) return status_error(response, asked);
  return std::string(response.body.text());
}

Result<Answer> ping(const config::Registries& registries, net::Client& network) {
  Answer answer{registries.registry_for("a"), 0};
  net::Request request = request_for(registries, answer.registry + "-/ping");
  LPM_TRY_ASSIGN(const net::Response response, network.fetch(std::move(request)));
  answer.status = response.status;
  return answer;
}

}  // namespace lpm::registry
