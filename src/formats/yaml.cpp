// libyaml appears here only. Its events become a tree; the stack is ours, so depth is a number and
// not the machine's.
#include "formats/yaml.h"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/printable.h"
#include "base/text.h"
#include "formats/json.h"
#include "formats/json_text.h"

namespace lpm::formats::yaml {
namespace {

constexpr std::string_view kOwnTags = "tag:yaml.org,2002:";
constexpr std::string_view kMerge = "<<";

struct Source {
  std::string_view text;
  std::string_view file_name;
};

// libyaml counts characters.
std::size_t byte_offset(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (; characters > 0 && at < text.size(); --characters)
    at += std::max<std::size_t>(json::utf8_size_at(text, at), 1);
  return at;
}

Error bad_yaml_at(const Source& source, std::size_t offset, std::string_view problem) {
  const json::Position place = json::position_of(source.text, offset);
  return Error(ErrorCode::BAD_YAML,
               fmt::format("`{}` is not understood: {}", source.file_name, printable(problem)))
      .at(fmt::format("{}:{}:{}", source.file_name, place.line, place.column))
      .fact("line", json::line_with_caret(source.text, offset));
}

Error bad_yaml(const Source& source, const yaml_mark_t& mark, std::string_view problem) {
  return bad_yaml_at(source, byte_offset(source.text, mark.index), problem);
}

struct Event {
  yaml_event_t raw{};
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&raw); }
};

class EventReader {
 public:
  explicit EventReader(const Source& source) : source_(source) {
    // Out of memory is the only way in which this fails; what follows then fails, too.
    is_ready_ = yaml_parser_initialize(&parser_) != 0;
    if (!is_ready_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    const char* text = source.text.data() == nullptr ? "" : source.text.data();  // it insists
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text),
                                 source.text.size());
  }
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;
  ~EventReader() {
    if (is_ready_) yaml_parser_delete(&parser_);
  }

  Status next(Event& event) {
    if (is_ready_ && yaml_parser_parse(&parser_, &event.raw) != 0) return {};
    const std::string_view problem =
        is_ready_ && parser_.problem != nullptr ? parser_.problem : "memory is out";
    if (parser_.error == YAML_READER_ERROR)
      return bad_yaml_at(source_, std::min(parser_.problem_offset, source_.text.size()), problem);
    return bad_yaml(source_, parser_.problem_mark, problem);
  }

 private:
  const Source& source_;
  yaml_parser_t parser_{};
  bool is_ready_ = false;
};

std::string_view text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

class TreeBuilder {
 public:
  TreeBuilder(const Source& source, const Limits& limits) : source_(source), limits_(limits) {}

  Status take(const yaml_event_t& event);
  std::vector<Value> documents;

 private:
  struct Open {
    Value value;
    std::string anchor;
    std::string key;
    std::uint32_t key_line = 0;
    bool has_key = false;
    bool merges = false;  // a plain `<<` is among the keys
  };

  Status open(const yaml_event_t& event, Kind kind, const yaml_char_t* anchor,
              const yaml_char_t* tag);
  Status close(const yaml_event_t& event);
  Status add_scalar(const yaml_event_t& event);
  Status add_alias(const yaml_event_t& event);
  Status attach(const yaml_event_t& event, Value value);
  Status set_key(const yaml_event_t& event, Value key);
  Status check_tag(const yaml_event_t& event, const yaml_char_t* tag) const;
  Status count_value(const yaml_event_t& event);
  Status count_copy(const yaml_event_t& event, const Value& value);
  Status remember(const yaml_event_t& event, std::string_view anchor, const Value& value);
  Status check_keys(const yaml_event_t& event, const Value& mapping) const;
  Status merge(const yaml_event_t& event, Value& mapping);
  Error problem(const yaml_event_t& event, std::string_view text) const {
    return bad_yaml(source_, event.start_mark, text);
  }

  const Source& source_;
  const Limits& limits_;
  std::vector<Open> open_;
  std::unordered_map<std::string, Value> anchors_;
  std::size_t values_ = 0;
  std::size_t copied_values_ = 0;
  std::size_t copied_bytes_ = 0;
};

std::uint32_t line_of(const yaml_event_t& event) {
  return static_cast<std::uint32_t>(event.start_mark.line + 1);
}

Status TreeBuilder::take(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
      return {};
    case YAML_DOCUMENT_END_EVENT:
      anchors_.clear();
      return {};
    case YAML_ALIAS_EVENT:
      return add_alias(event);
    case YAML_SCALAR_EVENT:
      return add_scalar(event);
    case YAML_SEQUENCE_START_EVENT:
      return open(event, Kind::Sequence, event.data.sequence_start.anchor,
                  event.data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
      return open(event, Kind::Mapping, event.data.mapping_start.anchor,
                  event.data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return close(event);
  }
  return {};
}

Status TreeBuilder::check_tag(const yaml_event_t& event, const yaml_char_t* tag) const {
  const std::string_view text = text_of(tag);
  if (text.empty() || text == "!" || text.starts_with(kOwnTags)) return {};
  return problem(event, fmt::format("the tag `{}` is not supported", text));
}

Status TreeBuilder::count_value(const yaml_event_t& event) {
  if (++values_ > limits_.values) return problem(event, "it holds more values than any real file");
  return {};
}

struct Weight {
  std::size_t values = 1;
  std::size_t bytes = 0;
};

Weight weight_of(const Value& value) {
  Weight weight{1, value.text.size() + value.key.size()};
  for (const Value& child : value.children) {
    const Weight more = weight_of(child);
    weight.values += more.values;
    weight.bytes += more.bytes;
  }
  return weight;
}

Status TreeBuilder::count_copy(const yaml_event_t& event, const Value& value) {
  const Weight weight = weight_of(value);
  copied_values_ += weight.values;
  copied_bytes_ += weight.bytes;
  if (copied_values_ > limits_.copied_values || copied_bytes_ > limits_.copied_bytes)
    return problem(event, "its aliases make it larger than any real file");
  return {};
}

Status TreeBuilder::open(const yaml_event_t& event, Kind kind, const yaml_char_t* anchor,
                         const yaml_char_t* tag) {
  LPM_TRY(check_tag(event, tag));
  LPM_TRY(count_value(event));
  if (open_.size() >= limits_.depth) return problem(event, "it is nested too deeply");
  Open& opened = open_.emplace_back();
  opened.value.kind = kind;
  opened.value.is_plain = false;
  opened.value.line = line_of(event);
  opened.anchor = text_of(anchor);
  return {};
}

Status TreeBuilder::close(const yaml_event_t& event) {
  Open closed = std::move(open_.back());
  open_.pop_back();
  if (closed.value.is_mapping()) LPM_TRY(check_keys(event, closed.value));
  if (closed.merges) LPM_TRY(merge(event, closed.value));
  LPM_TRY(remember(event, closed.anchor, closed.value));
  return attach(event, std::move(closed.value));
}

Status TreeBuilder::add_scalar(const yaml_event_t& event) {
  const auto& scalar = event.data.scalar;
  LPM_TRY(check_tag(event, scalar.tag));
  LPM_TRY(count_value(event));
  Value value;
  value.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
  value.is_plain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.plain_implicit != 0;
  value.line = line_of(event);
  LPM_TRY(remember(event, text_of(scalar.anchor), value));
  return attach(event, std::move(value));
}

Status TreeBuilder::add_alias(const yaml_event_t& event) {
  const std::string_view name = text_of(event.data.alias.anchor);
  const auto found = anchors_.find(std::string(name));
  if (found == anchors_.end())
    return problem(event, fmt::format("nothing before it is called `&{}`", name));
  LPM_TRY(count_copy(event, found->second));
  Value copy = found->second;
  copy.line = line_of(event);
  return attach(event, std::move(copy));
}

Status TreeBuilder::remember(const yaml_event_t& event, std::string_view anchor,
                             const Value& value) {
  if (anchor.empty()) return {};
  LPM_TRY(count_copy(event, value));
  anchors_.insert_or_assign(std::string(anchor), value);
  return {};
}

Status TreeBuilder::attach(const yaml_event_t& event, Value value) {
  if (open_.empty()) {
    documents.push_back(std::move(value));
    return {};
  }
  Open& parent = open_.back();
  if (parent.value.is_mapping()) {
    if (!parent.has_key) return set_key(event, std::move(value));
    parent.has_key = false;
    value.key = std::move(parent.key);
    value.line = parent.key_line;
  }
  parent.value.children.push_back(std::move(value));
  return {};
}

Status TreeBuilder::set_key(const yaml_event_t& event, Value key) {
  if (!key.is_scalar()) return problem(event, "a key may be a text only");
  Open& parent = open_.back();
  parent.has_key = true;
  parent.key_line = key.line;
  if (key.is_plain && key.text == kMerge) parent.merges = true;
  parent.key = std::move(key.text);
  return {};
}

Status TreeBuilder::check_keys(const yaml_event_t& event, const Value& mapping) const {
  std::vector<const Value*> sorted;
  sorted.reserve(mapping.children.size());
  for (const Value& child : mapping.children) sorted.push_back(&child);
  const auto by_key = [](const Value* a, const Value* b) { return a->key < b->key; };
  std::stable_sort(sorted.begin(), sorted.end(), by_key);
  const auto same = [](const Value* a, const Value* b) { return a->key == b->key; };
  const auto found = std::adjacent_find(sorted.begin(), sorted.end(), same);
  if (found == sorted.end()) return {};
  return problem(event, fmt::format("the key `{}` is there twice, in lines {} and {}",
                                    (*found)->key, (*found)->line, found[1]->line));
}

// The mapping's own members win, then those of the sources in their order.
Status TreeBuilder::merge(const yaml_event_t& event, Value& mapping) {
  std::vector<Value>& members = mapping.children;
  const auto at = std::find_if(members.begin(), members.end(),
                               [](const Value& member) { return member.key == kMerge; });
  Value merged = std::move(*at);
  members.erase(at);
  std::vector<Value> sources;
  if (merged.is_mapping()) {
    sources.push_back(std::move(merged));
  } else {
    sources = std::move(merged.children);
  }
  std::unordered_set<std::string> keys;
  for (const Value& member : members) keys.insert(member.key);
  for (Value& source : sources) {
    if (!source.is_mapping()) return problem(event, "`<<` may hold mappings only");
    for (Value& member : source.children)
      if (keys.insert(member.key).second) members.push_back(std::move(member));
  }
  return {};
}

}  // namespace

bool Value::is_null() const {
  return is_scalar() && is_plain &&
         (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
}

std::optional<bool> Value::boolean() const {
  if (!is_scalar() || !is_plain) return std::nullopt;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

const Value* Value::find(std::string_view name) const {
  if (!is_mapping()) return nullptr;
  for (const Value& child : children)
    if (child.key == name) return &child;
  return nullptr;
}

std::optional<std::string_view> Value::text_at(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr || !value->is_scalar() || value->is_null()) return std::nullopt;
  return value->text;
}

Result<std::vector<Value>> parse_documents(std::string_view text, std::string_view file_name,
                                           const Limits& limits) {
  if (text.starts_with(json::kByteOrderMark)) text.remove_prefix(json::kByteOrderMark.size());
  if (text.size() > limits.bytes)
    return Error(ErrorCode::BAD_YAML,
                 fmt::format("`{}` is larger than {}", file_name, human_bytes(limits.bytes)))
        .at(std::string(file_name));
  const Source source{text, file_name};
  EventReader reader(source);
  TreeBuilder builder(source, limits);
  while (true) {
    Event event;
    LPM_TRY(reader.next(event));
    if (event.raw.type == YAML_STREAM_END_EVENT) return std::move(builder.documents);
    LPM_TRY(builder.take(event.raw));
  }
}

Result<Value> parse(std::string_view text, std::string_view file_name, const Limits& limits) {
  LPM_TRY_ASSIGN(std::vector<Value> documents, parse_documents(text, file_name, limits));
  if (documents.empty()) return Value();
  if (documents.size() == 1) return std::move(documents.front());
  return Error(ErrorCode::BAD_YAML, fmt::format("`{}` holds more than one document", file_name))
      .at(fmt::format("{}:{}", file_name, documents[1].line));
}

}  // namespace lpm::formats::yaml
