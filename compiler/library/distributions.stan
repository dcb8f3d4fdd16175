// Log densities as the Stan Functions Reference writes them. Each summand of a return stands for itself: it is dropped where
// constants may be and none of the arguments in it is a parameter, as Stan's include_summand does. Parentheses make one
// summand of several, where Stan keeps them together. In a signature a half-line is open, an interval closed.

real normal_lpdf(real y, real mu, real<lower=0> sigma) {
  return -0.5 * square((y - mu) / sigma) - log(sigma) - 0.5 * log(2 * pi());
}
real std_normal_lpdf(real y) { return -0.5 * square(y) - 0.5 * log(2 * pi()); }
real lognormal_lpdf(real<lower=0> y, real mu, real<lower=0> sigma) {
  return (-0.5 * square((log(y) - mu) / sigma) - 0.5 * log(2 * pi())) - log(sigma) - log(y);
}
real cauchy_lpdf(real y, real mu, real<lower=0> sigma) {
  return -log1p(square((y - mu) / sigma)) - log(sigma) - log(pi());
}
real double_exponential_lpdf(real y, real mu, real<lower=0> sigma) {
  return -abs(y - mu) / sigma - log(sigma) - log(2.0);
}
real logistic_lpdf(real y, real mu, real<lower=0> sigma) {
  real z = (y - mu) / sigma;
  return -z - 2 * log1p_exp(-z) - log(sigma);
}
real gumbel_lpdf(real y, real mu, real<lower=0> beta) {
  real z = (y - mu) / beta;
  return -z - exp(-z) - log(beta);
}
real exponential_lpdf(real y, real<lower=0> beta) {
  if (y < 0) return negative_infinity();
  return -beta * y + log(beta);
}
real uniform_lpdf(real y, real alpha, real beta) {
  if (!(alpha < beta)) reject("uniform_lpdf: alpha must be less than beta");
  if (y < alpha || y > beta) return negative_infinity();
  return -log(beta - alpha);
}
real weibull_lpdf(real y, real<lower=0> alpha, real<lower=0> sigma) {
  if (y < 0) return negative_infinity();
  real z = y / sigma;
  return (alpha - 1) * log(y) - z ^ alpha + log(alpha) - alpha * log(sigma);
}
real rayleigh_lpdf(real<lower=0> y, real<lower=0> sigma) {
  return -0.5 * square(y / sigma) + log(y) - 2 * log(sigma);
}
real pareto_lpdf(real y, real<lower=0> y_min, real<lower=0> alpha) {
  if (y < y_min) return negative_infinity();
  return log(alpha) + alpha * log(y_min) - (alpha + 1) * log(y);
}

real beta_lpdf(real<lower=0, upper=1> y, real<lower=0> alpha, real<lower=0> beta) {
  return lgamma(alpha + beta) - lgamma(alpha) - lgamma(beta) + (alpha - 1) * log(y) + (beta - 1) * log1m(y);
}
real beta_proportion_lpdf(real<lower=0, upper=1> y, real<lower=0, upper=1> mu, real<lower=0> kappa) {
  real alpha = mu * kappa;
  real beta = kappa - alpha;
  return lgamma(kappa) - lgamma(alpha) - lgamma(beta) + (alpha - 1) * log(y) + (beta - 1) * log1m(y);
}
real gamma_lpdf(real y, real<lower=0> alpha, real<lower=0> beta) {
  if (y < 0) return negative_infinity();
  return -lgamma(alpha) + alpha * log(beta) + (alpha - 1) * log(y) - beta * y;
}
real inv_gamma_lpdf(real y, real<lower=0> alpha, real<lower=0> beta) {
  if (y <= 0) return negative_infinity();
  return -lgamma(alpha) + alpha * log(beta) - (alpha + 1) * log(y) - beta / y;
}
real chi_square_lpdf(real y, real<lower=0> nu) {
  return -0.5 * nu * log(2.0) - lgamma(0.5 * nu) + (0.5 * nu - 1) * log(y) - 0.5 * y;
}
real inv_chi_square_lpdf(real y, real<lower=0> nu) {
  if (y <= 0) return negative_infinity();
  return -0.5 * nu * log(2.0) - lgamma(0.5 * nu) - (0.5 * nu + 1) * log(y) - 0.5 / y;
}
real student_t_lpdf(real y, real<lower=0> nu, real mu, real<lower=0> sigma) {
  return lgamma(0.5 * (nu + 1)) - lgamma(0.5 * nu) - 0.5 * log(nu) - 0.5 * log(pi()) - log(sigma)
         - 0.5 * (nu + 1) * log1p(square((y - mu) / sigma) / nu);
}

real poisson_lpmf(int<lower=0> n, real lambda) {
  if (!(lambda >= 0)) reject("poisson_lpmf: the rate must not be negative");
  return -lgamma(n + 1.0) - lambda + multiply_log(n, lambda);
}
real poisson_log_lpmf(int<lower=0> n, real alpha) {
  return -lgamma(n + 1.0) - exp(alpha) + n * alpha;
}
real binomial_lpmf(int<lower=0> n, int<lower=0> N, real<lower=0, upper=1> theta) {
  return lgamma(N + 1.0) - lgamma(n + 1.0) - lgamma(N - n + 1.0) + multiply_log(n, theta)
         + (n == N ? 0 : (N - n) * log1m(theta));
}
real binomial_logit_lpmf(int<lower=0> n, int<lower=0> N, real alpha) {
  return lgamma(N + 1.0) - lgamma(n + 1.0) - lgamma(N - n + 1.0) - n * log1p_exp(-alpha) - (N - n) * log1p_exp(alpha);
}
real neg_binomial_2_lpmf(int<lower=0> n, real<lower=0> mu, real<lower=0> phi) {
  return (lgamma(n + phi) - lgamma(n + 1.0) - lgamma(phi)) + multiply_log(n, mu)
         - (phi * log1p(mu / phi) + n * log(mu + phi));
}
real neg_binomial_2_log_lpmf(int<lower=0> n, real eta, real<lower=0> phi) {
  return (lgamma(n + phi) - lgamma(n + 1.0) - lgamma(phi)) + n * eta
         - (phi * log1p_exp(eta - log(phi)) + n * log_sum_exp(eta, log(phi)));
}
real dirichlet_lpdf(simplex theta, vector<lower=0> alpha) {
  return lgamma(sum(alpha)) - sum(lgamma(alpha)) + sum((alpha - 1) .* log(theta));
}
real bernoulli_lpmf(int y, real<lower=0, upper=1> theta) {
  return y == 1 ? log(theta) : log1m(theta);
}
real bernoulli_logit_lpmf(int y, real alpha) {
  return -log1p_exp(y == 1 ? -alpha : alpha);
}
