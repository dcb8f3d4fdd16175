//===- FusePlates.cpp - rows are computed where they are read ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/DataOnly.h"
#include "compiler/optimize/Effects.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/MapVector.h"
#include <map>

namespace astragal::optimize {
#define GEN_PASS_DEF_FUSEPLATES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// How many ops a plate may compute again that another plate computes too.
static constexpr unsigned duplicationBudget = 64;

/// How many arithmetic ops make a row cheap.
static constexpr unsigned cheapRow = 4;

/// The plate that `tensor` is a row result of, and which of them.
static std::pair<tg::PlateOp, unsigned> producerOf(Value tensor) {
  while (auto cast = tensor.getDefiningOp<tensor::CastOp>())
    tensor = cast.getSource();
  auto plate = tensor.getDefiningOp<tg::PlateOp>();
  if (!plate)
    return {};
  unsigned first = plate.getNumResults() - plate.getRows().size(),
           number = cast<OpResult>(tensor).getResultNumber();
  return number < first ? std::pair<tg::PlateOp, unsigned>() : std::pair(plate, number - first);
}

/// The op whose body runs once for every value of `index`, if these are 0, 1, ... up to `extent`.
static Operation *ownerOf(Value index, Value extent) {
  auto argument = dyn_cast<BlockArgument>(index);
  Operation *owner = argument ? argument.getOwner()->getParentOp() : nullptr;
  if (auto plate = dyn_cast_if_present<tg::PlateOp>(owner)) {
    unsigned k = argument.getArgNumber();
    return k < plate.getRank() && provablyEqual(plate.getExtents()[k], extent) ? owner : nullptr;
  }
  auto loop = dyn_cast_if_present<scf::ForOp>(owner);
  bool counts = loop && argument.getArgNumber() == 0 && matchPattern(loop.getLowerBound(), m_Zero()) &&
                matchPattern(loop.getStep(), m_One()) && provablyEqual(loop.getUpperBound(), extent);
  return counts ? owner : nullptr;
}

static Operation *enclosingLoop(Operation *op) {
  do
    op = op->getParentOp();
  while (op && !isa<LoopLikeOpInterface>(op));
  return op;
}

using Order = DenseMap<Operation *, unsigned>;

/// Erases a plate, with the casts of its results, which nothing uses.
static void erase(tg::PlateOp plate, Order &order) {
  for (Value result : plate->getResults())
    for (Operation *user : llvm::make_early_inc_range(result.getUsers()))
      user->erase();
  plate.walk([&](tg::PlateOp inner) { order.erase(inner); });
  plate.erase();
}

static void eraseIfDead(tg::PlateOp plate, Order &order) {
  auto unused = [](Operation *user) { return isa<tensor::CastOp>(user) && user->use_empty(); };
  if (llvm::all_of(plate->getUsers(), unused) && wouldOpBeTriviallyDead(plate))
    erase(plate, order);
}

namespace {
/// A read of a row of another plate.
struct Read {
  tensor::ExtractOp op;
  unsigned row;                   ///< Which row result.
  Operation *innermost = nullptr; ///< If at exactly the reader's row: the op whose body runs once a row.
  Operation *outermost = nullptr; ///< The one around it that counts the first index.
  bool once = false;              ///< No row is read in more than one iteration of anything.
  bool always = false;            ///< Every row is read.
};

/// Everything that one plate reads from plates before it.
class Consumer {
public:
  Consumer(tg::PlateOp plate, Order &order) : plate(plate), order(order) { collect(plate); }

  void run() {
    // The latest producer first: all readers of an earlier one are known by then.
    while (!reads.empty()) {
      auto last = std::prev(reads.end());
      auto [producer, producerReads] = std::move(last->second);
      reads.erase(last);
      pull(producer, producerReads);
    }
  }

private:
  void collect(Operation *root) {
    root->walk([&](tensor::ExtractOp extract) {
      auto [producer, row] = producerOf(extract.getTensor());
      auto number = producer ? order.find(producer) : order.end();
      if (number == order.end() || plate->isProperAncestor(producer))
        return;
      auto &entry = reads[number->second];
      entry.first = producer;
      entry.second.push_back(classify(extract, producer, row));
    });
  }

  static Read classify(tensor::ExtractOp extract, tg::PlateOp producer, unsigned row) {
    Read read{extract, row};
    SmallVector<Operation *> owners;
    for (auto [index, extent] : llvm::zip_equal(extract.getIndices(), producer.getExtents())) {
      Operation *owner = ownerOf(index, extent);
      if (!owner || llvm::count(extract.getIndices(), index) > 1 || owner->isProperAncestor(producer))
        return read;
      owners.push_back(owner);
    }
    read.innermost = read.outermost = owners.front();
    for (Operation *owner : owners) {
      if (read.innermost->isProperAncestor(owner))
        read.innermost = owner;
      if (owner->isProperAncestor(read.outermost))
        read.outermost = owner;
    }
    read.once = enclosingLoop(read.outermost) == enclosingLoop(producer);
    read.always = read.outermost->getBlock() == producer->getBlock();
    for (Operation *op = read.innermost; op != read.outermost; op = op->getParentOp()) {
      bool counts = llvm::is_contained(owners, op);
      read.once &= counts || !isa<LoopLikeOpInterface>(op);
      read.always &= counts;
    }
    return read;
  }

  void pull(tg::PlateOp producer, MutableArrayRef<Read> reads) {
    Read &first = reads.front();
    bool together = llvm::all_of(reads, [&](Read &read) {
      return read.once && read.innermost == first.innermost && read.op.getIndices() == first.op.getIndices();
    });
    bool delays = delaysChecks(producer);
    if (together && !delays && countUses(producer) == reads.size())
      return moveWhole(producer, reads);
    if (together && !delays && first.innermost == plate && first.op.getIndices() == plate.getIndices() &&
        !mayCopy(producer, reads, /*exact=*/true) && takeChecks(producer, reads)) {
      // The rows that the checks read are reads of this plate now.
      auto [same, all] = std::move(this->reads[order.lookup(producer)]);
      this->reads.erase(order.lookup(producer));
      return moveWhole(producer, all);
    }
    bool exact = llvm::all_of(reads, [](Read &read) { return read.innermost != nullptr; });
    if (!mayCopy(producer, reads, exact))
      return declined(producer, "fuse-plates",
                      delays  ? "its checks would move behind a loop that may run forever without them"
                      : exact ? "its rows are not cheap, and read more than once"
                              : "its rows are not cheap, and read at other indices than the reader's row");
    copyRows(producer, reads);
  }

  /// If all other readers of the rows are plates that only check each row, in front of this one: makes their
  /// checks here.
  bool takeChecks(tg::PlateOp producer, ArrayRef<Read> reads) {
    llvm::SetVector<Operation *> checkers;
    SmallVector<Operation *> users(producer->getUsers());
    for (size_t k = 0; k < users.size(); ++k) {
      if (isa<tensor::CastOp>(users[k])) {
        llvm::append_range(users, users[k]->getUsers());
        continue;
      }
      auto checker = dyn_cast<tg::PlateOp>(users[k]->getParentOp());
      if (checker == plate && isa<tensor::ExtractOp>(users[k]))
        continue;
      auto extract = dyn_cast<tensor::ExtractOp>(users[k]);
      if (!extract || !checker || checker->getNumResults() > 0 || checker->getBlock() != plate->getBlock() ||
          !checker->isBeforeInBlock(plate) || !llvm::equal(extract.getIndices(), checker.getIndices()) ||
          !provablyEqual(checker.getExtents(), plate.getExtents()))
        return false;
      checkers.insert(checker);
    }
    if (llvm::any_of(checkers, [&](Operation *checker) { return delaysChecks(checker); }))
      return false;
    for (Operation *op : checkers) {
      auto checker = cast<tg::PlateOp>(op);
      IRMapping mapping;
      mapping.map(checker.getIndices(), plate.getIndices());
      SmallVector<Operation *> checks;
      for (Operation &inner : checker.getBodyBlock()->without_terminator())
        checks.push_back(&inner);
      SmallVector<Operation *> clones =
          cloneAt(OpBuilder::atBlockBegin(plate.getBodyBlock()), checks, mapping);
      erase(checker, order);
      llvm::for_each(clones, [&](Operation *clone) { collect(clone); });
    }
    auto &all = this->reads[order.lookup(producer)];
    all.first = producer;
    llvm::append_range(all.second, reads);
    return true;
  }

  /// Whether checks of `before`, made in this plate, would be made behind a loop that may wait for them.
  bool delaysChecks(Operation *before) {
    if (!makesChecks(before))
      return false;
    Operation *end = before->getBlock()->findAncestorOpInBlock(*plate);
    for (Operation *op = before->getNextNode(); op; op = op->getNextNode()) {
      if (mayRunForever(op))
        return true;
      if (op == end)
        return false;
    }
    return false;
  }

  static size_t countUses(Operation *op) {
    size_t uses = 0;
    for (OpOperand &use : op->getUses())
      uses += isa<tensor::CastOp>(use.getOwner()) ? countUses(use.getOwner()) : 1;
    return uses;
  }

  /// How many ops a copy of the rows takes; none if they are not cheap.
  std::optional<unsigned> priceOf(tg::PlateOp producer, ArrayRef<Read> reads, bool exact) {
    SmallVector<Value> needed;
    for (const Read &read : reads)
      needed.push_back(producer.getYield().getRows()[read.row]);
    unsigned arithmetic = 0, extracts = 0;
    for (Operation *op : sliceOf(*producer.getBodyBlock(), needed)) {
      if (!isCheap(op))
        return std::nullopt;
      if (isa<tensor::ExtractOp>(op))
        ++extracts;
      else if (!isAddressing(op))
        ++arithmetic;
    }
    // Few rows, read often: better computed once each than once a reader.
    if (!exact && arithmetic > 1 && rowsOf(producer) * 4 <= rowsOf(plate))
      return std::nullopt;
    if (arithmetic > cheapRow || extracts > cheapRow)
      return std::nullopt;
    return arithmetic + extracts;
  }

  bool mayCopy(tg::PlateOp producer, ArrayRef<Read> reads, bool exact) {
    std::optional<unsigned> price = priceOf(producer, reads, exact);
    return price && duplicated + *price <= duplicationBudget;
  }

  /// How many rows a plate has; zero if that is not known.
  static int64_t rowsOf(tg::PlateOp plate) {
    int64_t rows = 1;
    for (Value extent : plate.getExtents()) {
      Linear linear = linearOf(extent);
      rows *= linear.isConstant() ? linear.offset : 0;
    }
    return rows;
  }

  /// Only this plate reads the rows, and each of them once: the producer's body becomes part of it. Its
  /// checks too, if they are then made under the same conditions.
  void moveWhole(tg::PlateOp producer, MutableArrayRef<Read> reads) {
    Read &first = reads.front();
    SmallVector<Value> needed;
    for (Read &read : reads)
      needed.push_back(producer.getYield().getRows()[read.row]);
    Block &body = *producer.getBodyBlock();
    SmallVector<Operation *> moved;
    bool whole = first.always && producer.getInits().empty();
    if (whole)
      for (Operation &op : body.without_terminator())
        moved.push_back(&op);
    else
      moved = sliceOf(body, needed);
    IRMapping mapping;
    mapping.map(producer.getIndices(), first.op.getIndices());
    SmallVector<Operation *> clones =
        cloneAt(OpBuilder::atBlockBegin(&first.innermost->getRegion(0).front()), moved, mapping);
    for (auto [read, value] : llvm::zip_equal(reads, needed))
      replace(read.op, mapping.lookupOrDefault(value));
    applied(producer, "fuse-plates", "became part of the plate that reads its rows");
    if (whole)
      erase(producer, order);
    finish(whole ? nullptr : producer, clones);
  }

  void copyRows(tg::PlateOp producer, MutableArrayRef<Read> reads) {
    std::map<std::pair<unsigned, SmallVector<void *>>, Value> copies; // of rows at the reader's row
    SmallVector<Operation *> clones;
    duplicated += *priceOf(producer, reads, /*exact=*/true);
    for (Read &read : reads) {
      Value yielded = producer.getYield().getRows()[read.row], unshared;
      SmallVector<void *> indices;
      for (Value index : read.op.getIndices())
        indices.push_back(index.getAsOpaquePointer());
      Value &copy = read.innermost ? copies[{read.row, indices}] : unshared;
      if (!copy) {
        IRMapping mapping;
        mapping.map(producer.getIndices(), read.op.getIndices());
        OpBuilder b(read.op);
        if (read.innermost)
          b.setInsertionPointToStart(&read.innermost->getRegion(0).front());
        llvm::append_range(clones, cloneAt(b, sliceOf(*producer.getBodyBlock(), yielded), mapping));
        copy = mapping.lookupOrDefault(yielded);
      }
      replace(read.op, copy);
    }
    finish(producer, clones);
  }

  static SmallVector<Operation *> cloneAt(OpBuilder b, ArrayRef<Operation *> ops, IRMapping &mapping) {
    SmallVector<Operation *> clones;
    for (Operation *op : ops)
      clones.push_back(b.clone(*op, mapping));
    return clones;
  }

  static void replace(tensor::ExtractOp extract, Value value) {
    extract.replaceAllUsesWith(value);
    extract.erase();
  }

  void finish(tg::PlateOp producer, ArrayRef<Operation *> clones) {
    if (producer)
      eraseIfDead(producer, order);
    for (Operation *op : clones)
      collect(op);
  }

  tg::PlateOp plate;
  Order &order;
  std::map<unsigned, std::pair<tg::PlateOp, SmallVector<Read>>> reads; // by the producer's number
  unsigned duplicated = 0;
};

/// Sizes of rows are extents, and an element of a splat is its scalar.
void forwardTrivialReads(Operation *root) {
  root->walk([](Operation *op) {
    Value value;
    if (auto dim = dyn_cast<tensor::DimOp>(op)) {
      auto plate = producerOf(dim.getSource()).first;
      std::optional<int64_t> index = dim.getConstantIndex();
      if (plate && index && *index < plate.getRank())
        value = plate.getExtents()[*index];
    } else if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
      if (auto splat = extract.getTensor().getDefiningOp<tensor::SplatOp>())
        value = splat.getInput();
    }
    if (!value)
      return;
    op->replaceAllUsesWith(ValueRange(value));
    op->erase();
  });
}

struct FusePlates : optimize::impl::FusePlatesBase<FusePlates> {
  using FusePlatesBase::FusePlatesBase;

  void runOnOperation() override {
    forwardTrivialReads(getOperation());
    std::optional<DataOnly> data;
    if (keepData)
      data.emplace(getOperation());
    Order order;
    SmallVector<tg::PlateOp> plates;
    getOperation()->walk<WalkOrder::PreOrder>([&](tg::PlateOp plate) {
      if (data && plate->getNumResults() > 0 && data->contains(plate->getResult(0)))
        return;
      order[plate] = plates.size();
      plates.push_back(plate);
    });
    for (tg::PlateOp plate : llvm::reverse(plates))
      if (order.contains(plate))
        Consumer(plate, order).run();
    for (tg::PlateOp plate : llvm::reverse(plates))
      if (order.contains(plate))
        eraseIfDead(plate, order);
  }
};
} // namespace
