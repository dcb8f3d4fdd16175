// Covariance and correlation matrices and their factors: alone, in arrays, of one row, and with more rows than columns.
data {
  int<lower=1> K;
  int<lower=1> M;
}
transformed data {
  matrix[5, 5] w;
  for (i in 1:5)
    for (j in 1:5) w[i, j] = 0.3 * i - 0.2 * j + 0.1 * i * j;
}
parameters {
  cholesky_factor_corr[K] L;
  corr_matrix[K] R;
  cov_matrix[K] S;
  cholesky_factor_cov[K] F;
  cholesky_factor_cov[K + 2, K] G;
  cholesky_factor_corr[1] L1;
  corr_matrix[1] R1;
  cov_matrix[1] S1;
  cholesky_factor_cov[1] F1;
  corr_matrix[2] R2;
  array[M] cholesky_factor_corr[2] Ls;
  array[M, 2] cov_matrix[2] Ss;
}
transformed parameters {
  cov_matrix[K] T = quad_form_diag(R, [0.5, 2, 1]');
  corr_matrix[K] C = L * L';
  array[M] cov_matrix[2] U;
  for (m in 1:M) U[m] = Ss[m, 1] + Ss[m, 2];
}
model {
  target += sum(w[1:K, 1:K] .* L) + sum(w[1:K, 1:K] .* R .* R) - sum(w[1:K, 1:K] .* log1p(square(S)));
  target += sum(w[1:K, 1:K] .* F) - sum(square(F)) - 0.5 * sum(square(G)) + sum(w[1:K, 1:K] .* G[3:(K + 2)]);
  target += S1[1, 1] - 0.5 * square(S1[1, 1]) + F1[1, 1] - square(F1[1, 1]) + L1[1, 1] + R1[1, 1];
  target += 0.7 * R2[1, 2] + R2[1, 1] - square(T[1, 2]) + C[3, 1];
  for (m in 1:M) {
    target += m * Ls[m, 2, 1] + 0.5 * Ls[m, 2, 2];
    target += -0.1 * sum(square(U[m])) + Ss[m, 1, 1, 2] - Ss[m, 2, 2, 2];
  }
}
generated quantities {
  matrix[K, K] recovered = F * F';
}
