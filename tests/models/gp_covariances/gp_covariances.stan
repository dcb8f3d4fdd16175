// Covariance functions on points of one dimension.
data {
  int<lower=1> N;
  array[N] real x;
  int<lower=1> M;
  array[M] real z;
}
parameters {
  real<lower=0> sigma;
  real<lower=0> rho;
  real<lower=0> period;
  vector[N] f;
  array[2] real at;
}
model {
  target += -0.5 * dot_self(f) - sigma - rho - period - square(at[1]) - square(at[2]);
  target += quad_form(gp_exp_quad_cov(x, sigma, rho), f) + sum(gp_exp_quad_cov(x, z, sigma, rho));
  target += quad_form(gp_exponential_cov(x, sigma, rho), f) + sum(gp_exponential_cov(x, z, sigma, rho));
  target += quad_form(gp_matern32_cov(x, sigma, rho), f) + sum(gp_matern32_cov(x, z, sigma, rho));
  target += quad_form(gp_matern52_cov(x, sigma, rho), f) + sum(gp_matern52_cov(x, z, sigma, rho));
  target += quad_form(gp_periodic_cov(x, sigma, rho, period), f) + sum(gp_periodic_cov(x, z, sigma, rho, period));
  target += quad_form(gp_dot_prod_cov(x, sigma), f) + sum(gp_dot_prod_cov(x, z, sigma));
  target += sum(gp_exp_quad_cov(at, sigma, rho)) + sum(gp_matern32_cov(at, z, sigma, rho));
  target += sum(gp_exponential_cov(at, sigma, rho)) + sum(gp_periodic_cov(at, sigma, rho, period));
}
generated quantities {
  matrix[M, M] K = gp_matern52_cov(z, sigma, rho);
}
