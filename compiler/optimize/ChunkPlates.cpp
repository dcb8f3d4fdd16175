//===- ChunkPlates.cpp - large plates in chunks, which threads can take -----===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements chunk-plates: which plates have enough work, and how many chunks they get.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/DataOnly.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowAccess.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/RowBlocks.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/RegionUtils.h"
#include <cmath>

namespace astragal::optimize {
#define GEN_PASS_DEF_CHUNKPLATES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Of the values of a chunk, at least; a thread takes some microseconds to begin. A gradient takes about
/// three times as long.
static constexpr double nanosecondsOfChunk = 10'000;
/// So many chunks' worth of work make chunks worthwhile.
static constexpr int64_t fewestChunks = 4;
/// Enough for some threads to get equal shares of, and few enough to add up.
static constexpr int64_t mostChunks = 64;
/// What an element costs that each chunk adds up for itself: to be zeroed, and added to those of other
/// chunks. Ten times that, so that it does not count beside the rows.
static constexpr double nanosecondsOfElement = 10;

static constexpr llvm::StringLiteral passName = "chunk-plates";

namespace {
/// A product of sizes, of which some may not be known.
struct Product {
  int64_t known = 1;
  SmallVector<Value> unknown;

  void multiply(Value size) {
    if (std::optional<int64_t> constant = getConstantIntValue(size))
      known *= *constant;
    else
      unknown.push_back(size);
  }
  Value emit(ImplicitLocOpBuilder &b) const {
    Value product = arith::ConstantIndexOp::create(b, known);
    for (Value size : unknown)
      product = b.createOrFold<arith::MulIOp>(product, size);
    return product;
  }
};

class Chunker {
public:
  Chunker(tg::PlateOp plate, const DataOnly &data)
      : plate(plate), data(data), b(plate.getLoc(), plate),
        cost(std::max(0.1, nanosecondsOf(*plate.getBodyBlock()))) {
    for (Value extent : plate.getExtents())
      rows.multiply(extent);
  }

  void run() {
    std::optional<double> most = static_cast<double>(rows.known);
    for (Value extent : rows.unknown) {
      std::optional<int64_t> largest = largestOf(extent);
      most = most && largest ? std::optional(*most * static_cast<double>(*largest)) : std::nullopt;
    }
    if (most && *most * cost < fewestChunks * nanosecondsOfChunk)
      return decline("the rows take no more than some microseconds");
    if (plate->walk([](tg::PrintOp) { return WalkResult::interrupt(); }).wasInterrupted())
      return decline("rows print, and lines come in their order");
    findShared();
    if (rows.unknown.empty() &&
        llvm::all_of(shared, [](const Product &size) { return size.unknown.empty(); }))
      decide();
    else
      decideLater();
  }

private:
  void decline(const Twine &why) { declined(plate, passName, why); }

  /// Parameters that several rows may read: a gradient adds up what rows contribute.
  void findShared() {
    llvm::SetVector<Value> captures;
    getUsedValuesDefinedAbove(plate.getBody(), captures);
    for (Value value : captures) {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (!type || !type.getElementType().isF64() || data.contains(value))
        continue;
      for (const RowAccess &group : groupsOfReads(value)) {
        Product size;
        if (group.kind == RowAccess::InRange)
          size.multiply(getValueOrCreateConstantIndexOp(b, b.getLoc(), group.length));
        else if (group.kind == RowAccess::Anywhere)
          for (Value extent : sizesOf(b, b.getLoc(), value))
            size.multiply(extent);
        if (group.kind != RowAccess::Own)
          shared.push_back(size);
      }
    }
  }

  SmallVector<RowAccess> groupsOfReads(Value tensor) {
    SmallVector<RowAccess> accesses;
    bool direct = true;
    for (Operation *user : tensor.getUsers()) {
      if (!plate->isProperAncestor(user))
        continue;
      auto read = dyn_cast<tensor::ExtractOp>(user);
      accesses.push_back(read ? rowAccessOf(read.getIndices(), plate) : RowAccess());
      direct &= user->getBlock() == plate.getBodyBlock();
    }
    return groupsOf(accesses, direct);
  }

  /// Rows of a chunk, for what they cost and for so many shared elements.
  int64_t rowsFor(double elements) const {
    return static_cast<int64_t>(
        std::ceil(std::max(nanosecondsOfChunk, elements * nanosecondsOfElement) / cost));
  }
  /// Rows that a chunk cannot be without.
  int64_t fewestRows() { return plate.getRank() == 1 ? tg::rowsOfBlock : 1; }

  void decide() {
    double elements = 0;
    for (const Product &size : shared)
      elements += static_cast<double>(size.known);
    int64_t ofChunk = rowsFor(elements);
    if (rows.known < fewestChunks * ofChunk)
      return decline("each chunk would add up " + Twine(static_cast<int64_t>(elements)) +
                     " numbers for itself");
    int64_t chunks = std::min(mostChunks, rows.known / std::max(ofChunk, fewestRows()));
    if (plate.getRank() > 1)
      chunks = std::min(chunks, getConstantIntValue(plate.getExtents().front()).value_or(1));
    if (chunks < 2)
      return decline("there are too few rows along the first extent");
    plate.getChunksMutable().assign(arith::ConstantIndexOp::create(b, chunks));
    applied(plate, passName, Twine(chunks) + " chunks");
  }

  void decideLater() {
    auto constant = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, value); };
    Value count = rows.emit(b), ofChunk = constant(rowsFor(0));
    if (!shared.empty()) {
      Value elements;
      for (const Product &size : shared)
        elements = elements ? b.createOrFold<arith::AddIOp>(elements, size.emit(b)) : size.emit(b);
      // In sixteenths of a row.
      auto each = static_cast<int64_t>(std::ceil(16 * nanosecondsOfElement / cost));
      Value needed =
          arith::DivSIOp::create(b, arith::MulIOp::create(b, elements, constant(each)), constant(16));
      ofChunk = arith::MaxSIOp::create(b, ofChunk, needed);
    }
    Value enough = arith::MulIOp::create(b, ofChunk, constant(fewestChunks));
    Value isEnough = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, count, enough);
    if (rowsFor(0) < fewestRows())
      ofChunk = arith::MaxSIOp::create(b, ofChunk, constant(fewestRows()));
    Value chunks = arith::DivSIOp::create(b, count, ofChunk);
    if (plate.getRank() > 1)
      chunks = arith::MinSIOp::create(b, chunks, plate.getExtents().front());
    chunks = arith::MinSIOp::create(b, chunks, constant(mostChunks));
    chunks = arith::SelectOp::create(b, isEnough, chunks, constant(1));
    plate.getChunksMutable().assign(chunks);
    applied(plate, passName, "chunks, if there are many rows");
  }

  tg::PlateOp plate;
  const DataOnly &data;
  ImplicitLocOpBuilder b;
  double cost; ///< Of a row, in nanoseconds.
  Product rows;
  SmallVector<Product> shared;
};

struct ChunkPlates : optimize::impl::ChunkPlatesBase<ChunkPlates> {
  using ChunkPlatesBase::ChunkPlatesBase;

  void runOnOperation() override {
    // Only what is computed at every point, not once for the data.
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (argumentWith(function, prob::BindingAttr::get(&getContext(), prob::Role::Input, 0)))
        chunk(function);
  }

  void chunk(func::FuncOp function) {
    SmallVector<tg::PlateOp> outermost;
    function.walk<WalkOrder::PreOrder>([&](tg::PlateOp plate) {
      outermost.push_back(plate);
      return WalkResult::skip();
    });
    if (outermost.empty())
      return;
    DataOnly data(function);
    for (tg::PlateOp plate : outermost)
      Chunker(plate, data).run();
  }
};
} // namespace
