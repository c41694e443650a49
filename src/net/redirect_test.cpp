// Redirects, proxies and streams.
#include <gtest/gtest.h>

#include <mutex>

#include "net/net.h"
#include "net/test_server.h"

namespace lpm::net {
namespace {

ClientOptions quick_options() {
  ClientOptions options;
  options.backoff_override_ms = 5;
  return options;
}

std::string text_of(const Result<Response>& result) {
  if (!result) return "error: " + result.error().what;
  return std::string(result->body.text());
}

bool redirect(Peer& peer, const std::string& location) {
  return peer.answer(302, "moved", fmt::format("Location: {}\r\n", location));
}

TEST(Redirect, KeepsTheCredentialOnTheSameOriginAndDropsItElsewhere) {
  TestServer other([](const SeenRequest&, Peer& peer) { return peer.answer(200, "there"); });
  TestServer server([&](const SeenRequest& request, Peer& peer) {
    if (request.path == "/a") return redirect(peer, "/b");
    return redirect(peer, other.url("/c"));
  });
  Client client(quick_options());
  Request request;
  request.url = server.url("/a");
  request.authorization = Secret("Bearer token");
  const auto answer = client.fetch(std::move(request));
  ASSERT_EQ(text_of(answer), "there");
  EXPECT_EQ(answer->attempts, 1);
  ASSERT_EQ(server.seen().size(), 2U);
  EXPECT_TRUE(server.seen()[1].headers.contains("authorization"));
  EXPECT_FALSE(other.seen()[0].headers.contains("authorization"));
}

TEST(Redirect, SendsTheCredentialAgainOnTheWayBack) {
  std::string home;
  TestServer other([&](const SeenRequest&, Peer& peer) { return redirect(peer, home + "end"); });
  TestServer server([&](const SeenRequest& request, Peer& peer) {
    return request.path == "/end" ? peer.answer(200, "x") : redirect(peer, other.url("/c"));
  });
  home = server.url("/");
  Client client(quick_options());
  Request request;
  request.url = server.url("/a");
  request.authorization = Secret("Bearer token");
  ASSERT_EQ(text_of(client.fetch(std::move(request))), "x");
  EXPECT_FALSE(other.seen()[0].headers.contains("authorization"));
}

TEST(Redirect, GivesUpAfterFiveHops) {
  TestServer server([](const SeenRequest& request, Peer& peer) {
    const auto hop = parse_decimal(std::string_view(request.path).substr(1)).value_or(0);
    return hop == 0 ? peer.answer(200, "end") : redirect(peer, "/" + std::to_string(hop - 1));
  });
  Client client(quick_options());
  Request request;
  request.url = server.url("/5");
  EXPECT_EQ(text_of(client.fetch(std::move(request))), "end");
  request.url = server.url("/6");
  EXPECT_EQ(text_of(client.fetch(std::move(request))), "error: more than 5 redirects");
}

TEST(Redirect, FollowsToHttpAndHttpsOnly) {
  for (const char* location : {"file:///etc/passwd", "gopher://127.0.0.1/", "http://"}) {
    TestServer server([&](const SeenRequest&, Peer& peer) { return redirect(peer, location); });
    Client client(quick_options());
    Request request;
    request.url = server.url("/a");
    const auto answer = client.fetch(std::move(request));
    ASSERT_FALSE(answer) << location;
    EXPECT_EQ(answer.error().code, ErrorCode::NETWORK);
  }
}

TEST(Redirect, BeginsAtTheFirstUrlWhenItTriesAgain) {
  std::atomic<int> count = 0;
  TestServer server([&](const SeenRequest& request, Peer& peer) {
    if (request.path == "/a") return redirect(peer, fmt::format("/signed-{}", ++count));
    return peer.answer(count == 1 ? 503 : 200, request.path);
  });
  Client client(quick_options());
  Request request;
  request.url = server.url("/a");
  EXPECT_EQ(text_of(client.fetch(std::move(request))), "/signed-2");
}

TEST(Proxy, ReceivesTheWholeUrlAndItsOwnCredential) {
  TestServer proxy([](const SeenRequest&, Peer& peer) { return peer.answer(200, "by proxy"); });
  Client client(quick_options());
  Request request;
  request.url = "http://registry.example/a";
  request.authorization = Secret("Bearer token");
  request.proxy = fmt::format("http://me:word@127.0.0.1:{}", proxy.port());
  ASSERT_EQ(text_of(client.fetch(std::move(request))), "by proxy");
  EXPECT_EQ(proxy.seen()[0].path, "http://registry.example/a");
  EXPECT_EQ(proxy.seen()[0].headers.at("proxy-authorization"), "Basic bWU6d29yZA==");
}

TEST(Proxy, IsNotTakenFromTheEnvironment) {
  TestServer server([](const SeenRequest&, Peer& peer) { return peer.answer(200, "direct"); });
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  Client client(quick_options());
  Request request;
  request.url = server.url("/a");
  EXPECT_EQ(text_of(client.fetch(std::move(request))), "direct");
  unsetenv("http_proxy");
}

TEST(Proxy, ShowsNoCredentialWhenItCannotBeReached) {
  ClientOptions options = quick_options();
  options.retries = 0;
  Client client(options);
  Request request;
  request.url = "http://registry.example/a";
  request.proxy = "http://me:pass-word@127.0.0.1:1";
  const auto answer = client.fetch(std::move(request));
  ASSERT_FALSE(answer);
  std::string all = answer.error().what + answer.error().where;
  for (const Fact& fact : answer.error().facts) all += fact.text;
  EXPECT_EQ(all.find("pass-word"), std::string::npos);
  EXPECT_NE(all.find("proxy"), std::string::npos);
}

struct Collected {
  std::mutex mutex;
  std::string text;
  int pieces = 0;
  int restarts = 0;
  Request::Stream stream() {
    return {[this](PaddedBuffer piece) {
              const std::lock_guard lock(mutex);
              text += piece.text();
              ++pieces;
            },
            [this] {
              const std::lock_guard lock(mutex);
              text.clear();
              ++restarts;
            }};
  }
};

TEST(Stream, GoesToTheSinkFromTheGivenSizeOn) {
  const std::string body(300'000, 'x');
  for (const bool chunked : {false, true}) {
    TestServer server([&](const SeenRequest&, Peer& peer) {
      if (!chunked) return peer.answer(200, body);
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      return peer.send(fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", body.size(), body));
    });
    for (const std::uint64_t from : {300'000ULL, 300'001ULL}) {
      Collected collected;
      Client client(quick_options());
      Request request;
      request.url = server.url("/a");
      request.stream_from = from;
      request.stream = collected.stream();
      const auto answer = client.fetch(std::move(request));
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->streamed, from == 300'000);
      EXPECT_EQ(answer->streamed ? collected.text : answer->body.text(), body);
      EXPECT_EQ(answer->streamed, answer->body.empty());
    }
  }
}

TEST(Stream, GoesOnAfterACutWithoutARestart) {
  std::string body;
  for (int i = 0; body.size() < 300'000; ++i) body += std::to_string(i) + " ";
  TestServer server([&](const SeenRequest& request, Peer& peer) {
    if (request.headers.contains("range")) {
      const std::string from = request.headers.at("range").substr(6);
      const std::size_t start =
          parse_decimal(std::string_view(from).substr(0, from.size() - 1)).value_or(0);
      return peer.answer(
          206, std::string_view(body).substr(start),
          fmt::format("Content-Range: bytes {}-{}/{}\r\n", start, body.size() - 1, body.size()));
    }
    peer.send(fmt::format("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: {}\r\n\r\n{}",
                          body.size(), body.substr(0, 200'000)));
    return false;
  });
  Collected collected;
  Client client(quick_options());
  Request request;
  request.url = server.url("/a");
  request.stream_from = 1000;
  request.stream = collected.stream();
  const auto answer = client.fetch(std::move(request));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->streamed);
  EXPECT_EQ(collected.text, body);
  EXPECT_EQ(collected.restarts, 0);
}

TEST(Stream, RestartsWhenTheServerSendsTheWholeAgain) {
  const std::string body(300'000, 'x');
  std::atomic<int> count = 0;
  TestServer server([&](const SeenRequest&, Peer& peer) {
    if (++count == 2) return peer.answer(200, body);
    peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n{}",
                          std::string(200'000, '#')));
    return false;
  });
  Collected collected;
  Client client(quick_options());
  Request request;
  request.url = server.url("/a");
  request.stream_from = 1000;
  request.stream = collected.stream();
  ASSERT_TRUE(client.fetch(std::move(request)));
  EXPECT_EQ(collected.text, body);
  EXPECT_EQ(collected.restarts, 1);
}

TEST(Stream, IsNotUsedForAnErrorStatus) {
  TestServer server(
      [](const SeenRequest&, Peer& peer) { return peer.answer(404, std::string(5000, 'x')); });
  Collected collected;
  Client client(quick_options());
  Request request;
  request.url = server.url("/a");
  request.stream_from = 1000;
  request.stream = collected.stream();
  const auto answer = client.fetch(std::move(request));
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->streamed);
  EXPECT_EQ(collected.pieces, 0);
}

}  // namespace
}  // namespace lpm::net
