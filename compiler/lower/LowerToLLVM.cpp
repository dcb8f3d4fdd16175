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

#include "compiler/lower/Call.h"
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
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "runtime/abi.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace astragal::lower {
#define GEN_PASS_DEF_LOWERTOLLVM
#include "compiler/lower/Passes.h.inc"

namespace {
/// Calls of the functions that `runtime/abi.h` lists.
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

/// Special functions take and give numbers in memory: those of a vector in one call.
struct LowerSpecial : ConvertOpToLLVMPattern<tg::SpecialOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(tg::SpecialOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type type = adaptor.getOperands()[0].getType();
    auto vector = dyn_cast<VectorType>(type);
    SmallVector<Value> arguments;
    {
      // In the entry block: what is reserved inside a loop is not given back before the function returns.
      OpBuilder::InsertionGuard guard(rewriter);
      Operation *function = op->getParentOfType<FunctionOpInterface>();
      rewriter.setInsertionPointToStart(&function->getRegion(0).front());
      Value one = LLVM::ConstantOp::create(rewriter, loc, rewriter.getI64Type(), 1);
      for (size_t k = 0; k <= adaptor.getOperands().size(); ++k)
        arguments.push_back(
            LLVM::AllocaOp::create(rewriter, loc, LLVM::LLVMPointerType::get(getContext()), type, one));
    }
    for (auto [operand, place] : llvm::zip_equal(adaptor.getOperands(), ArrayRef(arguments).drop_front()))
      LLVM::StoreOp::create(rewriter, loc, operand, place);
    Value result = arguments.front();
    arguments.push_back(
        LLVM::ConstantOp::create(rewriter, loc, rewriter.getI64Type(), vector ? vector.getNumElements() : 1));
    LLVM::CallOp::create(rewriter, loc, TypeRange(), ("astragal_" + op.getFunction()).str(), arguments);
    rewriter.replaceOpWithNewOp<LLVM::LoadOp>(op, type, result);
    return success();
  }
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

/// The number of arguments of a special function; 0 if there is none of that name.
unsigned getArity(StringRef function) {
#define ASTRAGAL_CASE(name, arity) .Case(#name, arity)
  return llvm::StringSwitch<unsigned>(function) ASTRAGAL_SPECIAL_FUNCTIONS(ASTRAGAL_CASE).Default(0);
#undef ASTRAGAL_CASE
}

struct LowerToLLVM : impl::LowerToLLVMBase<LowerToLLVM> {
  LogicalResult convertEntries() {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function.isPublic() || isChunkFunction(function)) {
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

  /// Declares the special functions that the module calls: pure but for the memory that they are given.
  LogicalResult declareSpecial() {
    llvm::SetVector<StringRef> names;
    WalkResult result = getOperation().walk([&](tg::SpecialOp op) {
      unsigned arity = getArity(op.getFunction());
      if (arity == op.getOperands().size()) {
        names.insert(op.getFunction());
        return WalkResult::advance();
      }
      if (arity == 0)
        op.emitOpError("calls a function that the runtime does not have: '") << op.getFunction() << "'";
      else
        op.emitOpError("calls '") << op.getFunction() << "' with " << op.getOperands().size()
                                  << " operands, and it takes " << arity;
      return WalkResult::interrupt();
    });
    OpBuilder b = OpBuilder::atBlockBegin(getOperation().getBody());
    Type pointer = LLVM::LLVMPointerType::get(&getContext());
    for (StringRef name : names) {
      SmallVector<Type> operands(getArity(name) + 1, pointer);
      operands.push_back(b.getI64Type());
      auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(&getContext()), operands);
      auto declaration =
          LLVM::LLVMFuncOp::create(b, getOperation().getLoc(), ("astragal_" + name).str(), type);
      SmallVector<LLVM::ModRefInfo> effects(6, LLVM::ModRefInfo::NoModRef);
      effects[1] = LLVM::ModRefInfo::ModRef; // of what the arguments point to
      declaration.setMemoryEffectsAttr(LLVM::MemoryEffectsAttr::get(&getContext(), effects));
      declaration.setNoUnwind(true);
      declaration.setWillReturn(true);
      for (unsigned k = 0; k < operands.size() - 1; ++k)
        declaration.setArgAttr(
            k, k ? LLVM::LLVMDialect::getReadonlyAttrName() : LLVM::LLVMDialect::getWriteOnlyAttrName(),
            b.getUnitAttr());
    }
    return failure(result.wasInterrupted());
  }

  /// Declares the kernels that the module calls. They write through their last arguments and end; nothing
  /// else happens.
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
    populateScalingPatterns(patterns);
    if (failed(declareKernels()))
      return failure();
    patterns.add<LowerKernelCall>(types);
    declare<tg::RandomUniformOp>(patterns, types, "astragal_random_uniform");
    declare<tg::RandomNormalOp>(patterns, types, "astragal_random_normal");
    declare<tg::LgammaOp>(patterns, types, "astragal_lgamma");
    declare<tg::DigammaOp>(patterns, types, "astragal_digamma");
    declare<tg::TrigammaOp>(patterns, types, "astragal_trigamma");
    if (failed(declareSpecial()))
      return failure();
    patterns.add<LowerSpecial>(types);
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
    target.addDynamicallyLegalOp<UnrealizedConversionCastOp>(
        [](UnrealizedConversionCastOp op) { return !isAddress(op); });
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
