//===- Statements.cpp - random statements ---------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <algorithm>

using namespace astragal::fuzz;

std::string Generator::declaration(const Type &type, const std::string &name) const {
  switch (type.kind) {
  case Kind::Int:
    return "int " + name;
  case Kind::Real:
    return "real " + name;
  case Kind::Vector:
    return "vector[" + type.rows.text + "] " + name;
  case Kind::Row:
    return "row_vector[" + type.rows.text + "] " + name;
  case Kind::Matrix:
    return "matrix[" + type.rows.text + ", " + type.columns.text + "] " + name;
  case Kind::Ints:
    return "array[" + type.rows.text + "] int " + name;
  case Kind::Reals:
    return "array[" + type.rows.text + "] real " + name;
  case Kind::Vectors:
    return "array[" + type.rows.text + "] vector[" + type.columns.text + "] " + name;
  }
  return "";
}

void Generator::increment(Statements &into, const Expression &e) {
  if (hasTarget)
    into.push_back({"target += " + e.text + ";"});
}

void Generator::statement(Statements &into, int depth) {
  if (depth <= 0)
    return simpleStatement(into, depth);
  switch (random.below(32)) {
  case 0:
  case 1:
    return declareLocal(into, 3);
  case 2:
  case 3:
    return fillLoop(into, depth);
  case 4:
    return sumLoop(into, depth);
  case 5:
  case 6:
    return recurrence(into, depth);
  case 7:
  case 8:
    return loop(into, depth);
  case 9:
    return branch(into, depth);
  case 10:
    return mixture(into, depth);
  case 11:
    return iterations > 30 ? simpleStatement(into, depth) : hiddenChain(into, depth);
  case 12:
    return iterations > 1 ? simpleStatement(into, depth) : multivariate(into, depth);
  case 13:
  case 14:
    return iterations > 30 ? simpleStatement(into, depth) : linearModel(into, depth);
  case 15:
  case 16:
    return iterations > 5 ? simpleStatement(into, depth) : series(into, depth);
  case 17:
    return iterations > 5 ? simpleStatement(into, depth) : raggedGroups(into, depth);
  case 18:
  case 19:
    return iterations > 5 ? simpleStatement(into, depth) : crossedGroups(into, depth);
  case 20:
    return iterations > 5 ? simpleStatement(into, depth) : categories(into, depth);
  case 21:
    return iterations > 5 ? simpleStatement(into, depth) : vectorRows(into, depth);
  case 22:
  case 23:
    return iterations > 5 ? simpleStatement(into, depth) : families(into, depth);
  case 24:
    return iterations > 5 ? simpleStatement(into, depth) : siblings(into, depth);
  case 25:
    return iterations > 5 ? simpleStatement(into, depth) : responses(into, depth);
  case 26:
    return iterations > 30 ? simpleStatement(into, depth) : leftRight(into, depth);
  case 27:
    return iterations > 30 ? simpleStatement(into, depth) : localArrays(into, depth);
  default:
    return simpleStatement(into, depth);
  }
}

void Generator::simpleStatement(Statements &into, int depth) {
  switch (random.below(6)) {
  case 0:
    return declareLocal(into, 2);
  case 1:
  case 2:
    if (assign(into, 2))
      return;
    [[fallthrough]];
  case 3:
  case 4:
    if (hasTarget)
      return site(into, 2);
    if (!assign(into, 2))
      declareLocal(into, 2);
    return;
  case 5:
    for (const Function &function : functions)
      if (hasTarget && function.shape == Function::Target && random.oneIn(3))
        return into.push_back({function.name + "_lp(" +
                               tamed(container({Kind::Vector, anySize()}, 2), 5).text + ", " +
                               realUpTo(5, 2).text + ");"});
    [[fallthrough]];
  default:
    return hasTarget ? increment(into, real(3)) : declareLocal(into, depth + 2);
  }
}

void Generator::body(Statements &into, int depth) {
  size_t outer = scope.size();
  for (size_t count = 1 + random.below(3); count > 0; --count)
    statement(into, depth - 1);
  if (scope.size() > outer)
    scope.resize(outer);
}

void Generator::declareLocal(Statements &into, int depth) {
  Type type = {Kind::Real};
  if (iterations < 30) {
    Kind kinds[] = {Kind::Real, Kind::Vector, Kind::Vector, Kind::Row, Kind::Matrix};
    type = {kinds[random.below(5)], anySize(), anySize()};
  }
  bool isScalar = type.kind == Kind::Real;
  if (type.kind != Kind::Matrix)
    type.columns = {};
  Expression value = isScalar ? real(depth) : container(type, depth);
  std::string name = newName(isScalar ? "r" : "v");
  into.push_back({declaration(type, name) + " = " + value.text + ";"});
  scope.push_back({name, type, std::max(value.bound, 10.0), Domain::Any, /*isAssignable=*/true});
}

/// Of a few values that it compares, most are small. They depend on a parameter: what data alone rejects is
/// no program.
void Generator::rejectRarely(Statements &into) {
  const Variable *p =
      anyOf(find([](const Variable &v) { return v.type.kind == Kind::Real && v.name[0] == 'p'; }));
  if (!p)
    return;
  std::string parameter = p->name;
  Expression value = realUpTo(4, 2);
  value = {"(" + value.text + " + tanh(" + parameter + "))", value.bound + 1};
  into.push_back(withBody("if (abs(" + value.text + ") > " + decimal(0.95 * value.bound) + ")",
                          {{"reject(\"too large: \", " + value.text + ");"}}));
}

void Generator::branch(Statements &into, int depth) {
  Statements then, otherwise;
  if (hasTarget && random.oneIn(3))
    rejectRarely(random.oneIn(2) ? into : then);
  std::string text = "if (" + condition(2) + ")";
  body(then, depth);
  if (random.oneIn(2))
    body(otherwise, depth);
  into.push_back(random.oneIn(8) ? withBody("", then) : withBody(text, then, otherwise));
}

/// To a whole, an element, a row or column, a slice.
bool Generator::assign(Statements &into, int depth) {
  const Variable *found = anyOf(find([](const Variable &v) { return v.isAssignable; }));
  if (!found)
    return false;
  Variable v = *found;
  const Size &rows = v.type.rows;
  bool isContainer = v.type.kind == Kind::Vector || v.type.kind == Kind::Row || v.type.kind == Kind::Matrix;
  if (v.type.kind == Kind::Real || (isContainer && random.oneIn(4))) {
    auto value = [&](double limit) {
      return isContainer ? tamed(container(v.type, depth), limit) : realUpTo(limit, depth);
    };
    switch (random.below(4)) {
    case 0:
      into.push_back({v.name + random.oneOf({" += ", " -= "}) + value(10 / iterations).text + ";"});
      break;
    case 1:
      into.push_back({v.name + " *= " + real(1, Domain::Unit).text + ";"});
      break;
    default:
      into.push_back({v.name + " = " + value(10).text + ";"});
    }
    return true;
  }
  auto i = indexInto(rows);
  if (!i)
    return false;
  if (v.type.kind == Kind::Vectors) {
    auto j = indexInto(v.type.columns);
    if (j && random.oneIn(2))
      into.push_back({v.name + "[" + *i + ", " + *j + "] = " + realUpTo(10, depth).text + ";"});
    else
      into.push_back({v.name + "[" + *i +
                      "] = " + tamed(container({Kind::Vector, v.type.columns}, depth), 10).text + ";"});
    return true;
  }
  if (v.type.kind == Kind::Matrix) {
    auto j = indexInto(v.type.columns);
    if (!j)
      return false;
    switch (random.below(4)) {
    case 0:
      into.push_back(
          {v.name + "[" + *i + "] = " + tamed(container({Kind::Row, v.type.columns}, depth), 10).text + ";"});
      break;
    case 1:
      into.push_back(
          {v.name + "[ : , " + *j + "] = " + tamed(container({Kind::Vector, rows}, depth), 10).text + ";"});
      break;
    default:
      into.push_back({v.name + "[" + *i + ", " + *j + "] = " + realUpTo(10, depth).text + ";"});
    }
    return true;
  }
  if (v.type.kind == Kind::Vector && rows.value > 1 && random.oneIn(3)) {
    Size less = {rows.text + " - 1", rows.value - 1};
    std::string slice = random.oneIn(2) ? "[2 : ]" : "[ : " + less.text + "]";
    into.push_back({v.name + slice + " = " + tamed(container({Kind::Vector, less}, depth), 10).text + ";"});
    return true;
  }
  bool adds = random.oneIn(4);
  into.push_back({v.name + "[" + *i + "]" +
                  (adds              ? " += "
                   : random.oneIn(6) ? " *= 0.5 * "
                                     : " = ") +
                  realUpTo(adds ? 10 / iterations : 1.5, depth).text + ";"});
  return true;
}
