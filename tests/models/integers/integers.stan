// Integers decide: division, remainder, comparisons, logical operators, ternaries, ragged bounds, loops with
// break.
data {
  int<lower=1> N;
  array[N] int size_of;
  int<lower=0> total;
  array[total] real y;
  int<lower=0, upper=1> use_prior;
}
transformed data {
  array[N] int first;
  array[N] int last;
  int longest = max(size_of);
  int evens = 0;
  int first_big = 0;
  first[1] = 1;
  last[1] = size_of[1];
  for (n in 2:N) {
    first[n] = last[n - 1] + 1;
    last[n] = first[n] + size_of[n] - 1;
  }
  for (i in 1:total) {
    evens += i % 2 == 0 ? 1 : 0;
    if (first_big == 0 && y[i] > 1) {
      first_big = i;
    }
  }
  if (last[N] != total) {
    reject("sizes sum to ", last[N], ", not to ", total);
  }
}
parameters {
  vector[N] mu;
  real<lower=0> sigma;
}
model {
  int steps = 0;
  int remaining = 37;
  while (remaining > 1) {
    steps += 1;
    remaining = remaining % 2 == 0 ? remaining %/% 2 : 3 * remaining + 1;
  }
  if (use_prior) {
    mu ~ normal(0, 2);
  } else {
    mu ~ normal(0, 20);
  }
  sigma ~ exponential(1);
  for (n in 1:N) {
    for (i in first[n]:last[n]) {
      y[i] ~ normal(mu[n] + (i > first[n] && i % 2 == 1 ? 0.5 * sigma : -0.1), sigma);
    }
    for (j in 1:n) {
      if (j == n || (j - n) % 3 == 0) {
        continue;
      }
      target += -0.01 * square(mu[n] - mu[j]) / (n - j);
      if (!(j < 3)) {
        break;
      }
    }
  }
  for (n in 3:2) {
    target += -1000 * mu[n];
  }
  target += -0.001 * steps * square(sigma) + (7 %/% 2) * 0.5 - (-7) % 3 + (-7) %/% 2 - 7 / 2.0;
  target += (mu[1] > mu[2] + 0.05) * 0.25 + (sigma >= 1.1 || mu[1] < -0.01) - !use_prior + (evens != total)
            + -first_big;
}
generated quantities {
  int a = longest;
  int b = evens * 2 - first_big;
  array[N] int order;
  int positive = 0;
  for (n in 1:N) {
    order[n] = 1;
    for (m in 1:N) {
      if (mu[m] < mu[n]) {
        order[n] += 1;
      }
    }
    positive += mu[n] > 0.01;
  }
}
