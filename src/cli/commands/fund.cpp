// fund: installed packages that ask for money.
#include <fmt/format.h>

#include <cstdio>

#include "base/printable.h"
#include "base/text.h"
#include "cli/commands.h"
#include "formats/json.h"
#include "ops/funding.h"

namespace lpm::cli {
namespace {

using ops::FundingSource;

std::string funding_text(const std::vector<FundingSource>& sources) {
  std::string text;
  std::size_t packages = 0;
  for (const FundingSource& source : sources) {
    text += source.url;
    if (!source.type.empty()) text += fmt::format("  ({})", printable(source.type));
    text += "\n";
    for (const std::string& package : source.packages) text += "  " + printable(package) + "\n";
    packages += source.packages.size();
  }
  if (sources.empty()) return "no installed package asks for funding\n";
  return text + fmt::format("\n{} at {}\n", count_of(packages, "package"),
                            count_of(sources.size(), "page"));
}

std::string funding_document(const std::vector<FundingSource>& sources) {
  formats::json::Writer json;
  json.begin_object().key("schema_version").value(1).key("success").value(true);
  json.key("funding").begin_array();
  for (const FundingSource& source : sources) {
    json.begin_object().key("url").value(source.url);
    if (!source.type.empty()) json.key("type").value(source.type);
    json.key("packages").begin_array();
    for (const std::string& package : source.packages) json.value(package);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.take();
}

}  // namespace

Result<int> run_fund(CommandContext& context) {
  LPM_TRY_ASSIGN(const std::vector<FundingSource> sources, ops::list_funding(context.session));
  std::fputs((context.json ? funding_document(sources) : funding_text(sources)).c_str(), stdout);
  return 0;
}

}  // namespace lpm::cli
