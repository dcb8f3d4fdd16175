//===- Rows.cpp - random likelihoods of rows ------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows of data that are vectors, rows of many families whose parameters data choose, rows that several
// likelihoods share, and responses that are elements of a matrix.
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <algorithm>

using namespace astragal::fuzz;

const Size &Generator::sizeNamed(const std::string &text) const {
  return *std::find_if(sizes.begin(), sizes.end(), [&](const Size &s) { return s.text == text; });
}

std::string Generator::scale() { return "0.3 + " + tamed(real(1, Domain::Positive), 9).text; }

/// Of one covariance; the mean may be linear in other rows.
void Generator::vectorRows(Statements &into, int depth) {
  auto isOfRows = [](const Variable &v) {
    return (v.type.kind == Kind::Vectors || v.type.kind == Kind::Matrix) && v.name[0] == 'd' &&
           v.type.columns.value > 0 && v.type.columns.value < 5;
  };
  const Variable *found = anyOf(find(isOfRows));
  if (!found || !hasTarget)
    return multivariate(into, depth);
  Variable y = *found;
  const Size rows = y.type.rows, of = y.type.columns;
  std::string square = "matrix[" + of.text + ", " + of.text + "] ", name = newName("L"), m = newName("v"),
              mean;
  const Variable *factor =
      anyOf(find([&](const Variable &v) { return v.isFactor && v.type == Type{Kind::Matrix, of, of}; }));
  std::string lower = factor && !random.oneIn(3)
                          ? "diag_pre_multiply(0.4 + " +
                                tamed(container({Kind::Vector, of}, 1, Domain::Positive), 6).text + ", " +
                                factor->name + ")"
                          : "cholesky_decompose(" + positiveDefinite(of, 2).text + ")";
  bool isFactor = random.oneIn(2);
  into.push_back({square + name + " = " +
                  (isFactor          ? lower
                   : random.oneIn(2) ? "multiply_lower_tri_self_transpose(" + lower + ")"
                                     : positiveDefinite(of, 2).text) +
                  ";"});
  std::string density = random.oneIn(5) ? "multi_student_t" : "multi_normal", degrees = "4, ";
  if (density == "multi_normal")
    degrees = "";
  if (isFactor)
    density += "_cholesky";
  else if (density == "multi_normal" && random.oneIn(4))
    density += "_prec";
  auto rowOf = [&](const Variable &v, const std::string &i) {
    return v.name + "[" + i + "]" + (v.type.kind == Kind::Matrix ? "'" : "");
  };
  // A regression: of the rows of another one.
  const Variable *x = anyOf(find([&](const Variable &v) { return isOfRows(v) && v.type.rows == rows; }));
  std::string slopes;
  if (x && random.oneIn(2)) {
    slopes = newName("v");
    into.push_back({"matrix[" + of.text + ", " + x->type.columns.text + "] " + slopes + " = " +
                    tamed(container({Kind::Matrix, of, x->type.columns}, 1), 2).text + ";"});
  }
  std::string covariate = x ? x->name : "", suffix = x && x->type.kind == Kind::Matrix ? "'" : "";
  auto meanAt = [&](const std::string &i) {
    std::string text = tamed(container({Kind::Vector, of}, 2), 4).text;
    return slopes.empty() ? text
                          : "(" + text + " + " + slopes + " * " + covariate + "[" + i + "]" + suffix + ")";
  };
  bool isArray = y.type.kind == Kind::Vectors;
  switch (random.below(5)) {
  case 0:
    if (isArray) {
      into.push_back({y.name + " ~ " + density + "(" + degrees +
                      tamed(container({Kind::Vector, of}, 2), 4).text + ", " + name + ");"});
      return;
    }
    [[fallthrough]];
  case 1:
    if (isArray) {
      into.push_back({"array[" + rows.text + "] vector[" + of.text + "] " + m + ";"});
      forEachIndex(into, rows, 0, [&](Statements &inner, const std::string &i) {
        inner.push_back({m + "[" + i + "] = " + meanAt(i) + ";"});
      });
      into.push_back({y.name + " ~ " + density + "(" + degrees + m + ", " + name + ");"});
      return;
    }
    [[fallthrough]];
  case 2: // standardised by hand
    if (isFactor) {
      forEachIndex(into, rows, 0, [&](Statements &inner, const std::string &i) {
        inner.push_back({"vector[" + of.text + "] " + m + " = mdivide_left_tri_low(" + name + ", " +
                         rowOf(y, i) + " - " + meanAt(i) + ");"});
        increment(inner, {"-0.5 * dot_self(" + m + ") - sum(log(diagonal(" + name + ")))", 0});
      });
      return;
    }
    [[fallthrough]];
  default: {
    bool isSite = random.oneIn(2);
    forEachIndex(into, rows, 0, [&](Statements &inner, const std::string &i) {
      std::string arguments = degrees + meanAt(i) + ", " + name + ")", at = rowOf(y, i);
      if (isSite && y.type.kind == Kind::Vectors)
        inner.push_back({at + " ~ " + density + "(" + arguments + ";"});
      else
        increment(inner, {density + "_lpdf(" + at + " | " + arguments, 0});
    });
  }
  }
}

/// Outcomes whose parameters are elements that an index of data chooses, with exposures.
void Generator::families(Statements &into, int depth) {
  const Variable *group =
      anyOf(find([](const Variable &v) { return v.type.kind == Kind::Ints && !v.indexes.empty(); }));
  if (!group || !hasTarget)
    return fillLoop(into, depth);
  Variable g = *group;
  const Size rows = g.type.rows, of = sizeNamed(g.indexes);
  const Variable *found = anyOf(find([&](const Variable &v) {
    return v.name[0] == 'd' && v.type.rows == rows && v.indexes.empty() &&
           (v.type.kind == Kind::Ints || (v.type.kind == Kind::Vector && v.domain == Domain::Positive));
  }));
  if (!found)
    return crossedGroups(into, depth);
  Variable y = *found;
  bool isLoop = random.oneIn(2);
  std::string i = newName("i"), at = isLoop ? "[" + i + "]" : "";
  auto effect = [&](Domain domain, double limit) {
    std::string name = newName("v");
    Expression values = tamed(container({Kind::Vector, of}, int(random.below(2)), domain), limit);
    into.push_back({"vector[" + of.text + "] " + name + " = " + values.text + ";"});
    return name + "[" + g.name + at + "]";
  };
  const Variable *covariate =
      anyOf(find([&](const Variable &v) { return v.type == Type{Kind::Vector, rows} && v.name[0] == 'd'; }));
  std::string linear = effect(Domain::Any, 1.5), times = isLoop ? " * " : " .* ";
  if (covariate && random.oneIn(2))
    linear += " + " + covariate->name + at +
              (random.oneIn(2) ? times + effect(Domain::Any, 1) : " * " + realUpTo(1, 1).text);
  const Variable *exposures = anyOf(find([&](const Variable &v) {
    return v.type == Type{Kind::Vector, rows} && v.domain == Domain::Positive && v.name[0] == 'd';
  }));
  std::string rate = "(0.2 + " + effect(Domain::Positive, 8) + ")",
              e = exposures ? exposures->name + at : "1.5", log = "log(" + e + ")",
              many = exposures ? times : " * ";
  struct {
    const char *name;
    std::string arguments;
  } counts[] = {{"poisson", e + many + "exp(" + linear + ")"},
                {"poisson", e + many + rate},
                {"poisson_log", log + " + " + linear},
                {"neg_binomial_2", e + many + "exp(" + linear + "), " + scale()},
                {"neg_binomial_2_log", linear + ", " + scale()},
                {"neg_binomial", rate + ", " + scale()},
                {"binomial_logit", "6, " + linear},
                {"binomial", "6, inv_logit(" + linear + ")"}},
    bits[] = {{"bernoulli_logit", linear},
              {"bernoulli", "inv_logit(" + linear + ")"},
              {"bernoulli", "1 - inv_logit(" + linear + ")"},
              {"bernoulli", "Phi(" + linear + ")"}},
    durations[] = {{"gamma", rate + ", " + scale()},
                   {"gamma", scale() + ", exp(" + linear + ")"},
                   {"exponential", rate},
                   {"exponential", "exp(-(" + linear + "))"},
                   {"weibull", scale() + ", exp(" + linear + ")"},
                   {"inv_gamma", rate + ", " + scale()},
                   {"lognormal", linear + ", " + scale()},
                   {"normal", linear + ", " + rate},
                   {"student_t", "4, " + linear + ", " + rate}};
  bool isCount = y.type.kind == Kind::Ints, isBit = isCount && y.domain == Domain::Unit;
  auto &[name, arguments] = isBit     ? bits[random.below(std::size(bits))]
                            : isCount ? counts[random.below(std::size(counts))]
                                      : durations[random.below(std::size(durations))];
  std::string call =
      std::string(name) + (isCount ? "_lpmf(" : "_lpdf(") + y.name + at + " | " + arguments + ")";
  Statement site = {y.name + at + " ~ " + name + "(" + arguments + ");"};
  if (random.oneIn(4))
    site = {"target += " + call + ";"};
  if (isLoop && random.oneIn(4))
    site = {"target += " + (exposures ? exposures->name + at : "0.5") + " * " + call + ";"};
  if (!isLoop)
    return into.push_back(site);
  Statements body = {site};
  indices.push_back({i, rows});
  if (random.oneIn(4))
    body = {withBody("if (" + dataCondition() + ")", body)};
  indices.pop_back();
  into.push_back(withBody("for (" + i + " in 1 : " + rows.text + ")", body));
}

/// Several likelihoods of the same rows, by vectors or in one loop.
void Generator::siblings(Statements &into, int depth) {
  const Variable *first = outcomes(Kind::Vector, 0);
  if (!first || !hasTarget)
    return fillLoop(into, depth);
  const Size rows = first->type.rows;
  std::string eta = newName("v"), i = newName("i");
  bool isLoop = random.oneIn(2), hasPredictor = random.oneIn(2);
  if (hasPredictor)
    into.push_back({"vector[" + rows.text + "] " + eta + " = " +
                    tamed(container({Kind::Vector, rows}, 2), 2.5).text + ";"});
  std::string at = isLoop ? "[" + i + "]" : "";
  auto mean = [&] {
    if (hasPredictor && !random.oneIn(4))
      return random.oneIn(2) ? eta + at
                             : realUpTo(1, 1).text + " + " + realUpTo(1, 1).text + " * " + eta + at;
    const Variable *x =
        anyOf(find([&](const Variable &v) { return v.type == Type{Kind::Vector, rows} && v.bound <= 3; }));
    return realUpTo(1, 1).text + (x ? " + " + realUpTo(0.5, 1).text + " * " + x->name + at : "");
  };
  std::vector<const Variable *> found = find([&](const Variable &v) {
    return v.name[0] == 'd' && v.type.rows == rows && v.indexes.empty() &&
           (v.type.kind == Kind::Vector || v.type.kind == Kind::Ints);
  });
  std::vector<Variable> ys;
  for (const Variable *v : found)
    ys.push_back(*v);
  Statements body;
  for (size_t count = 2 + random.below(3); count > 0; --count) {
    const Variable &y = ys[random.below(ys.size())];
    std::string outcome = y.name + at, ends = ");";
    if (y.type.kind == Kind::Vector) {
      bool isPositive = y.domain == Domain::Positive;
      switch (random.below(isPositive ? 5 : 3)) {
      case 0:
        body.push_back({outcome + " ~ student_t(4, " + mean() + ", " + scale() + ends});
        break;
      case 3:
        body.push_back({outcome + " ~ lognormal(" + mean() + ", " + scale() + ends});
        break;
      case 4:
        body.push_back({outcome + " ~ gamma(" + scale() + ", exp(" + mean() + ")" + ends});
        break;
      default:
        body.push_back({outcome + " ~ normal(" + mean() + ", " + scale() + ends});
      }
      continue;
    }
    bool isBit = y.domain == Domain::Unit;
    std::string linear = newName("r"), zero = newName("r");
    if (isLoop && random.oneIn(3)) { // zeros of two kinds
      body.push_back({"real " + linear + " = " + mean() + ";"});
      body.push_back({"real " + zero + " = " + mean() + ";"});
      std::string one = isBit ? "bernoulli_logit_lpmf(" : "poisson_log_lpmf(";
      body.push_back(withBody(
          "if (" + outcome + " == 0)",
          {random.oneIn(2)
               ? Statement{"target += log_sum_exp(log_inv_logit(" + zero + "), log1m_inv_logit(" + zero +
                           ") + " + one + "0 | " + linear + "));"}
               : Statement{"target += log_mix(inv_logit(" + zero + "), 0, " + one + "0 | " + linear + "));"}},
          {{"target += log1m_inv_logit(" + zero + ") + " + one + outcome + " | " + linear + ");"}}));
    } else {
      body.push_back({outcome +
                      (isBit ? random.oneOf({" ~ bernoulli_logit(", " ~ bernoulli(inv_logit("})
                             : random.oneOf({" ~ poisson_log(", " ~ poisson(exp("})) +
                      mean()});
      std::string &text = body.back().text;
      text += text.find("logit(") != std::string::npos && text.find("(inv_") == std::string::npos ? ends
              : text.find("poisson_log(") != std::string::npos ? ends
                                                               : ")" + ends;
    }
  }
  if (isLoop)
    into.push_back(withBody("for (" + i + " in 1 : " + rows.text + ")", body));
  else
    into.insert(into.end(), body.begin(), body.end());
}

/// Elements of a matrix of data, some of which data leave out.
void Generator::responses(Statements &into, int depth) {
  const Variable *found = outcomes(Kind::Matrix, 0);
  if (!found || !hasTarget)
    return siblings(into, depth);
  Variable y = *found;
  const Size rows = y.type.rows, columns = y.type.columns;
  if (random.oneIn(4)) {
    std::string mean = tamed(container({Kind::Matrix, rows, columns}, 2), 5).text;
    into.push_back({"to_vector(" + y.name + ") ~ normal(to_vector(" + mean + "), " + scale() + ");"});
    return;
  }
  std::string a = newName("v"), b = newName("v");
  into.push_back(
      {"vector[" + rows.text + "] " + a + " = " + tamed(container({Kind::Vector, rows}, 1), 3).text + ";"});
  into.push_back({"vector[" + columns.text + "] " + b + " = " +
                  tamed(container({Kind::Vector, columns}, 1), 3).text + ";"});
  bool isOuter = random.oneIn(2);
  auto element = [&](Statements &inner, const std::string &r, const std::string &c) {
    std::string at = y.name + "[" + r + ", " + c + "]", left = a + "[" + r + "]", right = b + "[" + c + "]";
    switch (random.below(5)) {
    case 0:
      inner.push_back({at + " ~ normal(" + left + " * " + right + ", " + scale() + ");"});
      break;
    case 1:
      inner.push_back(
          withBody("if (" + at + random.oneOf({" > 0.003", " < -0.504"}) + ")",
                   {{at + " ~ normal(" + left + " + " + right + ", " + scale() + ");"}},
                   {{"target += normal_lcdf(0.2 | " + left + " - " + right + ", " + scale() + ");"}}));
      break;
    case 2:
      inner.push_back(withBody("if (" + dataCondition() + ")",
                               {{at + " ~ normal(" + left + " + " + right + ", " + scale() + ");"}}));
      break;
    case 3: // an item response
      increment(inner, {random.oneOf({"log(inv_logit(", "log1m(inv_logit(", "log_inv_logit(-("}) + left +
                            " * (" + right + " - " + at + ")))",
                        0});
      break;
    default:
      inner.push_back(
          {at + " ~ normal(" + left + " + " + right + " + " + realUpTo(1, 1).text + ", " + scale() + ");"});
    }
  };
  if (isOuter)
    forEachIndex(into, rows, 0, [&](Statements &middle, const std::string &r) {
      forEachIndex(middle, columns, 0,
                   [&](Statements &inner, const std::string &c) { element(inner, r, c); });
    });
  else
    forEachIndex(into, columns, 0, [&](Statements &middle, const std::string &c) {
      forEachIndex(middle, rows, 0, [&](Statements &inner, const std::string &r) { element(inner, r, c); });
    });
}

/// A forward recursion in which states only move on, or that data give transitions of.
void Generator::leftRight(Statements &into, int depth) {
  const Size &steps = anySize(), &states = anySize();
  if (states.value < 2 || states.value > 4 || !hasTarget)
    return hiddenChain(into, depth);
  std::string k = states.text, g = newName("g"), theta = newName("L"), next = newName("n"),
              stay = newName("v");
  into.push_back(
      {"vector[" + k + "] " + g + " = " + tamed(container({Kind::Vector, states}, 1), 5).text + ";"});
  into.push_back({"vector[" + k + "] " + stay + " = inv_logit(" +
                  tamed(container({Kind::Vector, states}, 1), 3).text + ");"});
  into.push_back({"matrix[" + k + ", " + k + "] " + theta + " = rep_matrix(negative_infinity(), " + k + ", " +
                  k + ");"});
  bool isPlain = random.oneIn(3); // logarithms of what may be zero
  forEachIndex(into, states, 0, [&](Statements &inner, const std::string &j) {
    std::string head = theta + "[" + j + ", " + j;
    inner.push_back({head + "] = log(" + stay + "[" + j + "]);"});
    inner.push_back(withBody("if (" + j + " < " + k + ")",
                             {{head + " + 1] = log1m(" + stay + "[" + j + "]);"}},
                             {{head + (isPlain ? "] = 0;" : "] = log(1);")}}));
  });
  bool isWhole = random.oneIn(3);
  forEachIndex(into, steps, 0, [&](Statements &inner, const std::string &) {
    inner.push_back({"vector[" + k + "] " + next + ";"});
    forEachIndex(inner, states, 0, [&](Statements &middle, const std::string &j) {
      std::string emission =
          random.oneIn(3) ? "bernoulli_logit_lpmf(1 | " + realUpTo(3, 1).text + ")"
                          : "normal_lpdf(" + realUpTo(3, 1).text + " | " + realUpTo(3, 1).text + ", 1.2)";
      std::string head = next + "[" + j + "] = ", at = "[" + j + "]", acc = newName("a");
      if (isWhole) {
        middle.push_back(
            {head + "log_sum_exp(" + g + " + " + theta + "[ : , " + j + "]) + " + emission + ";"});
      } else if (random.oneIn(2)) {
        middle.push_back({"vector[" + k + "] " + acc + ";"});
        forEachIndex(middle, states, 0, [&](Statements &innermost, const std::string &i) {
          innermost.push_back(
              {acc + "[" + i + "] = " + g + "[" + i + "] + " + theta + "[" + i + ", " + j + "];"});
        });
        middle.push_back({head + "log_sum_exp(" + acc + ") + " + emission + ";"});
      } else {
        middle.push_back({head + g + at + " + " + theta + "[" + j + ", " + j + "];"});
        middle.push_back(
            withBody("if (" + j + " > 1)", {{head + "log_sum_exp(" + next + at + ", " + g + "[" + j +
                                             " - 1] + " + theta + "[" + j + " - 1, " + j + "]);"}}));
        middle.push_back({next + at + " += " + emission + ";"});
      }
    });
    inner.push_back({g + " = " + next + ";"});
  });
  increment(into, {"log_sum_exp(" + g + ")", 0});
}

/// Arrays that iterations fill and read again, of vectors or of a few numbers.
void Generator::localArrays(Statements &into, int depth) {
  const Size rows = anySize(), &of = anySize();
  if (random.oneIn(2)) {
    if (of.value == 0)
      return fillLoop(into, depth);
    Type type = {Kind::Vectors, rows, of};
    std::string name = newName("h");
    into.push_back({declaration(type, name) + ";"});
    forEachIndex(into, rows, 0, [&](Statements &inner, const std::string &i) {
      std::string at = name + "[" + i;
      if (random.oneIn(2)) {
        inner.push_back({at + "] = " + tamed(container({Kind::Vector, of}, 2), 8).text + ";"});
      } else {
        forEachIndex(inner, of, 0, [&](Statements &innermost, const std::string &k) {
          innermost.push_back({at + random.oneOf({"][", ", "}) + k + "] = " + realUpTo(8, 2).text + ";"});
        });
      }
      if (random.oneIn(2))
        inner.push_back({at + ", 1] += " + realUpTo(2, 2).text + ";"});
      if (random.oneIn(3))
        increment(inner, {"tanh(sum(" + at + "]))", 1});
    });
    scope.push_back({name, type, 10, Domain::Any, /*isAssignable=*/true});
    return;
  }
  std::string name = newName("x"), sum = newName("s");
  int few = 2 + int(random.below(5));
  Size size = {std::to_string(few), few};
  into.push_back({"real " + sum + " = " + realUpTo(2, 1).text + ";"});
  forEachIndex(into, rows, 0, [&](Statements &inner, const std::string &i) {
    inner.push_back({"array[" + size.text + "] real " + name + ";"});
    inner.push_back({name + "[1] = " + realUpTo(3, 2).text + ";"});
    forEachIndex(inner, size, 1, [&](Statements &innermost, const std::string &k) {
      std::string before = name + "[" + k + " - 1]";
      innermost.push_back({name + "[" + k + "] = " +
                           (random.oneIn(2) ? "0.6 * " + before + " + " + realUpTo(1, 2).text
                                            : "sin(" + before + " + " + realUpTo(1, 1).text + ")") +
                           ";"});
    });
    if (random.oneIn(2))
      inner.push_back(withBody("if (" + condition(1) + ")", {{name + "[2] = " + realUpTo(3, 2).text + ";"}}));
    switch (random.below(3)) {
    case 0:
      inner.push_back({sum + " += 0.1 * " + name + "[1 + " + i + " % " + size.text + "];"});
      break;
    case 1:
      inner.push_back({sum + " += 0.1 * sum(" + name + ");"});
      break;
    default:
      inner.push_back({sum + " = 0.5 * " + sum + " + 0.1 * " + name + "[" + size.text + "];"});
    }
  });
  scope.push_back({sum, {Kind::Real}, 30, Domain::Any, true});
}
