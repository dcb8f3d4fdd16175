// Truncation of built-in and user-defined distributions: bounds on one side and on both, scalars and containers,
// bounds that are data, parameters and constants.
functions {
  real wave_lpdf(real x, real m) { return -0.5 * square(x - m) - 0.1 * x; }
  real wave_lcdf(real x, real m) { return log_inv_logit(x - m); }
  real wave_lccdf(real x, real m) { return log1m_inv_logit(x - m); }
  real steps_lpmf(int k, real m) { return -k * exp(m) + 0.25 * k; }
  real steps_lcdf(int k, real m) { return log1m_exp(-(k + 1) * exp(m)); }
  real steps_lccdf(int k, real m) { return -(k + 1) * exp(m); }
}
data {
  int<lower=1> N;
  vector[N] y;
  array[N] real z;
  array[N] int<lower=0> k;
  real low;
}
parameters {
  real mu;
  real<lower=0> sigma;
  vector[N] theta;
  real<lower=low> x;
  real<lower=-1, upper=2> u;
}
model {
  y[1] ~ logistic(mu, sigma) T[low, 3];
  y ~ logistic(mu, sigma) T[low, ];
  y ~ logistic(theta, sigma) T[, 3];
  z ~ logistic(mu, 1.5) T[low, 4];
  z ~ logistic(0.25, 1.5) T[low, 4];
  theta ~ logistic(0, 2) T[-10, 10 + square(mu)];
  x ~ logistic(mu, sigma) T[low, ];
  u ~ logistic(0.5, 2) T[-1, 2];
  y[2] ~ wave(mu) T[low, 2.5];
  y[2] ~ wave(mu) T[-1, ];
  y[2] ~ wave(mu) T[, 2.5 + sigma];
  k[1] ~ steps(mu) T[1, 5];
  k[2] ~ steps(mu) T[1, ];
  k[3] ~ steps(mu) T[, 7];
  for (n in 1 : N) {
    z[n] ~ logistic(theta[n], 2) T[low - n, ];
  }
  mu ~ logistic(0, 3) T[-0.5, ];
}
