//===- Lowering.cpp - values, sizes and loops that the lowering builds with ===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

#include <limits>

using namespace mlir;

namespace astragal::stan {

Lowering::Lowering(const Program &program, ModuleOp module, Diagnostics &diagnostics,
                   const LowerOptions &options)
    : program(program), module(module), diagnostics(diagnostics), options(options), b(module.getContext()),
      loc(b.getUnknownLoc()) {}

void Lowering::setLoc(SourceRange range) {
  if (!range.begin.isValid() || source != &program)
    return;
  callSite = range;
  Location where = program.locate(range);
  loc = FileLineColLoc::get(b.getContext(), where.file, where.line, where.column);
}

void Lowering::error(SourceRange range, const llvm::Twine &message) {
  if (!failed)
    diagnostics.error(source == &program ? range : callSite, message);
  failed = true;
}

Val Lowering::unsupported(SourceRange range, const llvm::Twine &what) {
  error(range, "not supported yet: " + what);
  return {};
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

mlir::Value Lowering::constantF64(double value) {
  return arith::ConstantOp::create(b, loc, b.getF64FloatAttr(value));
}
mlir::Value Lowering::constantI1(bool value) {
  return arith::ConstantOp::create(b, loc, b.getBoolAttr(value));
}
mlir::Value Lowering::constantI32(int32_t value) {
  return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
}
mlir::Value Lowering::constantIndex(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

mlir::Value Lowering::toIndex(mlir::Value i32) {
  if (std::optional<int64_t> value = constantOf(i32))
    return constantIndex(*value);
  if (auto cast = i32.getDefiningOp<arith::IndexCastOp>())
    return cast.getIn();
  mlir::Value &known = sizeOfInt[i32];
  if (!known) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointAfterValue(i32);
    known = arith::IndexCastOp::create(b, loc, b.getIndexType(), i32);
  }
  return known;
}

mlir::Value Lowering::toI32(mlir::Value index) {
  return b.createOrFold<arith::IndexCastOp>(loc, b.getI32Type(), index);
}

mlir::Value Lowering::toI1(mlir::Value i32) {
  if (auto extended = i32.getDefiningOp<arith::ExtUIOp>())
    return extended.getIn();
  return b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, i32, constantI32(0));
}

mlir::Value Lowering::toReal(mlir::Value scalar) {
  return scalar.getType().isInteger(32) ? b.createOrFold<arith::SIToFPOp>(loc, b.getF64Type(), scalar)
                                        : scalar;
}

Val Lowering::toReal(const Val &value) {
  if (!getElementTypeOrSelf(value.value.getType()).isInteger(32))
    return value;
  return elementwise({value}, {}, [&](ValueRange x) { return toReal(x[0]); });
}

mlir::Value Lowering::fromI1(mlir::Value i1) {
  return b.createOrFold<arith::ExtUIOp>(loc, b.getI32Type(), i1);
}

std::optional<int64_t> Lowering::constantOf(mlir::Value value) {
  APInt constant;
  if (value && matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Containers
//===----------------------------------------------------------------------===//

mlir::Type Lowering::elementType(const Type &type) {
  return type.base() == BaseType::Int ? mlir::Type(b.getI32Type()) : mlir::Type(b.getF64Type());
}

RankedTensorType Lowering::tensorType(mlir::Type element, ArrayRef<mlir::Value> dims) {
  return RankedTensorType::get(tg::PlateOp::getRowShape(ValueRange(dims)), element);
}

mlir::Value Lowering::castTo(mlir::Value tensor, RankedTensorType type) {
  return tensor.getType() == type ? tensor : tensor::CastOp::create(b, loc, type, tensor).getResult();
}

Val Lowering::splat(mlir::Value scalar, ArrayRef<mlir::Value> dims) {
  if (dims.empty())
    return Val{scalar, {}};
  RankedTensorType type = tensorType(scalar.getType(), dims);
  Values dynamic;
  for (auto [k, dim] : llvm::enumerate(dims))
    if (type.isDynamicDim(k))
      dynamic.push_back(dim);
  return Val{tensor::SplatOp::create(b, loc, scalar, type, dynamic), llvm::to_vector<2>(dims)};
}

Val Lowering::undefined(const Type &type, ArrayRef<mlir::Value> dims) {
  return splat(type.base() == BaseType::Int ? constantI32(std::numeric_limits<int32_t>::min())
                                            : constantF64(std::numeric_limits<double>::quiet_NaN()),
               dims);
}

bool Lowering::provablyEqual(mlir::Value a, mlir::Value b) {
  if (a == b)
    return true;
  std::optional<int64_t> x = constantOf(a), y = constantOf(b);
  return x && y && *x == *y;
}

bool Lowering::isMistake() {
  if (options.sizes.empty())
    return true;
  for (mlir::Operation *op = b.getInsertionBlock()->getParentOp(); op; op = op->getParentOp())
    if (isa<mlir::RegionBranchOpInterface, func::FuncOp>(op))
      return false;
  return true;
}

bool Lowering::isEmpty(ArrayRef<mlir::Value> dims) {
  return llvm::any_of(dims, [&](mlir::Value dim) { return constantOf(dim) == std::optional<int64_t>(0); });
}

mlir::Value Lowering::commonSize(mlir::Value a, mlir::Value c, SourceRange range, StringRef what) {
  if (provablyEqual(a, c))
    return a;
  std::optional<int64_t> x = constantOf(a), y = constantOf(c);
  if (x && y && isMistake()) {
    error(range, what + ": sizes do not match: " + Twine(*x) + " and " + Twine(*y));
    return {};
  }
  check(b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, a, c), tg::CheckKind::Fatal,
        what + ": sizes do not match", ": {} and {}", {a, c});
  // The evaluation goes on after a failed check: it must not read past the shorter one.
  return b.createOrFold<arith::MinUIOp>(loc, a, c);
}

bool Lowering::sameShape(Val &x, Val &y, SourceRange range, StringRef what) {
  if (x.dims.size() != y.dims.size()) {
    error(range, what + ": shapes do not match");
    return false;
  }
  bool isSame = true;
  llvm::SmallVector<mlir::Value, 2> dims;
  for (auto [m, n] : llvm::zip_equal(x.dims, y.dims)) {
    isSame &= provablyEqual(m, n);
    dims.push_back(commonSize(m, n, range, what));
    if (!dims.back())
      return false;
  }
  RankedTensorType type = tensorType(cast<RankedTensorType>(x.value.getType()).getElementType(), dims);
  for (Val *v : {&x, &y}) {
    auto own = cast<RankedTensorType>(v->value.getType());
    RankedTensorType target = RankedTensorType::get(type.getShape(), own.getElementType());
    if (isSame) {
      v->value = castTo(v->value, target);
    } else if (isEmpty(dims)) {
      v->value = undefined(own.getElementType().isInteger(32) ? BaseType::Int : BaseType::Real, dims).value;
    } else {
      SmallVector<OpFoldResult> offsets, lengths, strides;
      for (mlir::Value dim : dims) {
        offsets.push_back(b.getIndexAttr(0));
        lengths.push_back(getAsOpFoldResult(dim));
        strides.push_back(b.getIndexAttr(1));
      }
      v->value = tensor::ExtractSliceOp::create(b, loc, v->value, offsets, lengths, strides);
    }
    v->dims = dims;
  }
  return true;
}

Val Lowering::fitTo(Val value, ArrayRef<mlir::Value> dims, const Type &type, SourceRange range,
                    const Twine &what) {
  std::string name = what.str();
  bool isSame = true;
  SmallVector<OpFoldResult> offsets, lengths, strides;
  llvm::SmallVector<mlir::Value, 2> all;
  for (auto [m, n] : llvm::zip_equal(value.dims, dims)) {
    isSame &= provablyEqual(m, n);
    mlir::Value common = commonSize(m, n, range, name);
    if (!common)
      return {};
    all.push_back(common);
    offsets.push_back(b.getIndexAttr(0));
    strides.push_back(b.getIndexAttr(1));
    lengths.push_back(getAsOpFoldResult(common));
  }
  mlir::Type element = cast<RankedTensorType>(value.value.getType()).getElementType();
  Val result{value.value, llvm::to_vector<2>(dims)};
  if (isSame) {
    result.value = castTo(value.value, tensorType(element, dims));
    return result;
  }
  if (isEmpty(all))
    return undefined(type, dims);
  mlir::Value common = tensor::ExtractSliceOp::create(b, loc, value.value, offsets, lengths, strides);
  result.value =
      tensor::InsertSliceOp::create(b, loc, common, undefined(type, dims).value, offsets, lengths, strides);
  return result;
}

void Lowering::check(mlir::Value condition, tg::CheckKind kind, const Twine &message,
                     const Twine &explanation, ValueRange values) {
  if (matchPattern(condition, m_One()))
    return;
  std::string text = message.str(), more = explanation.str();
  tg::CheckOp::create(b, loc, condition, kind, text, more.empty() ? more : escapeBraces(text) + more, values);
}

std::string escapeBraces(StringRef text) {
  std::string escaped;
  for (char c : text)
    escaped.append(c == '{' ? 2 : 1, c);
  return escaped;
}

mlir::Value Lowering::extract(const Val &tensor, ValueRange indices) {
  if (tensor.isScalar())
    return tensor.value;
  return b.createOrFold<tensor::ExtractOp>(loc, tensor.value, indices);
}

Val Lowering::element(const Val &tensor, mlir::Value position) {
  if (tensor.dims.size() == 1)
    return scalar(extract(tensor, position));
  auto dims = llvm::to_vector<2>(ArrayRef(tensor.dims).drop_front());
  if (isEmpty(dims))
    return undefined(
        getElementTypeOrSelf(tensor.value.getType()).isInteger(32) ? BaseType::Int : BaseType::Real, dims);
  SmallVector<OpFoldResult> offsets(tensor.dims.size(), b.getIndexAttr(0)), lengths{b.getIndexAttr(1)},
      strides(tensor.dims.size(), b.getIndexAttr(1));
  offsets[0] = position;
  for (mlir::Value dim : dims) {
    lengths.push_back(getAsOpFoldResult(dim));
  }
  auto type = tensorType(cast<RankedTensorType>(tensor.value.getType()).getElementType(), dims);
  Val result{tensor::ExtractSliceOp::create(b, loc, type, tensor.value, offsets, lengths, strides), dims};
  noteElement(tensor, result);
  return result;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

Val Lowering::rows(ArrayRef<mlir::Value> dims, function_ref<mlir::Value(ValueRange)> body) {
  auto plate = tg::PlateOp::create(b, loc, dims, ValueRange(),
                                   [&](OpBuilder &, mlir::Location, ValueRange indices, ValueRange) {
                                     mlir::Value row = body(indices);
                                     tg::YieldOp::create(b, loc, ValueRange(), ValueRange(), ValueRange(),
                                                         row ? ValueRange(row) : ValueRange());
                                   });
  return plate->getNumResults() ? Val{plate->getResult(0), llvm::to_vector<2>(dims)} : Val{};
}

mlir::Value Lowering::sumOver(ArrayRef<mlir::Value> dims, function_ref<mlir::Value(ValueRange)> body) {
  auto plate = tg::PlateOp::create(b, loc, dims, ValueRange(),
                                   [&](OpBuilder &, mlir::Location, ValueRange indices, ValueRange) {
                                     mlir::Value row = body(indices);
                                     tg::YieldOp::create(b, loc, row ? ValueRange(row) : ValueRange(),
                                                         ValueRange(), ValueRange(), ValueRange());
                                   });
  return plate->getNumResults() ? plate->getResult(0) : mlir::Value();
}

mlir::Value Lowering::maxOver(ArrayRef<mlir::Value> dims, function_ref<mlir::Value(ValueRange)> body) {
  auto plate = tg::PlateOp::create(
      b, loc, dims, ValueRange(), [&](OpBuilder &, mlir::Location, ValueRange indices, ValueRange) {
        tg::YieldOp::create(b, loc, ValueRange(), ValueRange(body(indices)), ValueRange(), ValueRange());
      });
  return plate->getResult(0);
}

mlir::Value Lowering::fold(mlir::Value n, mlir::Value init,
                           function_ref<mlir::Value(mlir::Value, mlir::Value)> body) {
  auto loop = scf::ForOp::create(b, loc, constantIndex(0), n, constantIndex(1), init);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  mlir::Value next = body(loop.getInductionVar(), loop.getRegionIterArg(0));
  scf::YieldOp::create(b, loc, next);
  return loop.getResult(0);
}

void Lowering::forEachElement(const Val &array, size_t arrayRank, function_ref<void(Val, ValueRange)> body) {
  if (arrayRank == 0)
    return body(array, {});
  fold(array.dims[0], constantI32(1), [&](mlir::Value k, mlir::Value carried) {
    forEachElement(element(array, k), arrayRank - 1, [&](Val element, ValueRange inner) {
      Values at{k};
      llvm::append_range(at, inner);
      body(element, at);
    });
    return carried;
  });
}

void Lowering::forEach(ArrayRef<mlir::Value> dims, function_ref<void(ValueRange)> body) {
  tg::PlateOp::create(b, loc, dims, ValueRange(),
                      [&](OpBuilder &, mlir::Location, ValueRange indices, ValueRange) {
                        body(indices);
                        tg::YieldOp::create(b, loc);
                      });
}

} // namespace astragal::stan
