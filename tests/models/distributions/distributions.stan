// Densities with closed forms, each in the shapes that models use: scalars, vectors, arrays and mixtures of
// them.
data {
  int<lower=1> N;
  vector[N] y;
  array[N] int<lower=0, upper=1> z;
  vector<lower=0>[N] w;
}
parameters {
  real mu;
  real<lower=0> sigma;
  vector[N] theta;
  vector<lower=0>[N] tau;
  real<lower=0, upper=1> p;
  vector<lower=0, upper=1>[N] q;
  real<lower=1, upper=3> u;
}
model {
  y ~ normal(mu, sigma);
  y ~ normal(theta, tau);
  theta ~ normal(y, 2);
  theta ~ std_normal();
  y ~ cauchy(theta, sigma);
  mu ~ cauchy(0, 2.5);
  w ~ exponential(sigma);
  tau ~ exponential(w);
  w ~ lognormal(theta, sigma);
  tau ~ lognormal(mu, 1);
  z ~ bernoulli(p);
  z ~ bernoulli(q);
  z[1] ~ bernoulli(q[2]);
  z ~ bernoulli_logit(theta);
  z[2] ~ bernoulli_logit(mu * 3);
  u ~ uniform(1, 3);
  y ~ uniform(-10 - sigma, 10 + tau);
  y ~ double_exponential(theta, sigma);
  theta ~ double_exponential(0.1, 1);
  y ~ logistic(mu, tau);
  theta ~ logistic(0, sigma);
  target += normal_lpdf(to_array_1d(y) | theta, 1) + cauchy_lpdf(theta | y, tau) + exponential_lpdf(tau | 1);
  target += lognormal_lpdf(w | 0, 1) + bernoulli_lpmf(z | q) + bernoulli_logit_lpmf(z | mu)
            + logistic_lpdf(mu | 0, 1);
  target += double_exponential_lpdf(y | 0, tau) + uniform_lpdf(u | 0, 4) + std_normal_lpdf(mu);
}
generated quantities {
  vector[N] log_lik;
  for (n in 1:N) {
    log_lik[n] = bernoulli_logit_lpmf(z[n] | theta[n]) + cauchy_lpdf(y[n] | mu, sigma);
  }
}
