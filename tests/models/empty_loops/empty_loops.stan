// Loops without iterations: what they would have rejected does not count, and neither does what would be invalid in them.
data {
  int<lower=0> N;
  int<lower=0> K;
  array[N] int<lower=0> counts;
  vector[K] y;
  matrix[K, N] x;
}
transformed data {
  array[N] real unset;
}
parameters {
  real a;
  real shift;
  real s;
}
model {
  real scale = shift - 0.5; // may be negative
  a ~ normal(0, 1);
  shift ~ normal(0, 2);
  s ~ normal(0, 1);
  for (n in 1 : N) {
    a ~ normal(0, scale);
  }
  unset ~ normal(0.5, exp(scale));
  for (n in 1 : N) {
    counts[n] ~ poisson(scale);
    for (k in 1 : K) {
      x[k, n] ~ normal(a, scale);
    }
  }
  for (k in 1 : K) {
    y[k] ~ normal(a, exp(s));
    for (n in 1 : N) {
      target += normal_lpdf(y[k] | a, scale);
    }
    for (later in k + 1 : K) {
      if (s > 0.5) {
        y[later] ~ student_t(4, y[k], s - 0.2);
      }
    }
  }
  {
    int n = 0;
    while (n < N) {
      n += 1;
      a ~ double_exponential(s, scale);
    }
  }
}
