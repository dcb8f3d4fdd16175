//===- Types.h - the types of Stan expressions ------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines unsized types: what the type checker computes with. Sizes and constraints belong to
// declarations (TypeSpec in Ast.h), not to types.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_TYPES_H
#define ASTRAGAL_COMPILER_STAN_TYPES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <string>

namespace astragal::stan {

enum class BaseType : uint8_t {
  Error, // the type of an expression that was already diagnosed: fits everywhere
  Void,
  Int,
  Real,
  Complex,
  Vector,
  RowVector,
  Matrix,
  ComplexVector,
  ComplexRowVector,
  ComplexMatrix,
  Tuple,
  Function, // only the name of a user function passed to a higher-order function
  String,   // only the items of print, reject and fatal_error, and profile names
};

/// A base type under `rank` array dimensions. A value of two words; the slots of a tuple live in the arena of
/// the program.
class Type {
public:
  constexpr Type() = default;
  constexpr Type(BaseType base, unsigned rank = 0) : theBase(base), theRank(rank) {}
  Type(llvm::ArrayRef<Type> slots, unsigned rank = 0)
      : theSlots(slots.data()), slotCount(slots.size()), theBase(BaseType::Tuple), theRank(rank) {}

  BaseType base() const { return theBase; }
  unsigned rank() const { return theRank; }
  llvm::ArrayRef<Type> slots() const { return {theSlots, slotCount}; }

  /// The element of the outermost array, and the array of this.
  Type element() const { return withRank(theRank - 1); }
  Type withRank(unsigned rank) const {
    Type type = *this;
    type.theRank = rank;
    return type;
  }
  Type arrayOf(unsigned more = 1) const { return withRank(theRank + more); }

  bool is(BaseType base) const { return theBase == base && theRank == 0; }
  bool isError() const { return theBase == BaseType::Error; }
  bool isVoid() const { return is(BaseType::Void); }
  bool isInt() const { return is(BaseType::Int); }
  bool isReal() const { return is(BaseType::Real); }
  bool isComplex() const { return is(BaseType::Complex); }
  bool isArray() const { return theRank != 0; }
  bool isTuple() const { return is(BaseType::Tuple); }
  bool isScalar() const { return theRank == 0 && isScalarBase(); }
  bool isPrimitive() const { return isInt() || isReal(); }
  /// int, real or complex under any number of array dimensions.
  bool isScalarBase() const {
    return theBase == BaseType::Int || theBase == BaseType::Real || theBase == BaseType::Complex;
  }
  bool isVector() const { return is(BaseType::Vector); }
  bool isRowVector() const { return is(BaseType::RowVector); }
  bool isMatrix() const { return is(BaseType::Matrix); }
  /// vector, row_vector, matrix or their complex forms; no arrays.
  bool isLinear() const {
    return theRank == 0 && theBase >= BaseType::Vector && theBase <= BaseType::ComplexMatrix;
  }
  bool isComplexBase() const {
    return theBase == BaseType::Complex ||
           (theBase >= BaseType::ComplexVector && theBase <= BaseType::ComplexMatrix);
  }
  /// True if every scalar inside is an int: such values are never differentiated.
  bool isDiscrete() const;
  /// True if any scalar inside is an int.
  bool containsInt() const;

  /// How many plain indices reach a scalar: array dimensions, then 1 for a vector, 2 for a matrix.
  unsigned indexDepth() const {
    switch (theBase) {
    case BaseType::Vector:
    case BaseType::RowVector:
    case BaseType::ComplexVector:
    case BaseType::ComplexRowVector:
      return theRank + 1;
    case BaseType::Matrix:
    case BaseType::ComplexMatrix:
      return theRank + 2;
    default:
      return theRank;
    }
  }

  bool operator==(const Type &other) const;

  /// As an error message shows it: `array[,] vector`.
  std::string str() const;

private:
  const Type *theSlots = nullptr;
  uint32_t slotCount = 0;
  BaseType theBase = BaseType::Error;
  uint16_t theRank = 0;
};

llvm::raw_ostream &operator<<(llvm::raw_ostream &os, const Type &type);

/// True if a value of type `from` may stand where `to` is expected: equal, or int to real to complex in any
/// container and slot.
bool isPromotable(Type from, Type to);

/// How many promotions that takes, counted per kind of scalar: what overload resolution minimises. Only for
/// promotable types.
unsigned promotionCost(Type from, Type to);

/// real for int, complex for real and so on: the base of the same shape with larger scalars.
BaseType realBase(BaseType base);
BaseType complexBase(BaseType base);
/// The parts of a complex type: vector for complex_vector; any other base stays.
BaseType partBase(BaseType base);

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_TYPES_H
