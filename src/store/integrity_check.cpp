#include "store/integrity_check.h"

#include <algorithm>

#include "store/package_facts.h"

namespace lpm::store {
namespace {

using crypto::Algorithm;

constexpr std::string_view kReceived = "received";

Status compare(const ImportRequest& request, const crypto::Hash& received) {
  if (request.expected.matches(received)) return {};
  return Error(ErrorCode::INTEGRITY,
               "the bytes of " + label_of(request) + " are not the expected ones")
      .fact("expected", request.expected.to_string())
      .fact(std::string(kReceived), std::string(crypto::name_of(received.algorithm)) + "-" +
                                        crypto::to_base64(received.digest));
}

bool promises_another(const crypto::Integrity& expected) {
  return !expected.empty() && expected.strongest() != Algorithm::Sha512;
}

crypto::Hash hash_of(const crypto::Sha512& digest) {
  return {Algorithm::Sha512, {digest.begin(), digest.end()}};
}

}  // namespace

std::string received_hash(const Error& error) {
  for (const Fact& fact : error.facts)
    if (fact.label == kReceived) return fact.text;
  return "";
}

Status check_offer(const ImportRequest& request) {
  if (request.expected.is_unusable()) return crypto::cannot_be_verified(label_of(request));
  if (request.allow_sha1 || request.expected.empty()) return {};
  if (request.expected.strongest() != Algorithm::Sha1) return {};
  return Error(ErrorCode::NO_INTEGRITY,
               "only sha1 is offered for " + label_of(request) + ", whose sha512 is known already")
      .fact("offered", request.expected.to_string());
}

ArchiveDigester::ArchiveDigester(const crypto::Integrity& expected) : sha512_(Algorithm::Sha512) {
  if (promises_another(expected)) promised_.emplace(expected.strongest());
}

void ArchiveDigester::update(Bytes piece) {
  sha512_.update(piece);
  if (promised_) promised_->update(piece);
}

Result<crypto::Sha512> ArchiveDigester::finish(const ImportRequest& request) {
  const std::vector<std::uint8_t> bytes = sha512_.finish();
  crypto::Sha512 digest{};
  std::copy_n(bytes.begin(), digest.size(), digest.begin());
  if (promised_)
    LPM_TRY(compare(request, {request.expected.strongest(), promised_->finish()}));
  else if (!request.expected.empty())
    LPM_TRY(compare(request, hash_of(digest)));
  return digest;
}

Result<crypto::Sha512> check_integrity(Bytes compressed, const ImportRequest& request) {
  LPM_TRY(check_offer(request));
  const crypto::Sha512 digest = crypto::sha512(compressed);
  if (promises_another(request.expected)) {
    crypto::Digester promised(request.expected.strongest());
    promised.update(compressed);
    LPM_TRY(compare(request, {request.expected.strongest(), promised.finish()}));
  } else if (!request.expected.empty()) {
    LPM_TRY(compare(request, hash_of(digest)));
  }
  return digest;
}

}  // namespace lpm::store
