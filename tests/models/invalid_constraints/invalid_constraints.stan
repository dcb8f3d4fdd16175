// Transformed parameters that satisfy their type at some points only: the log density is minus infinity elsewhere.
parameters {
  real a;
  real b;
  vector[2] x;
}
transformed parameters {
  cov_matrix[2] S = [[1 + square(x[1]), a], [a, 1]];
  corr_matrix[2] R = [[1, b], [b, 1]];
  cholesky_factor_cov[3, 2] L = [[1.5 + x[2], 0], [a, 2], [b, a]];
}
model {
  target += log(S[1, 1]) + R[1, 2] + L[1, 1] - sum(square(x));
}
