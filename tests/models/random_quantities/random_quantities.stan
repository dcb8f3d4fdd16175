// Random numbers in generated quantities beside deterministic ones, for posterior predictive checks.
data {
  int<lower=0> N;
  vector[N] x;
  vector[N] y;
}
parameters {
  real alpha;
  real beta;
  real<lower=0> sigma;
}
model {
  alpha ~ normal(0, 2);
  beta ~ normal(0, 2);
  sigma ~ exponential(1);
  y ~ normal(alpha + beta * x, sigma);
}
generated quantities {
  vector[N] mu = alpha + beta * x;
  array[N] real y_rep = normal_rng(mu, sigma);
  vector[N] log_lik;
  real coin = bernoulli_rng(0.5) + uniform_rng(0, 0.5);
  for (n in 1:N) {
    log_lik[n] = normal_lpdf(y[n] | mu[n], sigma);
  }
}
