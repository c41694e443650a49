#include "security/js_names.h"

#include <algorithm>
#include <array>

#include "security/paths.h"

namespace lpm::security {
namespace {

// Names between blanks; a list is short, so it is searched as it stands.
bool is_in(std::string_view list, std::string_view name) {
  if (name.empty() || name.find(' ') != std::string_view::npos) return false;
  for (std::size_t at = list.find(name); at != std::string_view::npos;
       at = list.find(name, at + 1)) {
    const bool begins = at == 0 || list[at - 1] == ' ';
    const std::size_t end = at + name.size();
    if (begins && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

constexpr std::string_view kHarmlessGlobals =
    "console JSON Math Array String Number Boolean Date RegExp Map Set WeakMap WeakSet Promise "
    "Error TypeError RangeError SyntaxError parseInt parseFloat isNaN isFinite undefined NaN "
    "Infinity exports __dirname __filename encodeURIComponent decodeURIComponent encodeURI "
    "decodeURI URL URLSearchParams Uint8Array BigInt clearTimeout clearInterval queueMicrotask "
    "structuredClone AbortController performance TextEncoder TextDecoder arguments Buffer "
    "setTimeout setInterval setImmediate";

constexpr std::string_view kLoaderProperties =
    "constructor __proto__ prototype __defineGetter__ __defineSetter__ __lookupGetter__ "
    "__lookupSetter__ mainModule binding _linkedBinding dlopen getBuiltinModule require "
    "createRequire _load _compile _extensions _resolveFilename runMain registerHooks caller "
    "callee loadEnvFile setSourceMapsEnabled eval Function AsyncFunction process global "
    "globalThis";

constexpr std::string_view kOfProcess =
    "platform arch version versions argv argv0 execPath exit exitCode cwd stdout stderr stdin "
    "hrtime memoryUsage uptime pid on once emitWarning nextTick title umask features release "
    "config";

constexpr std::string_view kHarmlessModules =
    "path path/posix path/win32 os url util assert assert/strict events querystring "
    "string_decoder punycode timers timers/promises perf_hooks readline tty constants";

constexpr std::string_view kNetworkModules =
    "http https http2 net tls dgram dns dns/promises quic undici node-fetch axios got ky request "
    "superagent ws needle bent phin cross-fetch";

constexpr std::string_view kReading =
    "existsSync readFile readFileSync readdir readdirSync stat statSync lstat lstatSync access "
    "accessSync realpath realpathSync readlink readlinkSync constants F_OK R_OK";

constexpr std::string_view kWriting =
    "writeFile writeFileSync appendFile appendFileSync mkdir mkdirSync";

constexpr std::array<std::string_view, 9> kDataEndings = {".txt", ".md",  ".log",   ".css", ".map",
                                                          ".svg", ".csv", ".stamp", ".lock"};

}  // namespace

bool is_harmless_global(std::string_view name) {
  return is_in(kHarmlessGlobals, name);
}

bool is_code_name(std::string_view name) {
  return is_in("eval Function AsyncFunction GeneratorFunction WebAssembly execScript", name);
}

bool is_network_name(std::string_view name) {
  return is_in("fetch WebSocket EventSource XMLHttpRequest WebSocketStream navigator", name);
}

bool is_loader_name(std::string_view name) {
  return is_in(
      "globalThis global GLOBAL Reflect Proxy Symbol Worker MessageChannel BroadcastChannel "
      "Iterator",
      name);
}

bool is_loader_property(std::string_view name) {
  return is_in(kLoaderProperties, name);
}

bool is_harmless_of_process(std::string_view property) {
  return is_in(kOfProcess, property);
}

bool is_harmless_of_object(std::string_view property) {
  return is_in("keys values entries assign freeze fromEntries is", property);
}

bool is_harmless_module(std::string_view module) {
  return is_in(kHarmlessModules, module);
}

bool is_network_module(std::string_view module) {
  return is_in(kNetworkModules, module);
}

bool is_reading_function(std::string_view function) {
  return is_in(kReading, function);
}

bool is_plain_write(std::string_view function) {
  return is_in(kWriting, function);
}

bool is_data_file(std::string_view path) {
  const std::string_view name = base_name(path);
  if (name.empty() || name.front() == '.') return false;
  return std::any_of(kDataEndings.begin(), kDataEndings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_process_starter(std::string_view function) {
  return is_in("exec execSync execFile execFileSync spawn spawnSync fork", function);
}

}  // namespace lpm::security
