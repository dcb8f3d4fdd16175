// Log densities as the Stan Functions Reference writes them. Each summand of a return stands for itself: it is dropped where
// constants may be and none of the arguments in it is a parameter, as Stan's include_summand does. Parentheses make one
// summand of several, where Stan keeps them together. What the constraints of a signature mean stands in the README.

real normal_lpdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return -0.5 * square((y - mu) / sigma) - log(sigma) - 0.5 * log(2 * pi());
}
real std_normal_lpdf(real y) { return -0.5 * square(y) - 0.5 * log(2 * pi()); }
real lognormal_lpdf(real<lower=0, upper=positive_infinity()> y, real<lower=negative_infinity()> mu,
                    real<lower=0> sigma) {
  if (y == 0) return negative_infinity();
  return (-0.5 * square((log(y) - mu) / sigma) - 0.5 * log(2 * pi())) - log(sigma) - log(y);
}
real cauchy_lpdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return -log1p(square((y - mu) / sigma)) - log(sigma) - log(pi());
}
real double_exponential_lpdf(real<lower=negative_infinity()> y, real<lower=negative_infinity()> mu,
                             real<lower=0> sigma) {
  return -abs(y - mu) / sigma - log(sigma) - log(2.0);
}
real skew_double_exponential_lpdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma,
                                  real<lower=0, upper=1> tau) {
  return -2 * (y < mu ? 1 - tau : tau) * abs(y - mu) / sigma + log(2.0) - log(sigma) + (log(tau) + log1m(tau));
}
real logistic_lpdf(real<lower=negative_infinity()> y, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  real z = (y - mu) / sigma;
  return -z - 2 * log1p_exp(-z) - log(sigma);
}
real gumbel_lpdf(real y, real<lower=negative_infinity()> mu, real<lower=0> beta) {
  real z = (y - mu) / beta;
  return (-z - exp(-z)) - log(beta);
}
real skew_normal_lpdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma,
                      real<lower=negative_infinity()> alpha) {
  real z = (y - mu) / sigma;
  return (log(2.0) + log_Phi(alpha * z)) - 0.5 * square(z) - log(sigma) - 0.5 * log(2 * pi());
}
real exp_mod_normal_lpdf(real y, real<lower=negative_infinity()> mu, real<lower=0> sigma, real<lower=0> lambda) {
  real z = (y - mu) / sigma;
  return log(lambda) - log(2.0) + (log(2.0) + log_exp_mod_normal(z, lambda * sigma));
}
real student_t_lpdf(real y, real<lower=0> nu, real<lower=negative_infinity()> mu, real<lower=0> sigma) {
  return lgamma_difference(0.5 * nu, 0.5) - 0.5 * log(nu) - 0.5 * log(pi()) - log(sigma)
         - 0.5 * (nu + 1) * log1p(square((y - mu) / sigma) / nu);
}
real von_mises_lpdf(real<lower=negative_infinity()> y, real<lower=negative_infinity()> mu, real kappa) {
  if (!(kappa >= 0 && kappa < positive_infinity())) reject(kappa, " must be at least 0 and finite, got ", kappa);
  return kappa * cos(mu - y) - log(2 * pi()) - log_bessel_i0(kappa);
}
real uniform_lpdf(real y, real<lower=negative_infinity()> alpha, real<lower=alpha> beta) {
  if (y < alpha || y > beta) return negative_infinity();
  return -log(beta - alpha);
}

// On the positive half-line.
real exponential_lpdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> beta) {
  return -beta * y + log(beta);
}
real weibull_lpdf(real<lower=negative_infinity()> y, real<lower=0> alpha, real<lower=0> sigma) {
  if (y < 0) return negative_infinity();
  real z = y / sigma;
  return times(alpha - 1, log(y)) - z ^ alpha + log(alpha) - alpha * log(sigma);
}
real frechet_lpdf(real<lower=0> y, real<lower=0> alpha, real<lower=0> sigma) {
  return -(sigma / y) ^ alpha + log(alpha) - (alpha + 1) * log(y) + alpha * log(sigma);
}
real rayleigh_lpdf(real<lower=0> y, real<lower=0> sigma) {
  return -0.5 * square(y / sigma) + log(y) - 2 * log(sigma);
}
real loglogistic_lpdf(real<lower=0> y, real<lower=0> alpha, real<lower=0> beta) {
  return ((beta - 1) * log(y) - 2 * log1p_exp(beta * log(y / alpha))) + (log(beta) - beta * log(alpha));
}
real pareto_lpdf(real y, real<lower=0> y_min, real<lower=0> alpha) {
  if (y < y_min) return negative_infinity();
  return log(alpha) + alpha * log(y_min) - (alpha + 1) * log(y);
}
real pareto_type_2_lpdf(real y, real<lower=negative_infinity(), upper=y> mu, real<lower=0> lambda,
                        real<lower=0> alpha) {
  return log(alpha) - log(lambda) - (alpha + 1) * log1p((y - mu) / lambda);
}
real gamma_lpdf(real<lower=0> y, real<lower=0> alpha, real<lower=0> beta) {
  return -lgamma(alpha) + alpha * log(beta) + (alpha - 1) * log(y) - beta * y;
}
real inv_gamma_lpdf(real y, real<lower=0> alpha, real<lower=0> beta) {
  if (y <= 0) return negative_infinity();
  return -lgamma(alpha) + alpha * log(beta) - (alpha + 1) * log(y) - beta / y;
}
real chi_square_lpdf(real<lower=0, upper=positive_infinity()> y, real<lower=0> nu) {
  return -0.5 * nu * log(2.0) - lgamma(0.5 * nu) + times(0.5 * nu - 1, log(y)) - 0.5 * y;
}
real inv_chi_square_lpdf(real y, real<lower=0> nu) {
  if (y <= 0) return negative_infinity();
  return -0.5 * nu * log(2.0) - lgamma(0.5 * nu) - (0.5 * nu + 1) * log(y) - 0.5 / y;
}
real scaled_inv_chi_square_lpdf(real y, real<lower=0> nu, real<lower=0> s) {
  if (y <= 0) return negative_infinity();
  real h = 0.5 * nu;
  return (h * log(h) - lgamma(h)) + nu * log(s) - (h + 1) * log(y) - h * square(s) / y;
}

// On the unit interval.
real beta_lpdf(real<lower=0, upper=1> y, real<lower=0> alpha, real<lower=0> beta) {
  return lgamma(alpha + beta) - lgamma(alpha) - lgamma(beta) + times(alpha - 1, log(y))
         + times(beta - 1, log1m(y));
}
real beta_proportion_lpdf(real<lower=0, upper=1> y, real<lower=0, upper=1> mu, real<lower=0> kappa) {
  real alpha = mu * kappa;
  real beta = kappa - alpha;
  return lgamma(kappa) - lgamma(alpha) - lgamma(beta) + times(alpha - 1, log(y)) + times(beta - 1, log1m(y));
}

// Counts.
real bernoulli_lpmf(int<lower=0, upper=1> y, real<lower=0, upper=1> theta) {
  return y == 1 ? log(theta) : log1m(theta);
}
real bernoulli_logit_lpmf(int<lower=0, upper=1> y, real alpha) {
  return -log1p_exp(y == 1 ? -alpha : alpha);
}
real poisson_lpmf(int<lower=0> n, real lambda) {
  if (!(lambda >= 0 && lambda < positive_infinity())) reject(lambda, " must be at least 0 and finite, got ", lambda);
  return -lgamma(n + 1.0) - lambda + lmultiply(n, lambda);
}
real poisson_log_lpmf(int<lower=0> n, real<upper=positive_infinity()> alpha) {
  return -lgamma(n + 1.0) - exp(alpha) + (n == 0 ? 0 : n * alpha);
}
real binomial_lpmf(int<lower=0> n, int<lower=n> N, real<lower=0, upper=1> theta) {
  return log_binomial(N, n) + lmultiply(n, theta) + multiply_log1m(N - n, theta);
}
real binomial_logit_lpmf(int<lower=0> n, int<lower=n> N, real<lower=negative_infinity()> alpha) {
  return log_binomial(N, n) - n * log1p_exp(-alpha) - (N - n) * log1p_exp(alpha);
}
real beta_binomial_lpmf(int n, int<lower=0> N, real<lower=0> alpha, real<lower=0> beta) {
  if (n < 0 || n > N) return negative_infinity();
  return log_binomial(N, n)
         + (lgamma_difference(alpha, n) + lgamma_difference(beta, N - n) - lgamma_difference(alpha + beta, N));
}
real neg_binomial_lpmf(int<lower=0> n, real<lower=0> alpha, real<lower=0> beta) {
  return (lgamma_difference(alpha, n) - lgamma(n + 1.0)) - (alpha * log1p(1 / beta) + n * log1p(beta));
}
real neg_binomial_2_lpmf(int<lower=0> n, real<lower=0> mu, real<lower=0> phi) {
  return (lgamma_difference(phi, n) - lgamma(n + 1.0)) + n * log(mu) - (phi * log1p(mu / phi) + n * log(mu + phi));
}
real neg_binomial_2_log_lpmf(int<lower=0> n, real<lower=negative_infinity()> eta, real<lower=0> phi) {
  real log_phi = log(phi);
  real s = log1p_exp(eta - log_phi);
  return (lgamma_difference(phi, n) - lgamma(n + 1.0)) + n * eta - (phi * s + n * (log_phi + s));
}
real beta_neg_binomial_lpmf(int<lower=0> n, real<lower=0> r, real<lower=0> alpha, real<lower=0> beta) {
  return (lgamma_difference(r, n) + lgamma_difference(beta, n) + lgamma_difference(alpha, r)
          - lgamma_difference(alpha + beta, n + r)) - lgamma(n + 1.0);
}
real yule_simon_lpmf(int<lower=1> n, real<lower=0> alpha) {
  return log(alpha) + (lgamma(n) - lgamma_difference(alpha + 1, n));
}
real hypergeometric_lpmf(int<lower=0> n, int<lower=n> N, int<lower=n> a, int<lower=N - n> b) {
  return (log_binomial(a, n) + log_binomial(b, N - n) - log_binomial(a + b, N));
}
real discrete_range_lpmf(int y, int a, int<lower=a> b) {
  if (y < a || y > b) return negative_infinity();
  return -log(b - a + 1.0);
}

real dirichlet_lpdf(simplex theta, vector<lower=0> alpha) {
  return lgamma(sum(alpha)) - sum(lgamma(alpha)) + sum((alpha - 1) .* log(theta));
}

// The time at which a Wiener process first leaves an interval: Stan's four parameters, and five with a drift that varies. The
// density at time x of one that starts at u in (0, 1) and leaves at 1, w = 1 - u, is a sum over reflections, pairs of which
// are taken together, or where x is large one over frequencies.
real log_first_passage(real x, real u, real w) {
  real total = 0;
  if (x > 0.35) {
    for (k in 1:6) {
      real wave = u < 0.5 ? (k % 2 == 1 ? 1 : -1) * sin(k * pi() * u) : sin(k * pi() * w);
      total += k * exp(-0.5 * square(pi()) * (k * k - 1) * x) * wave;
    }
    return log(total) + log(pi()) - 0.5 * square(pi()) * x;
  }
  if (u < 0.5) {
    for (j in 0:2) {
      int c = 2 * j + 1;
      real back = expm1(-2 * c * u / x);
      total += exp(-(c - 1) * (c + 1 - 2 * u) / (2 * x)) * (-c * back - u * (2 + back));
    }
  } else {
    total = w;
    for (j in 1:2) {
      int c = 2 * j;
      real back = expm1(-2 * c * w / x);
      total += exp(-c * (c - 2 * w) / (2 * x)) * (c * back + w * (2 + back));
    }
  }
  return log(total) - square(w) / (2 * x) - 1.5 * log(x) - 0.5 * log(2 * pi());
}
real wiener_lpdf(real<lower=0> y, real<lower=0> alpha, real<lower=0> tau, real<lower=0, upper=1> beta,
                 real<lower=negative_infinity()> delta) {
  if (!(y > tau)) reject("wiener_lpdf: the time must be greater than the nondecision time");
  real t = y - tau;
  return (delta * alpha * (1 - beta) - 0.5 * square(delta) * t - 2 * log(alpha)
          + log_first_passage(t / square(alpha), beta, 1 - beta));
}
real wiener_lpdf(real<lower=0> y, real<lower=0> alpha, real tau, real<lower=0, upper=1> beta,
                 real<lower=negative_infinity()> delta, real sv) {
  if (!(tau >= 0 && sv >= 0 && sv < positive_infinity()))
    reject("wiener_lpdf: nondecision time and variability of the drift must not be negative");
  if (!(beta > 0 && beta < 1)) reject("wiener_lpdf: the relative bias must be between 0 and 1");
  if (!(y > tau)) reject("wiener_lpdf: the time must be greater than the nondecision time");
  real t = y - tau;
  real w = 1 - beta;
  real spread = 1 + square(sv) * t;
  return (0.5 * (square(sv * alpha * w) + 2 * alpha * delta * w - square(delta) * t) / spread - 2 * log(alpha)
          - 0.5 * log(spread) + log_first_passage(t / square(alpha), beta, w));
}
