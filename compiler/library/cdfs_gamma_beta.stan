// CDFs from the incomplete gamma and beta functions: continuous ones, and those of counts.

real gamma_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || is_inf(y) ? y > 0 : exp(log_gamma_lower(alpha, beta * y));
}
real gamma_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || is_inf(y) ? log(y > 0) : log_gamma_lower(alpha, beta * y);
}
real gamma_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || is_inf(y) ? log(y == 0) : log_gamma_upper(alpha, beta * y);
}
real chi_square_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> nu) {
  return y == 0 || is_inf(y) ? y > 0 : exp(log_gamma_lower(0.5 * nu, 0.5 * y));
}
real chi_square_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> nu) {
  return y == 0 || is_inf(y) ? log(y > 0) : log_gamma_lower(0.5 * nu, 0.5 * y);
}
real chi_square_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> nu) {
  return y == 0 || is_inf(y) ? log(y == 0) : log_gamma_upper(0.5 * nu, 0.5 * y);
}
real inv_gamma_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || is_inf(y) ? y > 0 : exp(log_gamma_upper(alpha, beta / y));
}
real inv_gamma_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || is_inf(y) ? log(y > 0) : log_gamma_upper(alpha, beta / y);
}
real inv_gamma_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || is_inf(y) ? log(y == 0) : log_gamma_lower(alpha, beta / y);
}
real inv_chi_square_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> nu) {
  return y == 0 || is_inf(y) ? y > 0 : exp(log_gamma_upper(0.5 * nu, 0.5 / y));
}
real inv_chi_square_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> nu) {
  return y == 0 || is_inf(y) ? log(y > 0) : log_gamma_upper(0.5 * nu, 0.5 / y);
}
real inv_chi_square_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> nu) {
  return y == 0 || is_inf(y) ? log(y == 0) : log_gamma_lower(0.5 * nu, 0.5 / y);
}
real scaled_inv_chi_square_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> nu, real<lower=0> s) {
  return y == 0 || is_inf(y) ? y > 0 : exp(log_gamma_upper(0.5 * nu, 0.5 * nu * square(s) / y));
}
real scaled_inv_chi_square_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> nu, real<lower=0> s) {
  return y == 0 || is_inf(y) ? log(y > 0) : log_gamma_upper(0.5 * nu, 0.5 * nu * square(s) / y);
}
real scaled_inv_chi_square_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> nu, real<lower=0> s) {
  return y == 0 || is_inf(y) ? log(y == 0) : log_gamma_lower(0.5 * nu, 0.5 * nu * square(s) / y);
}

real beta_cdf(real<lower=0, upper=1> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || y == 1 ? y > 0 : exp(log_beta_lower(alpha, beta, y, 1 - y));
}
real beta_lcdf(real<lower=0, upper=1> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || y == 1 ? log(y > 0) : log_beta_lower(alpha, beta, y, 1 - y);
}
real beta_lccdf(real<lower=0, upper=1> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || y == 1 ? log(y == 0) : log_beta_lower(beta, alpha, 1 - y, y);
}
real beta_proportion_cdf(real<lower=0, upper=1> y, real<lower=0, upper=1> mu, real<lower=0> kappa) {
  return y == 0 || y == 1 ? y > 0 : exp(log_beta_lower(mu * kappa, kappa - mu * kappa, y, 1 - y));
}
real beta_proportion_lcdf(real<lower=0, upper=1> y, real<lower=0, upper=1> mu, real<lower=0> kappa) {
  return y == 0 || y == 1 ? log(y > 0) : log_beta_lower(mu * kappa, kappa - mu * kappa, y, 1 - y);
}
real beta_proportion_lccdf(real<lower=0, upper=1> y, real<lower=0, upper=1> mu, real<lower=0> kappa) {
  return y == 0 || y == 1 ? log(y == 0) : log_beta_lower(kappa - mu * kappa, mu * kappa, 1 - y, y);
}

// The mass left of z. At 0, where the derivative is that of |z|, it is taken a little to the right.
real log_student_t(real z, real nu) {
  real t = z + 1e-100;
  real u = square(t) / nu;
  real tail = log_beta_lower(0.5 * nu, 0.5, 1 / (1 + u), u / (1 + u)) - log(2.0);
  return t < 0 ? tail : log1m_exp(tail);
}
real student_t_cdf(real y, real<lower=0> nu, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? y > 0 : exp(log_student_t((y - mu) / sigma, nu));
}
real student_t_lcdf(real y, real<lower=0> nu, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? log(y > 0) : log_student_t((y - mu) / sigma, nu);
}
real student_t_lccdf(real y, real<lower=0> nu, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? log(y < 0) : log_student_t((mu - y) / sigma, nu);
}

// Counts.
real bernoulli_cdf(int n, real<lower=0, upper=1> theta) { return n < 0 ? 0 : n >= 1 ? 1 : 1 - theta; }
real bernoulli_lcdf(int n, real<lower=0, upper=1> theta) { return n < 0 ? negative_infinity() : n >= 1 ? 0 : log1m(theta); }
real bernoulli_lccdf(int n, real<lower=0, upper=1> theta) { return n < 0 ? 0 : n >= 1 ? negative_infinity() : log(theta); }

real poisson_cdf(int n, real<lower=0, upper=positive_infinity()> lambda) {
  if (n < 0 || is_inf(lambda)) return 0;
  return n == 0 ? exp(-lambda) : lambda == 0 ? 1 : exp(log_gamma_upper(n + 1.0, lambda));
}
real poisson_lcdf(int n, real<lower=0, upper=positive_infinity()> lambda) {
  if (n < 0 || is_inf(lambda)) return negative_infinity();
  return n == 0 ? -lambda : lambda == 0 ? 0 : log_gamma_upper(n + 1.0, lambda);
}
real poisson_lccdf(int n, real<lower=0, upper=positive_infinity()> lambda) {
  if (n < 0 || is_inf(lambda)) return 0;
  return n == 0 ? log1m_exp(-lambda) : lambda == 0 ? negative_infinity() : log_gamma_lower(n + 1.0, lambda);
}

real log_binomial_lower(int n, int N, real theta) {
  if (n < 0) return negative_infinity();
  if (n >= N) return 0;
  if (n == 0) return N * log1m(theta);
  if (theta == 0) return 0;
  return theta == 1 ? negative_infinity() : log_beta_lower(N - n, n + 1.0, 1 - theta, theta);
}
real binomial_cdf(int n, int<lower=0> N, real<lower=0, upper=1> theta) {
  return n == N - 1 ? one_minus_exp(N * log(theta)) : exp(log_binomial_lower(n, N, theta));
}
real binomial_lcdf(int n, int<lower=0> N, real<lower=0, upper=1> theta) { return log_binomial_lower(n, N, theta); }
real binomial_lccdf(int n, int<lower=0> N, real<lower=0, upper=1> theta) {
  if (n < 0) return 0;
  if (n >= N) return negative_infinity();
  if (n == N - 1) return N * log(theta);
  if (theta == 0) return negative_infinity();
  return theta == 1 ? 0 : log_beta_lower(n + 1.0, N - n, theta, 1 - theta);
}

real neg_binomial_cdf(int n, real<lower=0> alpha, real<lower=0> beta) {
  return n < 0 ? 0 : exp(log_beta_lower(alpha, n + 1.0, beta / (1 + beta), 1 / (1 + beta)));
}
real neg_binomial_lcdf(int n, real<lower=0> alpha, real<lower=0> beta) {
  return n < 0 ? negative_infinity() : log_beta_lower(alpha, n + 1.0, beta / (1 + beta), 1 / (1 + beta));
}
real neg_binomial_lccdf(int n, real<lower=0> alpha, real<lower=0> beta) {
  return n < 0 ? 0 : log_beta_lower(n + 1.0, alpha, 1 / (1 + beta), beta / (1 + beta));
}
real neg_binomial_2_cdf(int n, real<lower=0> mu, real<lower=0> phi) {
  return n < 0 ? 0 : exp(log_beta_lower(phi, n + 1.0, phi / (mu + phi), mu / (mu + phi)));
}
real neg_binomial_2_lcdf(int n, real<lower=0> mu, real<lower=0> phi) {
  return n < 0 ? negative_infinity() : log_beta_lower(phi, n + 1.0, phi / (mu + phi), mu / (mu + phi));
}
real neg_binomial_2_lccdf(int n, real<lower=0> mu, real<lower=0> phi) {
  return n < 0 ? 0 : log_beta_lower(n + 1.0, phi, mu / (mu + phi), phi / (mu + phi));
}

// Sums of the mass, by the ratio of neighbours; the smaller sum has the digits.
real log_beta_binomial_sum(int from, int to, int N, real alpha, real beta) {
  real term = 1;
  real total = 1;
  for (k in (from + 1):to) {
    term *= (N - k + 1) * (alpha + k - 1) / (k * (beta + N - k));
    total += term;
  }
  return log(total) + log_binomial(N, from)
         + (lgamma_difference(alpha, from) + lgamma_difference(beta, N - from) - lgamma_difference(alpha + beta, N));
}
real log_beta_binomial_lower(int n, int N, real alpha, real beta) {
  real tail = log_beta_binomial_sum(0, n, N, alpha, beta);
  return tail < -0.7 ? tail : log1m_exp(log_beta_binomial_sum(n + 1, N, N, alpha, beta));
}
real beta_binomial_cdf(int n, int<lower=0> N, real<lower=0> alpha, real<lower=0> beta) {
  return n < 0 ? 0 : n >= N ? 1 : exp(log_beta_binomial_lower(n, N, alpha, beta));
}
real beta_binomial_lcdf(int n, int<lower=0> N, real<lower=0> alpha, real<lower=0> beta) {
  return n < 0 ? negative_infinity() : n >= N ? 0 : log_beta_binomial_lower(n, N, alpha, beta);
}
real beta_binomial_lccdf(int n, int<lower=0> N, real<lower=0> alpha, real<lower=0> beta) {
  return n < 0 ? 0 : n >= N ? negative_infinity() : log_beta_binomial_lower(N - n - 1, N, beta, alpha);
}
real log_beta_neg_binomial_lower(int n, real r, real alpha, real beta) {
  real term = 1;
  real total = 1;
  for (k in 1:n) {
    term *= (r + k - 1) * (beta + k - 1) / (k * (r + alpha + beta + k - 1));
    total += term;
  }
  return log(total) + (lgamma_difference(alpha, r) - lgamma_difference(alpha + beta, r));
}
real beta_neg_binomial_cdf(int n, real<lower=0> r, real<lower=0> alpha, real<lower=0> beta) {
  return n < 0 ? 0 : exp(log_beta_neg_binomial_lower(n, r, alpha, beta));
}
real beta_neg_binomial_lcdf(int n, real<lower=0> r, real<lower=0> alpha, real<lower=0> beta) {
  return n < 0 ? negative_infinity() : log_beta_neg_binomial_lower(n, r, alpha, beta);
}
real beta_neg_binomial_lccdf(int n, real<lower=0> r, real<lower=0> alpha, real<lower=0> beta) {
  return n < 0 ? 0 : log1m_exp(log_beta_neg_binomial_lower(n, r, alpha, beta));
}

// P(Y > n) = n beta(n, alpha + 1)
real yule_simon_lccdf(int n, real<lower=0> alpha) {
  return n < 1 ? 0 : lgamma(n + 1.0) - lgamma_difference(alpha + 1, n);
}
real yule_simon_lcdf(int n, real<lower=0> alpha) {
  return n < 1 ? negative_infinity() : log1m_exp(lgamma(n + 1.0) - lgamma_difference(alpha + 1, n));
}
real yule_simon_cdf(int n, real<lower=0> alpha) {
  return n < 1 ? 0 : one_minus_exp(lgamma(n + 1.0) - lgamma_difference(alpha + 1, n));
}

real discrete_range_cdf(int y, int a, int<lower=a> b) {
  return y < a ? 0 : y >= b ? 1 : (y - a + 1.0) / (b - a + 1.0);
}
real discrete_range_lcdf(int y, int a, int<lower=a> b) {
  return y < a ? negative_infinity() : y >= b ? 0 : log(y - a + 1.0) - log(b - a + 1.0);
}
real discrete_range_lccdf(int y, int a, int<lower=a> b) {
  return y < a ? 0 : y >= b ? negative_infinity() : log(b - y + 0.0) - log(b - a + 1.0);
}
