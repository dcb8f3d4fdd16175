// A series whose shocks and variances are updated element by element from those before: orders known from data alone.
data {
  int<lower=1> N;
  int<lower=0> Q;
  int<lower=0> P;
  vector[N] y;
}
parameters {
  real level;
  vector<lower=-1, upper=1>[Q] weight;
  vector<lower=0, upper=0.4>[P] persistence;
  real<lower=0> base;
}
transformed parameters {
  vector[N] shock;
  vector[N] variance = rep_vector(base, N);
  for (t in 1 : N) {
    shock[t] = y[t] - level;
    for (q in 1 : min(t - 1, Q)) {
      shock[t] = shock[t] - weight[q] * shock[t - q];
    }
    for (p in 1 : P) {
      if (p < t) {
        variance[t] += persistence[p] * (variance[t - p] + square(shock[t - p]));
      }
    }
  }
}
model {
  level ~ normal(0, 2);
  weight ~ normal(0, 0.5);
  base ~ exponential(1);
  shock ~ normal(0, sqrt(variance));
}
