//===- Remarks.h - what passes did and declined -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how the remarks of passes are gathered for people: once each, though a statement is
// compiled into many entries, and in the order of the source.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_REMARKS_H
#define ASTRAGAL_COMPILER_DRIVER_REMARKS_H

#include "mlir/IR/MLIRContext.h"

#include <set>
#include <string>
#include <tuple>

namespace astragal::driver {

class Remarks {
public:
  /// Gathers what passes on modules of this context say from now on. Must outlive the context.
  void collect(mlir::MLIRContext &context);

  /// A line each: `model.stan:12:3: raise-loops: declined: why`; a pass that did something says `done`.
  std::string print() const;

private:
  class Streamer;
  /// File, line, column, pass, and what it said.
  std::set<std::tuple<std::string, unsigned, unsigned, std::string, std::string>> lines;
};

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_REMARKS_H
