// Cumulative distribution functions and their logarithms: lcdf = log P(Y <= y), lccdf = log P(Y > y). Both tails keep
// their digits: a logarithm is never that of 1 minus the other tail where this cancels.

// On the whole line. At infinity the derivative is 0, which (y - mu) / sigma does not know.
real std_normal_cdf(real y) { return Phi(y); }
real std_normal_lcdf(real y) { return log_Phi(y); }
real std_normal_lccdf(real y) { return log_Phi(-y); }
real normal_cdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? y > 0 : Phi((y - mu) / sigma);
}
real normal_lcdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? log(y > 0) : log_Phi((y - mu) / sigma);
}
real normal_lccdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? log(y < 0) : log_Phi((mu - y) / sigma);
}

// atan2(1, -z) is the angle from the left.
real cauchy_cdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? y > 0 : atan2(1, (mu - y) / sigma) / pi();
}
real log_cauchy(real z) {
  return z > 0 ? log1p(-atan2(1, z) / pi()) : log(atan2(1, -z) / pi());
}
real cauchy_lcdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? log(y > 0) : log_cauchy((y - mu) / sigma);
}
real cauchy_lccdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? log(y < 0) : log_cauchy((mu - y) / sigma);
}

// The derivative of inv_logit is p (1 - p).
real logistic(real z) { return z < 0 ? inv_logit(z) : 1 / (1 + exp(-z)); }
real logistic_cdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? y > 0 : logistic((y - mu) / sigma);
}
real logistic_lcdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? log(y > 0) : -log1p_exp((mu - y) / sigma);
}
real logistic_lccdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? log(y < 0) : -log1p_exp((y - mu) / sigma);
}

real double_exponential_cdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  if (is_inf(y)) return y > 0;
  real z = (y - mu) / sigma;
  return z < 0 ? 0.5 * exp(z) : 1 - 0.5 * exp(-z);
}
real log_double_exponential(real z) { return z < 0 ? z - log(2.0) : log1p(-0.5 * exp(-z)); }
real double_exponential_lcdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? log(y > 0) : log_double_exponential((y - mu) / sigma);
}
real double_exponential_lccdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return is_inf(y) ? log(y < 0) : log_double_exponential((mu - y) / sigma);
}

// The mass left of z; tau of it lies left of 0, the rest right. 1 - rest exp(-x) is a sum of positive terms.
real log_skew_double_exponential(real z, real tau, real rest) {
  if (z < 0) return log(tau) + 2 * rest * z;
  real x = 2 * tau * z;
  return x > 1 ? log1m(rest * exp(-x)) : log(tau * exp(-x) - expm1(-x));
}
real skew_double_exponential_cdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma,
                                 real<lower=0, upper=1> tau) {
  return is_inf(y) ? y > 0 : exp(log_skew_double_exponential((y - mu) / sigma, tau, 1 - tau));
}
real skew_double_exponential_lcdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma,
                                  real<lower=0, upper=1> tau) {
  return is_inf(y) ? log(y > 0) : log_skew_double_exponential((y - mu) / sigma, tau, 1 - tau);
}
real skew_double_exponential_lccdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma,
                                   real<lower=0, upper=1> tau) {
  return is_inf(y) ? log(y < 0) : log_skew_double_exponential((mu - y) / sigma, 1 - tau, tau);
}

real gumbel_cdf(real y, real<lower=negative_infinity()> mu, real<lower=0> beta) {
  return is_inf(y) ? y > 0 : exp(-exp((mu - y) / beta));
}
real gumbel_lcdf(real y, real<lower=negative_infinity()> mu, real<lower=0> beta) {
  return is_inf(y) ? log(y > 0) : -exp((mu - y) / beta);
}
real gumbel_lccdf(real y, real<lower=negative_infinity()> mu, real<lower=0> beta) {
  return is_inf(y) ? log(y < 0) : log1m_exp_exp((mu - y) / beta);
}

// P(Y <= y) = Phi(z) - R and P(Y > y) = Phi(-z) + R; left of 0 the difference is one of Mills ratios.
real log_exp_mod_normal_upper(real z, real h) { return log_sum_exp(log_Phi(-z), log_exp_mod_normal(z, h)); }
real log_exp_mod_normal_lower(real z, real h) {
  if (z > 0) return log1m_exp(log_exp_mod_normal_upper(z, h));
  return log_mills(-z) - 0.5 * square(z) - 0.5 * log(2 * pi()) + log1m_exp(log_mills_difference(-z, h));
}
real exp_mod_normal_cdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma, real<lower=0> lambda) {
  return is_inf(y) ? y > 0 : exp(log_exp_mod_normal_lower((y - mu) / sigma, lambda * sigma));
}
real exp_mod_normal_lcdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma, real<lower=0> lambda) {
  return is_inf(y) ? log(y > 0) : log_exp_mod_normal_lower((y - mu) / sigma, lambda * sigma);
}
real exp_mod_normal_lccdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma, real<lower=0> lambda) {
  return is_inf(y) ? log(y < 0) : log_exp_mod_normal_upper((y - mu) / sigma, lambda * sigma);
}

real uniform_cdf(real y, real<lower=negative_infinity()> alpha, real<lower=alpha> beta) {
  return y < alpha ? 0 : y > beta ? 1 : (y - alpha) / (beta - alpha);
}
real uniform_lcdf(real y, real<lower=negative_infinity()> alpha, real<lower=alpha> beta) {
  return y < alpha ? negative_infinity() : y > beta ? 0 : log((y - alpha) / (beta - alpha));
}
real uniform_lccdf(real y, real<lower=negative_infinity()> alpha, real<lower=alpha> beta) {
  return y < alpha ? 0 : y > beta ? negative_infinity() : log((beta - y) / (beta - alpha));
}

// On the positive half-line.
real lognormal_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=negative_infinity()> mu,
                   real<lower=0> sigma) {
  return y == 0 || is_inf(y) ? y > 0 : Phi((log(y) - mu) / sigma);
}
real lognormal_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=negative_infinity()> mu,
                    real<lower=0> sigma) {
  return y == 0 || is_inf(y) ? log(y > 0) : log_Phi((log(y) - mu) / sigma);
}
real lognormal_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=negative_infinity()> mu,
                     real<lower=0> sigma) {
  return y == 0 || is_inf(y) ? log(y == 0) : log_Phi((mu - log(y)) / sigma);
}

real exponential_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> beta) {
  return is_inf(y) ? 1 : one_minus_exp(-beta * y);
}
real exponential_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> beta) {
  return is_inf(y) ? 0 : log1m_exp(-beta * y);
}
real exponential_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> beta) { return -beta * y; }

real weibull_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> sigma) {
  return y == 0 || is_inf(y) ? y > 0 : one_minus_exp(-(y / sigma) ^ alpha);
}
real weibull_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> sigma) {
  return y == 0 || is_inf(y) ? log(y > 0) : log1m_exp_exp(alpha * log(y / sigma));
}
real weibull_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> sigma) {
  return y == 0 || is_inf(y) ? log(y == 0) : -(y / sigma) ^ alpha;
}

real frechet_cdf(real<lower=0> y, real<lower=0> alpha, real<lower=0> sigma) { return exp(-(sigma / y) ^ alpha); }
real frechet_lcdf(real<lower=0> y, real<lower=0> alpha, real<lower=0> sigma) { return -(sigma / y) ^ alpha; }
real frechet_lccdf(real<lower=0> y, real<lower=0> alpha, real<lower=0> sigma) {
  return log1m_exp_exp(alpha * log(sigma / y));
}

real rayleigh_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> sigma) {
  return is_inf(y) ? 1 : one_minus_exp(-0.5 * square(y / sigma));
}
real rayleigh_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> sigma) {
  return is_inf(y) ? 0 : log1m_exp(-0.5 * square(y / sigma));
}
real rayleigh_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> sigma) {
  return -0.5 * square(y / sigma);
}

real loglogistic_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || is_inf(y) ? y > 0 : logistic(beta * log(y / alpha));
}
real loglogistic_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || is_inf(y) ? log(y > 0) : -log1p_exp(-beta * log(y / alpha));
}
real loglogistic_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> alpha, real<lower=0> beta) {
  return y == 0 || is_inf(y) ? log(y == 0) : -log1p_exp(beta * log(y / alpha));
}

real pareto_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> y_min, real<lower=0> alpha) {
  return y < y_min || is_inf(y) ? y > y_min : one_minus_exp(alpha * log(y_min / y));
}
real pareto_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> y_min, real<lower=0> alpha) {
  return y < y_min || is_inf(y) ? log(y > y_min) : log1m_exp(alpha * log(y_min / y));
}
real pareto_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> y_min, real<lower=0> alpha) {
  return y < y_min || is_inf(y) ? log(y < y_min) : alpha * log(y_min / y);
}

real pareto_type_2_cdf(real<lower=0, upper=positive_infinity()> y, real<lower=negative_infinity(), upper=y> mu,
                       real<lower=0> lambda, real<lower=0> alpha) {
  return is_inf(y) ? 1 : one_minus_exp(-alpha * log1p((y - mu) / lambda));
}
real pareto_type_2_lcdf(real<lower=0, upper=positive_infinity()> y, real<lower=negative_infinity(), upper=y> mu,
                        real<lower=0> lambda, real<lower=0> alpha) {
  return is_inf(y) ? 0 : log1m_exp(-alpha * log1p((y - mu) / lambda));
}
real pareto_type_2_lccdf(real<lower=0, upper=positive_infinity()> y, real<lower=negative_infinity(), upper=y> mu,
                         real<lower=0> lambda, real<lower=0> alpha) {
  return -alpha * log1p((y - mu) / lambda);
}

// The two tails for alpha of at least 0, as sums of positive terms; otherwise they are each other's mirror image.
real log_skew_normal_upper(real z, real alpha) {
  if (z < 0) return log1m_exp(log_owens_tail(-z, alpha));
  real log_tail = log_Phi(-z);
  return log_tail + log(2 - exp(log_owens_tail(z, alpha) - log_tail));
}
real log_skew_normal_lower(real z, real alpha) {
  if (z < 0) return log_owens_tail(-z, alpha);
  if (z < 0.7) return log(erf(z / sqrt2()) + exp(log_owens_tail(z, alpha)));
  return log1m_exp(log_skew_normal_upper(z, alpha));
}
real log_skew_normal(real z, real alpha) {
  return alpha < 0 ? log_skew_normal_upper(-z, -alpha) : log_skew_normal_lower(z, alpha);
}
real skew_normal_cdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma,
                     real<lower=negative_infinity()> alpha) {
  return is_inf(y) ? y > 0 : exp(log_skew_normal((y - mu) / sigma, alpha));
}
real skew_normal_lcdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma,
                      real<lower=negative_infinity()> alpha) {
  return is_inf(y) ? log(y > 0) : log_skew_normal((y - mu) / sigma, alpha);
}
real skew_normal_lccdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma,
                       real<lower=negative_infinity()> alpha) {
  return is_inf(y) ? log(y < 0) : log_skew_normal((mu - y) / sigma, -alpha);
}

// x / (2 pi) and the odd Fourier series of the rest, with ratios of Bessel functions from the end, as G. W. Hill (1977):
// over a whole turn it gains 1. It has the precision of a sum: a tail of 1e-10 has six digits, one of 1e-16 none.
real von_mises_turns(real x, real kappa) {
  int N = 20;
  while (N < 20 + 9 * sqrt(kappa)) N += 10;
  real ratio = 0;
  real total = 0;
  for (k in 1:N) {
    int j = N + 1 - k;
    ratio = 1 / (2 * j / kappa + ratio);
    total = ratio * (sin(j * x) / j + total);
  }
  return (0.5 * x + total) / pi();
}
real von_mises_cdf(real<lower=-pi(), upper=pi()> y, real<lower=negative_infinity()> mu, real<lower=0> kappa) {
  return von_mises_turns(y - mu, kappa) - von_mises_turns(-pi() - mu, kappa);
}
real von_mises_lcdf(real<lower=-pi(), upper=pi()> y, real<lower=negative_infinity()> mu, real<lower=0> kappa) {
  return log(fmax(von_mises_turns(y - mu, kappa) - von_mises_turns(-pi() - mu, kappa), 0));
}
real von_mises_lccdf(real<lower=-pi(), upper=pi()> y, real<lower=negative_infinity()> mu, real<lower=0> kappa) {
  return log(fmax(von_mises_turns(pi() - mu, kappa) - von_mises_turns(y - mu, kappa), 0));
}
