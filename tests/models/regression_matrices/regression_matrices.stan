// Regressions whose rows are read in every way: several matrices, one or no column, no row, slices, rows that are vectors.
data {
  int<lower=0> N;
  int<lower=0> K;
  int<lower=0> M;
  int<lower=0> none;
  matrix[N, K] X;
  matrix[N, M] W;
  matrix[N, 1] one;
  matrix[N, none] no_columns;
  matrix[none, K] no_rows;
  array[N] row_vector[K] as_rows;
  array[N] vector[M] as_vectors;
  vector[N] exposure;
  array[N] int<lower=0, upper=1> y;
  array[N] int<lower=0> c;
  array[none] int<lower=0, upper=1> nothing;
}
parameters {
  real alpha;
  vector[K] beta;
  vector[M] gamma;
  vector[1] slope;
  vector[none] no_slopes;
  real<lower=0> phi;
}
model {
  beta ~ normal(0, 1);
  gamma ~ normal(0, 1);
  y ~ bernoulli_logit_glm(X, alpha, beta);
  c ~ poisson_log(alpha + X * beta + W * gamma + exposure);
  c ~ neg_binomial_2_log_glm(X, alpha + exposure, beta, phi);
  y[2:20] ~ bernoulli_logit(X[2:20] * beta);
  y[3:N] ~ bernoulli_logit(X[1:(N - 2)] * beta + W[2:(N - 1)] * gamma);
  for (n in 1:N)
    target += bernoulli_logit_lpmf(y[n] | as_rows[n] * beta + dot_product(as_vectors[n], gamma));
  for (n in 2:N) {
    real eta = exposure[n];
    for (k in 1:K)
      if (n > k) eta += X[n - k, k] * beta[k];
    c[n] ~ poisson_log(eta);
  }
  y ~ bernoulli_logit(alpha + one * slope + no_columns * no_slopes);
  nothing ~ bernoulli_logit_glm(no_rows, alpha, beta);
}
