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
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace astragal::lower {
#define GEN_PASS_DEF_LOWERTOLLVM
#include "compiler/lower/Passes.h.inc"

namespace {
/// Random numbers: calls of the functions that `runtime/abi.h` lists.
template <typename Source> struct LowerCallable : ConvertOpToLLVMPattern<Source> {
  LowerCallable(const LLVMTypeConverter &types, StringRef name)
      : ConvertOpToLLVMPattern<Source>(types), name(name) {}

  LogicalResult matchAndRewrite(Source op, typename Source::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::CallOp>(op, TypeRange(rewriter.getF64Type()), name,
                                              adaptor.getOperands());
    return success();
  }

  StringRef name;
};

/// Kernels: buffers are pointers by now, sizes are 64 bits wide.
struct LowerKernelCall : ConvertOpToLLVMPattern<tg::KernelCallOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(tg::KernelCallOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::CallOp>(op, TypeRange(), ("astragal_" + op.getKernel()).str(),
                                              adaptor.getOperands());
    return success();
  }
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

  /// Declares the callable that an operation becomes, if the module has such an operation: a pure function.
  template <typename Op>
  void declare(RewritePatternSet &patterns, const LLVMTypeConverter &types, StringRef name) {
    if (!getOperation().walk([](Op) { return WalkResult::interrupt(); }).wasInterrupted())
      return;
    patterns.add<LowerCallable<Op>>(types, name);
    OpBuilder b = OpBuilder::atBlockBegin(getOperation().getBody());
    bool isRandom = std::is_same_v<Op, tg::RandomUniformOp> || std::is_same_v<Op, tg::RandomNormalOp>;
    SmallVector<Type> operands(isRandom ? 3 : 1, isRandom ? Type(b.getI64Type()) : Type(b.getF64Type()));
    auto type = LLVM::LLVMFunctionType::get(b.getF64Type(), operands);
    auto declaration = LLVM::LLVMFuncOp::create(b, getOperation().getLoc(), name, type);
    auto effects = LLVM::MemoryEffectsAttr::get(b.getContext(),
                                                SmallVector<LLVM::ModRefInfo>(6, LLVM::ModRefInfo::NoModRef));
    declaration.setMemoryEffectsAttr(effects);
    declaration.setNoUnwind(true);
    declaration.setWillReturn(true);
  }

  /// Declares the kernels that the module calls. They write through their last arguments and end; nothing else happens.
  LogicalResult declareKernels() {
    MLIRContext *context = &getContext();
    llvm::StringSet<> known;
    WalkResult result = getOperation().walk([&](tg::KernelCallOp op) {
      if (failed(checkKernelCall(op)))
        return WalkResult::interrupt();
      if (!known.insert(op.getKernel()).second)
        return WalkResult::advance();
      SmallVector<Type> operands;
      for (Type type : op.getOperandTypes())
        operands.push_back(isa<MemRefType>(type) ? LLVM::LLVMPointerType::get(context)
                           : type.isIndex()      ? IntegerType::get(context, 64)
                                                 : type);
      OpBuilder b = OpBuilder::atBlockBegin(getOperation().getBody());
      auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), operands);
      auto declaration =
          LLVM::LLVMFuncOp::create(b, getOperation().getLoc(), ("astragal_" + op.getKernel()).str(), type);
      declaration.setNoUnwind(true);
      declaration.setWillReturn(true);
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  LogicalResult convertRest() {
    MLIRContext *context = &getContext();
    LowerToLLVMOptions options(context);
    LLVMTypeConverter types(context, options);
    types.addConversion([&](MemRefType) { return LLVM::LLVMPointerType::get(context); });
    RewritePatternSet patterns(context);
    populateMemoryPatterns(types, patterns);
    if (failed(declareKernels()))
      return failure();
    patterns.add<LowerKernelCall>(types);
    declare<tg::RandomUniformOp>(patterns, types, "astragal_random_uniform");
    declare<tg::RandomNormalOp>(patterns, types, "astragal_random_normal");
    declare<tg::LgammaOp>(patterns, types, "astragal_lgamma");
    declare<tg::DigammaOp>(patterns, types, "astragal_digamma");
    declare<tg::TrigammaOp>(patterns, types, "astragal_trigamma");
    arith::populateCeilFloorDivExpandOpsPatterns(patterns);
    arith::populateArithToLLVMConversionPatterns(types, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(types, patterns);
    populateFuncToLLVMConversionPatterns(types, patterns);
    populateMathToLLVMConversionPatterns(types, patterns);
    populateMathToLibmConversionPatterns(patterns, /*benefit=*/0);
    ub::populateUBToLLVMConversionPatterns(types, patterns);
    vector::populateVectorMaskOpLoweringPatterns(patterns);
    vector::populateVectorStepLoweringPatterns(patterns);
    vector::populateVectorMaskMaterializationPatterns(patterns, /*force32BitVectorIndices=*/true);
    vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
    populateVectorToLLVMConversionPatterns(types, patterns, /*reassociateFPReductions=*/false,
                                           /*force32BitVectorIndices=*/true);

    LLVMConversionTarget target(*context);
    target.addLegalOp<ModuleOp>();
    if (failed(applyFullConversion(getOperation(), target, std::move(patterns))))
      return failure();
    SmallVector<UnrealizedConversionCastOp> casts, left;
    getOperation().walk([&](UnrealizedConversionCastOp cast) { casts.push_back(cast); });
    reconcileUnrealizedCasts(casts, &left);
    for (UnrealizedConversionCastOp cast : left)
      if (cast->use_empty()) // of a pointer to a buffer, which is a pointer now
        cast.erase();
    return success();
  }

  void runOnOperation() override {
    if (failed(convertEntries()) || failed(convertControlFlow()) || failed(convertRest()))
      return signalPassFailure();
  }
};
} // namespace
} // namespace astragal::lower
