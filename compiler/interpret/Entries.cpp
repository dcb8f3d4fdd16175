//===- Entries.cpp - sizes, prepare, outputs, unconstrain -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/interpret/Interpretation.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace astragal::interpret {

static SmallVector<prob::OutputOp> outputsOf(prob::ModelOp model) {
  SmallVector<prob::OutputOp> outputs;
  model.walk([&](prob::OutputOp op) { outputs.push_back(op); });
  return outputs;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// Appends the dimensions as Stan orders them: rows of a matrix before its columns.
static void appendSizes(EntryBuilder &e, ValueRange dims, int32_t arrayRank, SmallVectorImpl<Value> &to) {
  SmallVector<Value> copies = e.materializeAll(dims);
  if (copies.size() - arrayRank == 2)
    std::swap(copies[copies.size() - 1], copies[copies.size() - 2]);
  llvm::append_range(to, copies);
}

static void finishSizes(EntryBuilder &e, ArrayRef<Value> sizes) {
  SmallVector<Value> integers;
  for (Value size : sizes)
    integers.push_back(e.b.createOrFold<arith::IndexCastOp>(e.model.getLoc(), e.b.getI64Type(), size));
  auto type = RankedTensorType::get({static_cast<int64_t>(integers.size())}, e.b.getI64Type());
  Value all = tensor::FromElementsOp::create(e.b, e.model.getLoc(), type, integers);
  e.finish(all, e.binding(prob::Role::Sizes));
}

namespace {
/// The sizes of data, of which some may be computed from integer arrays of the data. An array is read only
/// where it has the shape that it is declared with.
struct DataSizes {
  EntryBuilder &e;
  Value shapes; // those that the arrays have, once asked for
  llvm::SmallPtrSet<Operation *, 4> read = {};

  /// Finds the arrays that are read.
  void find() {
    SmallVector<Value> work;
    llvm::DenseSet<Operation *> seen;
    for (auto data : e.model.getBody().getOps<prob::DataOp>())
      llvm::append_range(work, data.getDims());
    while (!work.empty()) {
      Operation *op = work.pop_back_val().getDefiningOp();
      if (!op || !seen.insert(op).second)
        continue;
      if (auto data = dyn_cast<prob::DataOp>(op); data && isa<RankedTensorType>(data.getResult().getType()))
        read.insert(op);
      op->walk([&](Operation *inner) { llvm::append_range(work, inner->getOperands()); });
    }
  }

  /// Appends the sizes of `rest`.
  void append(ArrayRef<prob::DataOp> rest, SmallVector<Value> &sizes) {
    while (!rest.empty()) {
      prob::DataOp data = rest.front();
      rest = rest.drop_front();
      size_t first = sizes.size();
      appendSizes(e, data.getDims(), data.getArrayRank(), sizes);
      if (read.contains(data) && !rest.empty())
        return appendWhereDeclared(data.getLoc(), first, rest, sizes);
    }
  }

private:
  /// The same under the condition that the sizes from `first` on are those that the array has; zeros
  /// otherwise.
  void appendWhereDeclared(Location loc, size_t first, ArrayRef<prob::DataOp> rest,
                           SmallVector<Value> &sizes) {
    Value isDeclared;
    for (size_t k = first; k < sizes.size(); ++k) {
      Value at = tensor::ExtractOp::create(e.b, loc, shapes, e.index(static_cast<int64_t>(k)));
      at = arith::IndexCastOp::create(e.b, loc, e.b.getIndexType(), at);
      Value same = arith::CmpIOp::create(e.b, loc, arith::CmpIPredicate::eq, at, sizes[k]);
      isDeclared = isDeclared ? arith::AndIOp::create(e.b, loc, isDeclared, same).getResult() : same;
    }
    size_t count = 0;
    for (prob::DataOp data : rest)
      count += data.getDims().size();
    SmallVector<Type> types(count, e.b.getIndexType());
    auto branch = scf::IfOp::create(e.b, loc, types, isDeclared, /*withElse=*/true);
    OpBuilder::InsertionGuard guard(e.b);
    e.b.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(e.b, loc, SmallVector<Value>(count, e.index(0)));
    e.b.setInsertionPointToStart(branch.thenBlock());
    SmallVector<Value> inner;
    inner.append(sizes.begin(), sizes.end());
    append(rest, inner);
    scf::YieldOp::create(e.b, loc, ArrayRef(inner).drop_front(sizes.size()));
    llvm::append_range(sizes, branch.getResults());
  }
};
} // namespace

void buildDataSizes(prob::ModelOp model) {
  EntryBuilder e(model, "data_sizes");
  auto all = llvm::to_vector(model.getBody().getOps<prob::DataOp>());
  DataSizes build{e, {}};
  build.find();
  if (!build.read.empty()) {
    int64_t count = 0;
    for (prob::DataOp data : all)
      count += static_cast<int64_t>(data.getDims().size());
    build.shapes = e.addArgument(RankedTensorType::get({count}, e.b.getI64Type()), prob::Role::Shapes);
  }
  SmallVector<Value> sizes;
  build.append(all, sizes);
  finishSizes(e, sizes);
}

void buildSizes(prob::ModelOp model) {
  EntryBuilder e(model, "sizes");
  SmallVector<Value> sizes, free;
  Value total = e.index(0);
  for (auto param : model.getBody().getOps<prob::ParamOp>()) {
    free.push_back(unconstrainedSize(e, param, e.materializeAll(param.getDims())));
    total = e.add(total, free.back());
  }
  sizes.push_back(total);
  for (prob::OutputOp output : outputsOf(model)) {
    appendSizes(e, output.getDims(), output.getArrayRank(), sizes);
  }
  llvm::append_range(sizes, free);
  finishSizes(e, sizes);
}

//===----------------------------------------------------------------------===//
// Prepare
//===----------------------------------------------------------------------===//

void buildPrepare(prob::ModelOp model, StringRef name) {
  EntryBuilder e(model, name);
  if (name == "prepare")
    e.printed = {tg::PrintBlock::Data};
  for (Operation &op : model.getBody().front()) {
    // A failure of data and transformed data is the end; what other blocks do with data alone rejects points.
    if (name == "explain_prepare" && isa<prob::ParamOp, prob::OutputOp>(op))
      break;
    if (op.getNumResults() != 0 && llvm::all_of(op.getResults(), [&](Value v) { return e.map.contains(v); }))
      continue;
    if (auto data = dyn_cast<prob::DataOp>(op))
      e.bindData(data);
    else if ((op.getDialect() != model->getDialect() || isa<prob::LogDensityOp, prob::DataSeedOp>(op)) &&
             e.isDataOnly(op))
      e.b.clone(op, e.map);
  }
  e.finish({}, {});
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

namespace {
/// A tensor that is filled from front to back.
struct Filler {
  EntryBuilder &e;
  Value whole, position;

  Filler(EntryBuilder &e, Value size) : e(e), position(e.index(0)) {
    auto type = RankedTensorType::get(tg::PlateOp::getRowShape(size), e.b.getF64Type());
    whole = tensor::EmptyOp::create(e.b, e.model.getLoc(), type,
                                    type.hasStaticShape() ? ValueRange() : ValueRange(size));
  }

  Value toReal(Location loc, Value x) {
    return x.getType().isInteger(32) ? arith::SIToFPOp::create(e.b, loc, e.b.getF64Type(), x).getResult() : x;
  }

  void append(Location loc, Value value, ValueRange dims) {
    if (dims.empty()) {
      whole = tensor::InsertOp::create(e.b, loc, toReal(loc, value), whole, position);
      position = e.add(position, e.index(1));
      return;
    }
    Value start = position;
    SmallVector<Value> at;
    auto nest = [&](auto &&self, Value linear, Value into) -> Value {
      if (at.size() == dims.size()) {
        Value x = toReal(loc, tensor::ExtractOp::create(e.b, loc, value, at));
        return tensor::InsertOp::create(e.b, loc, x, into, e.add(start, linear));
      }
      Value dim = dims[at.size()];
      auto loop = scf::ForOp::create(e.b, loc, e.index(0), dim, e.index(1), into);
      OpBuilder::InsertionGuard guard(e.b);
      e.b.setInsertionPointToStart(loop.getBody());
      at.push_back(loop.getInductionVar());
      Value inner = linear ? e.add(e.multiply(linear, dim), at.back()) : at.back();
      scf::YieldOp::create(e.b, loc, self(self, inner, loop.getRegionIterArg(0)));
      at.pop_back();
      return loop.getResult(0);
    };
    whole = nest(nest, Value(), whole);
    position = e.add(position, e.product(dims));
  }
};
} // namespace

static void replaceByPoison(Operation *op) {
  OpBuilder b(op);
  for (Value result : op->getResults())
    result.replaceAllUsesWith(ub::PoisonOp::create(b, op->getLoc(), result.getType()).getResult());
  op->erase();
}

/// Takes the checks out, and densities where nobody needs their values.
static void dropChecks(Operation *op, bool withDensities) {
  op->walk([&](Operation *inner) {
    if (isa<func::CallOp>(inner))
      inner->setAttr(prob::checkedName, UnitAttr::get(inner->getContext()));
    else if (isa<prob::LogDensityOp>(inner) && withDensities)
      replaceByPoison(inner);
    else if (isa<tg::CheckOp>(inner))
      inner->erase();
  });
}

static bool readsAny(Operation &op, const llvm::DenseSet<Value> &values) {
  return op
      .walk([&](Operation *inner) {
        bool reads =
            llvm::any_of(inner->getOperands(), [&](Value operand) { return values.contains(operand); });
        return reads ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

LogicalResult buildOutputs(prob::ModelOp model, StringRef name, bool generates) {
  EntryBuilder e(model, name);
  // An entry that explains why another one failed prints nothing again.
  if (name == "generate" || name == "constrain")
    e.printed = {tg::PrintBlock::Parameters};
  if (name == "generate")
    e.printed.push_back(tg::PrintBlock::Generated);
  SmallVector<Value> free;
  for (auto param : model.getBody().getOps<prob::ParamOp>())
    free.push_back(unconstrainedSize(e, param, e.materializeAll(param.getDims())));
  e.addInput(free);
  Value seed, stream;
  if (generates) {
    seed = e.addArgument(e.b.getI64Type(), prob::Role::Seed);
    stream = e.addArgument(e.b.getI64Type(), prob::Role::Stream);
  }
  SmallVector<std::pair<Value, SmallVector<Value>>> values;
  SmallVector<Location> locations;
  auto record = [&](prob::OutputOp output) {
    SmallVector<Value> dims;
    for (Value dim : output.getDims())
      dims.push_back(e.map.lookup(dim));
    values.push_back({e.map.lookup(output.getValue()), dims});
    locations.push_back(output.getLoc());
  };
  llvm::DenseSet<Value> left; // results of statements that are left out
  for (Operation &op : model.getBody().front()) {
    bool isModel = !values.empty(); // the model block comes after the outputs
    if (op.getNumResults() != 0 &&
        llvm::all_of(op.getResults(), [&](Value v) { return e.map.contains(v); })) {
      continue; // sizes were computed before all else
    } else if (auto data = dyn_cast<prob::DataOp>(op)) {
      e.bindData(data);
    } else if (auto param = dyn_cast<prob::ParamOp>(op)) {
      if (failed(constrain(e, param)))
        return failure();
    } else if (auto output = dyn_cast<prob::OutputOp>(op)) {
      record(output);
    } else if (auto generated = dyn_cast<prob::GeneratedOp>(op)) {
      if (!generates)
        continue;
      e.map.map(generated.getBody().getArgument(0), seed);
      e.map.map(generated.getBody().getArgument(1), stream);
      for (Operation &inner : generated.getBody().front()) {
        if (auto output = dyn_cast<prob::OutputOp>(inner))
          record(output);
        else
          e.b.clone(inner, e.map);
      }
    } else if (isModel && (hasSites(op) || isa<prob::LogDensityOp, tg::CheckOp>(op) || readsAny(op, left))) {
      // What such a statement carries on is read by others of the block alone, which are left out with it.
      for (Value result : op.getResults()) {
        left.insert(result);
        e.map.map(result, ub::PoisonOp::create(e.b, op.getLoc(), result.getType()));
      }
    } else if (op.getNumResults() != 0 || !e.isDataOnly(op) || e.prints(op)) {
      // Transformed parameters may call functions that add to the target.
      Operation *copy = e.b.clone(op, e.map);
      if (isModel)
        dropChecks(copy, /*withDensities=*/true); // the draw has no use for what it computes
      else if (name == "generate" && e.isDataOnly(op))
        dropChecks(copy, /*withDensities=*/false); // `prepare` has made them
      copy->walk([](Operation *inner) {
        if (isa<prob::TargetOp>(inner))
          replaceByPoison(inner);
        else if (isa<prob::FactorOp, prob::ObserveOp>(inner))
          inner->erase();
      });
    }
  }
  Value size = e.index(0);
  for (auto &[value, dims] : values)
    size = e.add(size, e.product(dims));
  Filler filler(e, size);
  for (auto [k, entry] : llvm::enumerate(values))
    filler.append(locations[k], entry.first, entry.second);
  e.finish(filler.whole, e.binding(prob::Role::Output));
  return success();
}

//===----------------------------------------------------------------------===//
// Unconstrain
//===----------------------------------------------------------------------===//

LogicalResult buildUnconstrain(prob::ModelOp model) {
  EntryBuilder e(model, "unconstrain");
  SmallVector<Value> constrained, free;
  for (auto param : model.getBody().getOps<prob::ParamOp>()) {
    SmallVector<Value> dims = e.materializeAll(param.getDims());
    constrained.push_back(e.product(dims));
    free.push_back(unconstrainedSize(e, param, dims));
  }
  e.addInput(constrained);
  Value size = e.index(0);
  for (Value n : free)
    size = e.add(size, n);
  Filler filler(e, size);
  unsigned next = 0;
  for (auto param : model.getBody().getOps<prob::ParamOp>()) {
    // Bounds may depend on parameters before this one, which are mapped by now.
    for (Value bound : param.getBounds())
      e.materialize(bound);
    FailureOr<Value> value = unconstrain(e, param);
    if (failed(value))
      return failure();
    Value n = free[next++];
    filler.append(param.getLoc(), *value,
                  isa<RankedTensorType>(value->getType()) ? ValueRange(n) : ValueRange());
  }
  e.finish(filler.whole, e.binding(prob::Role::Output));
  return success();
}

} // namespace astragal::interpret
