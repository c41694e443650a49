#include "net/transfer.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/failure.h"
#include "net/retry.h"

namespace lpm::net {
namespace {

constexpr std::size_t kMostHeaderBytes = 256 << 10;
constexpr int kMostHops = 5;
// One connection that went stale explains one repeat; GOAWAY may hit the same request again on the
// next one.
constexpr int kMostRepeats = 1;
constexpr int kMostRepeatsHttp2 = 3;

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

Transfer::Transfer(Request request, Completion completion)
    : request_(std::move(request)),
      completion_(std::move(completion)),
      current_url_(request_.url),
      attempts_(request_.attempts_before),
      last_progress_(monotonic_now()) {
  if (auto target = parse_target(current_url_)) target_ = std::move(*target);
  first_origin_ = target_.origin;
}

Transfer::~Transfer() {
  curl_slist_free_all(header_list_);
}

bool Transfer::needs_tls() const {
  return target_.scheme == "https" || request_.proxy.starts_with("https:");
}

// ---- One attempt ----

Status Transfer::prepare(CURL* easy, const ClientOptions& options) {
  if (target_.origin.empty()) {
    return Error(ErrorCode::NETWORK, "not an http or https URL").at(without_credentials(url()));
  }
  if (!std::exchange(uncounted_, false)) ++attempts_;
  abort_ = Abort::None;
  connected_ = any_byte_ = body_begun_ = false;
  status_ = 0;
  header_bytes_ = 0;
  attempt_body_ = 0;
  resumed_at_ = can_resume() ? have() : 0;
  headers_.clear();
  error_body_.clear();
  error_text_[0] = '\0';
  attempt_started_ = monotonic_now();
  progress();

  LPM_TRY(set_headers(options));
  curl_easy_setopt(easy, CURLOPT_URL, current_url_.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, header_list_);
  curl_easy_setopt(easy, CURLOPT_PROXY, request_.proxy.c_str());
  // A server on plain http has no way to offer HTTP/2; waiting for one another's connection would
  // be in vain.
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                   is_http2_capable() ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, is_http2_capable() ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, std::exchange(fresh_, false) ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.total_timeout_ms));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  return {};
}

Status Transfer::set_headers(const ClientOptions& options) {
  curl_slist_free_all(header_list_);
  header_list_ = nullptr;
  bool clean = true;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (has_line_break(name) || has_line_break(value)) clean = false;
    header_list_ = curl_slist_append(header_list_, fmt::format("{}: {}", name, value).c_str());
  };
  for (const auto& [name, value] : request_.headers) add(name, value);
  if (!options.user_agent.empty()) add("User-Agent", options.user_agent);
  if (!request_.authorization.empty() && target_.origin == first_origin_) {
    add("Authorization", request_.authorization.reveal());
  }
  if (resumed_at_ > 0) {
    add("Range", fmt::format("bytes={}-", resumed_at_));
    if (!validator_.empty()) add("If-Range", validator_);
  }
  if (!clean) {
    return Error(ErrorCode::NETWORK, "a header of the request holds a line break")
        .at(without_credentials(url()));
  }
  return {};
}

void Transfer::progress() {
  last_progress_.store(monotonic_now(), std::memory_order_relaxed);
}

int Transfer::on_connected(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.connected_ = true;
  transfer.progress();
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t length = size * count;
  transfer.any_byte_ = true;
  transfer.progress();
  transfer.header_bytes_ += length;
  if (transfer.header_bytes_ > kMostHeaderBytes) {
    transfer.abort_ = Abort::TooManyHeaders;
    return 0;
  }
  transfer.read_header_line({data, length});
  return length;
}

void Transfer::read_header_line(std::string_view line) {
  line = trim(line);
  if (line.starts_with("HTTP/")) {
    headers_.clear();
    const std::size_t space = line.find(' ');
    const auto status =
        space == line.npos ? std::nullopt : parse_decimal(line.substr(space + 1, 3));
    status_ = static_cast<int>(status.value_or(0));
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return;
  headers_.emplace_back(to_lower_ascii(line.substr(0, colon)),
                        std::string(trim(line.substr(colon + 1))));
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t length = size * count;
  transfer.any_byte_ = true;
  transfer.progress();
  if (!transfer.body_begun_ && !transfer.begin_body()) return 0;
  return transfer.take_body(data, length) ? length : 0;
}

// ---- Judgement ----

Next Transfer::judge(CURLcode code, const ClientOptions& options, double jitter) {
  if (code == CURLE_OK && abort_ == Abort::None && !body_begun_ && !begin_body()) {
    code = CURLE_WRITE_ERROR;
  }
  if (streaming_) flush_piece();
  if (code == CURLE_OK && abort_ == Abort::None && !is_body_whole()) code = CURLE_PARTIAL_FILE;
  if (resumed_at_ > 0 && (status_ == 416 || abort_ == Abort::WrongRange)) {
    // We asked for more than the server has to give: once a URL, and no fault of its answer.
    ranges_refused_ = true;
    uncounted_ = true;
    return Next::Repeat;
  }
  if (code != CURLE_OK || abort_ != Abort::None) {
    if (broke_before_first_byte(code)) {
      ++repeats_;
      uncounted_ = true;
      fresh_ = !is_http2_capable();
      return Next::Repeat;
    }
    note_failure(code);
    return fail_or_retry(is_retriable_failure(code, abort_), options, jitter);
  }
  if (is_redirect(status_) && !header("location").empty()) {
    return follow_redirect() ? Next::Follow : Next::Fail;
  }
  if (is_retriable_status(status_) && attempts_ <= options.retries) {
    const auto asked = parse_retry_after(header("retry-after"), unix_now() / 1'000'000'000);
    return retry_later(asked, options, jitter);
  }
  return Next::Deliver;
}

bool Transfer::broke_before_first_byte(CURLcode code) const {
  if (abort_ != Abort::None || any_byte_ || !is_stale_connection(code)) return false;
  long connections = 0;
  curl_easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &connections);
  const bool http2 = code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
  return (connections == 0 || http2) &&
         repeats_ < (is_http2_capable() ? kMostRepeatsHttp2 : kMostRepeats);
}

Next Transfer::fail_or_retry(bool retriable, const ClientOptions& options, double jitter) {
  if (!retriable || attempts_ > options.retries) return Next::Fail;
  return retry_later(std::nullopt, options, jitter);
}

Next Transfer::retry_later(std::optional<std::int64_t> retry_after_ms, const ClientOptions& options,
                           double jitter) {
  current_url_ = request_.url;
  if (auto target = parse_target(current_url_)) target_ = std::move(*target);
  hops_ = 0;
  wait_ms_ = wait_after_attempt(attempts_, options, retry_after_ms, jitter);
  return Next::Retry;
}

void Transfer::note_failure(CURLcode code) {
  AttemptFacts facts;
  facts.code = code;
  facts.abort = abort_;
  facts.connected = connected_;
  curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &facts.os_errno);
  facts.curl_text = error_text_;
  facts.url = current_url_;
  facts.origin = target_.origin;
  facts.through_proxy = !request_.proxy.empty();
  facts.max_body = request_.max_body;
  facts.received = have();
  error_ = describe_failure(facts);
}

// To http and https only, never from https down to http of another machine.
bool Transfer::follow_redirect() {
  const auto refuse = [this](std::string what) {
    error_ = Error(ErrorCode::NETWORK, std::move(what));
    return false;
  };
  if (++hops_ > kMostHops) return refuse(fmt::format("more than {} redirects", kMostHops));
  auto next = resolve_location(current_url_, std::string(header("location")));
  auto target = next ? parse_target(*next) : std::nullopt;
  if (!target) return refuse("redirected to something that is not an http or https URL");
  if (target_.scheme == "https" && target->scheme == "http" && !target->is_loopback) {
    return refuse(
        fmt::format("redirected from https to unprotected http, `{}`", without_credentials(*next)));
  }
  current_url_ = std::move(*next);
  target_ = std::move(*target);
  uncounted_ = true;  // a hop is not an attempt
  return true;
}

Result<Response> Transfer::take_response() {
  Response response;
  const bool whole = is_body_status() && have() > 0;
  response.status = status_ == 206 ? 200 : status_;
  response.headers = whole ? std::move(whole_headers_) : std::move(headers_);
  response.body = is_body_status() ? std::move(body_) : std::move(error_body_);
  response.streamed = is_body_status() && streaming_;
  response.attempts = attempts_;
  return response;
}

Error Transfer::take_error() {
  Error error =
      error_ ? std::move(*error_) : Error(ErrorCode::INTERNAL, "a request failed silently");
  error.where = without_credentials(current_url_);
  error.facts.push_back({"attempts", std::to_string(attempts_)});
  return error;
}

void Transfer::complete(Result<Response> result) {
  completion_(std::move(result));
}

}  // namespace lpm::net
