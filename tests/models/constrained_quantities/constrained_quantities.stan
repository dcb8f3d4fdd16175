// Constraints outside the parameters block are checks: transformed data, transformed parameters, generated
// quantities.
data {
  int<lower=1> K;
  array[K] real<lower=0, upper=1> prior;
}
transformed data {
  simplex[K] start = to_vector(prior) / sum(prior);
  array[2] ordered[K] knots;
  int<lower=1> middle = (K + 1) %/% 2;
  knots[1] = cumulative_sum(to_vector(prior));
  knots[2] = knots[1] + 1;
}
parameters {
  vector[K] raw;
  real<lower=0> scale;
}
transformed parameters {
  simplex[K] weight = softmax(raw);
  positive_ordered[K] rate = cumulative_sum(exp(raw));
  vector<lower=0>[K] positive = square(raw) * scale;
  matrix<lower=-1, upper=1>[K, K] angle;
  array[2] real<lower=0> pair = {scale, 2 * scale};
  for (i in 1:K) {
    for (j in 1:K) {
      angle[i, j] = tanh(raw[i] - raw[j]);
    }
  }
}
model {
  raw ~ normal(0, scale);
  scale ~ lognormal(0, 1);
  target += dot_product(start, log(weight)) - dot_self(rate - knots[2]) * 0.01 - positive[middle];
  target += -0.1 * sum(square(angle)) - pair[2];
}
generated quantities {
  ordered[K] sorted = log(rate);
  int<lower=1, upper=K> best = 1;
  real<lower=0> entropy = 0;
  array[K, 2] int<lower=0> grid;
  for (k in 1:K) {
    if (weight[k] > weight[best]) {
      best = k;
    }
    entropy -= weight[k] * log(weight[k]);
    grid[k] = {k, k * best};
  }
}
