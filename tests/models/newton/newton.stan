// Enzyme kinetics: the amount left solves an implicit equation, found by Newton's method inside a user
// function.
functions {
  // The w with log(w) + w = x.
  real solve_log_plus_identity(real x) {
    real w = x > 1 ? x - log(x) : exp(x - 1);
    real change = 1;
    int steps = 0;
    while (abs(change) > 1e-13 * w && steps < 60) {
      change = (log(w) + w - x) * w / (1 + w);
      w -= change;
      if (w <= 0) {
        w = 0.5 * (w + change);
        change = w;
      }
      steps += 1;
    }
    return w;
  }
  vector remaining(vector t, real start, real v_max, real half) {
    vector[num_elements(t)] left;
    for (i in 1:num_elements(t)) {
      left[i] = half * solve_log_plus_identity(log(start / half) + (start - v_max * t[i]) / half);
    }
    return left;
  }
}
data {
  int<lower=0> N;
  vector<lower=0>[N] t;
  vector<lower=0>[N] amount;
  real<lower=0> start;
}
parameters {
  real<lower=0> v_max;
  real<lower=0> half;
  real<lower=0> sigma;
}
transformed parameters {
  vector<lower=0>[N] left = remaining(t, start, v_max, half);
}
model {
  v_max ~ lognormal(0, 1);
  half ~ lognormal(0, 1);
  sigma ~ normal(0, 0.5);
  amount ~ lognormal(log(left), sigma);
}
