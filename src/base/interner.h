// Interner: gives equal texts the same small number. For hot loops that would otherwise compare or
// hash strings again and again. Not thread-safe.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace lpm {

// Ids count up from 0. Does not copy texts: they must outlive the interner (see TextArena).
class Interner {
 public:
  explicit Interner(std::size_t expected = 64) { grow(expected * 2); }

  // The id of `text`, and whether it is new.
  struct Entry {
    std::uint32_t id;
    bool is_new;
  };
  Entry add(std::string_view text) {
    if ((texts_.size() + 1) * 2 > slots_.size()) grow(slots_.size() * 2);
    const std::uint32_t hash = hash_of(text);
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      Slot& slot = slots_[at];
      if (slot.id == kFree) {
        slot = {hash, static_cast<std::uint32_t>(texts_.size())};
        texts_.push_back(text);
        return {slot.id, true};
      }
      if (slot.hash == hash && texts_[slot.id] == text) return {slot.id, false};
    }
  }

  static constexpr std::uint32_t kAbsent = UINT32_MAX;
  std::uint32_t find(std::string_view text) const {
    const std::uint32_t hash = hash_of(text);
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Slot& slot = slots_[at];
      if (slot.id == kFree) return kAbsent;
      if (slot.hash == hash && texts_[slot.id] == text) return slot.id;
    }
  }

  std::string_view text(std::uint32_t id) const { return texts_[id]; }
  // After a new entry: points it to a copy that lives long enough.
  void rebind(std::uint32_t id, std::string_view same_text) { texts_[id] = same_text; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(texts_.size()); }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t id = kFree;
  };

  std::size_t mask() const { return slots_.size() - 1; }

  // Multiply and fold, eight bytes a step. Not for adversaries who choose thousands of keys: a step
  // of the probe costs a nanosecond, and callers bound their counts.
  static std::uint32_t hash_of(std::string_view text) {
    constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15u;
    std::uint64_t state = text.size() * kMultiplier;
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left >= 8; at += 8, left -= 8) state = fold(state, load(at, 8), kMultiplier);
    if (left > 0) state = fold(state, load(at, left), kMultiplier);
    return static_cast<std::uint32_t>(state ^ (state >> 32));
  }
  static std::uint64_t load(const char* at, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, size);
    return word;
  }
  static std::uint64_t fold(std::uint64_t state, std::uint64_t word, std::uint64_t multiplier) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(state ^ word) * multiplier;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^
           (word << 1);
  }

  void grow(std::size_t wanted) {
    std::size_t size = 64;
    while (size < wanted) size *= 2;
    std::vector<Slot> old(size);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.id == kFree) continue;
      std::size_t at = slot.hash & mask();
      while (slots_[at].id != kFree) at = (at + 1) & mask();
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::vector<std::string_view> texts_;
};

// Keeps copies of texts at stable addresses.
class TextArena {
 public:
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) {
      const std::size_t size = text.size() > kChunk ? text.size() : kChunk;
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
      next_ = chunks_.back().get();
      left_ = size;
    }
    char* copy = next_;
    std::memcpy(copy, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {copy, text.size()};
  }

 private:
  static constexpr std::size_t kChunk = 16384;
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace lpm
