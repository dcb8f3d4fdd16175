// Written by grid.py: one function of a distribution, chosen by its number.
data {
  int f;
  array[4] int n;
}
parameters {
  array[4] real x;
}
model {
  if (f == 0) target += normal_lcdf(x[1] | x[2], x[3]);
  if (f == 1) target += std_normal_lcdf(x[1]);
  if (f == 2) target += lognormal_lcdf(x[1] | x[2], x[3]);
  if (f == 3) target += cauchy_lcdf(x[1] | x[2], x[3]);
  if (f == 4) target += double_exponential_lcdf(x[1] | x[2], x[3]);
  if (f == 5) target += skew_double_exponential_lcdf(x[1] | x[2], x[3], x[4]);
  if (f == 6) target += logistic_lcdf(x[1] | x[2], x[3]);
  if (f == 7) target += gumbel_lcdf(x[1] | x[2], x[3]);
  if (f == 8) target += skew_normal_lcdf(x[1] | x[2], x[3], x[4]);
  if (f == 9) target += exp_mod_normal_lcdf(x[1] | x[2], x[3], x[4]);
  if (f == 10) target += student_t_lcdf(x[1] | x[2], x[3], x[4]);
  if (f == 11) target += von_mises_lcdf(x[1] | x[2], x[3]);
  if (f == 12) target += uniform_lcdf(x[1] | x[2], x[3]);
  if (f == 13) target += exponential_lcdf(x[1] | x[2]);
  if (f == 14) target += weibull_lcdf(x[1] | x[2], x[3]);
  if (f == 15) target += frechet_lcdf(x[1] | x[2], x[3]);
  if (f == 16) target += rayleigh_lcdf(x[1] | x[2]);
  if (f == 17) target += loglogistic_lcdf(x[1] | x[2], x[3]);
  if (f == 18) target += pareto_lcdf(x[1] | x[2], x[3]);
  if (f == 19) target += pareto_type_2_lcdf(x[1] | x[2], x[3], x[4]);
  if (f == 20) target += gamma_lcdf(x[1] | x[2], x[3]);
  if (f == 21) target += inv_gamma_lcdf(x[1] | x[2], x[3]);
  if (f == 22) target += chi_square_lcdf(x[1] | x[2]);
  if (f == 23) target += inv_chi_square_lcdf(x[1] | x[2]);
  if (f == 24) target += scaled_inv_chi_square_lcdf(x[1] | x[2], x[3]);
  if (f == 25) target += beta_lcdf(x[1] | x[2], x[3]);
  if (f == 26) target += beta_proportion_lcdf(x[1] | x[2], x[3]);
  if (f == 27) target += bernoulli_lcdf(n[1] | x[1]);
  if (f == 28) target += poisson_lcdf(n[1] | x[1]);
  if (f == 29) target += binomial_lcdf(n[1] | n[2], x[1]);
  if (f == 30) target += beta_binomial_lcdf(n[1] | n[2], x[1], x[2]);
  if (f == 31) target += neg_binomial_lcdf(n[1] | x[1], x[2]);
  if (f == 32) target += neg_binomial_2_lcdf(n[1] | x[1], x[2]);
  if (f == 33) target += discrete_range_lcdf(n[1] | n[2], n[3]);
}
