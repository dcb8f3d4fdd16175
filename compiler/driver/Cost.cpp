//===- Cost.cpp - how much work a function is -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Cost.h"

#include "compiler/lower/Work.h"

using namespace mlir;

namespace astragal::driver {

std::optional<Cost> countCost(ModuleOp module, StringRef name) {
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (!function || function.isExternal())
    return std::nullopt;
  SmallVector<Operation *> ops;
  for (Operation &op : function.getBody().front())
    ops.push_back(&op);
  lower::Work work = lower::countWork(module, ops);
  return Cost{work.flops,      work.functionFlops, work.bytesRead, work.bytesWritten,
              work.workingSet, work.calls,         work.isExact};
}

} // namespace astragal::driver
