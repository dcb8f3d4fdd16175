//===- Aot.h - compile a model into a file ----------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares ahead-of-time compilation. All functions take a module in phase `llvm` with all of a
// model's entries.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_AOT_H
#define ASTRAGAL_COMPILER_DRIVER_AOT_H

#include "compiler/driver/Codegen.h"
#include "compiler/driver/ModelDescription.h"

namespace astragal::driver {

/// What a file holds. All of them export `astragal_model_get`.
enum class Artefact {
  LlvmIr,   ///< text, after LLVM's passes
  Assembly, ///< text
  Object,   ///< to be linked with AstragalCallables and libm
  Shared,   ///< a shared library that needs libm and nothing else
};

struct AotOptions {
  TargetOptions target;
  /// The archive of the functions that generated code may call; empty: `libAstragalCallables.a` beside this
  /// executable, or in `../lib`. Only shared libraries of models that draw random numbers need it.
  std::string callables;
};

/// The contents of an artefact, which is not `Shared`.
llvm::Expected<llvm::SmallVector<char, 0>> compile(mlir::ModuleOp module, const ModelDescription &description,
                                                   Artefact artefact, const TargetOptions &target,
                                                   Timings *timings = nullptr);

/// Writes an artefact to `path`: the file is there with all of its contents, or not at all.
llvm::Error compileToFile(mlir::ModuleOp module, const ModelDescription &description, Artefact artefact,
                          llvm::StringRef path, const AotOptions &options = {}, Timings *timings = nullptr);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_AOT_H
