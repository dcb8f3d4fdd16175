//===- Sites.cpp - the log density: sites add to a carried scalar ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/interpret/Interpretation.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace astragal::interpret {

namespace {

class LogDensityBuilder {
public:
  LogDensityBuilder(EntryBuilder &e, LogDensityOptions options) : e(e), options(options) {}

  Value target;

  LogicalResult cloneBlock(Block &block) {
    for (Operation &op : block)
      if (!op.hasTrait<OpTrait::IsTerminator>() && failed(cloneOp(op)))
        return failure();
    return success();
  }

private:
  EntryBuilder &e;
  LogDensityOptions options;

  void addToTarget(Location loc, Value value) { target = arith::AddFOp::create(e.b, loc, target, value); }

  LogicalResult cloneOp(Operation &op) {
    if (isa<prob::OutputOp, prob::GeneratedOp>(op))
      return success();
    // Sizes were computed before all else.
    if (op.getNumResults() != 0 && llvm::all_of(op.getResults(), [&](Value v) { return e.map.contains(v); }))
      return success();
    if (auto data = dyn_cast<prob::DataOp>(op)) {
      e.bindData(data);
      return success();
    }
    if (auto param = dyn_cast<prob::ParamOp>(op)) {
      FailureOr<Value> jacobian = constrain(e, param);
      if (failed(jacobian))
        return failure();
      if (options.jacobian && *jacobian)
        addToTarget(op.getLoc(), *jacobian);
      return success();
    }
    if (auto factor = dyn_cast<prob::FactorOp>(op)) {
      if (!factor.getJacobian() || options.jacobian)
        addToTarget(op.getLoc(), e.map.lookup(factor.getValue()));
      return success();
    }
    if (auto read = dyn_cast<prob::TargetOp>(op)) {
      e.map.map(read.getResult(), target);
      return success();
    }
    if (auto observe = dyn_cast<prob::ObserveOp>(op)) {
      SmallVector<Value> arguments;
      for (Value argument : observe.getArguments())
        arguments.push_back(e.map.lookup(argument));
      addToTarget(op.getLoc(), prob::LogDensityOp::create(
                                   e.b, op.getLoc(), e.b.getF64Type(), observe.getDistributionAttr(),
                                   e.map.lookup(observe.getAt()), arguments, observe.getAutodiffAttr(),
                                   options.propto ? e.b.getUnitAttr() : UnitAttr()));
      return success();
    }
    // Checks of data are made once, by prepare; but not those in statements that it does not have. Who
    // explains a failure wants those of the model block here.
    bool explains = e.function.getName() == "explain_log_density";
    if (!explains && op.getParentOp() == e.model && op.getNumResults() == 0 && e.isDataOnly(op) &&
        !e.prints(op))
      return success();
    if (!hasSites(op)) {
      Operation *copy = e.b.clone(op, e.map);
      if (!options.propto)
        copy->walk([](prob::LogDensityOp density) { density.setPropto(false); });
      return success();
    }
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return cloneFor(loop);
    if (auto branch = dyn_cast<scf::IfOp>(op))
      return cloneIf(branch);
    if (auto loop = dyn_cast<scf::WhileOp>(op))
      return cloneWhile(loop);
    return op.emitOpError("may not hold sites");
  }

  SmallVector<Value> mapped(ValueRange values) {
    SmallVector<Value> result;
    for (Value value : values)
      result.push_back(e.map.lookup(value));
    return result;
  }

  /// Clones a body and ends it with a yield that carries the target too.
  LogicalResult cloneBody(Block *from, Block *to, Value carried) {
    OpBuilder::InsertionGuard guard(e.b);
    e.b.setInsertionPointToEnd(to);
    target = carried;
    if (failed(cloneBlock(*from)))
      return failure();
    SmallVector<Value> yielded;
    if (from->mightHaveTerminator())
      yielded = mapped(from->getTerminator()->getOperands());
    yielded.push_back(target);
    scf::YieldOp::create(e.b, from->getParentOp()->getLoc(), yielded);
    return success();
  }

  LogicalResult cloneFor(scf::ForOp loop) {
    SmallVector<Value> inits = mapped(loop.getInitArgs());
    inits.push_back(target);
    auto copy = scf::ForOp::create(e.b, loop.getLoc(), e.map.lookup(loop.getLowerBound()),
                                   e.map.lookup(loop.getUpperBound()), e.map.lookup(loop.getStep()), inits);
    copy.getInductionVar().setLoc(loop.getInductionVar().getLoc());
    for (auto [from, to] : llvm::zip(loop.getBody()->getArguments(), copy.getBody()->getArguments()))
      e.map.map(from, to);
    if (failed(cloneBody(loop.getBody(), copy.getBody(), copy.getRegionIterArgs().back())))
      return failure();
    e.map.map(loop.getResults(), copy.getResults().drop_back());
    target = copy.getResults().back();
    return success();
  }

  LogicalResult cloneIf(scf::IfOp branch) {
    SmallVector<Type> types(branch.getResultTypes());
    types.push_back(e.b.getF64Type());
    Value before = target;
    auto copy = scf::IfOp::create(e.b, branch.getLoc(), types, e.map.lookup(branch.getCondition()),
                                  /*withElse=*/true);
    if (failed(cloneBody(branch.thenBlock(), copy.thenBlock(), before)))
      return failure();
    if (branch.elseBlock()) {
      if (failed(cloneBody(branch.elseBlock(), copy.elseBlock(), before)))
        return failure();
    } else {
      OpBuilder::InsertionGuard guard(e.b);
      e.b.setInsertionPointToEnd(copy.elseBlock());
      scf::YieldOp::create(e.b, branch.getLoc(), before);
    }
    e.map.map(branch.getResults(), copy.getResults().drop_back());
    target = copy.getResults().back();
    return success();
  }

  LogicalResult cloneWhile(scf::WhileOp loop) {
    SmallVector<Value> inits = mapped(loop.getInits());
    inits.push_back(target);
    SmallVector<Type> types(ValueRange(inits).getTypes());
    SmallVector<Location> locations(types.size(), loop.getLoc());
    auto copy = scf::WhileOp::create(e.b, loop.getLoc(), types, inits);
    OpBuilder::InsertionGuard guard(e.b);
    Block *before = e.b.createBlock(&copy.getBefore(), {}, types, locations);
    e.map.map(loop.getBeforeArguments(), before->getArguments().drop_back());
    target = before->getArguments().back();
    for (Operation &op : loop.getBeforeBody()->without_terminator())
      if (failed(cloneOp(op)))
        return failure();
    auto condition = cast<scf::ConditionOp>(loop.getBeforeBody()->getTerminator());
    SmallVector<Value> forwarded = mapped(condition.getArgs());
    forwarded.push_back(target);
    scf::ConditionOp::create(e.b, loop.getLoc(), e.map.lookup(condition.getCondition()), forwarded);
    Block *after = e.b.createBlock(&copy.getAfter(), {}, types, locations);
    e.map.map(loop.getAfterArguments(), after->getArguments().drop_back());
    if (failed(cloneBody(loop.getAfterBody(), after, after->getArguments().back())))
      return failure();
    e.map.map(loop.getResults(), copy.getResults().drop_back());
    target = copy.getResults().back();
    return success();
  }
};

} // namespace

LogicalResult buildLogDensity(prob::ModelOp model, StringRef name, LogDensityOptions options) {
  EntryBuilder e(model, name);
  if (name.starts_with("log_density") || name.starts_with("gradient"))
    e.printed = {tg::PrintBlock::Parameters, tg::PrintBlock::Model};
  LogDensityBuilder builder(e, options);
  SmallVector<Value> sizes;
  model.walk([&](prob::ParamOp param) {
    sizes.push_back(unconstrainedSize(e, param, e.materializeAll(param.getDims())));
  });
  e.addInput(sizes);
  builder.target = arith::ConstantOp::create(e.b, model.getLoc(), e.b.getF64FloatAttr(0));
  if (failed(builder.cloneBlock(model.getBody().front())))
    return failure();
  SmallVector<Value> results = {builder.target};
  SmallVector<prob::BindingAttr> bindings = {e.binding(prob::Role::Value)};
  if (options.gradient) {
    e.function->setAttr("prob.gradient", e.b.getUnitAttr());
    // The gradient is as long as the input, though nothing may depend on it.
    if (!cast<RankedTensorType>(e.input.getType()).hasStaticShape()) {
      results.push_back(e.input);
      bindings.push_back(e.binding(prob::Role::Output));
    }
  }
  e.finish(results, bindings);
  return success();
}

} // namespace astragal::interpret
