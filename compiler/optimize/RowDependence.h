//===- RowDependence.h - what the values of a row depend on -----*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how passes tell data from parameters in the body of a plate or a loop over rows.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_ROWDEPENDENCE_H
#define ASTRAGAL_COMPILER_OPTIMIZE_ROWDEPENDENCE_H

#include "compiler/optimize/DataOnly.h"

#include "mlir/IR/IRMapping.h"

namespace astragal::optimize {

/// What a value in a body of rows depends on.
struct Dependence {
  enum Kind {
    Fixed,   ///< Data alone, the same for all rows.
    Data,    ///< Data alone.
    Uniform, ///< Parameters, the same for all rows.
    Keyed,   ///< Parameters, chosen by indices that are data: the keys.
    Mixed    ///< Anything else.
  };
  Kind kind = Fixed;
  llvm::SmallVector<mlir::Value, 1> keys;

  bool isParameter() const { return kind == Uniform || kind == Keyed; }
  bool isData() const { return kind == Fixed || kind == Data; }
  void join(const Dependence &other);
};

/// The body of a plate of one dimension, or of a loop, whose rows are counted by `index`.
class RowDependence {
public:
  RowDependence(mlir::Operation *rows, mlir::Value index, const DataOnly &data)
      : rows(rows), index(index), data(data) {}

  /// Index, state and results in nested loops count as fixed and as mixed.
  Dependence of(mlir::Value value);

  /// Of all that `op`, with the regions that it has, needs from outside of it.
  Dependence ofOperands(mlir::Operation *op);

  /// What an index that varies with the row is, up to what does not.
  mlir::Value keyOf(mlir::Value index);

  mlir::Operation *getRows() const { return rows; }
  mlir::Value getIndex() const { return index; }

private:
  Dependence compute(mlir::Value value);
  Dependence ofExtract(mlir::Operation *extract);

  mlir::Operation *rows;
  mlir::Value index;
  const DataOnly &data;
  llvm::DenseMap<mlir::Value, Dependence> known;
};

/// `value`, which is computed in the body of `rows`, computed again at `b`, from what `mapping` says of the
/// index and of what depends on it.
mlir::Value cloneRowValue(mlir::OpBuilder &b, mlir::Value value, mlir::Operation *rows,
                          mlir::IRMapping &mapping);

/// The same for an op of the body, with all that it needs from outside of it.
void cloneRowOp(mlir::OpBuilder &b, mlir::Operation *op, mlir::Operation *rows, mlir::IRMapping &mapping);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_ROWDEPENDENCE_H
