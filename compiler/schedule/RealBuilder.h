//===- RealBuilder.h - formulas on reals, written as formulas ---*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the handles with which the expansions of elementary functions are written. A Real stands
// for an SSA value of type f64 or of a vector of f64, Bits for the i64 of the same shape, Cond for its i1.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_SCHEDULE_REALBUILDER_H
#define ASTRAGAL_COMPILER_SCHEDULE_REALBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace astragal::schedule {

class RealBuilder;

struct Cond {
  mlir::Value value;
  RealBuilder *b;
};
struct Bits {
  mlir::Value value;
  RealBuilder *b;
};
struct Real {
  mlir::Value value;
  RealBuilder *b;
};

/// Builds ops on values of one shape at the insertion point of a builder.
class RealBuilder {
public:
  /// `shape` is f64 or a vector of f64. With `fma`, `mulAdd` is rounded once, otherwise twice. With `scaleb`,
  /// the target has the functions of that name and of exponents.
  RealBuilder(mlir::ImplicitLocOpBuilder &builder, mlir::Type shape, bool fma, bool scaleb)
      : builder(builder), shape(shape), fma(fma), scaleb(scaleb) {}

  Real wrap(mlir::Value value) { return {value, this}; }
  Real constant(double value);
  Bits bitsConstant(uint64_t value);
  /// x·y + z.
  Real mulAdd(Real x, Real y, Real z);
  /// c0 + c1·x + c2·x² + …, as two chains in x²: half the latency of one for a single product more. A long
  /// one as four in x⁴.
  Real polynomial(Real x, llvm::ArrayRef<double> coefficients, bool isLong = false);
  mlir::Type like(mlir::Type element) const;

  mlir::ImplicitLocOpBuilder &builder;
  const mlir::Type shape;
  const bool fma, scaleb;
};

Real operator+(Real x, Real y);
Real operator-(Real x, Real y);
Real operator*(Real x, Real y);
Real operator/(Real x, Real y);
Real operator-(Real x);
Real operator+(Real x, double y);
Real operator-(Real x, double y);
Real operator*(Real x, double y);
Real operator-(double x, Real y);
Real operator/(double x, Real y);
/// |x|.
Real magnitude(Real x);
/// The magnitude of the first with the sign of the second.
Real withSign(Real x, Real sign);
Real truncate(Real x);
/// The nearest integer, for |x| < 2^51.
Real rounded(Real x);
Real squareRoot(Real x);
/// Where the target has them: x·2^k for integers k; the exponent; x over 2^k, in [0.75, 1.5).
Real scaleB(Real x, Real k);
Real logB(Real x);
Real significand(Real x);
Real mulAdd(Real x, Real y, Real z);
Real mulAdd(Real x, double y, Real z);
Real mulAdd(Real x, Real y, double z);
/// x·y, rounded by itself: form-fma must not contract it into a sum. Its low part, or an equal value that a
/// call returned, would no longer match.
Real roundedProduct(Real x, Real y);

/// An unevaluated sum, the second some 2^53 times smaller.
struct Double {
  Real high, low;
};
/// The exact sum, for |x| >= |y| or x = 0.
Double exactSum(Real x, Real y);
/// The exact product.
Double exactProduct(Real x, Real y);

/// Comparisons are ordered: false where an operand is NaN.
Cond operator<(Real x, double y);
Cond operator>(Real x, double y);
Cond operator<=(Real x, double y);
Cond operator>=(Real x, double y);
Cond operator==(Real x, double y);
Cond operator==(Real x, Real y);
Cond operator>(Real x, Real y);
Cond isNaN(Real x);
Cond operator&(Cond x, Cond y);
Cond operator|(Cond x, Cond y);
Cond operator!(Cond x);
Real select(Cond c, Real x, Real y);
Real select(Cond c, double x, Real y);
Real select(Cond c, Real x, double y);
Real select(Cond c, double x, double y);
/// The smaller or larger of the two, NaN where x is.
Real atMost(Real x, double y);
Real atLeast(Real x, double y);

Bits bitsOf(Real x);
Real realOf(Bits x);
Bits operator+(Bits x, Bits y);
Bits operator+(Bits x, uint64_t y);
Bits operator-(Bits x, Bits y);
Bits operator-(uint64_t x, Bits y);
Bits operator&(Bits x, uint64_t y);
Bits operator|(Bits x, uint64_t y);
Bits operator<<(Bits x, unsigned n);
Bits operator>>(Bits x, unsigned n); // zeros come in

} // namespace astragal::schedule

#endif // ASTRAGAL_COMPILER_SCHEDULE_REALBUILDER_H
