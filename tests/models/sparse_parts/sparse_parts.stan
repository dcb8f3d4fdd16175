// The parts of a sparse matrix, whose sizes are known only when its elements are.
data {
  int<lower=1> M;
  int<lower=1> N;
  matrix[M, N] X;
  vector[M] y;
  int<lower=0> nonzero;
}
transformed data {
  vector[nonzero] w = csr_extract_w(X);
  array[nonzero] int v = csr_extract_v(X);
  array[M + 1] int u = csr_extract_u(X);
  int counted = num_elements(csr_extract_w(X));
}
parameters {
  vector[N] beta;
  real<lower=0> sigma;
}
model {
  beta ~ normal(0, counted);
  sigma ~ exponential(1);
  y ~ normal(csr_matrix_times_vector(M, N, w, v, u, beta), sigma);
  target += -0.1 * sum(csr_matrix_times_vector(M, N, sigma * w, csr_extract_v(X), csr_extract_u(X), beta));
}
generated quantities {
  matrix[M, N] again = csr_to_dense_matrix(M, N, csr_extract_w(X), v, u);
  array[rows(X) + 1] int starts = csr_extract_u(X);
  array[size(csr_extract_v(X))] int columns = csr_extract_v(X);
  vector[2] scaled = csr_extract_w((1 + square(beta[1])) * X[1 : 2])[1 : 2];
}
