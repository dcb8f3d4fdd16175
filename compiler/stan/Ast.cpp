//===- Ast.cpp - spellings of the syntax tree -------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Ast.h"

#include "llvm/ADT/StringSwitch.h"

using namespace astragal::stan;
using llvm::StringRef;

StringRef astragal::stan::originName(Origin origin) {
  switch (origin) {
  case Origin::Functions:
    return "functions";
  case Origin::Data:
    return "data";
  case Origin::TransformedData:
    return "transformed data";
  case Origin::Parameters:
    return "parameters";
  case Origin::TransformedParameters:
    return "transformed parameters";
  case Origin::Model:
    return "model";
  case Origin::GeneratedQuantities:
    return "generated quantities";
  }
  return "";
}

Suffix astragal::stan::suffixOf(StringRef functionName) {
  return llvm::StringSwitch<Suffix>(functionName.substr(functionName.rfind('_') == StringRef::npos
                                                            ? functionName.size()
                                                            : functionName.rfind('_')))
      .Cases({"_lpdf", "_lupdf"}, Suffix::Lpdf)
      .Cases({"_lpmf", "_lupmf"}, Suffix::Lpmf)
      .Case("_lcdf", Suffix::Lcdf)
      .Case("_lccdf", Suffix::Lccdf)
      .Case("_cdf", Suffix::Cdf)
      .Case("_rng", Suffix::Rng)
      .Case("_lp", Suffix::Lp)
      .Case("_jacobian", Suffix::Jacobian)
      .Default(Suffix::None);
}

StringRef astragal::stan::spelling(UnaryOp op) {
  switch (op) {
  case UnaryOp::Plus:
    return "+";
  case UnaryOp::Minus:
    return "-";
  case UnaryOp::Not:
    return "!";
  case UnaryOp::Transpose:
    return "'";
  }
  return "";
}

StringRef astragal::stan::spelling(BinaryOp op) {
  switch (op) {
  case BinaryOp::Or:
    return "||";
  case BinaryOp::And:
    return "&&";
  case BinaryOp::Equal:
    return "==";
  case BinaryOp::NotEqual:
    return "!=";
  case BinaryOp::Less:
    return "<";
  case BinaryOp::LessEqual:
    return "<=";
  case BinaryOp::Greater:
    return ">";
  case BinaryOp::GreaterEqual:
    return ">=";
  case BinaryOp::Add:
    return "+";
  case BinaryOp::Subtract:
    return "-";
  case BinaryOp::Multiply:
    return "*";
  case BinaryOp::Divide:
    return "/";
  case BinaryOp::IntDivide:
    return "%/%";
  case BinaryOp::Modulo:
    return "%";
  case BinaryOp::LeftDivide:
    return "\\";
  case BinaryOp::EltMultiply:
    return ".*";
  case BinaryOp::EltDivide:
    return "./";
  case BinaryOp::Power:
    return "^";
  case BinaryOp::EltPower:
    return ".^";
  }
  return "";
}

StringRef astragal::stan::spelling(AssignOp op) {
  switch (op) {
  case AssignOp::Set:
    return "=";
  case AssignOp::Add:
    return "+=";
  case AssignOp::Subtract:
    return "-=";
  case AssignOp::Multiply:
    return "*=";
  case AssignOp::Divide:
    return "/=";
  case AssignOp::EltMultiply:
    return ".*=";
  case AssignOp::EltDivide:
    return "./=";
  }
  return "";
}

StringRef astragal::stan::spelling(ConstraintKind kind) {
  switch (kind) {
  case ConstraintKind::None:
  case ConstraintKind::Bounds:
  case ConstraintKind::OffsetMultiplier:
    return "";
  case ConstraintKind::Simplex:
    return "simplex";
  case ConstraintKind::UnitVector:
    return "unit_vector";
  case ConstraintKind::Ordered:
    return "ordered";
  case ConstraintKind::PositiveOrdered:
    return "positive_ordered";
  case ConstraintKind::SumToZeroVector:
    return "sum_to_zero_vector";
  case ConstraintKind::SumToZeroMatrix:
    return "sum_to_zero_matrix";
  case ConstraintKind::RowStochasticMatrix:
    return "row_stochastic_matrix";
  case ConstraintKind::ColumnStochasticMatrix:
    return "column_stochastic_matrix";
  case ConstraintKind::CholeskyFactorCorr:
    return "cholesky_factor_corr";
  case ConstraintKind::CholeskyFactorCov:
    return "cholesky_factor_cov";
  case ConstraintKind::CorrMatrix:
    return "corr_matrix";
  case ConstraintKind::CovMatrix:
    return "cov_matrix";
  }
  return "";
}
