// Groups of different sizes, each with parameters of its own, written as loops over ranges, slices and segments.
data {
  int<lower=0> G;
  int<lower=0> N;
  array[G] int<lower=1> first;
  array[G] int<lower=0> last;
  array[G] int<lower=0> size;
  vector[N] x;
  vector[N] y;
  array[N] int<lower=0> n;
  array[N] int<lower=0, upper=1> z;
  matrix[G, 6] visit;
  array[G] int<lower=0, upper=6> visits;
}
parameters {
  vector[G] level;
  vector[G] log_rate;
  matrix[G, 2] slope;
  real beta;
  real<lower=0> sigma;
  real<lower=0> tau;
}
model {
  // From a number of the group to another one.
  for (g in 1 : G) {
    for (i in first[g] : last[g]) {
      y[i] ~ normal(level[g] + beta * x[i], sigma);
    }
  }
  // What the group computes is a special function of its parameters.
  for (g in 1 : G) {
    real rate = exp(log_rate[g] + 0.1 * level[g]);
    for (i in first[g] : last[g]) {
      n[i] ~ poisson(rate + square(beta * x[i]));
    }
  }
  // Slices, and segments one behind the other.
  for (g in 1 : G) {
    z[first[g] : last[g]] ~ bernoulli_logit(level[g] + slope[g, 1] * x[first[g] : last[g]]);
  }
  {
    int position = 1;
    for (g in 1 : G) {
      segment(y, position, size[g]) ~ student_t(5, slope[g, 1] + slope[g, 2] * segment(x, position, size[g]), tau);
      position += size[g];
    }
  }
  // As many of the columns as there were visits.
  for (g in 1 : G) {
    for (v in 1 : visits[g]) {
      visit[g, v] ~ logistic(level[g], sigma);
    }
  }
  level ~ normal(0, tau);
  log_rate ~ normal(0, 1);
  to_vector(slope) ~ normal(0, 1);
  beta ~ normal(0, 1);
  sigma ~ exponential(1);
  tau ~ exponential(1);
}
