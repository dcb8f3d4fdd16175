//===- ParserTest.cpp - text to tree ----------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FeatureProgram.h"
#include "TestPrograms.h"

using namespace astragal::stan;

/// The expression with all its grouping written out.
static std::string grouped(llvm::StringRef expression) {
  TestProgram test(("model { x = " + expression + "; }").str(), false, /*runChecker=*/false);
  if (test.diagnostics.hasErrors())
    return test.messages();
  std::string result;
  llvm::raw_string_ostream os(result);
  print(*llvm::cast<AssignStmt>(test.program->model->body[0])->value, os);
  return os.str();
}

TEST(Parser, BindsOperatorsAsTheManualSays) {
  EXPECT_EQ(grouped("a + b * c"), "(a + (b * c))");
  EXPECT_EQ(grouped("a * b + c"), "((a * b) + c)");
  EXPECT_EQ(grouped("a - b - c"), "((a - b) - c)");
  EXPECT_EQ(grouped("a || b && c == d < e + f * g \\ h"), "(a || (b && (c == (d < (e + (f * (g \\ h)))))))");
  EXPECT_EQ(grouped("a %/% b * c %/% d"), "((a %/% b) * (c %/% d))");
  EXPECT_EQ(grouped("a * b / c % d .* e ./ f"), "(((((a * b) / c) % d) .* e) ./ f)");
  EXPECT_EQ(grouped("a == b != c"), "((a == b) != c)");
  EXPECT_EQ(grouped("a < b <= c"), "((a < b) <= c)");
  EXPECT_EQ(grouped("(a + b) * c"), "((a + b) * c)");
}

TEST(Parser, BindsPowersTighterThanSigns) {
  EXPECT_EQ(grouped("-a ^ b"), "(-(a ^ b))");
  EXPECT_EQ(grouped("a ^ -b ^ c"), "(a ^ (-(b ^ c)))");
  EXPECT_EQ(grouped("a ^ b ^ c"), "(a ^ (b ^ c))");
  EXPECT_EQ(grouped("a .^ b'"), "(a .^ (b'))");
  EXPECT_EQ(grouped("-a'"), "(-(a'))");
  EXPECT_EQ(grouped("-a * b"), "((-a) * b)");
  EXPECT_EQ(grouped("a ^ -b * c"), "((a ^ (-b)) * c)");
  EXPECT_EQ(grouped("!a && b"), "((!a) && b)");
  EXPECT_EQ(grouped("- - +a"), "(-(-(+a)))");
}

TEST(Parser, ChainsConditionsToTheRight) {
  EXPECT_EQ(grouped("a ? b : c ? d : e"), "(a ? b : (c ? d : e))");
  EXPECT_EQ(grouped("a ? b ? c : d : e"), "(a ? (b ? c : d) : e)");
  EXPECT_EQ(grouped("a || b ? c + 1 : d"), "((a || b) ? (c + 1) : d)");
}

TEST(Parser, ReadsPostfixForms) {
  EXPECT_EQ(grouped("a[1][2, 3]'[4]"), "(a[1][2, 3]')[4]");
  EXPECT_EQ(grouped("a[:, 1:, :2, 3:4, , b[1]]"), "a[:, 1:, :2, 3:4, :, b[1]]");
  EXPECT_EQ(grouped("a[]"), "a[:]");
  EXPECT_EQ(grouped("t.1.2[3].1"), "t.1.2[3].1");
  EXPECT_EQ(grouped("f(x)[1].2"), "f(x)[1].2");
  EXPECT_EQ(grouped("(a, b).1"), "(a, b).1");
  EXPECT_EQ(grouped("a[b ? 1 : 2 : 3]"), "a[(b ? 1 : 2):3]");
}

TEST(Parser, ReadsCallsAndLiterals) {
  EXPECT_EQ(grouped("f()"), "f()");
  EXPECT_EQ(grouped("foo_lpdf(y | a, b)"), "foo_lpdf(y | a, b)");
  EXPECT_EQ(grouped("foo_lpdf(y | )"), "foo_lpdf(y | )");
  EXPECT_EQ(grouped("{1, {2}, [3, 4]}"), "{1, {2}, [3, 4]}");
  EXPECT_EQ(grouped("[]"), "[]");
  EXPECT_EQ(grouped("1.50 + 2e3i + 7"), "((1.50 + 2e3i) + 7)");
  EXPECT_EQ(grouped("target()"), "target()");
  EXPECT_EQ(grouped("(a,)"), "(a)"); // a tuple of one slot
}

TEST(Parser, AttachesElseToTheNearestIf) {
  TestProgram test("model { if (1) if (2) x = 1; else x = 2; }", false, false);
  auto *outer = llvm::cast<IfStmt>(test.program->model->body[0]);
  EXPECT_EQ(outer->no, nullptr);
  EXPECT_NE(llvm::cast<IfStmt>(outer->yes)->no, nullptr);
}

TEST(Parser, KeepsAllOfADeclaration) {
  TestProgram test(
      "parameters { array[2, 3] vector<lower=0, upper=1>[4] x, y; cholesky_factor_cov[5, 6] C; }", false,
      false);
  auto *decl = llvm::cast<DeclStmt>(test.program->parameters->body[0]);
  ASSERT_EQ(decl->variables.size(), 2u);
  VarDecl *x = decl->variables[0];
  EXPECT_EQ(x->type, Type(BaseType::Vector, 2));
  EXPECT_EQ(x->spec, decl->variables[1]->spec);
  EXPECT_EQ(x->spec->arraySizes.size(), 2u);
  EXPECT_EQ(x->spec->sizes.size(), 1u);
  EXPECT_EQ(x->spec->constraint, ConstraintKind::Bounds);
  EXPECT_TRUE(x->isGlobal);
  EXPECT_EQ(x->origin, Origin::Parameters);
  auto *factor = llvm::cast<DeclStmt>(test.program->parameters->body[1])->variables[0]->spec;
  EXPECT_EQ(factor->constraint, ConstraintKind::CholeskyFactorCov);
  EXPECT_EQ(factor->sizes.size(), 2u);
}

TEST(Parser, AcceptsEveryConstruct) {
  TestProgram test(featureProgram, false, false);
  EXPECT_EQ(test.messages(), "");
}

TEST(Parser, PrintsWhatItReads) {
  // Grouping is printed in full, so that the second text is a fixed point.
  std::string once = TestProgram(featureProgram, false, false).dump();
  TestProgram again(once, false, false);
  EXPECT_EQ(again.messages(), "");
  EXPECT_EQ(again.dump(), once);
}

TEST(Parser, PrintsStan) {
  TestProgram test("functions { real f(data array[,] int a, tuple(real, vector) b) { return a[1, 1]; } }\n"
                   "data { int<lower=0> N; array[N] real<upper=2> y; }\n"
                   "model { if (N > 1) y ~ normal(0, 1) T[, 2]; else { target += f({{1}}, (1, [2]')); } }",
                   false, false);
  EXPECT_EQ(test.dump(), "functions {\n"
                         "  real f(data array[,] int a, tuple(real, vector) b) {\n"
                         "    return a[1, 1];\n"
                         "  }\n"
                         "}\n"
                         "data {\n"
                         "  int<lower=0> N;\n"
                         "  array[N] real<upper=2> y;\n"
                         "}\n"
                         "model {\n"
                         "  if ((N > 1))\n"
                         "    y ~ normal(0, 1) T[, 2];\n"
                         "  else\n"
                         "    {\n"
                         "      target += f({{1}}, (1, ([2]')));\n"
                         "    }\n"
                         "}\n");
}

TEST(Parser, GoesOnAfterErrors) {
  TestProgram test("data { int N; int; real y }\n"
                   "model {\n"
                   "  for (i in 1:N) { y[i ~ normal(0, 1); x = 3; }\n"
                   "  z = {1, };\n"
                   "  real ok = 1;\n"
                   "  if (x { a = 1; }\n"
                   "  b = ;\n"
                   "}\n"
                   "generated quantities { c = ; }");
  EXPECT_EQ(test.messages(), "1:18: error: expected an identifier before ';'\n"
                             "1:26: error: expected ';' after the declaration\n"
                             "3:24: error: expected ']' after the indices before '~'\n"
                             "4:11: error: expected an expression before '}'\n"
                             "6:9: error: expected ')' after the condition before '{'\n"
                             "7:7: error: expected an expression before ';'\n"
                             "9:28: error: expected an expression before ';'");
}
