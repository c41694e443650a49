#include <linux/magic.h>
#include <sys/vfs.h>

#include "os/file_system.h"

namespace lpm::os {
namespace {

struct Name {
  unsigned long magic;
  const char* text;
};

// Those that linux/magic.h lacks are written out, from the kernel's own sources.
constexpr Name kNames[] = {
    {EXT4_SUPER_MAGIC, "ext4"},
    {BTRFS_SUPER_MAGIC, "btrfs"},
    {XFS_SUPER_MAGIC, "xfs"},
    {TMPFS_MAGIC, "tmpfs"},
    {OVERLAYFS_SUPER_MAGIC, "overlay"},
    {NFS_SUPER_MAGIC, "nfs"},
    {F2FS_SUPER_MAGIC, "f2fs"},
    {MSDOS_SUPER_MAGIC, "vfat"},
    {0x2fc12fc1UL, "zfs"},
    {0xca451a4eUL, "bcachefs"},
    {0x65735546UL, "fuse"},
    {0x01021997UL, "9p"},
};

}  // namespace

std::string file_system_name(const std::string& path) {
  struct statfs facts {};
  if (::statfs(path.c_str(), &facts) != 0) return "";
  for (const Name& name : kNames)
    if (name.magic == static_cast<unsigned long>(facts.f_type)) return name.text;
  return "";
}

}  // namespace lpm::os
