// HTTP/2 of the test server, over nghttp2: requests of one connection are answered as their delays
// run out.
#include <nghttp2/nghttp2.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>

#include "support/connections.h"

namespace lpm::support {
namespace {

using Clock = std::chrono::steady_clock;

struct Stream {
  HttpRequest request;
  HttpReply reply;
  Clock::time_point due;   // of the answer, then of the next piece
  bool answered = false;   // the handler ran
  bool submitted = false;  // the head is on its way
  bool waiting = false;    // a pause between pieces
  std::size_t sent = 0;
};

class Http2Connection {
 public:
  Http2Connection(HttpServer& server, Channel& channel, int number)
      : server_(server), channel_(channel), number_(number) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
  }

  ~Http2Connection() { nghttp2_session_del(session_); }

  void serve() {
    nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 128}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, 1);
    while (!server_.stopping() && !reset_ && flush() && wants_more()) {
      if (wait_readable() && !receive()) return;
      submit_due();
    }
    if (reset_) channel_.reset();
  }

 private:
  static Http2Connection& self(void* user) { return *static_cast<Http2Connection*>(user); }

  bool wants_more() const {
    return nghttp2_session_want_read(session_) != 0 || nghttp2_session_want_write(session_) != 0;
  }

  bool flush() {
    std::string out;
    for (;;) {
      const std::uint8_t* data = nullptr;
      ssize_t size = nghttp2_session_mem_send(session_, &data);
      if (size < 0) return false;
      if (size == 0) break;
      out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
    return out.empty() || channel_.write(out);
  }

  // Waits at most until the next answer or piece is due.
  bool wait_readable() {
    if (channel_.has_buffered_bytes()) return true;
    long long timeout = 20;
    for (const auto& [id, stream] : streams_)
      if (!stream.submitted || stream.waiting)
        timeout = std::min<long long>(
            timeout,
            std::chrono::duration_cast<std::chrono::milliseconds>(stream.due - Clock::now())
                .count());
    pollfd peer{channel_.socket(), POLLIN, 0};
    return poll(&peer, 1, static_cast<int>(std::max<long long>(timeout, 0))) > 0;
  }

  bool receive() {
    char piece[16384];
    long size = channel_.read(piece, sizeof piece);
    return size > 0 && nghttp2_session_mem_recv(session_, reinterpret_cast<std::uint8_t*>(piece),
                                                static_cast<std::size_t>(size)) >= 0;
  }

  void submit_due() {
    auto now = Clock::now();
    for (auto& [id, stream] : streams_) {
      if (stream.due > now) continue;
      if (stream.waiting) {
        stream.waiting = false;
        nghttp2_session_resume_data(session_, id);
      } else if (stream.answered && !stream.submitted) {
        submit(id, stream);
      }
    }
  }

  void submit(std::int32_t id, Stream& stream) {
    stream.submitted = true;
    HttpReply& reply = stream.reply;
    if (reply.reset) {
      reset_ = true;
      return;
    }
    if (reply.stall && !reply.cut_after) return;
    auto length = reply.declared_length.value_or(static_cast<long long>(reply.body.size()));
    Headers head = {{":status", std::to_string(reply.status)}};
    head.insert(head.end(), reply.headers.begin(), reply.headers.end());
    // nghttp2 refuses to send a length that it knows to be wrong, so a lie is a cut-off body here.
    if (!reply.chunked && !reply.declared_length)
      head.emplace_back("content-length", std::to_string(length));
    std::vector<nghttp2_nv> fields;
    for (auto& [name, value] : head)
      fields.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                        reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                        NGHTTP2_NV_FLAG_NONE});
    bool no_body = stream.request.method == "HEAD" || reply.status == 304;
    nghttp2_data_provider body{};
    body.read_callback = read_body;
    nghttp2_submit_response(session_, id, fields.data(), fields.size(), no_body ? nullptr : &body);
    if (reply.close)
      nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR, nullptr, 0);
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* into,
                           std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                           void* user) {
    Stream& stream = self(user).streams_[id];
    const HttpReply& reply = stream.reply;
    std::size_t end = std::min(reply.cut_after.value_or(reply.body.size()), reply.body.size());
    std::size_t count = std::min(size, end - stream.sent);
    bool paced = reply.piece_size > 0 && reply.piece_delay_ms > 0;
    if (paced) {
      if (stream.sent > 0 && Clock::now() < stream.due) {
        stream.waiting = true;
        return NGHTTP2_ERR_DEFERRED;
      }
      count = std::min(count, reply.piece_size);
      stream.due = Clock::now() + std::chrono::milliseconds(reply.piece_delay_ms);
    }
    std::memcpy(into, reply.body.data() + stream.sent, count);
    stream.sent += count;
    if (stream.sent == end && end < reply.body.size()) {
      if (count > 0) return static_cast<ssize_t>(count);
      if (!reply.stall)
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
      return NGHTTP2_ERR_DEFERRED;
    }
    if (stream.sent == end) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }

  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    HttpRequest& request = self(user).streams_[frame->hd.stream_id].request;
    request.protocol = "HTTP/2";
    request.connection = self(user).number_;
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user) {
    HttpRequest& request = self(user).streams_[frame->hd.stream_id].request;
    std::string key(reinterpret_cast<const char*>(name), name_size);
    std::string text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":method")
      request.method = text;
    else if (key == ":path")
      request.target = text;
    else
      request.headers.emplace_back(key, text);
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* user) {
    self(user).streams_[id].request.body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (!ends || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)) return 0;
    Stream& stream = self(user).streams_[frame->hd.stream_id];
    stream.reply = self(user).server_.answer(stream.request);
    stream.due = Clock::now() + std::chrono::milliseconds(stream.reply.delay_ms);
    stream.answered = true;
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    self(user).streams_.erase(id);
    return 0;
  }

  HttpServer& server_;
  Channel& channel_;
  int number_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Stream> streams_;
  bool reset_ = false;
};

}  // namespace

void serve_http2(HttpServer& server, Channel& channel, int connection_number) {
  Http2Connection(server, channel, connection_number).serve();
}

}  // namespace lpm::support
