#include <fmt/format.h>

#include "base/url_password.h"
#include "config/registries.h"
#include "net/net.h"
#include "os/files.h"
#include "sources/disk.h"
#include "sources/git.h"

namespace lpm::sources {
namespace {

bool is_on_disk(std::string_view text) {
  return text.starts_with(kFile) || text.starts_with(kLink) || text.starts_with(kPortal);
}

bool is_archive_url(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

// Only what the registry's own archives may be: encrypted, or from this machine.
Status check_url(const std::string& url) {
  const auto parsed = config::Url::parse(url);
  if (!parsed)
    return Error(ErrorCode::BAD_SPEC, fmt::format("`{}` is no URL of an archive that can be used",
                                                  net::without_credentials(url)))
        .hint("credentials belong into .npmrc, tied to their host");
  if (parsed->scheme == "https" || parsed->is_loopback()) return {};
  return Error(ErrorCode::BAD_SPEC,
               fmt::format("`{}` is not encrypted", net::without_credentials(url)))
      .hint("use https:");
}

std::string without_fragment(const std::string& url) {
  return url.substr(0, url.find('#'));
}

}  // namespace

Client::Client(Options options, registry::RegistryClient& registry, store::Store& store,
               WorkerPool& pool)
    : options_(std::move(options)), registry_(registry), store_(store), pool_(pool) {}

void Client::find(Wish wish, Done done) {
  if (is_archive_url(wish.text)) {
    pool_.post([this, wish = std::move(wish), done = std::move(done)] {
      if (const auto digest = wish.integrity.sha512_digest()) {
        if (auto entry = store_.find(*digest, "", "")) {
          Result<Found> found = found_in(std::move(*entry), wish.integrity, wish.text);
          if (found) found->source = {graph::SourceKind::Url, wish.text};
          return finish(std::move(found), done);
        }
      }
      download(wish, done, {});
    });
    return;
  }
  if (!is_on_disk(wish.text)) wish.text = with_password(wish.text);
  pool_.post([this, wish = std::move(wish), done = std::move(done)] {
    finish(is_on_disk(wish.text) ? read_from_disk(options_, store_, wish)
                                 : find_in_git(options_, store_, wish.text),
           done);
  });
}

void Client::learn_password(const std::string& text) {
  const std::string url = text.substr(0, text.find('#'));
  std::string clean = without_password(url);
  if (clean == url) return;
  const std::lock_guard lock(mutex_);
  with_password_.emplace(std::move(clean), url);
}

std::string Client::with_password(const std::string& text) {
  learn_password(text);
  const std::size_t hash = std::min(text.find('#'), text.size());
  const std::lock_guard lock(mutex_);
  const auto known = with_password_.find(text.substr(0, hash));
  return known == with_password_.end() ? text : known->second + text.substr(hash);
}

void Client::download(const Wish& wish, const Done& done, net::BodyRepeats repeats) {
  if (Status usable = check_url(wish.text); !usable) return done(std::move(usable).error());
  const std::string shown = net::without_credentials(wish.text);
  if (options_.offline)
    return done(Error(ErrorCode::OFFLINE, fmt::format("the archive `{}` is not in the store, and "
                                                      "`--offline` was given",
                                                      shown))
                    .hint("run once without `--offline`"));
  if (options_.strict_integrity && wish.integrity.empty())
    return done(Error(ErrorCode::NO_INTEGRITY,
                      fmt::format("nothing says what the archive `{}` must hold", shown))
                    .hint("install it once without strict-integrity, look at it, and commit "
                          "`lpm.lock`"));
  registry::RegistryClient::TarballRequest request;
  request.name = shown;
  request.url = without_fragment(wish.text);
  request.attempts_before = repeats.attempts;
  registry_.tarball(std::move(request), UINT64_MAX, {},
                    [this, wish, done, repeats](Result<net::Response> response) mutable {
                      if (!response) {
                        if (response.error().code != ErrorCode::PACKAGE_NOT_FOUND)
                          return done(std::move(response).error());
                        return done(Error(ErrorCode::SOURCE_NOT_FOUND,
                                          fmt::format("there is no archive `{}`",
                                                      net::without_credentials(wish.text))));
                      }
                      repeats.attempts = response->attempts;
                      auto body = std::make_shared<PaddedBuffer>(std::move(response->body));
                      pool_.post([this, wish, done, repeats, body] {
                        import_download(wish, *body, done, repeats);
                      });
                    });
}

void Client::import_download(const Wish& wish, const PaddedBuffer& body, const Done& done,
                             net::BodyRepeats repeats) {
  Result<Found> found =
      import_archive(store_, body.bytes(), wish.integrity, options_.allow_conflicting_duplicates,
                     net::without_credentials(wish.text));
  if (!found && found.error().code == ErrorCode::INTEGRITY &&
      repeats.ask_again(store::received_hash(found.error())))
    return download(wish, done, std::move(repeats));
  if (found) {
    found->source = {graph::SourceKind::Url, wish.text};
    found->downloaded = true;
  }
  finish(std::move(found), done);
}

// What was downloaded in this run stays so for whoever asks again.
void Client::finish(Result<Found> found, const Done& done) {
  if (found) {
    const std::lock_guard lock(mutex_);
    if (!found->warning.empty()) warnings_.insert(found->warning);
    if (found->downloaded) downloaded_.insert(found->entry.directory);
    found->downloaded = downloaded_.contains(found->entry.directory);
  }
  done(std::move(found));
}

std::vector<std::string> Client::warnings() const {
  const std::lock_guard lock(mutex_);
  return {warnings_.begin(), warnings_.end()};
}

}  // namespace lpm::sources
