// Gaussian regressions that sufficient statistics replace: their means written in several ways, scales that are data, columns
// that are nearly one, and observations that are large beside their scale.
data {
  int<lower=1> N;
  int<lower=1> K;
  matrix[N, K] X;
  vector[N] x;
  vector[N] z; // nearly x
  vector[N] y;
  vector[N] far;
  vector<lower=0>[N] se;
  array[N] int<lower=0, upper=1> treated;
}
parameters {
  real alpha;
  vector[K] beta;
  array[2] real phi;
  real<lower=0> sigma;
}
model {
  y ~ normal(alpha + X * beta, sigma);
  y ~ normal(X * beta, 2.5);
  y ~ normal_id_glm(X, alpha, beta, sigma);
  y ~ normal(alpha + beta[1] * x + beta[2] * z, sigma);
  far ~ normal(1e6 + alpha + beta[1] * x / 2, sigma);
  for (n in 1:N) {
    real mu = alpha - 2 * x[n];
    for (k in 1:K) mu += X[n, k] * beta[k] * x[n];
    y[n] ~ normal(mu, sigma);
  }
  for (n in 3:N) {
    real mu = alpha;
    for (k in 1:2) mu += phi[k] * y[n - k];
    y[n] ~ normal(mu, sigma);
  }
  y ~ normal(alpha + beta[1] * beta[2] * x + square(beta[3]) * to_vector(treated), sigma);
  y ~ normal(alpha + beta[1] * x, se);
  target += normal_lpdf(y | alpha + beta[1] * x, se);
  y ~ normal(x, sigma);
  x ~ normal(0.3, 1.2);
  target += normal_lpdf(y | -(alpha + X * beta), sigma);
  beta ~ normal(0, 3);
}
