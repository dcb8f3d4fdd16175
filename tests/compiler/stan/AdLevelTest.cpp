//===- AdLevelTest.cpp - what counts as depending on parameters -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestPrograms.h"

using namespace astragal::stan;

/// Whether each item of the first print in the block is autodiff, as a string of 0 and 1.
static std::string levels(BlockStmt *block) {
  for (Stmt *stmt : block->body)
    if (auto *print = llvm::dyn_cast<PrintStmt>(stmt)) {
      std::string result;
      for (Expr *item : print->items)
        result += item->autodiff ? '1' : '0';
      return result;
    }
  return "";
}

static const char *const declarations = "data { real d; int n; vector[3] v; } "
                                        "transformed data { real td = 1; } "
                                        "parameters { real p; vector[3] q; } "
                                        "transformed parameters { real tp = 1; print(d, td, p, tp, n); } ";

TEST(AdLevel, FollowsTheBlockOfDeclaration) {
  TestProgram test(std::string(declarations) +
                   "model { real local = d; int i = n; print(d, td, p, tp, local, i, n, target()); }");
  ASSERT_EQ(test.messages(), "");
  EXPECT_EQ(levels(test.program->transformedParameters), "00110");
  // A local of the model block counts even when it is computed from data.
  EXPECT_EQ(levels(test.program->model), "00111001");
}

TEST(AdLevel, IsNowhereInGeneratedQuantities) {
  TestProgram test(std::string(declarations) +
                   "generated quantities { real x = p; print(p, tp, x, p * q); }");
  EXPECT_EQ(levels(test.program->generatedQuantities), "0000");
}

TEST(AdLevel, SpreadsThroughExpressions) {
  TestProgram test(
      std::string(declarations) +
      "model { print(d + 1, d + p, -p, q', v[1], q[1], sin(d), sin(p), {d, p}, [d, d], n ? d : p, "
      "(d, p), (d, p).1, (d, p).2, num_elements(q), dot_product(v, q)); }");
  ASSERT_EQ(test.messages(), "");
  EXPECT_EQ(levels(test.program->model), "0111010110110101");
}

TEST(AdLevel, SeesDataArguments) {
  TestProgram test(
      "functions { real f(real a, data real b, int c) { real x = b; print(a, b, c, x, a * b); return a; } }");
  EXPECT_EQ(levels(test.program->functions[0]->body), "10011");
}

TEST(AdLevel, OfACallIsThatOfItsArguments) {
  TestProgram test("functions { real f(real a, data real b) { return a + b; } int g(real a) { return 1; } }" +
                   std::string(declarations) + "model { print(f(d, d), f(p, d), g(p)); }");
  ASSERT_EQ(test.messages(), "");
  EXPECT_EQ(levels(test.program->model), "010");
}

TEST(AdLevel, OfLoopVariables) {
  TestProgram test("parameters { vector[3] q; } model { for (i in 1:2) for (x in q) { print(i, x); } }");
  auto *outer = llvm::cast<ForStmt>(test.program->model->body[0]);
  auto *inner = llvm::cast<ForEachStmt>(outer->body);
  EXPECT_EQ(levels(llvm::cast<BlockStmt>(inner->body)), "01");
  EXPECT_FALSE(outer->variable->autodiff);
  EXPECT_TRUE(inner->variable->autodiff);
}
