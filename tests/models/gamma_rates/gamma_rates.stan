// Waiting times by gamma, with shapes and rates as parameters.
data {
  int<lower=0> N;
  vector<lower=0>[N] t;
}
parameters {
  real<lower=0> shape;
  real<lower=0> rate;
  vector<lower=0>[N] lambda;
}
model {
  shape ~ gamma(2, 0.5);
  rate ~ gamma(1.5, 1);
  t ~ gamma(shape, rate);
  lambda ~ gamma(shape, t);
  target += gamma_lpdf(lambda | 2, rate) + gamma_lpdf(t | 2, 3);
}
