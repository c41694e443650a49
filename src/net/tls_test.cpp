// Which servers are trusted.
#include <gtest/gtest.h>

#include <cstdlib>

#include "net/net.h"
#include "net/test_certificates.h"
#include "net/test_server.h"
#include "os/files.h"

namespace lpm::net {
namespace {

constexpr const char* kLoopback = "IP:127.0.0.1";

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *os::make_temporary_directory(testing::TempDir(), "lpm-net-tls-");
    authority_ = make_identity("Test Authority", nullptr, "");
  }
  void TearDown() override {
    for (const char* name : {"SSL_CERT_DIR", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"})
      unsetenv(name);
    ASSERT_TRUE(os::remove_tree(folder_));
  }

  std::string write(const std::string& name, const std::string& text) const {
    EXPECT_TRUE(os::write_file(folder_ + "/" + name, text));
    return folder_ + "/" + name;
  }
  std::string authority_file() const { return write("ca.pem", certificate_pem(authority_)); }
  // A folder as c_rehash leaves it.
  std::string hashed_folder() const {
    EXPECT_TRUE(os::make_directory(folder_ + "/certs"));
    const unsigned long hash = X509_subject_name_hash(authority_.certificate.get());
    write(fmt::format("certs/{:08x}.0", hash), certificate_pem(authority_));
    return folder_ + "/certs";
  }

  Result<Response> fetch(const ServerTls& context, Tls tls = {}) const {
    TestServer server([](const SeenRequest&, Peer& peer) { return peer.answer(200, "x"); },
                      context.get());
    ClientOptions options;
    options.backoff_override_ms = 1;
    Client client(options);
    Request request;
    request.url = server.url("/a");
    request.tls = std::move(tls);
    return client.fetch(std::move(request));
  }
  Result<Response> fetch_good(Tls tls = {}) const {
    return fetch(server_tls(make_identity("registry", &authority_, kLoopback)), std::move(tls));
  }
  Tls trusting_file() const {
    Tls tls;
    tls.ca_files = {authority_file()};
    return tls;
  }
  static std::string reason(const Result<Response>& answer) {
    return answer || answer.error().facts.empty() ? "" : answer.error().facts[0].text;
  }

  std::string folder_;
  Identity authority_;
};

TEST_F(TlsTest, RefusesAnUnknownAuthorityAtOnceAndSaysWhatToSet) {
  const auto answer = fetch_good();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::TLS);
  EXPECT_NE(reason(answer).find("issuer"), std::string::npos) << reason(answer);
  ASSERT_EQ(answer.error().hints.size(), 1U);
  EXPECT_NE(answer.error().hints[0].find("cafile"), std::string::npos);
  EXPECT_EQ(answer.error().facts.back().text, "1") << "a wrong certificate does not become right";
}

TEST_F(TlsTest, TrustsTheAuthoritiesOfAFile) {
  EXPECT_TRUE(fetch_good(trusting_file()));
}

TEST_F(TlsTest, TrustsInlineAuthorities) {
  Tls tls;
  tls.ca_pems = {certificate_pem(make_identity("Another", nullptr, "")),
                 certificate_pem(authority_)};
  EXPECT_TRUE(fetch_good(tls));
}

TEST_F(TlsTest, TrustsFilesAndInlineAuthoritiesTogether) {
  Tls tls;
  tls.ca_files = {write("other.pem", certificate_pem(make_identity("Another", nullptr, "")))};
  tls.ca_pems = {certificate_pem(authority_)};
  EXPECT_TRUE(fetch_good(tls));
}

TEST_F(TlsTest, ReplacesTheSystemsAuthoritiesByTheConfiguredOnes) {
  setenv("SSL_CERT_DIR", hashed_folder().c_str(), 1);
  ASSERT_TRUE(fetch_good());
  Tls tls;
  tls.ca_pems = {certificate_pem(make_identity("Another", nullptr, ""))};
  EXPECT_FALSE(fetch_good(tls));
  tls.ca_pems.clear();
  tls.ca_files = {write("other.pem", certificate_pem(make_identity("Another", nullptr, "")))};
  EXPECT_FALSE(fetch_good(tls));
}

TEST_F(TlsTest, ReadsTheBundleWhenTheFolderHasNoHashes) {
  setenv("SSL_CERT_DIR", folder_.c_str(), 1);
  EXPECT_FALSE(fetch_good());
  setenv("SSL_CERT_FILE", authority_file().c_str(), 1);
  EXPECT_TRUE(fetch_good());
}

TEST_F(TlsTest, AddsTheAuthoritiesOfNodesEnvironment) {
  setenv("NODE_EXTRA_CA_CERTS", authority_file().c_str(), 1);
  EXPECT_TRUE(fetch_good());
  setenv("SSL_CERT_FILE",
         write("other.pem", certificate_pem(make_identity("Another", nullptr, ""))).c_str(), 1);
  EXPECT_TRUE(fetch_good());
}

TEST_F(TlsTest, TrustsTheFolderAndWhatOnlyAFileHas) {
  const Identity other = make_identity("Another", nullptr, "");
  setenv("SSL_CERT_DIR", hashed_folder().c_str(), 1);
  setenv("SSL_CERT_FILE", write("other.pem", certificate_pem(other)).c_str(), 1);
  EXPECT_TRUE(fetch_good());
  const auto answer = fetch(server_tls(make_identity("registry", &other, kLoopback)));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->attempts, 1);
}

TEST_F(TlsTest, LearnsOnceThatAServerNeedsTheFile) {
  const Identity other = make_identity("Another", nullptr, "");
  setenv("SSL_CERT_DIR", hashed_folder().c_str(), 1);
  setenv("SSL_CERT_FILE", write("other.pem", certificate_pem(other)).c_str(), 1);
  const ServerTls context = server_tls(make_identity("registry", &other, kLoopback));
  TestServer server([](const SeenRequest&, Peer& peer) { return peer.answer(200, "x"); },
                    context.get());
  std::atomic<int> good = 0;
  {
    Client client(ClientOptions{});
    for (int i = 0; i < 40; ++i) {
      Request request;
      request.url = server.url("/a");
      client.submit(std::move(request), [&](Result<Response> answer) { good += answer ? 1 : 0; });
    }
    for (int i = 0; i < 2000 && good < 40; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  EXPECT_EQ(good, 40);
  const long handshakes = SSL_CTX_sess_accept(context.get());
  EXPECT_LE(handshakes - SSL_CTX_sess_accept_good(context.get()), 4);
}

TEST_F(TlsTest, AcceptsAnythingOnlyWhenNotStrict) {
  Tls tls;
  tls.strict = false;
  EXPECT_TRUE(fetch_good(tls));
  EXPECT_TRUE(
      fetch(server_tls(make_identity("registry", &authority_, "DNS:other.example", -60)), tls));
}

TEST_F(TlsTest, RefusesACertificateForAnotherHost) {
  const auto answer = fetch(
      server_tls(make_identity("127.0.0.1", &authority_, "DNS:other.example")), trusting_file());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::TLS);
  ASSERT_EQ(answer.error().hints.size(), 1U) << reason(answer);
  EXPECT_NE(answer.error().hints[0].find("another host"), std::string::npos);
}

TEST_F(TlsTest, RefusesAnExpiredCertificate) {
  const auto answer =
      fetch(server_tls(make_identity("registry", &authority_, kLoopback, -60)), trusting_file());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::TLS);
  EXPECT_NE(reason(answer).find("expired"), std::string::npos);
}

TEST_F(TlsTest, NamesAnAuthorityFileThatCannotBeRead) {
  Tls tls;
  tls.ca_files = {folder_ + "/missing.pem"};
  const auto answer = fetch_good(tls);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::TLS);
  EXPECT_EQ(answer.error().where, folder_ + "/missing.pem");
}

TEST_F(TlsTest, ShowsAClientCertificateInlineOrFromFiles) {
  const Identity client = make_identity("client", &authority_, "DNS:client.example");
  const ServerTls context =
      server_tls(make_identity("registry", &authority_, kLoopback), &authority_);
  EXPECT_FALSE(fetch(context, trusting_file()));
  Tls tls = trusting_file();
  tls.certificate_pem = certificate_pem(client);
  tls.key_pem = Secret(key_pem(client));
  EXPECT_TRUE(fetch(context, tls));
  tls = trusting_file();
  tls.certificate_file = write("client.pem", certificate_pem(client));
  tls.key_file = write("client.key", key_pem(client));
  EXPECT_TRUE(fetch(context, tls));
}

TEST_F(TlsTest, RefusesARedirectFromHttpsToHttpOfAnotherMachine) {
  const ServerTls context = server_tls(make_identity("registry", &authority_, kLoopback));
  TestServer server(
      [](const SeenRequest&, Peer& peer) {
        return peer.answer(302, "", "Location: http://registry.example/b\r\n");
      },
      context.get());
  Client client(ClientOptions{});
  Request request;
  request.url = server.url("/a");
  request.tls = trusting_file();
  const auto answer = client.fetch(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().what.find("unprotected"), std::string::npos);
}

TEST_F(TlsTest, ResumesTheSessionOnFurtherConnections) {
  const ServerTls context = server_tls(make_identity("registry", &authority_, kLoopback));
  TestServer server([](const SeenRequest&, Peer& peer) { return peer.answer(200, "x") && false; },
                    context.get());
  Client client(ClientOptions{});
  for (int i = 0; i < 3; ++i) {
    Request request;
    request.url = server.url("/a");
    request.tls = trusting_file();
    ASSERT_TRUE(client.fetch(std::move(request)));
  }
  EXPECT_EQ(SSL_CTX_sess_accept_good(context.get()), 3);
  EXPECT_EQ(SSL_CTX_sess_hits(context.get()), 2);
}

}  // namespace
}  // namespace lpm::net
