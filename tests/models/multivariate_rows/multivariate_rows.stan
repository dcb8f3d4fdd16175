// Many rows whose squares need no more than a triangular factor of the data: multivariate normal densities of one
// covariance, with one mean or that of a regression, vectorised and in loops; standard normal densities of
// what was standardised; squares written out.
data {
  int<lower=1> K;
  int<lower=0> N;
  int<lower=1> P;
  array[N] vector[K] y;
  array[N] vector[P] x;
  matrix[N, P] X;
  vector[N] z;
}
parameters {
  vector[K] mu;
  matrix[K, P] beta;
  cov_matrix[K] Sigma;
  cholesky_factor_cov[K] L;
  real alpha;
  vector[P] b;
  real<lower=0> sigma;
}
model {
  y ~ multi_normal(mu, Sigma);
  y ~ multi_normal_prec(mu, 0.5 * Sigma);
  y ~ multi_normal_cholesky(mu, L);
  for (n in 1:N) y[n] ~ multi_normal(mu, Sigma);
  for (n in 1:N) y[n] ~ multi_normal_prec(mu, Sigma);
  for (n in 1:N) target += multi_normal_cholesky_lpdf(y[n] | beta * x[n], L);
  array[N] vector[K] mean;
  for (n in 1:N) mean[n] = mu + beta * x[n];
  y ~ multi_normal_cholesky(mean, L);

  (z - alpha) / sigma ~ std_normal();
  target += std_normal_lpdf((z - (alpha + X * b)) / sigma) - N * log(sigma);
  for (n in 1:N) target += -0.5 * square((z[n] - alpha - X[n] * b) / sigma) - log(sigma);
  target += -0.5 * dot_self((z - X * b) / sigma);
  to_vector(X) ~ normal(to_vector(X * beta'), sigma);
}
