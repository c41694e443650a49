// Broken, slow and lying servers.
#include <gtest/gtest.h>

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

Request get(const TestServer& server, std::string_view path = "/a") {
  Request request;
  request.url = server.url(path);
  return request;
}

std::string text_of(const Result<Response>& result) {
  if (!result) return "error: " + result.error().what;
  return std::string(result->body.text());
}

std::string fact(const Error& error, std::string_view label) {
  for (const Fact& fact : error.facts) {
    if (fact.label == label) return fact.text;
  }
  return "";
}

// "0123456789..." so that a wrong splice shows.
std::string long_body(std::size_t size) {
  std::string body;
  while (body.size() < size) body += std::to_string(body.size()) + " ";
  body.resize(size);
  return body;
}

std::size_t start_of_range(const SeenRequest& request) {
  const auto range = request.headers.find("range");
  if (range == request.headers.end()) return 0;
  return parse_decimal(std::string_view(range->second).substr(6, range->second.size() - 7))
      .value_or(0);
}

bool send_rest(Peer& peer, const std::string& body, std::size_t from,
               std::string_view headers = "") {
  return peer.answer(206, std::string_view(body).substr(from),
                     fmt::format("{}Content-Range: bytes {}-{}/{}\r\n", headers, from,
                                 body.size() - 1, body.size()));
}

void send_part(Peer& peer, const std::string& body, std::size_t size,
               std::string_view headers = "") {
  peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{}\r\n{}", body.size(), headers,
                        body.substr(0, size)));
}

// Holds answers back until the test ends, however slow the machine is. Declare it before the
// server.
class Silence {
 public:
  ~Silence() { end(); }
  void end() { ended_ = true; }
  bool hold() const {
    while (!ended_) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return false;
  }

 private:
  std::atomic<bool> ended_ = false;
};

TEST(Faults, RepeatsARetriableStatusUntilItSucceeds) {
  std::atomic<int> count = 0;
  TestServer server(
      [&](const SeenRequest&, Peer& peer) { return peer.answer(++count < 3 ? 503 : 200, "x"); });
  Client client(quick_options());
  const auto answer = client.fetch(get(server));
  ASSERT_EQ(text_of(answer), "x");
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->attempts, 3);
}

TEST(Faults, DeliversTheStatusAfterFourAttempts) {
  TestServer server([](const SeenRequest&, Peer& peer) { return peer.answer(503, "down"); });
  Client client(quick_options());
  const auto answer = client.fetch(get(server));
  ASSERT_EQ(text_of(answer), "down");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->attempts, 4);
  EXPECT_EQ(server.seen().size(), 4U);
}

TEST(Faults, WaitsAsRetryAfterSays) {
  std::atomic<int> count = 0;
  TestServer server([&](const SeenRequest&, Peer& peer) {
    return ++count == 1 ? peer.answer(429, "", "Retry-After: 1\r\n") : peer.answer(200, "x");
  });
  ClientOptions options;
  options.backoff_ms = 1;
  Client client(options);
  const std::int64_t begin = monotonic_now();
  ASSERT_EQ(text_of(client.fetch(get(server))), "x");
  EXPECT_GE(monotonic_now() - begin, 1'000'000'000);
}

TEST(Faults, SharesOneBudgetBetweenBrokenConnectionsAndStatuses) {
  std::atomic<int> count = 0;
  TestServer server([&](const SeenRequest&, Peer& peer) {
    if (++count % 2 == 0) return peer.answer(500, "x");
    send_part(peer, "0123456789", 4);
    return false;
  });
  Client client(quick_options());
  const auto answer = client.fetch(get(server));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(server.seen().size(), 4U);
}

TEST(Faults, NamesUrlReasonAndAttemptsWhenBodiesStayCut) {
  TestServer server([](const SeenRequest&, Peer& peer) {
    send_part(peer, "0123456789", 4);
    return false;
  });
  Client client(quick_options());
  const auto answer = client.fetch(get(server, "/a?secret=1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::NETWORK);
  EXPECT_EQ(answer.error().where, server.url("/a"));
  EXPECT_NE(answer.error().what.find("cut its answer short"), std::string::npos);
  EXPECT_EQ(fact(answer.error(), "attempts"), "4");
}

TEST(Faults, ResumesACutBodyWhereItEnded) {
  const std::string body = long_body(100'000);
  TestServer server([&](const SeenRequest& request, Peer& peer) {
    if (const std::size_t from = start_of_range(request)) return send_rest(peer, body, from);
    send_part(peer, body, 60'000, "ETag: \"v1\"\r\n");
    return false;
  });
  Client client(quick_options());
  const auto answer = client.fetch(get(server));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.text(), body);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->header("etag"), "\"v1\"");
  EXPECT_EQ(answer->header("content-length"), "100000");
  EXPECT_EQ(server.seen().back().headers.at("if-range"), "\"v1\"");
  EXPECT_EQ(server.seen().size(), 2U);
}

TEST(Faults, BeginsAgainWhenTheServerSendsTheWhole) {
  const std::string body = long_body(100'000);
  std::atomic<int> count = 0;
  TestServer server([&](const SeenRequest&, Peer& peer) {
    if (++count == 2) return peer.answer(200, body);
    send_part(peer, std::string(100'000, '#'), 60'000, "ETag: \"old\"\r\n");
    return false;
  });
  Client client(quick_options());
  const auto answer = client.fetch(get(server));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.text(), body);
}

TEST(Faults, TakesNoRangeFromAnotherPlaceOrAnotherFile) {
  const std::string body = long_body(1000);
  for (const char* range : {"bytes 500-999/1000", "bytes 600-1099/1100", "nonsense"}) {
    std::atomic<int> ranges = 0;
    TestServer server([&](const SeenRequest& request, Peer& peer) {
      if (start_of_range(request) > 0) {
        ++ranges;
        return peer.answer(206, std::string(500, '#'), fmt::format("Content-Range: {}\r\n", range));
      }
      if (ranges > 0) return peer.answer(200, body);
      send_part(peer, body, 600, "ETag: \"v1\"\r\n");
      return false;
    });
    Client client(quick_options());
    const auto answer = client.fetch(get(server));
    ASSERT_EQ(text_of(answer), body) << range;
    EXPECT_EQ(ranges, 1) << "asks for no range again";
    EXPECT_EQ(answer->attempts, 2) << "a range that is refused is no attempt";
  }
}

TEST(Faults, BeginsAgainAfterARangeThatCannotBeSatisfied) {
  const std::string body = long_body(1000);
  std::atomic<int> count = 0;
  TestServer server([&](const SeenRequest& request, Peer& peer) {
    if (start_of_range(request) > 0) return peer.answer(416, "");
    if (++count == 2) return peer.answer(200, body);
    send_part(peer, body, 600, "ETag: \"v1\"\r\n");
    return false;
  });
  Client client(quick_options());
  const auto answer = client.fetch(get(server));
  ASSERT_EQ(text_of(answer), body);
  EXPECT_EQ(answer->attempts, 2) << "a range that is refused is no attempt";
}

TEST(Faults, ResumesWithoutValidatorOnlyWhatNeverChanges) {
  const std::string body = long_body(1000);
  for (const Priority priority : {Priority::Metadata, Priority::Tarball}) {
    std::atomic<int> count = 0;
    TestServer server([&](const SeenRequest& request, Peer& peer) {
      if (const std::size_t from = start_of_range(request)) return send_rest(peer, body, from);
      if (++count == 2) return peer.answer(200, body);
      send_part(peer, body, 600, "ETag: W/\"weak\"\r\n");
      return false;
    });
    Client client(quick_options());
    Request request = get(server);
    request.priority = priority;
    ASSERT_EQ(text_of(client.fetch(std::move(request))), body);
    EXPECT_EQ(server.seen().back().headers.contains("range"), priority == Priority::Tarball);
  }
}

TEST(Faults, KeepsWhatItHasAcrossAnErrorStatus) {
  const std::string body = long_body(1000);
  std::atomic<int> count = 0;
  TestServer server([&](const SeenRequest& request, Peer& peer) {
    if (++count == 2) return peer.answer(503, "busy");
    if (const std::size_t from = start_of_range(request)) return send_rest(peer, body, from);
    send_part(peer, body, 600, "ETag: \"v1\"\r\n");
    return false;
  });
  Client client(quick_options());
  const auto answer = client.fetch(get(server));
  ASSERT_EQ(text_of(answer), body);
  EXPECT_EQ(answer->attempts, 3);
}

TEST(Faults, DoesNotCountAConnectionThatWentStale) {
  TestServer server([](const SeenRequest& request, Peer& peer) {
    // Closes after the second request on it arrived, with no byte of an answer.
    return request.serial_on_connection == 1 && peer.answer(200, "x");
  });
  ClientOptions options = quick_options();
  options.backoff_override_ms = 5000;  // would show
  Client client(options);
  const std::int64_t begin = monotonic_now();
  for (int i = 0; i < 4; ++i) {
    const auto answer = client.fetch(get(server));
    ASSERT_EQ(text_of(answer), "x");
    EXPECT_EQ(answer->attempts, 1);
  }
  EXPECT_LT(monotonic_now() - begin, 5'000'000'000);
}

TEST(Faults, CountsAFreshConnectionThatClosesWithoutAnAnswer) {
  TestServer server([](const SeenRequest&, Peer&) { return false; });
  Client client(quick_options());
  const auto answer = client.fetch(get(server));
  ASSERT_FALSE(answer);
  EXPECT_EQ(server.seen().size(), 4U);
}

TEST(Faults, EndsAnAttemptOnWhichNothingMoves) {
  Silence silence;
  std::atomic<int> count = 0;
  TestServer server([&](const SeenRequest&, Peer& peer) {
    return ++count == 1 ? silence.hold() : peer.answer(200, "x");
  });
  ClientOptions options = quick_options();
  options.idle_timeout_ms = 150;
  Client client(options);
  const auto answer = client.fetch(get(server));
  silence.end();
  ASSERT_EQ(text_of(answer), "x");
  EXPECT_GE(answer->attempts, 2);
}

TEST(Faults, SaysThatAServerStoppedAnswering) {
  Silence silence;
  TestServer server([&](const SeenRequest&, Peer& peer) {
    send_part(peer, "0123456789", 3);
    return silence.hold();
  });
  ClientOptions options = quick_options();
  options.idle_timeout_ms = 50;
  options.retries = 1;
  Client client(options);
  const auto answer = client.fetch(get(server));
  silence.end();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::TIMEOUT);
  EXPECT_NE(answer.error().what.find("stopped answering"), std::string::npos);
  EXPECT_EQ(fact(answer.error(), "attempts"), "2");
}

TEST(Faults, GoesOnWhileASlowServerStillSends) {
  TestServer server([](const SeenRequest&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
    for (int i = 0; i < 6; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
      peer.send("x");
    }
    return true;
  });
  ClientOptions options = quick_options();
  options.idle_timeout_ms = 1000;
  Client client(options);
  const auto answer = client.fetch(get(server));
  ASSERT_EQ(text_of(answer), "xxxxxx");
  EXPECT_EQ(answer->attempts, 1);
}

TEST(Faults, NamesTheRequestThatStallsLongest) {
  Silence silence;
  TestServer server([&](const SeenRequest&, Peer&) { return silence.hold(); });
  Client client(quick_options());
  EXPECT_FALSE(client.longest_stall(0));
  client.submit(get(server, "/slow?token=1"), [](auto) {});
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  const auto stall = client.longest_stall(100);
  silence.end();
  ASSERT_TRUE(stall);
  EXPECT_EQ(stall->url, server.url("/slow"));
  EXPECT_GE(stall->idle_ms, 100);
}

TEST(Faults, RefusesABodyBeyondItsLimitBeforeOrWhileItArrives) {
  for (const char* head : {"Content-Length: 1000", "Transfer-Encoding: chunked"}) {
    TestServer server([&](const SeenRequest&, Peer& peer) {
      peer.send(fmt::format("HTTP/1.1 200 OK\r\n{}\r\n\r\n", head));
      for (int i = 0; i < 10; ++i) peer.send("64\r\n" + std::string(100, 'x') + "\r\n");
      return false;
    });
    Client client(quick_options());
    Request request = get(server);
    request.max_body = 500;
    const auto answer = client.fetch(std::move(request));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::LIMIT);
    EXPECT_EQ(server.seen().size(), 1U);
  }
}

TEST(Faults, RefusesHeadersWithoutEnd) {
  TestServer server([](const SeenRequest&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\n");
    const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
    while (peer.send(line)) {
    }
    return false;
  });
  ClientOptions options = quick_options();
  options.retries = 0;
  Client client(options);
  const auto answer = client.fetch(get(server));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::NETWORK);
}

TEST(Faults, SendsNoHeaderWithALineBreak) {
  TestServer server([](const SeenRequest&, Peer& peer) { return peer.answer(200, "x"); });
  Client client(quick_options());
  Request request = get(server);
  request.authorization = Secret("Bearer x\r\nX-Smuggled: 1");
  const auto answer = client.fetch(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_TRUE(server.seen().empty());
}

TEST(Faults, EndsAnAttemptAfterItsTotalTime) {
  TestServer server([](const SeenRequest&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 200 && peer.send("x"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return false;
  });
  ClientOptions options = quick_options();
  options.retries = 0;
  Client client(options);
  Request request = get(server);
  request.total_timeout_ms = 100;
  const auto answer = client.fetch(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::TIMEOUT);
}

}  // namespace
}  // namespace lpm::net
