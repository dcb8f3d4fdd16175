// The marginal density of a hidden Markov model, and the probabilities of its states.
data {
  int<lower=1> K;
  int<lower=1> T;
  vector[T] y;
}
parameters {
  array[K] simplex[K] theta;
  simplex[K] rho;
  vector[K] mu;
}
transformed parameters {
  matrix[K, T] log_omega;
  matrix[K, K] Gamma;
  for (k in 1:K) {
    Gamma[k] = theta[k]';
    for (t in 1:T) log_omega[k, t] = normal_lpdf(y[t] | mu[k], 1);
  }
}
model {
  target += hmm_marginal(log_omega, Gamma, rho);
  target += hmm_marginal(log_omega[, 1:1], Gamma, rho);
  mu ~ std_normal();
}
generated quantities {
  matrix[K, T] p = hmm_hidden_state_prob(log_omega, Gamma, rho);
}
