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
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"

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

/// A loop that hands on a product with a factor of its own, for the next iteration to add to, hands on the
/// other operand: then sum and product are one operation on the path from iteration to iteration.
static void contractAcross(scf::ForOp loop) {
  for (auto [argument, init, yielded, result] :
       llvm::zip_equal(loop.getRegionIterArgs(), loop.getInitsMutable(),
                       loop.getYieldedValuesMutable().value(), loop.getResults())) {
    auto product = yielded.get().getDefiningOp<arith::MulFOp>();
    if (!product || product->getBlock() != loop.getBody() || !matchPattern(init.get(), m_AnyZeroFloat()) ||
        isa<TensorType>(argument.getType()) ||
        llvm::none_of(argument.getUsers(), llvm::IsaPred<arith::AddFOp, arith::SubFOp>))
      continue;
    Value factor = product.getRhs(), rest = product.getLhs();
    if (!loop.isDefinedOutsideOfLoop(factor))
      std::swap(factor, rest);
    if (!loop.isDefinedOutsideOfLoop(factor) || loop.isDefinedOutsideOfLoop(rest))
      continue;
    auto b = OpBuilder::atBlockBegin(loop.getBody());
    auto before = arith::MulFOp::create(b, product.getLoc(), argument, factor);
    argument.replaceAllUsesExcept(before, before);
    yielded.set(rest);
    b.setInsertionPointAfter(loop);
    auto last = arith::MulFOp::create(b, product.getLoc(), result, factor);
    result.replaceAllUsesExcept(last, last);
    if (product->use_empty())
      product->erase();
  }
}

namespace {
struct FormFma : astragal::schedule::impl::FormFmaBase<FormFma> {
  using FormFmaBase::FormFmaBase;
  void runOnOperation() override {
    if (!fma)
      return;
    getOperation()->walk(contractAcross);
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
