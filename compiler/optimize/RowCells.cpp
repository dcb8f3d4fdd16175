//===- RowCells.cpp - rows that share all of several groups ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/RowCells.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

Value optimize::indexOf(OpBuilder &b, Location loc, Value number) {
  Value integer = arith::FPToSIOp::create(b, loc, b.getI64Type(), number);
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), integer);
}

void RowCells::emit(OpBuilder &b, Location loc, Value extent, Operation *rows,
                    function_ref<void(OpBuilder &, Value, IRMapping &)> mapRow) {
  auto constant = [&](int64_t value) { return arith::ConstantIndexOp::create(b, loc, value).getResult(); };
  auto makeEmpty = [&](ArrayRef<Value> sizes) -> Value {
    SmallVector<OpFoldResult> mixed;
    for (Value size : sizes)
      mixed.push_back(getAsOpFoldResult(size));
    return tensor::EmptyOp::create(b, loc, mixed, b.getF64Type());
  };
  Value zero = constant(0), one = constant(1), width = constant(int64_t(keys.size()));
  // A matrix is filled column by column, each a stream.
  Value table = makeEmpty({width, extent});
  for (auto [k, key] : llvm::enumerate(keys)) {
    Value column = constant(int64_t(k));
    table = scf::ForOp::create(b, loc, zero, extent, one, table,
                               [&, key = key](OpBuilder &in, Location, Value row, ValueRange filled) {
                                 IRMapping mapping;
                                 mapRow(in, row, mapping);
                                 Value value = cloneRowValue(in, key, rows, mapping);
                                 if (value.getType().isIndex())
                                   value = arith::IndexCastOp::create(in, loc, in.getI64Type(), value);
                                 value = arith::SIToFPOp::create(in, loc, in.getF64Type(), value);
                                 Value more = tensor::InsertOp::create(in, loc, value, filled.front(),
                                                                       ValueRange{column, row});
                                 scf::YieldOp::create(in, loc, more);
                               })
                .getResult(0);
  }
  Value twice = b.createOrFold<arith::MulIOp>(loc, extent, constant(2));
  Value outs[] = {makeEmpty({extent}), makeEmpty({extent}), makeEmpty({extent}), makeEmpty({twice}),
                  makeEmpty({one})};
  auto call = tg::KernelOp::create(b, loc, TypeRange(ValueRange(outs)), "number_cells",
                                   ValueRange{table, extent, width}, outs, /*updating=*/false);
  numbers = call->getResult(0);
  firsts = call->getResult(1);
  sizes = call->getResult(2);
  count = indexOf(b, loc, tensor::ExtractOp::create(b, loc, call->getResult(4), zero));
}
