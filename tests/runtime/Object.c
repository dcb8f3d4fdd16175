/*===- Object.c - machine code for ObjectImageTest -------------------------===*
 *
 * Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/

#include "runtime/abi.h"

#include <math.h>

/* Constants, addresses of constants and of functions, what starts as zero and what does not; libm, abi.h, and functions of
   the object itself. */
static const double weights[] = {0.5, 0.25, 0.125};
static const char *const words[] = {"one", "two"};
static double twice(double x) { return 2 * x; }
static double (*volatile chosen)(double) = twice;
static int calls;
double seen = 3;

double call_libm(double x) { return exp(x) + cbrt(x); }
double call_abi(double x) { return astragal_lgamma(x); }
double sum_weights(int n) {
  double sum = 0;
  for (int i = 0; i < n; ++i)
    sum += weights[i];
  return sum;
}
const char *word(int i) { return words[i]; }
double call_pointer(double x) { return seen += chosen(x); }
int count(void) { return ++calls; }
double (*address_of_libm(void))(double) { return sqrt; }
