// Several likelihoods over the same rows: of one covariate, of one predictor, of predictors from one matrix, of groups,
// of parameters of the rows, as statements and as loops.
data {
  int<lower=0> N;
  int<lower=1> K;
  int<lower=1> J;
  matrix[N, K] X;
  vector[N] x;
  array[N] int<lower=1, upper=J> g;
  array[N] int<lower=0> y;
  array[N] int<lower=0, upper=1> w;
  vector[N] z;
  vector<lower=0>[N] t;
}
parameters {
  real a;
  real b;
  vector[K] beta;
  vector[K] gamma;
  vector[J] u;
  vector[N] theta;
  real<lower=0> s;
}
transformed parameters {
  vector[N] rate = exp(u[g] + b * x);
}
model {
  vector[N] eta = X * beta;
  vector[N] mu;
  // One covariate.
  y ~ poisson_log(a + b * x);
  z ~ student_t(4, a - b * x, s);
  // One predictor, and another from the same matrix.
  w ~ bernoulli_logit(eta);
  y ~ neg_binomial_2_log(eta, 1 + s);
  z ~ cauchy(X * gamma, s);
  // Positive rows that are computed once.
  y ~ poisson(rate);
  t ~ gamma(2, 2 * rate);
  // Parameters of the rows.
  theta ~ logistic(a, s);
  w ~ bernoulli_logit(theta);
  z ~ double_exponential(theta, s);
  // A loop keeps what a statement reads.
  for (n in 1:N) {
    mu[n] = log1p_exp(theta[n] + b * x[n]);
    y[n] ~ poisson(mu[n]);
  }
  t ~ exponential(mu);
  a ~ normal(0, 1);
  u ~ normal(0, 1);
  beta ~ normal(0, 1);
  gamma ~ normal(0, 1);
}
generated quantities {
  vector[N] log_lik;
  for (n in 1:N)
    log_lik[n] = poisson_log_lpmf(y[n] | a + b * x[n]) + student_t_lpdf(z[n] | 4, a - b * x[n], s);
}
