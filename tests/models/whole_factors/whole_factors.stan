// Orthogonal factors with columns beyond those of the matrix: the product of the reflections decides them.
data {
  int<lower=1> M;
  int<lower=1> K;
  matrix[M, K] X;
  matrix[M, M] weights;
}
transformed data {
  matrix[M, M] Q = qr_Q(X);
}
parameters {
  matrix[M, K] A;
  vector[M] b;
}
model {
  to_vector(A) ~ normal(0, 2);
  b ~ std_normal();
  target += sum(qr_Q(A - X) .* weights) + 0.5 * sum(qr_Q(X + b * [1, -0.5, 0.3][1 : K]) .* weights);
  target += sum(qr_Q(to_matrix(b + 0.1)) .* weights) + sum(qr_Q(A[1 : K] + X[1 : K]) .* weights[1 : K, 1 : K]);
  target += -0.1 * quad_form(qr_Q(A + 2 * X) * diag_matrix(b) * Q, b);
}
generated quantities {
  matrix[M, M] wholeness = 1 + qr_Q(A - X) * qr_Q(A - X)';
  matrix[M, K] back = qr_Q(A - X) * qr_R(A - X);
}
