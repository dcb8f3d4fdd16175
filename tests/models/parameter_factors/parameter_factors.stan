// Correlations and covariances that are parameters, small and large ones: their transforms make them of factors.
data {
  int K;
  int M;
  int J;
  int N;
  array[N] vector[K] y;
  array[N] vector[M] z;
  array[N] int<lower=1, upper=J> group;
  matrix[K, K] S0;
}
parameters {
  vector[K] mu;
  vector<lower=0>[K] tau;
  corr_matrix[K] Omega;
  cov_matrix[K] W;
  cov_matrix[K] P;
  array[J] corr_matrix[K] of_group;
  cov_matrix[M] large;
  real<lower=cholesky_decompose(W)[1, 1]> above;
}
transformed parameters {
  matrix[K, K] Sigma = quad_form_diag(Omega, tau);
  cov_matrix[K] scaled = quad_form_diag(W, -tau);
  corr_matrix[K] same = Omega;
  matrix[K, K] factor = cholesky_decompose(scaled);
}
model {
  matrix[K, K] changed = Omega;
  changed[2, 2] += 1;
  Omega ~ lkj_corr(2);
  Omega ~ lkj_corr(above);
  for (j in 1:J) of_group[j] ~ lkj_corr(1.5);
  W ~ wishart(K + 1.5, S0);
  W ~ inv_wishart(K + 2, S0);
  target += inv_wishart_lpdf(P | K + above, W);
  y ~ multi_normal(mu, Sigma);
  y[1] ~ multi_normal(mu, changed);
  y ~ multi_normal_prec(mu, P);
  for (n in 1:N) y[n] ~ multi_normal(mu, quad_form_diag(of_group[group[n]], tau));
  z ~ multi_normal(rep_vector(0.1, M), large);
  z[1] ~ multi_normal_prec(rep_vector(0.1, M), large);
  target += log_determinant(Sigma) + log_determinant_spd(large) + sum(factor) + above;
}
generated quantities {
  matrix[M, M] L = cholesky_decompose(large);
}
