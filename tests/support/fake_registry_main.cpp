// lpm-fake-registry: the fake registry as a program.
//
// usage: lpm-fake-registry [--port N] [--tls] [--ca-file FILE] [--log FILE] [registry.json ...]
//
// Prints its URL (and the TLS one on a second line) and serves until stdin closes or a signal
// comes. A line on stdin names one more registry.json to load; the answer is the line `ok`. The log
// has one JSON object a request.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "support/registry_file.h"

namespace {

using lpm::support::FakeRegistry;
using lpm::support::HttpRequest;
using lpm::support::JsonValue;

std::string log_line(const HttpRequest& request) {
  JsonValue line = JsonValue::object();
  line["method"] = request.method;
  line["path"] = request.path;
  line["target"] = request.target;
  line["protocol"] = request.protocol;
  line["connection"] = request.connection;
  line["at"] = request.at_ms;
  for (const auto& [name, value] : request.headers) line["headers"][name] = value;
  if (!request.body.empty()) line["body"] = request.body;
  return line.dump() + '\n';
}

void serve_until_stdin_closes(FakeRegistry& registry) {
  char line[4096];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    line[std::strcspn(line, "\n")] = '\0';
    load_registry_file(registry, line);
    std::puts("ok");
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  int port = 0;
  bool tls = false;
  std::string log_file, ca_file;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    bool has_value = i + 1 < argc;
    if (word == "--port" && has_value)
      port = std::atoi(argv[++i]);
    else if (word == "--log" && has_value)
      log_file = argv[++i];
    else if (word == "--ca-file" && has_value)
      ca_file = argv[++i];
    else if (word == "--tls")
      tls = true;
    else if (word.starts_with("-"))
      return std::fprintf(stderr, "unknown option %s\n", word.c_str()), 2;
    else
      files.push_back(word);
  }
  std::FILE* log = log_file.empty() ? nullptr : std::fopen(log_file.c_str(), "a");
  FakeRegistry registry(port);
  for (const std::string& file : files) load_registry_file(registry, file);
  if (log != nullptr)
    registry.on_request([log](const HttpRequest& request) {
      std::fputs(log_line(request).c_str(), log);
      std::fflush(log);
    });
  std::puts(registry.url().c_str());
  if (tls) {
    registry.start_tls();
    std::puts(registry.tls_url().c_str());
    if (!ca_file.empty()) std::ofstream(ca_file) << registry.ca_pem();
  }
  std::fflush(stdout);
  serve_until_stdin_closes(registry);
  return 0;
}
