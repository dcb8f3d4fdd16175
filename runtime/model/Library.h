//===- Library.h - a model in a shared library ------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Library, which keeps an ahead-of-time compiled model loaded.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_MODEL_LIBRARY_H
#define ASTRAGAL_RUNTIME_MODEL_LIBRARY_H

#include "runtime/abi.h"

#include <memory>
#include <string>

namespace astragal::model {

class Library {
public:
  /// Throws Error: IO if the library cannot be loaded, Model if it is not a compiled model of this ABI
  /// version.
  explicit Library(const std::string &path);

  /// Lives as long as this object and those that share `handle`.
  const astragal_model &model() const { return *description; }
  /// What keeps the library loaded; a Model takes it as its owner.
  std::shared_ptr<void> handle() const { return loaded; }

private:
  std::shared_ptr<void> loaded;
  const astragal_model *description = nullptr;
};

} // namespace astragal::model

#endif // ASTRAGAL_RUNTIME_MODEL_LIBRARY_H
