//===- OutlineChunks.cpp - the rows of a chunk become a function ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements outline-chunks. Who changes what functions of chunks take and return changes
// compiler/lower, which ties them to runtime/abi.h, with it.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/ChunkParts.h"
#include "compiler/schedule/Passes.h"

#include "compiler/optimize/Sizes.h"
#include "dialects/prob/Prob.h"
#include "dialects/tg/RowBlocks.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/RegionUtils.h"

namespace astragal::schedule {
#define GEN_PASS_DEF_OUTLINECHUNKS
#include "compiler/schedule/Passes.h.inc"
} // namespace astragal::schedule

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

static constexpr llvm::StringLiteral bindingName = "prob.binding";

static bool isConstant(Value value) {
  Operation *op = value.getDefiningOp();
  return op && op->hasTrait<OpTrait::ConstantLike>();
}

/// The dynamic ones of a tensor's sizes.
static SmallVector<Value> dynamicSizes(OpBuilder &b, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<Value> sizes;
  for (auto [dim, size] : llvm::enumerate(optimize::sizesOf(b, tensor.getLoc(), tensor)))
    if (type.isDynamicDim(dim))
      sizes.push_back(size);
  return sizes;
}

namespace {
class Outliner {
public:
  Outliner(tg::PlateOp plate, SymbolTable &symbols)
      : plate(plate), symbols(symbols), caller(plate->getParentOfType<func::FuncOp>()),
        grain(plate.getRank() == 1 ? tg::rowsOfBlock : 1) {}

  void run() {
    ImplicitLocOpBuilder b(plate.getLoc(), plate);
    Value chunks = plate.getChunks();
    if (std::optional<int64_t> count = getConstantIntValue(chunks); count && *count > 1) {
      plate->replaceAllUsesWith(inChunks(b));
    } else if (count) {
      plate->replaceAllUsesWith(whole(b));
    } else {
      Value several =
          arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, chunks, arith::ConstantIndexOp::create(b, 1));
      auto branch = scf::IfOp::create(b, plate.getResultTypes(), several, /*addThenBlock=*/true,
                                      /*addElseBlock=*/true);
      for (Block *block : {branch.thenBlock(), branch.elseBlock()})
        block->clear(); // without results they would have an end already
      b.setInsertionPointToStart(branch.thenBlock());
      scf::YieldOp::create(b, inChunks(b));
      b.setInsertionPointToStart(branch.elseBlock());
      scf::YieldOp::create(b, whole(b));
      plate->replaceAllUsesWith(branch.getResults());
    }
    plate.erase();
  }

private:
  /// The plate without chunks.
  SmallVector<Value> whole(ImplicitLocOpBuilder &b) {
    auto clone = cast<tg::PlateOp>(b.clone(*plate));
    clone.getChunksMutable().clear();
    return clone.getResults();
  }

  SmallVector<Value> inChunks(ImplicitLocOpBuilder &b) {
    parts = partsOf(plate, partOf);
    findInputs(b);
    func::FuncOp function = makeFunction();
    SmallVector<Value> outs;
    Value chunks = plate.getChunks();
    auto makeOut = [&](ArrayRef<int64_t> shape, Type element, ValueRange dynamic) {
      outs.push_back(tensor::EmptyOp::create(b, shape, element, dynamic));
    };
    SmallVector<Value> dynamicCount;
    std::optional<int64_t> knownCount = getConstantIntValue(chunks);
    int64_t count = knownCount.value_or(ShapedType::kDynamic);
    if (!knownCount)
      dynamicCount.push_back(chunks);
    for (ResultRange scalars : {plate.getSums(), plate.getMaxima()})
      for (Value scalar : scalars)
        makeOut({count}, scalar.getType(), dynamicCount);
    for (const ChunkPart &part : parts) {
      if (part.isOwn()) { // what no two chunks touch is updated where it is
        outs.push_back(plate.getInits()[part.accumulator]);
        continue;
      }
      RankedTensorType type = typeOf(part);
      SmallVector<int64_t> shape{count};
      llvm::append_range(shape, type.getShape());
      SmallVector<Value> dynamic(dynamicCount);
      llvm::append_range(dynamic, sizesOf(part));
      makeOut(shape, type.getElementType(), dynamic);
    }
    for (Value row : plate.getRows()) {
      auto type = cast<RankedTensorType>(row.getType());
      SmallVector<Value> dynamic;
      for (auto [dim, extent] : llvm::enumerate(plate.getExtents()))
        if (type.isDynamicDim(dim))
          dynamic.push_back(extent);
      makeOut(type.getShape(), type.getElementType(), dynamic);
    }
    auto call =
        tg::ChunksOp::create(b, function.getName(), chunks, plate.getExtents().front(), grain, inputs, outs);
    return addUp(b, call);
  }

  //===--------------------------------------------------------------------===//
  // Parts of accumulators
  //===--------------------------------------------------------------------===//

  RankedTensorType typeOf(const ChunkPart &part) {
    auto type = cast<RankedTensorType>(plate.getInits()[part.accumulator].getType());
    if (!part.isList())
      return type;
    return RankedTensorType::get(getConstantIntValue(part.access.length).value_or(ShapedType::kDynamic),
                                 type.getElementType());
  }

  /// The dynamic ones.
  SmallVector<Value> sizesOf(const ChunkPart &part) {
    if (!part.isList())
      return sizes.lookup(plate.getInits()[part.accumulator]);
    if (auto length = dyn_cast<Value>(part.access.length))
      return {length};
    return {};
  }

  //===--------------------------------------------------------------------===//
  // The function
  //===--------------------------------------------------------------------===//

  /// What the rows use, and the sizes of tensors among it and of those that they add to.
  void findInputs(OpBuilder &b) {
    llvm::SetVector<Value> found;
    getUsedValuesDefinedAbove(plate.getBody(), found);
    for (Value extent : plate.getExtents().drop_front())
      found.insert(extent);
    SmallVector<Value> tensors(plate.getInits());
    for (Value value : found)
      if (isa<RankedTensorType>(value.getType()))
        tensors.push_back(value);
    for (Value tensor : tensors)
      for (Value size : sizes[tensor] = dynamicSizes(b, tensor))
        found.insert(size);
    for (const ChunkPart &part : parts)
      found.insert_range(sizesOf(part));
    for (Value value : found)
      if (isConstant(value))
        constants.push_back(value);
      else
        inputs.push_back(value);
  }

  func::FuncOp makeFunction() {
    MLIRContext *context = plate.getContext();
    Location loc = plate.getLoc();
    Type index = IndexType::get(context);
    SmallVector<Type> types(ValueRange(inputs).getTypes());
    types.append(3, index);
    for (const ChunkPart &part : parts)
      if (part.isOwn())
        types.push_back(typeOf(part));
    OpBuilder atEnd(context);
    auto function = func::FuncOp::create(atEnd, loc, (caller.getName() + "_rows").str(),
                                         atEnd.getFunctionType(types, {}));
    function.setPrivate();
    symbols.insert(function, std::next(caller->getIterator()));
    auto bind = [&](prob::Role role, int64_t place) {
      return atEnd.getDictionaryAttr(
          atEnd.getNamedAttr(bindingName, prob::BindingAttr::get(context, role, place)));
    };
    Block *block = function.addEntryBlock();
    for (size_t k = 0; k < inputs.size(); ++k)
      function.setArgAttrs(k, bind(prob::Role::Argument, static_cast<int64_t>(k)));
    unsigned last = inputs.size();
    for (prob::Role role : {prob::Role::Chunk, prob::Role::Begin, prob::Role::End})
      function.setArgAttrs(last++, bind(role, 0));
    // A destination takes two places: where it is, and how far from piece to piece.
    auto placeOf = [&](size_t result) { return static_cast<int64_t>(inputs.size() + 2 * result); };
    size_t scalars = plate.getSums().size() + plate.getMaxima().size();
    for (auto [k, part] : llvm::enumerate(parts))
      if (part.isOwn())
        function.setArgAttrs(last++, bind(prob::Role::Output, placeOf(scalars + k)));

    ImplicitLocOpBuilder b(loc, OpBuilder::atBlockEnd(block));
    Value begin = block->getArgument(inputs.size() + 1), end = block->getArgument(inputs.size() + 2);
    tg::PlateOp rows = makePlate(b, block, begin, end);
    SmallVector<Value> results;
    SmallVector<DictionaryAttr> bindings;
    auto addResult = [&](Value value, prob::Role role) {
      bindings.push_back(bind(role, placeOf(results.size())));
      results.push_back(value);
    };
    for (ResultRange scalars : {rows.getSums(), rows.getMaxima()})
      for (Value scalar : scalars)
        addResult(tensor::FromElementsOp::create(b, RankedTensorType::get({1}, scalar.getType()), scalar),
                  prob::Role::Part);
    for (auto [tensor, part] : llvm::zip_equal(rows.getAccumulated(), parts))
      if (part.isOwn())
        addResult(tensor, prob::Role::Output);
      else
        addResult(asPiece(b, tensor, part), prob::Role::Part);
    for (Value row : rows.getRows())
      addResult(row, prob::Role::Rows);
    func::ReturnOp::create(b, results);
    function.setFunctionType(b.getFunctionType(types, ValueRange(results).getTypes()));
    function.setAllResultAttrs(bindings);
    return function;
  }

  /// The plate over the rows from `begin` to `end`, in the function's block.
  tg::PlateOp makePlate(ImplicitLocOpBuilder &b, Block *block, Value begin, Value end) {
    for (Value constant : constants)
      mapping.map(constant, b.clone(*constant.getDefiningOp())->getResult(0));
    for (auto [input, argument] : llvm::zip(inputs, block->getArguments()))
      mapping.map(input, argument);
    for (Value input : inputs)
      if (auto type = dyn_cast<RankedTensorType>(input.getType()); type && !type.hasStaticShape())
        mapping.map(input,
                    tg::SizedOp::create(b, mapping.lookup(input), allSizes(b, type, copiesOfSizes(input)))
                        .getResult());

    SmallVector<Value> extents{arith::SubIOp::create(b, end, begin)};
    if (grain > 1) {
      begin = asMultiple(b, begin, grain);
      std::optional<int64_t> known = getConstantIntValue(plate.getExtents().front());
      for (int64_t unit : {grain, grain / 2})
        if (known && *known % unit == 0) {
          extents.front() = asMultiple(b, extents.front(), unit);
          break;
        }
    }
    for (Value extent : plate.getExtents().drop_front())
      extents.push_back(mapping.lookup(extent));

    SmallVector<Value> inits;
    auto *destination = block->getArguments().drop_front(inputs.size() + 3).begin();
    for (const ChunkPart &part : parts) {
      RankedTensorType type = typeOf(part);
      SmallVector<Value> dynamic;
      for (Value size : sizesOf(part))
        dynamic.push_back(mapping.lookup(size));
      if (part.isOwn()) {
        Value whole = *destination++;
        inits.push_back(type.hasStaticShape() ? whole
                                              : tg::SizedOp::create(b, whole, allSizes(b, type, dynamic)));
        continue;
      }
      Value zero = arith::ConstantOp::create(b, cast<TypedAttr>(b.getZeroAttr(type.getElementType())));
      inits.push_back(tensor::SplatOp::create(b, zero, type, dynamic));
    }

    SmallVector<Type> types(plate.getSums().getTypes());
    llvm::append_range(types, plate.getMaxima().getTypes());
    llvm::append_range(types, ValueRange(inits).getTypes());
    SmallVector<int64_t> shape = tg::PlateOp::getRowShape(extents);
    for (Type row : plate.getRows().getTypes())
      types.push_back(RankedTensorType::get(shape, cast<RankedTensorType>(row).getElementType()));
    auto rows = tg::PlateOp::create(b, types, extents, inits);
    rows->setDiscardableAttrs(plate->getDiscardableAttrDictionary());
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(rows.getBodyBlock());
    mapping.map(plate.getIndices(), rows.getIndices());
    mapping.map(plate.getIndices().front(),
                arith::AddIOp::create(b, rows.getIndices().front(), begin).getResult());
    fillRows(b, rows);
    return rows;
  }

  SmallVector<Value> copiesOfSizes(Value tensor) {
    return llvm::map_to_vector(sizes.lookup(tensor), [&](Value size) { return mapping.lookup(size); });
  }

  /// Copies the body. Updates that are told apart go to the accumulator of their part.
  void fillRows(ImplicitLocOpBuilder &b, tg::PlateOp rows) {
    SmallVector<Value> state(rows.getAccumulators());
    for (auto [part, accumulator] : llvm::zip_equal(parts, rows.getAccumulators()))
      if (!part.isToldApart)
        mapping.map(plate.getAccumulators()[part.accumulator], accumulator);
    for (Operation &op : plate.getBodyBlock()->without_terminator()) {
      auto found = partOf.find(&op);
      if (found == partOf.end()) {
        b.clone(op, mapping);
        continue;
      }
      auto update = cast<tg::AccumulateOp>(op);
      const ChunkPart &part = parts[found->second];
      SmallVector<Value> at;
      for (Value index : update.getIndices())
        at.push_back(mapping.lookupOrDefault(index));
      if (part.isList() && part.access.offset != 0)
        at.front() =
            b.createOrFold<arith::SubIOp>(at.front(), arith::ConstantIndexOp::create(b, part.access.offset));
      Value &tensor = state[found->second];
      tensor = tg::AccumulateOp::create(b, mapping.lookupOrDefault(update.getValue()), tensor, at);
    }
    tg::YieldOp old = plate.getYield();
    for (auto [part, tensor] : llvm::zip_equal(parts, state))
      if (!part.isToldApart)
        tensor = mapping.lookup(old.getAccumulated()[part.accumulator]);
    auto copiesOf = [&](ValueRange values) {
      return llvm::map_to_vector(values, [&](Value value) { return mapping.lookupOrDefault(value); });
    };
    tg::YieldOp::create(b, copiesOf(old.getSums()), copiesOf(old.getMaxima()), state,
                        copiesOf(old.getRows()));
  }

  /// The value, which is a multiple of `unit`, so that it shows.
  static Value asMultiple(ImplicitLocOpBuilder &b, Value value, int64_t unit) {
    Value size = arith::ConstantIndexOp::create(b, unit);
    return arith::MulIOp::create(b, arith::DivUIOp::create(b, value, size), size);
  }

  /// All sizes of a tensor of which the dynamic ones are given.
  static SmallVector<Value> allSizes(ImplicitLocOpBuilder &b, RankedTensorType type,
                                     ArrayRef<Value> dynamic) {
    SmallVector<Value> all;
    for (int64_t size : type.getShape())
      if (ShapedType::isDynamic(size)) {
        all.push_back(dynamic.front());
        dynamic = dynamic.drop_front();
      } else {
        all.push_back(arith::ConstantIndexOp::create(b, size));
      }
    return all;
  }

  /// A tensor with one more dimension, of size one, in front.
  Value asPiece(ImplicitLocOpBuilder &b, Value tensor, const ChunkPart &part) {
    auto type = cast<RankedTensorType>(tensor.getType());
    SmallVector<int64_t> shape{1};
    llvm::append_range(shape, type.getShape());
    SmallVector<Value> dynamic;
    for (Value size : sizesOf(part))
      dynamic.push_back(mapping.lookup(size));
    SmallVector<OpFoldResult> sizesOfPiece = getMixedValues(type.getShape(), dynamic, b);
    sizesOfPiece.insert(sizesOfPiece.begin(), b.getIndexAttr(1));
    SmallVector<ReassociationIndices> groups{{0, 1}};
    for (int64_t dim = 1; dim < type.getRank(); ++dim)
      groups.push_back({dim + 1});
    return tensor::ExpandShapeOp::create(b, RankedTensorType::get(shape, type.getElementType()), tensor,
                                         groups, sizesOfPiece);
  }

  //===--------------------------------------------------------------------===//
  // Adding up
  //===--------------------------------------------------------------------===//

  /// The results of the plate, of those of the chunks: plates too, so the rule for sums is the same.
  SmallVector<Value> addUp(ImplicitLocOpBuilder &b, tg::ChunksOp call) {
    SmallVector<Value> results;
    ValueRange pieces = call.getResults();
    for (Value sum : plate.getSums()) {
      (void)sum;
      results.push_back(overChunks(b, pieces.front(), /*isSum=*/true));
      pieces = pieces.drop_front();
    }
    for (Value maximum : plate.getMaxima()) {
      (void)maximum;
      results.push_back(overChunks(b, pieces.front(), /*isSum=*/false));
      pieces = pieces.drop_front();
    }
    SmallVector<Value> accumulated(plate.getInits());
    // Own elements first: they are where the tensor was.
    for (bool own : {true, false})
      for (auto [part, piece] : llvm::zip(parts, pieces))
        if (part.isOwn() == own)
          accumulated[part.accumulator] =
              own ? piece : addPieces(b, accumulated[part.accumulator], piece, part);
    llvm::append_range(results, accumulated);
    llvm::append_range(results, pieces.drop_front(parts.size()));
    return results;
  }

  Value overChunks(ImplicitLocOpBuilder &b, Value pieces, bool isSum) {
    auto reduce = tg::PlateOp::create(
        b, plate.getChunks(), ValueRange(), [&](OpBuilder &, Location loc, ValueRange at, ValueRange) {
          Value piece = tensor::ExtractOp::create(b, pieces, at);
          tg::YieldOp::create(b, isSum ? ValueRange(piece) : ValueRange(),
                              isSum ? ValueRange() : ValueRange(piece), ValueRange(), ValueRange());
        });
    return reduce.getResult(0);
  }

  /// An element of the tensor is a row; one chunk is added after the other.
  Value addPieces(ImplicitLocOpBuilder &b, Value init, Value pieces, const ChunkPart &part) {
    SmallVector<Value> extents;
    if (part.isList())
      extents.push_back(getValueOrCreateConstantIndexOp(b, b.getLoc(), part.access.length));
    else
      extents = optimize::sizesOf(b, b.getLoc(), init);
    auto elements = tg::PlateOp::create(
        b, extents, init, [&](OpBuilder &, Location, ValueRange at, ValueRange accumulators) {
          Value zero = arith::ConstantOp::create(b, b.getF64FloatAttr(0));
          auto loop = scf::ForOp::create(b, arith::ConstantIndexOp::create(b, 0), plate.getChunks(),
                                         arith::ConstantIndexOp::create(b, 1), zero);
          {
            OpBuilder::InsertionGuard guard(b);
            b.setInsertionPointToStart(loop.getBody());
            SmallVector<Value> place{loop.getInductionVar()};
            llvm::append_range(place, at);
            Value piece = tensor::ExtractOp::create(b, pieces, place);
            scf::YieldOp::create(b, arith::AddFOp::create(b, loop.getRegionIterArg(0), piece).getResult());
          }
          SmallVector<Value> place(at);
          if (part.access.offset != 0)
            place.front() = arith::AddIOp::create(b, place.front(),
                                                  arith::ConstantIndexOp::create(b, part.access.offset));
          Value sum = tg::AccumulateOp::create(b, loop.getResult(0), accumulators.front(), place);
          tg::YieldOp::create(b, ValueRange(), ValueRange(), sum, ValueRange());
        });
    return elements.getResult(0);
  }

  tg::PlateOp plate;
  SymbolTable &symbols;
  func::FuncOp caller;
  int64_t grain;
  SmallVector<ChunkPart> parts;
  DenseMap<Operation *, unsigned> partOf; ///< Of updates that are told apart.
  SmallVector<Value> inputs, constants;
  DenseMap<Value, SmallVector<Value>> sizes; ///< The dynamic ones of tensors.
  IRMapping mapping;
};

struct OutlineChunks : astragal::schedule::impl::OutlineChunksBase<OutlineChunks> {
  void runOnOperation() override {
    SmallVector<tg::PlateOp> plates;
    getOperation().walk([&](tg::PlateOp plate) {
      if (plate.getChunks())
        plates.push_back(plate);
    });
    if (plates.empty())
      return;
    SymbolTable symbols(getOperation());
    for (tg::PlateOp plate : plates)
      Outliner(plate, symbols).run();
  }
};
} // namespace
