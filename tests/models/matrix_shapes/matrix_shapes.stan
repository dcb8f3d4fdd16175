// Matrices made of other containers and taken apart, and sparse ones.
data {
  int<lower=1> N;
  array[2, 3] int G;
  array[6] int flat;
  matrix[4, 3] D;
  int<lower=0> nonzero;
  vector[nonzero] w;
  array[nonzero] int columns;
  array[5] int starts;
}
parameters {
  vector[6] v;
  matrix[2, 3] A;
  array[2, 3] real H;
  array[2] row_vector[3] rows_;
}
model {
  target += -dot_self(v) - dot_self(to_vector(A)) - dot_self(to_vector(to_matrix(H))) - dot_self(to_vector(to_matrix(rows_)));
  target += sum(to_matrix(v, 2, 3) .* A) + sum(to_matrix(v, 2, 3, 0) .* A) + sum(to_matrix(v', 2, 3, 1) .* A);
  target += sum(to_matrix(A, 3, 2, 0) .* A') + sum(to_matrix(A, 3, 2) .* A') + sum(to_matrix(G) .* A);
  target += sum(to_matrix(to_array_1d(v), 2, 3, 0) .* A) + sum(to_matrix(flat, 2, 3, 0) .* A) + sum(to_matrix(flat, 2, 3) .* A);
  target += sum(to_matrix(H) .* A) + sum(to_matrix(rows_) .* A) + to_array_2d(A)[2, 1] * v[1];
  target += distance(v, v' + 1) + distance(A[1], A[2]) + distance(v', v - 2) + squared_distance(A[1], A[2]');
  target += squared_distance(A[1]', A[2]) + squared_distance(v[1], v[2]);
  target += sum(block(A, 1, 2, 2, 2)) + sum(sub_row(A, 1, 2, 2)) + sum(sub_col(A, 1, 2, 2));
  target += sum(append_col(A, v[1:2])) + sum(append_row(A[1], A) .* append_row(A, A[2])) + append_col(v[1], v')[3];
  target += sum(csr_matrix_times_vector(4, 3, w, columns, starts, v[1:3]));
  target += sum(csr_matrix_times_vector(4, 3, w * v[1], columns, starts, v[4:6]));
  target += sum(csr_to_dense_matrix(4, 3, w * v[2], columns, starts) * v[1:3]);
}
generated quantities {
  matrix[4, 3] dense = csr_to_dense_matrix(4, 3, w, columns, starts);
}
