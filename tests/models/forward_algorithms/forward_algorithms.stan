// Forward algorithms as people write them: pairs of states, absorbing states, durations, transitions that vary, sequences
// of different lengths; and Viterbi's algorithm, which looks alike.
functions {
  real two_states(vector y, int first, int last, real stay, vector mu, real sigma) {
    real calm = log(0.5) + normal_lpdf(y[first] | mu[1], sigma);
    real wild = log(0.5) + normal_lpdf(y[first] | mu[2], sigma);
    for (t in first + 1 : last) {
      real calm_before = calm;
      calm = log_sum_exp(calm_before + log(stay), wild + log1m(stay)) + normal_lpdf(y[t] | mu[1], sigma);
      wild = log_sum_exp(calm_before + log1m(stay), wild + log(stay)) + normal_lpdf(y[t] | mu[2], sigma);
    }
    return log_sum_exp(calm, wild);
  }
}
data {
  int<lower=1> N;
  vector[N] y;
  int<lower=1> S;
  array[S] int<lower=1> first;
  array[S] int<lower=1> last;
  vector[N] x;
  array[N] int<lower=0, upper=1> seen;
}
parameters {
  real<lower=0, upper=1> stay;
  ordered[2] mu;
  real<lower=0> sigma;
  real slope;
  real<lower=0, upper=1> survival;
  real<lower=0, upper=1> detection;
  simplex[3] duration;
}
model {
  mu ~ normal(0, 3);
  sigma ~ normal(0, 1);
  slope ~ normal(0, 1);
  // Sequences of different lengths, in a function.
  for (s in 1 : S) {
    target += two_states(y, first[s], last[s], stay, mu, sigma);
  }
  // Three states from left to right: transitions that cannot be, and a start in the first.
  {
    array[N] vector[3] gamma;
    matrix[3, 3] log_theta = rep_matrix(negative_infinity(), 3, 3);
    for (k in 1 : 3) {
      log_theta[k, k] = log(stay);
      if (k < 3) {
        log_theta[k, k + 1] = log1m(stay);
      }
    }
    gamma[1] = [0, -2, -5]';
    for (t in 2 : N) {
      for (k in 1 : 3) {
        vector[3] acc;
        for (j in 1 : 3) {
          acc[j] = gamma[t - 1, j] + log_theta[j, k];
        }
        gamma[t, k] = log_sum_exp(acc) + student_t_lpdf(y[t] | 4, k * slope, 1);
      }
    }
    target += log_sum_exp(gamma[N]);
  }
  // Transitions that depend on a covariate.
  {
    vector[2] gamma = rep_vector(-log(2), 2);
    for (t in 1 : N) {
      vector[2] next;
      next[1] = log_sum_exp(gamma[1] + log_inv_logit(slope * x[t]), gamma[2] + log1m_inv_logit(slope * x[t]));
      next[2] = log_sum_exp(gamma[1] + log1m_inv_logit(slope * x[t]), gamma[2] + log_inv_logit(slope * x[t]));
      for (k in 1 : 2) {
        gamma[k] = next[k] + normal_lpdf(y[t] | mu[k], sigma);
      }
    }
    target += log_sum_exp(gamma);
  }
  // Alive or dead: who is dead is not seen.
  {
    real alive = 0;
    real dead = negative_infinity();
    for (t in 1 : N) {
      real was_alive = alive;
      alive = alive + log(survival) + bernoulli_lpmf(seen[t] | detection);
      dead = log_sum_exp(was_alive + log1m(survival), dead);
      if (seen[t]) {
        dead += negative_infinity();
      }
    }
    target += log_sum_exp(alive, dead);
  }
  // Segments of one to three observations.
  {
    vector[N + 3] ends = rep_vector(negative_infinity(), N + 3);
    ends[3] = 0;
    for (t in 1 : N) {
      ends[t + 3] = log_sum_exp([log(duration[1]) + ends[t + 2], log(duration[2]) + ends[t + 1],
                                 log(duration[3]) + ends[t]])
                    + normal_lpdf(y[t] | slope, 1);
    }
    target += ends[N + 3];
  }
  // The best path, not the sum of all.
  {
    vector[2] best = [0.1, 0]';
    for (t in 1 : N) {
      vector[2] next;
      next[1] = fmax(best[1] + 0.2 + log(stay), best[2] + log1m(stay)) + normal_lpdf(y[t] | mu[1], sigma);
      next[2] = fmax(best[1] + log1m(stay), best[2] + log(stay)) + normal_lpdf(y[t] | mu[2], sigma);
      best = next;
    }
    target += fmax(best[1], best[2]);
  }
}
