//===- WorkspaceGrowthTest.cpp - tapes longer than the workspace ----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How long a tape gets may depend on parameters: nobody can give its size before. Gradients are right before,
// while and after the workspace grows.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/Error.h"
#include "runtime/model/Evaluation.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace astragal;

namespace {

/// The map s <- s - s^2 / 1000, `trips` times, and the log density -(s - 1)^2 - length^2 with its
/// derivatives.
void expectGradients(model::Model &model, double unit) {
  model::Evaluation evaluation(model);
  size_t first = 0;
  for (double length : {0.0, 3.0, 6.0, 0.0, 6.0}) {
    double q[] = {1.7, length}, gradient[2];
    double lp = evaluation.gradient(q, gradient);
    double s = q[0], tangent = 1;
    for (double n = 0; n < unit * std::exp(length); ++n) {
      tangent *= 1 - 0.002 * s;
      s -= 0.001 * s * s;
    }
    double expected[] = {-2 * (s - 1) * tangent, -2 * length};
    EXPECT_NEAR(lp, -(s - 1) * (s - 1) - length * length, 1e-9);
    for (int i = 0; i < 2; ++i)
      EXPECT_NEAR(gradient[i], expected[i], 1e-10 * std::fabs(expected[i])) << "length " << length;
    if (!first)
      first = model.workspaceBytes();
  }
  EXPECT_GT(model.workspaceBytes(), first) << "the workspace never grew: the test tests nothing";
}

TEST(WorkspaceGrowth, WhileLoop) {
  try {
    auto compiled = compileText(R"(
parameters { real x; real length; }
model {
  real s = x;
  int n = 0;
  while (n < 100 * exp(length)) {
    s = s - 0.001 * square(s);
    n += 1;
  }
  target += -square(s - 1) - square(length);
})",
                                io::Data());
    expectGradients(compiled->model(), 100);
  } catch (const Error &error) {
    FAIL() << error.what();
  }
}

} // namespace
