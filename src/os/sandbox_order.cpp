#include "os/sandbox_order.h"

#include <unistd.h>

#include <charconv>

#include "base/text.h"
#include "os/retry.h"

namespace lpm::os {
namespace {

// Fields in order, each as its length, a colon, and its bytes. Reader and writer are the same
// executable: there is nothing to keep compatible.
class OrderWriter {
 public:
  void text(std::string_view value) {
    out_ += std::to_string(value.size());
    out_.append(":").append(value);
  }
  void number(std::uint64_t value) { text(std::to_string(value)); }
  void list(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& value : values) text(value);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class OrderReader {
 public:
  explicit OrderReader(std::string_view text) : rest_(text) {}
  std::string text() {
    std::size_t length = 0;
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), length);
    const std::size_t start = static_cast<std::size_t>(end - rest_.data()) + 1;
    if (problem != std::errc() || start > rest_.size() || length > rest_.size() - start) {
      is_whole_ = false;
      rest_ = {};
      return {};
    }
    std::string value(rest_.substr(start, length));
    rest_.remove_prefix(start + length);
    return value;
  }
  std::uint64_t number() { return parse_decimal(text()).value_or(0); }
  std::vector<std::string> list() {
    std::vector<std::string> values;
    for (std::uint64_t count = number(); count > 0 && is_whole_; --count) values.push_back(text());
    return values;
  }
  bool is_whole() const { return is_whole_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_whole_ = true;
};

}  // namespace

std::string_view name_of(SandboxLevel level) {
  switch (level) {
    case SandboxLevel::None:
      return "none";
    case SandboxLevel::Contained:
      return "contained";
    case SandboxLevel::Full:
      return "full";
  }
  return "";
}

std::string_view name_of(SandboxLimit limit) {
  switch (limit) {
    case SandboxLimit::None:
      return "none";
    case SandboxLimit::Time:
      return "time";
    case SandboxLimit::Memory:
      return "memory";
    case SandboxLimit::Processes:
      return "processes";
  }
  return "";
}

std::string write_order(const SandboxOrder& order) {
  const SandboxRequest& request = order.request;
  OrderWriter out;
  out.number(static_cast<std::uint64_t>(request.level));
  out.list(request.argv);
  out.number(request.environment.size());
  for (const auto& [name, value] : request.environment) {
    out.text(name);
    out.text(value);
  }
  out.text(request.directory);
  out.list(request.writable);
  out.list(request.readable);
  out.number(static_cast<std::uint64_t>(request.network));
  const SandboxLimits& limits = request.limits;
  for (const std::uint64_t limit :
       {static_cast<std::uint64_t>(limits.time.count()), limits.cpu_seconds, limits.memory_bytes,
        limits.file_bytes, limits.processes, limits.open_files})
    out.number(limit);
  out.number(static_cast<std::uint64_t>(request.newest_landlock));
  out.text(order.scratch);
  out.number(order.is_probe ? 1 : 0);
  return out.take();
}

Result<SandboxOrder> read_order(std::string_view text) {
  OrderReader in(text);
  SandboxOrder order;
  SandboxRequest& request = order.request;
  request.level = static_cast<SandboxLevel>(in.number());
  request.argv = in.list();
  for (std::uint64_t count = in.number(); count > 0; --count) {
    std::string name = in.text();
    request.environment.emplace_back(std::move(name), in.text());
  }
  request.directory = in.text();
  request.writable = in.list();
  request.readable = in.list();
  request.network = static_cast<SandboxNetwork>(in.number());
  SandboxLimits& limits = request.limits;
  limits.time = std::chrono::milliseconds(in.number());
  for (std::uint64_t* limit : {&limits.cpu_seconds, &limits.memory_bytes, &limits.file_bytes,
                               &limits.processes, &limits.open_files})
    *limit = in.number();
  request.newest_landlock = static_cast<int>(in.number());
  order.scratch = in.text();
  order.is_probe = in.number() == 1;
  if (!in.is_whole() || request.level > SandboxLevel::Full)
    return Error(ErrorCode::INTERNAL, "the sandbox got an order that it cannot read");
  return order;
}

void report_line(std::string_view kind, std::string_view text) {
  std::string line(kind);
  line.append(" ").append(replace_all(std::string(text), "\n", " ")).append("\n");
  // Nobody may be left to hear it.
  [[maybe_unused]] const ssize_t written =
      retry_on_interrupt([&] { return ::write(kReportDescriptor, line.data(), line.size()); });
}

bool is_at_or_below(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return false;
  return path.size() == folder.size() || path[folder.size()] == '/' || folder == "/";
}

}  // namespace lpm::os
