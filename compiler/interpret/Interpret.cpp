//===- Interpret.cpp - the pass, and the builder of entry functions -------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/interpret/Interpretation.h"
#include "compiler/interpret/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Transforms/RegionUtils.h"

namespace astragal::interpret {
#define GEN_PASS_DEF_INTERPRET
#include "compiler/interpret/Passes.h.inc"
} // namespace astragal::interpret

using namespace mlir;

namespace astragal::interpret {

//===----------------------------------------------------------------------===//
// EntryBuilder
//===----------------------------------------------------------------------===//

EntryBuilder::EntryBuilder(prob::ModelOp model, StringRef name) : model(model), b(model.getContext()) {
  b.setInsertionPoint(model);
  function = func::FuncOp::create(b, model.getLoc(), name, b.getFunctionType({}, {}));
  b.setInsertionPointToStart(function.addEntryBlock());
  position = index(0);
  int64_t next = 0;
  for (auto data : model.getBody().getOps<prob::DataOp>())
    dataIndex[data] = next++;
}

prob::BindingAttr EntryBuilder::binding(prob::Role role, int64_t k) {
  return prob::BindingAttr::get(getContext(), role, k);
}

Value EntryBuilder::addArgument(Type type, prob::Role role, int64_t k) {
  unsigned n = function.getNumArguments();
  auto attributes = DictionaryAttr::get(getContext(), b.getNamedAttr("prob.binding", binding(role, k)));
  (void)function.insertArgument(n, type, attributes, model.getLoc());
  return function.getArgument(n);
}

void EntryBuilder::bindData(prob::DataOp op) {
  if (map.contains(op.getResult()))
    return;
  Value argument = addArgument(op.getResult().getType(), prob::Role::Data, dataIndex.at(op));
  if (auto tensor = dyn_cast<RankedTensorType>(argument.getType()); tensor && !tensor.hasStaticShape())
    argument = tg::SizedOp::create(b, op.getLoc(), tensor, argument, materializeAll(op.getDims()));
  map.map(op.getResult(), argument);
}

void EntryBuilder::addInput(ValueRange sizes) {
  Value size = index(0);
  for (Value n : sizes)
    size = add(size, n);
  auto type = RankedTensorType::get(tg::PlateOp::getRowShape(size), b.getF64Type());
  input = addArgument(type, prob::Role::Input);
  if (!type.hasStaticShape())
    input = tg::SizedOp::create(b, model.getLoc(), type, input, size);
}

Value EntryBuilder::materialize(Value value) {
  if (Value known = map.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op) // only hand-written models compute sizes from arguments of blocks
    llvm::report_fatal_error("a size of the model depends on an argument of a block");
  if (auto data = dyn_cast<prob::DataOp>(op)) {
    bindData(data);
    return map.lookup(value);
  }
  for (Value operand : op->getOperands())
    materialize(operand);
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value outer : captured)
    materialize(outer);
  b.clone(*op, map);
  return map.lookup(value);
}

SmallVector<Value> EntryBuilder::materializeAll(ValueRange values) {
  SmallVector<Value> copies;
  for (Value value : values)
    copies.push_back(materialize(value));
  return copies;
}

bool EntryBuilder::prints(Operation &op) {
  return op
      .walk([&](tg::PrintOp print) {
        return llvm::is_contained(printed, print.getBlock()) ? WalkResult::interrupt()
                                                             : WalkResult::advance();
      })
      .wasInterrupted();
}

bool EntryBuilder::isDataOnly(Operation &op) {
  Block &body = model.getBody().front();
  if (dataOnly.empty())
    for (Operation &statement : body) {
      if (isa<prob::ParamOp, prob::SampleOp>(statement) || hasSites(statement))
        continue;
      SetVector<Value> used(statement.operand_begin(), statement.operand_end());
      getUsedValuesDefinedAbove(statement.getRegions(), used);
      if (llvm::all_of(used, [&](Value value) {
            return !value.getDefiningOp() || dataOnly.contains(value.getDefiningOp());
          }))
        dataOnly.insert(&statement);
    }
  return dataOnly.contains(&op);
}

void EntryBuilder::finish(ArrayRef<Value> results, ArrayRef<prob::BindingAttr> bindings) {
  for (auto op : llvm::make_early_inc_range(function.getOps<prob::DataSeedOp>())) {
    op.replaceAllUsesWith(addArgument(b.getI64Type(), prob::Role::DataSeed));
    op.erase();
  }
  function.walk([&](tg::PrintOp print) {
    if (!llvm::is_contained(printed, print.getBlock()))
      print.erase();
  });
  func::ReturnOp::create(b, model.getLoc(), results);
  function.setFunctionType(b.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
  for (auto [k, binding] : llvm::enumerate(bindings))
    function.setResultAttr(k, "prob.binding", binding);
}

Value EntryBuilder::index(int64_t value) { return arith::ConstantIndexOp::create(b, model.getLoc(), value); }

Value EntryBuilder::add(Value x, Value y) { return b.createOrFold<arith::AddIOp>(model.getLoc(), x, y); }

Value EntryBuilder::multiply(Value x, Value y) { return b.createOrFold<arith::MulIOp>(model.getLoc(), x, y); }

Value EntryBuilder::product(ValueRange dims) {
  Value n = index(1);
  for (Value dim : dims)
    n = multiply(n, dim);
  return n;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

bool hasSites(Operation &op) {
  return op
      .walk([](Operation *inner) {
        return isa<prob::ObserveOp, prob::FactorOp, prob::TargetOp>(inner) ? WalkResult::interrupt()
                                                                           : WalkResult::advance();
      })
      .wasInterrupted();
}

/// An addressed draw is a parameter with the distribution's support, observed where it is drawn.
static LogicalResult expandSamples(prob::ModelOp model) {
  auto module = model->getParentOfType<ModuleOp>();
  SmallVector<prob::SampleOp> samples;
  model.walk([&](prob::SampleOp op) { samples.push_back(op); });
  for (prob::SampleOp op : samples) {
    if (op->getParentOp() != model)
      return op.emitOpError("inside a loop or a branch is not supported yet");
    auto distribution = module.lookupSymbol<prob::DistributionOp>(op.getDistribution());
    if (!distribution)
      return op.emitOpError("names an unknown distribution '") << op.getDistribution() << "'";
    OpBuilder b(op);
    auto constant = [&](double x) {
      return arith::ConstantOp::create(b, op.getLoc(), b.getF64FloatAttr(x)).getResult();
    };
    SmallVector<Value> bounds;
    prob::Support support = distribution.getSupport();
    if (support == prob::Support::Lower || support == prob::Support::Interval)
      bounds.push_back(constant(0));
    if (support == prob::Support::Interval)
      bounds.push_back(constant(1));
    auto param = prob::ParamOp::create(b, op.getLoc(), op.getResult().getType(), Type(), op.getName(),
                                       support, bounds, op.getDims(), 0);
    SmallVector<bool> autodiff(op.getArguments().size() + 1, true);
    prob::ObserveOp::create(b, op.getLoc(), op.getDistributionAttr(), param.getResult(), op.getArguments(),
                            b.getDenseBoolArrayAttr(autodiff));
    prob::OutputOp::create(b, op.getLoc(), op.getName(), prob::OutputBlock::Parameters, param.getResult(),
                           op.getDims(), 0);
    op.replaceAllUsesWith(param.getResult());
    op.erase();
  }
  return success();
}

namespace {
struct Interpret : impl::InterpretBase<Interpret> {
  using InterpretBase::InterpretBase;

  void runOnOperation() override {
    auto models = llvm::to_vector(getOperation().getOps<prob::ModelOp>());
    if (models.empty())
      return;
    if (models.size() > 1) {
      models[1].emitOpError("is the second model of its module");
      return signalPassFailure();
    }
    prob::ModelOp model = models[0];
    if (failed(expandSamples(model)))
      return signalPassFailure();
    SmallVector<std::string> wanted(entries.begin(), entries.end());
    if (wanted.empty()) {
      wanted = {"data_sizes", "prepare", "sizes"};
      for (StringRef kind : {"log_density", "gradient"})
        for (StringRef variant : {"", "_jacobian", "_propto", "_propto_jacobian"})
          wanted.push_back((kind + variant).str());
      wanted.insert(wanted.end(), {"constrain", "generate", "unconstrain"});
    }
    for (StringRef entry : wanted)
      if (failed(build(model, entry)))
        return signalPassFailure();
    model.erase();
  }

  static LogicalResult build(prob::ModelOp model, StringRef entry) {
    if (entry == "data_sizes")
      return buildDataSizes(model), success();
    if (entry == "sizes")
      return buildSizes(model), success();
    if (entry == "prepare" || entry == "explain_prepare")
      return buildPrepare(model, entry), success();
    if (entry == "constrain" || entry == "generate" || entry == "explain_generate")
      return buildOutputs(model, entry, entry != "constrain");
    if (entry == "unconstrain")
      return buildUnconstrain(model);
    if (entry == "explain_log_density" || entry == "trace_gradient")
      return buildLogDensity(model, entry,
                             {/*jacobian=*/true, /*propto=*/false, /*gradient=*/entry == "trace_gradient"});
    StringRef rest = entry;
    bool isGradient = rest.consume_front("gradient");
    if (!isGradient && !rest.consume_front("log_density"))
      return model.emitError("unknown entry '") << entry << "'";
    bool propto = rest.consume_front("_propto"), jacobian = rest.consume_front("_jacobian");
    if (!rest.empty())
      return model.emitError("unknown entry '") << entry << "'";
    return buildLogDensity(model, entry, {jacobian, propto, isGradient});
  }
};
} // namespace

} // namespace astragal::interpret
