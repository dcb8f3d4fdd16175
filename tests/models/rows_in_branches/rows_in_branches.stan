// Likelihoods under conditions on data, as programs write them that make Stan code from formulas.
data {
  int<lower=0> N;
  int<lower=1> K;
  vector[N] y;
  matrix[N, K] x;
  int<lower=0> G;
  array[N] int<lower=1, upper=G> group;
  int prior_only;
  int method;
}
parameters {
  vector[K] b;
  real intercept;
  vector[G] r;
  real<lower=0> sigma;
  real<lower=0> tau;
}
model {
  if (!prior_only) {
    target += normal_id_glm_lpdf(y | x, intercept, b, sigma);
  }
  if (prior_only) {
    target += normal_lpdf(y | intercept + x * b, tau);
  }
  if (method == 1) {
    y ~ normal(intercept, 2);
  } else if (method == 2) {
    y ~ normal(r[group], tau);
  } else {
    y ~ student_t(4, intercept, sigma);
  }
  if (method > 0) {
    vector[N] mu = rep_vector(0.0, N);
    mu += intercept;
    for (n in 1:N) mu[n] += r[group[n]];
    target += normal_lpdf(y | mu, sigma);
  }
  b ~ normal(0, 1);
  r ~ normal(0, tau);
  intercept ~ student_t(3, 8, 10);
  sigma ~ exponential(1);
  tau ~ exponential(2);
}
