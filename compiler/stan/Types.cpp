//===- Types.cpp - the types of Stan expressions ----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Types.h"

#include <algorithm>

using namespace astragal::stan;

bool Type::isDiscrete() const {
  if (theBase == BaseType::Tuple)
    return std::all_of(slots().begin(), slots().end(), [](const Type &slot) { return slot.isDiscrete(); });
  return theBase == BaseType::Int;
}

bool Type::containsInt() const {
  if (theBase == BaseType::Tuple)
    return std::any_of(slots().begin(), slots().end(), [](const Type &slot) { return slot.containsInt(); });
  return theBase == BaseType::Int;
}

bool Type::operator==(const Type &other) const {
  return theBase == other.theBase && theRank == other.theRank && slots() == other.slots();
}

static const char *spelling(BaseType base) {
  switch (base) {
  case BaseType::Error:
    return "<error>";
  case BaseType::Void:
    return "void";
  case BaseType::Int:
    return "int";
  case BaseType::Real:
    return "real";
  case BaseType::Complex:
    return "complex";
  case BaseType::Vector:
    return "vector";
  case BaseType::RowVector:
    return "row_vector";
  case BaseType::Matrix:
    return "matrix";
  case BaseType::ComplexVector:
    return "complex_vector";
  case BaseType::ComplexRowVector:
    return "complex_row_vector";
  case BaseType::ComplexMatrix:
    return "complex_matrix";
  case BaseType::Tuple:
    return "tuple";
  case BaseType::Function:
    return "function";
  case BaseType::String:
    return "string";
  }
  return "";
}

std::string Type::str() const {
  std::string result;
  if (theRank)
    result = "array[" + std::string(theRank - 1, ',') + "] ";
  result += spelling(theBase);
  if (theBase != BaseType::Tuple)
    return result;
  result += '(';
  for (size_t i = 0; i < slotCount; ++i)
    result += (i ? ", " : "") + theSlots[i].str();
  return result + ')';
}

llvm::raw_ostream &astragal::stan::operator<<(llvm::raw_ostream &os, const Type &type) {
  return os << type.str();
}

bool astragal::stan::isPromotable(Type from, Type to) {
  if (from.isError() || to.isError())
    return true;
  if (from.rank() != to.rank())
    return false;
  if (from.base() == to.base() && from.base() != BaseType::Tuple)
    return true;
  switch (to.base()) {
  case BaseType::Real:
    return from.base() == BaseType::Int;
  case BaseType::Complex:
    return from.base() == BaseType::Int || from.base() == BaseType::Real;
  case BaseType::ComplexVector:
    return from.base() == BaseType::Vector;
  case BaseType::ComplexRowVector:
    return from.base() == BaseType::RowVector;
  case BaseType::ComplexMatrix:
    return from.base() == BaseType::Matrix;
  case BaseType::Tuple:
    return from.base() == BaseType::Tuple && std::equal(from.slots().begin(), from.slots().end(),
                                                        to.slots().begin(), to.slots().end(), isPromotable);
  default:
    return false;
  }
}

unsigned astragal::stan::promotionCost(Type from, Type to) {
  if (from.base() == BaseType::Tuple && to.base() == BaseType::Tuple) {
    unsigned cost = 0;
    for (size_t i = 0; i < from.slots().size() && i < to.slots().size(); ++i)
      cost += promotionCost(from.slots()[i], to.slots()[i]);
    return cost;
  }
  if (from.base() == to.base())
    return 0;
  return from.base() == BaseType::Int && to.base() == BaseType::Complex ? 2 : 1;
}

BaseType astragal::stan::realBase(BaseType base) { return base == BaseType::Int ? BaseType::Real : base; }

BaseType astragal::stan::complexBase(BaseType base) {
  switch (base) {
  case BaseType::Int:
  case BaseType::Real:
    return BaseType::Complex;
  case BaseType::Vector:
    return BaseType::ComplexVector;
  case BaseType::RowVector:
    return BaseType::ComplexRowVector;
  case BaseType::Matrix:
    return BaseType::ComplexMatrix;
  default:
    return base;
  }
}

BaseType astragal::stan::partBase(BaseType base) {
  switch (base) {
  case BaseType::Complex:
    return BaseType::Real;
  case BaseType::ComplexVector:
    return BaseType::Vector;
  case BaseType::ComplexRowVector:
    return BaseType::RowVector;
  case BaseType::ComplexMatrix:
    return BaseType::Matrix;
  default:
    return base;
  }
}
