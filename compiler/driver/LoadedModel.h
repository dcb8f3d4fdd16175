//===- LoadedModel.h - compiled code in this process ------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines LoadedModel: code, just made or from the cache, that can be run.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_LOADEDMODEL_H
#define ASTRAGAL_COMPILER_DRIVER_LOADEDMODEL_H

#include "compiler/driver/Code.h"
#include "compiler/driver/ModelTables.h"

#include <functional>
#include <memory>
#include <vector>

namespace astragal::driver {

/// An object that runs as long as its owner lives; its functions are in the order of Code::entries.
struct LinkedObject {
  std::shared_ptr<const void> owner;
  std::vector<astragal_function> functions;
};
using Linker = std::function<LinkedObject(const Code &)>;

/// Entries may come in several pieces of code: those that a run starts with first, the others when someone
/// asks for them. Not thread-safe while code is added.
class LoadedModel {
public:
  /// The tables of `code`; its functions are to be added.
  explicit LoadedModel(const Code &code) : tables(code.description, code.compilerName) {}

  /// Its entries must be new. Its checks become those of the model: code that is added later numbers its own
  /// from `getModel()->num_checks + 1` on. Throws Error (Model) if it cannot be loaded. `linker` is asked
  /// where model::ObjectImage knows no objects of this machine.
  void add(const Code &code, const Linker &linker = nullptr);

  /// The same object at every call; entries that were not added are null.
  const astragal_model *getModel() const { return tables.getModel(); }

private:
  ModelTables tables;
  std::vector<std::shared_ptr<const void>> objects;
};

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_LOADEDMODEL_H
