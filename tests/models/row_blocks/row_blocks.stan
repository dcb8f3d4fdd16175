// Rows that share elements of parameters lie in blocks where that is few more rows (responses with covariates), and in
// their order where too few of a group differ (z). Groups without rows, and one with a single row.
data {
  int<lower=1> I;
  int<lower=1> J;
  int<lower=0> N;
  array[N] int<lower=1, upper=I> ii;
  array[N] int<lower=1, upper=J> jj;
  vector[N] x;
  array[N] int<lower=0, upper=1> y;
  array[N] int<lower=0, upper=1> z;
  array[N] int<lower=0> k;
}
parameters {
  vector<lower=0>[I] alpha;
  vector[I] beta;
  vector[J] theta;
  real<lower=0> phi;
}
model {
  alpha ~ lognormal(0.5, 1);
  beta ~ normal(0, 10);
  theta ~ std_normal();
  phi ~ gamma(2, 1);
  y ~ bernoulli_logit(alpha[ii] .* (theta[jj] - beta[ii]) + x);
  for (n in 1:N)
    k[n] ~ neg_binomial_2_log(beta[ii[n]] + 0.5 * theta[jj[n]] * x[n], phi);
  z ~ bernoulli_logit(alpha[ii] .* theta[jj]);
}
