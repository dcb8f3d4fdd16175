// What `~` drops of each density depends on which of its arguments are data.
data {
  real y;
  real<lower=0> w;
  real<lower=0, upper=1> p;
  int<lower=0> k;
}
parameters {
  real mu;
  real<lower=0> sigma;
  real<lower=0> nu;
  real<lower=0, upper=1> q;
}
model {
  y ~ skew_normal(mu, 2, 0.5);
  y ~ skew_normal(1, sigma, mu);
  mu ~ skew_normal(0.5, 1.5, -1);
  y ~ exp_mod_normal(mu, 1.5, 2);
  y ~ exp_mod_normal(0.5, sigma, nu);
  y ~ skew_double_exponential(mu, 2, 0.3);
  y ~ skew_double_exponential(1, sigma, q);
  w ~ frechet(nu, 2);
  w ~ frechet(2, sigma);
  sigma ~ frechet(1.5, 3);
  w ~ scaled_inv_chi_square(nu, 2);
  w ~ scaled_inv_chi_square(3, sigma);
  nu ~ scaled_inv_chi_square(3, 2);
  w ~ pareto_type_2(0.1, sigma, 2);
  w ~ pareto_type_2(0.1, 2, nu);
  w ~ loglogistic(sigma, 2);
  w ~ loglogistic(1.5, nu);
  nu ~ loglogistic(1.5, 2);
  y ~ von_mises(mu, 2);
  y ~ von_mises(1, sigma);
  mu ~ von_mises(1, 1.5);
  k ~ beta_binomial(9, sigma, 2);
  k ~ neg_binomial(nu, 2);
  k ~ neg_binomial(2, sigma);
  k ~ neg_binomial_2(nu, 2);
  k ~ neg_binomial_2(2, sigma);
  k ~ neg_binomial_2_log(mu, 2);
  k ~ neg_binomial_2_log(0.5, sigma);
  k ~ binomial(9, q);
  k ~ hypergeometric(5, 7, 8);
  k ~ discrete_range(1, 6);
  k ~ poisson_log(mu);
  w ~ weibull(nu, 2);
  w ~ weibull(2, sigma);
  w ~ gamma(nu, 2);
  w ~ inv_gamma(2, sigma);
  w ~ chi_square(nu);
  nu ~ inv_chi_square(3);
  p ~ beta(nu, 2);
  q ~ beta(2, 3.5);
  p ~ beta_proportion(q, 4);
  p ~ beta_proportion(0.4, nu);
  y ~ student_t(nu, 0, 2);
  y ~ student_t(4, mu, 2);
  y ~ student_t(4, 0.5, sigma);
  y ~ gumbel(mu, 2);
  w ~ rayleigh(sigma);
  sigma ~ rayleigh(2);
}
