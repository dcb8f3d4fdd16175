// Matrices that are not positive definite at some points: the log density is minus infinity there.
parameters {
  real a;
  real b;
}
transformed parameters {
  matrix[2, 2] L = cholesky_decompose([[1, a], [a, 1 + b]]);
}
model {
  target += -a ^ 2 - b ^ 2 + sum(L);
}
