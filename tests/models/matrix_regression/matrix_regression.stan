// Multivariate regressions, all observations at once: rows that lie in a matrix, and means that are products of
// matrices, of few covariates and of many.
data {
  int N;
  int J;
  int K;
  int M;
  matrix[N, K] X;
  matrix[N, M] Z;
  matrix[N, J] Y;
  matrix[J, N] Yt;
}
parameters {
  row_vector[J] alpha;
  matrix[K, J] B;
  matrix[M, J] C;
  vector<lower=0>[J] sigma;
  real<lower=0> tau;
}
model {
  matrix[N, J] mu = rep_matrix(alpha, N) + X * B;
  to_vector(B) ~ std_normal();
  to_vector(C) ~ normal(0, tau);
  to_vector(Y) ~ normal(to_vector(X * B), tau);
  to_vector(Y) ~ normal(to_vector(mu), tau);
  to_vector(Y) ~ normal(to_vector(mu), to_vector(rep_matrix(sigma', N)));
  to_vector(Yt) ~ normal(to_vector(B' * X'), tau);
  to_vector(Y) ~ normal(to_vector(Z * C), tau);
  target += normal_lpdf(to_vector(Y[1:2]) | to_vector(X[1:2] * B), tau);
}
