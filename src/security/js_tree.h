// JavaScript as a tree, by tree-sitter, which stays behind this header.
#pragma once

#include <tree_sitter/api.h>

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace lpm::security {

class JsTree {
 public:
  // Nothing when the text is too long or took too long to parse.
  static std::optional<JsTree> parse(std::string_view source);

  TSNode root() const;
  bool has_error() const;
  std::string_view text(TSNode node) const;

 private:
  struct Delete {
    void operator()(TSTree* tree) const { ts_tree_delete(tree); }
  };
  JsTree(std::string_view source, TSTree* tree) : source_(source), tree_(tree) {}
  std::string_view source_;  // the caller's
  std::unique_ptr<TSTree, Delete> tree_;
};

// A node with its ancestors, outermost first: tree-sitter finds parents from the root each time.
struct NodeAt {
  TSNode node;
  const std::vector<TSNode>* ancestors;
  TSNode parent(std::size_t steps = 1) const {
    return ancestors->size() < steps ? TSNode{} : (*ancestors)[ancestors->size() - steps];
  }
};

// Every named node, parents first, without recursion.
template <class Visit>
void walk(TSNode root, Visit&& visit) {
  std::vector<TSNode> ancestors;
  TSTreeCursor cursor = ts_tree_cursor_new(root);
  bool done = false;
  while (!done) {
    const TSNode node = ts_tree_cursor_current_node(&cursor);
    if (ts_node_is_named(node)) visit(NodeAt{node, &ancestors});
    ancestors.push_back(node);
    if (ts_tree_cursor_goto_first_child(&cursor)) continue;
    ancestors.pop_back();
    while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
      if (!ts_tree_cursor_goto_parent(&cursor)) {
        done = true;
        break;
      }
      ancestors.pop_back();
    }
  }
  ts_tree_cursor_delete(&cursor);
}

inline std::string_view type_of(TSNode node) {
  return ts_node_is_null(node) ? std::string_view() : std::string_view(ts_node_type(node));
}
TSNode field(TSNode node, std::string_view name);
inline bool same(TSNode a, TSNode b) {
  return ts_node_eq(a, b);
}

}  // namespace lpm::security
