// The work that nobody can avoid: what an install would cost if everything but the bytes were free.
//
// usage: floor cold LIST OUT     inflate, SHA-512 and write the tarballs that LIST names, one
// folder each below OUT,
//                                with 2 threads; also writes OUT.plan
//        floor warm OUT TREE     the folders of OUT.plan and a hard link to each of its files,
//        below TREE, 2 threads floor nothing           start and end
//
// LIST: one path of a .tgz a line. Nothing is resolved, downloaded, checked or recorded.
#include <fcntl.h>
#include <libdeflate.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr int kThreads = 2;

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "floor: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

std::string read_file(const std::string& path) {
  int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  if (file < 0 || fstat(file, &facts) != 0) give_up(path);
  std::string bytes(static_cast<std::size_t>(facts.st_size), '\0');
  if (read(file, bytes.data(), bytes.size()) != facts.st_size) give_up(path);
  close(file);
  return bytes;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

template <class Work>
void on_two_threads(Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

struct Package {
  std::vector<std::string> folders;  // parents first
  std::vector<std::string> files;
};

unsigned long long octal(std::string_view field) {
  return std::strtoull(std::string(field).c_str(), nullptr, 8);
}

void make_parents(int root, const std::string& path, std::set<std::string>& made,
                  Package& package) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    std::string folder = path.substr(0, slash);
    if (!made.insert(folder).second) continue;
    if (mkdirat(root, folder.c_str(), 0755) != 0) give_up(folder);
    package.folders.push_back(folder);
  }
}

// Plain ustar with GNU long names and PAX paths, first folder stripped; links and the rest are
// passed over.
Package unpack(std::string_view tar, int root) {
  Package package;
  std::set<std::string> made;
  std::string long_name;
  for (std::size_t at = 0; at + 512 <= tar.size() && tar[at] != '\0';) {
    std::string_view head = tar.substr(at, 512);
    std::size_t size = octal(head.substr(124, 11));
    char type = head[156];
    std::string_view content = tar.substr(at + 512, size);
    at += 512 + (size + 511) / 512 * 512;
    if (type == 'x') {
      std::size_t key = content.find(" path=");
      if (key != std::string_view::npos)
        long_name = content.substr(key + 6, content.find('\n', key) - key - 6);
      continue;
    }
    if (type == 'L') {
      long_name = content.substr(0, content.find('\0'));
      continue;
    }
    std::string name(head.data(), strnlen(head.data(), 100));
    if (head[345] != '\0')
      name = std::string(head.data() + 345, strnlen(head.data() + 345, 155)) + "/" + name;
    if (!long_name.empty()) name = std::exchange(long_name, "");
    name.erase(0, name.find('/') + 1);
    if ((type != '0' && type != '\0') || name.empty()) continue;
    make_parents(root, name, made, package);
    int file = openat(root, name.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC,
                      (octal(head.substr(100, 7)) & 0100) != 0 ? 0755 : 0644);
    if (file < 0 ||
        write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
      give_up(name);
    close(file);
    package.files.push_back(name);
  }
  return package;
}

void cold(const std::string& list, const std::string& out) {
  std::vector<std::string> tarballs = lines_of(read_file(list));
  std::vector<Package> packages(tarballs.size());
  mkdir(out.c_str(), 0755);
  std::atomic<std::size_t> next = 0;
  on_two_threads([&] {
    libdeflate_decompressor* inflater = libdeflate_alloc_decompressor();
    std::string tar;
    for (std::size_t i; (i = next++) < tarballs.size();) {
      std::string bytes = read_file(tarballs[i]);
      unsigned char digest[SHA512_DIGEST_LENGTH];
      SHA512(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
      std::uint32_t size = 0;
      std::memcpy(&size, bytes.data() + bytes.size() - 4, 4);
      if (tar.size() < size) tar.resize(size);
      std::size_t actual = 0;
      if (libdeflate_gzip_decompress(inflater, bytes.data(), bytes.size(), tar.data(), tar.size(),
                                     &actual) != LIBDEFLATE_SUCCESS)
        give_up("cannot inflate " + tarballs[i]);
      std::string folder = out + "/" + std::to_string(i);
      mkdir(folder.c_str(), 0755);
      int root = open(folder.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC);
      if (root < 0) give_up(folder);
      packages[i] = unpack(std::string_view(tar).substr(0, actual), root);
      close(root);
    }
    libdeflate_free_decompressor(inflater);
  });
  std::FILE* plan = std::fopen((out + ".plan").c_str(), "w");
  for (std::size_t i = 0; i < packages.size(); ++i) {
    std::fprintf(plan, "p%zu\n", i);
    for (const std::string& folder : packages[i].folders)
      std::fprintf(plan, "d%s\n", folder.c_str());
    for (const std::string& file : packages[i].files) std::fprintf(plan, "f%s\n", file.c_str());
  }
  std::fclose(plan);
}

void warm(const std::string& out, const std::string& tree) {
  std::vector<std::string> plan = lines_of(read_file(out + ".plan"));
  std::vector<std::size_t> packages;
  for (std::size_t i = 0; i < plan.size(); ++i)
    if (plan[i][0] == 'p') packages.push_back(i);
  mkdir(tree.c_str(), 0755);
  std::atomic<std::size_t> next = 0;
  on_two_threads([&] {
    for (std::size_t p; (p = next++) < packages.size();) {
      std::size_t at = packages[p];
      std::string name = plan[at].substr(1);
      int from = open((out + "/" + name).c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC);
      mkdir((tree + "/" + name).c_str(), 0755);
      int to = open((tree + "/" + name).c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC);
      if (from < 0 || to < 0) give_up(name);
      for (++at; at < plan.size() && plan[at][0] != 'p'; ++at) {
        const char* path = plan[at].c_str() + 1;
        if ((plan[at][0] == 'd' ? mkdirat(to, path, 0755) : linkat(from, path, to, path, 0)) != 0)
          give_up(path);
      }
      close(from);
      close(to);
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "nothing") return 0;
  if (argc != 4 || (what != "cold" && what != "warm"))
    return std::fprintf(stderr, "usage: floor cold LIST OUT | warm OUT TREE | nothing\n"), 2;
  what == "cold" ? cold(argv[2], argv[3]) : warm(argv[2], argv[3]);
}
