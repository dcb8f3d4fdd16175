//===- Statements.cpp - random statements ---------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <algorithm>

using namespace astragal::fuzz;

static Statement block(std::string head, std::vector<Statement> body, std::vector<Statement> otherwise = {}) {
  return {std::move(head), true, std::move(body), std::move(otherwise)};
}

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

void Generator::forEachIndex(Statements &into, const Size &size, int skipped,
                             const std::function<void(Statements &, std::string)> &write) {
  std::string i = newName("i");
  size_t outerScope = scope.size(), outerIndices = indices.size();
  double outerIterations = iterations;
  iterations *= std::max(size.value, 1);
  scope.push_back({i, {Kind::Int}, double(std::max(size.value, 1)), Domain::Positive});
  indices.push_back({i, size});
  if (skipped)
    indices.push_back({i + " - 1", size});
  for (const Variable &v : scope) // what data choose by it
    if (v.type.kind == Kind::Ints && v.type.rows == size && !v.indexes.empty())
      for (const Size &of : sizes)
        if (of.text == v.indexes)
          indices.push_back({v.name + "[" + i + "]", of});
  Statements body;
  write(body, i);
  into.push_back(block("for (" + i + " in " + std::to_string(1 + skipped) + " : " + size.text + ")", body));
  iterations = outerIterations;
  scope.resize(outerScope);
  indices.resize(outerIndices);
}

void Generator::increment(Statements &into, const Expression &e) {
  if (hasTarget)
    into.push_back({"target += " + e.text + ";"});
}

void Generator::statement(Statements &into, int depth) {
  if (depth <= 0)
    return simpleStatement(into, depth);
  switch (random.below(18)) {
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
    if (random.oneIn(3))
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
      inner.push_back(block("if (" + condition(1) + ")", {{head + realUpTo(10, 2).text + ";"}},
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
  forEachIndex(into, size, 0, [&](Statements &inner, const std::string &) {
    size_t outer = scope.size();
    if (random.oneIn(3))
      statement(inner, depth - 2);
    Statement step = {name + random.oneOf({" += ", " += ", " -= "}) + realUpTo(5, 3).text + ";"};
    switch (random.below(6)) {
    case 0:
      inner.push_back(block("if (" + condition(1) + ")", {step}));
      break;
    case 1:
      inner.push_back(block("if (" + dataCondition() + ")", {{random.oneOf({"continue;", "break;"})}}));
      inner.push_back(step);
      break;
    case 2:
      forEachIndex(inner, anySize(), 0, [&](Statements &innermost, const std::string &) {
        innermost.push_back({name + " += " + realUpTo(2, 3).text + ";"});
      });
      break;
    default:
      inner.push_back(step);
    }
    scope.resize(outer);
  });
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
  into.push_back({declaration(type, name) + ";"});
  into.push_back({name + "[1] = " + realUpTo(3, 2).text + ";"});
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
    inner.push_back({name + "[" + i + "] = " + value + ";"});
    if (hasTarget && random.oneIn(2)) {
      scope.push_back({name, type, 9});
      statement(inner, depth - 2);
    }
  });
  scope.push_back({name, type, 9, Domain::Any, true});
}

void Generator::loop(Statements &into, int depth) {
  size_t outer = scope.size();
  const Size &size = anySize();
  switch (random.below(8)) {
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
      into.push_back(block(text, inner));
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
      inner.push_back(block("if (" + condition(1) + ")", {{random.oneOf({"break;", "continue;"})}}));
    iterations = outerIterations;
    Statement whole = block("while (" + w + " < " + std::to_string(1 + random.below(4)) + ")", inner);
    into.push_back(block("", {{"int " + w + " = 0;"}, whole}));
    scope.resize(outer);
    return;
  }
  default:
    break;
  }
  forEachIndex(into, size, size.value > 1 && random.oneIn(4),
               [&](Statements &inner, const std::string &) { body(inner, depth); });
}

void Generator::branch(Statements &into, int depth) {
  Statements then, otherwise;
  std::string text = "if (" + condition(2) + ")";
  body(then, depth);
  if (random.oneIn(2))
    body(otherwise, depth);
  into.push_back(random.oneIn(8) ? block("", then) : block(text, then, otherwise));
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

static const struct {
  const char *name;
  Domain outcome;
  const char *arguments; ///< of each: any (a), positive (p), unit (u)
} continuous[] = {{"normal", Domain::Any, "ap"},
                  {"normal", Domain::Any, "ap"},
                  {"student_t", Domain::Any, "pap"},
                  {"cauchy", Domain::Any, "ap"},
                  {"double_exponential", Domain::Any, "ap"},
                  {"logistic", Domain::Any, "ap"},
                  {"std_normal", Domain::Any, ""},
                  {"gumbel", Domain::Any, "ap"},
                  {"lognormal", Domain::Positive, "ap"},
                  {"exponential", Domain::Positive, "p"},
                  {"gamma", Domain::Positive, "pp"},
                  {"inv_gamma", Domain::Positive, "pp"},
                  {"weibull", Domain::Positive, "pp"},
                  {"chi_square", Domain::Positive, "p"},
                  {"beta", Domain::Unit, "pp"}},
  counts[] = {{"poisson", Domain::Any, "p"},
              {"poisson_log", Domain::Any, "a"},
              {"neg_binomial_2", Domain::Any, "pp"},
              {"neg_binomial_2_log", Domain::Any, "ap"}},
  bits[] = {{"bernoulli", Domain::Any, "u"},
            {"bernoulli_logit", Domain::Any, "a"},
            {"bernoulli_logit", Domain::Any, "a"}};

void Generator::site(Statements &into, int depth) {
  // An outcome of data or parameters: all of it, or an element.
  const Variable *found = anyOf(find([&](const Variable &v) {
    bool isInts = v.type.kind == Kind::Ints && v.indexes.empty();
    return isInts || v.type.kind == Kind::Real ||
           ((v.type.kind == Kind::Vector || v.type.kind == Kind::Reals) && v.bound <= 20);
  }));
  if (!found)
    return increment(into, real(depth));
  Variable v = *found;
  std::string outcome = v.name;
  bool isWhole = v.type.kind != Kind::Real;
  if (isWhole && (iterations > 1 || random.oneIn(4))) {
    auto i = indexInto(v.type.rows);
    if (!i)
      return increment(into, real(depth));
    outcome += "[" + *i + "]";
    isWhole = false;
  }
  auto density = v.type.kind != Kind::Ints  ? continuous[random.below(std::size(continuous))]
                 : v.domain == Domain::Unit ? decltype(continuous[0])(bits[random.below(std::size(bits))])
                                            : counts[random.below(std::size(counts))];
  bool fits = v.type.kind == Kind::Ints || density.outcome == Domain::Any || v.domain == density.outcome ||
              (v.domain == Domain::Unit && density.outcome == Domain::Positive);
  if (!fits)
    density = continuous[0];
  double limit = v.type.kind == Kind::Ints ? 3 : 10;
  std::string arguments;
  for (const char *a = density.arguments; *a; ++a) {
    bool isVector = isWhole && random.oneIn(2);
    Type type = {Kind::Vector, v.type.rows};
    std::string argument =
        *a == 'a'   ? (isVector ? tamed(container(type, depth + 1), limit) : realUpTo(limit, depth)).text
        : *a == 'u' ? (isVector ? "inv_logit(" + tamed(container(type, depth), 3).text + ")"
                                : real(depth, Domain::Unit).text)
                    : "0.3 + " + (isVector ? tamed(container(type, depth, Domain::Positive), 9)
                                           : tamed(real(depth, Domain::Positive), 9))
                                     .text;
    arguments += (arguments.empty() ? "" : ", ") + argument;
  }
  std::string call = std::string(density.name) + (v.type.kind == Kind::Ints ? "_lpmf(" : "_lpdf(") + outcome +
                     " | " + arguments + ")";
  switch (random.below(8)) {
  case 0:
    into.push_back({"target += " + call + ";"});
    break;
  case 1:
    if (random.oneIn(2))
      call.replace(call.find("_lp"), 3, "_lup");
    into.push_back({"target += " + call + random.oneOf({" * 0.7;", " + 1.5;", " / 2;"})});
      break;
    case 2:
      if (!isWhole && std::string(density.name) == "normal" && v.type.kind != Kind::Ints) {
        into.push_back({outcome + " ~ normal(" + arguments + ") T[-50, " + random.oneOf({"]", "60]"}) + ";"});
        break;
      }
      [[fallthrough]];
    default:
      into.push_back({outcome + " ~ " + density.name + "(" + arguments + ");"});
  }
  }

  void Generator::mixture(Statements & into, int depth) {
    const Size &size = anySize(), &parts = anySize();
    switch (random.below(3)) {
    case 0: // two components
      forEachIndex(into, size, 0, [&](Statements &inner, const std::string &) {
        auto d = [&] {
          return "normal_lpdf(" + realUpTo(5, 1).text + " | " + realUpTo(5, 2).text + ", 0.5 + " +
                 real(1, Domain::Positive).text + ")";
        };
        increment(inner, {"log_mix(" + real(1, Domain::Unit).text + ", " + d() + ", " + d() + ")", 0});
      });
      return;
    case 1: { // a vector of them
      if (parts.value == 0 || parts.value > 6)
        break;
      forEachIndex(into, size, 0, [&](Statements &inner, const std::string &) {
        std::string l = newName("l"), y = realUpTo(5, 1).text;
        inner.push_back({"vector[" + parts.text + "] " + l + ";"});
        forEachIndex(inner, parts, 0, [&](Statements &innermost, const std::string &k) {
          innermost.push_back(
              {l + "[" + k + "] = " + (random.oneIn(2) ? "log(" + real(1, Domain::Unit).text + ") + " : "") +
               "normal_lpdf(" + y + " | " + realUpTo(5, 2).text + ", 0.5 + " +
               real(1, Domain::Positive).text + ");"});
        });
        increment(inner, {"log_sum_exp(" + l + ")", 0});
      });
      return;
    }
    default:
      break;
    }
    declareLocal(into, depth + 1);
  }

  /// A forward recursion in log space.
  void Generator::hiddenChain(Statements & into, int depth) {
    const Size &steps = anySize(), &states = anySize();
    if (states.value == 0 || states.value > 5 || !hasTarget)
      return fillLoop(into, depth);
    std::string g = newName("g"), acc = newName("a"), next = newName("n"), k = states.text;
    into.push_back(
        {"vector[" + k + "] " + g + " = " + tamed(container({Kind::Vector, states}, 2), 5).text + ";"});
    bool isMatrix = random.oneIn(2);
    forEachIndex(into, steps, 0, [&](Statements &inner, const std::string &) {
      inner.push_back({"vector[" + k + "] " + next + ";"});
      forEachIndex(inner, states, 0, [&](Statements &middle, const std::string &j) {
        std::string emission = "normal_lpdf(" + realUpTo(3, 1).text + " | " + realUpTo(3, 1).text + ", 1.2)";
        if (isMatrix) {
          middle.push_back({next + "[" + j + "] = log_sum_exp(" + g + " + " +
                            tamed(container({Kind::Vector, states}, 1), 3).text + ") + " + emission + ";"});
          return;
        }
        middle.push_back({"vector[" + k + "] " + acc + ";"});
        forEachIndex(middle, states, 0, [&](Statements &innermost, const std::string &i) {
          innermost.push_back(
              {acc + "[" + i + "] = " + g + "[" + i + "] + " + realUpTo(3, 1).text + " + " + emission + ";"});
        });
        middle.push_back({next + "[" + j + "] = log_sum_exp(" + acc + ");"});
      });
      inner.push_back({g + " = " + next + (random.oneIn(3) ? " - log_sum_exp(" + next + ");" : ";")});
    });
    increment(into, {"log_sum_exp(" + g + ")", 0});
  }

  void Generator::multivariate(Statements & into, int depth) {
    const Size &size = anySize();
    if (size.value == 0 || size.value > 5 || !hasTarget)
      return declareLocal(into, depth + 1);
    Type vector = {Kind::Vector, size};
    std::string y = tamed(container(vector, 1), 5).text, mu = tamed(container(vector, 2), 5).text;
    const Variable *ys = anyOf(
        find([&](const Variable &v) { return v.type.kind == Kind::Vectors && v.type.columns == size; }));
    if (ys && random.oneIn(2))
      y = ys->name;
    std::string s = positiveDefinite(size, 2).text;
    switch (random.below(4)) {
    case 0:
      increment(into, {"multi_normal_lpdf(" + y + " | " + mu + ", " + s + ")", 0});
      break;
    case 1:
      increment(into,
                {"multi_normal_cholesky_lpdf(" + y + " | " + mu + ", cholesky_decompose(" + s + "))", 0});
      break;
    case 2:
      increment(into, {"multi_normal_prec_lpdf(" + y + " | " + mu + ", " + s + ")", 0});
      break;
    default: {
      std::string name = newName("L");
      into.push_back(
          {"matrix[" + size.text + ", " + size.text + "] " + name + " = cholesky_decompose(" + s + ");"});
      increment(into, {"multi_normal_cholesky_lpdf(" + y + " | " + mu + ", " + name + ")", 0});
      increment(into, {"-sum(log(diagonal(" + name + ")))", 0});
    }
    }
  }

  /// A regression, in one of the ways that people write them.
  void Generator::linearModel(Statements & into, int depth) {
    const Variable *x =
        anyOf(find([](const Variable &v) { return v.type.kind == Kind::Matrix && !v.isAssignable; }));
    if (!x || !hasTarget)
      return fillLoop(into, depth);
    const Size rows = x->type.rows, columns = x->type.columns;
    std::string name = x->name, beta = tamed(container({Kind::Vector, columns}, 1), 3).text,
                mean = newName("mu");
    const Variable *group = anyOf(find([&](const Variable &v) {
      return v.type.kind == Kind::Ints && v.type.rows == rows && !v.indexes.empty();
    }));
    std::string more = "";
    if (group && random.oneIn(2)) {
      Size of = {group->indexes, 0};
      for (const Size &known : sizes)
        if (known == of)
          of = known;
      more = " + " + tamed(container({Kind::Vector, of}, 0), 5).text + "[" + group->name + "]";
    } else if (random.oneIn(2)) {
      more = " + " + realUpTo(3, 1).text;
    }
    Variable local = {mean, {Kind::Vector, rows}, 20};
    switch (random.below(4)) {
    case 0:
      into.push_back({"vector[" + rows.text + "] " + mean + " = " + name + " * " + beta + more + ";"});
      break;
    case 1: {
      into.push_back({"vector[" + rows.text + "] " + mean + " = rep_vector(" + realUpTo(2, 1).text + ", " +
                      rows.text + ")" + more + ";"});
      std::string n = newName("i"), k = newName("i"), b = newName("b");
      into.push_back({"vector[" + columns.text + "] " + b + " = " + beta + ";"});
      Statements inner = {
          {mean + "[" + n + "] += " + b + "[" + k + "] * " + name + "[" + n + ", " + k + "];"}};
      inner = {block("for (" + k + " in 1 : " + columns.text + ")", inner)};
      into.push_back(block("for (" + n + " in 1 : " + rows.text + ")", inner));
      break;
    }
    case 2: {
      std::string n = newName("i");
      into.push_back({"vector[" + rows.text + "] " + mean + ";"});
      into.push_back(block(
          "for (" + n + " in 1 : " + rows.text + ")",
          {{mean + "[" + n + "] = " + name + "[" + n + "] * " + beta + " + " + realUpTo(2, 0).text + ";"}}));
      break;
    }
    default: {
      const Variable *y = anyOf(find([&](const Variable &v) {
        return v.type.kind == Kind::Ints && v.type.rows == rows && v.indexes.empty();
      }));
      if (y && rows.value > 0)
        increment(into, {(y->domain == Domain::Unit ? "bernoulli_logit_glm_lpmf(" : "poisson_log_glm_lpmf(") +
                             y->name + " | " + name + ", " + realUpTo(1, 1).text + ", " + beta + ")",
                         0});
      return;
    }
    }
    scope.push_back(local);
    site(into, 1);
    const Variable *y = anyOf(
        find([&](const Variable &v) { return v.type == Type{Kind::Vector, rows} && v.name[0] == 'd'; }));
    if (y && random.oneIn(2))
      into.push_back({y->name + " ~ normal(" + mean + ", " +
                      (random.oneIn(2) ? "0.3 + " + tamed(real(1, Domain::Positive), 9).text : "0.8") +
                      ");"});
  }
