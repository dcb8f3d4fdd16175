// Eigenvalues, singular values, orthogonal factors, exponentials. Signs of singular vectors are nobody's promise, so
// only what does not depend on them is compared.
data {
  int<lower=1> N;
  matrix[N, N] D;
}
transformed data {
  vector[N] w = eigenvalues_sym(D + D');
}
parameters {
  matrix[5, 3] A0;
  matrix[4, 4] B0;
  real<lower=0> s;
}
model {
  matrix[5, 3] A = A0 + D[1:5, 1:3]; // regular where the parameters are 0
  matrix[4, 4] B = B0 + D[6:9, 1:4];
  matrix[4, 4] S = B + B' + diag_matrix([1, 4, 7, 10]');
  matrix[3, 5] At = A'; // Stan's generalized_inverse does not take the expression
  target += -dot_self(to_vector(A0)) - dot_self(to_vector(B0)) - s + s * mean(w);
  target += eigenvalues_sym(S)[2] + 0.3 * dot_self(eigenvalues_sym(S)) + eigenvectors_sym(S)[3, 1] * eigenvectors_sym(S)[1, 1];
  target += 0.1 * sum(eigenvectors_sym(S));
  target += sum(qr_thin_Q(A)) + sum(qr_thin_R(A)) + sum(qr_R(A)) + sum(qr_thin_R(A')) + sum(qr_thin_Q(A'));
  target += sum(qr_Q(B)) + sum(qr_Q(A'));
  target += singular_values(A)[2] + sum(log(singular_values(B))) + sum(singular_values(A'));
  target += sum(svd_U(A) * diag_pre_multiply([1, 2, 3]', svd_V(A)'));
  target += 0.01 * sum(matrix_exp(0.3 * B)) + sum(matrix_exp([[s, 1], [0.5, -s]])) * 0.1 + matrix_exp([[s]])[1, 1] * 0.01;
  target += 0.01 * sum(matrix_exp_multiply(0.1 * B, B)) + 0.01 * sum(scale_matrix_exp_multiply(0.1 * s, B, A[1:4]));
  target += sum(generalized_inverse(A)) + sum(generalized_inverse(At)) + 0.1 * sum(generalized_inverse(S));
  target += 0.01 * sum(eigenvalues_sym(crossprod(add_diag(s * D, 1)))) + eigenvalues_sym([[s]])[1];
}
generated quantities {
  matrix[5, 5] Q = qr_Q(A0 + D[1:5, 1:3]);
  matrix[N, N] V = eigenvectors_sym(D + D');
  matrix[N, N] E = matrix_exp(0.1 * D);
}
