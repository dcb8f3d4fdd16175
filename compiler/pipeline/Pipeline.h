//===- Pipeline.h - the passes from phase to phase --------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the one place where the order of passes is defined.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_PIPELINE_PIPELINE_H
#define ASTRAGAL_COMPILER_PIPELINE_PIPELINE_H

#include "compiler/pipeline/Phases.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

#include <string>
#include <vector>

namespace astragal::pipeline {

struct PipelineOptions {
  /// Entries to make, by name; empty: all.
  std::vector<std::string> entries;
  /// Passes to leave out, of optionalPasses().
  std::vector<std::string> disabled;
  /// The target has fused multiply-add.
  bool fma = true;
  /// The target scales by powers of two, and takes numbers apart, in an instruction.
  bool scaleb = false;
  /// Check after each phase what it promises. Cheap beside what it finds.
  bool verifyPhases = false;
  /// Move what depends on data alone into prepare.
  bool hoistData = true;
  /// Store large containers of real data in single precision.
  bool singleData = false;
  /// The number of the first check.
  int firstCheck = 1;
  /// For entries that explain a failure: slow code that keeps the order of the program, and checks with their
  /// values.
  bool explain = false;
  /// Read the clock around what takes time.
  bool profile = false;
  /// The number of the first region.
  int firstRegion = 0;
};

/// The passes that make code faster, not right, in alphabetical order: without any of them a model's values
/// are the same but for rounding.
llvm::ArrayRef<llvm::StringRef> optionalPasses();

/// Adds the passes that lead from the phase before `phase` to it.
void addPhase(mlir::OpPassManager &pm, Phase phase, const PipelineOptions &options);

/// Adds the phases after `from` up to and with `to`.
void addPhases(mlir::OpPassManager &pm, Phase from, Phase to, const PipelineOptions &options);

/// Registers a pipeline `to-PHASE` for every phase, and all passes of the project.
void registerPipelines();

} // namespace astragal::pipeline

#endif // ASTRAGAL_COMPILER_PIPELINE_PIPELINE_H
