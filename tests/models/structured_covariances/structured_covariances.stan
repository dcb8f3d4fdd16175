// Covariances that were made of a factor, small and large ones.
data {
  int K;
  int M;
  int N;
  array[N] vector[K] y;
  array[N] vector[M] z;
}
parameters {
  vector[K] mu;
  cholesky_factor_corr[K] L;
  vector<lower=0>[K] tau;
  cholesky_factor_cov[M] C;
}
transformed parameters {
  matrix[K, K] S = quad_form_diag(multiply_lower_tri_self_transpose(L), tau);
}
model {
  matrix[K, K] scaled = diag_pre_multiply(tau, L);
  matrix[M, M] large = C * C';
  matrix[K, K] changed = L * L';
  changed[2, 2] += 1;
  y ~ multi_normal(mu, S);
  y ~ multi_normal(mu, diag_pre_multiply(tau, L) * diag_pre_multiply(tau, L)');
  y[1] ~ multi_normal(mu, multiply_lower_tri_self_transpose(L));
  y[2] ~ multi_student_t(4, mu, tcrossprod(scaled));
  y[3] ~ multi_normal(mu, diag_matrix(tau) * (L * L') * diag_matrix(tau));
  y[4] ~ multi_normal(mu, quad_form_diag(S, -tau));
  y[1] ~ multi_normal(mu, changed);
  y[2] ~ multi_normal(mu, L' * L);
  z ~ multi_normal(rep_vector(0.1, M), large);
  target += sum(cholesky_decompose(quad_form_diag(scaled * scaled', -mu - 2.5)));
  target += log_determinant_spd(S) + sum(mdivide_left_spd(large, z[1]));
  if (N > 2) y[1] ~ multi_normal(mu, S);
}
