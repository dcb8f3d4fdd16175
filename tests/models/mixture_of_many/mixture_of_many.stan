// Components of mixtures, and rows of simplexes, in local arrays: five and ten of them, where rows fill vectors.
data {
  int<lower=1> N;
  int<lower=1> G;
  int<lower=1> K;
  int<lower=1> L;
  array[N] int<lower=1, upper=G> group;
  vector[N] y;
  array[N] int<lower=0> count;
}
parameters {
  array[G] simplex[K] theta;
  ordered[K] mu;
  vector<lower=0>[K] sigma;
  simplex[L] share;
  vector[L] log_rate;
}
model {
  array[K] real ps;
  for (g in 1:G) theta[g] ~ dirichlet(linspaced_vector(K, 1.2, 2));
  mu ~ normal(0, 3);
  sigma ~ lognormal(0, 0.5);
  share ~ dirichlet(linspaced_vector(L, 1, 3));
  log_rate ~ normal(linspaced_vector(L, -1, 2), 1);
  for (n in 1:N) {
    for (k in 1:K) ps[k] = log(theta[group[n], k]) + normal_lpdf(y[n] | mu[k], sigma[k]);
    target += log_sum_exp(ps);
  }
  for (n in 1:N) {
    vector[L] terms = log(share);
    for (l in 1:L) terms[l] += poisson_log_lpmf(count[n] | log_rate[l]);
    target += log_sum_exp(terms);
  }
}
