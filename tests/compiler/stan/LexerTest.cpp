//===- LexerTest.cpp - characters to tokens ---------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestPrograms.h"

using namespace astragal::stan;

static std::string spellings(llvm::StringRef text) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  std::string result;
  for (const Token &token : lex(sources, sources.addText("test.stan", text), diagnostics))
    result += (result.empty() ? "" : " ") + token.text.str();
  return result;
}

static std::vector<TokenKind> kinds(llvm::StringRef text) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  std::vector<TokenKind> result;
  for (const Token &token : lex(sources, sources.addText("test.stan", text), diagnostics))
    result.push_back(token.kind);
  return result;
}

TEST(Lexer, TakesTheLongestOperator) {
  EXPECT_EQ(spellings("a.*=b./=c.*d./e.^f%/%g<=h>=i==j!=k||l&&m"),
            "a .*= b ./= c .* d ./ e .^ f %/% g <= h >= i == j != k || l && m ");
  EXPECT_EQ(spellings("+=-=*=/=~'\\?:"), "+= -= *= /= ~ ' \\ ? : ");
}

TEST(Lexer, TellsNumbersApart) {
  using enum TokenKind;
  EXPECT_EQ(
      kinds("1 1_000 1. .5 1.5 1e3 1.e-3 .5E+2 3i 2.5i 1e2i"),
      (std::vector<TokenKind>{Int, Int, Real, DotNumber, Real, Real, Real, Real, Imag, Imag, Imag, End}));
}

TEST(Lexer, ANumberEndsWhereItStopsBeingOne) {
  EXPECT_EQ(spellings("1ee 2e+ 3in 1..2 2.*x t.1.2 1_ 1__0"),
            "1 ee 2 e + 3 in 1. .2 2. * x t .1 .2 1 _ 1 __0 ");
}

TEST(Lexer, SkipsComments) { EXPECT_EQ(spellings("a // b\nc /* d\n * e */ f /**/ g"), "a c f g "); }

TEST(Lexer, KeepsStringsWithoutQuotes) { EXPECT_EQ(spellings("print(\"a // b\")"), "print ( a // b ) "); }

TEST(Lexer, SkipsAByteOrderMark) {
  EXPECT_EQ(spellings("\xEF\xBB\xBF"
                      "data"),
            "data ");
}

TEST(Lexer, IncludesFilesInPlace) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  sources.addIncludeText("a.stan", "real a;\n#include <b.stan>\nreal c;");
  sources.addIncludeText("b.stan", "real b;");
  unsigned file = sources.addText("test.stan", "start #include \"a.stan\"\nend #include a.stan\n");
  std::string text;
  for (const Token &token : lex(sources, file, diagnostics))
    text += token.text.str() + " ";
  EXPECT_EQ(text, "start real a ; real b ; real c ; end real a ; real b ; real c ;  ");
  EXPECT_FALSE(diagnostics.hasErrors());
}

TEST(Lexer, RefusesAFileThatIncludesItself) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  sources.addIncludeText("a.stan", "#include b.stan");
  sources.addIncludeText("b.stan", "#include a.stan");
  lex(sources, sources.addText("test.stan", "#include a.stan"), diagnostics);
  ASSERT_EQ(diagnostics.errorCount(), 1u);
  EXPECT_EQ(diagnostics.all()[0].message, "'a.stan' includes itself");
}

TEST(Lexer, BoundsTheNumberOfIncludes) {
  // Each file includes the next twice: 2^40 texts.
  SourceManager sources;
  Diagnostics diagnostics(sources);
  for (int i = 0; i < 40; ++i) {
    std::string line = "#include f" + std::to_string(i + 1) + ".stan\n";
    sources.addIncludeText("f" + std::to_string(i) + ".stan", line + line);
  }
  sources.addIncludeText("f40.stan", "x");
  lex(sources, sources.addText("test.stan", "#include f0.stan"), diagnostics);
  EXPECT_TRUE(diagnostics.hasErrors());
  EXPECT_EQ(diagnostics.all()[0].message, "too many included files");
}
