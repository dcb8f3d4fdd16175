//===- PartitionPlates.cpp - branches on data become plates of their rows ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/RowData.h"
#include "compiler/optimize/Sums.h"

#include "dialects/prob/Prob.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/CSE.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_PARTITIONPLATES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// So few rows that one vector holds them.
static constexpr int64_t fewRows = 8;

/// What it costs to read a parameter of the row, and to add to its derivative, by an index from a list: lane
/// by lane, where rows next to each other take one vector. In logarithms, as `costOf`.
static constexpr unsigned costOfRead = 4;

//===----------------------------------------------------------------------===//
// Which branches
//===----------------------------------------------------------------------===//

/// What the lanes that do not take a branch would compute for nothing, in logarithms or so.
static unsigned costOf(scf::IfOp branch) {
  unsigned cost = 0;
  branch.walk([&](Operation *op) {
    if (isa<prob::LogDensityOp>(op))
      cost += 2;
    else if (op != branch)
      cost += isExpensive(op);
  });
  return cost;
}

/// Whether an op reads an element of a parameter, or of what is computed from parameters, that belongs to the
/// row.
static bool readsParameterOfRow(Operation *op, tg::PlateOp plate, const DataOnly &data) {
  auto extract = dyn_cast<tensor::ExtractOp>(op);
  return extract && !data.contains(extract.getTensor()) &&
         llvm::any_of(extract.getIndices(),
                      [&](Value index) { return linearOf(index).base == plate.getIndices().front(); });
}

/// The branches of a plate that depend on data, and would cost something.
static SmallVector<scf::IfOp> findBranches(tg::PlateOp plate, const DataOnly &data) {
  RowData rows(plate, data);
  SmallVector<scf::IfOp> branches;
  for (auto branch : plate.getBodyBlock()->getOps<scf::IfOp>()) {
    Operation *condition = branch.getCondition().getDefiningOp();
    if (condition && condition->getBlock() == plate.getBodyBlock() && rows.contains(branch.getCondition()) &&
        !data.allows(branch, rows.getKnown()) && costOf(branch) > 0)
      branches.push_back(branch);
  }
  return branches;
}

//===----------------------------------------------------------------------===//
// The rewrite
//===----------------------------------------------------------------------===//

namespace {
/// Clones the body of a plate for rows that agree in a condition.
class SideCloner {
public:
  SideCloner(Value condition, bool holds) : condition(condition), holds(holds) {}

  /// Null if the rows contribute nothing.
  tg::PlateOp clone(tg::PlateOp plate, const RowList &list) {
    OpBuilder b(plate);
    auto side = tg::PlateOp::create(
        b, plate.getLoc(), list.count, ValueRange(),
        [&](OpBuilder &body, Location loc, ValueRange row, ValueRange) {
          mapping.map(plate.getIndices().front(),
                      tensor::ExtractOp::create(body, loc, list.indices, row).getResult());
          Value answer = arith::ConstantOp::create(body, loc, body.getBoolAttr(holds));
          cloneOps(body, *plate.getBodyBlock(), answer);
          SmallVector<Value> sums;
          for (Value sum : plate.getYield().getSums())
            sums.push_back(mapping.lookupOrDefault(sum));
          tg::YieldOp::create(body, loc, sums, ValueRange(), ValueRange(), ValueRange());
        });
    // What stood in several branches, as conditions of its own, may be the same now.
    IRRewriter rewriter(b);
    DominanceInfo dominance(side);
    eliminateCommonSubExpressions(rewriter, dominance, side);
    eraseDead(*side.getBodyBlock());
    bool contributes = !isMemoryEffectFree(side) || llvm::any_of(side.getYield().getSums(), [](Value sum) {
      return !matchPattern(sum, m_AnyZeroFloat()) && !matchPattern(sum, m_Zero());
    });
    if (contributes)
      return side;
    side.erase();
    return {};
  }

private:
  void cloneOps(OpBuilder &b, Block &block, Value answer) {
    for (Operation &op : block.without_terminator()) {
      auto branch = dyn_cast<scf::IfOp>(op);
      if (!branch || branch.getCondition() != condition) {
        b.clone(op, mapping);
        if (&op == condition.getDefiningOp())
          mapping.map(condition, answer);
        continue;
      }
      Region &taken = holds ? branch.getThenRegion() : branch.getElseRegion();
      if (taken.empty())
        continue;
      cloneOps(b, taken.front(), answer);
      for (auto [result, yielded] :
           llvm::zip_equal(branch.getResults(), taken.front().getTerminator()->getOperands()))
        mapping.map(result, mapping.lookupOrDefault(yielded));
    }
  }

  Value condition;
  bool holds;
  IRMapping mapping;
};

/// Makes plates for the ways through the body of one plate.
class Partition {
public:
  Partition(tg::PlateOp plate, DataOnly &data, unsigned maxPlates)
      : loc(plate.getLoc()), data(data), maxPlates(maxPlates), pieces{plate} {}

  void run() {
    for (size_t k = 0; k < pieces.size();) {
      SmallVector<scf::IfOp> branches = findBranches(pieces[k], data);
      if (!branches.empty() && pieces.size() == maxPlates) {
        declined(pieces[k], "partition-plates", "its rows may go too many ways");
        break;
      }
      if (!branches.empty())
        split(k, branches.front().getCondition());
      else
        ++k;
    }
    if (pieces.size() > 1 || isSplit)
      for (tg::PlateOp piece : pieces)
        gatherRowData(piece, data);
  }

private:
  void split(size_t k, Value condition) {
    tg::PlateOp plate = pieces[k];
    auto [taken, left] = listRows(plate, condition, data);
    SmallVector<tg::PlateOp> sides;
    for (bool holds : {true, false})
      if (tg::PlateOp side = SideCloner(condition, holds).clone(plate, holds ? taken : left))
        sides.push_back(side);
    OpBuilder b(plate);
    for (auto [k, sum] : llvm::enumerate(plate.getSums())) {
      Value total;
      for (tg::PlateOp side : sides) {
        Value part = side.getSums()[k];
        total = total ? plus(b, loc, total, part) : part;
      }
      if (!total)
        total = arith::ConstantOp::create(b, loc, b.getZeroAttr(sum.getType()));
      sum.replaceAllUsesWith(total);
    }
    plate.erase();
    pieces.erase(pieces.begin() + k);
    pieces.insert(pieces.begin() + k, sides.begin(), sides.end());
    isSplit = true;
  }

  Location loc;
  DataOnly &data;
  unsigned maxPlates;
  SmallVector<tg::PlateOp> pieces;
  bool isSplit = false;
};

struct PartitionPlates : optimize::impl::PartitionPlatesBase<PartitionPlates> {
  using PartitionPlatesBase::PartitionPlatesBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!mayUsePrepared(function))
      return;
    SmallVector<tg::PlateOp> plates(function.getBody().front().getOps<tg::PlateOp>());
    DataOnly data(function);
    for (tg::PlateOp plate : plates) {
      if (plate.getRank() != 1)
        continue;
      SmallVector<scf::IfOp> branches = findBranches(plate, data);
      if (branches.empty())
        continue;
      if (StringRef why = reasonAgainst(plate, branches, data); !why.empty()) {
        declined(plate, "partition-plates", why);
        continue;
      }
      applied(plate, "partition-plates", "rows go to plates of their own by a condition on data");
      Partition(plate, data, maxPlates).run();
    }
  }

  StringRef reasonAgainst(tg::PlateOp plate, ArrayRef<scf::IfOp> branches, const DataOnly &data) {
    if (plate.getSums().size() != plate.getNumResults())
      return "its rows are read elsewhere";
    if (!data.contains(plate.getExtents().front()))
      return "its rows are not counted by data";
    std::optional<int64_t> rows = getConstantIntValue(plate.getExtents().front());
    if (rows && *rows <= fewRows)
      return "it has few rows";
    // Branches one after the other, unlike a chain of them, are passed in all combinations. One may be left
    // over; of an unrolled loop most would be, and each of the plates would hold the whole loop.
    llvm::SmallDenseSet<Value> conditions;
    for (scf::IfOp branch : branches)
      conditions.insert(branch.getCondition());
    if (conditions.size() > llvm::Log2_64(maxPlates) + 1)
      return "its rows may go too many ways";
    unsigned reads = 0, cost = 0;
    plate.walk([&](Operation *op) { reads += readsParameterOfRow(op, plate, data); });
    for (scf::IfOp branch : branches)
      cost += costOf(branch);
    if (cost < costOfRead * reads)
      return "its branches cost less than reading the parameters of rows that are not next to each other";
    return {};
  }
};
} // namespace
