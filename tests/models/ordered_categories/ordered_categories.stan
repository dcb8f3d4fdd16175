// Ordered categories, logistic and probit, in every shape of arguments; with two categories and with one.
data {
  int<lower=2> K;
  int<lower=0> N;
  array[N] int<lower=1, upper=K> y;
  array[N] int<lower=1, upper=2> b;
  vector[N] x;
  ordered[K - 1] c0;
}
parameters {
  real eta;
  real beta;
  ordered[K - 1] c;
  array[N] ordered[K - 1] cs;
  ordered[1] cut;
}
model {
  y ~ ordered_logistic(beta * x, c);
  y ~ ordered_logistic(x, cs);
  y ~ ordered_logistic(eta + x, c0);
  for (k in 1:K) {
    k ~ ordered_logistic(eta, c);
    k ~ ordered_logistic(0.3, c);
    target += ordered_logistic_lpmf(k | eta, c0);
  }
  b ~ ordered_logistic(beta * x, cut);
  y ~ ordered_probit(beta * x, c);
  y ~ ordered_probit(x, cs);
  y ~ ordered_probit(eta, c);
  for (k in 1:K) {
    k ~ ordered_probit(eta, c);
    target += ordered_probit_lpmf(k | eta, c0);
  }
  b ~ ordered_probit(beta * x, cut);
  target += -0.1 * dot_self(c) - 0.1 * square(eta);
}
generated quantities {
  vector[K] p;
  for (k in 1:K) p[k] = ordered_logistic_lpmf(k | eta, c);
}
