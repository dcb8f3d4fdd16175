// Functions of ints and reals, over all kinds of containers. No gamma_q of a shape that is a parameter: there Stan's
// derivative is good to six digits.
data {
  array[3] int<lower=0> i;
  array[3, 2] int<lower=0> ii;
}
parameters {
  matrix<lower=1, upper=2>[3, 2] m;
  array[3] vector<lower=1, upper=2>[2] av;
  array[3, 2] real<lower=1, upper=2> rr;
  row_vector<lower=1, upper=2>[3] w;
}
model {
  target += sum(lmgamma(ii, m + 2) .* [[1, 2], [3, 4], [5, 6]]);
  target += sum(ldexp(m, ii) .* [[1, 2], [3, 4], [5, 6]]);
  target += lmgamma(ii, av)[2, 1] + 2 * bessel_first_kind(ii, rr)[3, 2] + bessel_first_kind(ii, rr)[1, 2];
  target += sum(rising_factorial(w, i)) + sum(lbeta(w, 2)) + sum(lchoose(5 * w, 2));
  target += sum(gamma_p(m, 1.5) .* [[1, 2], [3, 4], [5, 6]]) + gamma_q(2, {av, av})[2, 3, 1];
  target += sum(log_sum_exp(m, 1)) + sum(atan2(w, 2)) + sum(fmax(w, 1.5)) + sum(pow(2, w));
  target += sum(exp2(w)) + sum(inv_sqrt(m)) + sum(abs(-w)) + sum(floor(w)) + sum(inv_cloglog(m)[ : , 2]);
}
generated quantities {
  matrix[3, 2] l = lmgamma(ii, m + 2);
  array[3, 2] real b = bessel_second_kind(ii, rr);
  array[3] real c = square(i);
  array[3, 2] real d = lgamma(ii);
  array[3, 2] int e = choose(ii, 1);
}
