//===- LibraryModeTest.cpp - the project's own library text -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestPrograms.h"

using namespace astragal::stan;

static const char *const libraryText = R"(
real normal_lpdf(real y, real mu, real<lower=0> sigma) {
  return -0.5 * square((y - mu) / sigma) - log(sigma);
}
real unit_lpdf(real<lower=0, upper=1> y) { return normal_lpdf(y | 0, 1); }
real normal_rng(real mu, real<lower=0> sigma) { return mu + sigma * tg_normal_rng(); }
vector simplex_jacobian(vector y) { jacobian += sum(y); return y; }
real lower_constrain(real y, real lower) { return lower + exp(y); }
)";

TEST(LibraryMode, IsASequenceOfFunctions) {
  TestProgram library(libraryText, /*libraryMode=*/true);
  EXPECT_EQ(library.messages(), "");
  ASSERT_EQ(library.program->functions.size(), 5u);
  FunctionDecl *normal = library.program->functions[0];
  EXPECT_EQ(normal->suffix, Suffix::Lpdf);
  EXPECT_EQ(normal->args[2]->spec->constraint, ConstraintKind::Bounds);
  EXPECT_TRUE(normal->args[2]->spec->first);
  EXPECT_FALSE(normal->args[2]->spec->second);
}

TEST(LibraryMode, CallsItsOwnFunctionsBeforeBuiltins) {
  TestProgram library(libraryText, /*libraryMode=*/true);
  auto *body = llvm::cast<ReturnStmt>(library.program->functions[1]->body->body[0]);
  EXPECT_EQ(llvm::cast<CallExpr>(body->value)->callee, library.program->functions[0]);
}

TEST(LibraryMode, ImportsOtherFiles) {
  TestProgram library(libraryText, /*libraryMode=*/true);
  SourceManager sources;
  Diagnostics diagnostics(sources);
  auto program = parse(sources, sources.addText("b.stan", "real f(real x) { return unit_lpdf(x); }"),
                       diagnostics, {.libraryMode = true});
  const Program *imports[] = {library.program.get()};
  CheckOptions options;
  options.libraryMode = true;
  options.imports = imports;
  EXPECT_TRUE(check(*program, diagnostics, options));
  auto *body = llvm::cast<ReturnStmt>(program->functions[0]->body->body[0]);
  EXPECT_EQ(llvm::cast<CallExpr>(body->value)->callee, library.program->functions[1]);
}

TEST(LibraryMode, IsNotForModels) {
  EXPECT_EQ(
      TestProgram("functions { real f() { return tg_normal_rng(); } }").messages(),
      "1:31: error: a function that ends in '_rng' may be called only in the transformed data and generated "
      "quantities blocks, and in functions that end in '_rng'\n"
      "1:31: error: undeclared function 'tg_normal_rng', did you mean 'std_normal_rng'?");
}

TEST(LibraryMode, ReportsErrors) {
  EXPECT_EQ(
      TestProgram("real f(real<lower=z> x) { return x; }\nreal g(real x) { return h(x) }", true).messages(),
      "2:29: error: expected ';' after 'return'");
  EXPECT_EQ(TestProgram("real f(real<lower=z> x) { return x; }", true).messages(),
            "1:19: error: undeclared identifier 'z'");
  EXPECT_EQ(TestProgram("data { int N; }", true).messages(),
            "1:1: error: expected the return type of a function before 'data'");
}
