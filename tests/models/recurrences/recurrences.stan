// Scalar recurrences whose steps feed densities in the same loop: volatility, growth, smoothing, learning.
data {
  int<lower=1> T;
  int<lower=1> first;
  vector[T] y;
  vector[T] x;
  array[T] int<lower=0, upper=1> seen;
  array[T] int<lower=0> n;
}
transformed data {
  array[T] int<lower=0, upper=1> up;
  for (t in 1 : T) {
    up[t] = y[t] > 0;
  }
}
parameters {
  real mu;
  real<lower=0> base;
  real<lower=0, upper=1> arch;
  real<lower=0, upper=1> garch;
  real<lower=-1, upper=1> phi;
  real<lower=0> scale;
  vector[T] shock;
  real<lower=0, upper=1> rate;
  real<lower=1> capacity;
  real trend;
}
transformed parameters {
  vector[T] volatility;
  volatility[1] = mu + scale * shock[1] / sqrt(1 - square(phi));
  for (t in 2 : T) {
    volatility[t] = mu + phi * (volatility[t - 1] - mu) + scale * shock[t];
  }
}
model {
  // Elements of an array are carried, and each is a square root.
  array[T] real sigma;
  sigma[1] = 1.5;
  for (t in 2 : T) {
    sigma[t] = sqrt(base + arch * square(y[t - 1] - mu) + garch * square(sigma[t - 1]));
    y[t] ~ normal(mu, sigma[t]);
  }
  // A scalar is carried; the first step depends on data.
  {
    real v = base;
    for (t in first + 1 : T) {
      target += normal_lpdf(y[t] | mu, sqrt(v));
      v = arch * v + (1 - arch) * square(y[t] - mu);
    }
  }
  // Not every step is observed, and each is a sum of two.
  {
    real level = mu;
    real slope = trend;
    for (t in 1 : T) {
      real mean = level + slope;
      real error = y[t] - mean;
      if (seen[t]) {
        y[t] ~ student_t(4, mean, scale);
        n[t] ~ poisson_log(0.1 * mean);
      }
      level = mean + rate * error;
      slope += arch * rate * error;
    }
  }
  // Growth that a special function of data and parameters drives, counted by an integer.
  {
    real size = 0.5;
    int steps = 0;
    for (t in 1 : T) {
      size += rate * exp(0.1 * trend * x[t]) * size * (1 - size / capacity);
      steps += seen[t];
      n[t] ~ neg_binomial_2(size * (1 + steps % 3), 2.5);
    }
  }
  // Learning: what is chosen changes what is expected.
  {
    real expected = 0;
    vector[2] of_side = rep_vector(0, 2);
    for (t in 1 : T) {
      up[t] ~ bernoulli_logit(scale * expected);
      up[t] + 1 ~ categorical_logit(of_side);
      expected += rate * (x[t] - expected);
      of_side[up[t] + 1] += rate * (x[t] - of_side[up[t] + 1]);
    }
  }
  for (t in 1 : T) {
    y[t] ~ normal(0, exp(0.5 * volatility[t]));
  }
  shock ~ std_normal();
  base ~ exponential(1);
  scale ~ exponential(1);
  capacity ~ lognormal(1, 1);
  mu ~ std_normal();
  trend ~ std_normal();
}
