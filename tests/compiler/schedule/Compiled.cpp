//===- Compiled.cpp - a module, run through passes and called -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the lowering for tests: one-shot bufferization, loops, LLVM, JIT for the host.
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/schedule/Compiled.h"

#include "compiler/lower/Lowering.h"
#include "dialects/tg/TG.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/ControlFlow/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/Passes.h"
#include "runtime/abi.h"
#include "llvm/Support/TargetSelect.h"

using namespace mlir;
using namespace astragal::tests;

struct Compiled::State {
  MLIRContext context;
  std::unique_ptr<ExecutionEngine> engine;
};

static DialectRegistry registry() {
  DialectRegistry registry;
  registry.insert<arith::ArithDialect, bufferization::BufferizationDialect, cf::ControlFlowDialect,
                  func::FuncDialect, LLVM::LLVMDialect, linalg::LinalgDialect, math::MathDialect,
                  memref::MemRefDialect, scf::SCFDialect, tensor::TensorDialect, ub::UBDialect,
                  vector::VectorDialect, astragal::tg::TGDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(registry);
  cf::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  vector::registerBufferizableOpInterfaceExternalModels(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  return registry;
}

/// What expand-math leaves to a callee of runtime/abi.h becomes a call of it.
static void callRuntime(ModuleOp module) {
  OpBuilder b(module.getContext());
  module.walk([&](Operation *op) {
    if (!isa<astragal::tg::LgammaOp, astragal::tg::DigammaOp, astragal::tg::TrigammaOp>(op))
      return;
    std::string name = ("astragal_" + op->getName().stripDialect()).str();
    if (!module.lookupSymbol(name)) {
      b.setInsertionPointToStart(module.getBody());
      func::FuncOp::create(b, op->getLoc(), name, b.getFunctionType(b.getF64Type(), b.getF64Type()))
          .setPrivate();
    }
    b.setInsertionPoint(op);
    auto call = func::CallOp::create(b, op->getLoc(), name, b.getF64Type(), op->getOperands());
    op->replaceAllUsesWith(call.getResults());
    op->erase();
  });
}

static void lower(PassManager &pm) {
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.allowReturnAllocsFromLoops = true;
  options.functionBoundaryTypeConversion = bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(options));
  pm.addPass(createConvertLinalgToLoopsPass());
  pm.addPass(createConvertVectorToSCFPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}

Compiled::Compiled(const std::string &text, const std::function<void(PassManager &)> &schedule)
    : state(std::make_unique<State>()) {
  MLIRContext &context = state->context;
  context.appendDialectRegistry(registry());
  context.loadAllAvailableDialects();
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
      error += diagnostic.str() + "\n";
    return success();
  });
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return;
  PassManager scheduling(&context), pm(&context);
  schedule(scheduling);
  if (failed(scheduling.run(*module))) {
    error += "the passes failed\n";
    return;
  }
  callRuntime(*module);
  RewritePatternSet scaling(&context);
  astragal::lower::populateScalingPatterns(scaling);
  if (failed(applyPatternsGreedily(*module, std::move(scaling))))
    return;
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  ::lower(pm);
  if (failed(pm.run(*module))) {
    error += "the passes failed\n";
    return;
  }
  static const bool initialized =
      (llvm::InitializeNativeTarget(), llvm::InitializeNativeTargetAsmPrinter(), true);
  (void)initialized;
  ExecutionEngineOptions options;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Default;
  auto transformer = makeOptimizingTransformer(2, 0, nullptr);
  options.transformer = transformer;
  auto engine = ExecutionEngine::create(*module, options);
  if (!engine) {
    error += llvm::toString(engine.takeError());
    return;
  }
  (*engine)->registerSymbols([](llvm::orc::MangleAndInterner mangle) {
    llvm::orc::SymbolMap symbols;
    for (auto [name, address] :
         {std::pair("astragal_lgamma", &astragal_lgamma), std::pair("astragal_digamma", &astragal_digamma),
          std::pair("astragal_trigamma", &astragal_trigamma)})
      symbols[mangle(name)] = {llvm::orc::ExecutorAddr::fromPtr(address), llvm::JITSymbolFlags::Exported};
    return symbols;
  });
  state->engine = std::move(*engine);
}

Compiled::~Compiled() = default;

void *Compiled::lookup(const std::string &name) {
  if (!state->engine)
    return nullptr;
  auto symbol = state->engine->lookup(name);
  if (!symbol) {
    error += llvm::toString(symbol.takeError());
    return nullptr;
  }
  return *symbol;
}
