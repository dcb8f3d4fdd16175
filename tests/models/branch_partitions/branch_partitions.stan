// Branches on data in loops: zero inflation, hurdles, censoring, ways that no row takes, indices that only some
// rows may use, rows with parameters of their own.
functions {
  real censored_lpdf(real y, int way, real mu, real sigma) {
    if (way == 0) {
      return normal_lpdf(y | mu, sigma);
    } else if (way == 1) {
      return logistic_lccdf(y | mu, sigma);
    }
    return logistic_lcdf(y | mu, sigma);
  }
}
data {
  int<lower=0> N;
  array[N] int<lower=0> y;
  vector[N] x;
  vector[N] t;
  array[N] int<lower=0, upper=2> way;
  array[N] int<lower=0> group;
  int<lower=0> G;
}
parameters {
  real a;
  real b;
  real zero;
  real<lower=0> sigma;
  vector[G] u;
  vector[N] own;
}
model {
  [a, b, zero] ~ normal(0, 1);
  sigma ~ exponential(1);
  u ~ std_normal();
  own ~ std_normal();
  // Zero inflation.
  for (n in 1:N) {
    if (y[n] == 0) {
      target += log_sum_exp(bernoulli_logit_lpmf(1 | zero),
                            bernoulli_logit_lpmf(0 | zero) + poisson_log_lpmf(0 | a + b * x[n]));
    } else {
      target += bernoulli_logit_lpmf(0 | zero) + poisson_log_lpmf(y[n] | a + b * x[n]);
    }
  }
  // A hurdle, with parameters of the row.
  for (n in 1:N) {
    real eta = a + own[n];
    if (y[n] == 0) {
      0 ~ bernoulli_logit(zero + eta);
      continue;
    }
    1 ~ bernoulli_logit(zero + eta);
    y[n] ~ neg_binomial_2_log(eta, sigma);
    target += -log1m_exp(-sigma * log1p_exp(eta - log(sigma)));
  }
  // Three ways, the last of which no row takes.
  for (n in 1:N) {
    t[n] ~ censored(way[n], a + b * x[n], sigma);
  }
  // Only some rows have a group.
  for (n in 1:N) {
    real mu = b * x[n];
    if (group[n] > 0) {
      mu += u[group[n]];
      t[n] ~ student_t(4, mu, sigma);
    } else if (x[n] > 0) {
      t[n] ~ cauchy(mu, 2 * sigma);
    }
    target += -0.1 * square(mu);
  }
  // All rows take the same way, or none.
  for (n in 1:N) {
    if (way[n] < 3) {
      y[n] ~ poisson(exp(a));
    } else {
      y[n] ~ poisson(u[way[n]]);
    }
    if (y[n] < 0) {
      target += exp(u[y[n]]);
    }
  }
}
