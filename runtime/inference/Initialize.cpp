//===- Initialize.cpp - where chains begin --------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Initialize.h"
#include "runtime/Error.h"
#include "runtime/io/Layout.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace astragal;
using namespace astragal::inference;

namespace {

/// The parameters that a file gives values for.
struct Given {
  std::vector<const model::Variable *> variables;
  std::vector<const io::Value *> values;
  bool all = true; // of those that have elements
};

} // namespace

static Given findGiven(const model::Model &model, const io::Data *inits) {
  Given given;
  for (const model::Variable &variable : model.variables()) {
    if (variable.block != ASTRAGAL_PARAMETER || variable.size == 0)
      continue;
    const io::Value *value = inits ? inits->find(variable.name) : nullptr;
    if (!value) {
      given.all = false;
      continue;
    }
    std::string prefix = inits->source() + (value->line ? ":" + std::to_string(value->line) : "") +
                         ": initial value of '" + variable.name + "'";
    if (!value->problem.empty())
      throw Error(Error::Kind::Data, prefix + " " + value->problem);
    if (value->dims != variable.dims)
      throw Error(Error::Kind::Data, prefix + ": expected shape " + io::formatShape(variable.dims) +
                                         ", got " + io::formatShape(value->dims));
    given.variables.push_back(&variable);
    given.values.push_back(value);
  }
  return given;
}

/// " -1" or " -1 (element [2, 3])" of the first value that has no unconstrained one, where each value has its
/// own.
static std::string describeValue(const model::Variable &variable, const std::vector<double> &constrained,
                                 const std::vector<double> &unconstrained) {
  if (variable.unconstrainedSize != variable.size)
    return "";
  std::vector<int64_t> places = io::storageOfColumns(variable.dims, variable.arrayRank);
  std::vector<std::string> names = io::elementNames(variable.name, variable.dims);
  for (size_t column = 0; column < size_t(variable.size); ++column) {
    int64_t place = places[column];
    if (std::isfinite(unconstrained[size_t(variable.unconstrainedOffset + place)]))
      continue;
    char text[32];
    std::snprintf(text, sizeof text, " %.10g", constrained[size_t(variable.offset + place)]);
    if (variable.dims.empty())
      return text;
    std::string at = names[column].substr(variable.name.size() + 1);
    for (size_t dot; (dot = at.find('.')) != std::string::npos;)
      at.replace(dot, 1, ", ");
    return text + (variable.dims.size() == 1 ? " (element " + at + ")" : " (element [" + at + "])");
  }
  return "";
}

/// Replaces the given parameters' part of `q`. Returns why it cannot, or nothing; `isOutside` if a value is
/// not inside its support.
static std::string placeGiven(model::Evaluation &evaluation, const Given &given, const io::Data &inits,
                              std::vector<double> &q, bool &isOutside) {
  const model::Model &model = evaluation.model();
  // Values of the others are those of the random point: a transform may need them.
  std::vector<double> constrained(model.numConstrainedValues());
  if (!given.all && !evaluation.constrain(q.data(), constrained.data()))
    return evaluation.failure();
  for (size_t i = 0; i < given.variables.size(); ++i)
    io::rowMajorToStorage(given.values[i]->values.data(), constrained.data() + given.variables[i]->offset,
                          given.variables[i]->dims, given.variables[i]->arrayRank);
  std::vector<double> unconstrained(q.size());
  if (!evaluation.unconstrain(constrained.data(), unconstrained.data()))
    return inits.source() + ": " + evaluation.failure();
  for (const model::Variable *variable : given.variables) {
    auto begin = unconstrained.begin() + variable->unconstrainedOffset;
    if (!std::all_of(begin, begin + variable->unconstrainedSize, [](double x) { return std::isfinite(x); })) {
      isOutside = true;
      const io::Value *value = inits.find(variable->name);
      std::string line = value && value->line ? ":" + std::to_string(value->line) : "";
      return inits.source() + line + ": variable '" + variable->name + "': the initial value" +
             describeValue(*variable, constrained, unconstrained) + " is not inside its support" +
             model.declaration(variable->name);
    }
  }
  for (const model::Variable *variable : given.variables)
    std::copy_n(unconstrained.begin() + variable->unconstrainedOffset, variable->unconstrainedSize,
                q.begin() + variable->unconstrainedOffset);
  return "";
}

std::vector<double> astragal::inference::initialize(model::Evaluation &evaluation, random::Stream &random,
                                                    double radius, const io::Data *inits, bool traceNans) {
  const model::Model &model = evaluation.model();
  std::vector<double> q(model.dimension()), gradient(model.dimension());
  if (q.empty())
    return q;
  Given given = findGiven(model, inits);
  int attempts = radius == 0 || given.all ? 1 : 100;
  std::string reason;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    for (double &value : q)
      value = radius * (2 * random.uniform() - 1);
    if (!given.variables.empty()) {
      bool isOutside = false;
      reason = placeGiven(evaluation, given, *inits, q, isOutside);
      // Another point may move a bound that is random.
      if (isOutside && attempt + 1 == attempts)
        throw Error(Error::Kind::Data, reason);
      if (!reason.empty())
        continue;
    }
    double value = evaluation.gradient(q.data(), gradient.data());
    if (evaluation.failedCheck() >= 0) // it takes time to explain, and one reason is enough
      reason = attempt + 1 == attempts ? evaluation.failure() : "";
    else if (!std::isfinite(value))
      reason = std::string("the log density is ") + (std::isnan(value) ? "not a number"
                                                     : value < 0       ? "-inf"
                                                                       : "inf");
    else if (!std::all_of(gradient.begin(), gradient.end(), [](double g) { return std::isfinite(g); }))
      reason = "the gradient is not finite";
    else
      return q;
    if (attempt + 1 < attempts || evaluation.failedCheck() >= 0)
      continue;
    auto isNan = [](double x) { return std::isnan(x); };
    if (std::isinf(value)) {
      std::string where = evaluation.traceInfinity(q.data());
      reason += where.empty() ? "" : ": " + where;
    } else if (isNan(value) || std::any_of(gradient.begin(), gradient.end(), isNan)) {
      reason += traceNans ? ": " + evaluation.traceNan(q.data()) : "; --trace-nan says where it comes from";
    }
  }
  throw Error(Error::Kind::Model, "initialization failed after " + std::to_string(attempts) +
                                      (attempts == 1 ? " attempt: " : " attempts: ") + reason);
}
