//===- CheckSingleData.cpp - whether data fits single precision -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements check-single-data. The checks stand beside those that declarations make, so that all
// entries have them, those that explain failures too.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Passes.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <limits>

namespace astragal::optimize {
#define GEN_PASS_DEF_CHECKSINGLEDATA
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;

/// Infinities, NaN and zeros do fit; what would become infinite or lose digits does not.
static Value fitsSingle(OpBuilder &b, Location loc, Value x) {
  Value size = math::AbsFOp::create(b, loc, x);
  auto holds = [&](arith::CmpFPredicate predicate, double limit) -> Value {
    Value constant = arith::ConstantOp::create(b, loc, b.getF64FloatAttr(limit));
    return arith::CmpFOp::create(b, loc, predicate, size, constant);
  };
  Value isFinite = holds(arith::CmpFPredicate::ULE, std::numeric_limits<float>::max());
  Value isNormal = holds(arith::CmpFPredicate::UGE, std::numeric_limits<float>::min());
  Value isZero = holds(arith::CmpFPredicate::OEQ, 0);
  Value isInfinite = holds(arith::CmpFPredicate::OEQ, std::numeric_limits<double>::infinity());
  return arith::OrIOp::create(b, loc, arith::AndIOp::create(b, loc, isFinite, isNormal),
                              arith::OrIOp::create(b, loc, isZero, isInfinite));
}

static void check(prob::DataOp data) {
  auto type = dyn_cast<RankedTensorType>(data.getType());
  if (!type || !type.getElementType().isF64())
    return;
  OpBuilder b(data->getContext());
  b.setInsertionPointAfter(data);
  Location loc = data.getLoc();
  ValueRange sizes = data.getDims();
  std::string message = "variable '" + data.getName().str() +
                        "' must be within the range of single precision, in which it is stored";
  std::string explanation = message + ", got {} (element " + (sizes.size() == 1 ? "{+}" : "[{+}");
  for (size_t k = 1; k < sizes.size(); ++k)
    explanation += ", {+}";
  explanation += sizes.size() == 1 ? ")" : "])";
  tg::PlateOp::create(b, loc, sizes, ValueRange(),
                      [&](OpBuilder &b, Location loc, ValueRange at, ValueRange) {
                        Value x = tensor::ExtractOp::create(b, loc, data.getResult(), at);
                        SmallVector<Value> values{x};
                        llvm::append_range(values, at);
                        if (type.getRank() - static_cast<int64_t>(data.getArrayRank()) ==
                            2) // of a matrix, columns come first
                          std::swap(values[values.size() - 1], values[values.size() - 2]);
                        tg::CheckOp::create(b, loc, fitsSingle(b, loc, x), tg::CheckKind::Fatal, message,
                                            explanation, values);
                        tg::YieldOp::create(b, loc);
                      });
}

namespace {
struct CheckSingleData : optimize::impl::CheckSingleDataBase<CheckSingleData> {
  void runOnOperation() override {
    getOperation().walk([](prob::DataOp data) { check(data); });
  }
};
} // namespace
