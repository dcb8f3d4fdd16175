// Hidden Markov models from left to right: transitions, symbols and states to start in that data say cannot be, so that
// logarithms of zero are among what forward algorithms add up.
data {
  int<lower=1> T;
  int<lower=2> K;
  int<lower=1> M;
  vector[T] y;
  array[T] int<lower=1, upper=M> symbol;
  array[K] simplex[K] transition; // a state, or the one after it
  array[K] simplex[M] emission; // some symbols are of some states alone
  simplex[K] start;
}
transformed data {
  matrix[K, K] log_transition;
  matrix[K, M] log_emission;
  for (j in 1 : K) {
    log_transition[j] = log(transition[j]');
    log_emission[j] = log(emission[j]');
  }
}
parameters {
  ordered[K] mu;
  real<lower=0> sigma;
  vector<lower=0, upper=1>[K] stay;
  real slope;
}
model {
  mu ~ normal(0, 2);
  sigma ~ normal(0, 1);
  slope ~ normal(0, 1);
  // Pairs of states, all of data.
  {
    array[T] vector[K] gamma;
    vector[K] acc;
    for (k in 1 : K) {
      gamma[1, k] = log(start[k]) + normal_lpdf(y[1] | mu[k], sigma);
    }
    for (t in 2 : T) {
      for (k in 1 : K) {
        for (j in 1 : K) {
          acc[j] = gamma[t - 1, j] + log(transition[j, k]);
        }
        gamma[t, k] = log_sum_exp(acc) + normal_lpdf(y[t] | mu[k], sigma);
      }
    }
    target += log_sum_exp(gamma[T]);
  }
  // Symbols that some states do not emit.
  {
    vector[K] gamma = log(start) + slope * linspaced_vector(K, 0, 1);
    for (t in 1 : T) {
      vector[K] next;
      for (k in 1 : K) {
        next[k] = log_sum_exp(gamma + col(log_transition, k)) + log_emission[k, symbol[t]];
      }
      gamma = next + slope * y[t] * linspaced_vector(K, -1, 1);
    }
    target += log_sum_exp(gamma);
  }
  // Which transitions there are, data say; how likely they are, parameters.
  {
    matrix[K, K] log_theta;
    matrix[K, T] gamma;
    for (j in 1 : K) {
      for (k in 1 : K) {
        if (transition[j, k] == 0) {
          log_theta[j, k] = negative_infinity();
        } else if (j == k) {
          log_theta[j, k] = j == K ? 0 : log(stay[j]);
        } else {
          log_theta[j, k] = log1m(stay[j]);
        }
      }
    }
    for (k in 1 : K) {
      gamma[k, 1] = log(start[k]) + student_t_lpdf(y[1] | 4, mu[k], 1);
    }
    for (t in 2 : T) {
      for (k in 1 : K) {
        gamma[k, t] = log_sum_exp(gamma[ : , t - 1] + log_theta[ : , k])
                      + student_t_lpdf(y[t] | 4, mu[k], 1);
      }
    }
    target += log_sum_exp(gamma[ : , T]);
  }
  // A start in the first state: those that cannot have been reached are left out.
  {
    vector[K] gamma = rep_vector(negative_infinity(), K);
    gamma[1] = slope;
    for (t in 2 : T) {
      vector[K] next = rep_vector(negative_infinity(), K);
      for (k in 1 : min(t, K)) {
        next[k] = gamma[k] + log(stay[k]);
        if (k > 1) {
          next[k] = log_sum_exp(next[k], gamma[k - 1] + log1m(stay[k - 1]));
        }
        next[k] += normal_lpdf(y[t] | mu[k], sigma);
      }
      gamma = next;
    }
    target += log_sum_exp(gamma);
  }
  // As a function of the language.
  {
    matrix[K, T] log_omega;
    matrix[K, K] gamma;
    for (k in 1 : K) {
      gamma[k] = transition[k]';
      for (t in 1 : T) {
        log_omega[k, t] = normal_lpdf(y[t] | mu[k], sigma);
      }
    }
    target += hmm_marginal(log_omega, gamma, start);
  }
}
