// Directory: an open folder relative to which files are made; the hot path of unpacking and
// linking. Thin over the system calls, one call each; errors come back as errno values and cost
// nothing on success.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "os/files.h"

namespace lpm::os {

class Directory {
 public:
  static Result<Directory> open(const std::string& path);
  // Makes the folder (one level) when it is not there, then opens it.
  static Result<Directory> create(const std::string& path);

  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }

  // `name` may contain `/`; it must already be known to stay inside. All return 0 or an errno
  // value.
  int make_directory(const char* name) const;  // EEXIST is reported
  int write_new_file(const char* name, Bytes content,
                     std::uint32_t mode) const;  // O_EXCL, O_NOFOLLOW
  // For contents that come in pieces; invalid on failure, with the reason in errno.
  Fd create_file(const char* name, std::uint32_t mode) const;  // O_EXCL, O_NOFOLLOW
  Fd open_file(const char* name) const;                        // to read; O_NOFOLLOW
  Fd empty_file(const char* name) const;  // an existing one, to write anew; O_NOFOLLOW
  // Adds an execute bit for everybody who may read the file.
  int make_executable(const char* name) const;
  FileStamp stamp_below(const char* name) const;  // of a link itself, not of its target
  int link_from(int source_directory_fd, const char* source, const char* name) const;
  int make_symlink(const char* target, const char* name) const;
  int rename_to(const char* name, const Directory& destination, const char* new_name) const;
  int unlink(const char* name) const;
  Result<Directory> open_below(const std::string& name) const;

 private:
  Directory(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Fd fd_;
  std::string path_;
};

// How file contents can travel from one folder to another on this pair of volumes; probed once.
enum class LinkMethod : std::uint8_t { Reflink, HardLink, Copy };
Result<LinkMethod> probe_link_method(const std::string& source_folder,
                                     const std::string& target_folder);
// Can files of one folder be clones of files of the other? Leaves no trace in either.
bool can_reflink(const std::string& source_folder, const std::string& target_folder);
// Copies one file by reflink or bytes; keeps the mode. Returns 0 or an errno value.
int clone_file(int source_directory_fd, const char* source, int target_directory_fd,
               const char* target);
int copy_file(int source_directory_fd, const char* source, int target_directory_fd,
              const char* target);

}  // namespace lpm::os
