// Gaussian regressions with intercepts and slopes of groups, one of which has no rows.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  array[N] int code;
  vector[N] x;
  vector[N] y;
  vector<lower=0>[N] se;
  matrix[N, 10] X;
  vector[J] u;
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[J] a;
  vector[J] b;
  vector[10] beta;
  real<lower=0> sigma;
  vector<lower=0>[J] sigmas;
}
transformed parameters {
  vector[J] theta = mu + tau * a;
}
model {
  a ~ std_normal();
  b ~ normal(0, tau);
  y ~ normal(theta[group] + b[1] * x, sigma);
  target += normal_lpdf(y | a[group] + b[group] .* x, sigma);
  y ~ normal(mu + b[group] .* x + beta[2] * u[group], sigma);
  y ~ normal(a[group] + X * beta, sigma);
  for (n in 1:N) y[n] ~ normal(theta[group[n]] + u[group[n]] * mu + exp(b[group[n]]), sigma);
  for (n in 1:N) y[n] ~ normal(mu + a[group[n]] - x[n] * tau, sigmas[group[n]]);
  y ~ normal(0, sigmas[group]);
  y ~ normal(theta[group] + x * mu, se);
  for (n in 1:N) y[n] ~ normal(a[code[n] + 2] + b[code[n] + 2], sigma);
  y ~ normal(mu, tau);
}
