//===- Lower.h - from the typed tree to the prob dialect --------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what the rest of the compiler asks of the Stan front end: a checked program becomes a
// module with one prob.model, and a function of the library becomes a func.func.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_LOWER_H
#define ASTRAGAL_COMPILER_STAN_LOWER_H

#include "compiler/stan/Ast.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"

namespace astragal::stan {

struct LowerOptions {
  std::string modelName = "model";
  /// Values of scalar int data that become constants, so that sizes computed from them are static. Data that
  /// disagrees is refused when it is bound. Names that are no scalar int data are ignored.
  llvm::StringMap<int32_t> sizes;
};

/// Lowers a checked program. Null, with errors in `diagnostics`, where the program uses what is not supported
/// yet.
mlir::OwningOpRef<mlir::ModuleOp> lower(const Program &program, mlir::MLIRContext &context,
                                        Diagnostics &diagnostics, const LowerOptions &options = {});

/// The scalar int data that sizes of declarations depend on: what LowerOptions::sizes is worth giving for.
std::vector<const VarDecl *> findSizeVariables(const Program &program);

/// An operand of a library function: its type and, of an int, its value if that is known. The value becomes
/// part of the copy, so that sizes computed from it are static; the operand is passed all the same.
struct LibraryOperand {
  mlir::Type type;
  std::optional<int32_t> known = std::nullopt;
};

/// A copy of the library's function `name` for these operands, as a private function of `module`; the same
/// one for the same request. A function whose name ends in _jacobian returns its value and what it added to
/// `jacobian`. Null if the library has no such function.
mlir::func::FuncOp instantiateLibraryFunction(mlir::ModuleOp module, llvm::StringRef name,
                                              llvm::ArrayRef<LibraryOperand> operands);
/// The same of a function that was found before: tensors do not tell a matrix from an array of vectors. What
/// is wrong with the operands, sizes that do not match say, goes to `problem`, if it is given.
mlir::func::FuncOp instantiateLibraryFunction(mlir::ModuleOp module, const FunctionDecl &function,
                                              llvm::ArrayRef<LibraryOperand> operands,
                                              std::string *problem = nullptr);

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_LOWER_H
