//===- Loops.cpp - random loops -------------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <algorithm>

using namespace astragal::fuzz;

void Generator::addIndices(const std::string &i, const Size &size, int skipped) {
  indices.push_back({i, size});
  if (skipped)
    indices.push_back({i + " - 1", size});
  for (const Variable &v : scope) // what data choose by it
    if (v.type.kind == Kind::Ints && v.type.rows == size && !v.indexes.empty())
      for (const Size &of : sizes)
        if (of.text == v.indexes)
          indices.push_back({v.name + "[" + i + "]", of});
  if (!random.oneIn(4))
    return;
  const Size &other = anySize();
  switch (random.below(3)) {
  case 0:
    if (other.value > 0)
      indices.push_back({i + " % " + other.text + " + 1", other});
    return;
  case 1:
    return indices.push_back({size.text + " - " + i + " + 1", size});
  default:
    return indices.push_back({"(" + i + " + 1) %/% 2", size});
  }
}

void Generator::forEachIndex(Statements &into, const Size &size, int skipped,
                             const std::function<void(Statements &, std::string)> &write,
                             const std::string &range) {
  std::string i = newName("i");
  size_t outerScope = scope.size(), outerIndices = indices.size();
  double outerIterations = iterations;
  iterations *= std::max(size.value, 1);
  scope.push_back({i, {Kind::Int}, double(std::max(size.value, 1)), Domain::Positive});
  addIndices(i, size, skipped);
  Statements body;
  write(body, i);
  std::string all = std::to_string(1 + skipped) + " : " + size.text;
  into.push_back(withBody("for (" + i + " in " + (range.empty() ? all : range) + ")", body));
  iterations = outerIterations;
  scope.resize(outerScope);
  indices.resize(outerIndices);
}

/// What goes on until it is small enough: rows differ in how often, and some have nothing to do.
void Generator::iterateUntilDone(Statements &into) {
  if (hasTarget && random.oneIn(4))
    return iterateIfPositive(into);
  std::string q = newName("q"), steps = newName("w");
  std::string most = std::to_string(3 + random.below(40));
  std::string enough = random.oneOf({"0.01", "0.2", "1.5"});
  into.push_back({"real " + q + " = " + realUpTo(3, 2).text + ";"});
  size_t outer = scope.size();
  double outerIterations = iterations;
  iterations *= 8;
  std::string factor = random.oneIn(2) ? "0.6" : "(0.2 + 0.6 * " + real(1, Domain::Unit).text + ")";
  std::string next = q + " = " + factor + random.oneOf({" * (", " * tanh(", " * sin("}) + q + ");";
  iterations = outerIterations;
  if (random.oneIn(3)) {
    Statement stop = withBody("if (abs(" + q + ") < " + enough + ")", {{"break;"}});
    Statements body = random.oneIn(2) ? Statements{stop, {next}} : Statements{{next}, stop};
    into.push_back(withBody("for (" + steps + " in 1 : " + most + ")", body));
  } else {
    bool isBounded = random.oneIn(2);
    std::string condition = "abs(" + q + ") > " + enough + (isBounded ? " && " + steps + " < " + most : "");
    Statements body = {{next}, {steps + " += 1;"}};
    into.push_back({"int " + steps + " = 0;"});
    into.push_back(withBody("while (" + condition + ")", body));
    if (random.oneIn(3))
      into.push_back({q + " += 0.1 * " + steps + ";"});
  }
  scope.resize(outer);
  scope.push_back({q, {Kind::Real}, 8});
}

/// What goes on until there is enough, which only a check ahead of it promises.
void Generator::iterateIfPositive(Statements &into) {
  std::string rate = newName("q"), sum = newName("w");
  // Of a parameter, too: what data alone rejects is no program.
  const Variable *p =
      anyOf(find([](const Variable &v) { return v.type.kind == Kind::Real && v.name[0] == 'p'; }));
  if (!p)
    return;
  std::string parameter = p->name;
  into.push_back(
      {"real " + rate + " = 0.3 + " + realUpTo(0.15, 2).text + " + 0.25 * tanh(" + parameter + ");"});
  into.push_back(withBody("if (" + rate + " < 0.02)", {{"reject(\"not positive: \", " + rate + ");"}}));
  into.push_back({"real " + sum + " = 0;"});
  size_t outer = scope.size();
  double outerIterations = iterations;
  iterations *= 100;
  scope.push_back({sum, {Kind::Real}, 3});
  Statements body = {{sum + " += " + rate + ";"}};
  // What the loop around carries may change here, too.
  if (random.oneIn(2))
    assign(body, 1);
  iterations = outerIterations;
  scope.resize(outer);
  into.push_back(withBody("while (" + sum + " < 2)", body));
  scope.push_back({sum, {Kind::Real}, 3});
}

/// A container that a loop fills, an element at a time.
void Generator::fillLoop(Statements &into, int depth) {
  const Size &size = anySize();
  bool isNested = random.oneIn(3);
  Type type = isNested ? Type{Kind::Matrix, size, anySize()}
                       : Type{random.oneIn(5) ? Kind::Reals : Kind::Vector, size};
  std::string name = newName("f");
  into.push_back({declaration(type, name) + ";"});
  double bound = 10;
  forEachIndex(into, size, 0, [&](Statements &inner, const std::string &i) {
    size_t outer = scope.size();
    if (random.oneIn(4))
      iterateUntilDone(inner);
    else if (random.oneIn(3))
      statement(inner, depth - 2);
    if (isNested && random.oneIn(3)) {
      inner.push_back(
          {name + "[" + i + "] = " + tamed(container({Kind::Row, type.columns}, 2), 10).text + ";"});
    } else if (isNested) {
      forEachIndex(inner, type.columns, 0, [&](Statements &innermost, const std::string &j) {
        innermost.push_back({name + "[" + i + ", " + j + "] = " + realUpTo(10, 2).text + ";"});
      });
    } else if (random.oneIn(4)) {
      std::string head = name + "[" + i + "] = ";
      inner.push_back(withBody("if (" + condition(1) + ")", {{head + realUpTo(10, 2).text + ";"}},
                               {{head + realUpTo(10, 2).text + ";"}}));
    } else {
      inner.push_back({name + "[" + i + "] = " + realUpTo(10, 3).text + ";"});
      if (random.oneIn(4))
        inner.push_back({name + "[" + i + "] += " + realUpTo(5, 2).text + ";"});
      bound = 15;
    }
    scope.resize(outer);
  });
  scope.push_back({name, type, bound, Domain::Any, /*isAssignable=*/true});
}

void Generator::sumLoop(Statements &into, int depth) {
  std::string name = newName("s");
  const Size &size = anySize();
  into.push_back({"real " + name + " = " + realUpTo(3, 1).text + ";"});
  std::string count = (hasTarget || iterations > 1) && random.oneIn(4) ? newName("c") : "";
  if (!count.empty())
    into.push_back({"int " + count + " = 0;"});
  forEachIndex(into, size, 0, [&](Statements &inner, const std::string &i) {
    size_t outer = scope.size();
    if (!count.empty())
      inner.push_back(withBody("if (" + condition(1) + ")", {{count + " += 1;"}}));
    if (random.oneIn(5))
      iterateUntilDone(inner);
    else if (random.oneIn(3))
      statement(inner, depth - 2);
    Statement step = {name + random.oneOf({" += ", " += ", " -= "}) + realUpTo(5, 3).text + ";"};
    switch (random.below(6)) {
    case 0:
      inner.push_back(withBody("if (" + condition(1) + ")", {step}));
      break;
    case 1:
      inner.push_back(withBody("if (" + dataCondition() + ")", {{random.oneOf({"continue;", "break;"})}}));
      inner.push_back(step);
      break;
    case 2: {
      auto write = [&](Statements &innermost, const std::string &) {
        innermost.push_back({name + " += " + realUpTo(2, 3).text + ";"});
      };
      if (random.oneIn(2))
        forEachIndex(inner, anySize(), 0, write);
      else // a triangle
        forEachIndex(inner, size, 0, write, random.oneIn(2) ? "1 : " + i : i + " + 1 : " + size.text);
      break;
    }
    default:
      inner.push_back(step);
    }
    scope.resize(outer);
  });
  if (!count.empty())
    scope.push_back({count, {Kind::Int}, double(std::max(size.value, 1))});
  scope.push_back({name, {Kind::Real}, 3 + 40.0 * std::max(size.value, 1), Domain::Any, true});
}

/// Each element from the one before.
void Generator::recurrence(Statements &into, int depth) {
  const Size &size = anySize();
  if (size.value < 2 || random.oneIn(4)) { // or a scalar that is carried
    std::string name = newName("c");
    into.push_back({"real " + name + " = " + realUpTo(2, 2).text + ";"});
    forEachIndex(into, size, 0, [&](Statements &inner, const std::string &) {
      scope.push_back({name, {Kind::Real}, 6});
      inner.push_back({name + " = " + random.oneOf({"0.5 * ", "0.8 * tanh(", "inv_logit("}) + name + ";"});
      std::string &text = inner.back().text;
      if (std::count(text.begin(), text.end(), '(') > 0)
        text.insert(text.size() - 1, " + " + realUpTo(2, 2).text + ")");
      else
        text.insert(text.size() - 1, " + " + realUpTo(2, 2).text);
      if (hasTarget && random.oneIn(2))
        site(inner, 2);
    });
    scope.push_back({name, {Kind::Real}, 6, Domain::Any, true});
    return;
  }
  std::string name = newName("h");
  Type type = {random.oneIn(4) ? Kind::Reals : Kind::Vector, size};
  // Statements of the loop may read any element.
  bool isRead = hasTarget && random.oneIn(2);
  std::string filled = std::string(type.kind == Kind::Reals ? "rep_array(" : "rep_vector(") + real(0).text +
                       ", " + size.text + ")";
  into.push_back({declaration(type, name) + (isRead ? " = " + filled : "") + ";"});
  into.push_back({name + "[1] = " + realUpTo(3, 2).text + ";"});
  std::string beside = random.oneIn(3) ? newName("v") : "";
  if (!beside.empty())
    into.push_back({"vector[" + size.text + "] " + beside + " = rep_vector(" + realUpTo(9, 1).text + ", " +
                    size.text + ");"});
  forEachIndex(into, size, 1, [&](Statements &inner, const std::string &i) {
    std::string last = name + "[" + i + " - 1]", value;
    switch (random.below(4)) {
    case 0:
      value = "0.7 * " + last + " + " + realUpTo(2, 3).text;
      break;
    case 1:
      value = real(1, Domain::Unit).text + " * " + last + " + " + realUpTo(2, 2).text;
      break;
    case 2:
      value = "tanh(" + last + " + " + realUpTo(5, 2).text + ")";
      break;
    default:
      value = "sqrt(0.2 + 0.3 * square(" + last + ") + 0.2 * square(" + realUpTo(3, 2).text + "))";
    }
    Statement store = {name + "[" + i + "] = " + value + ";"};
    if (random.oneIn(4)) {
      Statements other = {{name + "[" + i + "] = " + realUpTo(9, 2).text + ";"}};
      if (!beside.empty())
        other.push_back({beside + "[" + i + "] = " + realUpTo(9, 2).text + ";"});
      inner.push_back(withBody("if (" + condition(1) + ")", {store}, other));
    } else {
      inner.push_back(store);
    }
    if (isRead) {
      scope.push_back({name, type, 40});
      statement(inner, depth - 2);
    }
    if (hasTarget && random.oneIn(6))
      iterateIfPositive(inner);
  });
  scope.push_back({name, type, 9, Domain::Any, true});
  if (!beside.empty())
    scope.push_back({beside, {Kind::Vector, size}, 9, Domain::Any, true});
}

/// A while loop that counts, up or down, by ones or more, and may end early.
void Generator::countedWhile(Statements &into, int depth) {
  const Size &size = anySize();
  std::string w = newName("w");
  size_t outerScope = scope.size(), outerIndices = indices.size();
  double outerIterations = iterations;
  iterations *= std::max(size.value, 1);
  scope.push_back({w, {Kind::Int}, double(std::max(size.value, 1)), Domain::Positive});
  addIndices(w, size, 0);
  Statements inner;
  body(inner, depth - 1);
  if (random.oneIn(3))
    inner.push_back(withBody("if (" + condition(1) + ")", {{"break;"}}));
  iterations = outerIterations;
  scope.resize(outerScope);
  indices.resize(outerIndices);
  bool isUp = !random.oneIn(3);
  inner.push_back({w + (isUp ? " += " : " -= ") + random.oneOf({"1;", "1;", "2;"})});
  std::string condition = isUp ? w + " <= " + size.text : w + " > 0";
  into.push_back(withBody("", {{"int " + w + " = " + (isUp ? "1" : size.text) + ";"},
                               withBody("while (" + condition + ")", inner)}));
}

void Generator::loop(Statements &into, int depth) {
  size_t outer = scope.size();
  const Size &size = anySize();
  switch (random.below(9)) {
  case 8:
    return countedWhile(into, depth);
  case 0: { // foreach
    const Variable *v = anyOf(find([&](const Variable &v) {
      return (v.type.kind == Kind::Vector || v.type.kind == Kind::Reals || v.type.kind == Kind::Row) &&
             v.indexes.empty();
    }));
    if (v) {
      std::string e = newName("e"), text = "for (" + e + " in " + v->name + ")";
      Statements inner;
      double outerIterations = iterations;
      iterations *= std::max(v->type.rows.value, 1);
      scope.push_back({e, {Kind::Real}, v->bound, v->domain});
      body(inner, depth - 1);
      iterations = outerIterations;
      into.push_back(withBody(text, inner));
      scope.resize(outer);
      return;
    }
    break;
  }
  case 1: { // while
    std::string w = newName("w");
    Statements inner = {{w + " += 1;"}};
    scope.push_back({w, {Kind::Int}, 5, Domain::Positive});
    double outerIterations = iterations;
    iterations *= 4;
    body(inner, depth - 1);
    if (random.oneIn(3))
      inner.push_back(withBody("if (" + condition(1) + ")", {{random.oneOf({"break;", "continue;"})}}));
    iterations = outerIterations;
    Statement whole = withBody("while (" + w + " < " + std::to_string(1 + random.below(4)) + ")", inner);
    into.push_back(withBody("", {{"int " + w + " = 0;"}, whole}));
    scope.resize(outer);
    return;
  }
  default:
    break;
  }
  forEachIndex(into, size, size.value > 1 && random.oneIn(4),
               [&](Statements &inner, const std::string &) { body(inner, depth); });
}
