// Ordered categories, logistic and probit, in every shape of arguments; with two categories, too.
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
  target += -0.1 * dot_self(c) - 0.1 * square(eta);
}
generated quantities {
  vector[K] p;
  // Stan's derivatives of these are approximations: tests/compiler/driver has those.
  vector[K] probit;
  real total = ordered_probit_lpmf(y | beta * x, c) + ordered_probit_lpmf(y | x, cs) + ordered_probit_lpmf(b | x, cut);
  for (k in 1:K) {
    p[k] = ordered_logistic_lpmf(k | eta, c);
    probit[k] = ordered_probit_lpmf(k | eta, c) + ordered_probit_lpmf(k | 0.3, c0);
  }
}
