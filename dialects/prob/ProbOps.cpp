//===- ProbOps.cpp - parsing, printing and verifying prob ops -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/prob/Prob.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace astragal::prob;

#define GET_OP_CLASSES
#include "dialects/prob/ProbOps.cpp.inc"

/// A declared variable names the size of every dimension, static or not, so that no one asks a tensor for it.
static LogicalResult verifyDims(Operation *op, Type type, ValueRange dims, int32_t arrayRank) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  int64_t rank = tensor ? tensor.getRank() : 0;
  if (static_cast<int64_t>(dims.size()) != rank)
    return op->emitOpError("has ") << dims.size() << " sizes for a value of rank " << rank;
  if (arrayRank < 0 || arrayRank > rank || rank - arrayRank > 2)
    return op->emitOpError("array rank ") << arrayRank << " does not fit a value of rank " << rank;
  return success();
}

LogicalResult DataOp::verify() { return verifyDims(*this, getResult().getType(), getDims(), getArrayRank()); }
LogicalResult OutputOp::verify() {
  return verifyDims(*this, getValue().getType(), getDims(), getArrayRank());
}

/// How many dimensions one value of a support has; none: any number.
static std::optional<int64_t> rankOf(Support support) {
  switch (support) {
  case Support::Ordered:
  case Support::PositiveOrdered:
  case Support::Simplex:
  case Support::UnitVector:
    return 1;
  case Support::StochasticRow:
  case Support::StochasticColumn:
  case Support::CholeskyFactorCorr:
  case Support::CholeskyFactorCov:
  case Support::CorrMatrix:
  case Support::CovMatrix:
    return 2;
  default:
    return std::nullopt;
  }
}

LogicalResult ParamOp::verify() {
  size_t bounds = 0;
  switch (getSupport()) {
  case Support::Lower:
  case Support::Upper:
    bounds = 1;
    break;
  case Support::Interval:
  case Support::OffsetMultiplier:
    bounds = 2;
    break;
  default:
    break;
  }
  if (getBounds().size() != bounds)
    return emitOpError("support ") << stringifySupport(getSupport()) << " takes " << bounds << " bounds, got "
                                   << getBounds().size();
  if (!getElementTypeOrSelf(getResult().getType()).isF64())
    return emitOpError("a parameter is real, got ") << getResult().getType();
  if (failed(verifyDims(*this, getResult().getType(), getDims(), getArrayRank())))
    return failure();
  std::optional<int64_t> rank = rankOf(getSupport());
  int64_t actual = getDims().size() - getArrayRank();
  if (getSupport() == Support::SumToZero ? actual == 0 : rank && *rank != actual)
    return emitOpError("support ") << stringifySupport(getSupport()) << " does not fit a value of rank "
                                   << actual;
  if (!getFactor())
    return success();
  if (getSupport() != Support::CorrMatrix && getSupport() != Support::CovMatrix)
    return emitOpError("support ") << stringifySupport(getSupport()) << " is not made of a factor";
  if (getFactor().getType() != getResult().getType())
    return emitOpError("the factor has type ")
           << getFactor().getType() << ", and the parameter " << getResult().getType();
  return success();
}

template <typename SiteOp> static LogicalResult verifyLevels(SiteOp op) {
  if (op.getAutodiff().size() != op.getArguments().size() + 1)
    return op.emitOpError("needs an autodiff level for the point and for each of ")
           << op.getArguments().size() << " arguments, got " << op.getAutodiff().size();
  return success();
}

LogicalResult ObserveOp::verify() { return verifyLevels(*this); }

LogicalResult LogDensityOp::verify() { return verifyLevels(*this); }

void GeneratedOp::print(OpAsmPrinter &p) {
  p << " (";
  llvm::interleaveComma(getBody().getArguments(), p,
                        [&](BlockArgument a) { p.printRegionArgument(a, {}, /*omitType=*/true); });
  p << ") ";
  p.printOptionalAttrDictWithKeyword((*this)->getAttrs());
  p.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

ParseResult GeneratedOp::parse(OpAsmParser &parser, OperationState &state) {
  SmallVector<OpAsmParser::Argument> arguments;
  SMLoc where = parser.getCurrentLocation();
  if (parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren))
    return failure();
  if (arguments.size() != 2)
    return parser.emitError(where, "expected two arguments, seed and stream");
  for (auto &argument : arguments)
    argument.type = parser.getBuilder().getI64Type();
  if (parser.parseOptionalAttrDictWithKeyword(state.attributes) ||
      parser.parseRegion(*state.addRegion(), arguments))
    return failure();
  if (state.regions.back()->empty())
    state.regions.back()->emplaceBlock();
  return success();
}
