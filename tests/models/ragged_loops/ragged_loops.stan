// Loops in loops: capture and recapture, sites with visits of their own, triangles, sums that their row uses.
functions {
  int first_capture(array[] int y) {
    for (k in 1 : size(y)) {
      if (y[k]) {
        return k;
      }
    }
    return 0;
  }
  int last_capture(array[] int y) {
    for (back in 0 : size(y) - 1) {
      int k = size(y) - back;
      if (y[k]) {
        return k;
      }
    }
    return 0;
  }
}
data {
  int<lower=0> I;
  int<lower=2> T;
  array[I, T] int<lower=0, upper=1> y;
  array[I] int<lower=0, upper=T> visits;
  array[I] int<lower=1> start;
  array[I] int<lower=0> stop;
  int<lower=0> M;
  vector[M] x;
  array[M] int<lower=0> z;
  array[I, I] int<lower=0, upper=1> tie;
}
transformed data {
  array[I] int<lower=0, upper=T> first;
  array[I] int<lower=0, upper=T> last;
  for (i in 1 : I) {
    first[i] = first_capture(y[i]);
    last[i] = last_capture(y[i]);
  }
}
parameters {
  vector<lower=0, upper=1>[T - 1] phi;
  vector<lower=0, upper=1>[T] p;
  vector<lower=0, upper=1>[T] chi;
  real a;
  real b;
  real<lower=0> tau;
  vector[I] u;
}
model {
  a ~ normal(0, 2);
  b ~ normal(0, 2);
  u ~ normal(0, tau);
  // Cormack, Jolly, Seber.
  for (i in 1 : I) {
    if (first[i] > 0) {
      for (t in first[i] + 1 : last[i]) {
        1 ~ bernoulli(phi[t - 1]);
        y[i, t] ~ bernoulli(p[t]);
      }
      1 ~ bernoulli(chi[last[i]]);
    }
  }
  // Sites with visits of their own, some with none; what their row computes beside.
  for (i in 1 : I) {
    real eta = a * start[i];
    for (t in 1 : visits[i]) {
      y[i, t] ~ bernoulli(p[t]);
    }
    target += -0.01 * square(eta);
    target += -poisson_lpmf(visits[i] | exp(a));
  }
  // Segments of one long vector: a shared slope, and parameters of the row.
  for (i in 1 : I) {
    for (m in start[i] : stop[i]) {
      z[m] ~ poisson_log(a + b * x[m]);
    }
    for (m in start[i] : stop[i]) {
      z[m] ~ poisson_log(a + u[i] + b * x[m]);
    }
  }
  // A sum that its row uses.
  for (i in 1 : I) {
    real q = bernoulli_logit_lpmf(1 | a);
    for (t in 1 : visits[i]) {
      q += bernoulli_lpmf(0 | p[t]);
    }
    target += log_sum_exp(q, bernoulli_logit_lpmf(0 | a));
  }
  // A triangle, and a choice in the inner loop.
  for (i in 1 : I - 1) {
    for (j in i + 1 : I) {
      if (tie[i, j] == 1) {
        target += log_inv_logit(a + 0.1 * b * (j - i));
      } else {
        target += log1m_inv_logit(a);
      }
    }
  }
}
