//===- Generator.cpp - random models that are right -----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <algorithm>
#include <cstdio>

using namespace astragal::fuzz;

/// As JSON: without the parentheses.
static std::string plain(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

static std::string listOf(int count, const std::function<std::string()> &element) {
  std::string list = "[";
  for (int k = 0; k < count; ++k)
    list += (k ? ", " : "") + element();
  return list + "]";
}

std::string Generator::values(const Type &type, const std::function<std::string()> &draw) {
  switch (type.kind) {
  case Kind::Int:
  case Kind::Real:
    return draw();
  case Kind::Matrix:
  case Kind::Vectors:
    return listOf(type.rows.value, [&] { return listOf(type.columns.value, draw); });
  default:
    return listOf(type.rows.value, draw);
  }
}

void Generator::declareData(const std::string &type, Variable variable,
                            const std::function<std::string()> &draw) {
  written.blocks[Program::Data].statements.push_back({type + variable.name + ";"});
  written.data[variable.name] = values(variable.type, draw);
  scope.push_back(std::move(variable));
}

/// Rows that follow each other belong together; some groups have none.
void Generator::declareGroups(int rows, int groups) {
  starts = newName("d");
  lengths = newName("d");
  std::string firsts, counts;
  for (int group = 0, first = 1; group < groups; ++group) {
    int left = rows - first + 1, count = group + 1 == groups ? left : int(random.below(size_t(left) + 1));
    firsts += (group ? ", " : "") + std::to_string(first);
    counts += (group ? ", " : "") + std::to_string(count);
    first += count;
  }
  written.data[starts] = "[" + firsts + "]";
  written.data[lengths] = "[" + counts + "]";
  for (const std::string &name : {starts, lengths})
    written.blocks[Program::Data].statements.push_back({"array[J] int<lower=0> " + name + ";"});
}

void Generator::makeData() {
  // Around the numbers of lanes, and rarely nothing.
  auto draw = [&](const char *name, std::initializer_list<int> among) {
    Size size = {name, among.begin()[random.below(among.size())]};
    written.blocks[Program::Data].statements.push_back({std::string("int<lower=0> ") + name + ";"});
    written.data[name] = std::to_string(size.value);
    sizes.push_back(size);
    scope.push_back(
        {name, {Kind::Int}, double(std::max(size.value, 1)), size.value ? Domain::Positive : Domain::Any});
    return size;
  };
  bool mayBeEmpty = random.oneIn(12);
  Size n = draw("N", {1, 3, 5, 7, 8, 9, 12, 16, 17, 20}), k = draw("K", {1, 2, 2, 3, 4}),
       j = draw("J", {1, 2, 3, 5});
  if (mayBeEmpty) {
    Size &empty = sizes[random.below(3)];
    empty.value = 0;
    written.data[empty.text] = "0";
    for (Variable &v : scope)
      if (v.name == empty.text)
        v.domain = Domain::Any;
    n = sizes[0], k = sizes[1], j = sizes[2];
  }
  if (random.oneIn(3))
    sizes.push_back({"3", 3});
  bool repeats = random.oneIn(3); // few values
  auto number = [&](double low, double high) {
    return [this, low, high, repeats] {
      double x = random.uniform(low, high);
      return plain(repeats ? double(int(x * 2)) / 2 + (low > 0 ? 0.05 : 0) : x);
    };
  };
  auto below = [&](int low, int count) {
    return [this, low, count] { return std::to_string(low + int(random.below(size_t(count)))); };
  };
  auto some = [&] { return !random.oneIn(3); };
  declareData("vector[N] ", {newName("d"), {Kind::Vector, n}, 2}, number(-2, 2));
  if (some())
    declareData("vector[N] ", {newName("d"), {Kind::Vector, n}, 2}, number(-2, 2));
  if (some())
    declareData("matrix[N, K] ", {newName("d"), {Kind::Matrix, n, k}, 2}, number(-2, 2));
  if (some() && j.value)
    declareData("array[N] int<lower=1, upper=J> ",
                {newName("d"), {Kind::Ints, n}, 5, Domain::Positive, false, "J"}, below(1, j.value));
  if (some() && k.value)
    declareData("array[N] int<lower=1, upper=K> ",
                {newName("d"), {Kind::Ints, n}, 5, Domain::Positive, false, "K"}, below(1, k.value));
  if (random.oneIn(2) && j.value)
    declareGroups(n.value, j.value);
  if (some() && n.value)
    declareData("array[J] int<lower=1, upper=N> ",
                {newName("d"), {Kind::Ints, j}, 20, Domain::Positive, false, "N"}, below(1, n.value));
  if (some())
    declareData("array[N] int<lower=0> ", {newName("d"), {Kind::Ints, n}, 6}, below(0, 6));
  if (some())
    declareData("array[N] int<lower=0, upper=1> ", {newName("d"), {Kind::Ints, n}, 1, Domain::Unit},
                below(0, 2));
  if (some())
    declareData("vector<lower=0>[N] ", {newName("d"), {Kind::Vector, n}, 3, Domain::Positive},
                number(0.1, 3));
  if (some())
    declareData("array[J] vector[K] ", {newName("d"), {Kind::Vectors, j, k}, 2}, number(-2, 2));
  if (some())
    declareData("matrix[J, K] ", {newName("d"), {Kind::Matrix, j, k}, 2}, number(-2, 2));
  if (some())
    declareData("array[J] real ", {newName("d"), {Kind::Reals, j}, 2}, number(-2, 2));
  if (some())
    declareData("row_vector[K] ", {newName("d"), {Kind::Row, k}, 2}, number(-2, 2));
  if (some())
    declareData("real ", {newName("d"), {Kind::Real}, 2}, number(-2, 2));
  if (some())
    declareData("int<lower=0> ", {newName("d"), {Kind::Int}, 3}, below(0, 3));
}

void Generator::makeParameters() {
  const Size n = sizes[0], k = sizes[1], j = sizes[2];
  auto add = [&](const std::string &type, Variable v) {
    written.blocks[Program::Parameters].statements.push_back({type + " " + v.name + ";"});
    scope.push_back(std::move(v));
  };
  auto name = [&] { return newName("p"); };
  add("real", {name(), {Kind::Real}, 2});
  if (random.oneIn(2))
    add("real<lower=0>", {name(), {Kind::Real}, 8, Domain::Positive});
  for (size_t count = 1 + random.below(5); count > 0; --count)
    switch (random.below(24)) {
    case 18:
      if (k.value)
        add("matrix[K, K]", {name(), {Kind::Matrix, k, k}, 2});
      break;
    case 19:
      if (k.value) {
        Variable v = {name(), {Kind::Matrix, k, k}, 20};
        v.isPositiveDefinite = true;
        add("cov_matrix[K]", v);
      }
      break;
    case 20:
      if (k.value > 1)
        add("unit_vector[K]", {name(), {Kind::Vector, k}, 1});
      break;
    case 21:
      if (k.value > 1)
        add("array[J] simplex[K]", {name(), {Kind::Vectors, j, k}, 1, Domain::Unit});
      break;
    case 22:
      add("array[J] ordered[K]", {name(), {Kind::Vectors, j, k}, 30});
      break;
    case 23:
      if (const Variable *d = anyOf(find([&](const Variable &v) { return v.type == Type{Kind::Vector, n}; })))
        if (n.value <= 9)
          add("vector<lower=" + std::string(d->name) + ">[N]", {name(), {Kind::Vector, n}, 10});
      break;
    case 0:
      add("real<lower=0, upper=1>", {name(), {Kind::Real}, 1, Domain::Unit});
      break;
    case 1:
      add("vector[K]", {name(), {Kind::Vector, k}, 2});
      break;
    case 2:
      add("vector[J]", {name(), {Kind::Vector, j}, 2});
      break;
    case 3:
      add("vector<lower=0>[K]", {name(), {Kind::Vector, k}, 8, Domain::Positive});
      break;
    case 4:
      add("vector<lower=0, upper=1>[J]", {name(), {Kind::Vector, j}, 1, Domain::Unit});
      break;
    case 5:
      add("matrix[J, K]", {name(), {Kind::Matrix, j, k}, 2});
      break;
    case 6:
      add("array[J] real", {name(), {Kind::Reals, j}, 2});
      break;
    case 7:
      add("array[J] vector[K]", {name(), {Kind::Vectors, j, k}, 2});
      break;
    case 8:
      add("row_vector[K]", {name(), {Kind::Row, k}, 2});
      break;
    case 9:
      if (k.value)
        add("simplex[K]", {name(), {Kind::Vector, k}, 1, k.value > 1 ? Domain::Unit : Domain::Any});
      break;
    case 10:
      add("ordered[K]", {name(), {Kind::Vector, k}, 30});
      break;
    case 11:
      add("positive_ordered[J]", {name(), {Kind::Vector, j}, 40, Domain::Positive});
      break;
    case 12: {
      Size of = k.value ? k : Size{"2", 2};
      Variable v = {name(), {Kind::Matrix, of, of}, 1};
      v.isFactor = true;
      add("cholesky_factor_corr[" + of.text + "]", v);
      break;
    }
    case 13:
      if (k.value) {
        Variable v = {name(), {Kind::Matrix, k, k}, 1};
        v.isPositiveDefinite = true;
        add("corr_matrix[K]", v);
      }
      break;
    case 14:
      if (n.value <= 12)
        add("vector[N]", {name(), {Kind::Vector, n}, 2});
      break;
    case 15:
      add("vector<offset=0.5, multiplier=1.5>[J]", {name(), {Kind::Vector, j}, 4});
      break;
    case 16:
      add("real<lower=-1, upper=2>", {name(), {Kind::Real}, 2});
      break;
    default:
      add("real<lower=0>", {name(), {Kind::Real}, 8, Domain::Positive});
    }
}

/// Each of a few shapes, with something in it.
void Generator::makeFunctions() {
  inFunction = true;
  for (size_t count = random.below(4); count > 0; --count) {
    Function function = {newName("f"), Function::Scalar};
    std::string signature;
    Statement definition = {"", true};
    scope = {{"x", {Kind::Real}, 5}, {"y", {Kind::Real}, 5}};
    indices.clear();
    sizes = {{"2", 2}};
    auto local = [&] {
      if (random.oneIn(2))
        statement(definition.body, 1 + int(random.below(2)));
    };
    auto returnEarly = [&](const std::string &value) {
      return withBody("if (" + condition(2) + ")", {{"return " + value + ";"}});
    };
    switch (random.below(6)) {
    case 0:
      signature = "real " + function.name + "(real x, real y)";
      local();
      if (random.oneIn(3))
        definition.body.push_back(returnEarly(realUpTo(20, 2).text));
      if (random.oneIn(4)) {
        Statement choice = returnEarly(realUpTo(20, 2).text);
        choice.otherwise = {returnEarly(realUpTo(20, 2).text)};
        definition.body.push_back(choice);
      }
      if (random.oneIn(4))
        forEachIndex(definition.body, {"3", 3}, 0, [&](Statements &inner, const std::string &i) {
          inner.push_back({"real s" + i + " = tanh(y + x * " + i + ");"});
          inner.push_back(withBody("if (s" + i + " > " + decimal(random.uniform(0, 1)) + ")",
                                   {{"return s" + i + " + " + realUpTo(20, 2).text + ";"}}));
        });
      definition.body.push_back({"return " + realUpTo(20, 3).text + ";"});
      break;
    case 1: {
      function.shape = Function::Reduction;
      signature = "real " + function.name + "(vector x, real y)";
      Size size = {"rows(x)", 1};
      sizes.push_back(size);
      scope[0] = {"x", {Kind::Vector, size}, 5};
      definition.body.push_back({"real s = 0;"});
      forEachIndex(definition.body, size, 0, [&](Statements &inner, const std::string &) {
        if (random.oneIn(4))
          inner.push_back(
              {"if (" + condition(2) + ")", true, {{random.oneOf({"continue;", "break;", "return s;"})}}});
        inner.push_back({"s += " + realUpTo(2, 3).text + ";"});
      });
      definition.body.push_back({"return s;"});
      break;
    }
    case 2: {
      function.shape = Function::Elementwise;
      signature = "vector " + function.name + "(vector x, real y)";
      Size size = {"rows(x)", 1};
      sizes.push_back(size);
      scope[0] = {"x", {Kind::Vector, size}, 5};
      local();
      if (random.oneIn(3))
        definition.body.push_back(returnEarly(tamed(container({Kind::Vector, size}, 2), 40).text));
      definition.body.push_back({"return " + tamed(container({Kind::Vector, size}, 3), 40).text + ";"});
      break;
    }
    case 3: {
      function.shape = Function::Recursive;
      signature = "real " + function.name + "(vector x, int n)";
      scope[0] = {"x[n]", {Kind::Real}, 5};
      scope[1] = {"n", {Kind::Int}, 4, Domain::Positive};
      std::string next = function.name + "(x, n - 1)";
      definition.body.push_back(withBody("if (n <= 1)", {{"return " + realUpTo(5, 2).text + ";"}}));
      if (random.oneIn(3))
        definition.body.push_back(returnEarly("0.4 * " + next));
      definition.body.push_back({"return 0.5 * tanh(" + next + ") + " + realUpTo(5, 2).text + ";"});
      break;
    }
    case 4: {
      function.shape = Function::Target;
      signature = "void " + function.name + "_lp(vector x, real y)";
      Size size = {"rows(x)", 1};
      sizes.push_back(size);
      scope[0] = {"x", {Kind::Vector, size}, 5};
      hasTarget = true;
      if (random.oneIn(3))
        definition.body.push_back(withBody("if (" + condition(1) + ")", {{"return;"}}));
      definition.body.push_back({"x ~ normal(y, 1.3);"});
      local();
      definition.body.push_back({"target += " + realUpTo(20, 2).text + ";"});
      hasTarget = false;
      break;
    }
    default:
      function.shape = Function::Density;
      signature = "real " + function.name + "_lpdf(real x, real y, real z)";
      scope.push_back({"z", {Kind::Real}, 5, Domain::Positive});
      local();
      definition.body.push_back(
          {"return " +
           std::string(random.oneIn(2) ? "normal_lpdf(x | y, z + 0.3)"
                                       : "-0.5 * square((x - y) / (z + 0.3)) - log(z + 0.3)") +
           " + " + realUpTo(20, 2).text + ";"});
    }
    definition.text = signature;
    written.blocks[Program::Functions].statements.push_back(definition);
    functions.push_back(function);
  }
  inFunction = false;
  scope.clear();
  sizes.clear();
  indices.clear();
}

Program Generator::program() {
  makeFunctions();
  makeData();
  auto &blocks = written.blocks;
  for (size_t count = random.below(3); count > 0; --count)
    statement(blocks[Program::TransformedData].statements, 2);
  for (Variable &v : scope)
    v.isAssignable = false;
  makeParameters();
  for (size_t count = random.below(4); count > 0; --count)
    statement(blocks[Program::TransformedParameters].statements, 2);
  for (Variable &v : scope)
    v.isAssignable = false;
  size_t visible = scope.size();
  hasTarget = true;
  for (size_t count = 3 + random.below(6); count > 0; --count)
    statement(blocks[Program::Model].statements, 3);
  hasTarget = false;
  scope.resize(visible);
  for (size_t count = random.below(3); count > 0; --count)
    statement(blocks[Program::GeneratedQuantities].statements, 2);
  return written;
}
