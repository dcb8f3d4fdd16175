// Proportions by beta, with mean and concentration as parameters.
data {
  int<lower=0> N;
  vector<lower=0, upper=1>[N] y;
}
parameters {
  real<lower=0, upper=1> mean_of;
  real<lower=0> kappa;
  vector<lower=0, upper=1>[N] theta;
}
model {
  mean_of ~ beta(2, 2);
  kappa ~ exponential(0.1);
  y ~ beta(mean_of * kappa, (1 - mean_of) * kappa);
  theta ~ beta(1.5, kappa);
  target += beta_lpdf(theta[1] | mean_of, 2);
}
