#include <gtest/gtest.h>

#include <condition_variable>

#include "base/clock.h"
#include "net/net.h"
#include "net/test_server.h"

namespace lpm::net {
namespace {

ClientOptions quick_options() {
  ClientOptions options;
  options.backoff_override_ms = 5;
  return options;
}

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

std::string text_of(const Result<Response>& result) {
  if (!result) return "error: " + result.error().what;
  return std::string(result->body.text());
}

TEST(Client, FetchesABodyOverAConnectionThatItReuses) {
  TestServer server([](const SeenRequest& request, Peer& peer) {
    return peer.answer(200, "you asked for " + request.path, "ETag: \"1\"\r\n");
  });
  Client client(quick_options());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.fetch(get(server.url("/a")));
    ASSERT_EQ(text_of(answer), "you asked for /a");
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->header("etag"), "\"1\"");
    EXPECT_EQ(answer->attempts, 1);
  }
  EXPECT_EQ(server.seen().back().connection, 1);
  EXPECT_EQ(client.statistics().attempts, 3U);
}

TEST(Client, SendsItsHeadersAndCredential) {
  TestServer server([](const SeenRequest&, Peer& peer) { return peer.answer(200, "x"); });
  ClientOptions options = quick_options();
  options.user_agent = "tester/1";
  Client client(options);
  Request request = get(server.url("/a"));
  request.headers.emplace_back("Accept", "text/odd");
  request.authorization = Secret("Bearer token");
  ASSERT_TRUE(client.fetch(std::move(request)));
  const SeenRequest seen = server.seen().front();
  EXPECT_EQ(seen.headers.at("accept"), "text/odd");
  EXPECT_EQ(seen.headers.at("user-agent"), "tester/1");
  EXPECT_EQ(seen.headers.at("authorization"), "Bearer token");
}

TEST(Client, DeliversAnErrorStatusAsAnAnswer) {
  TestServer server([](const SeenRequest&, Peer& peer) { return peer.answer(404, "no such"); });
  Client client(quick_options());
  const auto answer = client.fetch(get(server.url("/a")));
  ASSERT_EQ(text_of(answer), "no such");
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST(Client, SaysWhyAHostCannotBeReached) {
  std::string url;
  {
    const TestServer gone([](const SeenRequest&, Peer&) { return false; });
    url = gone.url("/a");
  }
  Client client(quick_options());
  const auto answer = client.fetch(get(url));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::NETWORK);
  EXPECT_EQ(answer.error().where, url);
  ASSERT_EQ(answer.error().facts.size(), 2U);
  EXPECT_EQ(answer.error().facts[0].text, "Connection refused");
  EXPECT_EQ(answer.error().facts[1].text, "4");
}

TEST(Client, RefusesWhatIsNotHttp) {
  Client client(quick_options());
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/a", "nonsense", ""}) {
    const auto answer = client.fetch(get(url));
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().code, ErrorCode::NETWORK);
  }
}

TEST(Client, CancelsWithoutCompletionWhenItEnds) {
  TestServer server([](const SeenRequest&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return false;
  });
  std::atomic<bool> called = false;
  {
    Client client(quick_options());
    for (int i = 0; i < 100; ++i)
      client.submit(get(server.url("/a")), [&](auto) { called = true; });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace lpm::net
