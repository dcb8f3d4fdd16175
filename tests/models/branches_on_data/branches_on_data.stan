// Branches on data: censoring, missing values, a choice of likelihood; sizes that may be zero.
data {
  int<lower=0> N;
  vector[N] y;
  array[N] int<lower=0, upper=2> status;
  int<lower=0> M;
  vector[M] none;
  int<lower=1, upper=2> family;
}
parameters {
  real mu;
  real<lower=0> sigma;
  vector[M] empty;
  vector[N] missing;
}
transformed parameters {
  vector[N] full;
  for (n in 1:N) {
    if (status[n] == 2) {
      full[n] = missing[n];
    } else if (status[n] == 1) {
      full[n] = y[n] + exp(missing[n]);
    } else {
      full[n] = y[n];
    }
  }
}
model {
  mu ~ normal(0, 5);
  sigma ~ exponential(0.5);
  empty ~ normal(none, 1);
  for (n in 1:N) {
    if (family == 1) {
      full[n] ~ normal(mu, sigma);
    } else {
      full[n] ~ double_exponential(mu + 0.1, sigma);
    }
    if (status[n] == 1) {
      target += missing[n];
    } else if (status[n] == 0) {
      missing[n] ~ std_normal();
    }
  }
}
generated quantities {
  real total = sum(empty) + sum(none);
}
