#include "sandbox/run_tool.h"

#include <cstdio>

#include "manifest/package_json.h"
#include "os/files.h"
#include "os/process.h"
#include "tasks/build_sandbox.h"

namespace lpm::sandbox_test {
namespace {

struct Wish {
  os::SandboxLevel level = os::SandboxLevel::Full;
  tasks::BuildPlace place;
  bool has_network = false;
  std::string event;
  std::string script;
};

Wish wish_of(const std::vector<std::string>& words) {
  Wish wish;
  std::size_t i = 0;
  for (; i < words.size() && words[i].starts_with("--"); ++i) {
    if (words[i] == "--network") {
      wish.has_network = true;
      continue;
    }
    const std::string& flag = words[i];
    const std::string value = i + 1 < words.size() ? words[++i] : "";
    if (flag == "--package") wish.place.package = value;
    if (flag == "--readable") wish.place.readable.push_back(value);
    for (const auto level :
         {os::SandboxLevel::None, os::SandboxLevel::Contained, os::SandboxLevel::Full})
      if (flag == "--level" && value == name_of(level)) wish.level = level;
  }
  if (i < words.size()) wish.event = words[i++];
  if (i < words.size()) wish.script = words[i];
  return wish;
}

}  // namespace

int run_tool(const std::vector<std::string>& words) {
  const Wish wish = wish_of(words);
  tasks::ScriptContext context;
  context.project = wish.place.package;
  context.initial_directory = wish.place.package;
  context.environment = os::current_environment();
  context.user_agent = "lpm-test";
  const auto text = os::read_file(wish.place.package + "/package.json");
  auto manifest =
      text ? manifest::read_manifest(*text, "package.json", manifest::Strictness::Package)
           : Result<manifest::Manifest>(text.error());
  if (manifest) context.manifest = &*manifest;
  os::SandboxRequest request = tasks::build_request(context, wish.place, wish.event, wish.script);
  request.level = wish.level;
  request.limits.time = std::chrono::minutes(50);  // the machine may be busy
  if (wish.has_network) request.network = os::SandboxNetwork::Granted;
  const auto outcome = os::run_sandboxed(request, [](os::Stream stream, std::string_view output) {
    std::fwrite(output.data(), 1, output.size(), stream == os::Stream::Output ? stdout : stderr);
  });
  if (!outcome) {
    std::fprintf(stderr, "%s: %s\n", outcome.error().what.c_str(),
                 outcome.error().facts.empty() ? "" : outcome.error().facts[0].text.c_str());
    return 125;
  }
  for (const std::string& name : outcome->refused)
    std::fprintf(stderr, "refused: %s\n", name.c_str());
  if (outcome->limit != os::SandboxLimit::None)
    std::fprintf(stderr, "limit: %s\n", std::string(name_of(outcome->limit)).c_str());
  return outcome->status;
}

}  // namespace lpm::sandbox_test
