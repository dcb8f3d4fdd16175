//===- BufferizeTensors.cpp - give every tensor a place in memory ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements `bufferize-tensors`: the walk over a function, and its arguments and results.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Bufferizer.h"
#include "compiler/lower/Passes.h"
#include "dialects/prob/Prob.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace astragal::lower {
#define GEN_PASS_DEF_BUFFERIZETENSORS
#include "compiler/lower/Passes.h.inc"

Type getStoredType(Type element) {
  return element.isInteger(1) ? IntegerType::get(element.getContext(), 8) : element;
}

static bool isTensor(Type type) { return isa<TensorType>(type); }

/// A tensor's memory: flat, and of static size if the tensor is.
static MemRefType getMemory(TensorType tensor) {
  int64_t size = tensor.hasStaticShape() ? tensor.getNumElements() : ShapedType::kDynamic;
  return MemRefType::get({size}, getStoredType(tensor.getElementType()));
}

/// Chunks are called with memory, even where that is none: those that only check.
static bool touchesTensors(Operation *op) {
  return isa<tg::ChunksOp>(op) || llvm::any_of(op->getOperandTypes(), isTensor) ||
         llvm::any_of(op->getResultTypes(), isTensor);
}

Bufferizer::Bufferizer(func::FuncOp function, SymbolTable &symbols)
    : function(function), symbols(symbols), liveness(function), b(function.getContext()) {
  b.setInsertionPointToStart(&function.getBody().front());
  prologueEnd = arith::ConstantIndexOp::create(b, function.getLoc(), 0);
}

LogicalResult Bufferizer::run() {
  Block &body = function.getBody().front();
  SmallVector<Operation *> gone;
  if (failed(convertArguments()) || failed(convertResults()) || failed(convertBlock(body, gone)))
    return failure();
  if (failed(writeResults()))
    return failure();
  erase(gone);
  llvm::BitVector tensors(body.getNumArguments());
  for (BlockArgument argument : body.getArguments())
    if (isTensor(argument.getType()))
      tensors.set(argument.getArgNumber());
  if (failed(function.eraseArguments(tensors)))
    return failure();
  if (prologueEnd->use_empty())
    prologueEnd->erase();
  return success();
}

LogicalResult Bufferizer::convertArguments() {
  Block &body = function.getBody().front();
  for (unsigned i = 0, count = body.getNumArguments(); i < count; ++i) {
    Value tensor = body.getArgument(i);
    auto type = dyn_cast<RankedTensorType>(tensor.getType());
    if (!type)
      continue;
    unsigned at = body.getNumArguments();
    if (failed(
            function.insertArgument(at, lower::getMemory(type), function.getArgAttrDict(i), tensor.getLoc())))
      return failure();
    // A function of chunks is given what it updates.
    auto binding = function.getArgAttrOfType<prob::BindingAttr>(i, "prob.binding");
    bool isUpdated = binding && binding.getRole() == prob::Role::Output;
    View view{addStorage(body.getArgument(at), /*writable=*/isUpdated),
              b.getIndexAttr(0),
              {},
              {},
              type.getElementType()};
    for (int64_t size : type.getShape()) // a dynamic size stays null unless `tg.sized` says what it is
      view.sizes.push_back(ShapedType::isDynamic(size) ? OpFoldResult() : b.getIndexAttr(size));
    for (Operation *user : tensor.getUsers())
      if (auto sized = dyn_cast<tg::SizedOp>(user); sized && user->getBlock() == &body)
        view.sizes = getAsOpFoldResult(sized.getSizes());
    setView(tensor, view);
  }
  return success();
}

/// The argument that a function of chunks returns updated, or null.
Value Bufferizer::findUpdated(prob::BindingAttr result) {
  if (result.getRole() == prob::Role::Output)
    for (BlockArgument argument : function.getArguments())
      if (isTensor(argument.getType()) &&
          function.getArgAttrOfType<prob::BindingAttr>(argument.getArgNumber(), "prob.binding") == result)
        return argument;
  return {};
}

LogicalResult Bufferizer::convertResults() {
  Block &body = function.getBody().front();
  auto terminator = cast<func::ReturnOp>(body.getTerminator());
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    auto binding = function.getResultAttrOfType<prob::BindingAttr>(i, "prob.binding");
    auto type = dyn_cast<RankedTensorType>(function.getResultTypes()[i]);
    if (!type)
      continue;
    if (!binding)
      return function.emitOpError("returns a tensor without a 'prob.binding'");
    if (binding.getRole() == prob::Role::Prepared)
      continue;
    if (Value updated = findUpdated(binding)) {
      destinations.push_back(viewOf(updated));
      hint(terminator.getOperand(i), &body, destinations.back().storage);
      continue;
    }
    unsigned at = body.getNumArguments();
    auto attributes = b.getDictionaryAttr(b.getNamedAttr("prob.binding", binding));
    if (failed(function.insertArgument(at, lower::getMemory(type), attributes, function.getLoc())))
      return failure();
    View view{addStorage(body.getArgument(at), /*writable=*/true),
              b.getIndexAttr(0),
              {},
              {},
              type.getElementType()};
    destinations.push_back(view);
    hint(terminator.getOperand(i), &body, view.storage);
  }
  return success();
}

/// Before the function returns: its tensors go where the results belong.
LogicalResult Bufferizer::writeResults() {
  auto terminator = cast<func::ReturnOp>(function.getBody().front().getTerminator());
  Location loc = terminator.getLoc();
  b.setInsertionPoint(terminator);
  SmallVector<Move> moves;
  SmallVector<std::pair<Value, View>> prepared;
  SmallVector<Value> returned;
  llvm::BitVector gone(function.getNumResults());
  auto *destination = destinations.begin();
  for (auto [i, value] : llvm::enumerate(terminator.getOperands())) {
    bool tensor = isTensor(value.getType());
    auto binding = function.getResultAttrOfType<prob::BindingAttr>(i, "prob.binding");
    if (binding && binding.getRole() == prob::Role::Prepared) {
      View to{nullptr, b.getIndexAttr(0), {}, {}, getElementTypeOrSelf(value.getType())};
      if (tensor)
        to.sizes = viewOf(value).sizes;
      OpFoldResult count = countElements(loc, to.sizes);
      std::optional<int64_t> known = getConstantIntValue(count);
      auto type = MemRefType::get({known.value_or(ShapedType::kDynamic)}, getStoredType(to.elementType));
      auto place = memref::AllocOp::create(b, loc, type, known ? ValueRange() : ValueRange(toIndex(count)));
      to.storage = addStorage(place, /*writable=*/true);
      returned.push_back(place);
      prepared.push_back({value, to});
    } else if (tensor) {
      gone.set(i);
      View to = *destination++;
      to.sizes = viewOf(value).sizes;
      if (findUpdated(binding) && viewOf(value).storage != to.storage)
        return function.emitOpError("returns another tensor than the one that it is given to update");
      moves.push_back({viewOf(value), to});
    } else {
      returned.push_back(value);
    }
  }
  moveAll(terminator, moves);
  for (auto &[value, to] : prepared)
    if (isTensor(value.getType()))
      copy(loc, viewOf(value), to);
    else
      store(loc, value, to, b.getIndexAttr(0));
  terminator->setOperands(returned);
  (void)function.eraseResults(gone);
  function.setFunctionType(b.getFunctionType(function.getArgumentTypes(), ValueRange(returned).getTypes()));
  return success();
}

void Bufferizer::erase(ArrayRef<Operation *> gone) {
  for (Operation *op : llvm::reverse(gone))
    op->erase();
}

LogicalResult Bufferizer::convertBlock(Block &block, SmallVectorImpl<Operation *> &gone) {
  for (Operation &op : llvm::make_early_inc_range(block.without_terminator())) {
    bool tensors = touchesTensors(&op);
    if (!tensors && op.getNumRegions() == 0)
      continue;
    if (tensors)
      gone.push_back(&op);
    b.setInsertionPoint(&op);
    if (failed(convert(&op)))
      return failure();
  }
  return success();
}

LogicalResult Bufferizer::convert(Operation *op) {
  Location loc = op->getLoc();
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](scf::ForOp op) { return convertFor(op); })
      .Case([&](scf::IfOp op) { return convertIf(op); })
      .Case([&](scf::WhileOp op) { return convertWhile(op); })
      .Case([&](tensor::EmptyOp op) {
        setView(op, {nullptr, {}, {}, op.getMixedSizes(), op.getType().getElementType()});
        return success();
      })
      .Case([&](tg::TapeAllocOp op) {
        auto type = cast<RankedTensorType>(op.getType());
        setView(op,
                {nullptr, {}, {}, getMixedValues(type.getShape(), op.getSizes(), b), type.getElementType()});
        return success();
      })
      .Case([&](ub::PoisonOp op) {
        auto type = cast<RankedTensorType>(op.getType());
        if (!type.hasStaticShape())
          return static_cast<LogicalResult>(op.emitOpError("of unknown size"));
        setView(op, {nullptr,
                     {},
                     {},
                     getAsIndexOpFoldResult(b.getContext(), type.getShape()),
                     type.getElementType()});
        return success();
      })
      .Case([&](tensor::SplatOp op) {
        Sizes sizes = getMixedValues(op.getType().getShape(), op.getDynamicSizes(), b);
        setView(op, {nullptr, {}, op.getInput(), sizes, op.getType().getElementType()});
        return success();
      })
      .Case([&](arith::ConstantOp op) { return convertConstant(op); })
      .Case([&](tensor::FromElementsOp op) { return convertFromElements(op); })
      .Case([&](tensor::ExtractOp op) {
        const View &view = viewOf(op.getTensor());
        op.replaceAllUsesWith(load(loc, view, linearize(loc, view, op.getIndices())));
        return success();
      })
      .Case([&](tensor::InsertOp op) {
        View view = makeWritable(op, op.getDest(), op.getResult());
        store(loc, op.getScalar(), view, linearize(loc, view, op.getIndices()));
        return success();
      })
      .Case([&](tg::AccumulateOp op) {
        View view = makeWritable(op, op.getDest(), op.getResult());
        OpFoldResult at = linearize(loc, view, op.getIndices());
        store(loc, arith::AddFOp::create(b, loc, load(loc, view, at), op.getValue()), view, at);
        return success();
      })
      .Case([&](tensor::DimOp op) {
        std::optional<int64_t> dim = op.getConstantIndex();
        if (!dim)
          return static_cast<LogicalResult>(op.emitOpError("of a dimension that is not constant"));
        OpFoldResult size = viewOf(op.getSource()).sizes[*dim];
        if (size.isNull())
          return static_cast<LogicalResult>(op.emitOpError("of an argument whose size nobody says"));
        op.replaceAllUsesWith(toIndex(size));
        return success();
      })
      .Case([&](tensor::CastOp op) {
        View view = viewOf(op.getSource());
        auto type = cast<RankedTensorType>(op.getType());
        for (auto [size, known] : llvm::zip_equal(view.sizes, type.getShape()))
          if (!ShapedType::isDynamic(known))
            size = b.getIndexAttr(known);
        setAlias(op, op.getSource(), view);
        return success();
      })
      .Case([&](tg::SizedOp op) {
        View view = viewOf(op.getOperand());
        view.sizes = getAsOpFoldResult(op.getSizes());
        setAlias(op, op.getOperand(), view);
        return success();
      })
      .Case([&](tg::StopGradientOp op) {
        setAlias(op.getResult(), op.getOperand(), viewOf(op.getOperand()));
        return success();
      })
      .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp>([&](Operation *op) { return convertReshape(op); })
      .Case([&](tg::KernelOp op) { return convertKernel(op); })
      .Case([&](tg::ChunksOp op) { return convertChunks(op); })
      .Case([&](tensor::ExtractSliceOp op) { return convertExtractSlice(op); })
      .Case([&](tensor::InsertSliceOp op) { return convertInsertSlice(op); })
      .Case([&](vector::TransferReadOp op) { return convertRead(op); })
      .Case([&](vector::TransferWriteOp op) { return convertWrite(op); })
      .Case([&](vector::GatherOp op) { return convertGather(op); })
      .Case([&](vector::ScatterOp op) { return convertScatter(op); })
      .Case([&](arith::SelectOp op) { return convertSelect(op); })
      .Case([&](tg::PrintOp op) { return convertPrint(op); })
      .Default([&](Operation *op) -> LogicalResult {
        if (!touchesTensors(op) && !op->walk([](Operation *inner) {
                                        return touchesTensors(inner) ? WalkResult::interrupt()
                                                                     : WalkResult::advance();
                                      }).wasInterrupted())
          return success();
        return op->emitError("not supported yet: '") << op->getName() << "' on tensors";
      });
}

namespace {
struct BufferizeTensors : impl::BufferizeTensorsBase<BufferizeTensors> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isDeclaration())
        continue;
      if (!function.getBody().hasOneBlock()) {
        function.emitOpError("has unstructured control flow");
        return signalPassFailure();
      }
      if (failed(Bufferizer(function, symbols).run()))
        return signalPassFailure();
    }
  }
};
} // namespace
} // namespace astragal::lower
