//===- SyntaxErrorTest.cpp - programs that are not Stan ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestPrograms.h"

using namespace astragal::stan;

namespace {
struct Case {
  const char *program, *messages;
};
} // namespace

class SyntaxError : public testing::TestWithParam<Case> {};

TEST_P(SyntaxError, IsExplained) {
  EXPECT_EQ(TestProgram(GetParam().program).messages(), GetParam().messages) << GetParam().program;
}

static const Case cases[] = {
    {"model { real x = 1 }", "1:19: error: expected ';' after the declaration"},
    {"model { real x = ; }", "1:18: error: expected an expression before ';'"},
    {"model { x = (1 + 2; }", "1:19: error: expected ')' before ';'"},
    {"model { x = 1 + ; }", "1:17: error: expected an expression before ';'"},
    {"model { 3 = x; }",
     "1:9: error: cannot assign to this expression: expected a variable, or an element or slot of one"},
    {"model { (x) = 3; }",
     "1:10: error: cannot assign to this expression: expected a variable, or an element or slot of one"},
    {"model { f(x) += 1; }",
     "1:9: error: cannot assign to this expression: expected a variable, or an element or slot of one"},
    {"model { x + 1; }",
     "1:9: error: an expression is not a statement: expected an assignment, '~' or a call"},
    {"model { x y; }", "1:11: error: expected an assignment, '~' or ';' before 'y'"},
    {"model { real x[3]; }",
     "1:15: error: the array syntax 'real x[3]' was removed from Stan, write 'array[3] real x'"},
    {"model { real<lower=0> x; }", "1:13: error: local variables cannot be constrained"},
    {"model { simplex[3] x; }", "1:9: error: local variables cannot be constrained: use vector"},
    {"model { x <- 3; }", "1:11: error: the assignment '<-' was removed from Stan, use '='"},
    {"model { increment_log_prob(3); }",
     "1:9: error: 'increment_log_prob' was removed from Stan, write 'target += ...;'"},
    {"model { real y = get_lp(); }", "1:18: error: 'get_lp()' was removed from Stan, use 'target()'"},
    {"model { real x = 1; # old comment\n}",
     "1:21: error: comments that start with '#' were removed from Stan, use '//'"},
    {"model { int i = 5000000000; }",
     "1:17: error: an int cannot be larger than 2147483647: write '5000000000.0' for a real"},
    {"model { real lower = 1; }", "1:14: error: 'lower' is a reserved word and cannot be a name"},
    {"model { real x__ = 1; }", "1:14: error: a name cannot end in two underscores"},
    {"model { print(\"a\" \"b\"); }", "1:19: error: expected ')' after the items of 'print' before a string"},
    {"model { print(\"abc); }", "1:15: error: unterminated string\n"
                                "1:7: error: this '{' lacks its '}' before the end of the file"},
    {"model { if x > 1) {} }", "1:12: error: expected '(' after 'if' before 'x'"},
    {"model { for (i 1:3) {} }", "1:16: error: expected 'in' after the loop variable"},
    {"model { for (i in 1:3 {} }", "1:23: error: expected ')' after the head of the loop before '{'"},
    {"model { while (1 {} }", "1:18: error: expected ')' after the condition before '{'"},
    {"model { else x = 1; }", "1:9: error: this 'else' has no 'if'"},
    {"model { array x; }", "1:15: error: expected '[' after 'array' before 'x'"},
    {"model { array[] real x; }", "1:15: error: an array needs its sizes here"},
    {"model { vector x; }", "1:16: error: expected the size of 'vector' in brackets"},
    {"model { matrix[2] m; }", "1:15: error: 'matrix' has 2 sizes, not 1"},
    {"model { tuple(real) t; }", "1:19: error: a tuple has two slots or more"},
    {"model { x ~ normal(0, 1) T[1]; }",
     "1:29: error: expected ',' between the bounds of the truncation before ']'"},
    {"model { x ~ normal; }", "1:19: error: expected '(' after the name of a distribution before ';'"},
    {"model { real x = {}; }", "1:19: error: an array literal needs an element"},
    {"model { $ x = 1; }", "1:9: error: invalid character"},
    {"model { real naïve = 1; }", "1:16: error: invalid character"},
    {"model { real x = 1 @ 2; }", "1:20: error: invalid character"},
    {"model { x = y[1; }", "1:16: error: expected ']' after the indices before ';'"},
    {"model { target = 3; }", "1:9: error: expected 'target += ...;' or 'target()'"},
    {"model { profile(x) {} }", "1:17: error: expected the name of the profile, a string"},
    {"model { return 1 }", "1:17: error: expected ';' after 'return'"},
    {"model { void f() {} }", "1:9: error: functions are defined in the functions block only"},
    {"data { x = 1; }", "1:8: error: the data block holds declarations only"},
    {"data { int N = 3; }", "1:14: error: a variable of the data block cannot be assigned a value"},
    {"parameters { real<lower=0, offset=1> x; }",
     "1:28: error: bounds cannot be combined with an offset or multiplier"},
    {"parameters { real<foo=0> x; }", "1:19: error: expected 'lower', 'upper', 'offset' or 'multiplier'"},
    {"parameters { int<multiplier=2> x; }", "1:18: error: an int cannot have an offset or multiplier"},
    {"parameters { real<lower=0, lower=1> x; }", "1:28: error: 'lower' is repeated"},
    {"parameters { real<lower=1 > 2> x; }", "1:29: error: expected an identifier before '2'"},
    {"functions { real f(real x[3]) { return 1; } }",
     "1:26: error: the array syntax 'x[...]' was removed from Stan, write 'array[...] real x'"},
    {"functions { real[] f(real x) { return 1; } }",
     "1:17: error: the array syntax 'real[]' was removed from Stan, write 'array[] real'"},
    {"functions { real f(real[,] x) { return 1; } }",
     "1:24: error: the array syntax 'real[,]' was removed from Stan, write 'array[,] real'"},
    {"functions { real f(vector[3] x) { return 1; } }",
     "1:26: error: types in the signature of a function have no sizes"},
    {"functions { real f(array[3] real x) { return 1; } }",
     "1:26: error: an array in the signature of a function has no sizes: 'array[]'"},
    {"functions { real f(simplex x) { return 1; } }",
     "1:20: error: types in the signature of a function cannot be constrained: use vector"},
    {"functions { real f(real<lower=0> x) { return 1; } }",
     "1:24: error: types in the signature of a function cannot be constrained"},
    {"functions { f(real x) { return 1; } }",
     "1:13: error: expected the return type of a function before 'f'"},
    {"functions { real f(real x) return 1; }",
     "1:28: error: expected the body of 'f' or ';' before 'return'"},
    {"functions { real f(x) { return 1; } }", "1:20: error: expected the type of an argument before 'x'"},
    {"model { } data { }", "1:11: error: the data block must come before the model block"},
    {"model { } model { }", "1:11: error: the model block is repeated"},
    {"model { } }", "1:11: error: this '}' closes nothing"},
    {"modle { }", "1:1: error: expected a program block before 'modle'"},
    {"model { real x;\n/* unclosed\n}", "2:1: error: unterminated comment\n"
                                        "1:7: error: this '{' lacks its '}' before the end of the file"},
    {"model { real x = 1\n  real y = 2; }", "1:19: error: expected ';' after the declaration"},
    {"model { real x = 1;", "1:7: error: this '{' lacks its '}' before the end of the file"},
    {"functions { real f(real x) { return x } real g( { } } model { y = ; z = ; }",
     "1:38: error: expected ';' after 'return'\n"
     "1:49: error: expected the type of an argument before '{'\n"
     "1:67: error: expected an expression before ';'\n"
     "1:73: error: expected an expression before ';'"},
    {"#include", "1:1: error: '#include' expects a file name"},
    {"#include \"nowhere.stan\"", "1:1: error: cannot find the included file 'nowhere.stan'"},
    {"model { x = a ? b; }", "1:18: error: expected ':' between the branches of '?:' before ';'"},
    {"model { x = \"abc\"; }", "1:13: error: a string can only be printed"},
    {"model { x = 1..2; }", "1:9: error: undeclared identifier 'x'\n"
                            "1:13: error: a value of type real has no slots: it is not a tuple"},
    {"model { t.x = 1; }", "1:10: error: invalid character"},
    {"model { x = for; }", "1:13: error: expected an expression before 'for'"},
};

INSTANTIATE_TEST_SUITE_P(Cases, SyntaxError, testing::ValuesIn(cases));
