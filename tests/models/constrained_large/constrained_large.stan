// Matrices of five rows, with one of each kind.
data {
  int<lower=1> K;
}
parameters {
  corr_matrix[K] R;
  cov_matrix[K] S;
  cholesky_factor_corr[K] L;
}
model {
  for (i in 1:K) {
    for (j in 1:i) {
      target += -0.1 * square(S[i, j]) + 0.2 * i * R[i, j] - 0.3 * j * L[i, j];
    }
  }
}
