#include <gtest/gtest.h>

#include "workspace/workspace.h"

namespace lpm::workspace {
namespace {

manifest::Manifest manifest_of(std::string_view text) {
  auto read = manifest::read_manifest(text, "package.json", manifest::Strictness::Project);
  return read ? *std::move(read) : manifest::Manifest();
}

class Links : public ::testing::Test {
 protected:
  Links() {
    add("packages/ui", R"({"name": "ui", "version": "1.2.3"})");
    add("packages/next", R"({"name": "@acme/next", "version": "2.0.0-beta.1"})");
    add("packages/bare", R"({"name": "bare"})");
  }
  void add(const std::string& path, std::string_view text) {
    members_.push_back({path, std::string(text), {}, manifest_of(text)});
  }
  // "name -> path" of the dependencies of packages/web, or the error.
  std::string links(const std::string& dependencies, bool plain_ranges = true) {
    const std::string text = R"({"name": "web", "version": "1.0.0",
  "dependencies": {)" + dependencies +
                             "}}";
    const manifest::Manifest manifest = manifest_of(text);
    const manifest::Manifest root = manifest_of(R"({"name": "root", "version": "9.0.0"})");
    const auto found =
        links_of({"packages/web", text, manifest}, Targets(root, members_), plain_ranges);
    if (!found) {
      error_ = std::make_unique<Error>(found.error());
      return std::string(info(found.error().code).name) + " at " + found.error().where;
    }
    std::string all;
    for (const Link& link : *found) all += link.name + " -> " + link.path + "; ";
    return all;
  }
  std::vector<Member> members_;
  std::unique_ptr<Error> error_;
};

TEST_F(Links, EachFormOfTheProtocolLinks) {
  EXPECT_EQ(links(R"("ui": "workspace:*")"), "ui -> packages/ui; ");
  EXPECT_EQ(links(R"("ui": "workspace:^")"), "ui -> packages/ui; ");
  EXPECT_EQ(links(R"("ui": "workspace:~")"), "ui -> packages/ui; ");
  EXPECT_EQ(links(R"("ui": "workspace:^1.2.0")"), "ui -> packages/ui; ");
  EXPECT_EQ(links(R"("ui": "workspace:../ui")"), "ui -> packages/ui; ");
  EXPECT_EQ(links(R"("other": "workspace:ui@*")"), "other -> packages/ui; ");
  EXPECT_EQ(links(R"("n": "workspace:@acme/next@^")"), "n -> packages/next; ");
  EXPECT_EQ(links(R"("root": "workspace:*")"), "root -> .; ");
}

TEST_F(Links, ARangeThatTheMemberDoesNotSatisfyShowsBoth) {
  EXPECT_EQ(links(R"("ui": "workspace:^2.0.0")"),
            "LPM_NO_MATCHING_VERSION at packages/web/package.json:2:26");
  EXPECT_EQ(error_->what, "`ui` is 1.2.3 in this workspace, and `web` asks for `workspace:^2.0.0`");
  EXPECT_EQ(links(R"("bare": "workspace:^1")"),
            "LPM_NO_MATCHING_VERSION at packages/web/package.json:2:28");
  EXPECT_EQ(links(R"("bare": "workspace:*")"), "bare -> packages/bare; ");
}

TEST_F(Links, AnUnknownMemberNamesTheOthers) {
  EXPECT_EQ(links(R"("uii": "workspace:*")"),
            "LPM_NO_SUCH_MEMBER at packages/web/package.json:2:27");
  EXPECT_EQ(error_->facts.at(1).text, "@acme/next, bare, root, ui");
  EXPECT_EQ(error_->hints.at(0), "did you mean `ui`?");
  EXPECT_EQ(links(R"("ui": "workspace:../nothing")"),
            "LPM_NO_SUCH_MEMBER at packages/web/package.json:2:26");
  EXPECT_EQ(links(R"("ui": "workspace:../../../ui")"),
            "LPM_NO_SUCH_MEMBER at packages/web/package.json:2:26");
  EXPECT_EQ(links(R"("ui": "workspace:/packages/ui")"),
            "LPM_NO_SUCH_MEMBER at packages/web/package.json:2:26");
}

TEST_F(Links, APlainRangeLinksWhenTheMemberSatisfiesIt) {
  EXPECT_EQ(links(R"("ui": "^1.0.0", "@acme/next": "^2.0.0", "x": "*")"), "ui -> packages/ui; ");
  EXPECT_EQ(links(R"("ui": "^2.0.0")"), "");
  EXPECT_EQ(links(R"("ui": "latest")"), "");
  EXPECT_EQ(links(R"("ui": "npm:ui@^1.0.0")"), "");
  EXPECT_EQ(links(R"("ui": "^1.0.0")", /*plain_ranges=*/false), "");
}

TEST_F(Links, APrereleaseIsLinkedByARangeThatNamesIt) {
  EXPECT_EQ(links(R"("@acme/next": "^2.0.0-beta.0")"), "@acme/next -> packages/next; ");
  EXPECT_EQ(links(R"("@acme/next": "*")"), "@acme/next -> packages/next; ");
}

TEST_F(Links, APathOfAMemberMeansTheMember) {
  EXPECT_EQ(links(R"("ui": "file:../ui", "other": "link:../ui")"),
            "other -> packages/ui; ui -> packages/ui; ");
  EXPECT_EQ(links(R"("x": "file:../nobody", "y": "file:../../../ui", "z": "file:ui.tgz")"), "");
}

TEST_F(Links, NobodyIsLinkedToItselfByARange) {
  add("packages/web", R"({"name": "web", "version": "1.0.0"})");
  EXPECT_EQ(links(R"("web": "^1.0.0")"), "");
}

}  // namespace
}  // namespace lpm::workspace
