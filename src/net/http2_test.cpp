// HTTP/2 over TLS.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <set>

#include "net/net.h"
#include "support/http_server.h"

namespace lpm::net {
namespace {

using support::HttpReply;
using support::HttpRequest;
using support::HttpServer;
using support::TlsIdentity;

class Http2Test : public testing::Test {
 protected:
  Request get(const HttpServer& server, const std::string& path) const {
    Request request;
    request.url = server.origin() + path;
    request.tls.ca_pems = {identity_.certificate_pem()};
    return request;
  }

  // All at once; returns the answers when the last is there.
  std::vector<Result<Response>> fetch_all(Client& client, const HttpServer& server,
                                          int count) const {
    std::mutex mutex;
    std::condition_variable all;
    std::vector<Result<Response>> answers;
    for (int i = 0; i < count; ++i) {
      client.submit(get(server, "/" + std::to_string(i)), [&, count](Result<Response> answer) {
        const std::lock_guard lock(mutex);
        answers.push_back(std::move(answer));
        if (answers.size() == static_cast<std::size_t>(count)) all.notify_one();
      });
    }
    std::unique_lock lock(mutex);
    all.wait(lock, [&] { return answers.size() == static_cast<std::size_t>(count); });
    return answers;
  }

  TlsIdentity identity_;
};

TEST_F(Http2Test, SharesOneConnectionBetweenRequests) {
  std::mutex mutex;
  std::set<int> connections;
  HttpServer server(
      [&](const HttpRequest& request) {
        EXPECT_EQ(request.protocol, "HTTP/2");
        const std::lock_guard lock(mutex);
        connections.insert(request.connection);
        return HttpReply{.body = request.path};
      },
      &identity_);
  Client client(ClientOptions{});
  for (const auto& answer : fetch_all(client, server, 200)) {
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->attempts, 1);
  }
  EXPECT_EQ(connections.size(), 1U);
}

TEST_F(Http2Test, LosesNothingWhenTheServerEndsConnections) {
  std::atomic<int> count = 0;
  HttpServer server(
      [&](const HttpRequest& request) {
        return HttpReply{.body = request.path, .close = ++count % 20 == 0};
      },
      &identity_);
  ClientOptions options;
  options.backoff_override_ms = 1;
  Client client(options);
  std::set<std::string> bodies;
  for (const auto& answer : fetch_all(client, server, 300)) {
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->status, 200);
    bodies.insert(std::string(answer->body.text()));
  }
  EXPECT_EQ(bodies.size(), 300U);
}

TEST_F(Http2Test, ResumesACutBody) {
  std::string body;
  for (int i = 0; body.size() < 200'000; ++i) body += std::to_string(i) + " ";
  HttpServer server(
      [&](const HttpRequest& request) {
        HttpReply reply{.headers = {{"etag", "\"1\""}}, .body = body};
        const std::string range = support::header_value(request.headers, "range");
        if (range.empty()) {
          reply.cut_after = 100'000;
          return reply;
        }
        const std::size_t from = std::stoul(range.substr(6));
        reply.status = 206;
        reply.body = body.substr(from);
        reply.headers.emplace_back("content-range", "bytes " + std::to_string(from) + "-" +
                                                        std::to_string(body.size() - 1) + "/" +
                                                        std::to_string(body.size()));
        return reply;
      },
      &identity_);
  ClientOptions options;
  options.backoff_override_ms = 1;
  Client client(options);
  const auto answer = client.fetch(get(server, "/a"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.text(), body);
  EXPECT_EQ(answer->attempts, 2);
}

TEST_F(Http2Test, EndsOneStalledStreamAndKeepsTheConnection) {
  std::mutex mutex;
  std::set<int> connections;
  std::atomic<int> count = 0;
  HttpServer server(
      [&](const HttpRequest& request) {
        const std::lock_guard lock(mutex);
        connections.insert(request.connection);
        return HttpReply{.body = "x", .stall = ++count == 1};
      },
      &identity_);
  ClientOptions options;
  options.backoff_override_ms = 1;
  options.idle_timeout_ms = 300;
  Client client(options);
  const auto answer = client.fetch(get(server, "/a"));
  ASSERT_TRUE(answer);
  EXPECT_GE(answer->attempts, 2);
  EXPECT_EQ(connections.size(), 1U);
}

TEST_F(Http2Test, FallsBackToHttp1WhereNothingElseIsOffered) {
  const TlsIdentity old(false);
  HttpServer server([](const HttpRequest& request) { return HttpReply{.body = request.protocol}; },
                    &old);
  Client client(ClientOptions{});
  Request request = get(server, "/a");
  request.tls.ca_pems = {old.certificate_pem()};
  const auto answer = client.fetch(std::move(request));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.text(), "HTTP/1.1");
}

}  // namespace
}  // namespace lpm::net
