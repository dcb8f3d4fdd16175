// Counts and times whose rates are data times a parameter, shared or of a group: exposures as factors and as logarithms.
data {
  int<lower=0> N;
  int<lower=1> J;
  vector<lower=0>[N] e;
  vector[N] x;
  array[N] int<lower=0> c;
  vector<lower=0>[N] t;
  array[N] int<lower=1, upper=J> g;
}
parameters {
  vector<lower=0>[J] lambda;
  vector[J] alpha;
  real<lower=0> rate;
  real a;
}
model {
  for (n in 1:N) c[n] ~ poisson(e[n] * lambda[g[n]]);
  c ~ poisson(e * rate);
  for (n in 1:N) c[n] ~ poisson_log(x[n] + alpha[g[n]]);
  c ~ poisson_log(x + a);
  target += poisson_log_lpmf(c | x - alpha[g] + a);
  t ~ exponential((1 + e) .* lambda[g]);
  t ~ gamma(2.5, (1 + e) * rate);
}
