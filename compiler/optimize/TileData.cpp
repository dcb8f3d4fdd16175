//===- TileData.cpp - data lies in the order in which rows are computed -----===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements tile-data: which reads of a plate's rows want tiles, and the copy that has them.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/DataOnly.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/SingleData.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/tg/RowBlocks.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_TILEDATA
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static constexpr int64_t tileRows = tg::rowsOfBlock;

namespace {
struct Access : RowRead {
  bool single = false; ///< to be stored in single precision

  explicit Access(const RowRead &read) : RowRead(read) {}
  bool operator==(const Access &other) const {
    return source == other.source && dim == other.dim && offset == other.offset && single == other.single;
  }
  RankedTensorType getType() const { return cast<RankedTensorType>(source.getType()); }
  /// Elements of a vector lie in the order of rows as they are.
  bool wantsTiles() const { return getType().getRank() > 1; }
};

struct Copy {
  Access access;
  Value rows, tensor;
};
} // namespace

/// Why tiles would gain nothing; empty if they may.
static StringRef whyNot(const Access &access) {
  // As many streams as the hardware follows need no help, nor do columns that lie in a near cache.
  constexpr int64_t fewStreams = 8, nearBytes = 256 << 10;
  RankedTensorType type = access.getType();
  bool isColumn = access.dim + 1 == type.getRank();
  if (!isColumn || !type.hasStaticShape())
    return "";
  if (type.getNumElements() * 8 <= nearBytes)
    return "its columns lie in a near cache";
  if (type.getNumElements() <= fewStreams * type.getShape().back())
    return "it has few columns";
  return "";
}

/// A copy of the elements, in tiles of rows: [row / 16, the other dimensions, row mod 16], zero behind the
/// last row. Of a vector it is just a copy.
static Value makeCopy(OpBuilder &b, Location loc, const Access &access, Value rows) {
  auto constant = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, loc, value); };
  Value size = constant(tileRows);
  SmallVector<Value> sizes = sizesOf(b, loc, access.source), extents;
  if (!access.wantsTiles())
    extents.push_back(rows);
  else if (std::optional<int64_t> count = getConstantIntValue(rows))
    extents.push_back(constant((*count + tileRows - 1) / tileRows));
  else
    extents.push_back(
        arith::DivUIOp::create(b, loc, arith::AddIOp::create(b, loc, rows, constant(tileRows - 1)), size));
  for (auto [k, extent] : llvm::enumerate(sizes))
    if (k != access.dim)
      extents.push_back(extent);
  if (access.wantsTiles())
    extents.push_back(size);
  Type element = access.single ? b.getF32Type() : b.getF64Type();
  auto plate = tg::PlateOp::create(
      b, loc, extents, ValueRange(), [&](OpBuilder &b, Location loc, ValueRange at, ValueRange) {
        Value row = at.front();
        if (access.wantsTiles())
          row = arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, row, size), at.back());
        Value place = row;
        if (access.offset)
          place = arith::AddIOp::create(b, loc, row, arith::ConstantIndexOp::create(b, loc, access.offset));
        Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, row, rows);
        // A read that a branch guards may be out of bounds without it.
        if (access.offset || !provablyEqual(rows, sizes[access.dim])) {
          Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, place, sizes[access.dim]);
          exists = arith::AndIOp::create(b, loc, exists, inside);
        }
        SmallVector<Value> indices;
        if (access.wantsTiles())
          llvm::append_range(indices, at.drop_front().drop_back());
        indices.insert(indices.begin() + access.dim, place);
        auto branch = scf::IfOp::create(
            b, loc, exists,
            [&](OpBuilder &b, Location loc) {
              Value value = tensor::ExtractOp::create(b, loc, access.source, indices);
              if (access.single)
                value = arith::TruncFOp::create(b, loc, element, value);
              scf::YieldOp::create(b, loc, value);
            },
            [&](OpBuilder &b, Location loc) {
              scf::YieldOp::create(b, loc,
                                   arith::ConstantOp::create(b, loc, b.getZeroAttr(element)).getResult());
            });
        tg::YieldOp::create(b, loc, ValueRange(), ValueRange(), ValueRange(), branch.getResults());
      });
  return plate.getRows().front();
}

namespace {
struct TileData : optimize::impl::TileDataBase<TileData> {
  using TileDataBase::TileDataBase;

  void runOnOperation() override {
    for (auto entry : getOperation().getOps<func::FuncOp>())
      if (addsUpDensity(entry))
        run(entry);
  }

  void run(func::FuncOp entry) {
    DataOnly data(entry);
    SmallVector<Copy> made;
    Block &block = entry.getBody().front();
    for (Operation &top : llvm::make_early_inc_range(block))
      top.walk<WalkOrder::PreOrder>([&](tg::PlateOp plate) {
        if (!llvm::is_contained(data.getOps(), &top) && data.contains(plate.getExtents().back()))
          run(plate, data, OpBuilder(&top), made);
        return WalkResult::skip();
      });
  }

  /// Lets the rows of `plate` read from copies, which are made at `b` if they do not exist.
  void run(tg::PlateOp plate, const DataOnly &data, OpBuilder b, SmallVector<Copy> &made) {
    SmallVector<std::pair<tensor::ExtractOp, Access>> reads;
    plate.getBodyBlock()->walk([&](tensor::ExtractOp read) {
      if (!data.contains(read.getTensor()) || !read.getType().isF64())
        return;
      std::optional<RowRead> found = rowReadOf(read, plate);
      if (!found)
        return;
      Access access(*found);
      access.single = single && storeInSingle(access);
      auto loop = read->getParentOfType<scf::ForOp>();
      bool isInLoop = loop && plate->isProperAncestor(loop);
      if (!access.single && !(isInLoop && access.wantsTiles()))
        return;
      if (StringRef reason = access.single ? "" : whyNot(access); !reason.empty())
        declined(read, "tile-data", reason);
      else
        reads.emplace_back(read, access);
    });
    if (reads.empty())
      return;
    Value rows = plate.getExtents().back();
    OpBuilder inside = OpBuilder::atBlockBegin(plate.getBodyBlock());
    Value size = arith::ConstantIndexOp::create(inside, plate.getLoc(), tileRows);
    Value tile = arith::DivUIOp::create(inside, plate.getLoc(), plate.getIndices().back(), size);
    Value place = arith::RemUIOp::create(inside, plate.getLoc(), plate.getIndices().back(), size);
    for (auto [read, access] : reads) {
      auto *copy = llvm::find_if(
          made, [&](const Copy &other) { return other.access == access && provablyEqual(other.rows, rows); });
      if (copy == made.end()) {
        if (access.wantsTiles())
          applied(plate, "tile-data", "rows of a matrix lie in tiles of sixteen");
        if (access.single)
          applied(plate, "tile-data", "data is stored in single precision");
        made.push_back({access, rows, makeCopy(b, read.getLoc(), access, rows)});
        copy = &made.back();
      }
      SmallVector<Value> indices;
      if (access.wantsTiles()) {
        indices.push_back(tile);
        for (auto [k, index] : llvm::enumerate(read.getIndices()))
          if (k != access.dim)
            indices.push_back(index);
        indices.push_back(place);
      } else {
        indices.push_back(plate.getIndices().back());
      }
      OpBuilder at(read);
      Value value = tensor::ExtractOp::create(at, read.getLoc(), copy->tensor, indices);
      if (access.single)
        value = arith::ExtFOp::create(at, read.getLoc(), at.getF64Type(), value);
      read.replaceAllUsesWith(value);
      read.erase();
    }
  }
};
} // namespace
