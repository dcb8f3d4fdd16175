//===- Pipeline.cpp - the passes from phase to phase ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/pipeline/Pipeline.h"
#include "compiler/pipeline/Passes.h"

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

namespace {
/// Adds passes, without those that were disabled.
class Sequence {
public:
  Sequence(OpPassManager &pm, const PipelineOptions &options) : pm(pm), options(options) {}

  void add(std::unique_ptr<Pass> pass) {
    if (!isDisabled(pass->getArgument()))
      pm.addPass(std::move(pass));
  }
  void addRequired(std::unique_ptr<Pass> pass) { pm.addPass(std::move(pass)); }
  void addToFunctions(std::unique_ptr<Pass> pass) {
    if (!isDisabled(pass->getArgument()))
      pm.addNestedPass<func::FuncOp>(std::move(pass));
  }
  /// One that is run whatever was disabled.
  void addRequiredToFunctions(std::unique_ptr<Pass> pass) { pm.addNestedPass<func::FuncOp>(std::move(pass)); }
  /// Whether what depends on data alone moves to prepare.
  bool prepares() const { return options.hoistData && !isDisabled("hoist-data-only"); }
  bool isDisabled(StringRef name) const { return llvm::is_contained(options.disabled, name); }

  void addCleanup() {
    add(createCanonicalizerPass());
    add(createCSEPass());
  }

  /// Loops and plates of a few iterations become scalars, and what they stored is read as it is.
  void addUnrolling() {
    addToFunctions(optimize::createUnrollSmallLoops());
    addToFunctions(optimize::createHoistStores());
    addToFunctions(optimize::createForwardStores());
  }

private:
  OpPassManager &pm;
  const PipelineOptions &options;
};
} // namespace

ArrayRef<StringRef> optionalPasses() {
  static const StringRef names[] = {"believe-checks",
                                    "carry-elements",
                                    "chunk-plates",
                                    "collapse-plates",
                                    "compress-gaussians",
                                    "compress-squares",
                                    "cse",
                                    "distribute-loops",
                                    "factor-sums",
                                    "flatten-plates",
                                    "form-fma",
                                    "forward-stores",
                                    "fuse-plates",
                                    "fuse-siblings",
                                    "hoist-data-only",
                                    "hoist-invariants",
                                    "hoist-ranges",
                                    "hoist-stores",
                                    "isolate-recurrences",
                                    "leave-log-space",
                                    "lift-rows",
                                    "merge-rows",
                                    "normalize-loops",
                                    "pack-math",
                                    "partition-plates",
                                    "prove-ranges",
                                    "raise-loops",
                                    "simplify-arithmetic",
                                    "sink-updates",
                                    "stable-forms",
                                    "tile-data",
                                    "unroll-small-loops",
                                    "vectorize-plates"};
  return names;
}

/// prob -> density: interpretations chosen, containers become plates, loops are raised, data-only work
/// hoisted.
static void addDensity(Sequence &passes, const PipelineOptions &options) {
  interpret::InterpretOptions interpretation;
  interpretation.entries.assign(options.entries.begin(), options.entries.end());
  passes.add(interpret::createInterpret(interpretation));
  if (!options.explain)
    passes.add(optimize::createDropExplanations());
  passes.add(optimize::createInlineFunctions());
  passes.addCleanup();
  passes.add(optimize::createBuildPlates());
  passes.addRequiredToFunctions(optimize::createBoundLoops());
  if (options.explain)
    return;
  passes.addToFunctions(optimize::createNormalizeLoops());
  passes.addUnrolling();
  passes.addCleanup();
  passes.addToFunctions(optimize::createProveRanges());
  passes.addToFunctions(optimize::createHoistRanges());
  passes.addToFunctions(optimize::createHoistInvariants());
  passes.addToFunctions(optimize::createDistributeLoops());
  passes.addToFunctions(optimize::createRaiseLoops());
  passes.addToFunctions(optimize::createFusePlates());
  passes.addCleanup();
  // Lists of rows that are not prepared would be made each time.
  if (passes.prepares()) {
    // Loops over groups, of which slices were plates by themselves until now.
    passes.addToFunctions(optimize::createIsolateRecurrences({/*prepared=*/true}));
    passes.addToFunctions(optimize::createRaiseLoops());
    passes.addToFunctions(optimize::createPartitionPlates());
    passes.addToFunctions(optimize::createFlattenPlates());
    passes.addToFunctions(optimize::createPartitionPlates());
    passes.addCleanup();
  }
  // Statistics that are not prepared would be computed each time.
  if (passes.prepares() && !passes.isDisabled("compress-gaussians")) {
    passes.addToFunctions(optimize::createLiftRows());
    passes.add(optimize::createCompressGaussians({options.fma}));
    passes.addCleanup();
  }
  if (passes.prepares())
    passes.add(optimize::createHoistDataOnly());
}

/// density -> tensor: densities inlined, what depends on data alone moved to prepare, gradients formed.
static void addTensor(Sequence &passes, const PipelineOptions &options) {
  passes.add(optimize::createInlineDistributions());
  if (options.explain) {
    passes.addCleanup();
    passes.addToFunctions(optimize::createTraceNans());
    passes.add(differentiate::createDifferentiate());
    passes.add(createCanonicalizerPass());
    passes.addToFunctions(optimize::createTraceNans({/*gradient=*/true}));
    return;
  }
  passes.add(optimize::createDropExplanations()); // those of the distributions
  passes.addToFunctions(optimize::createSimplifyArithmetic());
  passes.addToFunctions(optimize::createStableForms());
  passes.addCleanup();
  passes.addToFunctions(optimize::createHoistInvariants());
  passes.addUnrolling();
  passes.addCleanup();
  // Loops that held symbolic densities are plain arithmetic now.
  passes.addToFunctions(optimize::createRaiseLoops());
  passes.addToFunctions(optimize::createFusePlates());
  passes.addToFunctions(optimize::createCarryElements());
  passes.addCleanup();
  passes.addToFunctions(optimize::createLeaveLogSpace());
  passes.addToFunctions(optimize::createIsolateRecurrences());
  // Plates that were fused and loops that were unrolled bring functions and their arguments together.
  passes.addToFunctions(optimize::createStableForms());
  passes.addToFunctions(optimize::createHoistInvariants());
  // Checks that are the same for all rows leave a plate before plates in plates are joined.
  passes.addToFunctions(optimize::createSimplifyArithmetic());
  if (passes.prepares()) {
    passes.add(optimize::createCompressSquares());
    passes.add(optimize::createFactorSums());
    passes.add(optimize::createMergeRows({options.singleData}));
  }
  passes.addToFunctions(optimize::createCollapsePlates());
  // Statistics are made of single plates. Rows that siblings have read are in them then, and read by others.
  for (unsigned round = 0; round < 2; ++round) {
    passes.addToFunctions(optimize::createFuseSiblings());
    passes.addToFunctions(optimize::createFusePlates({/*keepData=*/true}));
  }
  passes.addToFunctions(optimize::createStableForms());
  passes.addToFunctions(optimize::createSimplifyArithmetic());
  // How data is stored is no optimisation: where it was asked for, the pass runs whatever was disabled.
  optimize::TileDataOptions tiles;
  tiles.single = options.singleData;
  if (tiles.single)
    passes.addRequired(optimize::createTileData(tiles));
  else if (passes.prepares())
    passes.add(optimize::createTileData(tiles));
  // What moves to prepare has to be safe whatever the data is, so indices are believed behind that.
  if (passes.prepares()) {
    passes.add(optimize::createHoistDataOnly());
    passes.add(optimize::createBelieveChecks());
  }
  passes.addCleanup();
  passes.add(optimize::createChunkPlates());
  passes.add(differentiate::createDifferentiate());
  passes.addToFunctions(optimize::createForwardStores());
  passes.addCleanup();
}

/// tensor -> scheduled: rows onto lanes, mathematics into arithmetic.
static void addScheduled(Sequence &passes, const PipelineOptions &options) {
  passes.add(schedule::createOutlineChunks());
  if (options.explain || passes.isDisabled("vectorize-plates")) {
    schedule::VectorizePlatesOptions oneByOne;
    oneByOne.lanes = false;
    // Plates must become loops, whoever does not want lanes.
    passes.addRequiredToFunctions(schedule::createVectorizePlates(oneByOne));
  } else {
    passes.addToFunctions(optimize::createHoistInvariants());
    passes.addToFunctions(schedule::createVectorizePlates());
    passes.addCleanup();
  }
  if (!options.explain)
    passes.addToFunctions(schedule::createPackMath());
  // Before the expansions, which form their own: what is fused must not depend on whether a function was
  // inlined.
  schedule::FormFmaOptions fma;
  fma.fma = options.fma;
  passes.add(schedule::createFormFma(fma));
  schedule::ExpandMathOptions math;
  math.fma = options.fma;
  math.scaleb = options.scaleb;
  passes.add(schedule::createExpandMath(math));
  passes.addCleanup();
  if (!options.explain)
    passes.addToFunctions(optimize::createHoistInvariants());
}

void addPhase(OpPassManager &pm, Phase phase, const PipelineOptions &options) {
  Sequence passes(pm, options);
  switch (phase) {
  case Phase::Prob:
    break;
  case Phase::Density:
    addDensity(passes, options);
    break;
  case Phase::Tensor:
    addTensor(passes, options);
    break;
  case Phase::Scheduled:
    addScheduled(passes, options);
    break;
  case Phase::Buffer:
    passes.add(lower::createNumberChecks(lower::NumberChecksOptions{options.firstCheck}));
    passes.add(lower::createSinkUpdates());
    passes.add(lower::createBufferizeTensors());
    passes.add(createCSEPass());
    break;
  case Phase::Pooled:
    passes.add(lower::createPlanWorkspace());
    if (options.profile)
      passes.add(lower::createMarkRegions(lower::MarkRegionsOptions{options.firstRegion}));
    break;
  case Phase::Llvm:
    passes.add(lower::createExpandCopies());
    passes.add(lower::createLowerToLLVM());
    break;
  }
  if (options.verifyPhases)
    passes.add(createVerifyPhase(VerifyPhaseOptions{std::string(nameOf(phase))}));
}

void addPhases(OpPassManager &pm, Phase from, Phase to, const PipelineOptions &options) {
  for (const PhaseInfo &info : phases)
    if (info.phase > from && info.phase <= to)
      addPhase(pm, info.phase, options);
}

namespace {
struct CommandLineOptions : PassPipelineOptions<CommandLineOptions> {
  ListOption<std::string> entries{*this, "entries", llvm::cl::desc("Entries to make; all by default")};
  ListOption<std::string> disable{*this, "disable", llvm::cl::desc("Optional passes to leave out")};
  Option<bool> fma{*this, "fma", llvm::cl::desc("The target has fused multiply-add"), llvm::cl::init(true)};
  Option<bool> scaleb{*this, "scaleb", llvm::cl::desc("The target scales by powers of two")};
  Option<bool> explain{*this, "explain",
                       llvm::cl::desc("Entries that explain a failure: order and values are kept")};
  Option<bool> single{*this, "single-data", llvm::cl::desc("Store large real data in single precision")};
  Option<bool> profile{*this, "profile", llvm::cl::desc("Read the clock around what takes time")};
  Option<bool> verify{*this, "verify-phases", llvm::cl::desc("Check what the phase promises"),
                      llvm::cl::init(true)};
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
        "to-" + std::string(info.name), info.sentence,
        [phase = info.phase](OpPassManager &pm, const CommandLineOptions &o) {
          PipelineOptions options;
          options.entries.assign(o.entries.begin(), o.entries.end());
          options.disabled.assign(o.disable.begin(), o.disable.end());
          options.fma = o.fma;
          options.scaleb = o.scaleb;
          options.verifyPhases = o.verify;
          options.explain = o.explain;
          options.singleData = o.single;
          options.profile = o.profile;
          addPhase(pm, phase, options);
        }));
  }
}

} // namespace astragal::pipeline
