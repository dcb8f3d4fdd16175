// Written by grid.py: one function of a distribution, chosen by its number.
data {
  int f;
  array[4] int n;
}
parameters {
  array[4] real x;
}
model {
  if (f == 0) target += normal_lpdf(x[1] | x[2], x[3]);
  if (f == 1) target += std_normal_lpdf(x[1]);
  if (f == 2) target += lognormal_lpdf(x[1] | x[2], x[3]);
  if (f == 3) target += cauchy_lpdf(x[1] | x[2], x[3]);
  if (f == 4) target += double_exponential_lpdf(x[1] | x[2], x[3]);
  if (f == 5) target += skew_double_exponential_lpdf(x[1] | x[2], x[3], x[4]);
  if (f == 6) target += logistic_lpdf(x[1] | x[2], x[3]);
  if (f == 7) target += gumbel_lpdf(x[1] | x[2], x[3]);
  if (f == 8) target += skew_normal_lpdf(x[1] | x[2], x[3], x[4]);
  if (f == 9) target += exp_mod_normal_lpdf(x[1] | x[2], x[3], x[4]);
  if (f == 10) target += student_t_lpdf(x[1] | x[2], x[3], x[4]);
  if (f == 11) target += von_mises_lpdf(x[1] | x[2], x[3]);
  if (f == 12) target += uniform_lpdf(x[1] | x[2], x[3]);
  if (f == 13) target += exponential_lpdf(x[1] | x[2]);
  if (f == 14) target += weibull_lpdf(x[1] | x[2], x[3]);
  if (f == 15) target += frechet_lpdf(x[1] | x[2], x[3]);
  if (f == 16) target += rayleigh_lpdf(x[1] | x[2]);
  if (f == 17) target += loglogistic_lpdf(x[1] | x[2], x[3]);
  if (f == 18) target += pareto_lpdf(x[1] | x[2], x[3]);
  if (f == 19) target += pareto_type_2_lpdf(x[1] | x[2], x[3], x[4]);
  if (f == 20) target += gamma_lpdf(x[1] | x[2], x[3]);
  if (f == 21) target += inv_gamma_lpdf(x[1] | x[2], x[3]);
  if (f == 22) target += chi_square_lpdf(x[1] | x[2]);
  if (f == 23) target += inv_chi_square_lpdf(x[1] | x[2]);
  if (f == 24) target += scaled_inv_chi_square_lpdf(x[1] | x[2], x[3]);
  if (f == 25) target += beta_lpdf(x[1] | x[2], x[3]);
  if (f == 26) target += beta_proportion_lpdf(x[1] | x[2], x[3]);
  if (f == 27) target += bernoulli_lpmf(n[1] | x[1]);
  if (f == 28) target += bernoulli_logit_lpmf(n[1] | x[1]);
  if (f == 29) target += poisson_lpmf(n[1] | x[1]);
  if (f == 30) target += poisson_log_lpmf(n[1] | x[1]);
  if (f == 31) target += binomial_lpmf(n[1] | n[2], x[1]);
  if (f == 32) target += binomial_logit_lpmf(n[1] | n[2], x[1]);
  if (f == 33) target += beta_binomial_lpmf(n[1] | n[2], x[1], x[2]);
  if (f == 34) target += neg_binomial_lpmf(n[1] | x[1], x[2]);
  if (f == 35) target += neg_binomial_2_lpmf(n[1] | x[1], x[2]);
  if (f == 36) target += neg_binomial_2_log_lpmf(n[1] | x[1], x[2]);
  if (f == 37) target += beta_neg_binomial_lpmf(n[1] | x[1], x[2], x[3]);
  if (f == 38) target += yule_simon_lpmf(n[1] | x[1]);
  if (f == 39) target += discrete_range_lpmf(n[1] | n[2], n[3]);
  if (f == 40) target += hypergeometric_lpmf(n[1] | n[2], n[3], n[4]);
}
