//===- Kernels.cpp - derivatives of kernels -------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The adjoint of a kernel is other kernels, of what it took and what it made. One function for each, in a
// table.
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace astragal::differentiate {

namespace {

/// Calls of kernels written as calls. `x` are operands, `y` results, `d` adjoints of results.
struct KernelRule {
  Sweep &s;
  tg::KernelOp op;
  SmallVector<Value> adjoints; // of results; null is zero

  Value x(unsigned k) { return op.getInputs()[k]; }
  Value y(unsigned k = 0) { return op.getResult(k); }
  Value d(unsigned k = 0) { return adjoints[k] ? adjoints[k] : s.zeroLike(y(k)); }
  bool wants(unsigned k) { return s.context.activity.flows(op->getOpOperand(k)); }
  void give(unsigned k, Value adjoint) { s.add(x(k), adjoint); }

  Value index(int64_t value) { return s.index(value); }
  bool isSet(unsigned k) { return getConstantIntValue(x(k)) != 0; }
  Value negate(Value flag) { return index(getConstantIntValue(flag) == 0); }

  using Shape = SmallVector<OpFoldResult>;
  Shape like(Value tensor) { return sizesOf(s.b, s.b.getLoc(), tensor); }
  /// Sizes of scratch memory.
  OpFoldResult mul(OpFoldResult a, OpFoldResult c) {
    Value product = s.b.createOrFold<arith::MulIOp>(getValueOrCreateConstantIndexOp(s.b, s.b.getLoc(), a),
                                                    getValueOrCreateConstantIndexOp(s.b, s.b.getLoc(), c));
    return getAsOpFoldResult(product);
  }
  OpFoldResult mul(int64_t factor, OpFoldResult a) { return mul(OpFoldResult(s.b.getIndexAttr(factor)), a); }
  OpFoldResult sum(OpFoldResult a, OpFoldResult c) {
    Value total = s.b.createOrFold<arith::AddIOp>(getValueOrCreateConstantIndexOp(s.b, s.b.getLoc(), a),
                                                  getValueOrCreateConstantIndexOp(s.b, s.b.getLoc(), c));
    return getAsOpFoldResult(total);
  }

  /// The first result of a kernel, which is as large as `model`; the others are scratch memory.
  Value call(StringRef kernel, ValueRange inputs, Value model, ArrayRef<Shape> scratch = {}) {
    SmallVector<Value> outs = {tensor::EmptyOp::create(s.b, like(model), s.b.getF64Type())};
    for (const Shape &shape : scratch)
      outs.push_back(tensor::EmptyOp::create(s.b, shape, s.b.getF64Type()));
    Value result = tg::KernelOp::create(s.b, kernel, inputs, outs).getResult(0);
    Type type = model.getType(); // where sizes became constants
    return result.getType() == type ? result : tensor::CastOp::create(s.b, type, result).getResult();
  }
  /// scale op(a) op(b), m x n, inner size k
  Value product(Value a, Value e, Value m, Value n, Value k, Value ta, Value tb, double scale, Value model) {
    return call("product", {a, e, m, n, k, ta, tb, s.constant(scale)}, model);
  }
};

} // namespace

static void reverseCholesky(KernelRule &r) {
  r.give(0, r.call("cholesky_adjoint", {r.y(), r.d(), r.x(1)}, r.x(0)));
}

/// x = op(l)^-1 b, so b' = op(l)^-T x', and l' is the lower triangle of -b' x^T, or of its transpose.
static void reverseSolveLower(KernelRule &r) {
  Value l = r.x(0), b = r.x(1), n = r.x(2), m = r.x(3), transposed = r.x(4);
  Value db = r.call("solve_lower", {l, r.d(), n, m, r.negate(transposed)}, b);
  if (r.wants(0)) {
    Value left = r.isSet(4) ? r.y() : db, right = r.isSet(4) ? db : r.y();
    r.give(0, r.call("lower_product", {left, right, n, m}, l));
  }
  if (r.wants(1))
    r.give(1, db);
}

/// c = scale op(a) op(b): a' = scale c' op(b)^T and b' = scale op(a)^T c', or their transposes.
static void reverseProduct(KernelRule &r) {
  Value a = r.x(0), b = r.x(1), m = r.x(2), n = r.x(3), k = r.x(4), ta = r.x(5), tb = r.x(6), scale = r.x(7);
  Value no = r.index(0), yes = r.index(1);
  auto product = [&](ValueRange inputs, Value model) {
    SmallVector<Value> all(inputs);
    all.push_back(scale);
    return r.call("product", all, model);
  };
  if (r.wants(0))
    r.give(0, r.isSet(5) ? product({b, r.d(), k, m, n, tb, yes}, a)
                         : product({r.d(), b, m, k, n, no, r.negate(tb)}, a));
  if (r.wants(1))
    r.give(1, r.isSet(6) ? product({r.d(), a, n, k, m, yes, ta}, b)
                         : product({a, r.d(), k, n, m, r.negate(ta), no}, b));
}

/// x = op(a)^-1 b, so b' = op(a)^-T x', and a' is -b' x^T or its transpose.
static void reverseSolve(KernelRule &r) {
  Value a = r.x(0), b = r.x(1), n = r.x(2), m = r.x(3), transposed = r.x(4);
  OpFoldResult size = getAsOpFoldResult(n);
  Value db = r.call("solve", {a, r.d(), n, m, r.negate(transposed)}, b, {{size, size}, {size}});
  if (r.wants(0))
    r.give(0, r.product(r.isSet(4) ? r.y() : db, r.isSet(4) ? db : r.y(), n, n, m, r.index(0), r.index(1), -1,
                        a));
  if (r.wants(1))
    r.give(1, db);
}

/// y = a^-1: a' = -y^T y' y^T
static void reverseInverse(KernelRule &r) {
  Value a = r.x(0), n = r.x(1), no = r.index(0), yes = r.index(1);
  Value left = r.product(r.y(), r.d(), n, n, n, yes, no, -1, a);
  r.give(0, r.product(left, r.y(), n, n, n, no, yes, 1, a));
}

/// The determinant and its logarithm: a' = (d0 y0 + d1) a^-T
static void reverseDeterminant(KernelRule &r) {
  Value a = r.x(0), n = r.x(1);
  auto &b = r.s.b;
  auto element = [&](Value tensor, int64_t k) -> Value {
    return tensor::ExtractOp::create(b, tensor, r.index(k));
  };
  // A determinant that nobody asked for may be infinite.
  Value direct = element(r.d(), 0);
  Value asked = arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, direct, r.s.constant(0));
  Value product = arith::MulFOp::create(b, direct, element(r.y(), 0));
  Value seed = r.s.sum(r.s.selectOrZero(asked, product), element(r.d(), 1));
  OpFoldResult size = getAsOpFoldResult(n);
  Value inverse = r.call("inverse", {a, n}, a, {{size, size}, {size}});
  SmallVector<Value> extents = getValueOrCreateConstantIndexOp(b, b.getLoc(), r.like(a));
  auto plate = tg::PlateOp::create(
      b, extents, ValueRange(), [&](OpBuilder &inner, Location loc, ValueRange at, ValueRange) {
        Value transposed = tensor::ExtractOp::create(inner, loc, inverse, ValueRange{at[1], at[0]});
        Value scaled = arith::MulFOp::create(inner, loc, seed, transposed);
        tg::YieldOp::create(inner, loc, ValueRange(), ValueRange(), ValueRange(), scaled);
      });
  Value da = plate->getResult(0);
  r.give(0, da.getType() == a.getType() ? da : Value(tensor::CastOp::create(b, a.getType(), da)));
}

static void reverseEigenSymmetric(KernelRule &r) {
  Value n = r.x(1);
  OpFoldResult size = getAsOpFoldResult(n);
  r.give(0, r.call("eigen_symmetric_adjoint", {r.y(0), r.y(1), r.d(0), r.d(1), n}, r.x(0),
                   {{r.mul(2, size), size}}));
}

static void reverseQr(KernelRule &r) {
  OpFoldResult size = getAsOpFoldResult(r.x(2));
  r.give(0, r.call("qr_adjoint", {r.y(0), r.y(1), r.d(0), r.d(1), r.x(1), r.x(2)}, r.x(0),
                   {{r.mul(2, size), size}}));
}

static void reverseSvd(KernelRule &r) {
  OpFoldResult m = getAsOpFoldResult(r.x(1)), n = getAsOpFoldResult(r.x(2)), k = r.like(r.y(1))[0];
  r.give(0, r.call("svd_adjoint", {r.y(0), r.y(1), r.y(2), r.d(0), r.d(1), r.d(2), r.x(1), r.x(2)}, r.x(0),
                   {{r.mul(k, r.sum(r.mul(3, k), r.sum(m, n)))}}));
}

static void reverseMatrixExp(KernelRule &r) {
  OpFoldResult n = getAsOpFoldResult(r.x(1));
  r.give(0,
         r.call("matrix_exp_adjoint", {r.x(0), r.d(), r.x(1)}, r.x(0), {{r.mul(36, n), n}, {r.mul(2, n)}}));
}

namespace {
struct KernelEntry {
  void (*reverse)(KernelRule &) = nullptr;
  SmallVector<unsigned, 2> flags = {}; // inputs that are 0 or 1 and decide what is computed
};
} // namespace

static KernelEntry findRule(StringRef kernel) {
  static const llvm::StringMap<KernelEntry> rules = {
      {"cholesky", {reverseCholesky}},
      {"solve_lower", {reverseSolveLower, {4}}},
      {"product", {reverseProduct, {5, 6}}},
      {"solve", {reverseSolve, {4}}},
      {"inverse", {reverseInverse}},
      {"inverse_spd", {reverseInverse}},
      {"determinant", {reverseDeterminant}},
      {"eigen_symmetric", {reverseEigenSymmetric}},
      {"qr", {reverseQr}},
      {"svd", {reverseSvd}},
      {"matrix_exp", {reverseMatrixExp}},
  };
  return rules.lookup(kernel);
}

LogicalResult reverseKernel(Sweep &sweep, tg::KernelOp op) {
  KernelRule rule{sweep, op, {}};
  for (Value result : op.getResults())
    rule.adjoints.push_back(sweep.take(result));
  KernelEntry entry = findRule(op.getKernel());
  if (!entry.reverse)
    return op->emitError("not supported yet: the derivative of kernel '") << op.getKernel() << "'";
  if (llvm::any_of(entry.flags, [&](unsigned k) { return !getConstantIntValue(rule.x(k)); }))
    return op->emitError("not supported yet: the derivative of a kernel whose flags are not constants");
  // More columns than the matrix has are an arbitrary basis of what is left.
  if (op.getKernel() == "qr" && !isEqualConstantIntOrValue(rule.x(2), rule.x(3)))
    return op->emitError("not supported yet: the derivative of a whole orthogonal factor");
  entry.reverse(rule);
  return success();
}

} // namespace astragal::differentiate
