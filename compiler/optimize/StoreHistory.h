//===- StoreHistory.h - what a tensor holds at an index ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how passes find the scalar that was stored where it is read. A chain of inserts is one
// history, a list of stores for each index, so that a read finds its store without walking the chain.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_STOREHISTORY_H
#define ASTRAGAL_COMPILER_OPTIMIZE_STOREHISTORY_H

#include "compiler/optimize/Linear.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/MapVector.h"
#include <map>

namespace astragal::optimize {

using Indices = llvm::SmallVector<Linear, 2>;

class StoreHistory {
public:
  /// Takes note of an insert; inserts must come in the order of the program.
  void record(mlir::tensor::InsertOp insert);

  /// An element: its value if that is known, or else an element of a tensor from which it was never changed.
  struct Element {
    mlir::Value value, tensor;
    Indices indices;
  };
  /// Looks as far back as it can. May build index arithmetic.
  Element find(mlir::OpBuilder &b, mlir::Location loc, mlir::Value tensor, Indices indices);

  /// An insert is about to be erased, and an op made later may get its address.
  void forget(mlir::tensor::InsertOp insert) { versions.erase(insert.getResult()); }

  /// How many inserts there are between a version and what its chain starts from.
  unsigned countStores(mlir::Value version) const { return versions.lookup(version).second; }

private:
  /// The bases of some indices: two places with the same bases are equal or different according to their
  /// offsets.
  using Bases = llvm::SmallVector<void *, 2>;
  using Offsets = llvm::SmallVector<int64_t, 2>;
  struct Stores {
    llvm::SmallVector<unsigned> positions; // of all of them
    std::map<Offsets, llvm::SmallVector<std::pair<unsigned, mlir::Value>, 1>> byOffsets;
  };
  struct Chain {
    mlir::Value start;
    unsigned length = 0;
    std::map<Bases, Stores> stores;
  };

  /// The store that an element of a version comes from. Neither a value nor `start`: it may be one of
  /// several.
  Element findInChain(const Chain &chain, unsigned position, const Indices &indices) const;
  bool stepBack(mlir::OpBuilder &b, mlir::Location loc, Element &element) const;

  llvm::SmallVector<std::unique_ptr<Chain>> chains;
  llvm::DenseMap<mlir::Value, std::pair<Chain *, unsigned>> versions; // where in which chain
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_STOREHISTORY_H
