//===- FeatureProgram.h - a program with every construct --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file holds the text that the tests of the parser, the checker and the mutations share.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_COMPILER_STAN_FEATUREPROGRAM_H
#define ASTRAGAL_TESTS_COMPILER_STAN_FEATUREPROGRAM_H

inline const char *const featureProgram = R"stan(
functions {
  // forward declaration, recursion, overloads
  int odd(int n);
  int even(int n) { return n == 0 ? 1 : odd(n - 1); }
  int odd(int n) { if (n == 0) return 0; else return even(n - 1); }
  real scale(real x) { return 2 * x; }
  vector scale(vector x) { return 2 * x; }
  array[,] real table(data array[] real x, int n) { return rep_array(sum(x), n, n); }
  tuple(int, array[] vector) pack(int n, vector v) { return (n, {v, v}); }
  real foo_lpdf(real y, real mu) { return normal_lupdf(y | mu, 1); }
  real foo_lcdf(real y, real mu) { return normal_lcdf(y | mu, 1); }
  real foo_lccdf(real y, real mu) { return normal_lccdf(y | mu, 1); }
  real foo_cdf(real y, real mu) { return normal_cdf(y | mu, 1); }
  real foo_rng(real mu) { return normal_rng(mu, 1); }
  real bar_lpmf(int y, real p) { return bernoulli_lpmf(y | p); }
  real bar_lpmf(array[] int y, real p) { return bernoulli_lpmf(y | p); }
  void add_lp(real x) { target += -x; x ~ std_normal(); }
  real shift_jacobian(real x) { jacobian += x; return exp(x); }
  vector decay(real t, vector y, real k, array[] int n) { return -k * y; }
  real part_lpdf(array[] real xs, int start, int end, real mu) { return normal_lupdf(xs | mu, 1); }
  vector root(vector x, real a) { return x - a; }
  void check(real x) { if (x < 0) reject("negative: ", x); print("x = ", x); return; }
  complex rotate(complex z) { return z * 1i; }
  real forever(real x) { while (1) { if (x > 0) return x; } }
}
data {
  int<lower=0> N;
  int<lower=1, upper=10> K;
  array[N] int<lower=1, upper=K> group;
  array[N, 2] real<lower=0> y;
  matrix<lower=-1, upper=1>[N, K] X;
  vector<offset=1, multiplier=2>[N] z;
  row_vector[K] r;
  complex c;
  complex_vector[K] cv;
  complex_row_vector[K] cr;
  complex_matrix[K, K] cm;
  cov_matrix[K] S;
  tuple(int<lower=0>, array[2] simplex[K]) t;
  ;
}
transformed data {
  int M = N %/% 2 + N % 3 - N / 2;
  array[3] int index = {1, 2, 3};
  real big = 1.5e3 + .5 + 2. + 1_000;
  vector[M] noise;
  for (m in 1:M) noise[m] = normal_rng(0, 1);
  array[2, 2] real w = table({1, 2}, 2);
  profile("sums") { real s = sum(noise); print("s", s); }
  if (M > 3 && N < 10 || !(K == 2)) { M -= 1; } else M = M;
}
parameters {
  real mu;
  real<lower=0> sigma, tau;
  real<upper=mu> below;
  real<offset=mu, multiplier=sigma> eta;
  vector<lower=0>[K] beta;
  simplex[K] theta;
  unit_vector[K] u;
  ordered[K] cut;
  positive_ordered[K] pos;
  sum_to_zero_vector[K] zero;
  sum_to_zero_matrix[K, N] zeros;
  row_stochastic_matrix[K, K] rows_of;
  column_stochastic_matrix[K, K] columns_of;
  cholesky_factor_corr[K] L;
  cholesky_factor_cov[K, K] C;
  cholesky_factor_cov[K] D;
  corr_matrix[K] R;
  cov_matrix[K] Q;
  array[2, 3] simplex[K] thetas;
  tuple(real<lower=0>, vector[K]) pair;
}
transformed parameters {
  vector[N] linear = X * beta + mu;
  real a, b = 2, d;
  (a, d) = (mu, sigma);
  jacobian += log(sigma);
  real e = shift_jacobian(mu);
  tuple(real, array[2] vector[K]) packed_local;
  vector[K] slot = pair.2;
}
model {
  {
    int n = 1;
    while (n < 5) {
      n += 1;
      if (n == 2) continue;
      if (n == 4) break;
    }
  }
  mu ~ normal(0, 10);
  sigma ~ student_t(3, 0, 1) T[0, ];
  tau ~ normal(0, 1) T[, 5];
  below ~ foo(2) T[-1, 1];
  a + b ~ cauchy(0, 1);
  group ~ bar(0.5);
  target += normal_lpdf(y[, 1] | linear, sigma);
  target += sum(beta);
  target += theta;
  add_lp(mu);
  check(sigma);
  vector[K] v = [1, 2, 3]';
  matrix[K, K] m = [[1, 2], [3, 4]];
  v[1] = 2;
  v[2:3] += 1;
  m[1, :] = r;
  m[index, 2] *= 3;
  m[:2, 2:] = m[1:2, index];
  v .*= v;
  v ./= v;
  v /= 2;
  v = m \ v + m' * v - v .* v ./ v .^ 2 + v ^ 2;
  m = m / S;
  for (x in v) target += x;
  for (row in y) target += sum(row);
  target += reduce_sum(part_lupdf, to_array_1d(v), 1, mu);
  array[2] vector[K] path = ode_rk45(decay, v, 0, {0.5, 1}, sigma, index);
  vector[K] fixed = solve_newton(root, v, mu);
  real cond = mu > 0 ? mu : sigma > 1 ? tau : -mu;
  target += -2 ^ -mu ^ 2;
  target += target();
  tuple(real, int) q = (1, 2);
  target += q.1 * q.2 + t.2[1][2] + t.2[1, 2];
}
generated quantities {
  real draw = foo_rng(mu);
  array[N] int ys;
  for (i in 1:N) {
    ys[i] = bernoulli_logit_rng(linear[i]);
  }
  complex rotated = rotate(c + 2) .* 3i;
  array[2] tuple(int, real) list = {(1, 2), (3, mu)};
  list[1].2 = 3;
  if (sigma < 0) fatal_error("sigma ", sigma);
  int T = odd(3);
}
)stan";

#endif // ASTRAGAL_TESTS_COMPILER_STAN_FEATUREPROGRAM_H
