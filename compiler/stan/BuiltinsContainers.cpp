//===- BuiltinsContainers.cpp - containers of any type --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions of arrays of anything, which the modelling language cannot write once for all types: what the
// library does not have for a type, these have.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace astragal::stan {

/// The elements from `start` on, `length` of them, of the first dimension.
Val Lowering::piece(const Val &array, mlir::Value start, mlir::Value length, const Type &type) {
  auto dims = array.dims;
  dims[0] = length;
  if (isEmpty(dims))
    return undefined(type, dims);
  SmallVector<OpFoldResult> offsets(dims.size(), b.getIndexAttr(0)), strides(dims.size(), b.getIndexAttr(1));
  offsets[0] = getAsOpFoldResult(start);
  SmallVector<OpFoldResult> lengths = getAsOpFoldResult(ValueRange(dims));
  mlir::Type element = getElementTypeOrSelf(array.value.getType());
  return Val{tensor::ExtractSliceOp::create(b, loc, tensorType(element, dims), array.value, offsets, lengths,
                                            strides),
             dims};
}

/// `into` with the elements of `array` from `start` on.
Val Lowering::withPiece(const Val &into, const Val &array, mlir::Value start) {
  if (isEmpty(array.dims))
    return into;
  SmallVector<OpFoldResult> offsets(into.dims.size(), b.getIndexAttr(0)),
      strides(into.dims.size(), b.getIndexAttr(1));
  offsets[0] = getAsOpFoldResult(start);
  SmallVector<OpFoldResult> lengths = getAsOpFoldResult(ValueRange(array.dims));
  return Val{tensor::InsertSliceOp::create(b, loc, array.value, into.value, offsets, lengths, strides),
             into.dims};
}

/// append_array(x, y): elements of a side that is empty may have any size.
Val Lowering::appendArrays(Val x, Val y, const Type &type, SourceRange range) {
  auto isKnownEmpty = [&](const Val &v) { return constantOf(v.dims[0]) == std::optional<int64_t>(0); };
  if (isKnownEmpty(x))
    return y;
  if (isKnownEmpty(y))
    return x;
  llvm::SmallVector<mlir::Value, 2> dims{b.createOrFold<arith::AddIOp>(loc, x.dims[0], y.dims[0])};
  Val rest[] = {x, y};
  for (size_t k = 1; k < x.dims.size(); ++k) {
    mlir::Value common = commonSize(x.dims[k], y.dims[k], range, "append_array");
    if (!common)
      return {};
    dims.push_back(common);
  }
  for (Val &side : rest) {
    auto own = dims;
    own[0] = side.dims[0];
    side = fitTo(side, own, type, range, "append_array");
    if (!side)
      return {};
  }
  return withPiece(withPiece(undefined(type, dims), rest[0], constantIndex(0)), rest[1], rest[0].dims[0]);
}

std::optional<Val> Lowering::lowerContainerFunction(StringRef name, ArrayRef<Val> args,
                                                    ArrayRef<Expr *> exprs, const Type &result,
                                                    SourceRange range) {
  auto index = [&](const Val &v) { return toIndex(v.value); };
  mlir::Value one = constantIndex(1);
  if (args.size() == 2 && name == "append_array")
    return appendArrays(args[0], args[1], result, range);

  bool isHead = name == "head", isTail = name == "tail", isSegment = name == "segment";
  if (((isHead || isTail) && args.size() == 2) || (isSegment && args.size() == 3)) {
    const Val &x = args[0];
    mlir::Value size = x.dims[0], length = index(args.back()), zero = constantIndex(0);
    mlir::Value start = isHead   ? zero
                        : isTail ? b.createOrFold<arith::SubIOp>(loc, size, length)
                                 : b.createOrFold<arith::SubIOp>(loc, index(args[1]), one);
    mlir::Value end = b.createOrFold<arith::AddIOp>(loc, start, length);
    mlir::Value inside = b.createOrFold<arith::AndIOp>(
        loc, b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, start, zero),
        b.createOrFold<arith::AndIOp>(
            loc, b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, length, zero),
            b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sle, end, size)));
    check(inside, tg::CheckKind::Fatal, name + ": out of range");
    return piece(x, b.createOrFold<arith::SelectOp>(loc, inside, start, zero),
                 b.createOrFold<arith::SelectOp>(loc, inside, length, zero), result);
  }
  if (name == "reverse" && args.size() == 1 && !args[0].isScalar() && exprs[0]->type.isArray()) {
    const Val &x = args[0];
    mlir::Value last = b.createOrFold<arith::SubIOp>(loc, x.dims[0], one);
    return rows(x.dims, [&](ValueRange at) {
      Values from(at);
      from[0] = b.createOrFold<arith::SubIOp>(loc, last, at[0]);
      return extract(x, from);
    });
  }

  bool isInt = result.base() == BaseType::Int;
  auto number = [&](int value) { return isInt ? constantI32(value) : constantF64(value); };
  if (args.size() == 1 && (name == "zeros_array" || name == "zeros_int_array"))
    return splat(number(0), index(args[0]));
  if (args.size() == 1 && (name == "ones_array" || name == "ones_int_array"))
    return splat(number(1), index(args[0]));
  if (args.size() == 2 && (name == "one_hot_array" || name == "one_hot_int_array")) {
    mlir::Value at = b.createOrFold<arith::SubIOp>(loc, index(args[1]), one);
    check(b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::ult, at, index(args[0])),
          tg::CheckKind::Fatal, name + ": out of range");
    return rows(index(args[0]), [&](ValueRange k) {
      mlir::Value isHere = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, k[0], at);
      return b.createOrFold<arith::SelectOp>(loc, isHere, number(1), number(0));
    });
  }
  if (args.size() == 3 && name == "linspaced_int_array")
    return linspacedInts(args[0], args[1], args[2]);
  return std::nullopt;
}

/// As even as ints allow, from the lower bound on: a step where there is one, or else repeated numbers. One
/// number is the upper bound.
Val Lowering::linspacedInts(const Val &count, const Val &lower, const Val &upper) {
  mlir::Value one = constantI32(1), n = count.value;
  mlir::Value isOne = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, n, one);
  mlir::Value low = b.createOrFold<arith::SelectOp>(loc, isOne, upper.value, lower.value);
  mlir::Value span = b.createOrFold<arith::SubIOp>(loc, upper.value, low);
  check(b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, span, constantI32(0)),
        tg::CheckKind::Domain, "linspaced_int_array: the bounds must be in order");
  span = b.createOrFold<arith::MaxSIOp>(loc, span, constantI32(0));
  mlir::Value steps = b.createOrFold<arith::MaxSIOp>(loc, b.createOrFold<arith::SubIOp>(loc, n, one), one);
  mlir::Value step = b.createOrFold<arith::DivSIOp>(loc, span, steps);
  mlir::Value values = b.createOrFold<arith::AddIOp>(loc, span, one);
  mlir::Value repeats = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, values, n);
  mlir::Value each = b.createOrFold<arith::DivSIOp>(loc, b.createOrFold<arith::AddIOp>(loc, n, span), values);
  each = b.createOrFold<arith::MaxSIOp>(loc, each, one);
  return rows(toIndex(n), [&](ValueRange at) {
    mlir::Value k = toI32(at[0]);
    mlir::Value offset =
        b.createOrFold<arith::SelectOp>(loc, repeats, b.createOrFold<arith::DivSIOp>(loc, k, each),
                                        b.createOrFold<arith::MulIOp>(loc, k, step));
    return b.createOrFold<arith::AddIOp>(loc, low, offset);
  });
}

} // namespace astragal::stan
