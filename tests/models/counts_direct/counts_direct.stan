// Counts: binomial and Poisson with probabilities and rates as they are.
data {
  int<lower=0> N;
  array[N] int<lower=0> trials;
  array[N] int<lower=0> hits;
  array[N] int<lower=0> events;
}
parameters {
  vector[N] theta;
  real<lower=0> lambda;
  real<lower=0, upper=1> p;
}
model {
  theta ~ normal(0, 1);
  lambda ~ exponential(1);
  hits ~ binomial(trials, p);
  events ~ poisson(lambda);
  events ~ poisson(exp(theta) + lambda);
  target += binomial_lpmf(hits | 12, inv_logit(theta)) + poisson_lpmf(events[1] | lambda);
}
