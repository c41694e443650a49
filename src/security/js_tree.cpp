#include "security/js_tree.h"

extern "C" const TSLanguage* tree_sitter_javascript(void);

namespace lpm::security {
namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 20;
constexpr std::uint64_t kMostMicroseconds = 2'000'000;

}  // namespace

std::optional<JsTree> JsTree::parse(std::string_view source) {
  if (source.size() > kMostBytes) return std::nullopt;
  TSParser* parser = ts_parser_new();
  TSTree* tree = nullptr;
  if (ts_parser_set_language(parser, tree_sitter_javascript())) {
    ts_parser_set_timeout_micros(parser, kMostMicroseconds);
    tree = ts_parser_parse_string(parser, nullptr, source.data(),
                                  static_cast<std::uint32_t>(source.size()));
  }
  ts_parser_delete(parser);
  if (tree == nullptr) return std::nullopt;
  return JsTree(source, tree);
}

TSNode JsTree::root() const {
  return ts_tree_root_node(tree_.get());
}

bool JsTree::has_error() const {
  return ts_node_has_error(root());
}

std::string_view JsTree::text(TSNode node) const {
  if (ts_node_is_null(node)) return {};
  const std::uint32_t begin = ts_node_start_byte(node);
  return source_.substr(begin, ts_node_end_byte(node) - begin);
}

TSNode field(TSNode node, std::string_view name) {
  return ts_node_child_by_field_name(node, name.data(), static_cast<std::uint32_t>(name.size()));
}

}  // namespace lpm::security
