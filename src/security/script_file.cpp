// Reads a JavaScript file the strict way: everything must be known to be harmless. Names of the
// runtime that are not on the short list, properties that lead to code or loaders, computed
// properties, modules beyond a few, and writes whose target is not a literal each leave a
// capability behind; a file is green when none was found. So what is disguised is amber because it
// is unknown, and need not be recognised.
//
// There are no scopes: a name that is declared anywhere in the file counts as declared, except the
// names that lead to code, which always count as the runtime's.
#include "security/script_file.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "security/js_names.h"
#include "security/js_tree.h"
#include "security/paths.h"
#include "security/rules.h"

namespace lpm::security {
namespace {

constexpr std::size_t kMostCapabilities = 200;  // of one file
constexpr std::uint32_t kMostParts = 256;  // of a literal or list; the tree counts from the start

constexpr std::array kCapabilities = {
    Rule{"environment-sent", Tier::Red, "reads all environment variables and has the network"},
    Rule{"red-command", Tier::Red, "starts a command that is red"},
    Rule{"bad-manifest", Tier::Amber, "package.json cannot be read"},
    Rule{"child-process", Tier::Amber, "starts other programs"},
    Rule{"dynamic-code", Tier::Amber, "runs text as code"},
    Rule{"dynamic-member", Tier::Amber, "a property whose name is computed"},
    Rule{"dynamic-require", Tier::Amber, "loads what is known only when it runs"},
    Rule{"environment", Tier::Amber, "reads all environment variables"},
    Rule{"file-write", Tier::Amber, "writes files that are not plain data of the package"},
    Rule{"gyp-command", Tier::Amber, "binding.gyp runs commands"},
    Rule{"loader", Tier::Amber, "reaches for the module loader or a constructor of code"},
    Rule{"missing-file", Tier::Amber, "the file is not in the package"},
    Rule{"native-file", Tier::Amber, "not JavaScript: nobody can see what it does"},
    Rule{"network", Tier::Amber, "uses the network"},
    Rule{"other-module", Tier::Amber, "loads a module that is not of this package"},
    Rule{"other-program", Tier::Amber, "a program that is not of this package"},
    Rule{"too-much", Tier::Amber, "more files or bytes than are looked at"},
    Rule{"unknown-name", Tier::Amber, "a name of the runtime that is not known to be harmless"},
    Rule{"unparsed-file", Tier::Amber, "not understood as JavaScript"},
};

class ScriptReader {
 public:
  ScriptReader(std::string_view path, const JsTree& tree) : path_(path), tree_(tree) {}

  ScriptFacts read() {
    if (tree_.has_error()) add("unparsed-file", tree_.root());
    walk(tree_.root(), [&](const NodeAt& at) { note_declaration(at); });
    walk(tree_.root(), [&](const NodeAt& at) { look_at(at); });
    return std::move(facts_);
  }

 private:
  void add(std::string_view id, TSNode node) {
    if (facts_.capabilities.size() >= kMostCapabilities) return;
    facts_.capabilities.push_back(
        capability(id, path_, ts_node_start_point(node).row + 1, tree_.text(node)));
  }

  std::string_view text(TSNode node) const { return tree_.text(node); }

  // The value of a string literal without escapes; nothing for anything else. Holes of a template
  // stand as `$hole` where that is allowed.
  enum class Holes { Refused, Named };
  std::optional<std::string> literal(TSNode node, Holes holes = Holes::Refused) const {
    const std::string_view type = type_of(node);
    if (type != "string" && type != "template_string") return std::nullopt;
    std::string value;
    const std::uint32_t count = ts_node_named_child_count(node);
    if (count > kMostParts) return std::nullopt;
    for (std::uint32_t i = 0; i < count; ++i) {
      const TSNode part = ts_node_named_child(node, i);
      const std::string_view kind = type_of(part);
      if (kind == "string_fragment") {
        value += text(part);
      } else if (kind == "template_substitution" && holes == Holes::Named) {
        value += "$hole";
      } else if (kind == "escape_sequence" && holes == Holes::Named) {
        value += " ";
      } else {
        return std::nullopt;
      }
    }
    return value;
  }

  // `const fs = require('fs')`, `import fs from 'fs'`: the names of modules.
  void note_declaration(const NodeAt& at) {
    const std::string_view type = type_of(at.node);
    const std::string_view parent = type_of(at.parent());
    if (type == "shorthand_property_identifier_pattern") {
      declared_.insert(text(at.node));
    } else if (type == "identifier" && is_binding(at)) {
      declared_.insert(text(at.node));
    }
    if (type == "variable_declarator") {
      const std::optional<std::string> module = required_module(field(at.node, "value"));
      const TSNode name = field(at.node, "name");
      if (module && type_of(name) == "identifier") modules_[text(name)] = *module;
    }
    if (type == "identifier" && (parent == "import_clause" || parent == "namespace_import")) {
      for (std::size_t up = 1; up <= 3; ++up) {
        const TSNode statement = at.parent(up);
        if (type_of(statement) != "import_statement") continue;
        if (const auto source = literal(field(statement, "source"))) {
          modules_[text(at.node)] = without_prefix(*source);
        }
      }
    }
  }

  static bool is_pattern(std::string_view type) {
    return type == "array_pattern" || type == "object_pattern" || type == "rest_pattern" ||
           type == "formal_parameters" || type == "import_clause" || type == "namespace_import" ||
           type == "import_specifier";
  }

  bool is_binding(const NodeAt& at) const {
    const TSNode parent = at.parent();
    const std::string_view type = type_of(parent);
    if (is_pattern(type)) return true;
    if (type == "variable_declarator" || type == "function_declaration" ||
        type == "function_expression" || type == "generator_function_declaration" ||
        type == "generator_function" || type == "class_declaration" || type == "class") {
      return same(field(parent, "name"), at.node);
    }
    if (type == "catch_clause") return same(field(parent, "parameter"), at.node);
    if (type == "arrow_function") return same(field(parent, "parameter"), at.node);
    if (type == "assignment_pattern" || type == "for_in_statement") {
      return same(field(parent, "left"), at.node);
    }
    if (type == "pair_pattern") return same(field(parent, "value"), at.node);
    return false;
  }

  static std::string without_prefix(std::string_view module) {
    if (module.starts_with("node:")) module.remove_prefix(5);
    return std::string(module);
  }

  // "fs" of require('fs'), require("node:fs"), and of require('fs').promises nothing.
  std::optional<std::string> required_module(TSNode node) const {
    if (type_of(node) != "call_expression") return std::nullopt;
    if (text(field(node, "function")) != "require") return std::nullopt;
    const TSNode arguments = field(node, "arguments");
    if (ts_node_named_child_count(arguments) != 1) return std::nullopt;
    const auto name = literal(ts_node_named_child(arguments, 0));
    if (!name) return std::nullopt;
    return without_prefix(*name);
  }

  void look_at(const NodeAt& at) {
    const std::string_view type = type_of(at.node);
    if (type == "identifier" || type == "shorthand_property_identifier") {
      look_at_name(at);
    } else if (type == "property_identifier" || type == "private_property_identifier" ||
               type == "shorthand_property_identifier_pattern") {
      if (!is_definition(type_of(at.parent()))) look_at_property(text(at.node), at.node);
    } else if (type == "subscript_expression") {
      look_at_subscript(at.node);
    } else if (type == "computed_property_name") {
      look_at_computed(at.node);
    } else if (type == "call_expression") {
      look_at_call(at);
    } else if (type == "import_statement" || type == "export_statement") {
      const TSNode source = field(at.node, "source");
      if (!ts_node_is_null(source)) look_at_module(literal(source), at);
    } else if (type == "string" && type_of(at.parent()) == "pair_pattern") {
      look_at_literal_property(at.node);
    } else if (type == "with_statement" || type == "decorator") {
      add("dynamic-code", at.node);
    } else if (type == "meta_property" && text(at.node) != "new.target") {
      look_at_import_meta(at);
    } else if (type == "this" && !is_in_class(at)) {
      add("loader", at.node);  // in a plain function, the global object
    } else if (type == "html_comment" || type.starts_with("jsx")) {
      add("unparsed-file", at.node);  // a comment in scripts, code in modules
    }
  }

  // `{constructor: 1}`, `class A { constructor() {} }` name something of their own.
  static bool is_definition(std::string_view parent) {
    return parent == "pair" || parent == "method_definition" || parent == "field_definition";
  }

  static bool is_in_class(const NodeAt& at) {
    return std::any_of(at.ancestors->begin(), at.ancestors->end(),
                       [](TSNode node) { return type_of(node) == "class_body"; });
  }

  void look_at_name(const NodeAt& at) {
    const std::string_view name = text(at.node);
    // \u0065val is eval.
    if (name.find('\\') != std::string_view::npos) return add("dynamic-code", at.node);
    if (name == "require") return look_at_require_name(at);
    if (name == "process") return look_at_process(at);
    if (name == "module" || name == "Object") return look_at_holder(at, name);
    if (is_code_name(name)) return add("dynamic-code", at.node);
    if (is_network_name(name)) {
      facts_.sends = true;
      return add("network", at.node);
    }
    if (is_loader_name(name)) return add("loader", at.node);
    const auto module = modules_.find(name);
    if (module != modules_.end() && !is_binding(at)) return look_at_module_use(at, module->second);
    if (declared_.contains(name) || is_harmless_global(name)) return;
    add("unknown-name", at.node);
  }

  // Only `require(...)`, `require.resolve('x')`, `require.main`.
  void look_at_require_name(const NodeAt& at) {
    const TSNode parent = at.parent();
    if (type_of(parent) == "call_expression" && same(field(parent, "function"), at.node)) return;
    if (type_of(parent) == "member_expression") {
      const std::string_view property = text(field(parent, "property"));
      if (property == "resolve" || property == "main") return;
    }
    add("dynamic-require", at.node);
  }

  void look_at_process(const NodeAt& at) {
    const TSNode parent = at.parent();
    if (type_of(parent) != "member_expression" || !same(field(parent, "object"), at.node)) {
      return add("loader", at.node);
    }
    const std::string_view property = text(field(parent, "property"));
    if (property != "env") {
      if (!is_harmless_of_process(property)) add("loader", parent);
      return;
    }
    const TSNode outer = at.parent(2);
    const bool one =
        (type_of(outer) == "member_expression" || (type_of(outer) == "subscript_expression" &&
                                                   literal(field(outer, "index")).has_value())) &&
        same(field(outer, "object"), parent);
    if (one && !is_written(at.parent(3), outer)) return;
    facts_.reads_environment = true;
    add("environment", parent);
  }

  static bool is_written(TSNode statement, TSNode target) {
    return (type_of(statement) == "assignment_expression" ||
            type_of(statement) == "augmented_assignment_expression") &&
           same(field(statement, "left"), target);
  }

  // `module.exports`, `Object.keys`: the name alone would give everything away.
  void look_at_holder(const NodeAt& at, std::string_view name) {
    const TSNode parent = at.parent();
    if (name == "module" && type_of(parent) == "binary_expression") return;
    if (type_of(parent) != "member_expression" || !same(field(parent, "object"), at.node)) {
      return add("loader", at.node);
    }
    const std::string_view property = text(field(parent, "property"));
    const bool known = name == "module" ? property == "exports" || property == "id"
                                        : is_harmless_of_object(property);
    if (!known) add("loader", parent);
  }

  void look_at_property(std::string_view name, TSNode node) {
    if (name.find('\\') != std::string_view::npos || is_loader_property(name)) add("loader", node);
  }

  void look_at_literal_property(TSNode node) {
    const auto name = literal(node);
    if (!name) return add("dynamic-member", node);
    look_at_property(*name, node);
  }

  void look_at_subscript(TSNode node) {
    const TSNode index = field(node, "index");
    if (type_of(index) == "number") return;
    if (type_of(index) == "string" || type_of(index) == "template_string") {
      return look_at_literal_property(index);
    }
    add("dynamic-member", node);
  }

  void look_at_computed(TSNode node) {
    const TSNode inside = ts_node_named_child(node, 0);
    if (type_of(inside) == "string") return look_at_literal_property(inside);
    if (type_of(inside) != "number") add("dynamic-member", node);
  }

  void look_at_import_meta(const NodeAt& at) {
    const TSNode parent = at.parent();
    const std::string_view property =
        type_of(parent) == "member_expression" ? text(field(parent, "property")) : "";
    if (property != "url" && property != "dirname" && property != "filename") {
      add("loader", at.node);
    }
  }

  void look_at_call(const NodeAt& at) {
    const TSNode callee = field(at.node, "function");
    const TSNode arguments = field(at.node, "arguments");
    const TSNode first = ts_node_named_child(arguments, 0);
    if (text(callee) == "require" || type_of(callee) == "import") {
      const bool plain = ts_node_named_child_count(arguments) == 1;
      return look_at_module(plain ? literal(first) : std::nullopt, at);
    }
    if (text(callee) == "require.resolve" && !literal(first))
      return add("dynamic-require", at.node);
    const std::string_view name =
        type_of(callee) == "member_expression" ? text(field(callee, "property")) : text(callee);
    if (is_process_starter(name)) look_at_started(name, arguments);
  }

  void look_at_module(const std::optional<std::string>& name, const NodeAt& at) {
    const TSNode node = at.node;
    if (!name) return add("dynamic-require", node);
    const std::string module = without_prefix(*name);
    if (module.starts_with("./") || module.starts_with("../") || module == "." || module == "..") {
      facts_.required.push_back(module);
      return;
    }
    if (is_harmless_module(module)) return;
    if (module == "fs" || module == "fs/promises") {
      if (!is_file_module_name(at)) add("file-write", node);
      return;
    }
    if (module == "child_process") return add("child-process", node);
    if (module == "vm" || module == "repl" || module == "inspector") {
      return add("dynamic-code", node);
    }
    if (module == "module" || module == "worker_threads" || module == "cluster") {
      return add("loader", node);
    }
    if (is_network_module(module)) {
      facts_.sends = true;
      return add("network", node);
    }
    add("other-module", node);
  }

  // True for `const fs = require('fs')`, `import fs from 'fs'`, `require('fs').existsSync(...)`:
  // where every use can be seen.
  bool is_file_module_name(const NodeAt& at) const {
    const TSNode node = at.node;
    if (type_of(node) == "import_statement") {
      const TSNode clause = ts_node_named_child(node, 0);
      if (type_of(clause) != "import_clause" || ts_node_named_child_count(clause) != 1)
        return false;
      const TSNode inside = ts_node_named_child(clause, 0);
      return type_of(inside) == "identifier" || type_of(inside) == "namespace_import";
    }
    const TSNode parent = at.parent();
    if (type_of(parent) == "variable_declarator") {
      return type_of(field(parent, "name")) == "identifier";
    }
    if (type_of(parent) != "member_expression" || !same(field(parent, "object"), node))
      return false;
    return is_reading_function(text(field(parent, "property")));
  }

  // A name that stands for a module: of fs each use has to be a call that is known.
  void look_at_module_use(const NodeAt& at, const std::string& module) {
    if (module != "fs" && module != "fs/promises") return;
    const TSNode parent = at.parent();
    if (type_of(parent) != "member_expression" || !same(field(parent, "object"), at.node)) {
      return add("file-write", at.node);
    }
    TSNode call = at.parent(2);
    TSNode member = parent;
    std::string_view function = text(field(parent, "property"));
    if (function == "promises" && type_of(call) == "member_expression") {
      function = text(field(call, "property"));
      member = call;
      call = at.parent(3);
    }
    if (is_reading_function(function)) return;
    const bool is_call =
        type_of(call) == "call_expression" && same(field(call, "function"), member);
    if (!is_call || !writes_plain_data(function, field(call, "arguments"))) {
      add("file-write", is_call ? call : parent);
    }
  }

  bool writes_plain_data(std::string_view function, TSNode arguments) const {
    if (!is_plain_write(function)) return false;
    const bool is_folder = function.starts_with("mkdir");
    const auto target = inner_path(ts_node_named_child(arguments, 0));
    return target && (is_folder || is_data_file(*target));
  }

  // The path of a literal, or of path.join(__dirname, literals...); nothing when it may leave the
  // package.
  std::optional<std::string> inner_path(TSNode node) const {
    std::optional<std::string> path = literal(node);
    if (!path && type_of(node) == "call_expression") path = joined_path(node);
    if (!path || !is_plain_inner_path(*path)) return std::nullopt;
    return path;
  }

  std::optional<std::string> joined_path(TSNode call) const {
    const TSNode callee = field(call, "function");
    const std::string_view function = text(callee);
    const std::size_t dot = function.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto module = modules_.find(function.substr(0, dot));
    const std::string_view name = function.substr(dot + 1);
    if (module == modules_.end() || module->second != "path") return std::nullopt;
    if (name != "join" && name != "resolve") return std::nullopt;
    const TSNode arguments = field(call, "arguments");
    std::string path;
    if (ts_node_named_child_count(arguments) > kMostParts) return std::nullopt;
    for (std::uint32_t i = 0; i < ts_node_named_child_count(arguments); ++i) {
      const TSNode part = ts_node_named_child(arguments, i);
      if (i == 0 && text(part) == "__dirname") continue;
      const auto value = literal(part);
      if (!value || value->starts_with("/")) return std::nullopt;
      path.append(path.empty() ? "" : "/").append(*value);
    }
    return path;
  }

  // exec('...'), spawn('node', ['x.js']): what is started by literal is judged as a command.
  void look_at_started(std::string_view function, TSNode arguments) {
    const TSNode first = ts_node_named_child(arguments, 0);
    const auto program = literal(first, Holes::Named);
    if (!program) return;
    std::string command = *program;
    const TSNode list = ts_node_named_child(arguments, 1);
    if (type_of(list) == "array") {
      const std::uint32_t count = std::min(ts_node_named_child_count(list), kMostParts);
      for (std::uint32_t i = 0; i < count; ++i) {
        const auto word = literal(ts_node_named_child(list, i), Holes::Named);
        command.append(" ").append(word ? "'" + *word + "'" : "$hole");
      }
    }
    if (function == "fork") {
      facts_.executed.push_back(*program);
      return;
    }
    if (classify_command(command).tier == Tier::Red) add("red-command", arguments);
  }

  std::string_view path_;
  const JsTree& tree_;
  ScriptFacts facts_;
  std::set<std::string_view> declared_;
  std::map<std::string_view, std::string> modules_;
};

}  // namespace

std::span<const Rule> capability_rules() {
  return kCapabilities;
}

Capability capability(std::string_view id, std::string_view path, std::uint32_t line,
                      std::string_view text) {
  const auto row = std::find_if(kCapabilities.begin(), kCapabilities.end(),
                                [&](const Rule& rule) { return rule.id == id; });
  const std::string_view shown = trim(text.substr(0, std::min(text.find('\n'), text.size())));
  return {row->id, row->tier, std::string(path), line, shortened(shown), row->why};
}

ScriptFacts read_script(std::string_view path, std::string_view source) {
  ScriptFacts facts;
  const std::optional<JsTree> tree = JsTree::parse(source);
  if (tree) facts = ScriptReader(path, *tree).read();
  // Line ends to the runtime, and not to everybody who reads code.
  const bool odd_lines = source.find("\xE2\x80\xA8") != std::string_view::npos ||
                         source.find("\xE2\x80\xA9") != std::string_view::npos;
  if (!tree || odd_lines) facts.capabilities.push_back(capability("unparsed-file", path, 0, ""));
  return facts;
}

}  // namespace lpm::security
