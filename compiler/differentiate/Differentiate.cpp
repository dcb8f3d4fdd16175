//===- Differentiate.cpp - functions with gradients -----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Passes.h"

#include "compiler/differentiate/Sweep.h"
#include "dialects/prob/Prob.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"

namespace astragal::differentiate {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "compiler/differentiate/Passes.h.inc"
} // namespace astragal::differentiate

using namespace mlir;
using namespace astragal;
using namespace astragal::differentiate;

static constexpr llvm::StringLiteral bindingName = "prob.binding";

/// The input argument, if the function has the form that the pass is for.
static BlockArgument findInput(func::FuncOp function) {
  if (function.isExternal() || !function.getBody().hasOneBlock()) {
    function.emitOpError("needs a body of one block to be differentiated");
    return {};
  }
  ArrayRef<Type> results = function.getResultTypes();
  if (results.empty() || results.size() > 2 || !results[0].isF64()) {
    function.emitOpError("must return one f64 to be differentiated");
    return {};
  }
  for (BlockArgument argument : function.getArguments()) {
    auto binding = function.getArgAttrOfType<prob::BindingAttr>(argument.getArgNumber(), bindingName);
    if (!binding || binding.getRole() != prob::Role::Input)
      continue;
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (type && type.getRank() == 1 && type.getElementType().isF64()) {
      if (results.size() == 1 || results[1] == type)
        return argument;
      function.emitOpError("returns ") << results[1] << " where the gradient of " << type << " shall stand";
      return {};
    }
    function.emitOpError("has an input of type ") << argument.getType() << ", which has no gradient";
    return {};
  }
  function.emitOpError("has no argument bound to 'input' to be differentiated");
  return {};
}

static LogicalResult differentiateFunction(func::FuncOp function) {
  BlockArgument input = findInput(function);
  if (!input)
    return failure();
  Context context(function);
  if (failed(convertWhiles(context, input)))
    return failure();

  auto end = cast<func::ReturnOp>(function.front().getTerminator());
  Value result = end.getOperand(0);
  SmallVector<Operation *> ops;
  for (Operation &op : function.front().without_terminator())
    ops.push_back(&op);
  Sweep sweep(context, OpBuilder(end), end.getLoc(), /*plate=*/nullptr);
  sweep.add(result, context.constant(1));
  if (failed(sweep.run(ops)))
    return failure();
  forgetCounts(function);

  sweep.b.setLoc(end.getLoc());
  Value gradient = sweep.get(input);
  if (end.getNumOperands() == 2) {
    end.setOperand(1, gradient ? gradient : sweep.zeroLike(end.getOperand(1)));
    function->removeAttr("prob.gradient");
    return success();
  }
  end.getOperandsMutable().append(gradient ? gradient : sweep.zeroLike(input));
  auto binding = prob::BindingAttr::get(function.getContext(), prob::Role::Output, 0);
  auto attribute = NamedAttribute(StringAttr::get(function.getContext(), bindingName), binding);
  if (failed(
          function.insertResult(1, input.getType(), DictionaryAttr::get(function.getContext(), attribute))))
    return failure();
  function->removeAttr("prob.gradient");
  return success();
}

namespace {
struct Differentiate : differentiate::impl::DifferentiateBase<Differentiate> {
  using DifferentiateBase::DifferentiateBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr("prob.gradient") && failed(differentiateFunction(function)))
        return signalPassFailure();
    getOperation().walk([](Operation *op) {
      if (!isa<tg::StopGradientOp, tg::WithPartialsOp>(op))
        return;
      op->replaceAllUsesWith(ValueRange(op->getOperand(0)));
      op->erase();
    });
  }
};
} // namespace
