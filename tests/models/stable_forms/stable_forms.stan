// Densities and logarithms of exponentials and inverse logits, as people write them.
data {
  int N;
  vector[N] x;
  array[N] int<lower=0, upper=1> y;
  array[N] int<lower=0> k;
  array[N] int<lower=0> trials;
  array[N] int<lower=0> hits;
  vector<lower=0>[N] exposure;
  vector<lower=0>[N] z;
}
parameters {
  real a;
  real b;
  real<lower=0, upper=1> p;
  real<lower=0> s;
}
transformed parameters {
  vector[N] eta = a + b * x;
  vector[N] theta = inv_logit(eta);
}
model {
  y ~ bernoulli(theta);
  y ~ bernoulli(1 - inv_logit(b * x));
  y ~ bernoulli(Phi(0.5 * eta));
  y ~ bernoulli(inv_cloglog(0.5 * eta - 1));
  y ~ bernoulli(p);
  hits ~ binomial(trials, inv_logit(a - b * x));
  target += binomial_lpmf(hits | trials, 1 - theta);
  k ~ poisson(exposure .* exp(eta));
  k ~ neg_binomial_2(exp(eta), s);
  z ~ gamma(s, s ./ exp(eta));
  z ~ exponential(exp(-eta));
  z ~ weibull(1.5, exp(eta) / 2);
  z ~ normal(a, sqrt(exp(b) + square(b * x)));
  p ~ beta(2, 3);
  logit(p) ~ normal(0, 2);
  exp(log(s)) ~ lognormal(0, 1);
  target += log(1 - p * p) + 3 * log(s * s) + log(pow(exp(a), 2.5)) + log(1 / s) + log(sqrt(s) * exp(b));
  for (n in 1:N) {
    target += log(exp(a * x[n]) + exp(b * x[n]));
    target += log(p * exp(normal_lpdf(z[n] | a, 1)) + (1 - p) * exp(normal_lpdf(z[n] | b, s)));
    target += log_sum_exp(log_sum_exp(a * x[n], b), log_sum_exp(p, s * x[n]));
    target += -log(1 + exp(a) + exp(b * x[n])) + log1p(exp(eta[n]));
    target += y[n] * log(1 / (1 + exp(-eta[n]))) + log(1 - exp(eta[n]) / (1 + exp(eta[n])));
    target += log(1 - exp(-s * z[n]));
    if (x[n] > 0) target += log(p * z[n] + s);
    else target += 2 * log(s - x[n]);
  }
}
