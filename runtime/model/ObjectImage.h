//===- ObjectImage.h - machine code of an object file -----------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines ObjectImage: relocatable object files, as the compiler makes them, ready to run in this
// process. No linker and no file takes part.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_MODEL_OBJECTIMAGE_H
#define ASTRAGAL_RUNTIME_MODEL_OBJECTIMAGE_H

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace astragal::model {

/// The functions that generated code may call are those of abi.h, and those that this process has loaded
/// (libm).
class ObjectImage {
public:
  /// Whether objects of this machine can be loaded: so far, those of x86-64.
  static bool isSupported();

  /// Of objects that each may use what those before it define. Throws Error: Model for one that is damaged,
  /// or needs what is not there.
  explicit ObjectImage(const std::vector<std::string> &objects);
  ~ObjectImage();
  ObjectImage(const ObjectImage &) = delete;
  ObjectImage &operator=(const ObjectImage &) = delete;

  /// The address of a function that an object defines for others; null if there is none.
  void *find(std::string_view name) const;

private:
  friend class ObjectLoader;
  /// Memory of one object.
  struct Block {
    Block() = default;
    Block(Block &&other) noexcept : memory(std::exchange(other.memory, nullptr)), size(other.size) {}
    ~Block();
    char *memory = nullptr;
    size_t size = 0;
  };
  std::vector<Block> blocks;
  std::unordered_map<std::string, void *> symbols;
};

} // namespace astragal::model

#endif // ASTRAGAL_RUNTIME_MODEL_OBJECTIMAGE_H
