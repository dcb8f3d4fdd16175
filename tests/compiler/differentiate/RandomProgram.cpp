//===- RandomProgram.cpp - programs to differentiate ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomProgram.h"

#include "Harness.h"

namespace astragal {

/// Later values are likelier, so that results depend on much of the program.
std::string RandomProgram::any(const std::vector<std::string> &of) {
  unsigned count = of.size();
  return of[pick(2) && count > 3 ? count - 1 - pick(3) : pick(count)];
}

void RandomProgram::arithmetic(Scope &scope) {
  static const char *const unary[] = {"math.sin",   "math.cos",    "math.tanh", "tg.logistic", "tg.log1p_exp",
                                      "arith.negf", "tg.logistic", "math.atan", "math.erf"};
  std::string a = scalar(scope), b = scalar(scope), result = fresh();
  switch (pick(5)) {
  case 0:
    line(result + " = arith.addf " + a + ", " + b + " : f64");
    break;
  case 1:
    line(result + " = arith.subf " + a + ", " + b + " : f64");
    break;
  case 2: {
    line(result + " = arith.mulf " + a + ", " + b + " : f64");
    std::string bounded = fresh();
    line(bounded + " = math.tanh " + result + " : f64");
    result = bounded;
    break;
  }
  case 3:
    line(result + " = " + unary[pick(std::size(unary))] + " " + a + " : f64");
    break;
  default: {
    std::string square = fresh(), shifted = fresh(), root = fresh();
    line(square + " = arith.mulf " + b + ", " + b + " : f64");
    line(shifted + " = arith.addf " + square + ", %one : f64");
    line(root + " = math.sqrt " + shifted + " : f64");
    line(result + " = arith.divf " + a + ", " + root + " : f64");
  }
  }
  scope.scalars.push_back(result);
}

void RandomProgram::read(Scope &scope) {
  std::string result = fresh();
  line(result + " = tensor.extract " + any(scope.tensors) + "[" + any(scope.indices) + "] : tensor<6xf64>");
  scope.scalars.push_back(result);
}

void RandomProgram::write(Scope &scope) {
  std::string result = fresh();
  line(result + " = tensor.insert " + scalar(scope) + " into " + any(scope.tensors) + "[" +
       any(scope.indices) + "] : tensor<6xf64>");
  scope.tensors.push_back(result);
}

std::string RandomProgram::condition(Scope &scope) {
  std::string result = fresh();
  if (pick(2)) {
    std::string flag = fresh();
    line(flag + " = tensor.extract %flags[" + any(scope.indices) + "] : tensor<6xi32>");
    line(result + " = arith.cmpi ne, " + flag + ", %zero32 : i32");
  } else {
    line(result + " = arith.cmpf ogt, " + scalar(scope) + ", %third : f64");
  }
  return result;
}

void RandomProgram::branch(Scope &scope) {
  std::string result = fresh(), taken = condition(scope);
  bool tensor = !scope.inPlate && pick(2);
  std::string types = tensor ? "f64, tensor<6xf64>" : "f64";
  line(result + (tensor ? ":2" : "") + " = scf.if " + taken + " -> (" + types + ") {");
  for (bool otherwise : {false, true}) {
    if (otherwise)
      line("} else {");
    Scope inner = scope;
    ++inner.depth;
    statements(inner, 1 + pick(4));
    line("scf.yield " + scalar(inner) + (tensor ? ", " + any(inner.tensors) : "") + " : " + types);
  }
  line("}");
  scope.scalars.push_back(tensor ? result + "#0" : result);
  if (tensor)
    scope.tensors.push_back(result + "#1");
}

void RandomProgram::loop(Scope &scope) {
  std::string result = fresh(), index = fresh(), a = fresh(), b = fresh(), state = fresh(), sum = fresh();
  bool tensor = !scope.inPlate && pick(3);
  std::string types = tensor ? "f64, f64, tensor<6xf64>" : "f64, f64";
  std::string lower = pick(2) ? "%c0" : "%c1", step = pick(4) ? "%c1" : "%c2";
  std::string upper = pick(3) ? "%c5" : any(scope.indices);
  line(result + ":" + (tensor ? "3" : "2") + " = scf.for " + index + " = " + lower + " to " + upper +
       " step " + step + " iter_args(" + a + " = " + scalar(scope) + ", " + b + " = " + scalar(scope) +
       (tensor ? ", " + state + " = " + any(scope.tensors) : "") + ") -> (" + types + ") {");
  Scope inner = scope;
  ++inner.depth;
  inner.scalars.push_back(a);
  inner.indices.push_back(index);
  if (pick(2)) {
    std::string after = fresh();
    line(after + " = arith.addi " + index + ", %c1 : index");
    line("%unused" + after.substr(1) + " = arith.subi " + after + ", %c1 : index");
    if (upper == "%c5")
      inner.indices.push_back(after);
  }
  if (tensor)
    inner.tensors.push_back(state);
  statements(inner, 2 + pick(4));
  line(sum + " = arith.addf " + b + ", " + scalar(inner) + " : f64");
  std::string bounded = fresh();
  line(bounded + " = math.sin " + scalar(inner) + " : f64");
  line("scf.yield " + bounded + ", " + sum + (tensor ? ", " + any(inner.tensors) : "") + " : " + types);
  line("}");
  scope.scalars.push_back(result + "#0");
  scope.scalars.push_back(result + "#1");
  if (tensor)
    scope.tensors.push_back(result + "#2");
}

void RandomProgram::whileLoop(Scope &scope) {
  std::string result = fresh(), x = fresh(), n = fresh(), small = fresh(), large = fresh(), more = fresh();
  line(result + ":2 = scf.while (" + x + " = " + scalar(scope) + ", " + n +
       " = %zero32) : (f64, i32) -> (f64, i32) {");
  line(small + " = arith.cmpi slt, " + n + ", %four32 : i32");
  line(large + " = arith.cmpf olt, " + x + ", %far : f64");
  line(more + " = arith.andi " + small + ", " + large + " : i1");
  line("scf.condition(" + more + ") " + x + ", " + n + " : f64, i32");
  std::string y = fresh(), m = fresh(), count = fresh(), place = fresh(), changed = fresh();
  line("} do {\n^bb0(" + y + ": f64, " + m + ": i32):");
  Scope inner = scope;
  ++inner.depth;
  inner.scalars.push_back(y);
  line(place + " = arith.index_cast " + m + " : i32 to index");
  inner.indices.push_back(place);
  statements(inner, 1 + pick(4));
  line(count + " = arith.addi " + m + ", %one32 : i32");
  line(changed + " = arith.addf " + y + ", " + scalar(inner) + " : f64");
  line("scf.yield " + changed + ", " + count + " : f64, i32\n}");
  scope.scalars.push_back(result + "#0");
}

void RandomProgram::plate(Scope &scope) {
  std::string result = fresh(), row = fresh();
  unsigned kind = pick(4);
  line(result + (kind == 3 ? ":2" : "") + " = tg.plate (" + row + ") in (%c6) {");
  Scope inner = scope;
  ++inner.depth;
  inner.inPlate = true;
  inner.indices.push_back(row);
  statements(inner, 2 + pick(4));
  std::string value = scalar(inner);
  switch (kind) {
  case 0:
    line("tg.yield rows(" + value + " : f64)\n} : tensor<6xf64>");
    break;
  case 1:
    line("tg.yield max(" + value + " : f64)\n} : f64");
    break;
  case 2:
    line("tg.yield sum(" + value + " : f64)\n} : f64");
    break;
  default:
    line("tg.yield sum(" + value + " : f64) rows(" + scalar(inner) + " : f64)\n} : f64, tensor<6xf64>");
  }
  if (kind == 0)
    scope.tensors.push_back(result);
  if (kind == 1 || kind == 2)
    scope.scalars.push_back(result);
  if (kind == 3) {
    scope.scalars.push_back(result + "#0");
    if (!scope.inPlate)
      scope.tensors.push_back(result + "#1");
  }
}

void RandomProgram::statement(Scope &scope) {
  unsigned kind = pick(12);
  if (scope.depth < 3 && kind >= 8) {
    switch (pick(4)) {
    case 0:
      return branch(scope);
    case 1:
      return loop(scope);
    case 2:
      return whileLoop(scope);
    default:
      return plate(scope);
    }
  }
  if (kind >= 6)
    return read(scope);
  if (kind == 5 && !scope.inPlate)
    return write(scope);
  arithmetic(scope);
}

void RandomProgram::statements(Scope &scope, unsigned count) {
  for (unsigned k = 0; k < count; ++k)
    statement(scope);
}

std::string RandomProgram::make() {
  out.str("");
  for (int k = 0; k <= 6; ++k)
    line("%c" + std::to_string(k) + " = arith.constant " + std::to_string(k) + " : index");
  line("%zero32 = arith.constant 0 : i32\n%one32 = arith.constant 1 : i32\n%four32 = arith.constant 4 : i32");
  line("%one = arith.constant 1.0 : f64\n%third = arith.constant 0.333 : f64\n%far = arith.constant 3.0 : "
       "f64");
  Scope scope;
  scope.tensors = {"%y", "%q", "%q"};
  scope.indices = {"%c0", "%c3", "%c5"};
  scope.scalars = {"%one"};
  for (int k = 0; k < 3; ++k)
    read(scope);
  statements(scope, 1 + pick(14));
  std::string total = scope.scalars[0];
  for (size_t k = 1; k < scope.scalars.size(); ++k) {
    std::string sum = fresh();
    line(sum + " = arith.addf " + total + ", " + scope.scalars[k] + " : f64");
    total = sum;
  }
  for (const std::string &tensor : scope.tensors) {
    std::string element = fresh(), sum = fresh();
    line(element + " = tensor.extract " + tensor + "[%c" + std::to_string(pick(6)) + "] : tensor<6xf64>");
    line(sum + " = arith.addf " + total + ", " + element + " : f64");
    total = sum;
  }
  line("return " + total + " : f64");
  return functionOf("%y: tensor<6xf64>, %flags: tensor<6xi32>", 6, out.str());
}

} // namespace astragal
