// Distribution functions of containers: over vectors, row vectors and arrays, each with scalars beside them, the CDF is a
// product, its logarithms are sums. The values of each function alone are on the grids.
data {
  int<lower=1> N;
  vector<lower=0, upper=1>[N] u;
  row_vector[N] x;
  array[N] real<lower=0> t;
  array[N] int<lower=0> n;
  array[N] int<lower=0> total;
}
parameters {
  real mu;
  real<lower=0> s;
  vector<lower=0>[N] shape;
  array[N] real place;
  row_vector<lower=1>[N] scale;
}
model {
  target += -0.5 * square(mu) - s - sum(shape) - 0.5 * dot_self(to_vector(place)) - sum(scale);
  // The random variable is a container, all else scalars.
  target += logistic_cdf(x | mu, s) + logistic_lcdf(x | mu, s) + logistic_lccdf(x | mu, s);
  target += cauchy_cdf(x | mu, s) + cauchy_lcdf(x | mu, s) + cauchy_lccdf(x | mu, s);
  target += weibull_cdf(t | s, 2) + weibull_lcdf(t | s, 2) + weibull_lccdf(t | s, 2);
  target += exponential_cdf(t | s) + exponential_lcdf(t | s) + exponential_lccdf(t | s);
  target += rayleigh_cdf(t | s + 1) + rayleigh_lcdf(t | s + 1) + rayleigh_lccdf(t | s + 1);
  target += uniform_cdf(u | 0, 1 + s) + uniform_lcdf(u | 0, 1 + s) + uniform_lccdf(u | 0, 1 + s);
  // A scalar random variable, and containers of parameters.
  target += gumbel_cdf(mu | place, scale) + gumbel_lcdf(mu | place, scale) + gumbel_lccdf(mu | place, scale);
  target += double_exponential_cdf(mu | place, shape) + double_exponential_lcdf(mu | place, s)
            + double_exponential_lccdf(0.3 | place, shape);
  target += frechet_cdf(s | shape, scale) + frechet_lcdf(s | shape, 2) + frechet_lccdf(1.5 | shape, scale);
  target += pareto_cdf(s + 4 | 0.5, shape) + pareto_lcdf(s + 4 | 0.5, shape) + pareto_lccdf(4 | t, shape);
  // Containers of several kinds.
  target += pareto_type_2_cdf(t | 0, scale, shape) + pareto_type_2_lcdf(t | -0.5, scale, shape)
            + pareto_type_2_lccdf(t | -s, 2, shape);
  target += skew_double_exponential_cdf(x | place, scale, u) + skew_double_exponential_lcdf(x | mu, scale, u)
            + skew_double_exponential_lccdf(place | x, s, 0.4);
  target += loglogistic_cdf(t | scale, shape);
  target += normal_cdf(place | x, scale) + lognormal_cdf(t | place, scale) + std_normal_cdf(place);
  target += exp_mod_normal_cdf(x | mu, scale, 0.7) + exp_mod_normal_lccdf(x | place, 1, 0.7);
  target += student_t_cdf(place | 4, x, scale) + gamma_cdf(t | 2.5, shape) + inv_gamma_cdf(t | 1.5, shape);
  target += beta_cdf(u | 2, 1.5) + chi_square_lcdf(t | 3) + skew_normal_cdf(x | mu, scale, 1.5);
  // Counts.
  target += bernoulli_cdf({0, 0} | u[1 : 2] / (1 + s)) + bernoulli_lcdf({0, 0} | u[1 : 2] / (1 + s))
            + bernoulli_lccdf({0, 0} | inv_logit(mu));
  target += poisson_cdf(n | scale) + poisson_lcdf(n | shape) + poisson_lccdf(n | s);
  target += binomial_cdf(n | total, inv_logit(to_vector(place))) + binomial_lcdf(n | 9, inv_logit(mu))
            + binomial_lccdf(n | total, inv_logit(mu));
  target += discrete_range_lcdf(n | 0, total) + discrete_range_cdf(n | 0, 12) + discrete_range_lccdf(2 | {0, 1}, {7, 8});
}
generated quantities {
  real gamma_tails = gamma_lcdf(t | shape, scale) + gamma_lccdf(t | 2, scale);
  real neg_binomial_tails = neg_binomial_2_lcdf(n | shape, s) + neg_binomial_lcdf(n | shape, 1.5) + neg_binomial_2_cdf(n | scale, 2);
  real student = student_t_lcdf(x | shape, mu, s) + student_t_lccdf(x | shape, place, scale);
  real unit = beta_lcdf(u | shape, scale) + beta_lccdf(u | s, shape) + beta_proportion_lcdf(u | 0.3, scale);
}
