// Counts: binomial and Poisson on their link scales; their constants depend on data alone.
data {
  int<lower=0> N;
  array[N] int<lower=0> trials;
  array[N] int<lower=0> hits;
  array[N] int<lower=0> events;
  vector[N] x;
}
parameters {
  real a;
  real b;
  vector[N] theta;
}
model {
  a ~ normal(0, 1);
  b ~ normal(0, 1);
  theta ~ normal(a + b * x, 1);
  hits ~ binomial_logit(trials, theta);
  hits[1] ~ binomial_logit(trials[1], a);
  events ~ poisson_log(a + b * x);
  events ~ poisson_log(theta);
  events[2] ~ poisson_log(b);
  target += binomial_logit_lpmf(hits | trials, a + theta) + poisson_log_lpmf(events | theta + 0.1);
}
