#include "ops/doctor.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.h"
#include "formats/json.h"

namespace lpm::cli {
namespace {

std::string known(const std::string& text) {
  return text.empty() ? "unknown" : text;
}

std::string report(const ops::Diagnosis& found) {
  std::string text = fmt::format("sandbox    {}\n", name_of(found.sandbox.best));
  for (const os::SandboxLayer& layer : found.sandbox.layers)
    text += fmt::format("           {}: {}{}{}\n", layer.name, layer.works ? "yes" : "no",
                        layer.detail.empty() ? "" : ", ", layer.detail);
  text += fmt::format("store      {} ({})\n", found.store, known(found.store_file_system));
  text += found.node.empty()
              ? "node       none\n"
              : fmt::format("node       {} ({})\n", found.node, known(found.node_version));
  text += fmt::format("registry   {}\n", found.registry);
  for (const std::string& problem : found.problems) text += "problem: " + problem + "\n";
  return text;
}

std::string document(const ops::Diagnosis& found) {
  formats::json::Writer json;
  json.begin_object().key("schema_version").value(1).key("success").value(found.problems.empty());
  json.key("sandbox").begin_object().key("level").value(name_of(found.sandbox.best));
  json.key("layers").begin_array();
  for (const os::SandboxLayer& layer : found.sandbox.layers) {
    json.begin_object().key("name").value(layer.name).key("works").value(layer.works);
    json.key("detail").value(layer.detail).end_object();
  }
  json.end_array().end_object();
  json.key("store").begin_object().key("path").value(found.store);
  json.key("file_system").value(found.store_file_system);
  json.key("writable").value(found.store_is_writable).end_object();
  json.key("node").begin_object().key("path").value(found.node);
  json.key("version").value(found.node_version).end_object();
  json.key("registry").value(found.registry).key("problems").begin_array();
  for (const std::string& problem : found.problems) json.value(problem);
  return json.end_array().end_object().take();
}

}  // namespace

Result<int> run_doctor(CommandContext& context) {
  const ops::Diagnosis found = ops::diagnose(context.session);
  std::fputs((context.json ? document(found) : report(found)).c_str(), stdout);
  return found.problems.empty() ? 0 : 1;
}

}  // namespace lpm::cli
