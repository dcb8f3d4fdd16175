//===- ExpandCopies.cpp - copies in vectors -------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements `expand-copies`.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Lowering.h"
#include "compiler/lower/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace astragal::lower {
#define GEN_PASS_DEF_EXPANDCOPIES
#include "compiler/lower/Passes.h.inc"

namespace {
constexpr int64_t lanes = 8;
/// Up to so many elements there is no loop.
constexpr int64_t unrolled = 64;

/// A flat buffer and where in it.
struct Place {
  Value memref;
  OpFoldResult offset;
};

Place placeOf(OpBuilder &b, Value memref) {
  if (auto part = memref.getDefiningOp<memref::SubViewOp>())
    return {part.getSource(), part.getMixedOffsets()[0]};
  return {memref, b.getIndexAttr(0)};
}

class Expansion {
public:
  Expansion(memref::CopyOp copy)
      : b(copy), loc(copy.getLoc()), from(placeOf(b, copy.getSource())), to(placeOf(b, copy.getTarget())),
        element(cast<MemRefType>(copy.getSource().getType()).getElementType()) {}

  void run(OpFoldResult count) {
    std::optional<int64_t> known = getConstantIntValue(count);
    if (!known)
      return runOpen(getValueOrCreateConstantIndexOp(b, loc, count));
    int64_t whole = *known / lanes * lanes;
    if (*known <= unrolled)
      for (int64_t k = 0; k < whole; k += lanes)
        move(index(k), lanes);
    else
      loop(index(0), index(whole), lanes);
    // The last vector overlaps with the one before: it writes the same there once more.
    if (whole < *known)
      move(index(*known - lanes), lanes);
  }

private:
  void runOpen(Value count) {
    Value rest = arith::RemSIOp::create(b, loc, count, index(lanes));
    Value whole = arith::SubIOp::create(b, loc, count, rest);
    loop(index(0), whole, lanes);
    loop(whole, count, 1);
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

  void loop(Value begin, Value end, int64_t step) {
    auto loop = scf::ForOp::create(b, loc, begin, end, index(step));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    move(loop.getInductionVar(), step);
  }

  void move(Value at, int64_t width) {
    auto shifted = [&](const Place &place) -> Value {
      if (isConstantIntValue(place.offset, 0))
        return at;
      return b.createOrFold<arith::AddIOp>(loc, getValueOrCreateConstantIndexOp(b, loc, place.offset), at);
    };
    Value source = shifted(from), target = shifted(to);
    if (width == 1) {
      Value moved = memref::LoadOp::create(b, loc, from.memref, source);
      memref::StoreOp::create(b, loc, moved, to.memref, target);
      return;
    }
    Value moved = vector::LoadOp::create(b, loc, VectorType::get({width}, element), from.memref, source);
    vector::StoreOp::create(b, loc, moved, to.memref, target);
  }

  OpBuilder b;
  Location loc;
  Place from, to;
  Type element;
};

struct ExpandCopies : impl::ExpandCopiesBase<ExpandCopies> {
  using ExpandCopiesBase::ExpandCopiesBase;

  void runOnOperation() override {
    getOperation().walk([](memref::CopyOp copy) {
      OpBuilder b(copy);
      OpFoldResult count = countElements(copy);
      // LLVM moves a few elements better than any loop.
      if (count.isNull() || getConstantIntValue(count).value_or(lanes) < lanes)
        return;
      Expansion(copy).run(count);
      copy.erase();
    });
  }
};
} // namespace
} // namespace astragal::lower
