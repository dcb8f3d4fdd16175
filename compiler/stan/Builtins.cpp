//===- Builtins.cpp - functions that are operations, not text -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What has an operation of its own, or needs sizes and types that the modelling language cannot speak of. All
// else is text under compiler/library.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringSwitch.h"

#include <limits>
#include <numbers>

using namespace mlir;

namespace astragal::stan {

/// An operation on a scalar or, elementwise, on a tensor.
template <typename Op> static mlir::Value unary(OpBuilder &b, mlir::Location loc, mlir::Value x) {
  return b.createOrFold<Op>(loc, x);
}
using Unary = mlir::Value (*)(OpBuilder &, mlir::Location, mlir::Value);

static Unary findUnary(StringRef name) {
  return llvm::StringSwitch<Unary>(name)
      .Case("exp", unary<math::ExpOp>)
      .Case("exp2", unary<math::Exp2Op>)
      .Case("log", unary<math::LogOp>)
      .Case("log2", unary<math::Log2Op>)
      .Case("log10", unary<math::Log10Op>)
      .Case("log1p", unary<math::Log1pOp>)
      .Case("expm1", unary<math::ExpM1Op>)
      .Case("sqrt", unary<math::SqrtOp>)
      .Case("cbrt", unary<math::CbrtOp>)
      .Cases({"abs", "fabs"}, unary<math::AbsFOp>)
      .Case("tanh", unary<math::TanhOp>)
      .Case("sinh", unary<math::SinhOp>)
      .Case("cosh", unary<math::CoshOp>)
      .Case("sin", unary<math::SinOp>)
      .Case("cos", unary<math::CosOp>)
      .Case("tan", unary<math::TanOp>)
      .Case("asin", unary<math::AsinOp>)
      .Case("acos", unary<math::AcosOp>)
      .Case("atan", unary<math::AtanOp>)
      .Case("asinh", unary<math::AsinhOp>)
      .Case("acosh", unary<math::AcoshOp>)
      .Case("atanh", unary<math::AtanhOp>)
      .Case("erf", unary<math::ErfOp>)
      .Case("erfc", unary<math::ErfcOp>)
      .Case("floor", unary<math::FloorOp>)
      .Case("ceil", unary<math::CeilOp>)
      .Case("round", unary<math::RoundOp>)
      .Case("trunc", unary<math::TruncOp>)
      .Case("inv_logit", unary<tg::LogisticOp>)
      .Case("log1p_exp", unary<tg::Log1pExpOp>)
      .Case("lgamma", unary<tg::LgammaOp>)
      .Case("digamma", unary<tg::DigammaOp>)
      .Case("trigamma", unary<tg::TrigammaOp>)
      .Case("Phi", unary<tg::NormalCdfOp>)
      .Cases({"inv_Phi", "std_normal_qf"}, unary<tg::NormalQuantileOp>)
      .Default(nullptr);
}

Val Lowering::randomNumber(bool normal) {
  mlir::Value value = normal ? tg::RandomNormalOp::create(b, loc, seed, stream, hidden.counter).getResult()
                             : tg::RandomUniformOp::create(b, loc, seed, stream, hidden.counter).getResult();
  mlir::Value one = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(1));
  hidden.counter = b.createOrFold<arith::AddIOp>(loc, hidden.counter, one);
  return scalar(value);
}

Val Lowering::primitive(StringRef name, ArrayRef<Val> args) {
  Values operands;
  for (const Val &arg : args)
    operands.push_back(arg.value);
  if (name == "tg_constant")
    return scalar(tg::StopGradientOp::create(b, loc, operands[0]));
  if (name != "tg_with_partials")
    return scalar(tg::SpecialOp::create(b, loc, b.getF64Type(), name.drop_front(3), operands));
  Values wrt, partials;
  for (size_t k = 1; k < operands.size(); k += 2) {
    wrt.push_back(operands[k]);
    partials.push_back(operands[k + 1]);
  }
  return scalar(tg::WithPartialsOp::create(b, loc, b.getF64Type(), operands[0], wrt, partials));
}

static std::optional<double> constantFunction(StringRef name) {
  using limits = std::numeric_limits<double>;
  return llvm::StringSwitch<std::optional<double>>(name)
      .Case("pi", std::numbers::pi)
      .Case("e", std::numbers::e)
      .Case("sqrt2", std::numbers::sqrt2)
      .Case("log2", std::numbers::ln2)
      .Case("log10", std::numbers::ln10)
      .Case("negative_infinity", -limits::infinity())
      .Case("positive_infinity", limits::infinity())
      .Case("not_a_number", limits::quiet_NaN())
      .Case("machine_precision", limits::epsilon())
      .Default(std::nullopt);
}

std::optional<Val> Lowering::lowerBuiltin(StringRef name, ArrayRef<Val> args, ArrayRef<Expr *> exprs,
                                          const Type &result, SourceRange range) {
  if (args.empty()) {
    if (std::optional<double> value = constantFunction(name))
      return scalar(constantF64(*value));
    if (name == "tg_uniform_rng" || name == "tg_normal_rng")
      return randomNumber(name == "tg_normal_rng");
    return std::nullopt;
  }
  if (name.starts_with("tg_"))
    if (std::optional<Val> value = lowerKernel(name, args))
      return value;
  if (name == "tg_unrolls") {
    constexpr int64_t mostUnrolled = 6;
    std::optional<int64_t> size = constantOf(args[0].value);
    return scalar(constantI32(size && *size <= mostUnrolled));
  }
  if (name == "tg_columns") // as they lie
    return args[0];
  if (name.starts_with("tg_")) // no user can call one
    return primitive(name, args);
  const Type &type = exprs[0]->type;
  bool isInt = type.base() == BaseType::Int;
  const Val &x = args[0];
  auto i32 = [&](mlir::Value index) { return scalar(toI32(index)); };
  auto isMatrix = [&](const Type &t) { return t.isMatrix(); };

  if (args.size() == 1) {
    if (isInt && name == "abs") {
      return elementwise({x}, range, [&](ValueRange v) { return b.createOrFold<math::AbsIOp>(loc, v[0]); });
    }
    if (Unary op = findUnary(name); op && !isInt && !type.isComplexBase())
      return Val{op(b, loc, x.value), x.dims};
    if (name == "sum") {
      if (x.isScalar())
        return x;
      return scalar(sumOver(x.dims, [&](ValueRange at) { return extract(x, at); }));
    }
    if ((name == "max" || name == "min") && !x.isScalar()) {
      bool isMin = name == "min";
      mlir::Value extremum = maxOver(x.dims, [&](ValueRange at) {
        mlir::Value element = toReal(extract(x, at));
        return isMin ? b.createOrFold<arith::NegFOp>(loc, element) : element;
      });
      if (isMin)
        extremum = b.createOrFold<arith::NegFOp>(loc, extremum);
      if (isInt)
        extremum = b.createOrFold<arith::FPToSIOp>(loc, b.getI32Type(), extremum);
      return scalar(extremum);
    }
    if (name == "log_sum_exp" && !x.isScalar()) {
      // The shift cancels in value and derivative; where it is infinite there is nothing to shift.
      mlir::Value shift = maxOver(x.dims, [&](ValueRange at) {
        return tg::StopGradientOp::create(b, loc, extract(x, at)).getResult();
      });
      mlir::Value magnitude = b.createOrFold<math::AbsFOp>(loc, shift);
      mlir::Value isFinite = b.createOrFold<arith::CmpFOp>(
          loc, arith::CmpFPredicate::OLT, magnitude, constantF64(std::numeric_limits<double>::infinity()));
      shift = b.createOrFold<arith::SelectOp>(loc, isFinite, shift, constantF64(0));
      mlir::Value total = sumOver(x.dims, [&](ValueRange at) {
        return b.createOrFold<math::ExpOp>(loc, b.createOrFold<arith::SubFOp>(loc, extract(x, at), shift));
      });
      return scalar(b.createOrFold<arith::AddFOp>(loc, shift, b.createOrFold<math::LogOp>(loc, total)));
    }
    if (name == "size")
      return i32(x.isScalar()     ? constantIndex(1)
                 : isMatrix(type) ? b.createOrFold<arith::MulIOp>(loc, x.dims[0], x.dims[1])
                                  : x.dims[0]);
    if (name == "num_elements") {
      mlir::Value n = constantIndex(1);
      for (mlir::Value dim : x.dims)
        n = b.createOrFold<arith::MulIOp>(loc, n, dim);
      return i32(n);
    }
    if (name == "rows")
      return i32(isMatrix(type) ? x.dims[1] : type.isRowVector() ? constantIndex(1) : x.dims[0]);
    if (name == "cols")
      return i32(isMatrix(type) ? x.dims[0] : type.isVector() ? constantIndex(1) : x.dims[0]);
    if (name == "dims") {
      Values sizes;
      for (mlir::Value dim : x.dims)
        sizes.push_back(toI32(dim));
      // A vector is a matrix of one column here, as Stan has it.
      if (type.base() == BaseType::Vector)
        sizes.push_back(constantI32(1));
      if (type.base() == BaseType::RowVector)
        sizes.insert(std::prev(sizes.end()), constantI32(1));
      if (isMatrix(Type(type.base())))
        std::swap(sizes[sizes.size() - 1], sizes[sizes.size() - 2]);
      if (sizes.empty())
        return undefined(BaseType::Int, constantIndex(0));
      return Val{tensor::FromElementsOp::create(b, loc, sizes), {constantIndex(sizes.size())}};
    }
    if (name == "transpose")
      return isMatrix(type) ? transpose(x) : x;
    if (name == "to_vector" || name == "to_row_vector" || name == "to_array_1d") {
      if (x.dims.size() == 1 && !(isInt && result.base() != BaseType::Int))
        return x;
      auto convert = [&](mlir::Value v) { return result.base() == BaseType::Int ? v : toReal(v); };
      if (x.dims.size() == 1)
        return rows(x.dims, [&](ValueRange at) { return convert(extract(x, at)); });
      // Column by column for a matrix, row by row for an array: the order of storage in both cases.
      mlir::Value n = constantIndex(1);
      for (mlir::Value dim : x.dims)
        n = b.createOrFold<arith::MulIOp>(loc, n, dim);
      return rows({n}, [&](ValueRange at) {
        Values position(x.dims.size());
        mlir::Value rest = at[0];
        for (size_t k = x.dims.size(); k-- > 1;) {
          position[k] = b.createOrFold<arith::RemUIOp>(loc, rest, x.dims[k]);
          rest = b.createOrFold<arith::DivUIOp>(loc, rest, x.dims[k]);
        }
        position[0] = rest;
        return convert(extract(x, position));
      });
    }
    if (name == "is_nan")
      return scalar(fromI1(b.createOrFold<arith::CmpFOp>(loc, arith::CmpFPredicate::UNO, x.value, x.value)));
    if (name == "is_inf")
      return scalar(fromI1(b.createOrFold<arith::CmpFOp>(
          loc, arith::CmpFPredicate::OEQ, b.createOrFold<math::AbsFOp>(loc, x.value),
          constantF64(std::numeric_limits<double>::infinity()))));
    if (name == "plus" || (name == "to_int" && isInt))
      return x;
    if (name == "to_int" && x.value.getType().isF64())
      return scalar(b.createOrFold<arith::FPToSIOp>(loc, b.getI32Type(), x.value));
    if (name == "diagonal" && isMatrix(type)) {
      mlir::Value n = b.createOrFold<arith::MinUIOp>(loc, x.dims[0], x.dims[1]);
      return rows({n}, [&](ValueRange at) { return extract(x, {at[0], at[0]}); });
    }
    if (name == "zeros_vector" || name == "zeros_row_vector" || name == "ones_vector" ||
        name == "ones_row_vector")
      return splat(constantF64(name.starts_with("ones")), {toIndex(x.value)});
  }

  if (args.size() == 2) {
    const Val &y = args[1];
    if ((name == "fmax" || name == "fmin") && !isInt)
      return elementwise({x, y}, range, [&](ValueRange v) {
        return name == "fmax" ? b.createOrFold<arith::MaxNumFOp>(loc, v[0], v[1])
                              : b.createOrFold<arith::MinNumFOp>(loc, v[0], v[1]);
      });
    if ((name == "max" || name == "min") && x.isScalar() && isInt)
      return scalar(name == "max" ? b.createOrFold<arith::MaxSIOp>(loc, x.value, y.value)
                                  : b.createOrFold<arith::MinSIOp>(loc, x.value, y.value));
    if (name == "pow")
      return elementwise({x, y}, range, [&](ValueRange v) { return power(v[0], v[1]); });
    if (name == "atan2")
      return elementwise({x, y}, range,
                         [&](ValueRange v) { return b.createOrFold<math::Atan2Op>(loc, v[0], v[1]); });
    if (name == "fmod")
      return elementwise({x, y}, range,
                         [&](ValueRange v) { return b.createOrFold<arith::RemFOp>(loc, v[0], v[1]); });
    if (name == "dot_product" || name == "columns_dot_product") {
      Val p = x, q = y;
      if (name != "dot_product" || p.dims.size() != 1)
        return std::nullopt;
      if (!sameShape(p, q, range, name))
        return Val();
      return scalar(sumOver(p.dims, [&](ValueRange at) {
        return b.createOrFold<arith::MulFOp>(loc, extract(p, at), extract(q, at));
      }));
    }
    if (name == "rep_vector" || name == "rep_row_vector")
      return splat(x.value, {toIndex(y.value)});
    if (name == "size" || name == "linspaced_array")
      return std::nullopt;
    if (name == "multiply" || name == "add" || name == "subtract" || name == "elt_multiply" ||
        name == "elt_divide") {
      if (name == "multiply")
        return multiply(x, type, y, exprs[1]->type, range);
      BinaryOp op = name == "add"            ? BinaryOp::Add
                    : name == "subtract"     ? BinaryOp::Subtract
                    : name == "elt_multiply" ? BinaryOp::EltMultiply
                                             : BinaryOp::EltDivide;
      return arithmetic(op, x, y, isInt && exprs[1]->type.base() == BaseType::Int, range);
    }
    if (name == "log_sum_exp")
      return elementwise({x, y}, range, [&](ValueRange v) {
        // max + log1p(exp(min - max)), and the larger one where both are the same infinity.
        mlir::Value isLess = b.createOrFold<arith::CmpFOp>(loc, arith::CmpFPredicate::OLT, v[0], v[1]);
        mlir::Value high = b.createOrFold<arith::SelectOp>(loc, isLess, v[1], v[0]);
        mlir::Value low = b.createOrFold<arith::SelectOp>(loc, isLess, v[0], v[1]);
        mlir::Value isInfinite = b.createOrFold<arith::CmpFOp>(
            loc, arith::CmpFPredicate::OEQ, b.createOrFold<math::AbsFOp>(loc, high),
            constantF64(std::numeric_limits<double>::infinity()));
        mlir::Value difference = b.createOrFold<arith::SubFOp>(loc, low, high);
        difference = b.createOrFold<arith::SelectOp>(loc, isInfinite, constantF64(0), difference);
        mlir::Value tail = b.createOrFold<tg::Log1pExpOp>(loc, difference);
        tail = b.createOrFold<arith::SelectOp>(loc, isInfinite, constantF64(0), tail);
        return b.createOrFold<arith::AddFOp>(loc, high, tail);
      });
  }
  if (name == "rep_matrix" && args.size() == 3)
    return splat(x.value, {toIndex(args[2].value), toIndex(args[1].value)});
  if (name == "rep_matrix" && args.size() == 2) {
    mlir::Value n = toIndex(args[1].value);
    bool isColumn = type.isVector();
    return rows(isColumn ? Values{n, x.dims[0]} : Values{x.dims[0], n},
                [&](ValueRange at) { return extract(x, at[isColumn ? 1 : 0]); });
  }
  if (name == "rep_array" && args.size() >= 2) {
    Values dims;
    for (const Val &size : args.drop_front())
      dims.push_back(toIndex(size.value));
    if (x.isScalar())
      return splat(x.value, dims);
    Values all = dims;
    llvm::append_range(all, x.dims);
    return rows(all, [&](ValueRange at) { return extract(x, at.drop_front(dims.size())); });
  }
  if (name == "fma" && args.size() == 3)
    return elementwise({x, args[1], args[2]}, range,
                       [&](ValueRange v) { return b.createOrFold<math::FmaOp>(loc, v[0], v[1], v[2]); });
  return std::nullopt;
}

} // namespace astragal::stan
