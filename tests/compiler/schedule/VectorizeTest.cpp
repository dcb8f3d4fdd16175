//===- VectorizeTest.cpp - lanes against rows one at a time ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file runs plates as vectors and row by row, with static and dynamic sizes, and compares: sums bit for
// bit, for the rule of partials holds in every schedule. Cases.inc holds the plates; what a plate should
// compute stands beside it in C++.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Passes.h"
#include "tests/compiler/schedule/Compiled.h"

#include "mlir/ExecutionEngine/CRunnerUtils.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace astragal;

namespace {
constexpr int groups = 5, columns = 7;
using Results = std::vector<std::vector<double>>;

/// What every case sees: reals x, z and whole numbers k in [0, groups), c in [0, columns], all of size n; a
/// of size groups; m of size columns × n, and t, its transpose.
struct Data {
  int n;
  std::vector<double> x, z, a, m, t;
  std::vector<int32_t> k, c;

  explicit Data(int n) : n(n) {
    std::mt19937_64 random(1234 + n);
    auto real = [&] { return std::normal_distribution<double>()(random); };
    for (int i = 0; i < n; ++i) {
      x.push_back(real());
      z.push_back(real());
      k.push_back(static_cast<int32_t>(random() % groups));
      c.push_back(static_cast<int32_t>(random() % (columns + 1)));
    }
    for (int g = 0; g < groups; ++g)
      a.push_back(real());
    for (int e = 0; e < columns * n; ++e)
      m.push_back(real());
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < columns; ++j)
        t.push_back(m[j * n + i]);
  }
};

struct Case {
  const char *name;
  /// The function's body; %n is the size, NN its place in types.
  std::string body;
  int results;
  std::function<Results(const Data &)> expected;
};

const Case cases[] = {
#include "tests/compiler/schedule/Cases.inc"
};

std::string replaceAll(std::string text, const std::string &from, const std::string &to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string moduleFor(const Case &c, int n, bool dynamic) {
  std::string size = dynamic ? "?" : std::to_string(n);
  std::string results;
  for (int r = 0; r < c.results; ++r)
    results += std::string(r ? ", " : "") + "tensor<?xf64>";
  std::string text = "func.func @f(";
  for (std::string argument :
       {"%x: tensor<NNxf64>", "%z: tensor<NNxf64>", "%k: tensor<NNxi32>", "%c: tensor<NNxi32>",
        "%a: tensor<5xf64>", "%m: tensor<7xNNxf64>", "%t: tensor<NNx7xf64>"})
    text += (text.ends_with("(") ? "" : ", ") + argument + " {bufferization.writable = false}";
  text += ") -> (" + results + ") attributes {llvm.emit_c_interface} {\n";
  text += dynamic ? "%d0 = arith.constant 0 : index\n%n = tensor.dim %x, %d0 : tensor<NNxf64>\n"
                  : "%n = arith.constant " + std::to_string(n) + " : index\n";
  text += R"(
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c5 = arith.constant 5 : index
    %c7 = arith.constant 7 : index
    %i0 = arith.constant 0 : i32
    %i1 = arith.constant 1 : i32
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
  )";
  return replaceAll(text + c.body + "\n}\n", "NN", size);
}

template <typename T> StridedMemRefType<T, 1> describe(const std::vector<T> &values) {
  auto *data = const_cast<T *>(values.data());
  return {data, data, 0, {static_cast<int64_t>(values.size())}, {1}};
}

StridedMemRefType<double, 2> describe(const std::vector<double> &values, int64_t rows, int64_t size) {
  auto *data = const_cast<double *>(values.data());
  return {data, data, 0, {rows, size}, {size, 1}};
}

Results run(const Case &c, const Data &data, bool dynamic, bool lanes) {
  tests::Compiled compiled(moduleFor(c, data.n, dynamic), [&](mlir::PassManager &pm) {
    schedule::VectorizePlatesOptions options;
    options.lanes = lanes;
    pm.addNestedPass<mlir::func::FuncOp>(schedule::createVectorizePlates(options));
    pm.addPass(mlir::createCanonicalizerPass());
    pm.addPass(mlir::createCSEPass());
    pm.addPass(schedule::createExpandMath());
  });
  EXPECT_EQ(compiled.error, "");
  auto function = reinterpret_cast<void (*)(void *, void *, void *, void *, void *, void *, void *, void *)>(
      compiled.lookup("_mlir_ciface_f"));
  EXPECT_NE(function, nullptr) << compiled.error;
  if (!function)
    return {};
  auto x = describe(data.x), z = describe(data.z), a = describe(data.a);
  auto k = describe(data.k), counts = describe(data.c);
  auto m = describe(data.m, columns, data.n), t = describe(data.t, data.n, columns);
  std::vector<StridedMemRefType<double, 1>> out(c.results);
  function(out.data(), &x, &z, &k, &counts, &a, &m, &t);
  Results results;
  for (auto &result : out)
    results.emplace_back(result.data + result.offset, result.data + result.offset + result.sizes[0]);
  return results;
}

void expectNear(const Results &actual, const Results &expected, const std::string &what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  for (size_t r = 0; r < actual.size(); ++r) {
    ASSERT_EQ(actual[r].size(), expected[r].size()) << what << ", result " << r;
    double scale = 1e-3;
    for (double value : expected[r])
      if (std::isfinite(value))
        scale = std::max(scale, std::fabs(value));
    for (size_t e = 0; e < actual[r].size(); ++e)
      if (actual[r][e] != expected[r][e])
        EXPECT_NEAR(actual[r][e], expected[r][e], 1e-12 * scale)
            << what << ", result " << r << ", element " << e;
  }
}
} // namespace

class Vectorize : public testing::TestWithParam<Case> {};

TEST_P(Vectorize, AsRowByRow) {
  const Case &c = GetParam();
  for (int n : {1, 3, 8, 13, 40}) {
    Data data(n);
    for (bool dynamic : {false, true}) {
      std::string where = std::to_string(n) + (dynamic ? " rows, dynamic" : " rows, static");
      Results lanes = run(c, data, dynamic, true), rows = run(c, data, dynamic, false);
      expectNear(lanes, c.expected(data), where + ", lanes");
      expectNear(rows, c.expected(data), where + ", row by row");
      // The first result holds sums.
      if (!lanes.empty() && !rows.empty())
        EXPECT_EQ(lanes.front(), rows.front()) << where;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Plates, Vectorize, testing::ValuesIn(cases),
                         [](const auto &info) { return std::string(info.param.name); });
