//===- Codegen.h - from the LLVM dialect to machine code --------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the steps that the JIT and ahead-of-time compilation share. Code comes here vectorised
// and with its FMAs formed, so LLVM cleans up and selects instructions, and does nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_CODEGEN_H
#define ASTRAGAL_COMPILER_DRIVER_CODEGEN_H

#include "compiler/driver/Code.h"
#include "compiler/driver/LoadedModel.h"
#include "compiler/driver/Stopwatch.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Target/TargetMachine.h"

namespace astragal::driver {

/// What the code runs on. Empty strings stand for this machine; `cpu` alone implies that CPU's features.
struct TargetOptions {
  std::string triple, cpu, features;
};

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> makeTargetMachine(const TargetOptions &options);

/// The names that LLVM knows processors of this machine's architecture by.
std::vector<std::string> processorNames();

/// LLVM IR of a module in phase `llvm`, for the target.
llvm::Expected<std::unique_ptr<llvm::Module>> translate(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                        const llvm::TargetMachine &target);

/// The short list of passes that pay for themselves.
void optimize(llvm::Module &module, llvm::TargetMachine &target);

/// Machine code, as an object file or as assembly.
llvm::Expected<llvm::SmallVector<char, 0>> emit(llvm::Module &module, llvm::TargetMachine &target,
                                                llvm::CodeGenFileType type);

/// The checks that `number-checks` listed in the attributes of `module`.
std::vector<CheckDescription> getChecks(mlir::ModuleOp module);

/// Machine code of the entries of a module in phase `llvm`, of which functions may be moved away. `target` is
/// this machine.
llvm::Expected<Code> compileCode(mlir::ModuleOp module, const ModelDescription &description,
                                 llvm::TargetMachine &target, Timings &timings);

/// An object in this process, linked by ORC.
llvm::Expected<LinkedObject> link(const Code &code);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_CODEGEN_H
