// The log density read while it is being added up, in loops, branches, conditions and functions.
functions {
  real note_lp(real x) {
    target += -0.5 * x;
    return target();
  }
  void twice_lp(vector v) {
    v ~ normal(0, 3);
    if (target() < -1) {
      target += -0.1 * v[1];
    }
  }
}
data {
  int<lower=1> N;
  vector[N] y;
}
parameters {
  real<lower=0> sigma;
  vector[N] theta;
}
model {
  target += -square(target()) * 0.01;
  sigma ~ exponential(1);
  real before = target();
  real s = 0;
  for (n in 1 : N) {
    y[n] ~ normal(theta[n], sigma);
    s += 0.01 * target() * theta[n];
    target += 0.1 * s;
  }
  target += s - 0.05 * square(before);
  int rounds = 0;
  while (target() > -4.5 && rounds < 5) {
    target += -0.75 - 0.1 * square(theta[1]);
    rounds += 1;
  }
  target += rounds == 3 ? target() * 0.1 : theta[1] * target() * 0.01;
  target += 0.1 * note_lp(theta[N]);
  twice_lp(theta);
  theta ~ normal(0, 2);
}
