// Rows that iterate until each is done: brackets that shrink, series up to a tolerance, means that meet, decays
// counted by data. Some rows have nothing to do, and none as much as another.
functions {
  // A bracket of the root of z + slope * tanh(z) = level, halved until it is narrow.
  real bracketed(real level, real slope, real width) {
    real low = level - width;
    real high = level + width;
    while (high - low > 1e-3) {
      real middle = 0.5 * (low + high);
      if (high <= low) {
        reject("the bracket is empty: ", low, " to ", high);
      }
      if (middle + slope * tanh(middle) > level) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return 0.5 * (low + high);
  }
  // The sum of x^k * weights[k mod 3] / k^2, and how many terms it took.
  real series(real x, vector weights, array[] int places) {
    real power = x;
    real total = 0;
    int k = 0;
    int going = x != 0;
    while (going) {
      k += 1;
      total += power * weights[places[k % 3 + 1]] / square(k);
      power *= x;
      going = abs(power) > 1e-9 && k < 40;
    }
    return total + 0.01 * k;
  }
  // The arithmetic-geometric mean.
  real joint_mean(real a, real b) {
    real x = a;
    real y = b;
    for (i in 1:20) {
      if (abs(x - y) < 1e-11 * x) {
        break;
      }
      real z = 0.5 * (x + y);
      y = sqrt(x * y);
      x = z;
    }
    return x;
  }
  real newton_root(real cube) {
    real w = 1;
    real change = 1;
    int steps = 0;
    while (abs(change) > 1e-12 * w && steps < 80) {
      change = (w - cube / square(w)) / 3;
      w -= change;
      steps += 1;
    }
    return w;
  }
}
data {
  int<lower=0> N;
  vector[N] y;
  vector[N] x;
  vector<lower=0>[N] width;
  vector<lower=0>[N] scale;
  array[N] int<lower=0> count;
  array[3] int<lower=1, upper=3> places;
}
parameters {
  real<lower=0> slope;
  real<lower=0> spread;
  vector[3] weights;
  vector<lower=0>[N] start;
  real<lower=0> sigma;
}
model {
  slope ~ lognormal(0, 0.5);
  spread ~ lognormal(0, 0.5);
  weights ~ normal(0, 1);
  start ~ gamma(3, 2);
  sigma ~ exponential(1);
  for (n in 1:N) {
    real mu = bracketed(x[n], slope, spread * width[n]) + series(x[n], weights, places);
    y[n] ~ normal(mu, sigma);
  }
  for (n in 1:N) {
    real left = start[n];
    int k = 0;
    while (k < count[n]) {
      left *= exp(-slope * scale[n]) + 0.1;
      k += 1;
    }
    target += normal_lpdf(joint_mean(start[n], spread + scale[n]) | left, 1 + sigma);
    target += -0.1 * newton_root(start[n] * (1 + scale[n]));
  }
}
generated quantities {
  vector[N] mean_of_row;
  for (n in 1:N) {
    mean_of_row[n] = joint_mean(start[n], spread + scale[n]);
  }
}
