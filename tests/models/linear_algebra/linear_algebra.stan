// Arithmetic on vectors, row vectors and matrices: products of every pair of shapes, element-wise forms,
// reductions.
data {
  int<lower=1> N;
  int<lower=1> K;
  matrix[N, K] X;
  vector[N] y;
}
transformed data {
  matrix[K, K] gram = X' * X;
  row_vector[K] means;
  real biggest = max(y);
  real smallest = min(X);
  for (k in 1:K) {
    means[k] = mean(X[:, k]);
  }
}
parameters {
  vector[K] b;
  row_vector[K] c;
  matrix[K, 2] B;
  matrix[2, K] C;
  real<lower=0> s;
}
transformed parameters {
  vector[N] fit = X * b + rep_vector(means * b, N);
  matrix[N, 2] pair = X * B;
  row_vector[2] side = c * B;
  matrix[K, K] outer = b * c;
}
model {
  matrix[K, K] square_of = B * C + s * gram / N - outer';
  vector[K] soft = softmax(b);
  vector[K] running = cumulative_sum(b);
  row_vector[K] mixed = (c + b') .* means - 2 * c ./ (1 + c .* c);
  b ~ normal(0, 1);
  c ~ normal(0, 1);
  to_vector(B) ~ normal(0, 1);
  to_vector(C') ~ normal(0, 1);
  s ~ exponential(1);
  y ~ normal(fit, s);
  target += -0.5 * dot_self(soft - running) + c * b - dot_product(b, c);
  target += -0.01 * (b' * gram * b) - 0.1 * sum(square_of .* square_of) - mixed * mixed';
  target += -0.1 * sum(pair .* pair) - 0.2 * mean(fit) + 0.01 * rows(pair) * cols(C);
  target += -0.1 * dot_self(-side / s) + size(b) - num_elements(C) - log_sum_exp(b);
  target += -0.05 * dot_self((X - 0.5)[1]' + 1.5 * b) - square(sum(square_of[2]) * 0.1);
  target += -0.01 * dot_self(exp(0.1 * running) + square(b) - rep_vector(biggest - smallest, K));
}
generated quantities {
  matrix[K, 2] sums = B + C';
  vector[K] normalized = b / sqrt(dot_self(b) + 1);
}
