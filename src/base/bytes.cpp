#include "base/bytes.h"

#include <algorithm>
#include <cstdio>

namespace lpm {

void PaddedBuffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_ && data_ != nullptr) return;
  void* grown = std::realloc(data_, capacity + kPadding);
  if (grown == nullptr) {
    std::fputs("error: out of memory\n", stderr);
    std::_Exit(70);
  }
  data_ = static_cast<std::uint8_t*>(grown);
  capacity_ = capacity;
  std::memset(data_ + size_, 0, kPadding);
}

void PaddedBuffer::resize(std::size_t size) {
  if (size > capacity_ || data_ == nullptr) reserve(size);
  size_ = size;
  std::memset(data_ + size_, 0, kPadding);
}

void PaddedBuffer::append(const void* data, std::size_t size) {
  if (size == 0) return;
  if (size_ + size > capacity_) reserve(std::max(size_ + size, capacity_ + capacity_ / 2));
  std::memcpy(data_ + size_, data, size);
  size_ += size;
  std::memset(data_ + size_, 0, kPadding);
}

}  // namespace lpm
