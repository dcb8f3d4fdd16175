//===- CarryElements.cpp - recurrences in scalars, not in memory ----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements carry-elements: what an iteration reads of the elements that the last few iterations
// stored, the loop carries from one to the next.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/IndependentLoop.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/Signs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SetVector.h"

#include <limits>

namespace astragal::optimize {
#define GEN_PASS_DEF_CARRYELEMENTS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal::optimize;

namespace {
/// An element that every iteration stores, and who reads it later.
struct Element {
  tensor::InsertOp store;
  Place place;
  SmallVector<std::pair<tensor::ExtractOp, int64_t>> reads; ///< With how many iterations ago it was stored.
  int64_t depth = 0;                                        ///< The most of these.
};

/// One tensor of those that a loop carries.
class CarriedTensor {
public:
  CarriedTensor(scf::ForOp loop, unsigned number) : loop(loop), number(number) {}

  /// Whether elements can be carried; if not, `reason` says why, or is empty where nobody would.
  bool analyze(int64_t maxDepth, unsigned maxCarried);
  StringRef reason;

  /// Carries them, in a loop that takes the place of the old one.
  scf::ForOp rewrite();

private:
  bool refuse(StringRef why) {
    reason = why;
    return false;
  }

  bool findStores(SmallVector<tensor::ExtractOp> &reads);
  void assign(tensor::ExtractOp read, int64_t maxDepth);
  Value startOf(OpBuilder &b, Element &element, int64_t lag);

  scf::ForOp loop;
  unsigned number;
  unsigned moving = 0; ///< The dimension that moves.
  SmallVector<Element, 1> elements;
};
} // namespace

/// Follows the tensor through the iteration: it may be stored to and read, one element at a time.
bool CarriedTensor::findStores(SmallVector<tensor::ExtractOp> &reads) {
  Value version = loop.getRegionIterArg(number), end = loop.getYieldedValues()[number];
  while (true) {
    tensor::InsertOp next;
    for (OpOperand &use : version.getUses()) {
      Operation *op = use.getOwner();
      if (auto read = dyn_cast<tensor::ExtractOp>(op)) {
        if (op->getBlock() == loop.getBody())
          reads.push_back(read);
      } else if (auto store = dyn_cast<tensor::InsertOp>(op);
                 store && use.getOperandNumber() == 1 && !next && op->getBlock() == loop.getBody()) {
        next = store;
      } else if (op != loop.getBody()->getTerminator() || use.getOperandNumber() != number) {
        return refuse("a tensor that it carries is used as a whole, or stored to in a branch or a loop");
      }
    }
    if (!next)
      return version == end || refuse("a tensor that it carries is replaced");
    unsigned dim = 0;
    std::optional<Place> place = findPlace(loop, next.getIndices(), dim);
    if (!place || (!elements.empty() && dim != moving))
      return refuse("a store is not at the induction variable plus a constant");
    moving = dim;
    for (const Element &other : elements)
      if (!(other.place[moving] == (*place)[moving]) ||
          llvm::none_of(llvm::zip(other.place, *place),
                        [](auto p) { return std::get<0>(p).differs(std::get<1>(p)); }))
        return refuse("two stores may go to one element");
    elements.push_back({next, *place, {}, 0});
    version = next.getResult();
  }
}

/// Finds the store, of an earlier iteration, that `read` reads.
void CarriedTensor::assign(tensor::ExtractOp read, int64_t maxDepth) {
  unsigned dim = 0;
  std::optional<Place> place = findPlace(loop, read.getIndices(), dim);
  if (!place || dim != moving)
    return;
  for (Element &element : elements) {
    int64_t lag = element.place[dim].offset - (*place)[dim].offset;
    bool same = llvm::all_of(llvm::enumerate(*place), [&](auto linear) {
      return linear.index() == dim || linear.value() == element.place[linear.index()];
    });
    if (!same || lag < 1 || lag > maxDepth)
      continue;
    element.reads.push_back({read, lag});
    element.depth = std::max(element.depth, lag);
  }
}

bool CarriedTensor::analyze(int64_t maxDepth, unsigned maxCarried) {
  auto type = dyn_cast<RankedTensorType>(loop.getRegionIterArg(number).getType());
  if (!type || !type.getElementType().isF64() || !matchPattern(loop.getStep(), m_One()))
    return false;
  SmallVector<tensor::ExtractOp> reads;
  if (!findStores(reads))
    return false;
  for (tensor::ExtractOp read : reads)
    assign(read, maxDepth);
  int64_t carried = 0;
  for (const Element &element : elements)
    carried += element.depth;
  if (carried > static_cast<int64_t>(maxCarried))
    return refuse("it would carry too many elements");
  return carried > 0;
}

/// What the loop starts from: the element that an iteration `lag` before the first would have stored. Where
/// no iteration runs there may be none.
Value CarriedTensor::startOf(OpBuilder &b, Element &element, int64_t lag) {
  Location loc = element.store.getLoc();
  auto read = [&](OpBuilder &at) -> Value {
    SmallVector<Value> indices;
    for (auto [k, whole] : llvm::enumerate(element.place)) {
      Linear linear = whole;
      if (k == moving) {
        Linear first = linearOf(loop.getLowerBound());
        first.offset += linear.offset - lag;
        linear = first;
      }
      indices.push_back(materialize(at, loc, linear));
    }
    return tensor::ExtractOp::create(at, loc, loop.getInitArgs()[number], indices);
  };
  Linear lower = linearOf(loop.getLowerBound()), upper = linearOf(loop.getUpperBound());
  if (lower.base == upper.base && lower.offset < upper.offset)
    return read(b);
  Value runs =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, loop.getLowerBound(), loop.getUpperBound());
  auto guard = scf::IfOp::create(
      b, loc, runs, [&](OpBuilder &at, Location) { scf::YieldOp::create(at, loc, read(at)); },
      [&](OpBuilder &at, Location) {
        scf::YieldOp::create(
            at, loc, arith::ConstantFloatOp::create(at, loc, at.getF64Type(), APFloat(0.0)).getResult());
      });
  return guard.getResult(0);
}

/// The radicand, where the element is a square root of which later iterations see squares only.
static Value squaredBy(Element &element) {
  auto root = element.store.getScalar().getDefiningOp<math::SqrtOp>();
  if (!root)
    return {};
  for (auto [read, lag] : element.reads)
    for (Operation *user : read->getUsers())
      if (auto product = dyn_cast<arith::MulFOp>(user); !product || product.getLhs() != product.getRhs())
        return {};
  return root.getOperand();
}

scf::ForOp CarriedTensor::rewrite() {
  IRRewriter rewriter(loop.getContext());
  rewriter.setInsertionPoint(loop);
  SmallVector<Value> starts, radicands;
  for (Element &element : elements) {
    radicands.push_back(squaredBy(element));
    for (int64_t lag = 1; lag <= element.depth; ++lag) {
      Value start = startOf(rewriter, element, lag);
      if (radicands.back())
        start = arith::MulFOp::create(rewriter, start.getLoc(), start, start);
      starts.push_back(start);
    }
  }
  unsigned first = loop.getNumRegionIterArgs();
  auto yields = [&](OpBuilder &b, Location loc, ArrayRef<BlockArgument> arguments) {
    SmallVector<Value> next;
    for (auto [element, radicand] : llvm::zip_equal(elements, radicands)) {
      if (element.depth == 0)
        continue;
      Value stored = element.store.getScalar();
      if (radicand && isNeverNegative(radicand)) {
        stored = radicand;
      } else if (radicand) {
        // The square of a root that is not a number is not one either.
        Value zero = arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(0.0)),
              nan = arith::ConstantFloatOp::create(b, loc, b.getF64Type(),
                                                   APFloat::getNaN(APFloat::IEEEdouble()));
        Value isReal = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, radicand, zero);
        stored = arith::SelectOp::create(b, loc, isReal, radicand, nan);
      }
      next.push_back(stored);
      for (int64_t lag = 1; lag < element.depth; ++lag)
        next.push_back(arguments[next.size() - 1]);
    }
    return next;
  };
  auto replaced = cast<scf::ForOp>(
      **loop.replaceWithAdditionalYields(rewriter, starts, /*replaceInitOperandUsesInLoop=*/false, yields));
  unsigned argument = first;
  for (auto [element, radicand] : llvm::zip_equal(elements, radicands)) {
    for (auto [read, lag] : element.reads) {
      Value value = replaced.getRegionIterArg(argument + lag - 1);
      if (radicand) {
        // A product of the element with itself uses it twice.
        for (Operation *product : llvm::SetVector<Operation *>(read->user_begin(), read->user_end())) {
          product->getResult(0).replaceAllUsesWith(value);
          product->erase();
        }
      } else {
        read.getResult().replaceAllUsesWith(value);
      }
      read.erase();
    }
    argument += element.depth;
  }
  return replaced;
}

namespace {
struct CarryElements : astragal::optimize::impl::CarryElementsBase<CarryElements> {
  using CarryElementsBase::CarryElementsBase;
  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    getOperation()->walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops)
      for (unsigned k = 0; k < loop.getNumRegionIterArgs(); ++k) {
        CarriedTensor tensor(loop, k);
        if (tensor.analyze(maxDepth, maxCarried)) {
          applied(loop, "carry-elements", "elements that the last iterations stored are carried as scalars");
          loop = tensor.rewrite();
        } else if (!tensor.reason.empty()) {
          declined(loop, "carry-elements", tensor.reason);
        }
      }
  }
};
} // namespace
