//===- GridTest.cpp - univariate distributions on grids of arguments ------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every density, CDF, log CDF and log complementary CDF of one variable, with its derivatives, at the points
// of tests/reference/grid: edges of supports, scales from 1e-10 to 1e10, both tails. Stan and the exact value
// stand there.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>

namespace {
using nlohmann::json;
namespace fs = std::filesystem;
using namespace astragal;

const fs::path tests = ASTRAGAL_TESTS;

double number(const json &value) {
  if (value.is_number())
    return value.get<double>();
  double infinity = std::numeric_limits<double>::infinity();
  std::string text = value.get<std::string>();
  return text == "inf" ? infinity : text == "-inf" ? -infinity : std::numeric_limits<double>::quiet_NaN();
}

bool isClose(double a, double b, double tolerance, double floor) {
  return a == b || std::fabs(a - b) <= tolerance * std::max(std::fabs(b), floor);
}

/// Agreement with Stan as everywhere; where that fails, the exact value decides: within 1e-12 of it, or no
/// further from it than Stan is. An error of 1e-13 in a log density is one of 1e-13, relatively, in the
/// density.
bool agrees(double ours, std::optional<double> stan, std::optional<double> exact, double floor,
            bool isLogDensity) {
  if (stan && std::isnan(*stan) && exact)
    stan = {}; // Stan has nothing to say
  if (stan && (isClose(ours, *stan, 1e-10, floor) || std::isnan(*stan)))
    return true;
  if (!exact)
    return false;
  return isClose(ours, *exact, stan ? 1e-12 : 1e-10, isLogDensity ? 0.1 : floor) ||
         (stan && std::isfinite(*stan) && std::fabs(ours - *exact) <= std::fabs(*stan - *exact));
}

std::string joined(const json &values) { return values.is_null() ? "none" : values.dump(); }

class Grid : public testing::TestWithParam<std::string> {};

TEST_P(Grid, AgreesWithStanOrBetter) {
  std::ifstream in(tests / "reference" / "grid" / (GetParam() + ".json"));
  json grid = json::parse(in);
  CompileOptions options;
  options.entries = {ASTRAGAL_GRADIENT};
  auto dataOf = [](size_t function, json ints) {
    while (ints.size() < 4)
      ints.push_back(0);
    return io::parseJson(json{{"f", function}, {"n", ints}}.dump());
  };
  auto compiled = compileFile(tests / grid["model"].get<std::string>(), dataOf(0, json::array()), options);
  std::vector<double> x(4), gradient(4);
  for (size_t f = 0; f < grid["functions"].size(); ++f) {
    const json &function = grid["functions"][f];
    std::string kinds = function["arguments"];
    size_t count = std::count(kinds.begin(), kinds.end(), 'R');
    for (const json &row : function["points"]) {
      json ints = json::array();
      std::fill(x.begin(), x.end(), 0);
      size_t next = 0;
      for (size_t k = 0; k < kinds.size(); ++k) {
        if (kinds[k] == 'I')
          ints.push_back(row[0][k]);
        else
          x[next++] = number(row[0][k]);
      }
      model::Model model(compiled->model().description(), dataOf(f, ints));
      model::Evaluation evaluation(model);
      double value = evaluation.gradient(x.data(), gradient.data(), {false, false});
      std::string where = function["name"].get<std::string>() + joined(row[0]);
      if (row[1].is_null()) {
        EXPECT_EQ(value, -std::numeric_limits<double>::infinity()) << where << ": an invalid argument";
        continue;
      }
      const json &stan = row[1];
      json exact = row.size() > 2 ? row[2] : json();
      double largest = 0;
      for (size_t k = 0; k < count; ++k) {
        double slope = number((exact.is_array() ? exact : stan)[1 + k]);
        largest = std::isfinite(slope) ? std::max(largest, std::fabs(slope)) : largest;
      }
      bool isInfinite = std::isinf(value);
      for (size_t k = 0; k <= (isInfinite ? 0 : count); ++k) {
        double ours = k == 0 ? value : gradient[k - 1];
        std::optional<double> theirs = stan.is_array() ? std::optional(number(stan[k])) : std::nullopt;
        std::optional<double> precise = exact.is_array() ? std::optional(number(exact[k])) : std::nullopt;
        EXPECT_TRUE(agrees(ours, theirs, precise, std::max(k == 0 ? 0 : 1e-3 * largest, 1e-6),
                           k == 0 && GetParam() == "densities"))
            << where << (k == 0 ? "" : ", derivative " + std::to_string(k)) << ": " << json(ours).dump()
            << ", Stan: " << joined(stan.is_array() ? stan[k] : json())
            << ", exact: " << joined(exact.is_array() ? exact[k] : json());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, Grid, testing::Values("densities", "cdfs", "lcdfs", "lccdfs"),
                         [](const testing::TestParamInfo<std::string> &info) { return info.param; });

} // namespace
