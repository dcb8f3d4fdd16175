// The incomplete gamma and beta functions, over small and large shapes.
// No gamma_p of a shape that is a parameter, nor beyond ten times the shape: there Stan's derivatives are wrong, and 0.
data {
  int<lower=0> N;
  vector<lower=0>[N] a;
  vector<lower=0>[N] b;
  vector<lower=0>[N] x;
  vector<lower=0, upper=1>[N] p;
}
parameters {
  real<lower=0> s;
  real<lower=0> t;
  real<lower=0, upper=1> u;
}
model {
  s ~ lognormal(0, 1);
  t ~ lognormal(0, 1);
  target += sum(log(gamma_p(a, s * x)));
  target += sum(log(gamma_q(a, t * x)));
  for (n in 1 : N) {
    target += log(inc_beta(s * a[n], t * b[n], p[n]));
    target += inc_beta(a[n], s, u);
    if (a[n] > 0.1 && b[n] > 0.1 && a[n] < 50 && b[n] < 50) {
      target += inv_inc_beta(a[n] + s, b[n] + t, u);
    }
  }
}
generated quantities {
  vector[N] below = gamma_p(a, x);
  vector[N] above = gamma_q(a, x);
  array[N] real between;
  for (n in 1 : N) {
    between[n] = inc_beta(a[n], b[n], u);
  }
  real at_zero = gamma_p(1.5, 0) + inc_beta(2, 3, 0) + inc_beta(2, 3, 1);
}
