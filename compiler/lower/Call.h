//===- Call.h - the struct that functions are called with -------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines how `lower-to-llvm` reads and writes `astragal_call`, and what LowerChunks.cpp adds to
// LowerEntries.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LOWER_CALL_H
#define ASTRAGAL_COMPILER_LOWER_CALL_H

#include "compiler/lower/Lowering.h"
#include "dialects/prob/Prob.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace astragal::lower {

/// On the cast that makes a buffer of the block that `prepare` fills.
inline constexpr llvm::StringLiteral preparedName = "astragal.prepared";

/// Of runtime/abi.h: calls a function for every chunk.
inline constexpr llvm::StringLiteral runChunksName = "astragal_run_chunks";

/// What else a function of chunks is called with.
struct ChunkArguments {
  mlir::Value arguments, chunk, begin, end;
};

/// Reads and writes fields of the struct that a function is called with.
struct Call {
  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::Value pointer;
  ChunkArguments chunk = {};

  mlir::Type getPointerType() { return mlir::LLVM::LLVMPointerType::get(b.getContext()); }

  mlir::Value field(size_t offset) {
    return mlir::LLVM::GEPOp::create(b, loc, getPointerType(), b.getI8Type(), pointer,
                                     llvm::ArrayRef<mlir::LLVM::GEPArg>{static_cast<int32_t>(offset)});
  }
  mlir::Value load(size_t offset, mlir::Type type) {
    return mlir::LLVM::LoadOp::create(b, loc, type, field(offset));
  }
  void store(size_t offset, mlir::Value value) { mlir::LLVM::StoreOp::create(b, loc, value, field(offset)); }

  /// A value that nobody writes while the function runs.
  mlir::Value loadConstant(mlir::Type type, mlir::Value address) {
    auto op = mlir::LLVM::LoadOp::create(b, loc, type, address);
    op.setInvariant(true);
    return op;
  }

  /// What lies at `address`, as a value of the type that the body expects: a buffer, or a scalar that is
  /// loaded.
  mlir::Value view(mlir::Value address, mlir::Type type, bool readOnly, bool prepared = false) {
    if (llvm::isa<mlir::MemRefType>(type)) {
      auto cast = mlir::UnrealizedConversionCastOp::create(b, loc, type, address);
      if (readOnly)
        cast->setAttr(readOnlyName, b.getUnitAttr());
      if (prepared)
        cast->setAttr(preparedName, b.getUnitAttr());
      return cast.getResult(0);
    }
    mlir::Type stored = type.isIndex() ? b.getI64Type() : type.isInteger(1) ? b.getI8Type() : type;
    mlir::Value value = loadConstant(stored, address);
    if (type.isIndex())
      return mlir::UnrealizedConversionCastOp::create(b, loc, type, value).getResult(0);
    return stored == type ? value : mlir::LLVM::TruncOp::create(b, loc, type, value);
  }
};

/// Whether `tg.chunks_call` calls the function.
bool isChunkFunction(mlir::func::FuncOp function);

/// What a function of chunks finds in its list of arguments, or is called with.
mlir::Value loadChunkArgument(Call &call, prob::BindingAttr binding, mlir::Type type);

/// Turns each `tg.chunks_call` into a call of the runtime. `flag` gets the number of the first check that
/// fails.
void convertChunkCalls(Call &call, mlir::func::FuncOp function, mlir::Value flag);

/// Makes each `tg.mark` read the clock if the caller wants a profile. At the entry of the function.
void convertMarks(Call &call, mlir::func::FuncOp function);

} // namespace astragal::lower

#endif // ASTRAGAL_COMPILER_LOWER_CALL_H
