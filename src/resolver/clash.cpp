#include "resolver/clash.h"

#include <algorithm>
#include <numeric>

namespace lpm::resolver {
namespace {

class Table {
 public:
  explicit Table(const std::vector<std::vector<bool>>& admitted) : admitted_(admitted) {}

  bool can_be_met(const std::vector<std::size_t>& requirements) const {
    if (requirements.empty()) return true;
    for (std::size_t candidate = 0; candidate < admitted_[0].size(); ++candidate)
      if (std::all_of(requirements.begin(), requirements.end(),
                      [&](std::size_t one) { return admitted_[one][candidate]; }))
        return true;
    return false;
  }

 private:
  const std::vector<std::vector<bool>>& admitted_;
};

// Requirements that admit the same candidates clash with the same others: the first stands for all.
std::vector<std::size_t> distinct(const std::vector<std::vector<bool>>& admitted) {
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < admitted.size(); ++i)
    if (std::none_of(first.begin(), first.end(),
                     [&](std::size_t other) { return admitted[other] == admitted[i]; }))
      first.push_back(i);
  return first;
}

}  // namespace

std::vector<std::size_t> smallest_clash(const std::vector<std::vector<bool>>& admitted) {
  const Table table(admitted);
  std::vector<std::size_t> all = distinct(admitted);
  if (table.can_be_met(all)) return {};
  for (const std::size_t one : all)
    if (!table.can_be_met({one})) return {one};
  for (std::size_t j = 1; j < all.size(); ++j)
    for (std::size_t i = 0; i < j; ++i)
      if (!table.can_be_met({all[i], all[j]})) return {all[i], all[j]};
  // The first are nearest to the project: they stay as long as they can.
  for (std::size_t i = all.size(); i-- > 0;) {
    std::vector<std::size_t> rest = all;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    if (!table.can_be_met(rest)) all = std::move(rest);
  }
  return all;
}

}  // namespace lpm::resolver
