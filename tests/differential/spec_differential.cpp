// Specifiers and command-line arguments against npm's `npm-package-arg`; the rows are described in
// spec_cases.mjs.
#include <gtest/gtest.h>

#include <filesystem>

#include "manifest/spec.h"
#include "rows.h"

namespace lpm::differential {

namespace {

using manifest::DependencySpec;

std::string absolute(const std::string& path) {
  const bool is_home = path == "~" || path.starts_with("~/");
  const std::filesystem::path whole = is_home
                                          ? std::filesystem::path("/home/user/" + path.substr(1))
                                          : std::filesystem::path("/base") / path;
  std::string normal = whole.lexically_normal().string();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

struct Describe {
  std::string operator()(const manifest::RangeSpec&) const { return "range"; }
  std::string operator()(const manifest::TagSpec& tag) const { return "tag " + tag.tag; }
  std::string operator()(const manifest::GitSpec& git) const {
    return "git " + git.url + " " + or_dash(git.committish) + " " + or_dash(git.range) + " " +
           or_dash(git.path);
  }
  std::string operator()(const manifest::UrlSpec& url) const { return "remote " + url.url; }
  std::string operator()(const manifest::FileSpec& file) const {
    return "path " + absolute(file.path);
  }
  template <class Ours>
  std::string operator()(const Ours&) const {
    return "ours";
  }
};

std::string describe(const Result<DependencySpec>& spec) {
  if (!spec) return "error";
  const std::string kind = std::visit(Describe{}, spec->kind);
  return spec->target == spec->name ? kind : "alias " + spec->target + " " + kind;
}

// npm tells an alias of a package to itself from the package; to us they are the same.
std::string without_self_alias(const std::string& answer, const std::string& name) {
  const std::string start = "alias " + name + " ";
  return answer.starts_with(start) ? answer.substr(start.size()) : answer;
}

void check_spec(Tally& tally, const Row& row) {
  std::string actual = describe(manifest::parse_spec("pkg", row[1]));
  if (row[2] == "path" && actual.starts_with("path ")) actual = "path";
  tally.compare(row, "specifier", without_self_alias(row[2], "pkg"), actual);
}

void check_argument(Tally& tally, const Row& row) {
  const auto argument = manifest::parse_package_argument(row[1]);
  if (!argument) {
    tally.compare(row, "argument", row[3], "error");
    return;
  }
  tally.compare(row, "name", row[2], argument->name);
  const std::string& spec = argument->spec;
  std::string actual =
      describe(argument->name.empty() ? manifest::parse_unnamed_spec(spec)
                                      : manifest::parse_spec(argument->name, spec));
  if (row[3] == "path" && actual.starts_with("path ")) actual = "path";
  tally.compare(row, "argument", without_self_alias(row[3], argument->name), actual);
}

TEST(Differential, SpecifiersAreUnderstoodAsNpmDoes) {
  const std::string file = case_file("specs");
  Tally tally(file, "specs");
  for_each_row(file, [&](const Row& row) {
    if (row[0] == "spec") check_spec(tally, row);
    if (row[0] == "arg") check_argument(tally, row);
  });
}

}  // namespace

}  // namespace lpm::differential
