// What every script may read of a Linux system. Lists of what is needed instead of /usr and /etc
// whole: the npmrc of an installation (/usr/etc, /usr/local/etc), private keys and password hashes
// lie there, too, and root may read them.
#include "os/sandbox_order.h"

namespace lpm::os {

const std::vector<std::string>& system_folders() {
  static const std::vector<std::string> folders = [] {
    std::vector<std::string> all = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
    for (const char* name : {"bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec", "include",
                             "share", "src", "x86_64-linux-gnu", "aarch64-linux-gnu"}) {
      all.push_back(std::string("/usr/") + name);
      all.push_back(std::string("/usr/local/") + name);
    }
    // Systems whose programs live elsewhere.
    all.insert(all.end(), {"/nix/store", "/gnu/store", "/run/current-system/sw"});
    return all;
  }();
  return folders;
}

const std::vector<std::string>& system_files() {
  static const std::vector<std::string> files = {"/etc/ld.so.cache",
                                                 "/etc/ld.so.conf",
                                                 "/etc/ld.so.conf.d",
                                                 "/etc/ld.so.preload",
                                                 "/etc/ld-musl-x86_64.path",
                                                 "/etc/ld-musl-aarch64.path",
                                                 "/etc/alternatives",
                                                 "/etc/nsswitch.conf",
                                                 "/etc/localtime",
                                                 "/etc/timezone",
                                                 "/etc/locale.alias",
                                                 "/etc/locale.conf",
                                                 "/etc/os-release",
                                                 "/etc/lsb-release",
                                                 "/etc/debian_version",
                                                 "/etc/alpine-release",
                                                 "/etc/redhat-release",
                                                 "/etc/fedora-release",
                                                 "/etc/ssl/certs",
                                                 "/etc/ssl/openssl.cnf",
                                                 "/etc/ssl/cert.pem",
                                                 "/etc/pki/tls/certs",
                                                 "/etc/pki/ca-trust/extracted",
                                                 "/etc/ca-certificates",
                                                 "/etc/crypto-policies",
                                                 "/etc/services",
                                                 "/etc/protocols",
                                                 "/etc/mime.types",
                                                 "/etc/magic",
                                                 "/etc/fonts",
                                                 "/etc/python3",
                                                 "/etc/perl",
                                                 "/etc/passwd",
                                                 "/etc/group",
                                                 "/etc/host.conf",
                                                 "/etc/hosts"};
  return files;
}

const std::vector<std::string>& network_files() {
  static const std::vector<std::string> files = {"/etc/resolv.conf", "/etc/gai.conf"};
  return files;
}

const std::vector<std::string>& system_devices() {
  static const std::vector<std::string> devices = {"/dev/null", "/dev/zero", "/dev/full",
                                                   "/dev/random", "/dev/urandom"};
  return devices;
}

}  // namespace lpm::os
