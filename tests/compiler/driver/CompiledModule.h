//===- CompiledModule.h - run hand-written entries --------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines what the tests of lowering and of the driver share: MLIR text in phase `scheduled` goes
// through `lower` and the JIT, and its entries are called as the runtime calls them.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_COMPILER_DRIVER_COMPILEDMODULE_H
#define ASTRAGAL_TESTS_COMPILER_DRIVER_COMPILEDMODULE_H

#include "compiler/driver/Codegen.h"
#include "compiler/driver/LoadedModel.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>
#include <string>
#include <vector>

namespace astragal::test {

/// Parses `text` and lowers it to phase `llvm`. Null on errors, which `messages` then holds.
mlir::OwningOpRef<mlir::ModuleOp> lowerText(mlir::MLIRContext &context, const std::string &text,
                                            std::string *messages = nullptr);

/// A context that knows the dialects of phase `scheduled`.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// Machine code of a module in phase `llvm`, for this machine.
driver::Code compileModule(mlir::ModuleOp module);

class CompiledModule {
public:
  explicit CompiledModule(const std::string &text);

  /// Calls an entry; grows the workspace and the block of prepared values until it is content.
  void run(int entry);

  std::vector<const void *> data;
  std::vector<double> input, output;
  std::vector<int64_t> sizes;
  astragal_call call{};
  int growths = 0;
  std::unique_ptr<driver::LoadedModel> loaded;

private:
  struct Free {
    void operator()(void *block) const { std::free(block); }
  };
  std::unique_ptr<void, Free> workspace, prepared;
};

} // namespace astragal::test

#endif // ASTRAGAL_TESTS_COMPILER_DRIVER_COMPILEDMODULE_H
