// view and ping: what the registry says.
#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "base/printable.h"
#include "base/text.h"
#include "cli/commands.h"
#include "formats/json.h"
#include "ops/json_fields.h"
#include "ops/package_fields.h"
#include "ops/published.h"

namespace lpm::cli {
namespace {

using formats::json::Kind;
using formats::json::Value;
using ops::PublishedVersion;

constexpr std::size_t kNamesShown = 24;

std::string text_at(const Value& data, std::string_view name) {
  return printable(data.text_at(name).value_or(""));
}

std::string person(const Value& value) {
  if (value.is_string()) return printable(value.string);
  const std::string email = text_at(value, "email");
  return text_at(value, "name") + (email.empty() ? "" : " <" + email + ">");
}

void add_list(std::string& text, std::string_view title, const std::vector<std::string>& items) {
  if (items.empty()) return;
  text += fmt::format("\n{}\n", title);
  for (std::size_t i = 0; i < items.size() && i < kNamesShown; ++i)
    text += fmt::format("  {}\n", items[i]);
  if (items.size() > kNamesShown) text += fmt::format("  {} more\n", items.size() - kNamesShown);
}

std::vector<std::string> pairs_of(const Value* object, std::string_view between) {
  std::vector<std::string> items;
  if (object == nullptr || !object->is_object()) return items;
  for (const auto& [name, value] : object->members)
    if (value.is_string())
      items.push_back(printable(name) + std::string(between) + printable(value.string));
  return items;
}

std::vector<std::string> people_of(const Value* list) {
  std::vector<std::string> people;
  if (list != nullptr && list->is_array())
    for (const Value& item : list->items) people.push_back(person(item));
  return people;
}

std::vector<std::string> facts_of_archive(const Value& data) {
  std::vector<std::string> facts;
  const Value* dist = data.find("dist");
  if (dist == nullptr) return facts;
  for (const std::string_view name : {"tarball", "integrity", "shasum"})
    if (const std::string text = text_at(*dist, name); !text.empty())
      facts.push_back(fmt::format("{} {}", name, text));
  const Value* size = dist->find("unpackedSize");
  if (size != nullptr && size->kind == Kind::Number)
    if (const auto bytes = parse_decimal(size->string))
      facts.push_back(fmt::format("unpacked {}", human_bytes(*bytes)));
  return facts;
}

std::vector<std::string> commands_of(const Value& data) {
  std::vector<std::string> commands;
  const Value* bin = data.find("bin");
  if (bin != nullptr && bin->is_string()) {
    const std::string name = text_at(data, "name");
    commands.push_back(name.substr(name.rfind('/') + 1));
  }
  if (bin != nullptr)
    for (const auto& [name, file] : bin->members) commands.push_back(printable(name));
  return commands;
}

std::string published_when(const PublishedVersion& view) {
  const Value* time = view.data.find("time");
  return time == nullptr ? "" : text_at(*time, view.version);
}

std::string page(const PublishedVersion& view) {
  const Value& data = view.data;
  const Value* versions = data.find("versions");
  const Value* dependencies = data.find("dependencies");
  const std::string license = text_at(data, "license");
  std::string text =
      fmt::format("{}@{}  {}  dependencies: {}  versions: {}\n", text_at(data, "name"),
                  view.version, license.empty() ? "no licence named" : license,
                  dependencies == nullptr ? 0 : dependencies->members.size(),
                  versions == nullptr ? 0 : versions->items.size());
  for (const std::string_view name : {"description", "homepage"})
    if (const std::string line = text_at(data, name); !line.empty()) text += line + "\n";
  if (const std::string reason = text_at(data, "deprecated"); !reason.empty())
    text += fmt::format("DEPRECATED: {}\n", reason);
  add_list(text, "commands", commands_of(data));
  add_list(text, "archive", facts_of_archive(data));
  add_list(text, "dependencies", pairs_of(dependencies, " "));
  add_list(text, "dist-tags", pairs_of(data.find("dist-tags"), " "));
  add_list(text, "maintainers", people_of(data.find("maintainers")));
  if (const std::string when = published_when(view); !when.empty())
    text += fmt::format("\npublished {}\n", when);
  return text;
}

bool holds_people(std::string_view field) {
  return field == "author" || field == "contributors" || field == "maintainers" ||
         field == "_npmUser";
}

std::string person_text(const Value& value) {
  std::string text(value.text_at("name").value_or(""));
  if (const auto email = value.text_at("email")) text += fmt::format(" <{}>", *email);
  if (const auto url = value.text_at("url")) text += fmt::format(" ({})", *url);
  return text;
}

// npm's way to show a value: people are one text each, `Ann <ann@mail.example>`.
void put_people_into_words(Value& value, bool is_person) {
  if (is_person && value.is_object() && value.text_at("name")) {
    value = ops::text_value(person_text(value));
    return;
  }
  for (Value& item : value.items) put_people_into_words(item, is_person);
  for (auto& [name, member] : value.members) put_people_into_words(member, holds_people(name));
}

Value as_npm_shows(Value value, std::string_view place) {
  const bool is_whole = place.empty();
  if (is_whole)
    std::erase_if(value.members, [](const auto& member) { return member.first == "readme"; });
  put_people_into_words(value, holds_people(place.substr(0, place.find('['))));
  return value;
}

struct Found {
  std::string package;  // "name@version"
  std::string field;
  Value value;
};

Result<std::vector<Found>> find(const std::vector<PublishedVersion>& views,
                                const std::vector<std::string>& fields) {
  std::vector<Found> found;
  for (const PublishedVersion& view : views) {
    for (const std::string& field : fields) {
      LPM_TRY_ASSIGN(const ops::FieldPath path, ops::parse_field(field));
      for (const auto& [place, value] : ops::find_fields(view.data, path))
        found.push_back({fmt::format("{}@{}", text_at(view.data, "name"), view.version), place,
                         as_npm_shows(*value, place)});
    }
  }
  return found;
}

// Control characters of a registry's text have no power; line ends stay.
std::string shown(const Value& value) {
  std::string text;
  const std::string json = value.is_string() ? value.string : ops::json_text(value);
  for (const std::string_view line : split(json, '\n')) {
    if (!text.empty()) text += "\n";
    text += printable(line);
  }
  return text;
}

// What differs among the values is named before each: the package, the field, or both.
struct Naming {
  bool packages = false;
  bool fields = false;
};

Naming naming_of(const std::vector<Found>& found) {
  Naming naming;
  for (const Found& one : found) {
    naming.packages = naming.packages || one.package != found.front().package;
    naming.fields = naming.fields || one.field != found.front().field;
  }
  return naming;
}

// One value alone is printed as it is; several get their names, as npm has it.
std::string fields_text(const std::vector<Found>& found) {
  if (found.size() == 1) return shown(found.front().value) + "\n";
  const Naming naming = naming_of(found);
  std::string text;
  for (const Found& one : found) {
    if (naming.packages) text += printable(one.package) + " ";
    if (naming.fields) text += printable(one.field) + " = ";
    text += one.value.is_string() ? fmt::format("'{}'", shown(one.value)) : shown(one.value);
    text += "\n";
  }
  return text;
}

// npm's form: one field's value alone, else an object of the fields; of several versions a list.
std::string fields_document(const std::vector<Found>& found) {
  if (found.empty()) return "";
  const Naming naming = naming_of(found);
  Value list;
  list.kind = Kind::Array;
  std::string last;
  for (const Found& one : found) {
    if (!naming.fields) {
      list.items.push_back(one.value);
      continue;
    }
    if (list.items.empty() || one.package != last) {
      list.items.emplace_back();
      list.items.back().kind = Kind::Object;
    }
    last = one.package;
    list.items.back().members.emplace_back(one.field, one.value);
  }
  return ops::json_text(naming.packages ? list : list.items.front()) + "\n";
}

// `lpm view` and `lpm view . version` are about the package here.
Result<std::string> wished_package(const CommandContext& context) {
  const std::vector<std::string>& words = context.line.positionals;
  if (!words.empty() && words.front() != ".") return words.front();
  LPM_TRY_ASSIGN(const auto manifests, ops::chosen_manifests(context.session, {}));
  const std::string name(manifests.front().root.text_at("name").value_or(""));
  if (!name.empty()) return name;
  return Error(ErrorCode::USAGE, "name a package").hint("for example `lpm view react version`");
}

}  // namespace

Result<int> run_view(CommandContext& context) {
  LPM_TRY_ASSIGN(const std::string wish, wished_package(context));
  LPM_TRY_ASSIGN(const std::vector<PublishedVersion> views,
                 ops::published_versions(context.session, wish));
  std::vector<std::string> fields = context.line.positionals;
  if (!fields.empty()) fields.erase(fields.begin());
  std::string text;
  if (!fields.empty()) {
    LPM_TRY_ASSIGN(const std::vector<Found> found, find(views, fields));
    text = context.json ? fields_document(found) : fields_text(found);
  } else if (context.json) {
    Value list;
    list.kind = Kind::Array;
    for (const PublishedVersion& view : views) list.items.push_back(as_npm_shows(view.data, ""));
    text = ops::json_text(views.size() > 1 ? list : list.items.front()) + "\n";
  } else {
    for (const PublishedVersion& view : views) text += (text.empty() ? "" : "\n") + page(view);
  }
  std::fputs(text.c_str(), stdout);
  return 0;
}

Result<int> run_ping(CommandContext& context) {
  LPM_TRY_ASSIGN(const ops::Pinged pinged, ops::ping_registry(context.session));
  if (pinged.status >= 500)
    return Error(ErrorCode::HTTP_STATUS,
                 fmt::format("the registry answered with {}", pinged.status))
        .at(pinged.registry + "-/ping");
  if (context.json) {
    formats::json::Writer json;
    json.begin_object().key("schema_version").value(1).key("success").value(true);
    json.key("registry").value(pinged.registry).key("status").value(pinged.status);
    json.key("milliseconds").value(pinged.duration_ns / 1'000'000).end_object();
    std::fputs(json.take().c_str(), stdout);
  } else {
    std::printf("%s answered with %d after %s\n", pinged.registry.c_str(), pinged.status,
                human_duration(pinged.duration_ns).c_str());
  }
  return 0;
}

}  // namespace lpm::cli
