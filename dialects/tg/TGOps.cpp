//===- TGOps.cpp - parsing, printing and verifying tg ops -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/tg/TG.h"

#include "mlir/IR/Matchers.h"
#include <cmath>

using namespace mlir;
using namespace astragal::tg;

#include "dialects/tg/TGEnums.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/tg/TGOps.cpp.inc"

//===----------------------------------------------------------------------===//
// PlateOp
//===----------------------------------------------------------------------===//

SmallVector<int64_t> PlateOp::getRowShape(ValueRange extents) {
  SmallVector<int64_t> shape;
  for (Value extent : extents) {
    APInt n;
    shape.push_back(matchPattern(extent, m_ConstantInt(&n)) ? n.getSExtValue() : ShapedType::kDynamic);
  }
  return shape;
}

void PlateOp::build(OpBuilder &b, OperationState &state, TypeRange results, ValueRange extents,
                    ValueRange inits, Value chunks) {
  state.addOperands(extents);
  if (chunks)
    state.addOperands(chunks);
  state.addOperands(inits);
  state.getOrAddProperties<Properties>().operandSegmentSizes = {
      static_cast<int32_t>(extents.size()), chunks ? 1 : 0, static_cast<int32_t>(inits.size())};
  state.addTypes(results);
  Block &body = state.addRegion()->emplaceBlock();
  for (size_t k = 0; k < extents.size(); ++k)
    body.addArgument(b.getIndexType(), state.location);
  for (Value init : inits)
    body.addArgument(init.getType(), state.location);
}

void PlateOp::build(OpBuilder &b, OperationState &state, ValueRange extents, ValueRange inits,
                    function_ref<void(OpBuilder &, Location, ValueRange, ValueRange)> fill) {
  build(b, state, TypeRange(), extents, inits);
  Block &body = state.regions.front()->front();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&body);
  ValueRange arguments = body.getArguments();
  fill(b, state.location, arguments.take_front(extents.size()), arguments.drop_front(extents.size()));
  auto yield = cast<YieldOp>(body.getTerminator());
  state.addTypes(yield.getSums().getTypes());
  state.addTypes(yield.getMaxima().getTypes());
  state.addTypes(yield.getAccumulated().getTypes());
  SmallVector<int64_t> shape = getRowShape(extents);
  for (Type element : yield.getRows().getTypes())
    state.addTypes(RankedTensorType::get(shape, element));
}

YieldOp PlateOp::getYield() { return cast<YieldOp>(getBodyBlock()->getTerminator()); }

ResultRange PlateOp::getSums() { return getResults().take_front(getYield().getSums().size()); }

ResultRange PlateOp::getMaxima() {
  return getResults().slice(getSums().size(), getYield().getMaxima().size());
}

ResultRange PlateOp::getAccumulated() {
  return getResults().slice(getSums().size() + getMaxima().size(), getInits().size());
}

ResultRange PlateOp::getRows() { return getResults().take_back(getYield().getRows().size()); }

SmallVector<Region *> PlateOp::getLoopRegions() { return {&getBody()}; }

Block::BlockArgListType PlateOp::getRegionIterArgs() {
  return getBody().empty() ? Block::BlockArgListType() : getBodyBlock()->getArguments().drop_front(getRank());
}

// Before the interfaces verify themselves: they count arguments.
LogicalResult PlateOp::verify() {
  if (getRank() == 0)
    return emitOpError("needs at least one extent");
  if (getBody().empty())
    return success();
  unsigned arguments = getBody().getNumArguments();
  if (arguments != getRank() + getInits().size())
    return emitOpError("body takes ") << getRank() << " indices and " << getInits().size()
                                      << " accumulators, but has " << arguments << " arguments";
  return success();
}

LogicalResult PlateOp::verifyRegions() {
  for (Value index : getIndices())
    if (!index.getType().isIndex())
      return emitOpError("row index must be of type index");
  for (auto [argument, init] : llvm::zip_equal(getAccumulators(), getInits()))
    if (argument.getType() != init.getType())
      return emitOpError("accumulator of type ")
             << argument.getType() << " starts from a value of type " << init.getType();
  YieldOp yield = getYield();
  if (yield.getAccumulated().getTypes() != getInits().getTypes())
    return emitOpError("yields accumulated values whose types are not those of its inits");
  SmallVector<Type> expected(yield.getSums().getTypes());
  llvm::append_range(expected, yield.getMaxima().getTypes());
  llvm::append_range(expected, yield.getAccumulated().getTypes());
  size_t scalars = expected.size(), rows = yield.getRows().size();
  if (getNumResults() != scalars + rows)
    return emitOpError("has ") << getNumResults() << " results, but its body yields " << scalars + rows;
  for (auto [result, type] : llvm::zip(getResultTypes(), expected))
    if (result != type)
      return emitOpError("has a result of type ") << result << " where its body yields " << type;
  for (auto [result, row] :
       llvm::zip_equal(getResults().drop_front(scalars).getTypes(), yield.getRows().getTypes())) {
    auto tensor = dyn_cast<RankedTensorType>(result);
    if (!tensor || tensor.getRank() != getRank() || tensor.getElementType() != row)
      return emitOpError("row result must be a tensor of rank ")
             << getRank() << " of " << row << ", got " << result;
  }
  return success();
}

void PlateOp::print(OpAsmPrinter &p) {
  auto list = [&](ValueRange values) {
    p << "(";
    llvm::interleaveComma(values, p, [&](Value v) { p.printOperand(v); });
    p << ")";
  };
  p << " (";
  llvm::interleaveComma(getIndices(), p,
                        [&](Value v) { p.printRegionArgument(cast<BlockArgument>(v), {}, true); });
  p << ") in ";
  list(getExtents());
  if (getChunks())
    p << " chunks(" << getChunks() << ")";
  if (!getInits().empty()) {
    p << " accumulate(";
    llvm::interleaveComma(llvm::zip_equal(getAccumulators(), getInits()), p, [&](auto pair) {
      auto [argument, init] = pair;
      p.printRegionArgument(cast<BlockArgument>(argument), {}, true);
      p << " = " << init << " : " << init.getType();
    });
    p << ")";
  }
  p.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {"operandSegmentSizes"});
  p << " ";
  p.printRegion(getBody(), /*printEntryBlockArgs=*/false,
                /*printBlockTerminators=*/getNumResults() != 0);
  if (getNumResults())
    p << " : " << getResultTypes();
}

ParseResult PlateOp::parse(OpAsmParser &parser, OperationState &state) {
  Builder &b = parser.getBuilder();
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<OpAsmParser::UnresolvedOperand> extents, chunks, inits;
  SmallVector<Type> initTypes, results;
  SMLoc where = parser.getCurrentLocation();
  if (parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren) || parser.parseKeyword("in") ||
      parser.parseOperandList(extents, OpAsmParser::Delimiter::Paren))
    return failure();
  if (arguments.size() != extents.size())
    return parser.emitError(where, "expected one extent for each row index");
  for (auto &argument : arguments)
    argument.type = b.getIndexType();
  if (succeeded(parser.parseOptionalKeyword("chunks")) &&
      (parser.parseLParen() || parser.parseOperand(chunks.emplace_back()) || parser.parseRParen()))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("accumulate"))) {
    auto parseOne = [&]() -> ParseResult {
      OpAsmParser::Argument argument;
      if (parser.parseArgument(argument) || parser.parseEqual() ||
          parser.parseOperand(inits.emplace_back()) || parser.parseColonType(initTypes.emplace_back()))
        return failure();
      argument.type = initTypes.back();
      arguments.push_back(argument);
      return success();
    };
    if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, parseOne))
      return failure();
  }
  if (parser.parseOptionalAttrDictWithKeyword(state.attributes) ||
      parser.parseRegion(*state.addRegion(), arguments) ||
      (succeeded(parser.parseOptionalColon()) && parser.parseTypeList(results)) ||
      parser.resolveOperands(extents, b.getIndexType(), state.operands) ||
      parser.resolveOperands(chunks, b.getIndexType(), state.operands) ||
      parser.resolveOperands(inits, initTypes, where, state.operands))
    return failure();
  ensureTerminator(*state.regions.back(), b, state.location);
  state.getOrAddProperties<Properties>().operandSegmentSizes = {static_cast<int32_t>(extents.size()),
                                                                static_cast<int32_t>(chunks.size()),
                                                                static_cast<int32_t>(inits.size())};
  state.addTypes(results);
  return success();
}

//===----------------------------------------------------------------------===//
// AccumulateOp
//===----------------------------------------------------------------------===//

LogicalResult AccumulateOp::verify() {
  auto rank = static_cast<size_t>(cast<RankedTensorType>(getDest().getType()).getRank());
  if (getIndices().size() != rank)
    return emitOpError("needs ") << rank << " indices, got " << getIndices().size();
  return success();
}

//===----------------------------------------------------------------------===//
// SizedOp
//===----------------------------------------------------------------------===//

LogicalResult SizedOp::verify() {
  auto rank = static_cast<size_t>(getOperand().getType().getRank());
  if (getSizes().size() != rank)
    return emitOpError("needs ") << rank << " sizes, got " << getSizes().size();
  return success();
}

OpFoldResult SizedOp::fold(FoldAdaptor) {
  return getOperand().getType().hasStaticShape() ? OpFoldResult(getOperand()) : OpFoldResult();
}

//===----------------------------------------------------------------------===//
// TapeAllocOp
//===----------------------------------------------------------------------===//

LogicalResult CheckOp::verify() {
  if (!getExplanation())
    return getValues().empty() ? success() : emitOpError("has values but no explanation that shows them");
  if (!getCondition().getType().isInteger(1))
    return emitOpError("explains one failure, but has several conditions");
  size_t shown = 0;
  for (StringRef rest = *getExplanation(); !rest.empty();) {
    rest = rest.drop_until([](char c) { return c == '{'; });
    if (rest.empty() || rest.consume_front("{{"))
      continue;
    if (!rest.consume_front("{}") && !rest.consume_front("{+}"))
      return emitOpError("has a brace in its explanation that is none of {}, {+} and {{");
    ++shown;
  }
  if (shown != getValues().size())
    return emitOpError("shows ") << shown << " values in its explanation, but has " << getValues().size();
  if (shown > maxExplained)
    return emitOpError("explains with ") << shown << " values; at most " << maxExplained << " can be";
  return success();
}

LogicalResult TapeAllocOp::verify() {
  auto dynamic = static_cast<size_t>(getType().getNumDynamicDims());
  if (getSizes().size() != dynamic)
    return emitOpError("needs ") << dynamic << " sizes, got " << getSizes().size();
  return success();
}

//===----------------------------------------------------------------------===//
// WithPartialsOp
//===----------------------------------------------------------------------===//

LogicalResult WithPartialsOp::verify() {
  if (getWrt().size() != getPartials().size())
    return emitOpError("needs a partial derivative for each of ")
           << getWrt().size() << " operands, got " << getPartials().size();
  return success();
}

OpFoldResult WithPartialsOp::fold(FoldAdaptor) {
  return getWrt().empty() ? OpFoldResult(getValue()) : OpFoldResult();
}

//===----------------------------------------------------------------------===//
// PrintOp
//===----------------------------------------------------------------------===//

LogicalResult PrintOp::verify() {
  size_t count = getValues().size();
  if (getTexts().size() != count + 1)
    return emitOpError("needs ") << count + 1 << " texts, got " << getTexts().size();
  if (getMatrices().size() != count || getRanks().size() != count)
    return emitOpError("needs a rank and a kind for each of ") << count << " values";
  int64_t sizes = 0;
  for (auto [value, rank, isMatrix] : llvm::zip_equal(getValues(), getRanks(), getMatrices())) {
    auto tensor = dyn_cast<RankedTensorType>(value.getType());
    int64_t least = isMatrix ? 2 : tensor ? tensor.getRank() : isa<MemRefType>(value.getType()) ? 1 : 0;
    bool isWrong = tensor ? rank != tensor.getRank() : !isa<MemRefType>(value.getType()) && rank != 0;
    if (rank < least || isWrong)
      return emitOpError("has a value of type ") << value.getType() << " of rank " << rank;
    sizes += rank;
  }
  if (static_cast<int64_t>(getSizes().size()) != sizes)
    return emitOpError("needs ") << sizes << " sizes, got " << getSizes().size();
  return success();
}

//===----------------------------------------------------------------------===//
// Folders
//===----------------------------------------------------------------------===//

bool astragal::tg::isSpecialFunction(Operation *op) {
  return isa<LogisticOp, Log1pExpOp, LgammaOp, DigammaOp, TrigammaOp, NormalCdfOp, NormalQuantileOp>(op);
}

static OpFoldResult foldScalar(Attribute operand, double (*f)(double)) {
  if (auto value = dyn_cast_or_null<FloatAttr>(operand); value && value.getType().isF64())
    return FloatAttr::get(value.getType(), f(value.getValueAsDouble()));
  return {};
}

OpFoldResult LogisticOp::fold(FoldAdaptor adaptor) {
  return foldScalar(adaptor.getOperand(), [](double x) {
    return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
  });
}

OpFoldResult Log1pExpOp::fold(FoldAdaptor adaptor) {
  return foldScalar(adaptor.getOperand(),
                    [](double x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))); });
}

OpFoldResult LgammaOp::fold(FoldAdaptor adaptor) {
  return foldScalar(adaptor.getOperand(), [](double x) { return std::lgamma(x); });
}
