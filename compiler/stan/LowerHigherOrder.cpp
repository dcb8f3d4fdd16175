//===- LowerHigherOrder.cpp - functions that take functions ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// reduce_sum and map_rect say where a program may be cut into pieces that run side by side. Here it is not
// cut: the sum over all of a sequence is one slice, and the shards of a map run one after the other.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace astragal::stan {

Val Lowering::lowerHigherOrder(const CallExpr &call) {
  if (call.name == "reduce_sum" || call.name == "reduce_sum_static")
    return reduceSum(call);
  if (call.name == "map_rect")
    return mapRect(call);
  return unsupported(call.nameRange, "function '" + call.name + "'");
}

Val Lowering::callPassed(const CallExpr &call, ArrayRef<Val> args, ArrayRef<const Expr *> exprs) {
  const auto &name = llvm::cast<VariableExpr>(*call.args[0]);
  const FunctionDecl &function = name.function->definition ? *name.function->definition : *name.function;
  llvm::SaveAndRestore<bool> drops(dropsConstants, dropsConstants && name.name.contains("_lup"));
  return inlineCall(function, args, exprs, call.range);
}

SmallVector<Val> Lowering::lowerPassed(const CallExpr &call) {
  SmallVector<Val> values{Val()};
  for (const Expr *arg : ArrayRef<Expr *>(call.args).drop_front()) {
    values.push_back(lowerExpr(*arg));
    if (!values.back())
      return {};
  }
  setLoc(call.range);
  return values;
}

Val Lowering::reduceSum(const CallExpr &call) {
  // The function, the sequence, the size of its pieces, and what is passed on.
  SmallVector<Val> values = lowerPassed(call);
  if (values.empty())
    return {};
  mlir::Value grain =
      b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sgt, values[2].value, constantI32(0));
  check(grain, tg::CheckKind::Domain, call.name + ": the size of a slice must be positive");
  mlir::Value count = values[1].dims[0];
  SmallVector<Val> args{values[1], scalar(constantI32(1)), scalar(toI32(count))};
  SmallVector<const Expr *> exprs{call.args[1], nullptr, nullptr};
  for (size_t k = 3; k < values.size(); ++k) {
    args.push_back(values[k]);
    exprs.push_back(call.args[k]);
  }
  mlir::Value isEmpty = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, count, constantIndex(0));
  if (std::optional<int64_t> known = constantOf(isEmpty))
    return *known ? scalar(constantF64(0)) : callPassed(call, args, exprs);
  Val result;
  joinReturns(
      isEmpty, call.range, [&](Val *sum) { return static_cast<bool>(*sum = scalar(constantF64(0))); },
      [&](Val *sum) { return static_cast<bool>(*sum = callPassed(call, args, exprs)); }, &result,
      BaseType::Real);
  return failed ? Val() : result;
}

Val Lowering::mapRect(const CallExpr &call) {
  // The function, what the shards share, and for each shard its parameters, reals and ints.
  SmallVector<Val> values = lowerPassed(call);
  if (values.empty())
    return {};
  mlir::Value count = values[2].dims[0];
  for (const Val &value : ArrayRef(values).drop_front(3))
    if (!(count = commonSize(count, value.dims[0], call.range, "map_rect")))
      return {};
  SmallVector<const Expr *> exprs(call.args.begin() + 1, call.args.end());
  auto shard = [&](mlir::Value k) {
    setLoc(call.range);
    return callPassed(call, {values[1], element(values[2], k), element(values[3], k), element(values[4], k)},
                      exprs);
  };
  Type type(BaseType::Vector);
  std::optional<int64_t> known = constantOf(count);
  if (known && *known <= 16) {
    SmallVector<Val> results;
    mlir::Value total = constantIndex(0);
    for (int64_t k = 0; k < *known; ++k) {
      results.push_back(shard(constantIndex(k)));
      if (!results.back())
        return {};
      total = b.createOrFold<arith::AddIOp>(loc, total, results.back().dims[0]);
    }
    Val whole = undefined(type, total);
    mlir::Value start = constantIndex(0);
    for (const Val &result : results) {
      whole = insertAt(whole, result, start);
      start = b.createOrFold<arith::AddIOp>(loc, start, result.dims[0]);
    }
    return whole;
  }
  Val result;
  joinReturns(
      b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, count, constantIndex(0)), call.range,
      [&](Val *to) { return static_cast<bool>(*to = undefined(type, constantIndex(0))); },
      [&](Val *to) {
        mlir::Value size;
        withoutEffects([&] {
          if (Val first = shard(constantIndex(0)))
            size = first.dims[0];
        });
        if (failed)
          return false;
        Val whole = undefined(type, b.createOrFold<arith::MulIOp>(loc, count, size));
        whole.value = fold(count, whole.value, [&](mlir::Value k, mlir::Value into) -> mlir::Value {
          Val value = shard(k);
          if (!value)
            return into;
          check(b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, value.dims[0], size),
                tg::CheckKind::Fatal,
                "not supported yet: map_rect where the shards return vectors of several sizes");
          value.dims[0] = b.createOrFold<arith::MinUIOp>(loc, value.dims[0], size);
          return insertAt(Val{into, whole.dims}, value, b.createOrFold<arith::MulIOp>(loc, k, size)).value;
        });
        *to = whole;
        return !failed;
      },
      &result, type);
  return failed ? Val() : result;
}

Val Lowering::insertAt(const Val &into, const Val &vector, mlir::Value start) {
  // One element is stored as one: so the shards of a map that return one each are seen to be rows.
  if (auto type = cast<RankedTensorType>(vector.value.getType());
      type.hasStaticShape() && type.getNumElements() == 1) {
    mlir::Value only = tensor::ExtractOp::create(b, loc, vector.value, constantIndex(0));
    Val result = into;
    result.value = tensor::InsertOp::create(b, loc, only, into.value, start);
    return result;
  }
  // It may lie in a longer one.
  bool isWhole =
      vector.value.getType() == tensorType(getElementTypeOrSelf(vector.value.getType()), vector.dims);
  return withPiece(into, isWhole ? vector : piece(vector, constantIndex(0), vector.dims[0], BaseType::Vector),
                   start);
}

} // namespace astragal::stan
