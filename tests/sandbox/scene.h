// What an escape attempt is told: paths, processes and sockets outside its sandbox.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace lpm::sandbox_test {

struct Scene {
  std::string root;                  // holds home, project, outside
  std::string package;               // the one writable folder, below project/node_modules
  std::string program;               // this executable
  pid_t victim = 0;                  // a process outside with a secret in environment and memory
  std::uint64_t victim_address = 0;  // of its secret
  int port = 0;                      // a TCP listener and a UDP receiver on 127.0.0.1
  std::string terminal;              // path of a pseudo-terminal
  int shared_memory = 0;             // System V key of a segment outside

  std::string home(const std::string& path) const { return root + "/home/" + path; }
  std::string project(const std::string& path) const { return root + "/project/" + path; }
  std::string sibling(const std::string& path) const {
    return root + "/project/node_modules/sibling/" + path;
  }
  std::string outside(const std::string& path) const { return root + "/outside/" + path; }
  std::string own(const std::string& path) const { return package + "/" + path; }
  std::string abstract_name() const { return "lpm-sandbox-test-" + std::to_string(victim); }

  std::vector<std::string> words() const;
  static Scene from_words(const std::vector<std::string>& words);
};

inline constexpr const char* kSecret = "the-secret-of-the-victim";
inline constexpr int kInherited = 77;  // a descriptor that is open in the caller

enum class Needs { Nothing, Root, Kernel };  // Kernel: not every one can do it without a sandbox

struct Attempt {
  const char* name;
  // True: the script got out.
  std::function<bool(const Scene&)> escapes;
  Needs needs = Needs::Nothing;
};

const std::vector<Attempt>& file_attempts();
const std::vector<Attempt>& attribute_attempts();
const std::vector<Attempt>& process_attempts();
const std::vector<Attempt>& socket_attempts();
const std::vector<Attempt>& kernel_attempts();
std::vector<Attempt> all_attempts();

// As a child of a test: `attempt NAME SCENE...`, exit status 0 when it got out, 1 when not.
int run_attempt(const std::vector<std::string>& words);
// `victim`: prints the address of its secret and waits for the end of its input.
int run_victim();

bool can_read(const std::string& path);   // one byte of it
bool can_write(const std::string& path);  // opens it and adds a byte
bool can_create(const std::string& path);

}  // namespace lpm::sandbox_test
