//===- LowerScaling.cpp - powers of two by AVX-512 -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements how scaling by powers of two, exponents and significands become instructions. A scalar
// takes the first lane of a vector of two.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Lowering.h"

using namespace mlir;

namespace astragal::lower {
namespace {
template <typename Op> struct LowerScaling : OpRewritePattern<Op> {
  LowerScaling(MLIRContext *context, StringRef name, std::optional<int32_t> immediate)
      : OpRewritePattern<Op>(context), name(name), immediate(immediate) {}

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto vector = dyn_cast<VectorType>(op.getType());
    int64_t lanes = vector ? vector.getNumElements() : 2;
    if (lanes != 2 && lanes != 4 && lanes != 8)
      return op.emitOpError("has no instruction for ") << lanes << " lanes";
    auto type = VectorType::get(lanes, rewriter.getF64Type());
    auto constant = [&](Type of, int64_t value) {
      return LLVM::ConstantOp::create(rewriter, loc, of, rewriter.getIntegerAttr(of, value)).getResult();
    };
    Value place = vector ? Value() : constant(rewriter.getI64Type(), 0);
    Value undefined = LLVM::PoisonOp::create(rewriter, loc, type);
    SmallVector<Value> arguments;
    for (Value operand : op->getOperands())
      arguments.push_back(
          vector ? operand
                 : LLVM::InsertElementOp::create(rewriter, loc, undefined, operand, place).getResult());
    if (immediate)
      arguments.push_back(constant(rewriter.getI32Type(), *immediate));
    arguments.push_back(undefined); // of lanes that are masked off: none
    arguments.push_back(constant(rewriter.getI8Type(), -1));
    if (lanes == 8)
      arguments.push_back(constant(rewriter.getI32Type(), roundAsUsual));
    std::string full = ("llvm.x86.avx512.mask." + name + ".pd." + Twine(lanes * 64)).str();
    auto call = LLVM::CallIntrinsicOp::create(rewriter, loc, type, rewriter.getStringAttr(full), arguments);
    Value result = call.getResults();
    if (!vector)
      result = LLVM::ExtractElementOp::create(rewriter, loc, result, place);
    rewriter.replaceOp(op, result);
    return success();
  }

  static constexpr int32_t roundAsUsual = 4;
  StringRef name;
  std::optional<int32_t> immediate;
};
} // namespace

void populateScalingPatterns(RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  // Significands in [0.75, 1.5); without a sign, and NaN for what is negative.
  constexpr int32_t significands = 0b1111;
  patterns.add<LowerScaling<tg::ScaleBOp>>(context, "scalef", std::nullopt);
  patterns.add<LowerScaling<tg::LogBOp>>(context, "getexp", std::nullopt);
  patterns.add<LowerScaling<tg::SignificandOp>>(context, "getmant", significands);
}

} // namespace astragal::lower
