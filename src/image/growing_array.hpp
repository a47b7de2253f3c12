// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace sidecarctl {

/// A vector of plain values that grows by realloc(3): large blocks are moved by the kernel, not copied, so that growing
/// does not need old and new memory at once, and what is reserved but not used takes none.
template <class T>
class GrowingArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  std::size_t size() const noexcept { return size_; }
  T& operator[](std::size_t index) noexcept { return data_.get()[index]; }
  const T& operator[](std::size_t index) const noexcept { return data_.get()[index]; }
  std::span<T> values() noexcept { return {data_.get(), size_}; }
  std::span<const T> values() const noexcept { return {data_.get(), size_}; }

  void push_back(const T& value) {
    const T copy = value;  // `value` may be one of ours, and move.
    resize_for_overwrite(size_ + 1);
    data_.get()[size_ - 1] = copy;
  }
  /// New elements have no value yet.
  void resize_for_overwrite(std::size_t size) {
    if (size > capacity_) grow(size);
    size_ = size;
  }

 private:
  struct Free {
    void operator()(T* data) const noexcept { std::free(data); }  // NOLINT(cppcoreguidelines-no-malloc): of realloc.
  };
  void grow(std::size_t size) {
    const std::size_t wanted = size > capacity_ * 2 ? size : capacity_ * 2;
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): only realloc moves pages instead of bytes.
    void* const moved = std::realloc(static_cast<void*>(data_.get()), wanted * sizeof(T));
    if (moved == nullptr) throw std::bad_alloc();
    static_cast<void>(data_.release());
    data_.reset(static_cast<T*>(moved));
    capacity_ = wanted;
  }

  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace sidecarctl
