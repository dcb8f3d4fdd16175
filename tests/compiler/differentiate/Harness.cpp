//===- Harness.cpp - gradients against differences ------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "compiler/differentiate/Passes.h"
#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;

namespace astragal {

std::string functionOf(const std::string &arguments, size_t dimension, const std::string &body) {
  return "func.func @f(" + arguments + (arguments.empty() ? "" : ", ") + "%q: tensor<" +
         std::to_string(dimension) +
         "xf64> {prob.binding = #prob.binding<input, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) "
         "attributes {prob.gradient} {\n" +
         body + "\n}\n";
}

static MLIRContext &sharedContext() {
  static MLIRContext *context = [] {
    auto *made = new MLIRContext(MLIRContext::Threading::DISABLED);
    made->loadDialect<tg::TGDialect, prob::ProbDialect, arith::ArithDialect, func::FuncDialect,
                      math::MathDialect, scf::SCFDialect, tensor::TensorDialect, ub::UBDialect>();
    return made;
  }();
  return *context;
}

void differentiateOnly(const std::string &text) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &sharedContext());
  ASSERT_TRUE(module);
  PassManager differentiate(&sharedContext());
  differentiate.addPass(differentiate::createDifferentiate());
  EXPECT_TRUE(succeeded(differentiate.run(*module)));
}

static std::string textOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream(text) << module;
  return text;
}

Differences differences;

double expectGradient(const std::string &text, const std::vector<Datum> &data,
                      const std::vector<double> &point) {
  OwningOpRef<ModuleOp> original = parseSourceString<ModuleOp>(text, &sharedContext());
  EXPECT_TRUE(original) << text;
  if (!original)
    return 0;
  OwningOpRef<ModuleOp> gradient = original->clone();
  PassManager differentiate(&sharedContext());
  differentiate.addPass(differentiate::createDifferentiate());
  bool passed = succeeded(differentiate.run(*gradient));
  EXPECT_TRUE(passed) << text;
  if (!passed)
    return 0;

  auto functionIn = [](ModuleOp module) { return *module.getOps<func::FuncOp>().begin(); };
  auto argumentsAt = [&](const std::vector<double> &at) {
    std::vector<Datum> arguments = data;
    arguments.push_back(Datum::of(at));
    return arguments;
  };
  Evaluator evaluator;
  auto valueAt = [&](const std::vector<double> &at) {
    return evaluator.run(functionIn(*original), argumentsAt(at))[0].f();
  };
  double value = valueAt(point);
  size_t originalSteps = evaluator.steps;
  EXPECT_TRUE(std::isfinite(value)) << text;

  // Once as the pass leaves it, and once cleaned up: both have to be right.
  double ratio = 0;
  for (bool cleaned : {false, true}) {
    if (cleaned) {
      PassManager clean(&sharedContext());
      clean.addPass(createCanonicalizerPass());
      clean.addPass(createCSEPass());
      EXPECT_TRUE(succeeded(clean.run(*gradient)));
    }
    Evaluator counting;
    std::vector<Datum> results = counting.run(functionIn(*gradient), argumentsAt(point));
    ratio = double(counting.steps) / originalSteps;
    EXPECT_EQ(results[0].f(), value) << text << textOf(*gradient);
    for (size_t k = 0; k < point.size(); ++k) {
      // Two differences, extrapolated: the error falls with the fourth power of the step. Where a smaller
      // step gives another answer, the function is too rough for differences, and they prove nothing.
      auto difference = [&](double step) {
        std::vector<double> above = point, below = point;
        above[k] += step;
        below[k] -= step;
        return (valueAt(above) - valueAt(below)) / (2 * step);
      };
      auto extrapolated = [&](double step) { return (4 * difference(step) - difference(2 * step)) / 3; };
      double expected = extrapolated(1e-4), actual = results[1].cells[k].f;
      double doubt = std::fabs(expected - extrapolated(3e-5));
      double tolerance = 1e-7 * std::max({1.0, std::fabs(expected), std::fabs(value)});
      ++differences.made;
      if (doubt > tolerance) {
        ++differences.useless;
        continue;
      }
      tolerance *= 3;
      EXPECT_NEAR(actual, expected, tolerance) << "element " << k << (cleaned ? " cleaned\n" : "\n") << text;
      if (!(std::fabs(actual - expected) <= tolerance)) {
        ADD_FAILURE() << textOf(*gradient);
        return ratio;
      }
    }
  }
  return ratio;
}

} // namespace astragal
