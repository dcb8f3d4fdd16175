// Random numbers. Everything comes from two primitives, tg_uniform_rng() in (0, 1) and tg_normal_rng().

real normal_rng(real mu, real<lower=0> sigma) { return mu + sigma * tg_normal_rng(); }
real std_normal_rng() { return tg_normal_rng(); }
real lognormal_rng(real mu, real<lower=0> sigma) { return exp(mu + sigma * tg_normal_rng()); }
real uniform_rng(real alpha, real beta) { return alpha + (beta - alpha) * tg_uniform_rng(); }
real exponential_rng(real<lower=0> beta) { return -log(tg_uniform_rng()) / beta; }
real cauchy_rng(real mu, real<lower=0> sigma) { return mu + sigma * tan(pi() * (tg_uniform_rng() - 0.5)); }
real logistic_rng(real mu, real<lower=0> sigma) { return mu + sigma * logit(tg_uniform_rng()); }
real gumbel_rng(real mu, real<lower=0> beta) { return mu - beta * log(-log(tg_uniform_rng())); }
real double_exponential_rng(real mu, real<lower=0> sigma) {
  real u = tg_uniform_rng() - 0.5;
  return u < 0 ? mu + sigma * log1p(2 * u) : mu - sigma * log1p(-2 * u);
}
real weibull_rng(real<lower=0> alpha, real<lower=0> sigma) {
  return sigma * (-log(tg_uniform_rng())) ^ (1 / alpha);
}
int bernoulli_rng(real<lower=0, upper=1> theta) { return tg_uniform_rng() < theta ? 1 : 0; }
int bernoulli_logit_rng(real alpha) { return tg_uniform_rng() < inv_logit(alpha) ? 1 : 0; }
int categorical_rng(vector theta) {
  real u = tg_uniform_rng();
  real running = 0;
  int y = rows(theta);
  int found = 0;
  for (k in 1:rows(theta)) {
    running += theta[k];
    if (!found && u < running) {
      y = k;
      found = 1;
    }
  }
  return y;
}
