// Solvers, inverses and determinants, of data and of parameters, at size 1, 4 and that of the data.
data {
  int<lower=1> N;
  matrix[N, N] D;
  vector[N] y;
}
transformed data {
  matrix[N, N] D_inverse = inverse(D);
  real log_det_D = log_determinant(D);
}
parameters {
  matrix[4, 4] A;
  matrix[4, 2] B;
  vector[4] v;
  real<lower=0> s;
}
transformed parameters {
  matrix[4, 4] P = add_diag(A * A', 1 + s);
}
model {
  matrix[4, 4] M = add_diag(A, 5);
  matrix[N, N] E = add_diag(s * D, 0.5);
  matrix[N, N] S = add_diag(s * D * D', 2);
  matrix[1, 1] one = [[2 + s]];
  target += -dot_self(to_vector(A)) - dot_self(to_vector(B)) - dot_self(v) - s;
  target += sum(mdivide_left(M, B)) + sum(M \ v) + sum(v' / M) + sum(mdivide_right(B', M));
  target += sum(mdivide_left_spd(P, B)) + sum(mdivide_left_spd(P, v)) + sum(mdivide_right_spd(v', P));
  target += sum(mdivide_right_spd(B', P));
  target += sum(inverse(M)) + sum(inverse_spd(P) .* A) + sum(chol2inv(cholesky_decompose(P)));
  target += determinant(M) * 1e-3 + log_determinant(M) + log_determinant_spd(P);
  target += log_determinant(-M) + determinant([[s, 1], [2, s]]) + determinant(one) + log_determinant(one);
  target += sum(mdivide_left(E, y)) * 0.1 + log_determinant(E) + log_determinant_spd(S) + sum(inverse_spd(S));
  target += s * sum(D_inverse * y) * 0.01 + log_det_D;
  target += sum(inverse(one)) + sum(mdivide_left(one, one)) + sum(inverse_spd(one));
  target += sum(matrix_power(M, 3)) * 1e-3 + sum(matrix_power(A, 2)) + sum(matrix_power(A, 0)) + sum(matrix_power(A, 1)) + sum(A ^ 2);
}
generated quantities {
  vector[N] solution = mdivide_left(D, y);
}
