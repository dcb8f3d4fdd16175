data {
  int<lower=0> N;
  vector[N] h;
}
parameters {
  real a;
  vector[N] b;
  real<lower=0> x;
}
transformed parameters {
  vector[N] both = owens_t(h, b);
}
model {
  a ~ normal(0, 1);
  b ~ normal(0, 1);
  x ~ normal(1, 1);
  target += log(owens_t(h, exp(a)));
  target += owens_t(a, b) + sum(both);
  for (n in 1 : N) {
    if (b[n] > 0) {
      target += owens_t(b[n], x) * inv_logit(x);
    }
  }
}
generated quantities {
  array[2] vector[N] t = owens_t({h, b}, a);
}
