// A Gaussian process whose values are integrated out: the same covariance with its diagonal written by a loop, added as a
// vector, and by its factor; a kernel written out by hand, row by row.
data {
  int<lower=1> N;
  array[N] real x;
  vector[N] y;
}
parameters {
  real<lower=0> rho;
  real<lower=0> alpha;
  real<lower=0> sigma;
  real mu;
}
model {
  rho ~ inv_gamma(5, 5);
  alpha ~ normal(0, 1);
  sigma ~ normal(0, 1);
  mu ~ normal(0, 1);
  vector[N] mean = rep_vector(mu, N);
  {
    matrix[N, N] K = gp_exp_quad_cov(x, alpha, rho);
    for (n in 1:N) K[n, n] += square(sigma);
    y ~ multi_normal(mean, K);
  }
  {
    matrix[N, N] L = cholesky_decompose(add_diag(gp_matern32_cov(x, alpha, rho), rep_vector(square(sigma), N)));
    y ~ multi_normal_cholesky(mean, L);
  }
  {
    matrix[N, N] K;
    for (i in 1:N) {
      for (j in 1:N) K[i, j] = square(alpha) / (1 + square((x[i] - x[j]) / rho));
      K[i, i] += sigma;
    }
    target += multi_normal_lpdf(y | mean, K);
  }
}
