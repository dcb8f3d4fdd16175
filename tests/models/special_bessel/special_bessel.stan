// Bessel functions. The order is never a whole number where it is a parameter: there Stan drops the derivative.
data {
  int<lower=0> N;
  array[N] int<lower=0> v;
  vector<lower=0>[N] z;
}
parameters {
  real<lower=0> s;
  real<lower=0> order;
  vector<lower=0>[N] w;
}
model {
  s ~ lognormal(0, 0.5);
  w ~ lognormal(0, 1);
  order ~ exponential(1);
  target += sum(bessel_first_kind(v, s * z)) + sum(bessel_second_kind(v, s + z));
  target += sum(log(modified_bessel_first_kind(v, s * z))) + sum(log(modified_bessel_second_kind(v, s * z)));
  target += sum(bessel_first_kind(2, w)) + sum(modified_bessel_first_kind(0, w)) + sum(modified_bessel_second_kind(0, w));
  target += sum(log_modified_bessel_first_kind(order + 0.25, z)) + sum(log_modified_bessel_first_kind(1.5, w));
}
generated quantities {
  vector[N] j = bessel_first_kind(v, w);
  vector[N] i = log_modified_bessel_first_kind(0, w);
}
