// Densities of exponential families whose rows share parameters, all of them or group by group; two groups have no rows.
data {
  int<lower=0> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  array[N] int<lower=0> n;
  array[N] int<lower=0, upper=1> b;
  array[N] int<lower=1, upper=3> c;
  vector<lower=0>[N] y;
  vector<lower=0, upper=1>[N] p;
}
parameters {
  real<lower=0> rate;
  real<lower=0, upper=1> theta;
  real alpha;
  simplex[3] shares;
  vector<lower=0>[J] rates;
  vector<lower=0, upper=1>[J] thetas;
  vector[J] alphas;
}
model {
  n ~ poisson(rate);
  n ~ poisson_log(alpha);
  n ~ binomial(20, theta);
  target += binomial_logit_lpmf(n | 20, alpha);
  b ~ bernoulli(theta);
  b ~ bernoulli_logit(alpha);
  c ~ categorical(shares);
  y ~ exponential(rate);
  y ~ gamma(rate, 1 + theta);
  target += inv_gamma_lpdf(y | 2, rate);
  p ~ beta(rate, 1 + theta);
  n ~ poisson(rates[group]);
  b ~ bernoulli(thetas[group]);
  b ~ bernoulli_logit(alphas[group]);
  y ~ gamma(2, rates[group]);
  for (i in 1:N) target += poisson_log_lpmf(n[i] | alphas[group[i]] + alpha);
  rates ~ exponential(1);
  thetas ~ beta(2, 2);
  alphas ~ normal(0, 1);
}
