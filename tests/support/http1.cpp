// HTTP/1.1 of the test server: one request after the other on a connection.
#include <strings.h>

#include <algorithm>
#include <cstdlib>

#include "support/connections.h"

namespace lpm::support {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 404:
      return "Not Found";
    default:
      return "Status";
  }
}

class Http1Connection {
 public:
  Http1Connection(HttpServer& server, Channel& channel, int number)
      : server_(server), channel_(channel), number_(number) {}

  void serve() {
    HttpRequest request;
    while (!server_.stopping() && read_request(request)) {
      bool client_closes =
          strcasecmp(header_value(request.headers, "connection").c_str(), "close") == 0;
      bool head_only = request.method == "HEAD";
      HttpReply reply = server_.answer(std::move(request));
      if (!write_reply(reply, head_only) || reply.close || client_closes) return;
      request = {};
    }
  }

 private:
  bool fill() {
    char piece[16384];
    long count = channel_.read(piece, sizeof piece);
    if (count <= 0) return false;
    buffer_.append(piece, static_cast<std::size_t>(count));
    return true;
  }

  bool read_line(std::string& line) {
    std::size_t end;
    while ((end = buffer_.find("\r\n")) == std::string::npos)
      if (buffer_.size() > 1 << 20 || !fill()) return false;
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return true;
  }

  bool read_bytes(std::string& into, std::size_t size) {
    while (buffer_.size() < size)
      if (!fill()) return false;
    into.append(buffer_, 0, size);
    buffer_.erase(0, size);
    return true;
  }

  bool read_request(HttpRequest& request) {
    std::string line;
    if (!read_line(line)) return false;
    std::size_t first = line.find(' '), last = line.rfind(' ');
    if (first == std::string::npos || first == last) return false;
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, last - first - 1);
    request.protocol = "HTTP/1.1";
    request.connection = number_;
    while (read_line(line) && !line.empty()) {
      std::size_t colon = line.find(':');
      if (colon == std::string::npos) return false;
      std::string name = line.substr(0, colon);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      std::size_t value = line.find_first_not_of(" \t", colon + 1);
      request.headers.emplace_back(std::move(name),
                                   value == std::string::npos ? "" : line.substr(value));
    }
    if (header_value(request.headers, "expect") == "100-continue" &&
        !channel_.write("HTTP/1.1 100 Continue\r\n\r\n"))
      return false;
    return read_body(request);
  }

  bool read_body(HttpRequest& request) {
    if (header_value(request.headers, "transfer-encoding") != "chunked")
      return read_bytes(
          request.body,
          std::strtoull(header_value(request.headers, "content-length").c_str(), nullptr, 10));
    std::string line;
    while (read_line(line)) {
      std::size_t size = std::strtoull(line.c_str(), nullptr, 16);
      if (!read_bytes(request.body, size) || !read_line(line)) return false;
      if (size == 0) return true;
    }
    return false;
  }

  bool write_reply(const HttpReply& reply, bool head_only) {
    if (reply.delay_ms > 0 && !server_.wait(reply.delay_ms, channel_.socket())) return false;
    if (reply.reset) {
      channel_.reset();
      return false;
    }
    if (reply.stall && !reply.cut_after) return stay_silent();
    std::string head = "HTTP/1.1 " + std::to_string(reply.status) + ' ' +
                       std::string(reason(reply.status)) + "\r\n";
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    if (reply.chunked)
      head += "transfer-encoding: chunked\r\n";
    else
      head += "content-length: " +
              std::to_string(
                  reply.declared_length.value_or(static_cast<long long>(reply.body.size()))) +
              "\r\n";
    head += reply.close ? "connection: close\r\n\r\n" : "\r\n";
    if (head_only || reply.status == 304) return channel_.write(head);
    std::string_view body = reply.body;
    if (reply.cut_after) body = body.substr(0, std::min(*reply.cut_after, body.size()));
    if (!write_body(reply, std::move(head), body)) return false;
    if (reply.stall) return stay_silent();
    bool lies = reply.declared_length &&
                *reply.declared_length != static_cast<long long>(reply.body.size());
    return !reply.cut_after && !lies;
  }

  // The head goes out together with the first piece.
  bool write_body(const HttpReply& reply, std::string out, std::string_view body) {
    std::size_t piece_size =
        reply.piece_size > 0 ? reply.piece_size : std::max<std::size_t>(body.size(), 1);
    do {
      std::string_view piece = body.substr(0, piece_size);
      body.remove_prefix(piece.size());
      if (reply.chunked) {
        char size[20];
        std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
        if (!piece.empty()) out.append(size).append(piece).append("\r\n");
      } else {
        out += piece;
      }
      if (!channel_.write(out)) return false;
      out.clear();
      if (!body.empty() && reply.piece_delay_ms > 0 &&
          !server_.wait(reply.piece_delay_ms, channel_.socket()))
        return false;
    } while (!body.empty());
    return !reply.chunked || reply.cut_after || channel_.write("0\r\n\r\n");
  }

  bool stay_silent() {
    while (server_.wait(60'000, channel_.socket())) {
    }
    return false;
  }

  HttpServer& server_;
  Channel& channel_;
  int number_;
  std::string buffer_;
};

}  // namespace

void serve_http1(HttpServer& server, Channel& channel, int connection_number) {
  Http1Connection(server, channel, connection_number).serve();
}

}  // namespace lpm::support
