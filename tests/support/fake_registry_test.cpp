// The fake registry does what its data says: documents, validators, ranges, faults.
#include "support/fake_registry.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "support/test_project.h"

namespace lpm::support {
namespace {

using ::testing::HasSubstr;

// The bytes that come back for one request on a connection of its own.
std::string exchange(const FakeRegistry& registry, const std::string& target,
                     const std::string& headers = "") {
  int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(
      std::stoi(registry.origin().substr(registry.origin().rfind(':') + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  std::string request =
      "GET " + target + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + headers + "\r\n";
  EXPECT_EQ(send(socket, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  std::string answer;
  char piece[4096];
  ssize_t size;
  while ((size = recv(socket, piece, sizeof piece, 0)) > 0)
    answer.append(piece, static_cast<std::size_t>(size));
  if (size < 0) answer = "reset";
  close(socket);
  return answer;
}

std::string head_of(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n\r\n"));
}
std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}
JsonValue json_of(const std::string& answer) {
  return JsonValue::parse(body_of(answer));
}

constexpr const char* kAbbreviated = "accept: application/vnd.npm.install-v1+json; q=1.0, */*\r\n";

TEST(FakeRegistry, ServesAbbreviatedOrFullDocumentByAccept) {
  FakeRegistry registry;
  registry.publish("@s/a", "1.0.0")
      .depends("b", "^1")
      .script("postinstall", "node x")
      .published("2024-05-06T07:08:09.000Z");
  JsonValue full = json_of(exchange(registry, "/@s%2fa"));
  EXPECT_EQ(full.at("time").at("1.0.0").text(), "2024-05-06T07:08:09.000Z");
  EXPECT_TRUE(full.at("versions").at("1.0.0").has("scripts"));
  JsonValue brief = json_of(exchange(registry, "/@s/a", kAbbreviated));
  EXPECT_FALSE(brief.has("time"));
  const JsonValue& version = brief.at("versions").at("1.0.0");
  EXPECT_FALSE(version.has("scripts"));
  EXPECT_TRUE(version.at("hasInstallScript").is_true());
  EXPECT_EQ(version.at("dependencies").at("b").text(), "^1");
  EXPECT_EQ(version.at("dist").at("tarball").text(), registry.url() + "@s/a/-/a-1.0.0.tgz");
  EXPECT_EQ(version.at("dist").at("integrity").text(), registry.integrity_of("@s/a", "1.0.0"));
}

TEST(FakeRegistry, AnswersNotModifiedToAKnownETag) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0");
  std::string head = head_of(exchange(registry, "/a"));
  std::size_t begin = head.find("etag: ") + 6;
  std::string etag = head.substr(begin, head.find("\r\n", begin) - begin);
  EXPECT_THAT(exchange(registry, "/a", "if-none-match: " + etag + "\r\n"),
              HasSubstr("HTTP/1.1 304"));
  registry.publish("a", "1.0.1");
  EXPECT_THAT(exchange(registry, "/a", "if-none-match: " + etag + "\r\n"),
              HasSubstr("HTTP/1.1 200"));
}

TEST(FakeRegistry, CompressesDocumentsWhenAsked) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0");
  std::string answer = exchange(registry, "/a", "accept-encoding: gzip\r\n");
  EXPECT_THAT(head_of(answer), HasSubstr("content-encoding: gzip"));
  EXPECT_EQ(gunzip(body_of(answer)), body_of(exchange(registry, "/a")));
}

TEST(FakeRegistry, ServesTheRestOfATarball) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0").file("index.js", std::string(5000, 'x'));
  std::string whole = body_of(exchange(registry, "/a/-/a-1.0.0.tgz"));
  EXPECT_EQ(whole, registry.tarball_bytes("a", "1.0.0"));
  std::string rest = exchange(registry, "/a/-/a-1.0.0.tgz", "range: bytes=100-\r\n");
  EXPECT_THAT(rest, HasSubstr("HTTP/1.1 206"));
  EXPECT_EQ(body_of(rest), whole.substr(100));
}

TEST(FakeRegistry, BuildsTheSameArchiveEveryTime) {
  auto build = [] {
    FakeRegistry registry;
    registry.publish("a", "1.0.0").file("b.js", "1").file("a.js", "2", 0755);
    return registry.tarball_bytes("a", "1.0.0");
  };
  EXPECT_EQ(build(), build());
  EXPECT_EQ(gunzip(build()).size() % 512, 0u);
}

TEST(FakeRegistry, FaultEndsAfterItsTimes) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0");
  registry.fault("/a").status(503).retry_after("1").times(2);
  EXPECT_THAT(exchange(registry, "/a"), HasSubstr("HTTP/1.1 503"));
  EXPECT_THAT(exchange(registry, "/a"), HasSubstr("retry-after: 1"));
  EXPECT_THAT(exchange(registry, "/a"), HasSubstr("HTTP/1.1 200"));
  EXPECT_EQ(registry.count("/a"), 3u);
  EXPECT_EQ(registry.count("/*"), 3u);
  EXPECT_EQ(registry.count("/b"), 0u);
}

TEST(FakeRegistry, CutsABodyButAnnouncesItWhole) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0");
  std::string whole = exchange(registry, "/a");
  registry.fault("/a").cut_body(10);
  std::string cut = exchange(registry, "/a");
  EXPECT_EQ(head_of(cut), head_of(whole));
  EXPECT_EQ(body_of(cut), body_of(whole).substr(0, 10));
}

TEST(FakeRegistry, ResetsDelaysAndRedirects) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0");
  registry.fault("/a").reset().times(1);
  registry.fault("/a").delay(50).times(1);
  registry.fault("/a").redirect("http://127.0.0.1:9/x").times(1);
  EXPECT_EQ(exchange(registry, "/a"), "reset");
  auto before = std::chrono::steady_clock::now();
  EXPECT_THAT(exchange(registry, "/a"), HasSubstr("HTTP/1.1 200"));
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(50));
  EXPECT_THAT(exchange(registry, "/a"), HasSubstr("location: http://127.0.0.1:9/x"));
}

TEST(FakeRegistry, AsksForTheToken) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0");
  registry.require_token("secret");
  EXPECT_THAT(exchange(registry, "/a"), HasSubstr("HTTP/1.1 401"));
  EXPECT_THAT(exchange(registry, "/a", "authorization: Bearer secret\r\n"),
              HasSubstr("HTTP/1.1 200"));
}

TEST(FakeRegistry, SendsChunkedAndLyingLengths) {
  FakeRegistry registry;
  registry.respond("/text", 200, "hello");
  registry.fault("/text").chunked().slow(2, 1).times(1);
  EXPECT_EQ(body_of(exchange(registry, "/text")), "2\r\nhe\r\n2\r\nll\r\n1\r\no\r\n0\r\n\r\n");
  registry.fault("/text").content_length(99).times(1);
  EXPECT_THAT(exchange(registry, "/text"), HasSubstr("content-length: 99"));
}

TEST(FakeRegistry, StopsAtOnceWhileAReplyIsStalled) {
  auto before = std::chrono::steady_clock::now();
  {
    FakeRegistry registry;
    registry.respond("/text", 200, "hello");
    registry.fault("/text").stall();
    std::thread client([&] { exchange(registry, "/text"); });
    while (registry.count("/text") == 0) std::this_thread::yield();
    client.detach();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
}

TEST(FakeRegistry, PublishesHostileArchivesAsGiven) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0").entry({.name = "package/../../evil", .content = "x"});
  EXPECT_THAT(gunzip(registry.tarball_bytes("a", "1.0.0")), HasSubstr("package/../../evil"));
}

TEST(FakeRegistry, MovesLatestToReleasesOnly) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0");
  registry.publish("a", "2.0.0-rc.1");
  registry.tag("a", "next", "2.0.0-rc.1");
  JsonValue tags = json_of(exchange(registry, "/a")).at("dist-tags");
  EXPECT_EQ(tags.dump(), R"({"latest":"1.0.0","next":"2.0.0-rc.1"})");
}

// npm is the judge of whether this is a registry.
TEST(FakeRegistry, SatisfiesNpm) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0")
      .depends("@s/b", "^2")
      .bin("a", "cli.js")
      .file("cli.js", "#!/usr/bin/env node\n");
  registry.publish("@s/b", "2.1.0").file("index.js", "module.exports = 2");
  TestProject project;
  project.use(registry);
  project.write("package.json", "{}");
  Ran ran = project.run({"npm", "install", "a", "--no-audit", "--no-fund"});
  ASSERT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(project.read("node_modules/@s/b/index.js"), "module.exports = 2");
  EXPECT_EQ(project.link_target("node_modules/.bin/a"), "../a/cli.js");
}

// Node's own HTTP/2 client over TLS: concurrent streams on one connection, a cut stream, a delayed
// one.
TEST(FakeRegistry, SpeaksHttp2OverTls) {
  FakeRegistry registry;
  registry.start_tls();
  registry.publish("a", "1.0.0").file("big", std::string(300'000, 'x'));
  registry.respond("/slow", 200, "slow");
  registry.respond("/cut", 200, std::string(100, 'y'));
  registry.fault("/slow").delay(100);
  registry.fault("/cut").cut_body(10);
  TestProject project;
  project.write("ca.pem", registry.ca_pem());
  project.write("client.mjs", R"(
    import http2 from 'node:http2'; import fs from 'node:fs';
    const session = http2.connect(process.argv[2], { ca: fs.readFileSync('ca.pem') });
    const get = (path) => new Promise((done) => {
      const stream = session.request({ ':path': path }); let status, size = 0, order;
      stream.on('response', (h) => { status = h[':status']; });
      stream.on('data', (c) => { size += c.length; });
      stream.on('error', () => done(path + ' broken ' + size));
      stream.on('end', () => done(path + ' ' + status + ' ' + size));
    });
    const all = ['/slow', '/a/-/a-1.0.0.tgz', '/cut', '/gone'].map((p) => get(p).then((line) => console.log(line)));
    await Promise.all(all); session.close();
  )");
  Ran ran = project.run({"node", "client.mjs", registry.tls_url()});
  ASSERT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.out, HasSubstr("/slow 200 4\n"));
  EXPECT_THAT(ran.out, HasSubstr("/a/-/a-1.0.0.tgz 200 " +
                                 std::to_string(registry.tarball_bytes("a", "1.0.0").size())));
  EXPECT_THAT(ran.out, HasSubstr("/cut broken 10\n"));
  EXPECT_THAT(ran.out, HasSubstr("/gone 404"));
  EXPECT_TRUE(ran.out.ends_with("/slow 200 4\n")) << ran.out;
  for (const HttpRequest& request : registry.requests()) EXPECT_EQ(request.connection, 1);
}

}  // namespace
}  // namespace lpm::support
