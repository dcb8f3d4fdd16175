//===- FormFma.cpp - contract products into sums -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements form-fma. The rule looks at the operands alone: were the product's other uses to
// count, a value would round differently beside its gradient than without it.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace astragal::schedule {
#define GEN_PASS_DEF_FORMFMA
#include "compiler/schedule/Passes.h.inc"
} // namespace astragal::schedule

using namespace mlir;

/// The fused form of `op`, or null where no operand is a product.
static Value contract(OpBuilder &b, Operation *op) {
  if (!isa<arith::AddFOp, arith::SubFOp>(op) || !getElementTypeOrSelf(op->getResult(0)).isF64() ||
      isa<TensorType>(op->getResult(0).getType()))
    return {};
  bool subtracts = isa<arith::SubFOp>(op);
  Location loc = op->getLoc();
  Value left = op->getOperand(0), right = op->getOperand(1);
  if (auto product = left.getDefiningOp<arith::MulFOp>()) {
    Value addend = subtracts ? arith::NegFOp::create(b, loc, right) : right;
    return math::FmaOp::create(b, loc, product.getLhs(), product.getRhs(), addend);
  }
  if (auto product = right.getDefiningOp<arith::MulFOp>()) {
    Value factor = subtracts ? arith::NegFOp::create(b, loc, product.getLhs()) : product.getLhs();
    return math::FmaOp::create(b, loc, factor, product.getRhs(), left);
  }
  return {};
}

namespace {
struct FormFma : astragal::schedule::impl::FormFmaBase<FormFma> {
  using FormFmaBase::FormFmaBase;
  void runOnOperation() override {
    if (!fma)
      return;
    SmallVector<Operation *> candidates;
    getOperation()->walk([&](Operation *op) {
      if (isa<arith::AddFOp, arith::SubFOp>(op))
        candidates.push_back(op);
    });
    SmallVector<Operation *> products;
    for (Operation *op : candidates) {
      OpBuilder b(op);
      if (Value fused = contract(b, op)) {
        for (Value operand : op->getOperands())
          if (auto product = operand.getDefiningOp<arith::MulFOp>())
            products.push_back(product);
        op->replaceAllUsesWith(ValueRange(fused));
        op->erase();
      }
    }
    llvm::sort(products);
    products.erase(llvm::unique(products), products.end());
    for (Operation *product : products)
      if (product->use_empty())
        product->erase();
  }
};
} // namespace
