// A hidden Markov model with K states: the transition matrix is an array of simplexes, gamma a local matrix.
data {
  int<lower=1> N;
  int<lower=1> K;
  vector[N] y;
  vector[K] location;
}
parameters {
  array[K] simplex[K] theta;
  simplex[K] start;
  ordered[K] mu;
  real<lower=0> sigma;
}
model {
  matrix[K, N] gamma;
  mu ~ normal(location, 2);
  sigma ~ normal(0, 1);
  for (k in 1:K) {
    gamma[k, 1] = log(start[k]) + normal_lpdf(y[1] | mu[k], sigma);
  }
  for (t in 2:N) {
    for (k in 1:K) {
      vector[K] acc;
      for (j in 1:K) {
        acc[j] = gamma[j, t - 1] + log(theta[j, k]);
      }
      gamma[k, t] = log_sum_exp(acc) + normal_lpdf(y[t] | mu[k], sigma);
    }
  }
  target += log_sum_exp(gamma[ : , N]);
}
generated quantities {
  array[N] int z_star;
  real logp_z_star;
  {
    array[N, K] int back;
    array[N] vector[K] best;
    for (k in 1:K) {
      best[1][k] = log(start[k]) + normal_lpdf(y[1] | mu[k], sigma);
    }
    for (t in 2:N) {
      for (k in 1:K) {
        best[t, k] = negative_infinity();
        for (j in 1:K) {
          real score = best[t - 1, j] + log(theta[j, k]) + normal_lpdf(y[t] | mu[k], sigma);
          if (score > best[t, k]) {
            back[t, k] = j;
            best[t, k] = score;
          }
        }
      }
    }
    logp_z_star = best[N, 1];
    z_star[N] = 1;
    for (k in 2:K) {
      if (best[N, k] > logp_z_star) {
        logp_z_star = best[N, k];
        z_star[N] = k;
      }
    }
    for (t in 1:(N - 1)) {
      z_star[N - t] = back[N - t + 1, z_star[N - t + 1]];
    }
  }
}
