//===- ReferenceTest.cpp - values and gradients against real Stan ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every model under tests/models with values beside this file is compiled with static and with dynamic sizes
// and compared with Stan at fixed points: four log densities, four gradients, the constrained values. These
// are taken back to the unconstrained scale, too, and constrained once more.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"
#include "tests/Agreement.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <optional>

namespace {
using nlohmann::json;
namespace fs = std::filesystem;
using namespace astragal;

const fs::path tests = ASTRAGAL_TESTS;

/// Models that use what is not supported yet, with what the error must say. When one of them compiles, it has
/// to leave the list.
const std::map<std::string, std::string> unsupported = {};

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto &entry : fs::directory_iterator(tests / "reference"))
    if (entry.path().extension() == ".json" && entry.path().stem() != "posteriors")
      all.push_back(entry.path().stem());
  std::sort(all.begin(), all.end());
  return all;
}

double number(const json &value) {
  if (value.is_number())
    return value.get<double>();
  if (!value.is_string())
    return std::numeric_limits<double>::quiet_NaN();
  std::string text = value.get<std::string>();
  double infinity = std::numeric_limits<double>::infinity();
  return text == "inf" ? infinity : text == "-inf" ? -infinity : std::numeric_limits<double>::quiet_NaN();
}

/// What high precision says about a value, `gradient_propto/3` say, where exact.py has formulas.
std::optional<double> exactly(const json &point, const std::string &path) {
  json::json_pointer at("/exact/" + path);
  return point.contains(at) ? std::optional(number(point[at])) : std::nullopt;
}

/// |ours - theirs| <= tolerance * max(|theirs|, 1e-3 * the largest of its vector, 1e-6). Stan approximates here
/// and there: beyond the tolerance `exact`, where there is one, decides, and we must be no further from it
/// than Stan is.
void expectAgreement(double ours, double theirs, double largest, double tolerance, const std::string &what,
                     std::optional<double> exact = {}) {
  if (std::isnan(theirs) || std::isinf(theirs)) {
    EXPECT_TRUE(std::isnan(theirs) ? std::isnan(ours) : ours == theirs)
        << what << ": " << ours << ", Stan: " << theirs;
    return;
  }
  double scale = tests::scaleOf(theirs, largest);
  if (std::fabs(ours - theirs) <= tolerance * scale)
    return;
  std::string values = what + ": " + json(ours).dump() + ", Stan: " + json(theirs).dump();
  if (!exact) {
    ADD_FAILURE() << values << ", relative difference: " << std::fabs(ours - theirs) / scale;
    return;
  }
  double ulp = std::nextafter(std::fabs(*exact), std::numeric_limits<double>::infinity()) - std::fabs(*exact);
  EXPECT_LE(std::fabs(ours - *exact), std::max(std::fabs(theirs - *exact), 4 * ulp))
      << values << ", exact: " << json(*exact).dump();
}

const struct {
  const char *suffix;
  model::Density density;
} variants[] = {{"", {false, false}},
                {"_jacobian", {true, false}},
                {"_propto", {false, true}},
                {"_propto_jacobian", {true, true}}};

struct Results {
  std::vector<double> values; // everything that was computed, in order
};

class Reference : public testing::TestWithParam<std::string> {
protected:
  json reference;

  std::shared_ptr<CompiledModel> compile(bool staticSizes) {
    std::ifstream in(tests / "reference" / (GetParam() + ".json"));
    reference = json::parse(in);
    CompileOptions options;
    options.staticSizes = staticSizes;
    options.verifyPhases = true;
    options.entries = {ASTRAGAL_GRADIENT,        ASTRAGAL_GRADIENT_JACOBIAN,
                       ASTRAGAL_GRADIENT_PROPTO, ASTRAGAL_GRADIENT_PROPTO_JACOBIAN,
                       ASTRAGAL_GENERATE,        ASTRAGAL_UNCONSTRAIN};
    fs::path data = tests / reference["data"].get<std::string>();
    return compileFile(tests / reference["model"].get<std::string>(), io::readJson(data), options);
  }

  /// The parameters come back, though not all transforms can be undone: a unit vector has lost its length.
  static void expectRoundTrip(model::Evaluation &evaluation, const std::vector<double> &values,
                              const std::string &at) {
    std::vector<double> q(evaluation.model().dimension()), again(values.size());
    EXPECT_TRUE(evaluation.unconstrain(values.data(), q.data())) << evaluation.failure();
    EXPECT_TRUE(evaluation.generate(q.data(), again.data(), 1, 1)) << evaluation.failure();
    for (int64_t k = 0; k < evaluation.model().numParameterValues(); ++k)
      expectAgreement(again[k], values[k], 1, 1e-8,
                      at + "round trip of parameter value " + std::to_string(k));
  }

  Results evaluate(CompiledModel &compiled, double tolerance) {
    Results results;
    model::Model &model = compiled.model();
    EXPECT_EQ(model.dimension(), reference["dimension"].get<int64_t>());
    if (model.dimension() != reference["dimension"].get<int64_t>())
      return results;
    EXPECT_EQ(json(model.columnNames()), reference["outputs"]);
    model::Evaluation evaluation(model);
    std::vector<double> q(model.dimension()), gradient(model.dimension());
    int index = 0;
    for (const json &point : reference["points"]) {
      std::string at = "point " + std::to_string(++index) + ", ";
      for (size_t k = 0; k < q.size(); ++k)
        q[k] = number(point["unconstrained"][k]);
      for (const auto &variant : variants) {
        double lp = evaluation.gradient(q.data(), gradient.data(), variant.density);
        const std::string lpKey = std::string("log_density") + variant.suffix;
        expectAgreement(lp, number(point[lpKey]), 0, tolerance, at + lpKey, exactly(point, lpKey));
        results.values.push_back(lp);
        const std::string gradientKey = std::string("gradient") + variant.suffix;
        const json &stan = point[gradientKey];
        if (!stan.is_array())
          continue;
        double largest = 0;
        for (const json &g : stan)
          if (double x = std::fabs(number(g)); std::isfinite(x))
            largest = std::max(largest, x);
        for (size_t k = 0; k < gradient.size(); ++k) {
          expectAgreement(gradient[k], number(stan[k]), largest, tolerance,
                          at + gradientKey + "[" + std::to_string(k) + "]",
                          exactly(point, gradientKey + "/" + std::to_string(k)));
          results.values.push_back(gradient[k]);
        }
      }
      const json &constrained = point["constrained"];
      if (!constrained.is_array())
        continue;
      std::vector<double> values(model.numOutputValues());
      EXPECT_TRUE(evaluation.generate(q.data(), values.data(), 1, 1)) << evaluation.failure();
      expectRoundTrip(evaluation, values, at);
      double largest = 0;
      for (const json &v : constrained)
        if (double x = std::fabs(number(v)); std::isfinite(x))
          largest = std::max(largest, x);
      for (size_t k = 0; k < values.size(); ++k) {
        double ours = values[model.columnOrder().empty() ? k : model.columnOrder()[k]];
        if (constrained[k].is_null())
          continue; // random
        expectAgreement(ours, number(constrained[k]), std::fabs(number(constrained[k])), tolerance,
                        at + model.columnNames()[k]);
        results.values.push_back(ours);
      }
    }
    return results;
  }
};

TEST_P(Reference, AgreesWithStan) {
  auto expected = unsupported.find(GetParam());
  try {
    auto fixed = compile(/*staticSizes=*/true);
    EXPECT_EQ(expected, unsupported.end()) << "is supported now";
    Results a = evaluate(*fixed, 1e-10);
    auto open = compile(/*staticSizes=*/false);
    Results b = evaluate(*open, 1e-10);
    ASSERT_EQ(a.values.size(), b.values.size());
    double largest = 0;
    for (double x : a.values)
      if (std::isfinite(x))
        largest = std::max(largest, std::fabs(x));
    for (size_t k = 0; k < a.values.size(); ++k)
      expectAgreement(b.values[k], a.values[k], std::min(largest, 1.0), 1e-12,
                      "dynamic against static sizes, value " + std::to_string(k));
  } catch (const Error &error) {
    if (expected == unsupported.end())
      FAIL() << error.what();
    EXPECT_NE(std::string(error.what()).find("not supported yet: " + expected->second), std::string::npos)
        << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Models, Reference, testing::ValuesIn(names()),
                         [](const testing::TestParamInfo<std::string> &info) { return info.param; });

} // namespace
