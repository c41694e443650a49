// Runs a fuzz target over the files of the given folders, for builds without libFuzzer.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz.h"

namespace {

std::vector<std::filesystem::path> files_in(const char* folder) {
  std::vector<std::filesystem::path> files;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(folder, problem))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::uint8_t> content_of(const std::filesystem::path& path) {
  std::vector<std::uint8_t> content(std::filesystem::file_size(path));
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr || std::fread(content.data(), 1, content.size(), file) != content.size()) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::exit(1);
  }
  std::fclose(file);
  return content;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const std::filesystem::path& path : files_in(argv[i])) {
      std::fprintf(stderr, "%s\n", path.filename().c_str());  // the last one is the culprit
      const std::vector<std::uint8_t> content = content_of(path);
      LLVMFuzzerTestOneInput(content.data(), content.size());
      ++count;
    }
  }
  std::fprintf(stderr, "%zu inputs\n", count);
  return count > 0 ? 0 : 1;
}
