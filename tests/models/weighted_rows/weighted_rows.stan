// Normal and lognormal densities of rows that count by weights, some of them zero, with sufficient statistics for all rows, for
// groups, and for groups that cross each other.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> a;
  array[N] int<lower=1, upper=2> b;
  vector<lower=0>[N] w;
  vector[N] x;
  vector[N] y;
  vector<lower=0>[N] size;
}
parameters {
  vector[J] u;
  vector[2] v;
  real beta;
  real<lower=0> sigma;
  vector<lower=0>[J] sigmas;
}
model {
  for (n in 1:N) target += w[n] * normal_lpdf(y[n] | u[1] + beta * x[n], sigma);
  for (n in 1:N) target += normal_lupdf(y[n] | u[a[n]] + beta * x[n], sigma) * w[n];
  for (n in 1:N) target += 0.5 * w[n] * normal_lpdf(y[n] | beta * x[n], sigmas[a[n]]);
  for (n in 1:N) target += square(x[n]) * normal_lpdf(y[n] | u[a[n]] + v[b[n]], sigma * size[n]);
  for (n in 1:N) target += w[n] * normal_lpdf(y[n] | v[b[n]], sigmas[a[n]]);
  size ~ lognormal(u[2] + beta * x, sigma);
  target += lognormal_lpdf(size | u[a], sigmas[a]);
  size ~ lognormal(u[a] + v[b], sigma);
  target += lognormal_lpdf(size | u[a] + v[b], 1.5);
  for (n in 1:N) target += w[n] * lognormal_lpdf(size[n] | beta * x[n], sigma / (0.1 + w[n]));
}
