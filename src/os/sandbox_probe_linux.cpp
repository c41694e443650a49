#include "os/sandbox_probe_linux.h"

#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "os/landlock_linux.h"

namespace lpm::os {
namespace {

bool has_supervised_filters() {
  const std::uint32_t action = SECCOMP_RET_USER_NOTIF;
  return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

std::string landlock_reason(int version) {
  if (version == 0) return "missing, or switched off when the machine started (`lsm=`)";
  return "version " + std::to_string(version) + "; " + std::to_string(kOldestUsefulLandlock) +
         " is needed (Linux 6.2)";
}

// Settings of systems that forbid what the kernel could do.
std::string namespace_hint() {
  const auto is = [](const char* path, std::string_view value) {
    const auto text = read_file_if_exists(path);
    return text && *text && trim(**text) == value;
  };
  if (is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"))
    return " (kernel.apparmor_restrict_unprivileged_userns is 1)";
  if (is("/proc/sys/kernel/unprivileged_userns_clone", "0"))
    return " (kernel.unprivileged_userns_clone is 0)";
  if (is("/proc/sys/user/max_user_namespaces", "0")) return " (user.max_user_namespaces is 0)";
  return "";
}

std::string reason_of(const Error& error) {
  return error.facts.empty() ? error.what : error.facts.front().text;
}

SandboxLayer landlock_layer() {
  const int version = landlock_version();
  SandboxLayer layer{"Landlock", version >= kOldestUsefulLandlock, landlock_reason(version)};
  if (layer.works) layer.detail = "version " + std::to_string(version);
  return layer;
}

SandboxLayer try_layer(std::string name, SandboxLevel level) {
  const Status tried = try_sandbox(level);
  SandboxLayer layer{std::move(name), tried.has_value(), ""};
  if (!tried) layer.detail = reason_of(tried.error());
  if (!tried && level == SandboxLevel::Full) layer.detail += namespace_hint();
  return layer;
}

}  // namespace

Status check_sandbox_level(const SandboxRequest& request) {
  const int version = std::min(landlock_version(), request.newest_landlock);
  if (request.level != SandboxLevel::Contained || version >= kOldestUsefulLandlock) return {};
  return Error(ErrorCode::IO, "a sandbox of level `contained` cannot be made here")
      .fact("reason", "Landlock: " + landlock_reason(version));
}

SandboxAbility probe_sandbox() {
  SandboxAbility ability;
  SandboxLayer seccomp{"seccomp", has_supervised_filters(), ""};
  if (!seccomp.works) seccomp.detail = "no filter with a supervisor (Linux 5.0)";
  SandboxLayer landlock = landlock_layer();
  // A layer can be there and not be allowed: only trying tells.
  SandboxLayer namespaces = seccomp.works ? try_layer("namespaces", SandboxLevel::Full)
                                          : SandboxLayer{"namespaces", false, "seccomp is missing"};
  const bool contains = landlock.works && seccomp.works &&
                        (namespaces.works || try_sandbox(SandboxLevel::Contained).has_value());
  if (contains) ability.best = SandboxLevel::Contained;
  if (namespaces.works) ability.best = SandboxLevel::Full;
  ability.layers = {std::move(namespaces), std::move(landlock), std::move(seccomp)};
  return ability;
}

}  // namespace lpm::os
