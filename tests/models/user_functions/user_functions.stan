// User functions: local loops, early returns, overloads, densities called by ~ and target +=.
functions {
  real smooth_max(vector x, real sharpness) {
    real total = 0;
    for (i in 1:num_elements(x)) {
      total += exp(sharpness * x[i]);
    }
    return log(total) / sharpness;
  }
  real squeeze(real x, real lo, real hi) {
    if (x < lo) {
      return lo;
    } else if (x > hi) {
      return hi;
    }
    return x;
  }
  real twice(real x) {
    return 2 * x;
  }
  vector twice(vector x) {
    return 2 * x;
  }
  vector smooth(vector x, real weight) {
    int n = rows(x);
    vector[n] out = x;
    for (i in 2:n) {
      out[i] = weight * out[i - 1] + (1 - weight) * x[i];
    }
    return out;
  }
  matrix kernel(data array[] real x, real length) {
    int n = size(x);
    matrix[n, n] k;
    for (i in 1:n) {
      for (j in 1:i) {
        k[i, j] = exp(-0.5 * square((x[i] - x[j]) / length));
        k[j, i] = k[i, j];
      }
    }
    return k;
  }
  real laplace_lpdf(vector y, real mu, real b) {
    real total = 0;
    for (n in 1:rows(y)) {
      total -= abs(y[n] - mu) / b;
    }
    return total - rows(y) * log(2 * b);
  }
  real scaled_lpdf(real y, real mu, real sigma) {
    return normal_lupdf(y | mu, sigma) + 0.25;
  }
  real count_lpmf(array[] int y, vector eta) {
    return bernoulli_logit_lpmf(y | eta) * 0.5;
  }
  real series(real x) {
    real total = 1;
    real term = 1;
    for (n in 1:50) {
      term *= x / n;
      if (abs(term) < 1e-17) {
        break;
      }
      if (n % 2 == 0) {
        continue;
      }
      total += term;
    }
    return total;
  }
}
data {
  int<lower=1> N;
  vector[N] y;
  array[N] int<lower=0, upper=1> z;
  array[N] real x;
}
parameters {
  vector[N] u;
  real mu;
  real<lower=0> b;
  real<lower=0, upper=1> weight;
}
transformed parameters {
  vector[N] level = smooth(u, weight);
}
model {
  y ~ laplace(mu, b);
  mu ~ scaled(0, 2);
  target += scaled_lpdf(b | 1, 2) + scaled_lupdf(weight | 0.5, 1);
  target += laplace_lupdf(level | 0.1, 2);
  z ~ count(twice(level));
  u ~ normal(0, 2);
  target += -smooth_max(u, 2) - 0.1 * squeeze(twice(mu), -0.75, 0.8);
  target += -0.1 * sum(kernel(x, b + 0.5) * u) - 0.01 * series(mu + 0.5);
}
generated quantities {
  real top = smooth_max(u, weight + 1);
  matrix[N, N] k = kernel(x, 1 + weight);
}
