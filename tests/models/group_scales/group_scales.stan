// Regressions with slopes that groups share, or that they have, as many as make a loop; intercepts and scales, too.
data {
  int N;
  int K;
  int J;
  matrix[N, K] X;
  vector[N] y;
  array[N] int<lower=1, upper=J> group;
}
parameters {
  vector[J] alpha;
  vector[K] beta;
  matrix[J, K] gamma;
  vector<lower=0>[J] sigma;
  real<lower=0> tau;
  real mu;
}
model {
  y ~ normal(alpha[group] + X * beta, sigma[group]);
  y ~ normal(X * beta, sigma[group]);
  for (n in 1:N) y[n] ~ normal(alpha[group[n]] + X[n] * gamma[group[n]]', sigma[group[n]]);
  for (n in 1:N) y[n] ~ normal(X[n] * gamma[group[n]]', tau);
  for (n in 1:N) y[n] ~ normal(mu + X[n] * gamma[group[n]]', tau);
}
