//===- LowerToLLVM.cpp - entries in the LLVM dialect ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements `lower-to-llvm`.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Lowering.h"
#include "compiler/lower/Passes.h"
#include "dialects/tg/TG.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"

using namespace mlir;

namespace astragal::lower {
#define GEN_PASS_DEF_LOWERTOLLVM
#include "compiler/lower/Passes.h.inc"

namespace {
/// Random numbers: calls of the functions that `runtime/abi.h` lists.
template <typename Source>
struct LowerRandom : ConvertOpToLLVMPattern<Source> {
  LowerRandom(const LLVMTypeConverter &types, StringRef name) : ConvertOpToLLVMPattern<Source>(types), name(name) {}

  LogicalResult matchAndRewrite(Source op, typename Source::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::CallOp>(op, TypeRange(rewriter.getF64Type()), name, adaptor.getOperands());
    return success();
  }

  StringRef name;
};

struct LowerToLLVM : impl::LowerToLLVMBase<LowerToLLVM> {
  LogicalResult convertEntries() {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function.isPublic()) {
        if (failed(convertEntry(function)))
          return failure();
      } else if (!function.isDeclaration()) {
        function->setAttr("llvm.linkage", LLVM::LinkageAttr::get(&getContext(), LLVM::Linkage::Internal));
      }
    return success();
  }

  LogicalResult convertControlFlow() {
    RewritePatternSet patterns(&getContext());
    populateSCFToControlFlowConversionPatterns(patterns);
    ConversionTarget target(getContext());
    target.addIllegalDialect<scf::SCFDialect>();
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns))))
      return failure();
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>())
      convertGrowth(function);
    return success();
  }

  void declareRandom(StringRef name) {
    OpBuilder b = OpBuilder::atBlockBegin(getOperation().getBody());
    Type i64 = b.getI64Type();
    auto type = LLVM::LLVMFunctionType::get(b.getF64Type(), {i64, i64, i64});
    auto declaration = LLVM::LLVMFuncOp::create(b, getOperation().getLoc(), name, type);
    auto effects = LLVM::MemoryEffectsAttr::get(b.getContext(), SmallVector<LLVM::ModRefInfo>(6, LLVM::ModRefInfo::NoModRef));
    declaration.setMemoryEffectsAttr(effects);
    declaration.setNoUnwind(true);
    declaration.setWillReturn(true);
  }

  LogicalResult convertRest() {
    MLIRContext *context = &getContext();
    if (getOperation().walk([](tg::RandomUniformOp) { return WalkResult::interrupt(); }).wasInterrupted())
      declareRandom("astragal_random_uniform");
    if (getOperation().walk([](tg::RandomNormalOp) { return WalkResult::interrupt(); }).wasInterrupted())
      declareRandom("astragal_random_normal");

    LowerToLLVMOptions options(context);
    LLVMTypeConverter types(context, options);
    types.addConversion([&](MemRefType) { return LLVM::LLVMPointerType::get(context); });
    RewritePatternSet patterns(context);
    populateMemoryPatterns(types, patterns);
    patterns.add<LowerRandom<tg::RandomUniformOp>>(types, "astragal_random_uniform");
    patterns.add<LowerRandom<tg::RandomNormalOp>>(types, "astragal_random_normal");
    arith::populateCeilFloorDivExpandOpsPatterns(patterns);
    arith::populateArithToLLVMConversionPatterns(types, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(types, patterns);
    populateFuncToLLVMConversionPatterns(types, patterns);
    populateMathToLLVMConversionPatterns(types, patterns);
    populateMathToLibmConversionPatterns(patterns, /*benefit=*/0);
    ub::populateUBToLLVMConversionPatterns(types, patterns);
    vector::populateVectorStepLoweringPatterns(patterns);
    vector::populateVectorMaskMaterializationPatterns(patterns, /*force32BitVectorIndices=*/true);
    vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
    populateVectorToLLVMConversionPatterns(types, patterns, /*reassociateFPReductions=*/false,
                                           /*force32BitVectorIndices=*/true);

    LLVMConversionTarget target(*context);
    target.addLegalOp<ModuleOp>();
    if (failed(applyFullConversion(getOperation(), target, std::move(patterns))))
      return failure();
    getOperation().walk([](UnrealizedConversionCastOp cast) { // of buffers that are pointers now
      if (cast->use_empty())
        cast.erase();
    });
    return success();
  }

  void runOnOperation() override {
    if (failed(convertEntries()) || failed(convertControlFlow()) || failed(convertRest()))
      return signalPassFailure();
  }
};
} // namespace
} // namespace astragal::lower
