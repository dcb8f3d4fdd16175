// Pieces of densities and CDFs that keep their digits where the textbook's form loses them.

// x l, where l is a logarithm and 0 times infinity 0. Data's logarithm stays outside of the choice, to be taken once.
real times(real x, real l) { return is_inf(l) && x == 0 ? 0 : x * l; }
real multiply_log1m(real x, real y) { return x == 0 && y == 1 ? 0 : x * log1m(y); }

// lgamma(x) - ((x - 1/2) log(x) - x + log(2 pi) / 2), for x of at least 10: Stirling's series.
real stirling_error(real x) {
  real u = inv_square(x);
  return (1.0 / 12 - u * (1.0 / 360 - u * (1.0 / 1260 - u * (1.0 / 1680 - u * (1.0 / 1188 - u * 691.0 / 360360))))) / x;
}
// lgamma(x + d) - lgamma(x) for d of at least 0.
real lgamma_difference(real x, real d) {
  if (d == 0) return 0;
  if (x < 10) return lgamma(x + d) - lgamma(x);
  return (x - 0.5) * log1p(d / x) + d * (log(x + d) - 1) + (stirling_error(x + d) - stirling_error(x));
}
// log(choose(N, n)), 0 <= n <= N.
real log_binomial(int N, int n) {
  real k = min(n, N - n);
  return lgamma_difference(N - k + 1, k) - lgamma(k + 1);
}

// log((1 - Phi(x)) / phi(x)), x positive. In the far tail the asymptotic series, whose terms are below 1e-16 there.
real mills_series(real x) { // x (1 - Phi(x)) / phi(x) - 1
  real u = -inv_square(x);
  return u * (1 + u * (3 + u * (15 + u * (105 + u * (945 + u * (10395 + u * (135135 + u * 2027025)))))));
}
real log_mills(real x) {
  if (x < 20) return log(0.5 * erfc(x / sqrt2())) + (0.5 * square(x) + 0.5 * log(2 * pi()));
  return log1p(mills_series(x)) - log(x);
}
// The derivative of log_mills.
real mills_slope(real x) {
  if (x < 20) return x - exp(-log_mills(x));
  real s = mills_series(x);
  return x * s / (1 + s);
}
// log_mills(x + h) - log_mills(x), x and h positive: where they are near, the integral of the slope (Gauss-Legendre).
real log_mills_difference(real x, real h) {
  if (h > 0.5) return log_mills(x + h) - log_mills(x);
  return h * (0.284444444444444444 * mills_slope(x + 0.5 * h)
              + 0.239314335249683234 * (mills_slope(x + 0.230765344947158454 * h) + mills_slope(x + 0.769234655052841546 * h))
              + 0.118463442528094544 * (mills_slope(x + 0.0469100770306680036 * h) + mills_slope(x + 0.953089922969331996 * h)));
}
// log(Phi(x))
real log_Phi(real x) {
  if (x > 0) return log1p(-0.5 * erfc(x / sqrt2()));
  if (x > -20) return log(0.5 * erfc(-x / sqrt2()));
  return -0.5 * square(x) - 0.5 * log(2 * pi()) + log_mills(-x);
}
// log(exp(h (h / 2 - z)) Phi(z - h)), whose factors cancel where z - h is far below 0.
real log_exp_mod_normal(real z, real h) {
  if (h > z) return log_mills(h - z) - 0.5 * square(z) - 0.5 * log(2 * pi());
  return h * (0.5 * h - z) + log_Phi(z - h);
}
// log(Phi(-h) - 2 owens_t(h, a)), h and a of at least 0, which is the logarithm of 2 int_h^inf phi(x) Phi(-a x) dx. The
// larger part of it comes off first; what is left is smooth, and goes to the trapezoidal rule by u = w exp(t - exp(-t)).
real log_owens_tail(real h, real a) {
  real c = 1 + square(a);
  real w = 1 / (c * h + sqrt(c));
  real total = 0;
  for (k in -30:30) {
    real e = exp(-0.125 * k);
    real u = w * exp(0.125 * k - e);
    total += exp(-c * (h + 0.5 * u) * u + log_mills(a * (h + u))) * u * (1 + e);
  }
  real tail = log(0.125 * total) - 0.5 * square(h) * c - log(pi());
  return tg_with_partials(tail, h, -exp(0.5 * log(2 / pi()) - 0.5 * square(h) + log_Phi(-a * h) - tail),
                          a, -exp(-0.5 * square(h) * c - log(c) - log(pi()) - tail));
}
// The derivative of expm1 is expm1 + 1, which is not exp where exp is small.
real one_minus_exp(real x) { return x < -0.7 ? 1 - exp(x) : -expm1(x); }
// log(1 - exp(-exp(s)))
real log1m_exp_exp(real s) { return s < -40 ? s : log1m_exp(-exp(s)); }

// log(beta(a, b)), where Stirling's series has the large argument.
real log_beta(real a, real b) {
  return a < b ? lgamma(a) - lgamma_difference(b, a) : lgamma(b) - lgamma_difference(a, b);
}

// The incomplete gamma function on the log scale: a series below x = a + 1, a continued fraction above, where each has the
// smaller of the two tails, and so its digits. Where a (or b below) is whole, the fraction ends, but its derivatives do not:
// the terms that they need are counted with a half added.
real log_gamma_prefix(real a, real x) { // log(x^a exp(-x) / Gamma(a + 1))
  if (a < 10) return a * log(x) - x - lgamma(a + 1);
  real u = (x - a) / a;
  return a * ((abs(u) < 0.5 ? log1p(u) : log(x / a)) - u) - 0.5 * log(2 * pi() * a) - stirling_error(a);
}
real log_gamma_series(real a, real x) {
  real term = 1;
  real total = 1;
  real n = a;
  while (term > 1e-18 * total) {
    n += 1;
    term *= x / n;
    total += term;
  }
  return log_gamma_prefix(a, x) + log(total);
}
int gamma_fraction_terms(real a, real x) {
  real c = 1e300;
  real d = 1 / (x + 1 - a);
  real factor = 0;
  int n = 0;
  while (abs(factor - 1) > 3e-16 && n < 1000000) {
    n += 1;
    d = 1 / (n * (a - n) * d + (x + 1 - a + 2 * n));
    c = (x + 1 - a + 2 * n) + n * (a - n) / c;
    factor = c * d;
  }
  return n;
}
real log_gamma_fraction(real a, real x) { // Lentz
  int terms = gamma_fraction_terms(floor(a) + 0.5, x);
  real c = 1e300;
  real d = 1 / (x + 1 - a);
  real fraction = d;
  for (n in 1:terms) {
    d = 1 / (n * (a - n) * d + (x + 1 - a + 2 * n));
    c = (x + 1 - a + 2 * n) + n * (a - n) / c;
    fraction *= c * d;
  }
  return log_gamma_prefix(a, x) + log(a * fraction);
}
real log_gamma_lower(real a, real x) {
  return x < a + 1 ? log_gamma_series(a, x) : log1m_exp(log_gamma_fraction(a, x));
}
real log_gamma_upper(real a, real x) {
  return x < a + 1 ? log1m_exp(log_gamma_series(a, x)) : log_gamma_fraction(a, x);
}

// The same for the incomplete beta function I_x(a, b), y = 1 - x, below the mean x = a / (a + b): the fraction of DiDonato
// and Morris (1992), whose n-th term is alpha / (beta + ...). `distance` is (a + b) y - b.
real beta_fraction_alpha(real a, real b, real x, int n) {
  real p = 1 + (n - 1) / a;
  return p * (p + b / a) * square(a / (a + 2 * n - 1)) * square(x) * n * (b - n);
}
real beta_fraction_beta(real a, real b, real x, real y, real distance, int n) {
  return n + n * (b - n) * x / (a + 2 * n - 1)
         + (1 + n / a) / (1 + (1 + 2 * n) / a) * (1 + distance + n * (1 + y));
}
int beta_fraction_terms(real a, real b, real x, real y, real distance) {
  real r = (1 + 1 / a) / (1 + distance);
  real u = 0;
  real v = r;
  real last = 0;
  int n = 0;
  while (abs(r - last) > 3e-16 * r && n < 1000000) {
    n += 1;
    last = r;
    real alpha = beta_fraction_alpha(a, b, x, n);
    real beta = beta_fraction_beta(a, b, x, y, distance, n);
    real scale = alpha * v + beta;
    r = (alpha * u + beta * r) / scale;
    u = last / scale;
    v = 1 / scale;
  }
  return n;
}
real log_beta_fraction(real a, real b, real x, real y) {
  real distance = a < b ? a - (a + b) * x : (a + b) * y - b;
  int terms = beta_fraction_terms(a, floor(b) + 0.5, x, y, distance);
  real r = (1 + 1 / a) / (1 + distance);
  real u = 0;
  real v = r;
  for (n in 1:terms) {
    real alpha = beta_fraction_alpha(a, b, x, n);
    real beta = beta_fraction_beta(a, b, x, y, distance, n);
    real scale = alpha * v + beta;
    real next = (alpha * u + beta * r) / scale;
    u = r / scale;
    v = 1 / scale;
    r = next;
  }
  real log_x = x < 0.5 ? log(x) : log1p(-y);
  real log_y = y < 0.5 ? log(y) : log1p(-x);
  return a * log_x + b * log_y - log_beta(a, b) + log(r);
}
// The power series, where a is below 1 and the fraction slow. A bound of its terms says where it ends: where b is whole, they
// are 0 from there on, but not their derivatives.
real log_beta_series(real a, real b, real x) {
  real bound = 1;
  real term = 1;
  real total = 0;
  real n = 0;
  while (bound > 1e-18) {
    n += 1;
    bound *= fmax(1, b) * x;
    term *= (n - b) / n * x;
    total += term / (a + n);
  }
  return a * log(x) - log(a) - log_beta(a, b) + log1p(a * total);
}
real log_beta_lower(real a, real b, real x, real y) {
  if (a < 1 && x <= 0.7 && b * x <= 0.7) return log_beta_series(a, b, x);
  if (b < 1 && y <= 0.7 && a * y <= 0.7) return log1m_exp(log_beta_series(b, a, y));
  return x * b <= y * a ? log_beta_fraction(a, b, x, y) : log1m_exp(log_beta_fraction(b, a, y, x));
}

// log(I_0(x)), x of at least 0: the power series, whose terms are positive, or the asymptotic one.
real log_bessel_i0(real x) {
  real term = 1;
  real total = 1;
  if (x < 20) {
    real u = square(0.5 * x);
    for (n in 1:60) {
      term *= u / (1.0 * n * n);
      total += term;
    }
    return log(total);
  }
  for (n in 1:25) {
    term *= square(2.0 * n - 1) / (8.0 * n * x);
    total += term;
  }
  return x - 0.5 * log(2 * pi() * x) + log(total);
}
