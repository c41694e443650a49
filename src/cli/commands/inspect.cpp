// why and list.
#include "ops/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/printable.h"
#include "base/text.h"
#include "cli/commands.h"
#include "formats/json.h"

namespace lpm::cli {
namespace {

using formats::json::Writer;

std::string why_text(const std::vector<ops::WhyInstance>& instances) {
  std::string text;
  for (const ops::WhyInstance& instance : instances) {
    text += instance.package + "\n";
    for (const ops::WhyPath& path : instance.paths) {
      text += path.importer == "." ? "  project" : fmt::format("  {}", path.importer);
      for (const std::string& step : path.steps) text += " > " + step;
      text += "\n";
    }
    if (instance.paths.empty()) text += "  nothing needs it\n";
  }
  return text;
}

void write_rules(Writer& json, const std::vector<ops::WhyRule>& rules) {
  if (rules.empty()) return;
  json.key("rules").begin_array();
  for (const ops::WhyRule& rule : rules) {
    json.begin_object().key("step").value(static_cast<std::uint64_t>(rule.step));
    json.key("kind").value(rule.is_extension ? "extended" : "overridden");
    if (!rule.is_extension) json.key("from").value(rule.from);
    json.key("by").value(rule.by).end_object();
  }
  json.end_array();
}

std::string why_document(const std::vector<ops::WhyInstance>& instances) {
  Writer json;
  json.begin_object().key("schema_version").value(1).key("instances").begin_array();
  for (const ops::WhyInstance& instance : instances) {
    json.begin_object().key("package").value(instance.package).key("paths").begin_array();
    for (const ops::WhyPath& path : instance.paths) {
      json.begin_object().key("importer").value(path.importer).key("steps").begin_array();
      for (const std::string& step : path.steps) json.value(step);
      json.end_array();
      write_rules(json, path.rules);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.take();
}

std::string label(const ops::TreeNode& node) {
  std::string text = node.package.empty() ? node.name : node.package;
  if (!node.package.empty() && !node.package.starts_with(node.name + "@"))
    text = fmt::format("{} ({})", node.name, node.package);
  if (node.missing) text += " (not for this platform)";
  if (node.repeated) text += " (shown above)";
  return text;
}

void draw(const std::vector<ops::TreeNode>& nodes, const std::string& margin, std::string& text) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const bool is_last = i + 1 == nodes.size();
    text += fmt::format("{}{} {}\n", margin, is_last ? "└──" : "├──", label(nodes[i]));
    if (!nodes[i].description.empty())
      text += fmt::format("{}{}{}\n", margin, is_last ? "    " : "│   ",
                          printable(nodes[i].description));
    draw(nodes[i].children, margin + (is_last ? "    " : "│   "), text);
  }
}

void write_nodes(Writer& json, const std::vector<ops::TreeNode>& nodes) {
  json.begin_object();
  for (const ops::TreeNode& node : nodes) {
    json.key(node.name).begin_object();
    if (!node.package.empty()) json.key("package").value(node.package);
    if (!node.description.empty()) json.key("description").value(node.description);
    if (node.optional) json.key("optional").value(true);
    if (node.missing) json.key("missing").value(true);
    if (node.repeated) json.key("repeated").value(true);
    if (!node.children.empty()) {
      json.key("dependencies");
      write_nodes(json, node.children);
    }
    json.end_object();
  }
  json.end_object();
}

std::string tree_text(const ops::DependencyTree& tree) {
  const std::string name = !tree.name.empty() ? tree.name
                           : tree.path == "." ? "project"
                                              : tree.path;
  std::string text = fmt::format("{}{}{}\n", name, tree.version.empty() ? "" : "@", tree.version);
  for (const ops::TreeGroup& group : tree.groups) {
    text += fmt::format("\n{}\n", group.field);
    draw(group.nodes, "", text);
  }
  if (!tree.matches)
    text += fmt::format("\n{}\n", count_of(tree.packages, "package"));
  else
    text += fmt::format("\n{} of {}\n", *tree.matches, count_of(tree.packages, "package"));
  return text;
}

void write_tree(Writer& json, const ops::DependencyTree& tree) {
  json.key("name").value(tree.name).key("version").value(tree.version);
  json.key("packages").value(tree.packages);
  if (tree.matches) json.key("matches").value(*tree.matches);
  for (const ops::TreeGroup& group : tree.groups) {
    json.key(group.field);
    write_nodes(json, group.nodes);
  }
}

std::string tree_document(const ops::DependencyTree& tree) {
  Writer json;
  json.begin_object().key("schema_version").value(1);
  write_tree(json, tree);
  json.end_object();
  return json.take();
}

std::string member_trees_text(const std::vector<ops::DependencyTree>& trees) {
  std::string text;
  for (const ops::DependencyTree& tree : trees)
    text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", tree.path, tree_text(tree));
  return text;
}

std::string member_trees_document(const std::vector<ops::DependencyTree>& trees) {
  Writer json;
  json.begin_object().key("schema_version").value(1).key("members").begin_array();
  for (const ops::DependencyTree& tree : trees) {
    json.begin_object().key("path").value(tree.path);
    write_tree(json, tree);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

std::string nothing_found(const std::vector<std::string>& names, const ops::DependencyTree& tree) {
  std::string text = fmt::format("no package here fits `{}`", join(names, "` or `"));
  if (tree.near_name) text += fmt::format("; did you mean `{}`?", *tree.near_name);
  return text;
}

bool omits(const config::Settings& settings, std::string_view kind) {
  for (const std::string& omitted : settings.list("omit"))
    if (omitted == kind) return true;
  return false;
}

}  // namespace

Result<int> run_why(CommandContext& context) {
  if (context.line.positionals.size() != 1)
    return Error(ErrorCode::USAGE, "name one package")
        .hint("for example `lpm why react` or `lpm why react@18.3.1`");
  LPM_TRY_ASSIGN(const auto instances,
                 ops::explain_package(context.session, context.line.positionals.front()));
  std::fputs((context.json ? why_document(instances) : why_text(instances)).c_str(), stdout);
  return 0;
}

Result<int> run_list(CommandContext& context) {
  constexpr std::uint32_t kEverything = 1000;
  const config::Settings& settings = context.session.settings;
  ops::TreeOptions options;
  options.names = context.line.positionals;
  options.descriptions = settings.flag("long");
  options.development = !omits(settings, "dev");
  options.optional = !omits(settings, "optional");
  const config::SettingValue* depth = settings.find("depth");
  if (depth != nullptr && depth->layer != config::Layer::Default)
    options.depth =
        static_cast<std::uint32_t>(parse_decimal(depth->values.back()).value_or(kEverything));
  else if (context.line.command == "graph" || settings.flag("all"))
    options.depth = kEverything;
  const ops::MemberChoice choice = ops::member_choice(settings);
  LPM_TRY_ASSIGN(std::vector<ops::DependencyTree> trees,
                 ops::dependency_trees(context.session, options, choice));
  const auto is_empty = [](const ops::DependencyTree& tree) { return tree.groups.empty(); };
  const bool found_nothing =
      !options.names.empty() && std::all_of(trees.begin(), trees.end(), is_empty);
  if (found_nothing && !trees.empty())
    context.reporter.note(nothing_found(options.names, trees.front()));
  if (choice.is_made() && !options.names.empty()) std::erase_if(trees, is_empty);
  std::string text;
  if (choice.is_made())
    text = context.json ? member_trees_document(trees) : member_trees_text(trees);
  else if (!trees.empty())
    text = context.json ? tree_document(trees.front()) : tree_text(trees.front());
  std::fputs(text.c_str(), stdout);
  return found_nothing ? 1 : 0;
}

}  // namespace lpm::cli
