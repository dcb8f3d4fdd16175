// Multivariate normal densities, by covariance, precision and factor: vectors and row vectors, single and in arrays, on
// either side; parameters as points, as locations, as scales.
data {
  int<lower=1> K;
  int<lower=0> N;
  array[N] vector[K] y;
  array[N] row_vector[K] r;
  vector[K] z;
  matrix[K, K] Sigma0;
}
transformed data {
  matrix[K, K] L0 = [[1.2, 0, 0], [0.3, 0.9, 0], [-0.2, 0.4, 1.1]];
}
parameters {
  vector[K] mu;
  row_vector[K] nu;
  cov_matrix[K] Sigma;
  cholesky_factor_cov[K] L;
  array[N] vector[K] theta;
}
model {
  y ~ multi_normal(mu, Sigma);
  y ~ multi_normal(theta, Sigma);
  z ~ multi_normal(theta, Sigma0);
  r ~ multi_normal(nu, Sigma0);
  z ~ multi_normal(mu, Sigma);
  nu ~ multi_normal(z, Sigma0);
  y ~ multi_normal(rep_vector(0, K), Sigma0);
  target += multi_normal_lpdf(y | mu, Sigma0) + multi_normal_lupdf(r | z, Sigma);

  y ~ multi_normal_prec(mu, Sigma);
  theta ~ multi_normal_prec(mu, Sigma0);
  z ~ multi_normal_prec(nu, Sigma0);
  nu ~ multi_normal_prec(mu, Sigma);
  target += multi_normal_prec_lpdf(r | theta, Sigma);

  y ~ multi_normal_cholesky(mu, L);
  theta ~ multi_normal_cholesky(mu, L0);
  mu ~ multi_normal_cholesky(z, L0);
  z ~ multi_normal_cholesky(nu, L);
  r ~ multi_normal_cholesky(theta, L0);
  target += multi_normal_cholesky_lpdf(theta | nu, L);
}
