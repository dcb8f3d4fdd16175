//===- Structures.cpp - random series and groups --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What passes look for that no chance would write: recurrences of whole models, rows that belong to groups by
// their place or by data, outcomes of categories.
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <algorithm>

using namespace astragal::fuzz;

const Variable *Generator::outcomes(Kind kind, int least) {
  return anyOf(find([&](const Variable &v) {
    return v.type.kind == kind && v.name[0] == 'd' && v.indexes.empty() && v.type.rows.value >= least;
  }));
}

void Generator::series(Statements &into, int depth) {
  const Variable *found = outcomes(Kind::Vector, 2);
  if (!found || !hasTarget)
    return recurrence(into, depth);
  Variable y = *found;
  switch (random.below(4)) {
  case 0:
    return volatility(into, y);
  case 1:
    return movingAverage(into, y);
  case 2:
    return filter(into, y);
  default:
    return renewal(into, y);
  }
}

/// A variance from the outcome and the variance before.
void Generator::volatility(Statements &into, const Variable &y) {
  std::string s = newName("h"), n = y.type.rows.text, mean = realUpTo(2, 1).text;
  std::string a = real(1, Domain::Positive).text, b = real(1, Domain::Unit).text,
              c = real(1, Domain::Unit).text;
  into.push_back({"vector[" + n + "] " + s + ";"});
  into.push_back({s + "[1] = 0.3 + " + real(1, Domain::Positive).text + ";"});
  bool isInside = random.oneIn(2);
  forEachIndex(into, y.type.rows, 1, [&](Statements &inner, const std::string &t) {
    std::string before = "[" + t + " - 1]";
    inner.push_back({s + "[" + t + "] = sqrt(0.1 + " + a + " + 0.4 * " + b + " * square(" + y.name + before +
                     " - " + mean + ") + 0.5 * " + c + " * square(" + s + before + "));"});
    if (isInside)
      inner.push_back({y.name + "[" + t + "] ~ normal(" + mean + ", " + s + "[" + t + "]);"});
  });
  if (!isInside)
    into.push_back({y.name + " ~ normal(" + mean + ", " + s + ");"});
  scope.push_back({s, y.type, 12, Domain::Positive, true});
}

/// Errors from those before, of one lag or several, or an autoregression written as a loop over lags.
void Generator::movingAverage(Statements &into, const Variable &y) {
  std::string e = newName("h"), n = y.type.rows.text, mean = realUpTo(2, 1).text;
  std::string scale = "0.3 + " + tamed(real(1, Domain::Positive), 9).text;
  const Size &lags = anySize();
  bool hasLags = lags.value > 0 && lags.value < 6 && random.oneIn(2), isInside = random.oneIn(2);
  bool isOfOutcomes = random.oneIn(3);
  std::string theta = "(0.4 * " + real(1, Domain::Unit).text + ")";
  if (hasLags) {
    theta = newName("v");
    into.push_back({"vector[" + lags.text + "] " + theta + " = 0.4 * tanh(" +
                    container({Kind::Vector, lags}, 1).text + ") / " + std::to_string(lags.value) + ";"});
  }
  into.push_back({"vector[" + n + "] " + e + ";"});
  forEachIndex(into, y.type.rows, 0, [&](Statements &inner, const std::string &t) {
    std::string at = "[" + t + "]", of = isOfOutcomes ? y.name : e, q = newName("i");
    inner.push_back({e + at + " = " + y.name + at + " - " + mean + ";"});
    if (hasLags) {
      std::string most = random.oneIn(2) ? "min(" + t + " - 1, " + lags.text + ")" : lags.text;
      Statement step = {e + at + " -= " + theta + "[" + q + "] * " + of + "[" + t + " - " + q + "];"};
      Statements body = {step};
      if (most == lags.text)
        body = {withBody("if (" + t + " > " + q + ")", {step})};
      inner.push_back(withBody("for (" + q + " in 1 : " + most + ")", body));
    } else {
      inner.push_back(
          withBody("if (" + t + " > 1)", {{e + at + " -= " + theta + " * " + of + "[" + t + " - 1];"}}));
    }
    if (isInside)
      inner.push_back({e + at + " ~ normal(0, " + scale + ");"});
  });
  if (!isInside)
    into.push_back({e + random.oneOf({" ~ normal(0, ", " ~ student_t(4, 0, "}) + scale + ");"});
  scope.push_back({e, y.type, 12, Domain::Any, true});
}

/// A state that follows the outcomes, and its variance.
void Generator::filter(Statements &into, const Variable &y) {
  std::string level = newName("r"), variance = newName("r"), gain = newName("r");
  into.push_back({"real " + level + " = " + realUpTo(2, 2).text + ";"});
  into.push_back({"real " + variance + " = 0.3 + " + tamed(real(1, Domain::Positive), 9).text + ";"});
  std::string noise = "(0.2 + " + tamed(real(1, Domain::Positive), 9).text + ")",
              more = real(1, Domain::Unit).text;
  bool hasGaps = random.oneIn(3);
  forEachIndex(into, y.type.rows, 0, [&](Statements &inner, const std::string &t) {
    inner.push_back({variance + " += " + more + ";"});
    std::string at = y.name + "[" + t + "]";
    Statements update = {{at + " ~ normal(" + level + ", sqrt(" + variance + " + " + noise + "));"},
                         {"real " + gain + " = " + variance + " / (" + variance + " + " + noise + ");"},
                         {level + " += " + gain + " * (" + at + " - " + level + ");"},
                         {variance + " *= 1 - " + gain + ";"}};
    if (hasGaps)
      inner.push_back(withBody("if (" + dataCondition() + ")", update));
    else
      inner.insert(inner.end(), update.begin(), update.end());
  });
  scope.push_back({level, {Kind::Real}, 4, Domain::Any, true});
}

/// Each element from all of those before.
void Generator::renewal(Statements &into, const Variable &y) {
  std::string x = newName("h"), n = y.type.rows.text, w = newName("v");
  into.push_back({"vector[" + n + "] " + w + " = inv_logit(" +
                  container({Kind::Vector, y.type.rows}, 1).text + ") / " +
                  std::to_string(y.type.rows.value) + ";"});
  into.push_back({"vector[" + n + "] " + x + ";"});
  into.push_back({x + "[1] = " + realUpTo(2, 1).text + ";"});
  bool isSlice = random.oneIn(2);
  forEachIndex(into, y.type.rows, 1, [&](Statements &inner, const std::string &t) {
    std::string at = x + "[" + t + "]", s = newName("i");
    if (isSlice) {
      inner.push_back({at + " = " + realUpTo(2, 1).text + " + dot_product(" + x + "[1 : " + t +
                       " - 1], reverse(" + w + "[1 : " + t + " - 1]));"});
    } else {
      inner.push_back({at + " = " + realUpTo(2, 1).text + ";"});
      inner.push_back(withBody("for (" + s + " in 1 : " + t + " - 1)",
                               {{at + " += " + x + "[" + s + "] * " + w + "[" + t + " - " + s + "];"}}));
    }
  });
  into.push_back({y.name + " ~ normal(" + x + ", 0.3 + " + tamed(real(1, Domain::Positive), 9).text + ");"});
  scope.push_back({x, y.type, 40, Domain::Any, true});
}

/// Groups of rows that follow each other.
void Generator::raggedGroups(Statements &into, int depth) {
  if (starts.empty() || !hasTarget)
    return fillLoop(into, depth);
  const Size n = sizes[0], j = sizes[2];
  const Variable *found = outcomes(Kind::Vector, 0);
  if (!found || !(found->type.rows == n))
    return fillLoop(into, depth);
  std::string y = found->name, position = random.oneIn(4) ? newName("w") : "";
  Statements all;
  if (!position.empty())
    all.push_back({"int " + position + " = 1;"});
  forEachIndex(all, j, 0, [&](Statements &inner, const std::string &group) {
    std::string first = position.empty() ? starts + "[" + group + "]" : position,
                count = lengths + "[" + group + "]", last = first + " + " + count + " - 1";
    std::string scale = "0.3 + " + tamed(real(1, Domain::Positive), 9).text, mean = realUpTo(5, 2).text;
    switch (random.below(5)) {
    case 0:
      inner.push_back(
          {"segment(" + y + ", " + first + ", " + count + ") ~ normal(" + mean + ", " + scale + ");"});
      break;
    case 1:
      inner.push_back({y + "[" + first + " : " + last + "] ~ normal(" + mean + ", " + scale + ");"});
      break;
    case 2: {
      std::string sum = newName("s");
      inner.push_back({"real " + sum + " = " + realUpTo(2, 1).text + ";"});
      forEachIndex(
          inner, n, 0,
          [&](Statements &innermost, const std::string &) {
            innermost.push_back({sum + " += " + realUpTo(2, 2).text + ";"});
          },
          first + " : " + last);
      increment(inner, {random.oneOf({"sin(", "tanh(", "-square("}) + sum + ")", 0});
      break;
    }
    default:
      forEachIndex(
          inner, n, 0,
          [&](Statements &innermost, const std::string &i) {
            if (random.oneIn(3))
              statement(innermost, 0);
            innermost.push_back({y + "[" + i + "] ~ normal(" + realUpTo(5, 2).text + ", " + scale + ");"});
          },
          first + " : " + last);
    }
    if (!position.empty())
      inner.push_back({position + " += " + count + ";"});
  });
  if (position.empty())
    into.insert(into.end(), all.begin(), all.end());
  else
    into.push_back(withBody("", all));
}

/// Rows whose mean is a sum of what several indices of data choose.
void Generator::crossedGroups(Statements &into, int depth) {
  Kind kind = random.oneIn(3) ? Kind::Ints : Kind::Vector;
  const Variable *found = outcomes(kind, 0);
  if (!found || !hasTarget)
    return fillLoop(into, depth);
  Variable y = *found;
  const Size rows = y.type.rows;
  std::vector<const Variable *> groups = find([&](const Variable &v) {
    return v.type.kind == Kind::Ints && v.type.rows == rows && !v.indexes.empty();
  });
  if (groups.empty())
    return site(into, depth);
  bool isLoop = random.oneIn(2);
  std::string i = newName("i"), at = isLoop ? "[" + i + "]" : "", mean;
  double limit = kind == Kind::Ints ? 1 : 4;
  auto effect = [&](const Variable &group, Domain domain) {
    Size of =
        *std::find_if(sizes.begin(), sizes.end(), [&](const Size &s) { return s.text == group.indexes; });
    Expression values = tamed(container({Kind::Vector, of}, int(random.below(2)), domain), limit);
    std::string name = newName("v");
    into.push_back({"vector[" + of.text + "] " + name + " = " + values.text + ";"});
    return name + "[" + group.name + at + "]";
  };
  std::vector<Variable> keys;
  for (const Variable *group : groups)
    keys.push_back(*group);
  for (const Variable &group : keys)
    if (mean.empty() || !random.oneIn(3))
      mean += (mean.empty() ? "" : " + ") + effect(group, Domain::Any);
  if (random.oneIn(2))
    mean += " + " + realUpTo(limit, 1).text;
  const Variable *x = outcomes(Kind::Vector, 0);
  if (x && x->type.rows == rows && random.oneIn(2)) { // a slope, perhaps of each group
    std::string covariate = x->name + at;
    mean += " + " + (random.oneIn(2) ? realUpTo(1, 1).text + " * " + covariate
                                     : effect(keys.front(), Domain::Any) + " .* " + covariate);
  }
  std::string scale = "0.3 + " + tamed(real(1, Domain::Positive), 9).text;
  if (random.oneIn(4))
    scale = "0.3 + " + effect(keys.back(), Domain::Positive);
  if (isLoop)
    for (size_t k; (k = mean.find(".*")) != std::string::npos;)
      mean.erase(k, 1);
  std::string outcome = y.name + at, name = "normal", arguments = mean + ", " + scale;
  bool isPositive = kind == Kind::Vector && y.domain == Domain::Positive;
  if (kind == Kind::Ints) {
    name = y.domain == Domain::Unit ? "bernoulli_logit" : "poisson_log";
    arguments = mean;
  } else if (isPositive && random.oneIn(2)) {
    name = "lognormal";
  }
  Statements sites = {{outcome + " ~ " + name + "(" + arguments + ");"}};
  const Variable *weights = anyOf(find([&](const Variable &v) {
    return v.type == Type{Kind::Vector, rows} && v.domain == Domain::Positive && v.name[0] == 'd';
  }));
  if (isLoop && weights && random.oneIn(3))
    sites = {{"target += " + weights->name + at + " * " + name + (kind == Kind::Ints ? "_lpmf(" : "_lpdf(") +
              outcome + " | " + arguments + ");"}};
  if (isLoop) {
    if (random.oneIn(4)) {
      indices.push_back({i, rows});
      sites = {withBody("if (" + dataCondition() + ")", sites)};
      indices.pop_back();
    }
    sites = {withBody("for (" + i + " in 1 : " + rows.text + ")", sites)};
  }
  if (random.oneIn(4)) // a switch of the whole likelihood
    sites = {withBody("if (" + dataCondition() + ")", sites)};
  into.insert(into.end(), sites.begin(), sites.end());
}

/// Outcomes of categories, which are indices of data.
void Generator::categories(Statements &into, int depth) {
  const Variable *found = anyOf(find([&](const Variable &v) {
    return v.type.kind == Kind::Ints && !v.indexes.empty() && v.type.rows.value <= 20;
  }));
  if (!found || !hasTarget)
    return fillLoop(into, depth);
  Variable y = *found;
  Size of = *std::find_if(sizes.begin(), sizes.end(), [&](const Size &s) { return s.text == y.indexes; });
  if (of.value == 0 || of.value > 9)
    return fillLoop(into, depth);
  forEachIndex(into, y.type.rows, 0, [&](Statements &inner, const std::string &i) {
    std::string at = y.name + "[" + i + "]", scores = tamed(container({Kind::Vector, of}, 2), 5).text,
                name = newName("v");
    switch (random.below(5)) {
    case 0:
      inner.push_back({at + " ~ categorical_logit(" + scores + ");"});
      break;
    case 1:
      inner.push_back({"target += categorical_lpmf(" + at + " | softmax(" + scores + "));"});
      break;
    case 2:
      inner.push_back({"target += log_softmax(" + scores + ")[" + at + "];"});
      break;
    case 3:
      inner.push_back({"vector[" + of.text + "] " + name + " = " + scores + ";"});
      inner.push_back({"target += " + name + "[" + at + "] - log_sum_exp(" + name + ");"});
      break;
    default: // steps that add up
      inner.push_back({"vector[" + of.text + "] " + name + ";"});
      inner.push_back({name + "[1] = 0;"});
      forEachIndex(inner, of, 1, [&](Statements &innermost, const std::string &k) {
        innermost.push_back(
            {name + "[" + k + "] = " + name + "[" + k + " - 1] + " + realUpTo(2, 2).text + ";"});
      });
      inner.push_back({at + " ~ categorical_logit(" + name + ");"});
    }
  });
}
