//===- Lowering.h - parts of lower-to-llvm ----------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what LowerEntries.cpp (functions and checks) and LowerMemory.cpp (pointers) contribute
// to the pass `lower-to-llvm`.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LOWER_LOWERING_H
#define ASTRAGAL_COMPILER_LOWER_LOWERING_H

#include "dialects/tg/TG.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/DialectConversion.h"

namespace astragal::lower {

/// On the cast that makes a buffer of a pointer: nobody writes there while the function runs.
inline constexpr llvm::StringLiteral readOnlyName = "astragal.read_only";

/// Makes `function` a function of an `astragal_call`: loads its arguments, stores its results, raises the
/// flag of checks. Its body stays as it is; casts tie it to the pointers.
mlir::LogicalResult convertEntry(mlir::func::FuncOp function);

/// The number of elements: of a part that is known, or its size. Null if neither side says.
mlir::OpFoldResult countElements(mlir::memref::CopyOp copy);

/// Turns each `memref.realloc` into a comparison and an early return. Control flow is a graph by now.
void convertGrowth(mlir::LLVM::LLVMFuncOp function);

/// A cast of a buffer to the pointer that it is.
bool isAddress(mlir::UnrealizedConversionCastOp op);

/// Patterns for memref and for the vector accesses: memory without descriptors.
void populateMemoryPatterns(const mlir::LLVMTypeConverter &types, mlir::RewritePatternSet &patterns);

/// Patterns for scaling by powers of two, for targets with AVX-512.
void populateScalingPatterns(mlir::RewritePatternSet &patterns);

/// Whether `runtime/abi.h` has the kernel, and it takes such arguments; an error if not.
mlir::LogicalResult checkKernelCall(tg::KernelCallOp op);

} // namespace astragal::lower

#endif // ASTRAGAL_COMPILER_LOWER_LOWERING_H
