// Special functions with their derivatives, where differentiating the text would lose digits or is impossible. A partial
// that nobody asks for is not computed.

real tgamma(real x) {
  real y = tg_tgamma(x);
  return tg_with_partials(y, x, y * digamma(x));
}
real gamma_p(real a, real x) {
  return tg_with_partials(tg_gamma_p(a, x), a, tg_gamma_p_d_a(a, x), x, tg_gamma_p_d_x(a, x));
}
real gamma_q(real a, real x) {
  return tg_with_partials(tg_gamma_q(a, x), a, -tg_gamma_p_d_a(a, x), x, -tg_gamma_p_d_x(a, x));
}
real inc_beta(real a, real b, real x) {
  return tg_with_partials(tg_inc_beta(a, b, x), a, tg_inc_beta_d_a(a, b, x), b, tg_inc_beta_d_b(a, b, x),
                          x, tg_inc_beta_d_x(a, b, x));
}
real inv_inc_beta(real a, real b, real p) {
  real x = tg_inv_inc_beta(a, b, p);
  real slope = tg_inc_beta_d_x(a, b, x);
  return tg_with_partials(x, a, -tg_inc_beta_d_a(a, b, x) / slope, b, -tg_inc_beta_d_b(a, b, x) / slope, p, 1 / slope);
}

// lgamma(x) less Stirling's (x - 0.5) log(x) - x + 0.5 log(2 pi), for x >= 10.
real lgamma_stirling_diff(real x) {
  real r = inv_square(x);
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * (691.0 / 360360
          - r / 156)))))) / x;
}
// The large terms of Stirling's formulas cancel on paper.
real lbeta(real a, real b) {
  real x = fmin(a, b);
  real y = fmax(a, b);
  real value;
  if (y < 10) {
    value = lgamma(x) + lgamma(y) - lgamma(x + y);
  } else if (x < 10) {
    value = lgamma(x) + (y - 0.5) * log1m(x / (x + y)) + x * (1 - log(x + y))
            + (lgamma_stirling_diff(y) - lgamma_stirling_diff(x + y));
  } else {
    value = (x - 0.5) * log(x / (x + y)) + y * log1m(x / (x + y)) + 0.5 * log(2 * pi()) - 0.5 * log(y)
            + (lgamma_stirling_diff(x) + lgamma_stirling_diff(y) - lgamma_stirling_diff(x + y));
  }
  return tg_with_partials(is_inf(y) ? negative_infinity() : value,
                          a, digamma(a) - digamma(a + b), b, digamma(b) - digamma(a + b));
}
real beta(real a, real b) { return exp(lbeta(a, b)); }
real lchoose(real n, real k) {
  real j = n > -1 && k > 0.5 * n + 1e-8 ? n - k : k; // the smaller one of the two that give the same
  real value;
  if (j == 0) {
    value = 0;
  } else if (n + 1 < 10) {
    value = lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1);
  } else {
    value = -lbeta(n - j + 1, j + 1) - log1p(n);
  }
  return tg_with_partials(value, n, digamma(n + 1) - digamma(n - k + 1), k, digamma(n - k + 1) - digamma(k + 1));
}
real lmgamma(int k, real x) {
  real total = 0.25 * k * (k - 1) * log(pi());
  for (j in 1:k) total += lgamma(x + 0.5 * (1 - j));
  return total;
}

int choose(int n, int k) {
  if (n < 0 || k < 0) reject("choose: the arguments must not be negative");
  if (k > n) return 0;
  int m = k > n - k ? n - k : k;
  real ways = 1;
  int j = 1;
  while (j <= m && ways < 3e9) {
    ways *= (n - m + j) * 1.0 / j;
    j += 1;
  }
  if (ways > 2147483647.5) reject("choose: n choose k is too large for an int");
  return to_int(round(fmin(ways, 2147483647)));
}
int falling_factorial(int x, int n) {
  int y = 1;
  for (k in 1:n) y *= x - k + 1;
  return y;
}
real falling_factorial(real x, int n) {
  real y = 1;
  for (k in 1:n) y *= x - (k - 1);
  return y;
}
int rising_factorial(int x, int n) {
  int y = 1;
  for (k in 1:n) y *= x + k - 1;
  return y;
}
real rising_factorial(real x, int n) {
  real y = 1;
  for (k in 1:n) y *= x + (k - 1);
  return y;
}
real log_falling_factorial(real x, real n) { return lgamma(x + 1) - lgamma(x - n + 1); }
real log_rising_factorial(real x, real n) { return lgamma(x + n) - lgamma(x); }

real inv_erfc(real x) {
  real y = tg_inv_erfc(x);
  return tg_with_partials(y, x, -0.5 * sqrt(pi()) * exp(y * y));
}
real inv_Phi(real p) {
  real x = tg_inv_phi(p);
  return tg_with_partials(x, p, sqrt(2 * pi()) * exp(0.5 * x * x));
}
real std_normal_qf(real p) { return inv_Phi(p); }
real std_normal_log_qf(real log_p) {
  real x = tg_std_normal_log_qf(log_p);
  return tg_with_partials(x, log_p, exp(log_p + 0.5 * x * x + 0.5 * log(2 * pi())));
}
// The quantile t of F(t), where F(-t) = I_x(nu / 2, 1 / 2) / 2 and x = nu / (nu + t^2).
real student_t_qf(real p, real nu) {
  real q = p < 0.5 ? p : 1 - p;
  real x;
  real t;
  if (q < 0.25) {
    x = tg_inv_inc_beta(0.5 * nu, 0.5, 2 * q);
    t = sqrt(nu * (1 - x) / x);
  } else {
    real y = tg_inv_inc_beta(0.5, 0.5 * nu, 1 - 2 * q);
    x = 1 - y;
    t = sqrt(nu * y / x);
  }
  real density = exp(-lbeta(0.5 * nu, 0.5) - 0.5 * log(nu) - 0.5 * (nu + 1) * log1p(t * t / nu));
  real slope = 0.25 * tg_inc_beta_d_a(0.5 * nu, 0.5, x)
               + 0.5 * exp(0.5 * nu * log(x) - lbeta(0.5 * nu, 0.5)) * sqrt(1 - x) / nu;
  return tg_with_partials(p < 0.5 ? -t : t, p, 1 / density, nu, (p < 0.5 ? -slope : slope) / density);
}
real student_t_qf(real p, real nu, real mu, real sigma) { return mu + sigma * student_t_qf(p, nu); }
real owens_t(real h, real a) {
  real g = exp(-0.5 * h * h);
  return tg_with_partials(tg_owens_t(h, a),
                          h, -0.5 * erf(a * h / sqrt2()) * g / sqrt(2 * pi()),
                          a, exp(-0.5 * h * h * (1 + a * a)) / ((1 + a * a) * 2 * pi()));
}
real lambert_w0(real x) {
  real w = tg_lambert_w0(x);
  return tg_with_partials(w, x, 1 / (x + exp(w)));
}
real lambert_wm1(real x) {
  real w = tg_lambert_wm1(x);
  return tg_with_partials(w, x, 1 / (x + exp(w)));
}

real bessel_first_kind(int v, real z) {
  return tg_with_partials(tg_bessel_first_kind(v, z), z,
                          0.5 * (tg_bessel_first_kind(v - 1, z) - tg_bessel_first_kind(v + 1, z)));
}
real bessel_second_kind(int v, real z) {
  return tg_with_partials(tg_bessel_second_kind(v, z), z,
                          0.5 * (tg_bessel_second_kind(v - 1, z) - tg_bessel_second_kind(v + 1, z)));
}
real modified_bessel_first_kind(int v, real z) {
  return tg_with_partials(tg_modified_bessel_first_kind(v, z), z,
                          0.5 * (tg_modified_bessel_first_kind(v - 1, z) + tg_modified_bessel_first_kind(v + 1, z)));
}
real modified_bessel_second_kind(int v, real z) {
  return tg_with_partials(tg_modified_bessel_second_kind(v, z), z,
                          -0.5 * (tg_modified_bessel_second_kind(v - 1, z) + tg_modified_bessel_second_kind(v + 1, z)));
}
real log_modified_bessel_first_kind(real v, real z) {
  real y = tg_log_modified_bessel_first_kind(v, z);
  return tg_with_partials(y, v, tg_log_modified_bessel_first_kind_d_v(v, z),
                          z, exp(tg_log_modified_bessel_first_kind(v + 1, z) - y) + v / z);
}

real binary_log_loss(int y, real p) { return y == 0 ? -log1m(p) : -log(p); }
real log_inv_logit_diff(real x, real y) {
  return is_inf(x) && x > 0 ? -log1p_exp(y) : x - log1p_exp(x) + log1m_exp(y - x) - log1p_exp(y);
}
real ldexp(real x, int n) { return tg_with_partials(tg_ldexp(x, n), x, tg_ldexp(1, n)); }

// Sums of series; their derivatives are those of the sums.
real hypergeometric_pFq(vector a, vector b, real z) {
  int P = rows(a);
  int Q = rows(b);
  if ((P > Q + 1 && z != 0) || (P == Q + 1 && abs(z) > 1)) reject("hypergeometric_pFq: does not converge");
  real total = 1;
  real term = 1;
  int small = 0;
  int n = 0;
  while (small < 3 && n < 100000) {
    for (k in 1:P) term *= a[k] + n;
    for (k in 1:Q) term /= b[k] + n;
    n += 1;
    term *= z / n;
    total += term;
    small = abs(term) > 1e-17 * abs(total) ? 0 : small + 1;
  }
  return total;
}
real hypergeometric_3F2(vector a, vector b, real z) { return hypergeometric_pFq(a, b, z); }
real hypergeometric_3F2(array[] real a, array[] real b, real z) {
  return hypergeometric_pFq(to_vector(a), to_vector(b), z);
}
real hypergeometric_2F1_series(real a, real b, real c, real z) {
  real total = 1;
  real term = 1;
  int small = 0;
  int n = 0;
  while (small < 3 && n < 100000) {
    term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
    n += 1;
    total += term;
    small = abs(term) > 1e-17 * abs(total) ? 0 : small + 1;
  }
  return total;
}
real hypergeometric_2F1(real a, real b, real c, real z) {
  if (z > 1) reject("hypergeometric_2F1: does not converge");
  if (z == 1) return tgamma(c) * tgamma(c - a - b) / (tgamma(c - a) * tgamma(c - b));
  if (z < 0) return hypergeometric_2F1_series(c - a, b, c, z / (z - 1)) * (1 - z) ^ -b;
  return hypergeometric_2F1_series(a, b, c, z);
}
real hypergeometric_1F0(real a, real z) { return (1 - z) ^ -a; }
