//===- JsonTest.cpp - reading data ------------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/Json.h"
#include "Helpers.h"

#include <cmath>
#include <fstream>

using namespace astragal;
using namespace astragal::io;

using Dims = std::vector<int64_t>;
using Values = std::vector<double>;

static Value parseOne(const std::string &text) {
  Data data = parseJson("{\"x\": " + text + "}");
  const Value *value = data.find("x");
  EXPECT_TRUE(value);
  return value ? *value : Value();
}

TEST(Json, ReadsNumbersAndArrays) {
  Data data = parseJson(R"({
    "N": 3,
    "x": 1.5, "e": -2e-3,
    "y": [1, 2, 3],
    "m": [[1, 2, 3], [4, 5, 6]],
    "a": [[[1, 2]], [[3, 4.5]]]
  })");
  EXPECT_EQ(data.find("N")->dims, Dims{});
  EXPECT_EQ(data.find("N")->values, Values{3});
  EXPECT_TRUE(data.find("N")->isInt);
  EXPECT_EQ(data.find("N")->line, 2u);
  EXPECT_FALSE(data.find("x")->isInt);
  EXPECT_EQ(data.find("e")->values, Values{-0.002});
  EXPECT_EQ(data.find("e")->line, 3u);
  EXPECT_EQ(data.find("y")->dims, Dims{3});
  EXPECT_TRUE(data.find("y")->isInt);
  EXPECT_EQ(data.find("m")->dims, (Dims{2, 3}));
  EXPECT_EQ(data.find("m")->values, (Values{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(data.find("a")->dims, (Dims{2, 1, 2}));
  EXPECT_FALSE(data.find("a")->isInt);
  EXPECT_EQ(data.find("a")->line, 6u);
  EXPECT_EQ(data.find("z"), nullptr);
  EXPECT_TRUE(parseJson("{}").all().empty());
}

TEST(Json, RealLiteralsAreNotIntegers) {
  EXPECT_TRUE(parseOne("-7").isInt);
  EXPECT_FALSE(parseOne("1.0").isInt);
  EXPECT_FALSE(parseOne("1e3").isInt);
  EXPECT_FALSE(parseOne("[1, 2.0]").isInt);
  EXPECT_TRUE(parseOne("123456789012345678901234567890").isInt);
}

TEST(Json, ReadsNaNAndInfinities) {
  Values values =
      parseOne(R"([NaN, Infinity, -Infinity, Inf, -Inf, "NaN", "nan", "Inf", "+inf", "-inf", "Infinity",
                               "-Infinity", 1])")
          .values;
  ASSERT_EQ(values.size(), 13u);
  double inf = INFINITY;
  double expected[] = {NAN, inf, -inf, inf, -inf, NAN, NAN, inf, inf, -inf, inf, -inf, 1};
  for (int i = 0; i < 13; ++i)
    EXPECT_TRUE(values[i] == expected[i] || (std::isnan(values[i]) && std::isnan(expected[i]))) << i;
  EXPECT_FALSE(parseOne("NaN").isInt);
  EXPECT_EQ(parseOne("-Infinity").values, Values{-inf});
  // Where bare atoms are replaced, strings stay strings, and names stay names.
  Data data = parseJson(R"({"NaN": NaN, "s\"Infinity": "?", "Infinity": [1, Infinity]})");
  EXPECT_TRUE(std::isnan(data.find("NaN")->values[0]));
  EXPECT_EQ(data.find("s\"Infinity")->problem, "is a string");
  EXPECT_EQ(data.find("Infinity")->values, (Values{1, inf}));
}

TEST(Json, EmptyArrays) {
  EXPECT_EQ(parseOne("[]").dims, Dims{0});
  EXPECT_EQ(parseOne("[[], []]").dims, (Dims{2, 0}));
  EXPECT_EQ(parseOne("[[]]").values, Values{});
  EXPECT_EQ(parseOne("[[]]").problem, "");
}

TEST(Json, KeepsProblemsOfValuesThatAreNotNumbers) {
  EXPECT_EQ(parseOne("[[1, 2], [3]]").problem, "is a ragged array");
  EXPECT_EQ(parseOne("[[], [3]]").problem, "is a ragged array");
  EXPECT_EQ(parseOne("[1, [2]]").problem, "mixes numbers and arrays");
  EXPECT_EQ(parseOne("[[1], 2]").problem, "mixes numbers and arrays");
  EXPECT_EQ(parseOne("\"word\"").problem, "is a string");
  EXPECT_EQ(parseOne("[\"word\"]").problem, "has an element that is not a number");
  EXPECT_EQ(parseOne("null").problem, "is null");
  EXPECT_EQ(parseOne("true").problem, "is a boolean");
  EXPECT_EQ(parseOne("{\"1\": 2, \"3\": {\"a\": [1]}}").problem, "is an object");
  EXPECT_EQ(parseOne("[{\"y\": [1, 2]}]").problem, "is an object");
  Data data = parseJson(R"({"t": {"a": [1], "b": {}}, "x": [1, 2]})");
  EXPECT_EQ(data.all().size(), 2u);
  EXPECT_EQ(data.find("x")->dims, Dims{2});
}

TEST(Json, ErrorsHaveAPlace) {
  auto message = [](const std::string &text) {
    return tests::errorOf([&] { parseJson(text, "data.json"); });
  };
  EXPECT_EQ(message("{\"x\": [1, 2],\n \"y\": {\"x\": 1, \"x\": 2}, \"x\": 3}"),
            "data.json:2:25: variable 'x' is given twice, first in line 1");
  EXPECT_EQ(message("{\"x\": [1,\n  2,,]}").substr(0, 15), "data.json:2:5: ");
  EXPECT_EQ(message("{\"x\": 1").substr(0, 14), "data.json:1:8:");
  EXPECT_EQ(message("{\"x\": nul}").substr(0, 10), "data.json:");
  EXPECT_EQ(message("{\"x\": 1e999}").substr(0, 10), "data.json:");
  EXPECT_EQ(message("[1, 2]"), "data.json:1:1: expected one object of names and values");
  EXPECT_EQ(message("3"), "data.json:1:1: expected one object of names and values");
  EXPECT_EQ(message("\"x\""), "data.json:1:1: expected one object of names and values");
  EXPECT_NE(message(""), "no error");
  EXPECT_NE(message("{} {}"), "no error");
  EXPECT_NE(message("{\"x\": Nan}"), "no error");
  EXPECT_NE(message("{\"x\" 1}").find("syntax error"), std::string::npos);
}

TEST(Json, DeepNestingDoesNotOverflowTheStack) {
  std::string open(200000, '['), close(200000, ']');
  EXPECT_EQ(parseOne(open + close).values, Values{});
  EXPECT_NE(tests::errorOf([&] { parseJson("{\"x\": " + open); }), "no error");
}

TEST(Json, AnyPrefixIsAnErrorAndNeverACrash) {
  std::string text =
      R"({"a": [[1, -2.5e3], [NaN, "Inf"]], "b": {"c": null}, "d": -Infinity, "e": "\u00e9\n"})";
  EXPECT_EQ(tests::errorOf([&] { parseJson(text); }), "no error");
  for (size_t length = 0; length < text.size(); ++length)
    EXPECT_NE(tests::errorOf([&] { parseJson(text.substr(0, length)); }), "no error") << length;
}

TEST(Json, Files) {
  tests::Folder folder;
  std::ofstream(folder / "d.json") << "{\"x\": 4}";
  Data data = readJson(folder / "d.json");
  EXPECT_EQ(data.find("x")->values, Values{4});
  EXPECT_EQ(data.source(), folder / "d.json");
  EXPECT_NE(tests::errorOf([&] { readJson(folder / "none.json"); }).find("none.json: cannot open file"),
            std::string::npos);
  EXPECT_NE(tests::errorOf([&] { readJson(folder / "."); }), "no error");
}
