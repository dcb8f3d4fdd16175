// What ~ and _lupdf drop, and what they keep: arguments from data, from the model block's locals, from
// parameters.
functions {
  real wrapped_lpdf(real y, real mu, real sigma) {
    return normal_lpdf(y | mu, sigma);
  }
  real wrapped_unnormalized_lpdf(real y, real mu, real sigma) {
    return normal_lupdf(y | mu, sigma) + exponential_lupdf(sigma | 2);
  }
}
data {
  int<lower=1> N;
  vector[N] y;
  vector<lower=0>[N] sigma;
  real<lower=0> s;
  array[N] int<lower=0> k;
}
transformed data {
  vector[N] doubled = 2 * sigma;
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[N] theta;
  real<lower=0, upper=1> p;
}
model {
  real local_scale = 2 * s;
  vector[N] local_y = 2 * y;
  int local_int = 3;
  y ~ normal(mu, sigma);
  y ~ normal(theta, tau);
  theta ~ normal(mu, doubled);
  theta[1] ~ normal(y[1], s);
  mu ~ normal(0, local_scale);
  mu ~ normal(0, local_int);
  local_y ~ normal(0, s);
  y ~ normal(0, s);
  y[1] ~ cauchy(0, s);
  tau ~ exponential(s);
  tau ~ exponential(local_scale);
  tau ~ lognormal(0, s);
  k ~ poisson_log(theta);
  1.5 ~ normal(1, 2);
  target += normal_lpdf(y | mu, sigma);
  target += normal_lupdf(y | mu, sigma);
  target += normal_lupdf(y | 0, s);
  target += normal_lupdf(local_y | 0, s);
  target += cauchy_lupdf(theta | 0, 2.5) + double_exponential_lupdf(mu | 0.1, s);
  target += wrapped_lpdf(mu | 0, s) + wrapped_lupdf(mu | 0, s);
  target += wrapped_unnormalized_lpdf(mu | 0, s) + wrapped_unnormalized_lupdf(mu | 0, tau);
  mu ~ wrapped_unnormalized(0, s);
  target += log_mix(p, normal_lupdf(mu | 0, 1), normal_lupdf(mu | 1, s));
  target += log_mix(p, normal_lupdf(mu | 0, tau), normal_lpdf(mu | 1, s));
  mu ~ uniform(-20, 20);
  target += uniform_lupdf(p | 0, tau + 1);
  for (n in 1:N) {
    k[n] ~ poisson_log(1.5);
    y[n] ~ normal(n, s);
  }
}
generated quantities {
  real lp_of_y = normal_lpdf(y | mu, sigma);
  vector[N] log_lik;
  for (n in 1:N) {
    log_lik[n] = normal_lpdf(y[n] | theta[n], tau);
  }
}
