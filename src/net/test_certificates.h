// For the tests of net alone: a certificate authority and what it signs, made anew by each run.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <memory>
#include <string>

namespace lpm::net {

using KeyHandle = std::shared_ptr<EVP_PKEY>;
using CertificateHandle = std::shared_ptr<X509>;

struct Identity {
  KeyHandle key;
  CertificateHandle certificate;
};

inline void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// `alternative_name` like "IP:127.0.0.1"; "" makes an authority that signs itself.
inline Identity make_identity(const std::string& common_name, const Identity* authority,
                              const std::string& alternative_name, long seconds_valid = 3600) {
  static std::atomic<long> serial = 1;
  Identity identity;
  identity.key = KeyHandle(EVP_EC_gen("P-256"), EVP_PKEY_free);
  identity.certificate = CertificateHandle(X509_new(), X509_free);
  X509* certificate = identity.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
  X509_gmtime_adj(X509_getm_notAfter(certificate), seconds_valid);
  X509_set_pubkey(certificate, identity.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509* issuer = authority != nullptr ? authority->certificate.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  if (authority == nullptr) {
    add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign");
  } else {
    add_extension(certificate, issuer, NID_subject_alt_name, alternative_name);
  }
  X509_sign(certificate, authority != nullptr ? authority->key.get() : identity.key.get(),
            EVP_sha256());
  return identity;
}

inline std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

inline std::string certificate_pem(const Identity& identity) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, identity.certificate.get());
  return text_of(memory);
}

inline std::string key_pem(const Identity& identity) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(memory);
}

using ServerTls = std::shared_ptr<SSL_CTX>;

// With `client_authority`, clients must show a certificate of it.
inline ServerTls server_tls(const Identity& identity, const Identity* client_authority = nullptr) {
  ServerTls context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX_use_certificate(context.get(), identity.certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), identity.key.get());
  if (client_authority != nullptr) {
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), client_authority->certificate.get());
    const unsigned char name[] = "net";
    SSL_CTX_set_session_id_context(context.get(), name, sizeof name);
  }
  return context;
}

}  // namespace lpm::net
