// Densities of correlation and covariance matrices and of their factors, of three rows and of two.
data {
  int<lower=1> K;
  matrix[K, K] S0;
  matrix[K, K] R0;
}
transformed data {
  matrix[K, K] L0 = [[1.2, 0, 0], [0.3, 0.9, 0], [-0.2, 0.4, 1.1]];
}
parameters {
  corr_matrix[K] R;
  cholesky_factor_corr[K] L;
  corr_matrix[2] R2;
  cov_matrix[K] free_S;
  cov_matrix[K] free_V;
  cholesky_factor_cov[K] free_F;
  real<lower=0.3> eta;
  real<lower=2> nu;
  vector[K] mu;
  vector<lower=0>[K] tau;
}
transformed parameters {
  cov_matrix[K] S = add_diag(free_S, 0.5);
  cov_matrix[K] V = add_diag(free_V, 0.5);
  cholesky_factor_cov[K] F = add_diag(free_F, 0.5);
}
model {
  R ~ lkj_corr(2);
  R ~ lkj_corr(1);
  R ~ lkj_corr(eta);
  R0 ~ lkj_corr(eta);
  R2 ~ lkj_corr(0.7);
  target += lkj_corr_lpdf(R2 | eta);
  L ~ lkj_corr_cholesky(2);
  L ~ lkj_corr_cholesky(1);
  L ~ lkj_corr_cholesky(eta);
  target += lkj_corr_cholesky_lpdf(L | eta);
  S ~ lkj_cov(mu, tau, eta);
  target += lkj_cov_lpdf(S | mu, tau, 1.5);
  S ~ wishart(5, S0);
  S ~ wishart(nu, V);
  S0 ~ wishart(6, V);
  S0 ~ wishart(nu, S0);
  target += wishart_lpdf(S | nu, V);
  S ~ inv_wishart(5, S0);
  S ~ inv_wishart(nu, V);
  S0 ~ inv_wishart(6, V);
  S0 ~ inv_wishart(nu, S0);
  target += inv_wishart_lpdf(S | nu, V);
  F ~ wishart_cholesky(nu, L0);
  L0 ~ wishart_cholesky(4, F);
  F ~ inv_wishart_cholesky(nu, L0);
  L0 ~ inv_wishart_cholesky(4, F);
  target += wishart_cholesky_lpdf(F | nu, L) + inv_wishart_cholesky_lpdf(F | nu, L);
}
