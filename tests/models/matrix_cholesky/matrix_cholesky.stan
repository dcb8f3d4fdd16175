// Cholesky factors and triangular solves at sizes 1, 2, 5 and that of the data; of parameters and of data.
data {
  int<lower=1> N;
  array[N] real x;
  vector[N] y;
  matrix[5, 5] S;
}
transformed data {
  matrix[5, 5] L_S = cholesky_decompose(S);
}
parameters {
  real<lower=0> scale;
  real<lower=0> length;
  vector[5] v;
  matrix[2, 5] B;
}
model {
  matrix[N, N] K;
  for (i in 1:N) {
    for (j in 1:N) K[i, j] = square(scale) * exp(-0.5 * square((x[i] - x[j]) / length));
    K[i, i] += 0.1;
  }
  matrix[N, N] L = cholesky_decompose(K);
  vector[N] z = mdivide_left_tri_low(L, y);
  target += -0.5 * dot_self(z) - sum(log(diagonal(L)));
  row_vector[N] u = mdivide_right_tri_low(y', L);
  target += 0.01 * sum(u);
  // The size of a factor of a factor.
  target += mdivide_left_tri_low(L, K)[N, 1] * 0.1;

  matrix[5, 5] A = add_diag(v * v', 1 + scale) + 0.5 * B' * B;
  matrix[5, 5] C = cholesky_decompose(A);
  target += -0.5 * sum(C) - 0.1 * dot_self(mdivide_left_tri_low(C, v));
  target += sum(mdivide_right_tri_low(B, C)) + sum(mdivide_left_tri_low(L_S, B')) + sum(mdivide_right_tri_low(B, L_S));
  target += 0.1 * sum(L_S * C);
  target += -dot_self(v) - dot_self(to_vector(B));

  target += cholesky_decompose(A[1:2, 1:2])[2, 1] + cholesky_decompose(A[1:1, 1:1])[1, 1];
}
