// Regressions on few patterns of covariates, so that rows repeat: as vectors, as loops, with groups, by counts.
data {
  int<lower=0> N;
  int<lower=1> K;
  int<lower=1> J;
  matrix[N, K] x;
  array[N] int<lower=1, upper=J> g;
  array[N] int<lower=0, upper=1> y;
  array[N] int<lower=0> n;
  array[N] int<lower=0> trials;
  vector<lower=0>[N] t;
}
parameters {
  real alpha;
  vector[K] beta;
  vector[J] u;
  real<lower=0> phi;
  vector<lower=0>[J] shape;
}
model {
  alpha ~ normal(0, 2);
  beta ~ normal(0, 1);
  u ~ normal(0, 1);
  phi ~ exponential(1);
  shape ~ gamma(2, 1);
  y ~ bernoulli_logit(alpha + x * beta);
  y ~ bernoulli_logit_glm(x, alpha, beta);
  n ~ poisson_log(alpha + x * beta + u[g]);
  n ~ neg_binomial_2_log(alpha + x * beta, phi);
  n ~ binomial_logit(trials, beta[1] * x[ : , 1] + u[g]);
  for (i in 1:N) {
    real eta = u[g[i]] + beta[K] * x[i, K];
    if (y[i] == 1) {
      target += log_inv_logit(eta);
    } else {
      target += log1m_inv_logit(eta);
    }
    t[i] ~ gamma(shape[g[i]], exp(0.1 * eta));
  }
}
