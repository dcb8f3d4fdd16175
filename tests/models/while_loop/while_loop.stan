// Counts with their own dispersion (Conway and Maxwell 1962): the normaliser is a series, summed to a
// tolerance.
functions {
  // log of the sum over k of (exp(eta)^k / k!)^nu; terms grow up to k = exp(eta), then fall.
  real log_normalizer(real eta, real nu) {
    real log_term = 0;
    real total = 1;
    int k = 0;
    while (k < exp(eta) || log_term > log(total) - 30) {
      k += 1;
      log_term += nu * (eta - log(k));
      total += exp(log_term);
    }
    return log(total);
  }
  real conway_maxwell_lpmf(int y, real eta, real nu, real log_factorial) {
    return nu * (y * eta - log_factorial) - log_normalizer(eta, nu);
  }
}
data {
  int<lower=0> N;
  array[N] int<lower=0> y;
  vector[N] x;
}
transformed data {
  vector[N] log_factorial = rep_vector(0, N);
  for (n in 1:N) {
    int k = y[n];
    while (k > 1) {
      log_factorial[n] += log(k);
      k -= 1;
    }
  }
}
parameters {
  real a;
  real b;
  real<lower=0> nu;
}
model {
  a ~ normal(0, 1);
  b ~ normal(0, 1);
  nu ~ lognormal(0, 0.5);
  for (n in 1:N) {
    target += conway_maxwell_lpmf(y[n] | a + b * x[n], nu, log_factorial[n]);
  }
}
generated quantities {
  real log_z = log_normalizer(a, nu);
}
