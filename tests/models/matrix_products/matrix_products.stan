// Products that are kernels and products that are not, of data and of parameters; quadratic forms.
data {
  int<lower=1> N;
  int<lower=1> M;
  matrix[N, M] X;
  matrix[N, N] Y;
}
parameters {
  matrix[M, 3] A;
  matrix[3, 3] B;
  vector[M] v;
}
transformed parameters {
  matrix[N, 3] XA = X * A;
}
model {
  matrix[N, M] Z = X .* rep_matrix(v', N);
  matrix[3, 3] S = B * B';
  target += -dot_self(to_vector(A)) - dot_self(to_vector(B)) - dot_self(v);
  target += 1e-3 * sum(square(XA)) + 1e-3 * sum(Y * XA * B) + 1e-3 * sum(X' * Y) * v[1];
  target += 1e-4 * sum(crossprod(Z)) + 1e-4 * sum(tcrossprod(Z)) + sum(tcrossprod(B));
  target += 1e-4 * sum(multiply_lower_tri_self_transpose(Y * v[1])) + sum(multiply_lower_tri_self_transpose(B));
  target += 1e-3 * sum(quad_form(Y, X)) * v[2] + quad_form(S, A[1]') + quad_form_sym(S, B[1]') + sum(quad_form_sym(S, B));
  target += 1e-4 * sum(quad_form(Y, Z)) + 1e-4 * trace_quad_form(Y, Z) + trace_quad_form(S, B[2]');
  target += trace_gen_quad_form(B, S, A[1:3]) + sum(quad_form_diag(S, B[1])) + sum(quad_form_diag(S, B[1]'));
  target += sum(symmetrize_from_lower_tri(B) .* S) + trace(S) + sum(diag_post_multiply(A, B[1]));
  target += sum(columns_dot_product(A, A)) + sum(rows_dot_product(A, A)) + sum(rows_dot_self(B)) + sum(columns_dot_self(B));
  target += columns_dot_self(v)[1] + rows_dot_self(v')[1] + columns_dot_product(v, v)[1] + sum(rows_dot_product(v, v));
}
generated quantities {
  matrix[N, N] YY = Y * Y;
}
