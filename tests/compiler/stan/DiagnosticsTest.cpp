//===- DiagnosticsTest.cpp - how messages look ------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestPrograms.h"

using namespace astragal::stan;

static std::string printed(const Diagnostics &diagnostics) {
  std::string result;
  llvm::raw_string_ostream os(result);
  diagnostics.print(os);
  return os.str();
}

TEST(Diagnostics, PointAtTheSource) {
  TestProgram test("model {\n\treal x = alpha;\n}\n");
  EXPECT_EQ(printed(test.diagnostics), "test.stan:2:11: error: undeclared identifier 'alpha'\n"
                                       "\treal x = alpha;\n"
                                       "\t         ^~~~~\n");
}

TEST(Diagnostics, StayWithinTheLine) {
  TestProgram test("model { 1 +\n 2; }");
  EXPECT_EQ(printed(test.diagnostics),
            "test.stan:1:9: error: an expression is not a statement: expected an assignment, '~' or a call\n"
            "model { 1 +\n"
            "        ^~~\n");
}

TEST(Diagnostics, SayWhereAFileWasIncluded) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  sources.addIncludeText("inner.stan", "real f(real x) {\n  return y;\n}");
  unsigned file = sources.addText("test.stan", "functions {\n#include inner.stan\n}\n");
  auto program = parse(sources, file, diagnostics);
  EXPECT_FALSE(check(*program, diagnostics));
  EXPECT_EQ(printed(diagnostics), "in file included from test.stan:2:\n"
                                  "inner.stan:2:10: error: undeclared identifier 'y'\n"
                                  "  return y;\n"
                                  "         ^\n");
}

TEST(Diagnostics, StopAtTheLimit) {
  std::string text = "model {\n";
  for (int i = 0; i < 50; ++i)
    text += "x = ;\n";
  TestProgram test(text + "}");
  EXPECT_EQ(test.diagnostics.all().size(), 20u);
  EXPECT_TRUE(
      llvm::StringRef(printed(test.diagnostics)).ends_with("too many errors, the rest is not shown\n"));
}

TEST(Diagnostics, EveryNodeKnowsItsPlace) {
  TestProgram test("model {\n  real x =\n    sin(1) + 2;\n}");
  auto *decl = llvm::cast<DeclStmt>(test.program->model->body[0]);
  Location location = test.program->locate(decl->range);
  EXPECT_EQ(location.file, "test.stan");
  EXPECT_EQ(location.line, 2u);
  EXPECT_EQ(location.column, 3u);
  EXPECT_EQ(test.sources.spelling(decl->range), "real x =\n    sin(1) + 2;");
  EXPECT_EQ(test.program->locate(decl->variables[0]->init->range).line, 3u);
  EXPECT_EQ(test.sources.spelling(decl->variables[0]->init->range), "sin(1) + 2");
}
