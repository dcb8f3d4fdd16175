// Multivariate densities of one dimension and of empty arrays.
data {
  int<lower=1> K;
  int<lower=0> N;
  array[N] vector[K] y;
  vector[K] z;
}
parameters {
  vector[K] mu;
  cov_matrix[K] Sigma;
  cholesky_factor_cov[K] L;
  real<lower=0> nu;
}
model {
  y ~ multi_normal(mu, Sigma);
  z ~ multi_normal(mu, Sigma);
  z ~ multi_normal_prec(mu, Sigma);
  z ~ multi_normal_cholesky(mu, L);
  z ~ multi_student_t(nu, mu, Sigma);
  y ~ multi_normal_cholesky(mu, L);
  target += wishart_lpdf(Sigma | 2.5 + nu, [[1.3]]);
}
