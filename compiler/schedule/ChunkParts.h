//===- ChunkParts.h - what chunks add to tensors ----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how outline-chunks takes the accumulators of a plate apart: elements that are the rows'
// own are updated where they are, by whatever thread; of others each chunk has a copy, of no more than a list
// if that is known.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_SCHEDULE_CHUNKPARTS_H
#define ASTRAGAL_COMPILER_SCHEDULE_CHUNKPARTS_H

#include "compiler/optimize/RowAccess.h"
#include "llvm/ADT/DenseMap.h"

namespace astragal::schedule {

/// A part of what rows add to an accumulator, that becomes an accumulator of its own.
struct ChunkPart {
  unsigned accumulator;
  optimize::RowAccess access;
  bool isToldApart; ///< Updates go to one part or another, and a list begins with its first element.

  bool isOwn() const { return access.kind == optimize::RowAccess::Own; }
  bool isList() const { return access.kind == optimize::RowAccess::InRange; }
};

/// The parts of all accumulators, and which of them an update belongs to that is told apart.
llvm::SmallVector<ChunkPart> partsOf(tg::PlateOp plate, llvm::DenseMap<mlir::Operation *, unsigned> &partOf);

} // namespace astragal::schedule

#endif // ASTRAGAL_COMPILER_SCHEDULE_CHUNKPARTS_H
