// Gaussian regressions whose parameters belong to groups that cross each other: rows of a cell become a few, whatever the data is
// far from, and few cells of those that there might be have rows.
data {
  int<lower=1> N;
  int<lower=1> J;
  int<lower=1> L;
  int<lower=1> M;
  array[N] int<lower=1, upper=J> a;
  array[N] int<lower=1, upper=L> b;
  array[N] int<lower=1, upper=M> c;
  array[N] int code;
  array[J] int<lower=1, upper=L> of;
  vector[N] x;
  vector[N] y;
  vector[N] far;
  vector<lower=0>[N] se;
  matrix[N, 10] X;
}
parameters {
  real mu;
  real beta;
  vector[J] u;
  vector[J] slope;
  vector[L] v;
  vector[M] w;
  matrix[J, L] cell;
  vector[10] gamma;
  matrix[10, L] delta;
  real<lower=0> sigma;
  vector<lower=0>[L] sigmas;
}
model {
  y ~ normal(u[a] + v[b], sigma);
  target += normal_lpdf(y | mu + u[a] + v[b] + beta * x, sigma);
  far ~ normal(1e6 + mu + u[a] + v[b] + slope[a] .* x, sigma);
  for (n in 1:N) y[n] ~ normal(mu + u[a[n]] * sigma + v[b[n]] + w[c[n]], 2);
  for (n in 1:N) y[n] ~ normal(cell[a[n], b[n]] + x[n] * beta, sigma);
  y ~ normal(u[a] + beta * x, sigmas[b]);
  y ~ normal(u[a] + v[of[a]], sigma);
  y ~ normal(u[a] + v[b] + X * gamma, sigma);
  target += normal_lpdf(y | v[b] + u[a] + slope[a] .* x, se);
  y ~ normal(u[a] + v[b], sigmas[b] .* se);
  for (n in 1:N) y[n] ~ normal(exp(u[a[n]]) + w[code[n] + 3], sigma);
  for (n in 1:N) y[n] ~ normal(u[a[n]] + X[n] * delta[, b[n]], sigma);
}
