//===- Compiled.h - a module, run through passes and called -----*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file lets tests of the room call what its passes make of a module: it lowers by upstream passes alone,
// so that a fault shows here and not in compiler/lower.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_COMPILER_SCHEDULE_COMPILED_H
#define ASTRAGAL_TESTS_COMPILER_SCHEDULE_COMPILED_H

#include <functional>
#include <memory>
#include <string>

namespace mlir {
class PassManager;
} // namespace mlir

namespace astragal::tests {

class Compiled {
public:
  /// Parses `text`, runs the passes that `schedule` adds, lowers and compiles. Where that fails, `error` says
  /// so.
  Compiled(const std::string &text, const std::function<void(mlir::PassManager &)> &schedule);
  ~Compiled();

  /// The compiled function, or null.
  void *lookup(const std::string &name);
  std::string error;

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace astragal::tests

#endif // ASTRAGAL_TESTS_COMPILER_SCHEDULE_COMPILED_H
