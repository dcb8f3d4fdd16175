// Varying intercepts and slopes on two levels, written with arrays of vectors, foreach loops and nested
// gathers.
data {
  int<lower=1> N;
  int<lower=1> J;
  int<lower=1> R;
  array[N] int<lower=1, upper=J> district;
  array[J] int<lower=1, upper=R> region;
  array[N] vector[2] x;
  vector[N] y;
}
parameters {
  array[J] vector[2] b;
  array[R] vector[2] m;
  vector<lower=0>[2] tau;
  real<lower=0> sigma;
}
model {
  for (v in m) {
    v ~ normal(0, 1);
  }
  for (j in 1:J) {
    b[j] ~ normal(m[region[j]], tau);
  }
  tau ~ exponential(1);
  sigma ~ exponential(1);
  for (n in 1:N) {
    y[n] ~ normal(x[n]' * b[district[n]] + m[region[district[n]], 1], sigma);
  }
  for (t in tau) {
    target += -0.1 * t;
  }
}
generated quantities {
  array[J] real effect;
  array[R] int members = rep_array(0, R);
  for (j in 1:J) {
    effect[j] = b[j][2] - m[region[j]][2];
  }
  for (r in region) {
    members[r] += 1;
  }
}
