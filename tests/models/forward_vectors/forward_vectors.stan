// Forward algorithms on vectors of ten states: stored for all times in rows or columns, or replaced in each iteration; over
// sequences of different lengths; with transitions that vary.
data {
  int<lower=1> N;
  int<lower=1> K;
  vector[N] y;
  int<lower=1> S;
  array[S + 1] int<lower=1> start;
  array[N] int<lower=0, upper=1> seen;
}
parameters {
  ordered[K] mu;
  real<lower=0> sigma;
  real<lower=0, upper=1> stay;
  simplex[K] first;
}
transformed parameters {
  matrix[K, K] log_theta;
  for (j in 1 : K) {
    for (k in 1 : K) {
      log_theta[j, k] = j == k ? log(stay) : log1m(stay) - log(K - 1);
    }
  }
}
model {
  mu ~ normal(0, 5);
  sigma ~ normal(0, 1);
  // All times are kept, a row each.
  {
    array[N] vector[K] gamma;
    gamma[1] = log(first);
    for (t in 2 : N) {
      for (k in 1 : K) {
        vector[K] acc;
        for (j in 1 : K) {
          acc[j] = gamma[t - 1, j] + log_theta[j, k] + normal_lpdf(y[t] | mu[k], sigma);
        }
        gamma[t, k] = log_sum_exp(acc);
      }
    }
    target += log_sum_exp(gamma[N]);
  }
  // The vector is replaced, an observation may be missing, and what is used in the end is more than the sum.
  {
    vector[K] gamma = log(first);
    for (t in 1 : N) {
      vector[K] next;
      for (k in 1 : K) {
        next[k] = log_sum_exp(gamma + log_theta[ : , k]);
        if (seen[t]) {
          next[k] += student_t_lpdf(y[t] | 5, mu[k], sigma);
        }
      }
      gamma = next;
    }
    target += 0.5 * gamma[1] + 0.5 * log_sum_exp(gamma);
  }
  // Columns of a matrix.
  {
    matrix[K, N] gamma;
    gamma[ : , 1] = log(first);
    for (t in 2 : N) {
      for (k in 1 : K) {
        gamma[k, t] = log_sum_exp(gamma[ : , t - 1] + log_theta[ : , k]) + normal_lpdf(y[t] | mu[k], 2);
      }
    }
    target += log_sum_exp(gamma[ : , N]);
  }
  // A sequence after the other, with densities that were computed before.
  {
    matrix[K, N] log_omega;
    for (t in 1 : N) {
      for (k in 1 : K) {
        log_omega[k, t] = cauchy_lpdf(y[t] | mu[k], 1);
      }
    }
    for (s in 1 : S) {
      vector[K] gamma = log_omega[ : , start[s]];
      for (t in start[s] + 1 : start[s + 1] - 1) {
        vector[K] next;
        for (k in 1 : K) {
          next[k] = log_sum_exp(gamma + log_theta[ : , k]);
        }
        gamma = next + log_omega[ : , t];
      }
      target += log_sum_exp(gamma);
    }
  }
  // Transitions that vary.
  {
    vector[K] gamma = rep_vector(0, K);
    for (t in 1 : N) {
      vector[K] next;
      for (k in 1 : K) {
        next[k] = log_sum_exp(gamma + t * 0.01 * log_theta[ : , k]) - square(y[t] - mu[k]);
      }
      gamma = next;
    }
    target += log_sum_exp(gamma);
  }
}
