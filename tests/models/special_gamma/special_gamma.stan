// What is made of gamma functions: beta, binomial coefficients, factorials.
// No value of trigamma: that of Stan is good to nine digits.
data {
  int<lower=0> N;
  array[N] int<lower=0> n;
  array[N] int<lower=0> k;
  vector<lower=0>[N] y;
}
transformed data {
  array[N] int c = choose(n, k);
  int f = falling_factorial(9, 3) + rising_factorial(4, 3) + choose(30, 15);
}
parameters {
  real<lower=0> a;
  real<lower=0> b;
  vector<lower=1, upper=3>[N] x;
}
model {
  a ~ lognormal(0, 1);
  b ~ lognormal(0, 1);
  target += sum(lbeta(a, y)) + sum(lbeta(x, b * y));
  target += beta(a, b) + sum(beta(x, a));
  target += sum(lchoose(y + 30 * a, y)) + lchoose(n[1], a) - sum(lchoose(n, k));
  target += lmgamma(3, a + 2) + sum(lmgamma(k, x + 3));
  target += tgamma(a) + sum(tgamma(x));
  target += falling_factorial(a + 4, 3) + rising_factorial(b, 4);
  target += sum(falling_factorial(x, 2)) + sum(rising_factorial(x, k));
  target += log_falling_factorial(a + 6, b) + sum(log_falling_factorial(x + 5, 2));
  target += log_rising_factorial(a, b) + sum(log_rising_factorial(x, y));
  target += binary_log_loss(1, inv_logit(a)) + binary_log_loss(0, inv_logit(b));
  target += log_inv_logit_diff(a + 2, -b) + sum(log_inv_logit_diff(x, -y));
  target += ldexp(a, 3) + sum(ldexp(x, -2));
  target += sum(log_sum_exp(x, y)) + log_mix(x / sum(x), y) + log_mix(x / sum(x), {y, 2 * y});
}
generated quantities {
  array[N] int ways = c;
  int total = f;
  int parts = divide(n[1], 3) + modulus(n[2], 4) + logical_lt(n[1], n[2]) + minus(n[1]);
}
