// Fewer rows than columns, of which some are constant: the rows of their triangular factor are not the first ones.
data {
  int<lower=0> N;
  int<lower=0> K;
  array[N] vector[K] y;
  matrix[N, K] x;
  vector[N] z;
}
parameters {
  vector[K] mu;
  vector[K] b;
  real<lower=0> sigma;
}
model {
  y ~ multi_normal(mu, add_diag(rep_matrix(0.3, K, K), sigma));
  z ~ normal(x * b, sigma);
  (z - x * b) / sigma ~ std_normal();
}
