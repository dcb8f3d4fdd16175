//===- TypeCheckerTest.cpp - names, types, promotions -----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FeatureProgram.h"
#include "TestPrograms.h"

using namespace astragal::stan;

/// The typed dump of an expression, in the context of some declarations.
static std::string typed(llvm::StringRef expression) {
  TestProgram test(
      ("functions { real f(real x, vector y) { return x; } real f(int x, vector y) { return 2; } }"
       "data { int n; real x; complex z; vector[3] v; row_vector[3] r; matrix[3, 3] m; array[2] int ai;"
       "  array[2] real ar; array[2, 2] vector[3] av; complex_matrix[3, 3] cm; tuple(int, array[2] real) t; }"
       "generated quantities { print(" +
       expression + "); }")
          .str());
  if (test.diagnostics.hasErrors())
    return test.messages();
  std::string result;
  llvm::raw_string_ostream os(result);
  print(*llvm::cast<PrintStmt>(test.program->generatedQuantities->body[0])->items[0], os, /*types=*/true);
  return os.str();
}

static std::string typeOf(llvm::StringRef expression) {
  std::string text = typed(expression);
  size_t open = text.rfind('{');
  return open == std::string::npos ? text : text.substr(open + 1, text.size() - open - 2);
}

TEST(TypeChecker, AcceptsEveryConstruct) {
  EXPECT_EQ(
      TestProgram(featureProgram).messages(),
      "44:29: warning: a quotient of integers is rounded towards zero: write 'N / 2.0' for a real number, or "
      "'N %/% 2' where it is meant to be rounded");
}

TEST(TypeChecker, TypesOperators) {
  EXPECT_EQ(typeOf("n + n"), "int");
  EXPECT_EQ(typeOf("n / n"), "int");
  EXPECT_EQ(typeOf("n ^ n"), "real");
  EXPECT_EQ(typeOf("x > n"), "int");
  EXPECT_EQ(typeOf("v * r"), "matrix");
  EXPECT_EQ(typeOf("r * v"), "real");
  EXPECT_EQ(typeOf("m * v"), "vector");
  EXPECT_EQ(typeOf("m \\ v"), "vector");
  EXPECT_EQ(typeOf("r / m"), "row_vector");
  EXPECT_EQ(typeOf("v'"), "row_vector");
  EXPECT_EQ(typeOf("-ai"), "array[] int");
  EXPECT_EQ(typeOf("ar ^ 2"), "array[] real");
  EXPECT_EQ(typeOf("m + z"), "complex_matrix");
  EXPECT_EQ(typeOf("!n"), "int");
}

TEST(TypeChecker, MakesPromotionsExplicit) {
  EXPECT_EQ(typed("x + n"), "(x{real} + promote(n{int}){real}){real}");
  EXPECT_EQ(typed("n * v"), "(promote(n{int}){real} * v{vector}){vector}");
  EXPECT_EQ(typed("n ? n : x"), "(n{int} ? promote(n{int}){real} : x{real}){real}");
  EXPECT_EQ(typed("{n, x}"), "{promote(n{int}){real}, x{real}}{array[] real}");
  EXPECT_EQ(typed("[n, x]"), "[promote(n{int}){real}, x{real}]{row_vector}");
  EXPECT_EQ(typed("z + n"), "(z{complex} + promote(n{int}){complex}){complex}");
  EXPECT_EQ(typed("normal_lpdf(ai | n, v)"),
            "normal_lpdf(promote(ai{array[] int}){array[] real} | promote(n{int}){real}, v{vector}){real}");
  EXPECT_EQ(typed("{(1, 2.5), (1.5, 2)}"),
            "{promote((1{int}, 2.5{real}){tuple(int, real)}){tuple(real, real)}, "
            "promote((1.5{real}, 2{int}){tuple(real, int)}){tuple(real, real)}}{array[] tuple(real, real)}");
}

TEST(TypeChecker, TypesIndices) {
  EXPECT_EQ(typeOf("av[1]"), "array[] vector");
  EXPECT_EQ(typeOf("av[1, 2]"), "vector");
  EXPECT_EQ(typeOf("av[1, 2, 3]"), "real");
  EXPECT_EQ(typeOf("av[:, 2, 3]"), "array[] real");
  EXPECT_EQ(typeOf("av[ai, ai, 1:2]"), "array[,] vector");
  EXPECT_EQ(typeOf("m[1]"), "row_vector");
  EXPECT_EQ(typeOf("m[:, 1]"), "vector");
  EXPECT_EQ(typeOf("m[1, :]"), "row_vector");
  EXPECT_EQ(typeOf("m[ai]"), "matrix");
  EXPECT_EQ(typeOf("m[2:, :2]"), "matrix");
  EXPECT_EQ(typeOf("cm[1]"), "complex_row_vector");
  EXPECT_EQ(typeOf("cm[1, 1]"), "complex");
  EXPECT_EQ(typeOf("v[ai]"), "vector");
  EXPECT_EQ(typeOf("t.2[1]"), "real");
}

TEST(TypeChecker, MarksMultiIndices) {
  TestProgram test("data { vector[3] v; array[2] int i; } generated quantities { print(v[i]); }");
  auto *print = llvm::cast<PrintStmt>(test.program->generatedQuantities->body[0]);
  EXPECT_EQ(llvm::cast<IndexExpr>(print->items[0])->indices[0].kind, IndexKind::Multi);
}

TEST(TypeChecker, TypesLiterals) {
  EXPECT_EQ(typeOf("[r, r]"), "matrix");
  EXPECT_EQ(typeOf("[[1, 2i], r]"), "complex_matrix");
  EXPECT_EQ(typeOf("[]"), "row_vector");
  EXPECT_EQ(typeOf("{{1}, {2.5}}"), "array[,] real");
}

TEST(TypeChecker, TypesCalls) {
  EXPECT_EQ(typeOf("exp(n)"), "real");
  EXPECT_EQ(typeOf("exp(av)"), "array[,] vector");
  EXPECT_EQ(typeOf("abs(n)"), "int");
  EXPECT_EQ(typeOf("abs(z)"), "real");
  EXPECT_EQ(typeOf("max(ai)"), "int");
  EXPECT_EQ(typeOf("normal_rng(0, 1)"), "real");
  EXPECT_EQ(typeOf("normal_rng(v, 1)"), "array[] real");
  EXPECT_EQ(typeOf("poisson_rng(v)"), "array[] int");
  EXPECT_EQ(typeOf("multi_normal_rng(v, m)"), "vector");
  EXPECT_EQ(typeOf("multi_normal_rng(av[1], m)"), "array[] vector");
  EXPECT_EQ(typeOf("rep_array(v, 2)"), "array[] vector");
  EXPECT_EQ(typeOf("qr(m)"), "tuple(matrix, matrix)");
  EXPECT_EQ(typeOf("eigendecompose(m).2"), "complex_vector");
  EXPECT_EQ(typeOf("size(av)"), "int");
  EXPECT_EQ(typeOf("to_array_1d(m)"), "array[] real");
  EXPECT_EQ(typeOf("append_array(ai, ar)"), "array[] real");
}

TEST(TypeChecker, ResolvesOverloadsByFewestPromotions) {
  TestProgram test(
      "functions { real f(real x) { return 1; } real f(int x) { return 2; } real f(vector x) { return 3; } }"
      "generated quantities { print(f(1), f(1.5), f([1]')); }");
  ASSERT_EQ(test.messages(), "");
  auto *print = llvm::cast<PrintStmt>(test.program->generatedQuantities->body[0]);
  for (auto [item, function] : {std::pair(0, 1), std::pair(1, 0), std::pair(2, 2)})
    EXPECT_EQ(llvm::cast<CallExpr>(print->items[item])->callee, test.program->functions[function]);
}

TEST(TypeChecker, LetsUsersOverloadBuiltins) {
  TestProgram test("functions { real exp(tuple(real, real) x) { return x.1; } }"
                   "generated quantities { print(exp((1, 2)), exp(1)); }");
  ASSERT_EQ(test.messages(), "");
  auto *print = llvm::cast<PrintStmt>(test.program->generatedQuantities->body[0]);
  EXPECT_EQ(llvm::cast<CallExpr>(print->items[0])->callee, test.program->functions[0]);
  EXPECT_EQ(llvm::cast<CallExpr>(print->items[1])->callee, nullptr);
}

TEST(TypeChecker, LinksForwardDeclarations) {
  TestProgram test("functions { int f(int n); int g(int n) { return f(n); } int f(int n) { return n; } }");
  ASSERT_EQ(test.messages(), "");
  EXPECT_EQ(test.program->functions[0]->definition, test.program->functions[2]);
}

TEST(TypeChecker, FindsDistributions) {
  TestProgram test(
      "functions { real foo_lpdf(real y, real a) { return a; } real foo_lcdf(real y, real a) { return a; }"
      "  real foo_lccdf(real y, real a) { return a; } }"
      "data { int n; } parameters { real mu; }"
      "model { mu ~ normal(0, 1); n ~ poisson(2); mu ~ foo(1) T[0, 1]; }");
  ASSERT_EQ(test.messages(), "");
  auto tilde = [&](int i) { return llvm::cast<TildeStmt>(test.program->model->body[i]); };
  EXPECT_EQ(tilde(0)->function, "normal_lpdf");
  EXPECT_EQ(tilde(0)->callee, nullptr);
  EXPECT_EQ(tilde(1)->function, "poisson_lpmf");
  EXPECT_EQ(tilde(2)->function, "foo_lpdf");
  EXPECT_EQ(tilde(2)->callee, test.program->functions[0]);
  EXPECT_EQ(tilde(2)->lcdf, test.program->functions[1]);
  EXPECT_EQ(tilde(2)->lccdf, test.program->functions[2]);
}

TEST(TypeChecker, FollowsReturns) {
  auto messages = [](llvm::StringRef body) {
    return TestProgram(("functions { real f(real x) { " + body + " } }").str()).messages();
  };
  EXPECT_EQ(messages("if (x > 0) return 1; else return 2;"), "");
  EXPECT_EQ(messages("if (x > 0) return 1; else reject(x);"), "");
  EXPECT_EQ(messages("while (1) { if (x > 0) return 1; }"), "");
  EXPECT_EQ(messages("{ return 1; }"), "");
  EXPECT_EQ(messages("profile(\"p\") { return 1; }"), "");
  EXPECT_EQ(messages("fatal_error(\"no\");"), "");
  for (const char *body :
       {"while (x > 0) { if (x > 1) return 1; }", "while (1) { if (x > 0) break; return 1; }",
        "for (i in 1:3) { if (x > 0) return 1; }", "if (x > 0) return 1; x < 0 ? 1 : 2;"})
    EXPECT_NE(messages(body), "") << body;
}

TEST(TypeChecker, WarnsOfReadingWhatIsDeclared) {
  EXPECT_EQ(TestProgram("model { real x = x; }").messages(),
            "1:18: warning: 'x' is read in its own initial value");
}

TEST(TypeChecker, TypesFunctionsOfFunctions) {
  TestProgram test(
      "functions { vector f(real t, vector y, real a) { return y; }"
      "  real ll(vector theta, real a) { return a; } matrix cov(real a, int n) { return [[a]]; }"
      "  vector job(vector phi, vector theta, data array[] real x, data array[] int i) { return phi; }"
      "  real q(real x, real xc, array[] real theta, data array[] real r, data array[] int i) { return x; } }"
      "generated quantities {"
      "  array[2] vector[1] a = ode_bdf_tol(f, [1]', 0, {1, 2}, 1e-6, 1e-6, 100, 2);"
      "  array[2] vector[1] b = ode_adjoint_tol_ctl(f, [1]', 0, {1, 2}, 1, [1]', 1, [1]', 1, 1, 1, 1, 1, 1, "
      "1, 2);"
      "  vector[1] c = map_rect(job, [1]', {[1]'}, {{1}}, {{1}});"
      "  real d = integrate_1d(q, 0, 1, {1}, {1}, {1});"
      "  real e = integrate_1d(q, 0, 1, {1}, {1}, {1}, 1e-8);"
      "  real g = laplace_marginal(ll, (1.5,), 1, cov, (2, 3));"
      "  vector[2] h = laplace_latent_tol_poisson_log_rng({1}, {1}, [1]', 1, cov, (2, 3), ([1]', 1, 1, 1, 1, "
      "1));"
      "  tuple(vector[2], matrix[2, 2]) l = laplace_latent_solve_tol(ll, (1,), 1, cov, (2, 3), "
      "generate_laplace_options(2));"
      "}");
  EXPECT_EQ(test.messages(), "");
}
