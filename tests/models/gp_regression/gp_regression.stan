// A latent Gaussian process, as people write it.
data {
  int<lower=1> N;
  array[N] real x;
  vector[N] y;
}
parameters {
  real<lower=0> rho;
  real<lower=0> alpha;
  real<lower=0> sigma;
  vector[N] eta;
}
transformed parameters {
  vector[N] f;
  {
    matrix[N, N] K = gp_exp_quad_cov(x, alpha, rho);
    matrix[N, N] L_K;
    for (n in 1:N) K[n, n] = K[n, n] + 0.01;
    L_K = cholesky_decompose(K);
    f = L_K * eta;
  }
}
model {
  rho ~ normal(1, 0.5);
  alpha ~ normal(0, 1);
  sigma ~ normal(0, 1);
  eta ~ std_normal();
  y ~ normal(f, sigma);
}
