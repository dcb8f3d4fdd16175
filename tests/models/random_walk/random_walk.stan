// A local level model: states in a vector, one statement a step, then the same in vector form; a trend as
// columns.
data {
  int<lower=2> T;
  vector[T] y;
}
parameters {
  vector[T] level;
  matrix[2, T] state;
  real<lower=0> q;
  real<lower=0> r;
  real<lower=-1, upper=1> phi;
}
model {
  matrix[2, 2] F = [[1, phi], [0, phi]];
  q ~ normal(0, 1);
  r ~ normal(0, 1);
  level[1] ~ normal(0, 5);
  for (t in 2:T) {
    level[t] ~ normal(level[t - 1], q);
  }
  y ~ normal(level, r);
  target += normal_lpdf(level[2:T] | phi * level[1 : (T - 1)], 2);
  state[:, 1] ~ normal(0, 1);
  for (t in 2:T) {
    vector[2] mean_of = F * state[:, t - 1];
    state[:, t] ~ normal(mean_of, q);
    y[t] ~ normal(state[1, t], r);
  }
}
generated quantities {
  real filtered;
  {
    real m = 0;
    real P = 25;
    for (t in 1:T) {
      real gain = (P + q) / (P + q + r);
      m += gain * (y[t] - m);
      P = (1 - gain) * (P + q);
    }
    filtered = m;
  }
}
