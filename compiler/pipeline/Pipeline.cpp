//===- Pipeline.cpp - the passes from phase to phase ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/pipeline/Passes.h"
#include "compiler/pipeline/Pipeline.h"

#include "compiler/differentiate/Passes.h"
#include "compiler/interpret/Passes.h"
#include "compiler/lower/Passes.h"
#include "compiler/optimize/Passes.h"
#include "compiler/schedule/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace astragal::pipeline {

static void addCleanup(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// Loops and plates of a few iterations become scalars, and what they stored is read as it is.
static void addUnrolling(OpPassManager &pm) {
  OpPassManager &functions = pm.nest<func::FuncOp>();
  functions.addPass(optimize::createUnrollSmallLoops());
  functions.addPass(optimize::createForwardStores());
}

/// prob -> density: interpretations chosen, containers become plates, loops are raised, data-only work hoisted.
static void addDensity(OpPassManager &pm, const PipelineOptions &options) {
  interpret::InterpretOptions interpretation;
  interpretation.entries.assign(options.entries.begin(), options.entries.end());
  pm.addPass(interpret::createInterpret(interpretation));
  if (!options.explain)
    pm.addPass(optimize::createDropExplanations());
  pm.addPass(optimize::createInlineFunctions());
  addCleanup(pm);
  pm.addPass(optimize::createBuildPlates());
  if (options.explain)
    return;
  addUnrolling(pm);
  addCleanup(pm);
  pm.addNestedPass<func::FuncOp>(createLoopInvariantCodeMotionPass());
  pm.addNestedPass<func::FuncOp>(optimize::createRaiseLoops());
  pm.addNestedPass<func::FuncOp>(optimize::createFusePlates());
  addCleanup(pm);
  if (options.hoistData)
    pm.addPass(optimize::createHoistDataOnly());
}

/// density -> tensor: densities inlined, what depends on data alone moved to prepare, gradients formed.
static void addTensor(OpPassManager &pm, const PipelineOptions &options) {
  auto simplify = [&] { pm.addNestedPass<func::FuncOp>(optimize::createSimplifyArithmetic()); };
  pm.addPass(optimize::createInlineDistributions());
  if (options.explain) {
    addCleanup(pm);
    pm.addNestedPass<func::FuncOp>(optimize::createTraceNans());
    pm.addPass(differentiate::createDifferentiate());
    pm.addPass(createCanonicalizerPass());
    pm.addNestedPass<func::FuncOp>(optimize::createTraceNans({/*gradient=*/true}));
    return;
  }
  pm.addPass(optimize::createDropExplanations()); // those of the distributions
  simplify();
  addCleanup(pm);
  pm.addNestedPass<func::FuncOp>(createLoopInvariantCodeMotionPass());
  addUnrolling(pm);
  addCleanup(pm);
  // Loops that held symbolic densities are plain arithmetic now.
  pm.addNestedPass<func::FuncOp>(optimize::createRaiseLoops());
  pm.addNestedPass<func::FuncOp>(optimize::createFusePlates());
  addCleanup(pm);
  pm.addNestedPass<func::FuncOp>(createLoopInvariantCodeMotionPass());
  // Checks that are the same for all rows leave a plate before plates in plates are joined.
  simplify();
  pm.addNestedPass<func::FuncOp>(optimize::createCollapsePlates());
  if (options.hoistData)
    pm.addPass(optimize::createHoistDataOnly());
  addCleanup(pm);
  pm.addPass(differentiate::createDifferentiate());
  pm.addNestedPass<func::FuncOp>(optimize::createForwardStores());
  addCleanup(pm);
}

/// tensor -> scheduled: rows onto lanes, mathematics into arithmetic.
static void addScheduled(OpPassManager &pm, const PipelineOptions &options) {
  if (options.explain) {
    schedule::VectorizePlatesOptions oneByOne;
    oneByOne.lanes = false;
    pm.addNestedPass<func::FuncOp>(schedule::createVectorizePlates(oneByOne));
  } else {
    pm.addNestedPass<func::FuncOp>(createLoopInvariantCodeMotionPass());
    pm.addNestedPass<func::FuncOp>(schedule::createVectorizePlates());
    addCleanup(pm);
  }
  // Before the expansions, which form their own: what is fused must not depend on whether a function was inlined.
  schedule::FormFmaOptions fma;
  fma.fma = options.fma;
  pm.addPass(schedule::createFormFma(fma));
  schedule::ExpandMathOptions math;
  math.fma = options.fma;
  pm.addPass(schedule::createExpandMath(math));
  addCleanup(pm);
  if (!options.explain)
    pm.addNestedPass<func::FuncOp>(createLoopInvariantCodeMotionPass());
}

void addPhase(OpPassManager &pm, Phase phase, const PipelineOptions &options) {
  switch (phase) {
  case Phase::Prob: break;
  case Phase::Density: addDensity(pm, options); break;
  case Phase::Tensor: addTensor(pm, options); break;
  case Phase::Scheduled: addScheduled(pm, options); break;
  case Phase::Buffer:
    pm.addPass(lower::createNumberChecks(lower::NumberChecksOptions{options.firstCheck}));
    pm.addPass(lower::createSinkUpdates());
    pm.addPass(lower::createBufferizeTensors());
    pm.addPass(createCSEPass());
    break;
  case Phase::Pooled: pm.addPass(lower::createPlanWorkspace()); break;
  case Phase::Llvm: pm.addPass(lower::createLowerToLLVM()); break;
  }
  if (options.verifyPhases)
    pm.addPass(createVerifyPhase(VerifyPhaseOptions{nameOf(phase).str()}));
}

void addPhases(OpPassManager &pm, Phase from, Phase to, const PipelineOptions &options) {
  for (const PhaseInfo &info : phases)
    if (info.phase > from && info.phase <= to)
      addPhase(pm, info.phase, options);
}

namespace {
struct CommandLineOptions : PassPipelineOptions<CommandLineOptions> {
  ListOption<std::string> entries{*this, "entries", llvm::cl::desc("Entries to make; all by default")};
  Option<bool> fma{*this, "fma", llvm::cl::desc("The target has fused multiply-add"), llvm::cl::init(true)};
  Option<bool> explain{*this, "explain", llvm::cl::desc("Entries that explain a failure: order and values are kept")};
  Option<bool> verify{*this, "verify-phases", llvm::cl::desc("Check what the phase promises"), llvm::cl::init(true)};
};
} // namespace

void registerPipelines() {
  interpret::registerAstragalInterpretPasses();
  optimize::registerOptimizePasses();
  differentiate::registerDifferentiatePasses();
  schedule::registerSchedulePasses();
  lower::registerLowerPasses();
  registerAstragalPipelinePasses();
  static std::vector<std::unique_ptr<PassPipelineRegistration<CommandLineOptions>>> registrations;
  for (const PhaseInfo &info : phases) {
    if (info.phase == Phase::Prob)
      continue;
    registrations.push_back(std::make_unique<PassPipelineRegistration<CommandLineOptions>>(
        ("to-" + info.name).str(), info.sentence, [phase = info.phase](OpPassManager &pm, const CommandLineOptions &o) {
          PipelineOptions options;
          options.entries.assign(o.entries.begin(), o.entries.end());
          options.fma = o.fma;
          options.verifyPhases = o.verify;
          options.explain = o.explain;
          addPhase(pm, phase, options);
        }));
  }
}

} // namespace astragal::pipeline
