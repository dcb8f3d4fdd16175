// Written by grid.py: one function of a distribution, chosen by its number.
data {
  int f;
  array[4] int n;
}
parameters {
  array[4] real x;
}
model {
  if (f == 0) target += normal_lccdf(x[1] | x[2], x[3]);
  if (f == 1) target += std_normal_lccdf(x[1]);
  if (f == 2) target += lognormal_lccdf(x[1] | x[2], x[3]);
  if (f == 3) target += cauchy_lccdf(x[1] | x[2], x[3]);
  if (f == 4) target += double_exponential_lccdf(x[1] | x[2], x[3]);
  if (f == 5) target += skew_double_exponential_lccdf(x[1] | x[2], x[3], x[4]);
  if (f == 6) target += logistic_lccdf(x[1] | x[2], x[3]);
  if (f == 7) target += gumbel_lccdf(x[1] | x[2], x[3]);
  if (f == 8) target += skew_normal_lccdf(x[1] | x[2], x[3], x[4]);
  if (f == 9) target += exp_mod_normal_lccdf(x[1] | x[2], x[3], x[4]);
  if (f == 10) target += student_t_lccdf(x[1] | x[2], x[3], x[4]);
  if (f == 11) target += von_mises_lccdf(x[1] | x[2], x[3]);
  if (f == 12) target += uniform_lccdf(x[1] | x[2], x[3]);
  if (f == 13) target += exponential_lccdf(x[1] | x[2]);
  if (f == 14) target += weibull_lccdf(x[1] | x[2], x[3]);
  if (f == 15) target += frechet_lccdf(x[1] | x[2], x[3]);
  if (f == 16) target += rayleigh_lccdf(x[1] | x[2]);
  if (f == 17) target += loglogistic_lccdf(x[1] | x[2], x[3]);
  if (f == 18) target += pareto_lccdf(x[1] | x[2], x[3]);
  if (f == 19) target += pareto_type_2_lccdf(x[1] | x[2], x[3], x[4]);
  if (f == 20) target += gamma_lccdf(x[1] | x[2], x[3]);
  if (f == 21) target += inv_gamma_lccdf(x[1] | x[2], x[3]);
  if (f == 22) target += chi_square_lccdf(x[1] | x[2]);
  if (f == 23) target += inv_chi_square_lccdf(x[1] | x[2]);
  if (f == 24) target += scaled_inv_chi_square_lccdf(x[1] | x[2], x[3]);
  if (f == 25) target += beta_lccdf(x[1] | x[2], x[3]);
  if (f == 26) target += beta_proportion_lccdf(x[1] | x[2], x[3]);
  if (f == 27) target += bernoulli_lccdf(n[1] | x[1]);
  if (f == 28) target += poisson_lccdf(n[1] | x[1]);
  if (f == 29) target += binomial_lccdf(n[1] | n[2], x[1]);
  if (f == 30) target += beta_binomial_lccdf(n[1] | n[2], x[1], x[2]);
  if (f == 31) target += neg_binomial_lccdf(n[1] | x[1], x[2]);
  if (f == 32) target += neg_binomial_2_lccdf(n[1] | x[1], x[2]);
  if (f == 33) target += discrete_range_lccdf(n[1] | n[2], n[3]);
}
