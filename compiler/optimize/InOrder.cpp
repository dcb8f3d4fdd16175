//===- InOrder.cpp - ops after all that they need --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/InOrder.h"

#include "mlir/IR/Region.h"
#include "llvm/ADT/DenseSet.h"

#include <algorithm>

using namespace mlir;

void astragal::optimize::walkOperands(Operation *op, function_ref<void(Value)> visit) {
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (!op->isAncestor(operand.getParentRegion()->getParentOp()))
        visit(operand);
  });
}

void astragal::optimize::visitInOrder(Operation *op, function_ref<bool(Value)> isOpen,
                                      function_ref<void(Operation *)> visit) {
  DenseSet<Operation *> done;
  SmallVector<Operation *> stack{op};
  while (!stack.empty()) {
    Operation *top = stack.back();
    size_t size = stack.size();
    if (!done.contains(top))
      walkOperands(top, [&](Value operand) {
        Operation *before = operand.getDefiningOp();
        if (before && !done.contains(before) && isOpen(operand))
          stack.push_back(before);
      });
    if (stack.size() > size) {
      std::reverse(stack.begin() + size, stack.end()); // the first operand first
      continue;
    }
    stack.pop_back();
    if (done.insert(top).second)
      visit(top);
  }
}
