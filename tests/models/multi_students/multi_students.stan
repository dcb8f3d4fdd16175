// Multivariate Student-t densities and Gaussian processes with several outputs.
data {
  int<lower=1> K;
  int<lower=0> N;
  array[N] vector[K] y;
  vector[K] z;
  matrix[N, K] x;
  matrix[K, K] Sigma0;
  vector<lower=0>[N] w0;
}
transformed data {
  matrix[K, K] L0 = [[1.2, 0], [0.3, 0.9]];
}
parameters {
  vector[K] mu;
  real<lower=1> nu;
  cov_matrix[K] Sigma;
  cholesky_factor_cov[K] L;
  array[N] row_vector[K] theta;
  vector<lower=0>[N] w;
  matrix[N, K] g;
}
model {
  y ~ multi_student_t(nu, mu, Sigma);
  y ~ multi_student_t(4, theta, Sigma0);
  z ~ multi_student_t(nu, mu, Sigma0);
  theta ~ multi_student_t(3, z, Sigma);
  target += multi_student_t_lpdf(z | nu, mu, Sigma);
  y ~ multi_student_t_cholesky(nu, mu, L);
  z ~ multi_student_t_cholesky(5, mu, L0);
  theta ~ multi_student_t_cholesky(nu, z, L);
  x ~ multi_gp(Sigma, w);
  g ~ multi_gp(Sigma0, w0);
  x ~ multi_gp(Sigma0, w);
  x ~ multi_gp_cholesky(L, w);
  g ~ multi_gp_cholesky(L0, w0);
  target += multi_gp_cholesky_lpdf(g | L, w);
}
