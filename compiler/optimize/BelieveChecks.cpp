//===- BelieveChecks.cpp - what prepare has checked is so -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements `believe-checks`. No log density is computed after `prepare` has failed, so there an
// index that is data needs no second look, and no other index in its place. Outputs are computed all the
// same.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/DeclaredBounds.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_BELIEVECHECKS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Whether all elements of data that a comparison may be about pass it.
static bool isChecked(arith::CmpIOp compare) {
  Linear place = linearOf(compare.getLhs());
  auto element = place.base ? place.base.getDefiningOp<tensor::ExtractOp>() : tensor::ExtractOp();
  if (!element || !offsetInRange(compare, element))
    return false;
  auto bounds = indexedBounds(element.getTensor());
  std::optional<int64_t> size = getConstantIntValue(compare.getRhs());
  return bounds && size && bounds->first + place.offset >= 0 && bounds->second + place.offset < *size;
}

namespace {
struct BelieveChecks : optimize::impl::BelieveChecksBase<BelieveChecks> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!mayUsePrepared(function) || !addsUpDensity(function))
        continue;
      SmallVector<arith::CmpIOp> believed;
      function.walk([&](arith::CmpIOp compare) {
        if (isChecked(compare))
          believed.push_back(compare);
      });
      for (arith::CmpIOp compare : believed) {
        applied(compare, "believe-checks", "an index that was checked when data was bound");
        OpBuilder b(compare);
        compare.replaceAllUsesWith(
            arith::ConstantOp::create(b, compare.getLoc(), b.getBoolAttr(true)).getResult());
        compare.erase();
      }
    }
  }
};
} // namespace
