//===- Expressions.cpp - random numbers written down ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace astragal::fuzz;

/// Nothing in an expression gets larger.
static constexpr double largest = 40;

std::string astragal::fuzz::decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 0 ? "(%.2f)" : "%.2f", value);
  return text;
}

std::vector<const Variable *> Generator::find(const std::function<bool(const Variable &)> &isRight) const {
  std::vector<const Variable *> found;
  for (const Variable &variable : scope)
    if (isRight(variable))
      found.push_back(&variable);
  return found;
}

Expression Generator::number(Domain domain) {
  double low = domain == Domain::Any ? -2 : 0.1, high = domain == Domain::Unit ? 0.9 : 2;
  return {decimal(random.uniform(low, high)), 2};
}

Expression Generator::tamed(Expression e, double limit) {
  if (e.bound <= limit)
    return e;
  if (limit >= 1 && random.oneIn(2))
    return {"tanh(" + e.text + ")", 1};
  return {"(" + e.text + " / " + decimal(std::ceil(e.bound / limit)) + ")", limit};
}

std::optional<std::string> Generator::indexInto(const Size &size) {
  std::vector<std::string> found;
  for (const Index &index : indices)
    if (index.size == size)
      found.push_back(index.text);
  // A constant now and then, and where there is nothing else.
  if (size.value > 0 && (found.empty() || random.oneIn(8)))
    return std::to_string(1 + random.below(std::min(size.value, 4)));
  if (found.empty())
    return std::nullopt;
  return found[random.below(found.size())];
}

std::optional<Expression> Generator::access(Domain domain) {
  std::vector<const Variable *> found = find([&](const Variable &v) {
    bool isCount = v.type.kind == Kind::Ints; // 0 may be among them, and 1
    bool fits =
        domain == Domain::Any ||
        (!isCount && (v.domain == domain || (domain == Domain::Positive && v.domain == Domain::Unit)));
    return fits && v.indexes.empty();
  });
  // Rather what came later, parameters and locals, than data; counts are the least interesting.
  const Variable *v = anyOf(found), *other = anyOf(found);
  if (v && (v->type.kind == Kind::Int || random.oneIn(2)))
    v = std::max(v, other);
  if (!v)
    return std::nullopt;
  switch (v->type.kind) {
  case Kind::Int:
  case Kind::Real:
    return Expression{v->name, v->bound};
  case Kind::Ints:
  case Kind::Reals:
  case Kind::Vector:
  case Kind::Row:
    if (auto i = indexInto(v->type.rows))
      return Expression{v->name + "[" + *i + "]", v->bound};
    return std::nullopt;
  case Kind::Matrix:
  case Kind::Vectors: {
    auto i = indexInto(v->type.rows), j = indexInto(v->type.columns);
    if (!i || !j)
      return std::nullopt;
    return Expression{v->name + "[" + *i + (random.oneIn(4) ? "][" : ", ") + *j + "]", v->bound};
  }
  }
  return std::nullopt;
}

std::string Generator::dataCondition() {
  const Variable *v =
      anyOf(find([](const Variable &v) { return v.type.kind == Kind::Int || v.type.kind == Kind::Ints; }));
  std::optional<std::string> i;
  if (v && v->type.kind == Kind::Ints && !(i = indexInto(v->type.rows)))
    v = nullptr;
  if (!v)
    return random.oneIn(2) ? "1" : "0";
  std::string text = i ? v->name + "[" + *i + "]" : v->name;
  switch (random.below(4)) {
  case 0:
    return text + " % 2 == 0";
  case 1:
    return text + " > " + std::to_string(random.below(5));
  default:
    return text + random.oneOf({" == ", " <= ", " != "}) + std::to_string(random.below(3));
  }
}

std::string Generator::condition(int depth) {
  // Numbers are compared with such that are not among the values of data.
  std::string onValues = real(depth).text + random.oneOf({" > ", " < "}) +
                         decimal(random.uniform(-1, 1)).insert(0, "(0.0017 + ") + ")";
  switch (random.below(6)) {
  case 0:
  case 1:
    return onValues;
  case 2:
    return onValues + random.oneOf({" && ", " || "}) + dataCondition();
  default:
    return dataCondition();
  }
}

Expression Generator::real(int depth, Domain domain) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    std::optional<Expression> found;
    if (depth <= 0 || random.oneIn(4))
      found = random.oneIn(6) ? number(domain) : access(domain);
    else if (domain == Domain::Positive)
      found = positive(depth - 1);
    else if (domain == Domain::Unit)
      found = unit(depth - 1);
    else
      found = random.oneIn(3) ? reduction(depth - 1) : compound(depth - 1);
    if (found)
      return domain == Domain::Any ? tamed(*found, largest) : *found;
  }
  return number(domain);
}

std::optional<Expression> Generator::positive(int depth) {
  switch (random.below(9)) {
  case 0:
    return Expression{"exp(" + realUpTo(2, depth).text + ")", 8};
  case 1:
    return Expression{"(0.3 + square(" + realUpTo(4, depth).text + "))", 17};
  case 2:
    return Expression{"(log1p_exp(" + realUpTo(4, depth).text + "))", 5};
  case 3:
    return Expression{"sqrt(1 + square(" + realUpTo(5, depth).text + "))", 6};
  case 4:
    return access(Domain::Positive);
  case 5: {
    Expression a = real(depth, Domain::Positive), b = real(depth, Domain::Positive);
    return a.bound + b.bound > largest
               ? std::nullopt
               : std::optional(Expression{"(" + a.text + " + " + b.text + ")", a.bound + b.bound});
  }
  case 6:
    return Expression{"(0.1 + " + real(depth, Domain::Unit).text + ")", 1.1};
  case 7:
    return Expression{"(1.5 + " + real(depth, Domain::Unit).text + " * tanh(" + real(depth).text + "))", 2.5};
  default:
    return Expression{
        "log_sum_exp(" + real(depth, Domain::Positive).text + ", " + realUpTo(3, depth).text + ")", largest};
  }
}

std::optional<Expression> Generator::unit(int depth) {
  switch (random.below(4)) {
  case 0:
    return Expression{"inv_logit(" + realUpTo(3, depth).text + ")", 1};
  case 1:
    return Expression{"Phi(" + realUpTo(1.5, depth).text + ")", 1};
  case 2:
    return access(Domain::Unit);
  default:
    return Expression{"(0.5 + 0.4 * sin(" + realUpTo(10, depth).text + "))", 1};
  }
}

/// Logarithms and proportions in forms that lose digits where values are larger than here.
Expression Generator::unstableForm(int depth) {
  auto any = [&] { return realUpTo(4, depth).text; };
  auto positive = [&] { return tamed(real(depth, Domain::Positive), 10).text; };
  std::string unit = real(depth, Domain::Unit).text;
  switch (random.below(13)) {
  case 0:
    return {"log(1 - " + unit + ")", 5};
  case 1:
    return {"log(inv_logit(" + any() + "))", 5};
  case 2:
    return {random.oneOf({"log1m(inv_logit(", "log(1 - inv_logit(", "logit(inv_logit("}) + any() + "))", 5};
  case 3:
    return {"log(exp(" + any() + ") + exp(" + any() + "))", 5};
  case 4:
    return {"log(" + unit + " * exp(" + any() + ") + (1 - " + unit + ") * exp(" + any() + "))", 10};
  case 5:
    return {"log(1 + exp(" + any() + ") + exp(" + any() + "))", 6};
  case 6:
    return {random.oneOf({"log(1 + exp(", "log1p(exp("}) + any() + "))", 5};
  case 7:
    return {"log((0.2 + " + positive() + ")" + random.oneOf({" * ", " / "}) + "exp(" + any() + "))", 7};
  case 8:
    return {"log(sqrt(0.2 + " + positive() + "))", 2};
  case 9:
    return {"log_sum_exp(log_sum_exp(" + any() + ", " + any() + "), " + any() + ")", 6};
  case 10:
    return {"exp(log(" + positive() + "))", 10};
  case 11:
    return {random.oneIn(2) ? "(1 / (1 + exp(-" + any() + ")))"
                            : "log1m(Phi(" + realUpTo(2, depth).text + "))",
            4};
  default:
    return {"log(pow(exp(" + realUpTo(2, depth).text + "), " + any() + "))", 8};
  }
}

std::optional<Expression> Generator::compound(int depth) {
  switch (random.below(19)) {
  case 0:
  case 1:
  case 2: {
    Expression a = real(depth), b = real(depth);
    return Expression{"(" + a.text + random.oneOf({" + ", " - "}) + b.text + ")", a.bound + b.bound};
  }
  case 3:
  case 4: {
    Expression a = real(depth), b = real(depth);
    return Expression{"(" + a.text + " * " + b.text + ")", a.bound * b.bound};
  }
  case 5: {
    Expression a = real(depth), b = real(depth, Domain::Positive);
    return Expression{"(" + tamed(a, 3).text + " / (0.5 + " + b.text + "))", 6};
  }
  case 6:
    return Expression{
        random.oneOf({"tanh(", "sin(", "cos(", "atan(", "inv_logit(", "erf(", "Phi(", "asinh("}) +
            real(depth).text + ")",
        4};
  case 7:
    return Expression{
        random.oneOf({"exp(", "square(", "expm1(", "log1p_exp(", "inv_cloglog(", "log_inv_logit("}) +
            realUpTo(2, depth).text + ")",
        8};
  case 8:
    return Expression{random.oneOf({"log(", "sqrt(", "lgamma(", "log1p(", "digamma("}) +
                          tamed(real(depth, Domain::Positive), 10).text + " + 0.2)",
                      13};
  case 9:
    return Expression{random.oneOf({"logit(", "log1m(", "log(", "inv_Phi(", "log1m_exp(-"}) +
                          real(depth, Domain::Unit).text + ")",
                      5};
  case 10:
    return Expression{"log_mix(" + real(depth, Domain::Unit).text + ", " + real(depth).text + ", " +
                          real(depth).text + ")",
                      largest};
  case 11:
    return Expression{"log_sum_exp(" + real(depth).text + ", " + real(depth).text + ")", largest + 1};
  case 12:
    return Expression{"(" + condition(0) + " ? " + real(depth).text + " : " + real(depth).text + ")",
                      largest};
  case 13: {
    std::string base = "(0.3 + " + tamed(real(depth, Domain::Positive), 4).text + ")";
    if (random.oneIn(2))
      return Expression{base + " ^ " + std::string(random.oneOf({"2", "3", "0.5", "1.3", "(-1)"})), 80};
    return Expression{"pow(" + base + ", " + realUpTo(2, depth).text + ")", 20};
  }
  case 14:
    return Expression{"fma(" + realUpTo(5, depth).text + ", " + realUpTo(3, depth).text + ", " +
                          real(depth).text + ")",
                      15 + largest};
  case 15: {
    if (inFunction || functions.empty())
      return std::nullopt;
    const Function &function = functions[random.below(functions.size())];
    if (function.shape == Function::Scalar)
      return Expression{function.name + "(" + realUpTo(5, depth).text + ", " + realUpTo(5, depth).text + ")",
                        largest};
    if (function.shape == Function::Density)
      return Expression{function.name + "_lpdf(" + realUpTo(5, depth).text + " | " + realUpTo(5, depth).text +
                            ", " + tamed(real(depth, Domain::Positive), 5).text + ")",
                        200};
    if (function.shape == Function::Recursive) {
      const Size &size = anySize();
      if (size.value > 0)
        return Expression{function.name + "(" + tamed(container({Kind::Vector, size}, depth), 5).text + ", " +
                              std::to_string(1 + random.below(std::min(size.value, 4))) + ")",
                          largest};
    }
    if (function.shape == Function::Reduction) {
      const Size &size = anySize();
      if (size.value > 0)
        return Expression{function.name + "(" + tamed(container({Kind::Vector, size}, depth), 5).text + ", " +
                              realUpTo(5, depth).text + ")",
                          largest};
    }
    return std::nullopt;
  }
  case 16:
  case 17:
    return unstableForm(depth);
  default:
    return logDensity(depth);
  }
}

std::optional<Expression> Generator::reduction(int depth) {
  const Size &size = anySize();
  Type type = {random.oneIn(4) ? Kind::Row : Kind::Vector, size};
  double n = std::max(size.value, 1);
  switch (random.below(13)) {
  case 10: { // a slice, often of nothing
    const Variable *v =
        anyOf(find([&](const Variable &v) { return v.type.kind == Kind::Vector && v.type.rows.value > 0; }));
    if (!v)
      return std::nullopt;
    // Stan asks of a vector's slice that it begin inside of the vector, though it be empty.
    std::string skipped = std::to_string(random.below(std::min(v->type.rows.value, 4))),
                last = v->type.rows.text;
    if (random.oneIn(2))
      last += " - " + skipped;
    std::string slice = v->name + "[1 + " + skipped + " : " + last + "]";
    if (random.oneIn(4))
      slice = random.oneOf({"head(", "tail("}) + v->name + ", " +
              std::to_string(random.below(std::min(v->type.rows.value, 3) + 1)) + ")";
    if (random.oneIn(3))
      return Expression{"mean(append_row(0.5, " + slice + "))", v->bound};
    return Expression{random.oneOf({"sum(", "dot_self("}) + slice + ")",
                      20 * std::max(v->bound, v->bound * v->bound)};
  }
  case 11: {
    const Size &columns = anySize();
    Type whole = {Kind::Matrix, size, columns};
    Expression x = tamed(container(whole, depth), 5), y = tamed(container(whole, depth), 5);
    if (random.oneIn(2))
      return Expression{"dot_product(to_vector(" + x.text + "), to_vector(" + y.text + "))",
                        n * std::max(columns.value, 1) * x.bound * y.bound};
    return Expression{random.oneOf({"dot_self(to_vector(", "sum(to_vector("}) + x.text + "))",
                      n * std::max(columns.value, 1) * std::max(x.bound, x.bound * x.bound)};
  }
  case 12:
    if (size.value > 0)
      return Expression{"log_sum_exp(append_row(" + real(depth).text + ", " +
                            container({Kind::Vector, size}, depth).text + "))",
                        largest + 4};
    return std::nullopt;
  case 0: {
    Expression x = container(type, depth);
    return Expression{"sum(" + x.text + ")", n * x.bound};
  }
  case 1:
    if (size.value > 0)
      return Expression{"mean(" + container(type, depth).text + ")", largest};
    return std::nullopt;
  case 2:
    if (size.value > 0 && random.oneIn(3))
      return Expression{"log(sum(exp(" + tamed(container(type, depth), 5).text + ")))", 9};
    if (size.value > 0)
      return Expression{"log_sum_exp(" + container(type, depth).text + ")", largest + 4};
    return std::nullopt;
  case 3: {
    Expression x = tamed(container(type, depth), 5);
    return Expression{"dot_self(" + x.text + ")", n * x.bound * x.bound};
  }
  case 4: {
    Expression x = tamed(container(type, depth), 5), y = tamed(container(type, depth), 5);
    return Expression{"dot_product(" + x.text + ", " + y.text + ")", n * x.bound * y.bound};
  }
  case 5: {
    Expression x = tamed(container({Kind::Row, size}, depth), 5),
               y = tamed(container({Kind::Vector, size}, depth), 5);
    return Expression{"(" + x.text + " * " + y.text + ")", n * x.bound * y.bound};
  }
  case 6: {
    const Size &columns = anySize();
    Expression x = container({Kind::Matrix, size, columns}, depth);
    return Expression{"sum(" + x.text + ")", n * std::max(columns.value, 1) * x.bound};
  }
  case 7:
    if (size.value > 0 && size.value < 6)
      return Expression{random.oneOf({"log_determinant_spd(", "log_determinant("}) +
                            positiveDefinite(size, depth).text + ")",
                        6 * n};
    return std::nullopt;
  case 8:
    if (size.value > 0 && size.value < 6) {
      Expression x = tamed(container({Kind::Vector, size}, depth), 3);
      return Expression{"quad_form(" + positiveDefinite(size, depth).text + ", " + x.text + ")", 500};
    }
    return std::nullopt;
  default:
    if (size.value > 1)
      return Expression{"variance(" + tamed(container(type, depth), 5).text + ")", 50};
    return std::nullopt;
  }
}

std::optional<Expression> Generator::logDensity(int depth) {
  auto any = [&] { return realUpTo(10, depth).text; };
  auto positive = [&] { return "(0.2 + " + tamed(real(depth, Domain::Positive), 8).text + ")"; };
  switch (random.below(9)) {
  case 0:
    return Expression{"normal_lpdf(" + any() + " | " + any() + ", " + positive() + ")", 5000};
  case 1:
    return Expression{"student_t_lpdf(" + any() + " | " + positive() + ", " + any() + ", " + positive() + ")",
                      100};
  case 2:
    return Expression{"cauchy_lpdf(" + any() + " | " + any() + ", " + positive() + ")", 20};
  case 3:
    return Expression{"gamma_lpdf(" + positive() + " | " + positive() + ", " + positive() + ")", 200};
  case 4:
    return Expression{
        "beta_lpdf(" + real(depth, Domain::Unit).text + " | " + positive() + ", " + positive() + ")", 100};
  case 5:
    return Expression{"exponential_lpdf(" + positive() + " | " + positive() + ")", 100};
  case 6:
    return Expression{
        "poisson_log_lpmf(" + std::to_string(random.below(6)) + " | " + realUpTo(2, depth).text + ")", 50};
  case 7:
    return Expression{"normal_lcdf(" + realUpTo(2, depth).text + " | " + realUpTo(2, depth).text + ", " +
                          positive() + ")",
                      300};
  default:
    return Expression{
        "lognormal_lpdf(" + positive() + " | " + realUpTo(3, depth).text + ", " + positive() + ")", 2000};
  }
}
