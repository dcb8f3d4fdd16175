// Some points leave the domain of a density or meet a reject statement: the log density is minus infinity
// there.
data {
  int<lower=0> N;
  vector[N] y;
}
parameters {
  real mu;
  real s;
  real c;
}
transformed parameters {
  real t = mu + c;
  if (c < -1.2) {
    reject("c is too small: ", c);
  }
}
model {
  y ~ normal(mu, s + 1);
  t ~ normal(0, 1);
  s ~ exponential(1);
  c ~ normal(0, 1);
}
