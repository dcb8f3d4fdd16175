//===- TypeErrorTest.cpp - programs that mean nothing -----------------------===//
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

class TypeError : public testing::TestWithParam<Case> {};

TEST_P(TypeError, IsExplained) {
  EXPECT_EQ(TestProgram(GetParam().program).messages(), GetParam().messages) << GetParam().program;
}

static const Case cases[] = {
    {"model { real x = y; }", "1:18: error: undeclared identifier 'y'"},
    {"model { real alpha; alhpa = 1; }", "1:21: error: undeclared identifier 'alhpa', did you mean 'alpha'?"},
    {"model { real x; real x; }", "1:22: error: 'x' is already declared\n"
                                  "1:14: note: the other declaration is here"},
    {"model { real x; { real x; } }", "1:24: error: 'x' is already declared\n"
                                      "1:14: note: the other declaration is here"},
    {"model { for (i in 1:2) { for (i in 1:2) {} } }", "1:31: error: 'i' is already declared\n"
                                                       "1:14: note: the other declaration is here"},
    {"model { int x = 1.5; }", "1:17: error: cannot initialise 'x' of type int with a value of type real"},
    {"model { real x = 1 + 2i; }",
     "1:18: error: cannot initialise 'x' of type real with a value of type complex"},
    {"model { vector[3] v = [1, 2, 3]; }",
     "1:23: error: cannot initialise 'v' of type vector with a value of type row_vector"},
    {"model { array[2] real a = {1, 2}; a = {{1}}; }",
     "1:39: error: cannot assign a value of type array[,] int to a variable of type array[] real"},
    {"model { real x; x = [1, 2]; }",
     "1:21: error: cannot assign a value of type row_vector to a variable of type real"},
    {"model { if (1.5) {} }", "1:13: error: the condition must be int, not real"},
    {"model { while ([1]) {} }", "1:16: error: the condition must be int, not row_vector"},
    {"model { for (i in 1.5:2) {} }", "1:19: error: the lower bound of the loop must be int, not real"},
    {"model { for (x in 3) {} }",
     "1:19: error: a loop runs over an array, vector, row_vector or matrix, or over a range, not over int"},
    {"model { break; }", "1:9: error: 'break' outside of a loop"},
    {"model { continue; }", "1:9: error: 'continue' outside of a loop"},
    {"model { return; }", "1:9: error: 'return' outside of a function"},
    {"model { return 1; }", "1:9: error: 'return' outside of a function"},
    {"model { vector[1.5] v; }", "1:16: error: a size must be int, not real"},
    {"model { array[2.0] int v; }", "1:15: error: the size of an array must be int, not real"},
    {"data { vector<lower=\"a\">[2] v; }", "1:21: error: a string can only be printed"},
    {"data { int<lower=0.5> N; }", "1:18: error: the lower bound must be int, not real"},
    {"data { vector[2] l; real<lower=l> x; }", "1:32: error: the lower bound must be real, not vector"},
    {"parameters { int n; }", "1:18: error: a parameter cannot be int"},
    {"transformed parameters { int n = 1; }", "1:30: error: a transformed parameter cannot be int"},
    {"parameters { real x; vector[x > 0] v; }",
     "1:29: error: a size cannot depend on 'x' of the parameters block: only on data"},
    {"parameters { complex<lower=0> z; }", "1:14: error: a complex type cannot be constrained"},
    {"data { int N; } model { N = 3; }", "1:25: error: cannot assign to 'N', declared in the data block"},
    {"parameters { real x; } model { x = 3; }",
     "1:32: error: cannot assign to 'x', declared in the parameters block"},
    {"transformed data { int N = 1; } generated quantities { N = 2; }",
     "1:56: error: cannot assign to 'N', declared in the transformed data block"},
    {"functions { void f(real x) { x = 2; } }",
     "1:30: error: cannot assign to 'x', an argument of the function"},
    {"model { for (i in 1:3) i = 2; }", "1:24: error: cannot assign to 'i', the variable of the loop"},
    {"functions { real f(real x) { } }", "1:18: error: 'f' may end without returning a value"},
    {"functions { real f(real x) { if (x > 0) return 1; } }",
     "1:18: error: 'f' may end without returning a value"},
    {"functions { real f(real x) { while (1) { break; } } }",
     "1:18: error: 'f' may end without returning a value"},
    {"functions { real f(real x) { return [1]; } }",
     "1:37: error: cannot return row_vector from a function of type real"},
    {"functions { real f(real x) { return; } }", "1:30: error: 'f' must return real"},
    {"functions { void f(real x) { return 1; } }", "1:37: error: 'f' is void and cannot return a value"},
    {"functions { real f(real x); }", "1:18: error: 'f' is declared but not defined"},
    {"functions { real f(real x) { return 1; } real f(real y) { return 2; } }",
     "1:47: error: 'f' is already defined with arguments (real)\n"
     "1:18: note: the other declaration is here"},
    {"functions { real f(real x) { return 1; } int f(real y) { return 2; } }",
     "1:46: error: 'f' is declared again with another return type\n"
     "1:18: note: the other declaration is here"},
    {"functions { real f(real x, real x) { return 1; } }", "1:33: error: 'x' is already declared\n"
                                                           "1:25: note: the other declaration is here"},
    {"functions { real normal_lpdf(real y, real m, real s) { return 1; } }",
     "1:18: error: 'normal_lpdf' is a function of the language for arguments (real, real, real)"},
    {"functions { real ode_rk45(real y) { return 1; } }",
     "1:18: error: 'ode_rk45' is a function of the language"},
    {"functions { int foo_lpdf(real y) { return 1; } }",
     "1:17: error: 'foo_lpdf' must return real, as its suffix says"},
    {"functions { real foo_lpdf(int y) { return 1; } }",
     "1:18: error: the first argument of a density must be real: a mass function ends in '_lpmf'"},
    {"functions { real foo_lpmf(real y) { return 1; } }",
     "1:18: error: the first argument of a mass function must be int: a density ends in '_lpdf'"},
    {"functions { real foo_lupdf(real y) { return 1; } }",
     "1:18: error: functions end in '_lpdf' or '_lpmf'; 'foo_lupdf' is then defined too"},
    {"functions { real f(real x) { target += x; return 1; } }",
     "1:30: error: 'target +=' may stand only in the model block or in a function that ends in '_lp'"},
    {"functions { real f(real x) { x ~ normal(0, 1); return 1; } }",
     "1:30: error: '~' may stand only in the model block or in a function that ends in '_lp'"},
    {"functions { real f(real x) { return normal_rng(0, 1); } }",
     "1:37: error: a function that ends in '_rng' may be called only in the transformed data and generated "
     "quantities blocks, and in functions that end in '_rng'"},
    {"functions { real f(data real x) { return x; } } parameters { real p; } model { real y = f(p); }",
     "1:91: error: argument 1 of 'f' must be data only\n"
     "1:30: note: declared as data here"},
    {"functions { void f(real x) { } } model { real y = f(1); }",
     "1:51: error: 'f' is void: it returns no value"},
    {"functions { real f(real x) { return x; } } model { f(1); }",
     "1:52: error: 'f' returns a value, which a statement cannot drop: only void functions are called as "
     "statements"},
    {"functions { real f(real x) { return x; } } model { real y = f; }",
     "1:61: error: the function 'f' is not a value: expected a call"},
    {"functions { real f(real x) { return x; } } model { real y = f([1]); }",
     "1:61: error: 'f' does not take (row_vector)\n"
     "1:18: note: candidate: real f(real)"},
    {"functions { real f(real x) { return x; } } model { real y = f(1, 2); }",
     "1:61: error: 'f' does not take (int, int)\n"
     "1:18: note: candidate: real f(real)"},
    {"functions { real f(int a, real b) { return 1; } real f(real a, int b) { return 1; } } model { real y "
     "= f(1, 1); }",
     "1:104: error: the call of 'f' with (int, int) is ambiguous\n"
     "1:18: note: candidate: real f(int, real)\n"
     "1:54: note: candidate: real f(real, int)"},
    {"functions { real foo_lpdf(real y, real a) { return 1; } } model { real x = foo_lpdf(1, 2); }",
     "1:76: error: 'foo_lpdf' needs a '|' after its first argument"},
    {"model { real x = nrmal_lpdf(1 | 0, 1); }",
     "1:18: error: undeclared function 'nrmal_lpdf', did you mean 'normal_lpdf'?"},
    {"model { real x = normal_lpmf(1 | 0, 1); }",
     "1:18: error: undeclared function 'normal_lpmf': this distribution has 'normal_lpdf'"},
    {"model { real x = normal_log(1, 0, 1); }",
     "1:18: error: undeclared function 'normal_log': this distribution has 'normal_lpdf'"},
    {"model { real x = fabs(1.5); }", "1:18: error: 'fabs' was removed from Stan, use 'abs'"},
    {"model { real x = if_else(1, 2, 3); }",
     "1:18: error: 'if_else' was removed from Stan, use the operator '?:'"},
    {"model { real x = exp(\"a\"); }", "1:22: error: a string can only be printed"},
    {"model { real x = exp(1, 2); }", "1:18: error: 'exp' does not take (int, int)\n"
                                      "1:18: note: candidate: T exp(T)\n"
                                      "1:18: note: candidate: complex exp(complex)"},
    {"model { real x = exp; }", "1:18: error: 'exp' is a function of the language, not a variable"},
    {"model { real x = normal_lpdf(1, 0, 1); }",
     "1:18: error: 'normal_lpdf' needs a '|' after its first argument"},
    {"model { real x = exp(1 | 2); }",
     "1:18: error: '|' is only for functions that end in '_lpdf', '_lpmf', '_lcdf', '_lccdf' or '_cdf'\n"
     "1:18: error: 'exp' does not take (int, int)\n"
     "1:18: note: candidate: T exp(T)\n"
     "1:18: note: candidate: complex exp(complex)"},
    {"model { real x = normal_rng(0, 1); }",
     "1:18: error: a function that ends in '_rng' may be called only in the transformed data and generated "
     "quantities blocks, and in functions that end in '_rng'"},
    {"model { real x; x(1); }", "1:17: error: 'x' is a variable, not a function"},
    {"model { real y; y ~ normal(0); }", "1:21: error: 'normal_lpdf' does not take (real, int)\n"
                                         "1:21: note: candidate: real normal_lpdf(reals | reals, reals); "
                                         "reals: real, vector, row_vector or array[] real"},
    {"model { real y; y ~ normal_lpdf(0, 1); }",
     "1:21: error: after '~' a distribution stands without its suffix: 'normal'"},
    {"model { real y; y ~ normal_cdf(0, 1); }",
     "1:21: error: a distribution function cannot stand after '~'"},
    {"model { real y; y ~ norml(0, 1); }",
     "1:21: error: unknown distribution 'norml', did you mean 'normal'?"},
    {"model { int y; y ~ normal([1, 2], {{1}}); }",
     "1:20: error: 'normal_lpdf' does not take (int, row_vector, array[,] int)\n"
     "1:20: note: candidate: real normal_lpdf(reals | reals, reals); reals: real, vector, row_vector or "
     "array[] real"},
    {"model { real y; y ~ von_mises(0, 1) T[\"a\", ]; }", "1:39: error: a string can only be printed"},
    {"model { array[2] int y; y ~ multinomial([0.1, 0.9]') T[1, ]; }",
     "1:29: error: 'multinomial' cannot be truncated here: there is no 'multinomial_lcdf' for (int, vector)"},
    {"generated quantities { real y; y ~ normal(0, 1); }",
     "1:32: error: '~' may stand only in the model block or in a function that ends in '_lp'"},
    {"generated quantities { target += 1; }",
     "1:24: error: 'target +=' may stand only in the model block or in a function that ends in '_lp'"},
    {"transformed data { real x = target(); }",
     "1:29: error: 'target()' may stand only in the model block or in a function that ends in '_lp'"},
    {"model { jacobian += 1; }",
     "1:9: error: 'jacobian +=' may stand only in the transformed parameters block or in a function that "
     "ends in '_jacobian'"},
    {"generated quantities { real x = normal_lupdf(1 | 0, 1); }",
     "1:33: error: a function that ends in '_lupdf' or '_lupmf' may be called only in the model block and "
     "in functions that end in '_lpdf', '_lpmf' or '_lp'"},
    {"model { vector[3] v; real x = v[1, 2]; }",
     "1:31: error: a value of type vector takes at most 1 index, not 2"},
    {"model { real x; real y = x[1]; }", "1:26: error: a value of type real cannot be indexed"},
    {"model { vector[3] v; real x = v[1.5]; }", "1:33: error: an index must be int or array[] int, not real"},
    {"model { vector[3] v; real x = v[1:2]; }",
     "1:31: error: cannot initialise 'x' of type real with a value of type vector"},
    {"model { matrix[2, 2] m; m[1:2][1] = [1, 2]; }",
     "1:25: error: cannot assign to an element of a slice: use one pair of brackets"},
    {"model { real x; x += [1]; }", "1:17: error: operator '+=' does not take real and row_vector"},
    {"model { int n; n += 1.5; }", "1:16: error: operator '+=' does not take int and real"},
    {"model { real x; x .*= 2; }", "1:17: error: operator '.*=' does not take real and int"},
    {"model { vector[2] v; v *= [[1, 2], [3, 4]]; }",
     "1:22: error: operator '*=' does not take vector and matrix"},
    {"model { real x = 1 ? [1] : 2; }", "1:18: error: the branches of '?:' have types row_vector and int"},
    {"model { real x = 1.5 ? 1 : 2; }", "1:18: error: the condition must be int, not real"},
    {"model { real x = !1.5; }", "1:18: error: operator '!' does not take real"},
    {"model { real x = [1] + [1]'; }", "1:22: error: operator '+' does not take row_vector and vector"},
    {"model { int n = 1 % 2.5; }", "1:19: error: operator '%' does not take int and real"},
    {"model { print({1, [2]}); }",
     "1:19: error: the elements of an array must have one type: row_vector after int"},
    {"model { print([1, {2}]); }",
     "1:19: error: the elements of a row_vector must be scalars, not array[] int"},
    {"model { print([[1], 2]); }", "1:21: error: the rows of a matrix must be row_vectors, not int"},
    {"model { tuple(int, real) t = (1, 2); real x = t.3; }", "1:47: error: a tuple of 2 slots has no slot 3"},
    {"model { real x; real y = x.1; }", "1:26: error: a value of type real has no slots: it is not a tuple"},
    {"model { real a; (a, a) = (1, 2); }", "1:17: error: 'a' is assigned more than once"},
    {"model { real a; real b; (a, b) = (1, 2, 3); }",
     "1:34: error: cannot assign a value of type tuple(int, int, int) to a pack of type tuple(real, real)"},
    {"model { real a; (a, 3) = (1, 2); }",
     "1:21: error: cannot assign to this expression: expected a variable, or an element or slot of one"},
    {"data { int N; real normal_lupdf; }", "1:20: error: a variable cannot end in '_lupdf' or '_lupmf'"},
    {"functions { vector f(real t, vector y) { return y; } } model { print(ode_rk45(f, 1, 0, {1})); }",
     "1:82: error: argument 2 of 'ode_rk45' must be vector, not int"},
    {"functions { real f(real t, vector y) { return t; } } model { print(ode_rk45(f, [1]', 0, {1})); }",
     "1:77: error: 'ode_rk45' needs 'f' to take (real, vector) and return vector\n"
     "1:18: note: candidate: real f(real, vector)"},
    {"functions { vector f(real t, vector y) { return y; } } model { print(ode_rk45(f, [1]', 0)); }",
     "1:70: error: 'ode_rk45' takes a function and at least 3 more arguments, not 2"},
    {"model { print(ode_rk45(1, [1]', 0, {1})); }",
     "1:24: error: 'ode_rk45' expects the name of a function here"},
    {"functions { real f(array[] real x, int a, int b) { return 1; } } model { print(reduce_sum(f, 1.5, "
     "1)); }",
     "1:94: error: argument 2 of 'reduce_sum' must be an array, not real"},
    {"functions { real f_lp(real x) { target += x; return x; } } transformed data { real x = f_lp(1); }",
     "1:88: error: a call of a function that ends in '_lp' may stand only in the model block or in a "
     "function that ends in '_lp'"},
};

INSTANTIATE_TEST_SUITE_P(Cases, TypeError, testing::ValuesIn(cases));

TEST(TypeErrors, OneMistakeIsOneMessage) {
  TestProgram test("model { real x = y + 1; x += sin(y[3]) * 2; }");
  EXPECT_EQ(test.messages(), "1:18: error: undeclared identifier 'y'\n"
                             "1:34: error: undeclared identifier 'y'");
}

TEST(TypeErrors, AreFoundInAllBlocks) {
  TestProgram test("data { int a = 1; }\nparameters { int b; }\nmodel { c = 1; }");
  EXPECT_EQ(test.messages(), "1:14: error: a variable of the data block cannot be assigned a value");
  TestProgram checked("data { int a; }\nparameters { int b; }\nmodel { c = 1; }");
  EXPECT_EQ(checked.messages(), "2:18: error: a parameter cannot be int\n"
                                "3:9: error: undeclared identifier 'c'");
}
