//===- Jit.h - compile a model and run it here ------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the JIT.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_JIT_H
#define ASTRAGAL_COMPILER_DRIVER_JIT_H

#include "compiler/driver/Codegen.h"
#include "compiler/driver/ModelDescription.h"
#include "compiler/driver/ModelTables.h"

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace astragal::driver {

/// A model in this process. Owns the machine code and everything that the `astragal_model` points to.
///
/// Entries may come in several modules: those that a run starts with first, the others when someone asks for
/// them. Not thread-safe while modules are added.
class Jit {
public:
  static llvm::Expected<std::unique_ptr<Jit>> create(ModelDescription description,
                                                     const TargetOptions &target = {});
  ~Jit();

  /// Compiles a module in phase `llvm`. Its entries must be new. Its checks become those of the model: a
  /// module that is added later numbers its own from `getModel()->num_checks + 1` on
  /// (`number-checks{first=…}`).
  llvm::Error add(mlir::ModuleOp module);

  /// The same object at every call; entries that were not added are null.
  const astragal_model *getModel() const { return tables.getModel(); }

  const Timings &getTimings() const { return timings; }

private:
  Jit(ModelDescription description, const TargetOptions &target);

  ModelTables tables;
  std::unique_ptr<llvm::TargetMachine> target;
  std::unique_ptr<llvm::orc::LLJIT> jit;
  Timings timings;
};

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_JIT_H
