//===- CompiledModule.cpp - run hand-written entries ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/driver/CompiledModule.h"

#include "compiler/lower/Passes.h"
#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace astragal::test {

std::unique_ptr<MLIRContext> makeContext() {
  auto context = std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED);
  context->loadDialect<prob::ProbDialect, tg::TGDialect, arith::ArithDialect, cf::ControlFlowDialect,
                       func::FuncDialect, LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect,
                       scf::SCFDialect, tensor::TensorDialect, ub::UBDialect, vector::VectorDialect>();
  return context;
}

OwningOpRef<ModuleOp> lowerText(MLIRContext &context, const std::string &text, std::string *messages) {
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (messages)
      *messages += diagnostic.str() + "\n";
    else
      ADD_FAILURE() << diagnostic.str();
    return success();
  });
  auto module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return {};
  PassManager passes(&context);
  passes.addPass(lower::createNumberChecks());
  passes.addPass(lower::createBufferizeTensors());
  passes.addPass(lower::createPlanWorkspace());
  passes.addPass(lower::createLowerToLLVM());
  if (failed(passes.run(*module)))
    return {};
  return module;
}

driver::Code compileModule(ModuleOp module) {
  auto target = driver::makeTargetMachine({});
  if (!target) {
    ADD_FAILURE() << llvm::toString(target.takeError());
    return {};
  }
  driver::Timings timings;
  auto code = driver::compileCode(module, {"test", {}, {}}, **target, timings);
  if (!code) {
    ADD_FAILURE() << llvm::toString(code.takeError());
    return {};
  }
  return std::move(*code);
}

CompiledModule::CompiledModule(const std::string &text) : output(64, -99.0), sizes(16, -99) {
  auto context = makeContext();
  auto module = lowerText(*context, text);
  if (!module)
    return;
  driver::Code code = compileModule(*module);
  loaded = std::make_unique<driver::LoadedModel>(code);
  loaded->add(code);
}

void CompiledModule::run(int entry) {
  ASSERT_TRUE(loaded);
  astragal_function function = loaded->getModel()->entries[entry];
  ASSERT_TRUE(function);
  call.data = data.data();
  call.input = input.data();
  call.output = output.data();
  call.sizes = sizes.data();
  call.failed_check = 0;
  // The runtime keeps blocks aligned, and so do these.
  auto grow = [](auto &owner, void *&block, uint64_t &bytes, uint64_t needed) {
    ASSERT_GT(needed, bytes);
    bytes = (needed + 63) / 64 * 64;
    owner.reset(std::aligned_alloc(64, bytes));
    block = owner.get();
  };
  for (int attempt = 0; attempt < 40; ++attempt) {
    call.workspace_needed = call.prepared_needed = 0;
    function(&call);
    if (call.workspace_needed)
      grow(workspace, call.workspace, call.workspace_bytes, call.workspace_needed);
    else if (call.prepared_needed)
      grow(prepared, call.prepared, call.prepared_bytes, call.prepared_needed);
    else
      return;
    ++growths;
  }
  FAIL() << "the workspace is never large enough";
}

} // namespace astragal::test
