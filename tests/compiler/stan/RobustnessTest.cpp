//===- RobustnessTest.cpp - no text brings the front end down ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FeatureProgram.h"
#include "TestPrograms.h"

#include <random>

using namespace astragal::stan;

static std::string repeat(llvm::StringRef text, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; ++i)
    result += text;
  return result;
}

/// Parses, checks and prints; what the messages are does not matter.
static void survive(const std::string &text) {
  TestProgram test(text);
  test.dump(/*types=*/true);
  std::string messages;
  llvm::raw_string_ostream os(messages);
  test.diagnostics.print(os);
  EXPECT_EQ(test.diagnostics.hasErrors(), test.messages().find("error: ") != std::string::npos);
}

TEST(Robustness, MutatedBytes) {
  std::mt19937 random(1);
  const std::string original = featureProgram;
  for (int i = 0; i < 3000; ++i) {
    std::string text = original;
    for (int edits = 1 + random() % 3; edits > 0; --edits) {
      size_t at = random() % text.size();
      switch (random() % 4) {
      case 0:
        text.erase(at, 1 + random() % 8);
        break;
      case 1:
        text.insert(at, 1, static_cast<char>(random() % 256));
        break;
      case 2:
        text.insert(at, text.substr(random() % text.size(), random() % 40));
        break;
      default:
        text.resize(at);
        break;
      }
      if (text.empty())
        break;
    }
    survive(text);
  }
}

TEST(Robustness, MutatedTokens) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  std::vector<std::string> original;
  for (const Token &token : lex(sources, sources.addText("test.stan", featureProgram), diagnostics))
    original.push_back(token.is(TokenKind::String) ? "\"" + token.text.str() + "\"" : token.text.str());
  std::mt19937 random(2);
  for (int i = 0; i < 3000; ++i) {
    std::vector<std::string> tokens = original;
    for (int edits = 1 + random() % 4; edits > 0; --edits) {
      size_t at = random() % tokens.size();
      size_t other = random() % tokens.size();
      switch (random() % 3) {
      case 0:
        tokens.erase(tokens.begin() + at);
        break;
      case 1:
        tokens.insert(tokens.begin() + at, tokens[other]);
        break;
      default:
        std::swap(tokens[at], tokens[other]);
        break;
      }
    }
    std::string text;
    for (const std::string &token : tokens)
      text += token + " ";
    survive(text);
  }
}

TEST(Robustness, MutatedNames) {
  // Programs that parse but mean something else: the checker's turn.
  SourceManager sources;
  Diagnostics diagnostics(sources);
  std::vector<Token> tokens = lex(sources, sources.addText("test.stan", featureProgram), diagnostics);
  std::vector<size_t> names;
  for (size_t i = 0; i < tokens.size(); ++i)
    if (tokens[i].is(TokenKind::Identifier) || tokens[i].is(TokenKind::Int))
      names.push_back(i);
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    std::vector<Token> mutated = tokens;
    for (int edits = 1 + random() % 4; edits > 0; --edits)
      mutated[names[random() % names.size()]].text = tokens[names[random() % names.size()]].text;
    std::string text;
    for (const Token &token : mutated)
      text += (token.is(TokenKind::String) ? "\"" + token.text.str() + "\"" : token.text.str()) + " ";
    survive(text);
  }
}

TEST(Robustness, DeepNestingIsAnError) {
  const size_t n = 10000;
  const std::string deep[] = {
      "model { x = " + repeat("(", n) + "1" + repeat(")", n) + "; }",
      "model { x = " + repeat("-", n) + "1; }",
      "model { x = " + repeat("2^", n) + "1; }",
      "model { x = " + repeat("1 + ", n) + "1; }",
      "model { x = " + repeat("1 ? 2 : ", n) + "1; }",
      "model { x = a" + repeat("[1]", n) + "; }",
      "model { x = a" + repeat("'", n) + "; }",
      "model { x = a" + repeat(".1", n) + "; }",
      "model { x = " + repeat("f(", n) + repeat(")", n) + "; }",
      "model { x = " + repeat("{", n) + "1" + repeat("}", n) + "; }",
      "model { x = " + repeat("[", n) + "1" + repeat("]", n) + "; }",
      "model { " + repeat("{", n) + repeat("}", n) + " }",
      "model { " + repeat("if (1) ", n) + "; }",
      "model { " + repeat("if (1) ; else ", n) + "; }",
      "model { " + repeat("for (i in 1:2) ", n) + "; }",
      "model { " + repeat("while (1) ", n) + "; }",
      "model { " + repeat("profile(\"a\") {", n) + repeat("}", n) + " }",
      "data { " + repeat("tuple(int, ", n) + "int" + repeat(")", n) + " x; }",
      "data { real<lower=" + repeat("-", n) + "1> x; }",
      "functions { real f(" + repeat("tuple(int, ", n) + "int" + repeat(")", n) + " x) { return 1; } }",
  };
  for (const std::string &text : deep) {
    TestProgram test(text);
    ASSERT_TRUE(test.diagnostics.hasErrors()) << text.substr(0, 40);
    EXPECT_TRUE(llvm::StringRef(test.diagnostics.all()[0].message).ends_with("nested too deeply"))
        << text.substr(0, 40) << ": " << test.diagnostics.all()[0].message;
  }
}

TEST(Robustness, LongButFlatProgramsAreFine) {
  EXPECT_EQ(TestProgram("model { real x = " + repeat("1 + ", 900) + "1; }").messages(), "");
  EXPECT_EQ(TestProgram("model { real x; " + repeat("x = 1; ", 20000) + "}").messages(), "");
  EXPECT_EQ(TestProgram("model { array[1] int x = {" + repeat("1, ", 50000) + "1}; }").messages(), "");
}

TEST(Robustness, OddTexts) {
  for (const std::string &text : {std::string(),
                                  std::string("\0model {}", 9),
                                  std::string("\r\n\r\n"),
                                  std::string("/*"),
                                  std::string("\""),
                                  std::string("#"),
                                  std::string("model"),
                                  std::string("model {"),
                                  std::string("transformed"),
                                  std::string("functions { real"),
                                  std::string("functions { real f("),
                                  std::string(1000, '}'),
                                  std::string(1000, '{'),
                                  std::string("data { int"),
                                  std::string("model { x["),
                                  std::string("model { x ~"),
                                  std::string("model { f(1 |"),
                                  std::string("model { 9999999999999999999999; }"),
                                  std::string("model { t.99999999999; }"),
                                  std::string("model { real x = 1e999; }")})
    survive(text);
}
