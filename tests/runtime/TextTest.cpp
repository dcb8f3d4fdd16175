//===- TextTest.cpp - lines and names in messages ---------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/Similar.h"
#include "runtime/io/SourceLine.h"

#include <gtest/gtest.h>

using namespace astragal::io;

TEST(SourceLine, IsFoundByNumber) {
  std::string_view text = "one\r\ntwo\n\nfour";
  EXPECT_EQ(lineOf(text, 1), "one");
  EXPECT_EQ(lineOf(text, 2), "two");
  EXPECT_EQ(lineOf(text, 3), "");
  EXPECT_EQ(lineOf(text, 4), "four");
  EXPECT_EQ(lineOf(text, 5), "");
}

TEST(SourceLine, HasACaretUnderIt) {
  EXPECT_EQ(quoteLine("real x = y;", 10), "real x = y;\n         ^");
  EXPECT_EQ(quoteLine("real x = yyy;", 10, 3), "real x = yyy;\n         ^~~");
  EXPECT_EQ(quoteLine("\treal x", 7), "\treal x\n\t     ^");
  EXPECT_EQ(quoteLine("x", 2), "x\n ^");
  EXPECT_EQ(quoteLine("", 0), "\n^");
  EXPECT_EQ(quoteLine("short", 3, 100), "short\n  ^~~");
  // A character of several bytes takes one column.
  EXPECT_EQ(quoteLine("\xC3\xA9 x", 4), "\xC3\xA9 x\n  ^");
}

TEST(SourceLine, IsCutAroundTheCaret) {
  std::string line;
  for (int i = 0; i < 100; ++i)
    line += std::to_string(1000 + i);
  for (size_t column = 1; column <= line.size() + 1; ++column) {
    std::string quoted = quoteLine(line, column, 4);
    size_t end = quoted.find('\n'), caret = quoted.find('^') - end - 1;
    ASSERT_LE(end, 120u);
    ASSERT_LE(caret, end);
    if (column <= line.size())
      ASSERT_EQ(quoted[caret], line[column - 1]) << column;
    ASSERT_LE(quoted.size() - end - 1, 120u);
  }
  EXPECT_EQ(quoteLine(std::string(120, 'a'), 1).size(), 122u);
  // Never within a character.
  std::string wide;
  for (int i = 0; i < 200; ++i)
    wide += "\xC3\xA9";
  for (size_t column = 1; column <= wide.size(); column += 2) {
    std::string quoted = quoteLine(wide, column);
    ASSERT_EQ((quoted.find('\n') - quoted.find('\xC3')) % 2, quoted.find("...\n") == quoted.npos ? 0u : 1u);
  }
}

TEST(SourceLine, AdditionsGoToTheFirstLine) {
  EXPECT_EQ(appendToFirstLine("what\nline\n^", " (where)"), "what (where)\nline\n^");
  EXPECT_EQ(appendToFirstLine("what", " (where)"), "what (where)");
}

TEST(Similar, FindsWhatWasMeant) {
  std::vector<std::string> names = {"sample", "summary", "log-prob", "check", "compile", "bench"};
  EXPECT_EQ(findSimilar("smaple", names), "sample");
  EXPECT_EQ(findSimilar("sumary", names), "summary");
  EXPECT_EQ(findSimilar("logprob", names), "log-prob");
  EXPECT_EQ(findSimilar("BENCH", names), "bench");
  EXPECT_EQ(findSimilar("frobnicate", names), "");
  EXPECT_EQ(findSimilar("", names), "");
  EXPECT_EQ(findSimilar("x", {}), "");
  EXPECT_EQ(findSimilar("X", {"y", "x"}), "x");
}
