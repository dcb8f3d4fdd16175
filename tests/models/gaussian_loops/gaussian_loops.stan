// Gaussian regressions in loops over series, rows of matrices, or responses, each with parameters of its own or not; scales that
// are parameters times data, and observations that parameters are subtracted from.
data {
  int<lower=1> J;
  int<lower=1> T;
  int<lower=1> N;
  int<lower=1> K;
  array[J] vector[T] series;
  matrix[J, T] m;
  array[J, T] real a;
  vector[T] t;
  array[T] int<lower=1, upper=3> phase;
  matrix[N, K] X;
  matrix[N, 9] Y;
  vector[N] y;
  vector<lower=0>[N] w;
}
transformed data {
  real mean_t = mean(t);
}
parameters {
  vector[J] mu;
  vector[J] beta;
  vector<lower=0>[J] tau;
  array[3] real level;
  matrix[K, 9] B;
  vector[K] b;
  real<lower=0> sigma;
  vector<lower=0>[9] sigmas;
}
model {
  for (j in 1:J) series[j] ~ normal(mu[j], sigma);
  for (j in 1:J) target += normal_lpdf(m[j] | mu[j], tau[j]);
  for (j in 1:J) for (s in 1:T) a[j, s] ~ normal(mu[j] + beta[j] * (t[s] - mean_t), sigma);
  for (j in 2:J) for (s in 2:T) a[j, s] ~ normal(mu[j - 1] + beta[2] * a[j, s - 1], inv_sqrt(tau[1]));
  for (s in 1:T) for (j in 1:J) a[j, s] ~ normal(mu[j] + level[phase[s]], sigma);
  for (j in 1:J) series[j] ~ normal(level[1] + level[2] * t, sigma);
  for (k in 1:9) target += normal_lpdf(col(Y, k) | X * col(B, k), sigmas[k]);
  for (k in 1:9) Y[, k] ~ normal_id_glm(X, level[1], B[, k], sigma);
  for (n in 1:N) Y[n] ~ normal(X[n] * B, sigma);
  y ~ normal(X * b, sigma * w);
  for (n in 1:N) y[n] ~ normal(level[2], sigma / sqrt(w[n]));
  y - X * b ~ normal(mu[1], sigma);
}
