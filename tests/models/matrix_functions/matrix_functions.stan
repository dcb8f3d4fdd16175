// Functions that take matrices apart and put them together.
data {
  int<lower=1> K;
  matrix[K, K] A;
}
transformed data {
  real trace_of = trace(A);
  vector[K] diagonal_of = diagonal(A);
}
parameters {
  vector[K] b;
  matrix[K, K] M;
  vector[6] long;
}
model {
  matrix[K, 2 * K] wide = append_col(M, A);
  matrix[K + 1, K] tall = append_row(M, b');
  vector[K + 1] longer = append_row(b, 0.5);
  matrix[2, 3] shaped = to_matrix(long, 2, 3);
  array[6] real listed = to_array_1d(long);
  b ~ normal(diagonal_of, 2);
  to_vector(M) ~ normal(0, 1);
  long ~ normal(0, trace_of);
  target += -0.1 * sum(columns_dot_product(M, A)) - 0.1 * sum(rows_dot_product(M, A)) - log_sum_exp(longer);
  target += -square(sum(diagonal(M)) - trace(M * A)) * 0.1 - 0.01 * dot_self(to_vector(wide))
            - 0.1 * sum(tall * b);
  target += -0.1 * quad_form(M + M', b) - 0.01 * sum(quad_form_diag(A, b)) - 0.01 * sum(diag_matrix(b) * M);
  target += 0.1 * sum(diag_pre_multiply(b, M)) - 0.1 * sum(diag_post_multiply(M, b)) - 0.01 * sum(crossprod(M));
  target += -square(head(long, 2)[1] + tail(long, 2)[2] - segment(long, 2, 3)[1]) - sum(shaped[1] .* shaped[2]);
  target += -dot_self(col(M, 1) - M[:, 2]) - dot_self(row(M, 2) - b') - 0.1 * sum(block(M, 1, 1, 2, 2));
  target += -0.1 * sum(sub_col(M, 1, 2, 2)) - listed[3] ^ 2 - 0.1 * sum(rep_matrix(b, 2) * [[1, 2], [3, 4]]);
  target += -0.1 * sum(rep_matrix(b', 2)) - 0.1 * sum(rep_row_vector(b[1], 4)) - 0.1 * dot_self(reverse(b) - b);
}
generated quantities {
  vector[K] sorted = sort_asc(b + diagonal_of);
  // By way of a variable: given an expression, Stan 2.35 sorts what is no longer there.
  vector[K] gap = b - diagonal_of;
  array[K] int order = sort_indices_desc(gap);
  matrix[K, K] identity = identity_matrix(K);
  vector[K] spaced = linspaced_vector(K, 0, 1);
}
