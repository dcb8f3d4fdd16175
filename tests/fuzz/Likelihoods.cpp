//===- Likelihoods.cpp - random densities and what models are made of -----===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <algorithm>

using namespace astragal::fuzz;

static const struct {
  const char *name;
  Domain outcome;
  const char *arguments; ///< of each: any (a), positive (p), an exponential (e), unit (u)
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
                  {"gamma", Domain::Positive, "pe"},
                  {"exponential", Domain::Positive, "e"},
                  {"inv_gamma", Domain::Positive, "pp"},
                  {"weibull", Domain::Positive, "pp"},
                  {"chi_square", Domain::Positive, "p"},
                  {"skew_normal", Domain::Any, "apa"},
                  {"rayleigh", Domain::Positive, "p"},
                  {"frechet", Domain::Positive, "pp"},
                  {"scaled_inv_chi_square", Domain::Positive, "pp"},
                  {"loglogistic", Domain::Positive, "pp"},
                  {"beta_proportion", Domain::Unit, "up"},
                  {"beta", Domain::Unit, "pp"}},
  counts[] = {{"poisson", Domain::Any, "p"},         {"poisson", Domain::Any, "e"},
              {"poisson_log", Domain::Any, "a"},     {"neg_binomial_2", Domain::Any, "pp"},
              {"neg_binomial_2", Domain::Any, "ep"}, {"neg_binomial_2_log", Domain::Any, "ap"}},
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
        *a == 'a' ? (isVector ? tamed(container(type, depth + 1), limit) : realUpTo(limit, depth)).text
        : *a == 'e'
            ? "exp(" + (isVector ? tamed(container(type, depth + 1), 2) : realUpTo(2, depth)).text + ")"
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
    into.push_back({"target += " + call + random.oneOf({" * 0.7", " + 1.5", " / 2"}) + ";"});
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

void Generator::mixture(Statements &into, int depth) {
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
    if (parts.value == 0 || iterations * parts.value * size.value > 200)
      break;
    forEachIndex(into, size, 0, [&](Statements &inner, const std::string &) {
      std::string l = newName("l"), y = realUpTo(5, 1).text;
      inner.push_back({"vector[" + parts.text + "] " + l + ";"});
      forEachIndex(inner, parts, 0, [&](Statements &innermost, const std::string &k) {
        innermost.push_back({l + "[" + k +
                             "] = " + (random.oneIn(2) ? "log(" + real(1, Domain::Unit).text + ") + " : "") +
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
void Generator::hiddenChain(Statements &into, int depth) {
  const Size &steps = anySize(), &states = anySize();
  if (states.value == 0 || states.value > 5 || !hasTarget)
    return fillLoop(into, depth);
  std::string g = newName("g"), acc = newName("a"), next = newName("n"), k = states.text;
  into.push_back(
      {"vector[" + k + "] " + g + " = " + tamed(container({Kind::Vector, states}, 2), 5).text + ";"});
  bool isMatrix = random.oneIn(2), isTriangular = random.oneIn(4);
  forEachIndex(into, steps, 0, [&](Statements &inner, const std::string &) {
    inner.push_back({"vector[" + k + "] " + next + ";"});
    forEachIndex(inner, states, 0, [&](Statements &middle, const std::string &j) {
      std::string emission = "normal_lpdf(" + realUpTo(3, 1).text + " | " + realUpTo(3, 1).text + ", 1.2)";
      if (isMatrix) {
        std::string from = tamed(container({Kind::Vector, states}, 1), 3).text, all = g + " + " + from;
        if (isTriangular)
          all = "head(" + g + ", " + j + ") + head(" + from + ", " + j + ")";
        middle.push_back({next + "[" + j + "] = log_sum_exp(" + all + ") + " + emission + ";"});
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

void Generator::multivariate(Statements &into, int depth) {
  const Size &size = anySize();
  if (size.value == 0 || size.value > 5 || !hasTarget)
    return declareLocal(into, depth + 1);
  Type vector = {Kind::Vector, size};
  std::string y = tamed(container(vector, 1), 5).text, mu = tamed(container(vector, 2), 5).text;
  const Variable *ys =
      anyOf(find([&](const Variable &v) { return v.type.kind == Kind::Vectors && v.type.columns == size; }));
  if (ys && random.oneIn(2))
    y = ys->name;
  std::string s = positiveDefinite(size, 2).text;
  switch (random.below(6)) {
  case 0:
    increment(into, {"multi_normal_lpdf(" + y + " | " + mu + ", " + s + ")", 0});
    break;
  case 1:
    increment(into, {"multi_normal_cholesky_lpdf(" + y + " | " + mu + ", cholesky_decompose(" + s + "))", 0});
    break;
  case 2:
    increment(into, {"multi_normal_prec_lpdf(" + y + " | " + mu + ", " + s + ")", 0});
    break;
  case 3:
  case 4: { // of a factor that is known
    std::string name = newName("L"), scale = newName("t");
    into.push_back({"vector[" + size.text + "] " + scale + " = 0.5 + " +
                    tamed(container(vector, 1, Domain::Positive), 4).text + ";"});
    into.push_back(
        {"matrix[" + size.text + ", " + size.text + "] " + name + " = cholesky_decompose(" + s + ");"});
    const std::string products[] = {name + " * " + name + "'",
                                    "multiply_lower_tri_self_transpose(" + name + ")",
                                    "tcrossprod(" + name + ")"};
    std::string product = products[random.below(3)];
    if (random.oneIn(2))
      product = "quad_form_diag(" + product + ", " + (random.oneIn(4) ? "-" : "") + scale + ")";
    else if (random.oneIn(3))
      product = "diag_matrix(" + scale + ") * (" + product + ") * diag_matrix(" + scale + ")";
    increment(into,
              {(random.oneIn(4) ? "multi_student_t_lpdf(" + y + " | 4, " : "multi_normal_lpdf(" + y + " | ") +
                   mu + ", " + product + ")",
               0});
    if (random.oneIn(2))
      increment(into, {"sum(cholesky_decompose(" + product + "))", 0});
    break;
  }
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
void Generator::linearModel(Statements &into, int depth) {
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
    Statements inner = {{mean + "[" + n + "] += " + b + "[" + k + "] * " + name + "[" + n + ", " + k + "];"}};
    inner = {withBody("for (" + k + " in 1 : " + columns.text + ")", inner)};
    into.push_back(withBody("for (" + n + " in 1 : " + rows.text + ")", inner));
    break;
  }
  case 2: {
    std::string n = newName("i");
    into.push_back({"vector[" + rows.text + "] " + mean + ";"});
    into.push_back(withBody(
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
  const Variable *y =
      anyOf(find([&](const Variable &v) { return v.type == Type{Kind::Vector, rows} && v.name[0] == 'd'; }));
  if (y && random.oneIn(2))
    into.push_back({y->name + " ~ normal(" + mean + ", " +
                    (random.oneIn(2) ? "0.3 + " + tamed(real(1, Domain::Positive), 9).text : "0.8") + ");"});
}
