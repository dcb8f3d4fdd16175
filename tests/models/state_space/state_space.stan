// The density of a linear state space model, by the Kalman filter: correlated observations, and independent ones.
data {
  int<lower=1> n;
  int<lower=1> r;
  int<lower=0> T;
  matrix[r, T] y;
  matrix[n, r] F;
  matrix[n, n] G;
  vector[n] m0;
  matrix[n, n] C0;
}
parameters {
  cov_matrix[r] V;
  vector<lower=0>[n] w;
  real a;
}
transformed parameters {
  matrix[n, n] Ga = G;
  Ga[1, 2] = a;
}
model {
  y ~ gaussian_dlm_obs(F, Ga, V, diag_matrix(w), m0, C0);
  target += gaussian_dlm_obs_lpdf(y | F, Ga, diagonal(V), diag_matrix(w), m0, C0);
  w ~ exponential(1);
  a ~ std_normal();
}
