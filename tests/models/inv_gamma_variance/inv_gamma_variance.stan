// A normal with an inverse gamma prior on its variance.
data {
  int<lower=0> N;
  vector[N] y;
}
parameters {
  real mu;
  real<lower=0> v;
  real<lower=0> shape;
}
model {
  mu ~ normal(0, sqrt(v));
  v ~ inv_gamma(shape, 1.5);
  shape ~ exponential(1);
  y ~ normal(mu, sqrt(v));
  target += inv_gamma_lpdf(v | 2, shape);
}
