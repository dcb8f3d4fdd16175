// Covariance functions on points of several dimensions, with one length scale and with one for each.
data {
  int<lower=1> N;
  int<lower=1> D;
  array[N] vector[D] x;
  array[2] vector[D] z;
}
parameters {
  real<lower=0> sigma;
  real<lower=0> rho;
  array[D] real<lower=0> scales;
}
model {
  target += -sigma - rho - sum(scales);
  matrix[N, N] K = gp_exp_quad_cov(x, sigma, rho) + gp_exp_quad_cov(x, sigma, scales) + gp_matern32_cov(x, sigma, rho)
                   + gp_matern52_cov(x, sigma, rho) + gp_matern52_cov(x, sigma, scales)
                   + gp_exponential_cov(x, sigma, rho) + gp_exponential_cov(x, sigma, scales)
                   + gp_periodic_cov(x, sigma, rho, 2.0) + gp_dot_prod_cov(x, sigma);
  // With more points than scales Stan reads past the end of the scales.
  target += sum(gp_matern32_cov(x[1:D], sigma, scales));
  target += -log_determinant_spd(add_diag(K, 0.5));
  matrix[N, 2] C = gp_exp_quad_cov(x, z, sigma, rho) + gp_exp_quad_cov(x, z, sigma, scales) + gp_matern32_cov(x, z, sigma, rho)
                   + gp_matern32_cov(x, z, sigma, scales) + gp_matern52_cov(x, z, sigma, rho)
                   + gp_matern52_cov(x, z, sigma, scales) + gp_exponential_cov(x, z, sigma, rho)
                   + gp_exponential_cov(x, z, sigma, scales) + gp_periodic_cov(x, z, sigma, rho, 2.0)
                   + gp_dot_prod_cov(x, z, sigma);
  target += sum(C);
}
